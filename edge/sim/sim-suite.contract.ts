/** One half of the simulated seeds, so that two workers run them. */

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { pinnedSeeds } from "./pinned-seeds.ts";
import { drawFailure } from "./sim-report.ts";
import { runSeed } from "./sim-run.contract.ts";

const SEEDS_DEFAULT = 1_000;
/** Seeds in one test: a failing one does not hide what the others find. */
const SEEDS_PER_TEST = 50;

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "an unknown commit";
  }
}

/** Runs a seed twice; undefined when all is well. */
async function failureOf(seed: number): Promise<string | undefined> {
  const first = await runSeed(seed);
  const second = await runSeed(seed);
  const complaints = first.hash === second.hash
    ? first.complaints
    : [...first.complaints, "SM3: the second run had another trace"];
  const { lines } = first;
  for (const name of Object.keys(first.faults)) seen.set(name, (seen.get(name) ?? 0) + 1);
  return complaints.length === 0 ? undefined : drawFailure({ seed, complaints, lines }, commit());
}

const seen = new Map<string, number>();

async function failuresOf(seeds: readonly number[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const seed of seeds) {
    const failure = await failureOf(seed);
    if (failure !== undefined) failures.push(failure);
  }
  return failures;
}

/** Declares the tests of every second seed. */
export function simulate(half: 0 | 1): void {
  const from = Number(process.env["RELAY_SIM_FROM"] ?? 1);
  const count = Number(process.env["RELAY_SIM_SEEDS"] ?? SEEDS_DEFAULT);
  const all = Array.from({ length: count }, (_, index) => from + index);
  const seeds = all.filter((_, index) => index % 2 === half);
  console.log(`simulation relay room: ${seeds.length} seeds of ${count}, each twice, from ${from}`);
  for (let at = 0; at < seeds.length; at += SEEDS_PER_TEST) {
    const some = seeds.slice(at, at + SEEDS_PER_TEST);
    test(`[SM1] [SM3] nothing is lost, doubled or told: seeds ${some[0]} to ${some.at(-1)}`, async () => {
      expect(await failuresOf(some)).toEqual([]);
    });
  }
  test("[SM4] seeds that once failed hold", async () => {
    expect(await failuresOf(half === 0 ? pinnedSeeds.map(({ seed }) => seed) : [])).toEqual([]);
  });
  test.runIf(seeds.length >= 200)("[SM5] the seeds meet every fault", () => {
    expect([...seen.keys()].toSorted()).toEqual(FAULTS);
  });
}

const FAULTS = [
  ...["crash", "device disk", "drop", "failed commit", "half-open", "held commits", "hostile peer"],
  ...["lost commits", "page", "press", "refuse", "restart", "say", "silence", "strand", "tamper"],
];
