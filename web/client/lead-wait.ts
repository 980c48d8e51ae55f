/**
 * When a tab begins to lead: the code for it is larger than the rest of the page, and a person who
 * opens a room should not wait for it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY180 A tab gets in line to lead, and fetches the code for it, once its screen can be used, a
 *         command needs the leader, or 3 s have passed; only then is the page made to work offline.
 */

import { createLatch, raceFirst } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";

export interface LeadWait {
  /** There is a reason to lead now. */
  want(): void;
  /** Resolves when there was a reason, or `leadWaitMsMax` later. Aborting cancels the wait. */
  wait(signal: AbortSignal): Promise<void>;
}

export function createLeadWait(deps: {
  readonly clock: Pick<Clock, "sleep">;
  readonly limits: { readonly leadWaitMsMax: number };
}): LeadWait {
  const wanted = createLatch();
  return {
    want: () => wanted.ring(),
    wait: (signal) =>
      raceFirst([ // SY180
        (inner) => wanted.wait(inner),
        (inner) => deps.clock.sleep(deps.limits.leadWaitMsMax, inner),
      ], signal),
  };
}
