/**
 * The leading side of a tab whose code is not here yet (tab-leader.ts): fetched when the tab gets
 * in line, tried again while it does not come.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY180 A tab gets in line to lead, and fetches the code for it, once its screen can be used, a
 *         command needs the leader, or 3 s have passed; only then is the page made to work offline.
 */

import type { Clock } from "#shared/ports/mod.ts";
import type { TabLeader } from "./tab-leader.ts";

export interface LateLeaderDeps {
  readonly clock: Pick<Clock, "sleep">;
  readonly limits: { readonly leadAgainMs: number };
  readonly load: () => Promise<TabLeader>;
  /** The code did not come; told once, however often it is tried. */
  readonly onProblem: (error: unknown) => void;
  /** Of the client. */
  readonly signal: AbortSignal;
}

export function createLateLeader(deps: LateLeaderDeps): TabLeader {
  let leader: TabLeader | undefined;
  let isClosed = false;

  const begin = async (): Promise<void> => {
    for (let tries = 1; leader === undefined; tries += 1) {
      try {
        leader = await deps.load();
      } catch (error) { // TypeError: the code could not be fetched.
        if (tries === 1) deps.onProblem(error);
        await deps.clock.sleep(deps.limits.leadAgainMs, deps.signal);
      }
      if (isClosed) return;
    }
    leader.start();
  };

  return {
    // Owned by the client's signal, whose abort is the only way it rejects.
    start: () => void begin().catch(() => undefined),
    peer: () => leader?.peer(),
    async close() {
      isClosed = true;
      await leader?.close();
    },
  };
}
