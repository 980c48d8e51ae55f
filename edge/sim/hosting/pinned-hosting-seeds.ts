/** Seeds of the hosting world that once showed a fault: always run, with what was wrong. */

import type { PinnedSeed } from "../pinned-seeds.ts";

export const pinnedHostingSeeds: readonly PinnedSeed[] = [];
