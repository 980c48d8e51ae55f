/** Reads the source of a pattern into a tree (pattern.ts runs it). */

import { err, ok, type Result } from "../../base/result.ts";
import { loreLimits as limits } from "./limits.ts";

export type PatternError =
  | { readonly kind: "pattern-malformed" }
  | { readonly kind: "pattern-unsupported" }
  | { readonly kind: "pattern-too-large" };

export type Node =
  | { readonly kind: "one"; readonly accepts: (unit: string) => boolean }
  | { readonly kind: "at"; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: "sequence" | "either"; readonly parts: readonly Node[] }
  | {
    readonly kind: "repeat";
    readonly part: Node;
    readonly min: number;
    /** Undefined: without end. */
    readonly max: number | undefined;
  };

type Accepts = (unit: string) => boolean;

interface Reading {
  readonly units: readonly string[];
  at: number;
  depth: number;
  /** The first thing that was wrong; reading then ends. */
  error: PatternError | undefined;
  readonly ignoresCase: boolean;
  readonly isMultiline: boolean;
  readonly dotTakesAll: boolean;
}

const MALFORMED: PatternError = { kind: "pattern-malformed" };
const UNSUPPORTED: PatternError = { kind: "pattern-unsupported" };
const nothing: Node = { kind: "sequence", parts: [] };

/** `source` as `/body/flags` or a body alone. */
export function readPattern(
  source: string,
  isCaseSensitive: boolean,
): Result<Node, PatternError> {
  const written = /^\/(.+)\/([a-z]*)$/su.exec(source);
  const flags = written?.[2] ?? "";
  // g, u, v and y change nothing about whether there is a match that cards could mean.
  if (/[^gimsuvy]/.test(flags)) return err(MALFORMED);
  const reading: Reading = {
    units: [...written?.[1] ?? source],
    at: 0,
    depth: 0,
    error: undefined,
    // A pattern in slashes says by its flag whether case matters.
    ignoresCase: written === null ? !isCaseSensitive : flags.includes("i"),
    isMultiline: flags.includes("m"),
    dotTakesAll: flags.includes("s"),
  };
  const tree = readEither(reading);
  if (reading.error !== undefined) return err(reading.error);
  return reading.at < reading.units.length ? err(MALFORMED) : ok(tree);
}

function readEither(reading: Reading): Node {
  const parts = [readSequence(reading)];
  while (takes(reading, "|")) parts.push(readSequence(reading));
  return { kind: "either", parts };
}

function readSequence(reading: Reading): Node {
  const parts: Node[] = [];
  for (let unit = peek(reading); isPart(reading, unit); unit = peek(reading)) {
    parts.push(readRepeats(reading, readAtom(reading)));
  }
  return { kind: "sequence", parts };
}

function isPart({ error }: Reading, unit: string | undefined): boolean {
  return error === undefined && unit !== undefined && unit !== "|" && unit !== ")";
}

function readRepeats(reading: Reading, part: Node): Node {
  const counts = readCounts(reading);
  if (counts === undefined) return part;
  takes(reading, "?"); // Lazy: the same texts match.
  if (part.kind === "at" || /^[*+?]$/.test(peek(reading) ?? "")) return fail(reading, MALFORMED);
  const [min, max] = counts;
  if (max !== undefined && max < min) return fail(reading, MALFORMED);
  if (Math.max(min, max ?? 0) > limits.patternRepeatMax) {
    return fail(reading, { kind: "pattern-too-large" });
  }
  return { kind: "repeat", part, min, max };
}

function readCounts(reading: Reading): readonly [number, number | undefined] | undefined {
  if (takes(reading, "*")) return [0, undefined];
  if (takes(reading, "+")) return [1, undefined];
  if (takes(reading, "?")) return [0, 1];
  if (peek(reading) !== "{") return undefined;
  const rest = reading.units.slice(reading.at, reading.at + 16).join("");
  const written = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(rest);
  if (written === null) return undefined; // A brace of its own.
  reading.at += written[0].length;
  const min = Number(written[1]);
  if (written[2] === undefined) return [min, min];
  return [min, written[3] === "" ? undefined : Number(written[3])];
}

function readAtom(reading: Reading): Node {
  const unit = reading.units[reading.at++] ?? "";
  switch (unit) {
    case "(":
      return readGroup(reading);
    case "[":
      return one(readClass(reading), reading);
    case ".":
      return one((each) => reading.dotTakesAll || !/[\n\r\u2028\u2029]/.test(each), reading);
    case "^":
      return at((text, place) => place === 0 || (reading.isMultiline && text[place - 1] === "\n"));
    case "$":
      return at((text, place) =>
        place === text.length || (reading.isMultiline && text[place] === "\n")
      );
    case "*":
    case "+":
    case "?":
      return fail(reading, MALFORMED);
    case "\\":
      return readEscape(reading);
    default:
      return one((each) => each === unit, reading);
  }
}

