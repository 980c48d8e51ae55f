/**
 * Breaks JSON texts in the ways that break parsers: bytes, structure, numbers, names, nesting.
 *
 * Seeded, so that a failing input can be made again. No coverage guides it: the decoders are small
 * and their borders are known, so the ways are chosen by hand (after AFL's and libFuzzer's lists).
 */

import type { Random } from "#shared/ports/mod.ts";

/** Numbers at the borders of what a frame may hold. */
const NUMBERS = [
  ...[0, -0, -1, 1, 0.5, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2],
  ...[-(2 ** 53), 1e21, 1e308, 5e-324],
];
const TEXTS = [
  "",
  "\u0000",
  "\ud800",
  "\udfff\ud800",
  "\u202e\u200b\ufeff",
  "__proto__",
  "constructor",
  "toString",
  "\u{1f600}".repeat(300),
  "=".repeat(22),
  "AAAAAAAAAAAAAAAAAAAAAA",
];
/** Names that matter to somebody: of the protocol, and of every object. */
const NAMES = [
  "t",
  "v",
  "seq",
  "id",
  "body",
  "cursor",
  "epoch",
  "__proto__",
  "constructor",
  "",
  "x",
];
/** Costly ones, drawn seldom: more than a frame may hold, and deeper than a stack. */
const LONG_TEXT = "a".repeat(70_000);
const DEEP = 20_000;
const DEEP_SHARE = 0.02;
const CHARS_MAX = 200_000;

export const below = (random: Random, count: number): number => Math.floor(random.next() * count);
export const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;

/** One to four changes of `text`; `others` give parts to splice. */
export function mutate(random: Random, text: string, others: readonly string[]): string {
  let changed = text;
  for (let count = 1 + below(random, 4); count > 0; count -= 1) {
    const value = parse(changed);
    changed = value === undefined || random.next() < 0.3
      ? mutateText(random, changed, others)
      : mutateValue(random, value);
  }
  return changed.slice(0, CHARS_MAX);
}

function parse(text: string): unknown {
  // Deeper than this it could be read, and not written again.
  if ((text.match(/[[{]/g)?.length ?? 0) > 500) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // Broken already: it is changed as text.
  }
}

function mutateText(random: Random, text: string, others: readonly string[]): string {
  const at = below(random, text.length + 1);
  const length = 1 + below(random, 8);
  switch (below(random, 8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + String.fromCharCode(below(random, 0x1_0000)) + text.slice(at);
    case 3:
      return text.slice(0, at) + text.slice(at, at + length).repeat(1 + below(random, 40)) +
        text.slice(at);
    case 4: {
      const other = pick(random, others);
      return text.slice(0, at) + other.slice(below(random, other.length + 1));
    }
    case 5:
      return text + pick(random, others);
    case 6: {
      const [open, close] = pick(random, [["[", "]"], ['{"a":', "}"]] as const);
      const depth = random.next() < DEEP_SHARE ? DEEP : below(random, 200);
      return random.next() < 0.5 ? open.repeat(depth) + close.repeat(depth) : open.repeat(depth);
    }
    default:
      return text.slice(0, at) + pick(random, [`"`, "\\", "{", "}", "[", ",", ":", "\n", "e9"]) +
        text.slice(at);
  }
}

/** A changed copy, as text; what JSON cannot say of a value it says of its text. */
function mutateValue(random: Random, value: unknown): string {
  const paths = pathsOf(value, []);
  const path = pick(random, paths);
  const depth = below(random, 60);
  const nested = (): unknown => {
    let inner: unknown = 1;
    for (let level = 0; level < depth; level += 1) inner = level % 2 === 0 ? [inner] : { a: inner };
    return inner;
  };
  const part = below(random, 7);
  const put = [
    () => pick(random, NUMBERS),
    () => random.next() < DEEP_SHARE ? LONG_TEXT : pick(random, TEXTS),
    () => pick(random, [null, true, false, [], {}]),
    nested,
    () => undefined,
    () => at(value, pick(random, paths)),
    () => Object.fromEntries([[pick(random, NAMES), pick(random, NUMBERS)]]),
  ][part]!();
  return stringify(replace(value, path, put), random);
}

function stringify(value: unknown, random: Random): string {
  const text = JSON.stringify(value) ?? "null";
  // A name twice, and one that JSON.parse keeps as a plain member.
  if (random.next() < 0.1 && text.startsWith("{")) {
    const name = JSON.stringify(pick(random, NAMES));
    return `{${name}:${pick(random, NUMBERS)},${text.slice(1)}`;
  }
  return text;
}

type Path = readonly string[];

function pathsOf(value: unknown, path: Path): readonly Path[] {
  if (typeof value !== "object" || value === null || path.length > 6) return [path];
  const inner = Object.entries(value).slice(0, 30)
    .flatMap(([name, one]) => pathsOf(one, [...path, name]));
  return [path, ...inner];
}

function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const name of path) found = (found as Record<string, unknown> | null)?.[name];
  return found;
}

function replace(value: unknown, path: Path, put: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return put;
  if (Array.isArray(value)) {
    return value.map((one: unknown, index) =>
      String(index) === name ? replace(one, rest, put) : one
    );
  }
  const members = Object.entries(value as Record<string, unknown>)
    .map(([key, one]) => [key, key === name ? replace(one, rest, put) : one] as const);
  return Object.fromEntries(members);
}
