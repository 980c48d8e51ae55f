/** Seeds that once showed a fault: always run, by name, with what was wrong. */

export interface PinnedSeed {
  readonly seed: number;
  readonly why: string;
}

export const pinnedSeeds: readonly PinnedSeed[] = [
  { seed: 238, why: "a relay that left out `live` held a client in catching up for ever" },
  { seed: 313, why: "the same, of a client without unsent rows" },
  { seed: 525, why: "the same, with two rows unsent" },
];
