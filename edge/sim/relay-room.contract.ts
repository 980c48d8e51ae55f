/** The world of one relay and the links to it, as a suite runs it. */

import { pinnedSeeds } from "./pinned-seeds.ts";
import { runSeed } from "./sim-run.contract.ts";
import type { SimWorldKind } from "./sim-suite.contract.ts";

export const relayWorld: SimWorldKind = {
  world: "relay",
  rules: "[SM1] [SM3]",
  run: runSeed,
  pinned: pinnedSeeds,
  steps: [
    ...["crash", "device disk", "drop", "failed commit", "half-open", "held commits"],
    ...["hostile peer", "lost commits", "page", "press", "refuse", "restart", "say", "silence"],
    ...["strand", "tamper"],
  ],
};
