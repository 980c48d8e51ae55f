/** The hosting world as a suite runs it. */

import type { SimWorldKind } from "../sim-suite.contract.ts";
import { faultNames } from "./faults.contract.ts";
import { runHostingSeed } from "./hosting-run.contract.ts";
import { pinnedHostingSeeds } from "./pinned-hosting-seeds.ts";

export const hostingWorld: SimWorldKind = {
  world: "hosting",
  rules: "[HO110] [SM3]",
  run: runHostingSeed,
  pinned: pinnedHostingSeeds,
  steps: [...faultNames, "again", "cast", "edit", "recipe", "rewind", "say", "stop"],
};
