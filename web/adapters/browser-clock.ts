/**
 * The real clock. Works in tabs and workers.
 *
 * Keeps deadlines, not remaining delays: after a laptop slept, a timer that fires looks at the
 * clock and waits for what is left. Waits longer than a timer can hold are split.
 */

import { assert, type EpochMs, type MonotonicMs } from "#shared/base/mod.ts";
import { toEpochMs, toMonotonicMs } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";

/** Timers hold a signed 32-bit number of milliseconds. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

/** What the clock needs from its host; tests bring their own. */
export interface TimerHost {
  readonly epochNow: () => number;
  readonly now: () => number;
  /** Calls back once after about `ms` and returns what cancels it. */
  readonly startTimer: (onTime: () => void, ms: number) => () => void;
}

/** The page's own timers. */
export const browserHost: TimerHost = {
  epochNow: () => Date.now(),
  now: () => performance.now(),
  startTimer(onTime, ms) {
    const timer = setTimeout(onTime, ms);
    return () => clearTimeout(timer);
  },
};

/** Makes the clock of this tab or worker. A delay below 0 ms counts as 0. */
export function createBrowserClock(host: TimerHost = browserHost): Clock {
  const epochNow = (): EpochMs => toEpochMs(Math.floor(host.epochNow()));
  const now = (): MonotonicMs => toMonotonicMs(host.now());
  return {
    epochNow,
    now,
    sleep(ms, signal) {
      assert(!Number.isNaN(ms), "Cannot sleep: the delay is not a number");
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const deadline = now() + Math.max(0, ms);
        let cancel: () => void;
        const stop = (): void => {
          cancel();
          reject(signal.reason);
        };
        const arm = (): void => {
          const leftMs = Math.max(0, deadline - now());
          cancel = host.startTimer(() => {
            if (now() < deadline) return arm();
            signal.removeEventListener("abort", stop);
            resolve();
          }, Math.min(Math.ceil(leftMs), TIMER_MS_MAX));
        };
        signal.addEventListener("abort", stop, { once: true });
        arm();
      });
    },
  };
}
