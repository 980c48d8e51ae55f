/** One timer on the Clock port: set as often as wanted, it sleeps as seldom as possible. */

import type { MonotonicMs } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";

export interface Alarm {
  /**
   * Calls `onDue` at `dueAt` or, when it was set for an earlier time before, then: an early call is
   * harmless to who asks again, and moving a deadline on costs nothing.
   */
  set(dueAt: MonotonicMs | undefined): void;
  close(): void;
}

export function createAlarm(clock: Clock, onDue: () => void): Alarm {
  let armed: { readonly dueAt: MonotonicMs; readonly controller: AbortController } | undefined;

  const arm = (dueAt: MonotonicMs): void => {
    const controller = new AbortController();
    const own = { dueAt, controller };
    armed = own;
    const ring = (): void => {
      if (armed !== own) return;
      armed = undefined;
      onDue();
    };
    // A sleep rejects only when it was aborted: the alarm was set anew or closed.
    clock.sleep(Math.max(0, dueAt - clock.now()), controller.signal).then(ring, () => undefined);
  };

  return {
    set(dueAt) {
      if (dueAt === undefined || (armed !== undefined && armed.dueAt <= dueAt)) return;
      armed?.controller.abort("set anew");
      arm(dueAt);
    },
    close() {
      armed?.controller.abort("closed");
      armed = undefined;
    },
  };
}