function readGroup(reading: Reading): Node {
  const next = reading.units.slice(reading.at, reading.at + 3).join("");
  if (next.startsWith("?:")) reading.at += 2;
  else if (/^\?<[^=!]/.test(next)) {
    const end = reading.units.indexOf(">", reading.at);
    if (end < 0) return fail(reading, MALFORMED);
    reading.at = end + 1;
  } else if (next.startsWith("?")) return fail(reading, UNSUPPORTED); // Look-around.
  if (reading.depth >= limits.patternDepthMax) return fail(reading, { kind: "pattern-too-large" });
  reading.depth += 1;
  const inner = readEither(reading);
  reading.depth -= 1;
  return takes(reading, ")") ? inner : fail(reading, MALFORMED);
}

const SETS: Readonly<Record<string, RegExp>> = {
  d: /[0-9]/,
  D: /[^0-9]/,
  w: /[A-Za-z0-9_]/,
  W: /[^A-Za-z0-9_]/,
  s: /\s/,
  S: /\S/,
};
const CONTROLS: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  f: "\f",
  v: "\v",
  0: "\0",
};

function readEscape(reading: Reading): Node {
  const letter = peek(reading);
  if (letter === "b" || letter === "B") {
    reading.at += 1;
    return at((text, place) => isWordEdge(text, place) === (letter === "b"));
  }
  const escaped = readEscaped(reading);
  if (typeof escaped === "string") return one((each) => each === escaped, reading);
  return escaped === undefined ? nothing : one((each) => escaped.test(each), reading);
}

/** What stands after a backslash: a character, or a set of them; undefined for an error. */
function readEscaped(reading: Reading): string | RegExp | undefined {
  const letter = reading.units[reading.at++];
  if (letter === undefined) return void fail(reading, MALFORMED);
  const known = SETS[letter] ?? CONTROLS[letter];
  if (known !== undefined) return known;
  const hex = { x: 2, u: 4 }[letter];
  if (hex !== undefined) {
    const digits = reading.units.slice(reading.at, reading.at + hex).join("");
    if (!/^[0-9a-f]+$/i.test(digits) || digits.length < hex) return void fail(reading, MALFORMED);
    reading.at += hex;
    return String.fromCodePoint(Number.parseInt(digits, 16));
  }
  // Back references, \p{…}, \c…: nothing that a letter or digit may mean besides is known here.
  if (/[A-Za-z0-9]/.test(letter)) return void fail(reading, UNSUPPORTED);
  return letter;
}

/** A class after its opening bracket. */
function readClass(reading: Reading): Accepts {
  const isNegated = takes(reading, "^");
  const parts: Accepts[] = [];
  while (!takes(reading, "]")) {
    const from = readClassUnit(reading);
    if (reading.error !== undefined || from === undefined) break;
    const isRange = peek(reading) === "-" && (reading.units[reading.at + 1] ?? "]") !== "]";
    if (typeof from !== "string") parts.push((each) => from.test(each));
    else if (!isRange) parts.push((each) => each === from);
    else {
      reading.at += 1;
      const to = readClassUnit(reading);
      if (typeof to !== "string" || to < from) {
        fail(reading, MALFORMED);
        break;
      }
      const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
      parts.push((each) =>
        (each.codePointAt(0) ?? -1) >= low && (each.codePointAt(0) ?? 0) <= high
      );
    }
  }
  const fold = foldOf(reading);
  return (each) => fold(each).some((form) => parts.some((part) => part(form))) !== isNegated;
}

function readClassUnit(reading: Reading): string | RegExp | undefined {
  const unit = reading.units[reading.at++];
  if (unit === undefined) return void fail(reading, MALFORMED);
  if (unit !== "\\") return unit;
  if (takes(reading, "b")) return "\b";
  return readEscaped(reading);
}

/** The forms of a character that count as it: without the flag i only itself. */
function foldOf({ ignoresCase }: Reading): (unit: string) => readonly string[] {
  return ignoresCase ? (unit) => [unit, unit.toLowerCase(), unit.toUpperCase()] : (unit) => [unit];
}

function one(accepts: Accepts, reading: Reading): Node {
  const fold = foldOf(reading);
  return {
    kind: "one",
    // A class folds for itself, as its negation is of all forms.
    accepts: reading.ignoresCase ? (unit) => accepts(unit) || fold(unit).some(accepts) : accepts,
  };
}

function at(holds: (text: string, place: number) => boolean): Node {
  return { kind: "at", holds };
}

function isWordEdge(text: string, place: number): boolean {
  return /\w/.test(text[place - 1] ?? "") !== /\w/.test(text[place] ?? "");
}

function peek({ units, at: place }: Reading): string | undefined {
  return units[place];
}

function takes(reading: Reading, unit: string): boolean {
  if (peek(reading) !== unit) return false;
  reading.at += 1;
  return true;
}

function fail(reading: Reading, error: PatternError): Node {
  reading.error ??= error;
  reading.at = reading.units.length;
  return nothing;
}
