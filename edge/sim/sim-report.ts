/** What a person reads of a failing seed. Pure. */

export interface FailedSeed {
  readonly seed: number;
  readonly complaints: readonly string[];
  readonly lines: readonly string[];
}

const LINES_SHOWN = 30;
const COLUMNS_SHOWN = 300;

/** Seed, commit, invariant, the end of the trace and the command that shows it again. */
export function drawFailure(failed: FailedSeed, commit: string): string {
  const { seed, complaints, lines } = failed;
  return [
    `Seed ${seed} at ${commit}`,
    ...complaints.slice(0, 5),
    "The end of its trace:",
    ...lines.slice(-LINES_SHOWN).map((line) => line.slice(0, COLUMNS_SHOWN)),
    `The same again: npm run sim -- --seeds 1 --from ${seed}`,
  ].join("\n");
}
