/** Seeds that once showed a fault: always run, by name, with what was wrong. */

export interface PinnedSeed {
  readonly seed: number;
  readonly why: string;
}

export const pinnedSeeds: readonly PinnedSeed[] = [
  { seed: 238, why: "a relay that left out `live` held a client in catching up for ever" },
  { seed: 313, why: "the same, of a client without unsent rows" },
  { seed: 1439, why: "an entry lost and stored again kept its seq with another time (RL127)" },
  { seed: 1558, why: "the same, of a room of two" },
  { seed: 525, why: "the same, with two rows unsent" },
];
