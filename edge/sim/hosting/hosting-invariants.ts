/** What must hold of every run of the hosting world (HO110). */

import { neverFreeLong, noRestartStorm, oneHolder } from "./invariants-hosting.ts";
import { allSettles, nothingLost, oneAnswer, saidOnce } from "./invariants-answers.ts";
import type { HostingInvariant } from "./hosting-trace.ts";

export const hostingInvariants: readonly HostingInvariant[] = [
  ...[allSettles, oneAnswer, noRestartStorm, neverFreeLong, nothingLost, oneHolder, saidOnce],
];
