/**
 * Patterns of lorebook keys, run without backtracking: in time that grows with pattern times text,
 * and within steps that are counted (decisions/0021).
 *
 * Compiles to a program of single steps and moves all its threads along the text together, after
 * Thompson 1968 ("Regular Expression Search Algorithm") and Pike's sam. Knows characters, classes,
 * groups, `|`, `* + ? {m,n}` (lazy ones match the same texts), `^ $ \b \B`, and the flags i, m, s.
 *
 *   PL34  A pattern that is malformed or asks for more than this (look-around, back references)
 *         matches nothing, and is named when its card is read.
 *   PL35  Patterns of foreign cards take counted steps: when they are used up nothing more matches.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { loreLimits as limits } from "./limits.ts";
import { type Node, type PatternError, readPattern } from "./pattern-reader.ts";

export type { PatternError } from "./pattern-reader.ts";

type Step =
  | { readonly op: "one"; readonly accepts: (unit: string) => boolean }
  | { readonly op: "at"; readonly holds: (text: string, at: number) => boolean }
  | { readonly op: "fork"; readonly to: readonly number[] }
  | { readonly op: "end" };

export interface Pattern {
  readonly steps: readonly Step[];
}

/** How many steps are left; shared by all patterns of one prompt. */
export interface StepBudget {
  left: number;
}

/** `source` as `/body/flags`, as most cards write it, or the body alone. */
export function compilePattern(
  source: string,
  isCaseSensitive: boolean,
): Result<Pattern, PatternError> {
  const read = readPattern(source, isCaseSensitive);
  if (!read.ok) return read;
  const steps: Step[] = [];
  if (!emit(read.value, steps)) return err({ kind: "pattern-too-large" });
  steps.push({ op: "end" });
  return ok({ steps });
}

/** Whether the pattern is anywhere in `text`; false when the budget ends first (PL35). */
export function testPattern({ steps }: Pattern, text: string, budget: StepBudget): boolean {
  let threads: number[] = [];
  // By number of the step: the place of the text where it was added last, so that each is once.
  const addedAt = new Int32Array(steps.length).fill(-1);
  let at = 0;
  // The empty unit stands for the end.
  for (const unit of [...text, ""]) {
    const open = [...threads, 0];
    threads = [];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (addedAt[next] === at) continue;
      addedAt[next] = at;
      budget.left -= 1;
      if (budget.left < 0) return false;
      const step = steps[next];
      if (step?.op === "end") return true;
      if (step?.op === "fork") open.push(...step.to);
      else if (step?.op === "at" && step.holds(text, at)) open.push(next + 1);
      else if (step?.op === "one" && unit !== "" && step.accepts(unit)) threads.push(next + 1);
    }
    at += unit.length;
  }
  return false;
}

/** Appends the steps of a node; false when they are too many. */
function emit(node: Node, steps: Step[]): boolean {
  if (steps.length > limits.patternCodeMax) return false;
  switch (node.kind) {
    case "one":
      steps.push({ op: "one", accepts: node.accepts });
      return true;
    case "at":
      steps.push({ op: "at", holds: node.holds });
      return true;
    case "sequence":
      return node.parts.every((part) => emit(part, steps));
    case "either":
      return emitEither(node.parts, steps);
    case "repeat":
      return emitRepeat(node, steps);
  }
}

function emitEither(parts: readonly Node[], steps: Step[]): boolean {
  const [first, ...rest] = parts;
  if (first === undefined) return true;
  if (rest.length === 0) return emit(first, steps);
  const fork = steps.push({ op: "end" }) - 1;
  if (!emit(first, steps)) return false;
  const jump = steps.push({ op: "end" }) - 1;
  steps[fork] = { op: "fork", to: [fork + 1, steps.length] };
  if (!emitEither(rest, steps)) return false;
  steps[jump] = { op: "fork", to: [steps.length] };
  return true;
}

function emitRepeat(
  { part, min, max }: Extract<Node, { kind: "repeat" }>,
  steps: Step[],
): boolean {
  const start = steps.length;
  for (let count = 0; count < min; count += 1) {
    if (!emit(part, steps)) return false;
    // Nothing, many times, is nothing: or empty groups in groups would take for ever.
    if (steps.length === start) break;
  }
  if (max === undefined) {
    const fork = steps.push({ op: "end" }) - 1;
    if (!emit(part, steps)) return false;
    steps.push({ op: "fork", to: [fork] });
    steps[fork] = { op: "fork", to: [fork + 1, steps.length] };
    return true;
  }
  const forks: number[] = [];
  for (let count = min; count < max; count += 1) {
    forks.push(steps.push({ op: "end" }) - 1);
    if (!emit(part, steps)) return false;
  }
  for (const fork of forks) steps[fork] = { op: "fork", to: [fork + 1, steps.length] };
  return true;
}
