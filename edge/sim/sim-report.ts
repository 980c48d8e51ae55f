/** What a person reads of a failing seed. Pure. */

export interface FailedSeed {
  readonly world: string;
  readonly seed: number;
  readonly complaints: readonly string[];
  readonly lines: readonly string[];
}

/** One run of one seed. */
export interface SimResult extends Omit<FailedSeed, "world"> {
  /** Of its whole trace. */
  readonly hash: string;
  readonly virtualMs: number;
  /** How often each step was taken, by name. */
  readonly faults: Readonly<Record<string, number>>;
}

const LINES_SHOWN = 30;
const COLUMNS_SHOWN = 300;

/** Seed, commit, invariant, the end of the trace and the command that shows it again. */
export function drawFailure(failed: FailedSeed, commit: string): string {
  const { world, seed, complaints, lines } = failed;
  return [
    `Seed ${seed} of the ${world} world at ${commit}`,
    ...complaints.slice(0, 5),
    "The end of its trace:",
    ...lines.slice(-LINES_SHOWN).map((line) => line.slice(0, COLUMNS_SHOWN)),
    `The same again: npm run sim -- --world ${world} --seeds 1 --from ${seed}`,
  ].join("\n");
}
