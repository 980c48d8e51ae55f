/** Simulated seeds as tests: one half of a world's, so that two workers run them. */

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import type { PinnedSeed } from "./pinned-seeds.ts";
import { drawFailure, type SimResult } from "./sim-report.ts";

/** Of `npm test`; `npm run sim` runs any number. */
const SEEDS_DEFAULT = 400;
/** Seeds in one test: a failing one does not hide what the others find. */
const SEEDS_PER_TEST = 25;

/** One world that seeds are run in. */
export interface SimWorldKind {
  /** As `npm run sim -- --world` has it. */
  readonly world: "relay" | "hosting";
  /** Rules that its seeds show, as test titles have them: `[SM1] [SM3]`. */
  readonly rules: string;
  readonly run: (seed: number) => Promise<SimResult>;
  readonly pinned: readonly PinnedSeed[];
  /** Every step there is, by name and in order. */
  readonly steps: readonly string[];
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "an unknown commit";
  }
}

const seen = new Map<string, number>();

/** Runs a seed twice; undefined when all is well. */
async function failureOf({ run, world }: SimWorldKind, seed: number): Promise<string | undefined> {
  const first = await run(seed);
  const second = await run(seed);
  const complaints = first.hash === second.hash
    ? first.complaints
    : [...first.complaints, "SM3: the second run had another trace"];
  const { lines } = first;
  for (const name of Object.keys(first.faults)) seen.set(name, (seen.get(name) ?? 0) + 1);
  if (complaints.length === 0) return undefined;
  return drawFailure({ world, seed, complaints, lines }, commit());
}

async function failuresOf(
  kind: SimWorldKind,
  seeds: readonly number[],
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const seed of seeds) {
    const failure = await failureOf(kind, seed);
    if (failure !== undefined) failures.push(failure);
  }
  return failures;
}

/** Declares the tests of every second seed. */
export function simulate(kind: SimWorldKind, half: 0 | 1): void {
  const from = Number(process.env["WORLD_SIM_FROM"] ?? 1);
  const count = Number(process.env["WORLD_SIM_SEEDS"] ?? SEEDS_DEFAULT);
  const all = Array.from({ length: count }, (_, index) => from + index);
  const seeds = all.filter((_, index) => index % 2 === half);
  const { world, rules, pinned, steps } = kind;
  console.log(`simulation ${world}: ${seeds.length} seeds of ${count}, each twice, from ${from}`);
  for (let at = 0; at < seeds.length; at += SEEDS_PER_TEST) {
    const some = seeds.slice(at, at + SEEDS_PER_TEST);
    test(`${rules} nothing is lost, doubled or told: ${world} ${some[0]} to ${some.at(-1)}`, async () => {
      expect(await failuresOf(kind, some)).toEqual([]);
    });
  }
  test("[SM4] seeds that once failed hold", async () => {
    expect(await failuresOf(kind, half === 0 ? pinned.map(({ seed }) => seed) : [])).toEqual([]);
  });
  test.runIf(seeds.length >= 200)("[SM5] the seeds meet every fault", () => {
    expect([...seen.keys()].toSorted()).toEqual(steps.toSorted());
  });
}
