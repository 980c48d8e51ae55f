/**
 * Contract cases: what every implementation of a port must do, as data.
 *
 * A case needs no test runner, so the same list runs under Vitest and inside a browser page.
 * Asserts compare canonical JSON: members that are undefined count as absent.
 */

import { canonicalJson } from "../../base/canonical-json.ts";
import type { Result } from "../../base/result.ts";

export interface ContractCase<Subject> {
  readonly title: string;
  /** `runs` is the number of random runs where the case has some. */
  run(make: () => Promise<Subject>, runs: number): Promise<void>;
}

/** Vitest is quick; a browser has a budget for all its cases together. */
export const CONTRACT_RUNS = 60;

/** A signal that never aborts. */
export const noAbort: AbortSignal = new AbortController().signal;

/** Fails unless both render to the same canonical JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [render(actual), render(expected)];
  if (left !== right) throw new Error(`${what}:\n  expected ${right}\n  got      ${left}`);
}

/** The value of a success; fails on a refusal. */
export function valueOf<T, E>(result: Result<T, E>, what: string): T {
  if (!result.ok) throw new Error(`${what}: refused with ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The error of a refusal; fails on a success. */
export function errorOf<T, E>(result: Result<T, E>, what: string): E {
  if (result.ok) throw new Error(`${what}: expected a refusal, got ${render(result.value)}`);
  return result.error;
}

/** What `work` rejects with; fails when it resolves. */
export async function rejectionOf(work: () => Promise<unknown>, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await work();
  } catch (error) { // Any: the caller compares it.
    return error;
  }
  throw new Error(`${what}: expected a rejection, got ${render(value)}`);
}

function render(value: unknown): string {
  return value === undefined ? "undefined" : canonicalJson(value);
}
