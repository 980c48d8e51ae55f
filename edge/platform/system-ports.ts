/** The ports of a server process on its real clock and chance. */

import { setImmediate } from "node:timers";
import { assert, toEpochMs, toMonotonicMs } from "#shared/base/mod.ts";
import type { Clock, Random } from "#shared/ports/mod.ts";

/** Timers hold a signed 32-bit number of milliseconds. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Keeps deadlines, not remaining delays: a machine may sleep. */
export function createSystemClock(): Clock {
  const now = (): number => performance.now();
  return {
    epochNow: () => toEpochMs(Date.now()),
    now: () => toMonotonicMs(now()),
    sleep(ms, signal) {
      assert(!Number.isNaN(ms), "Cannot sleep: the delay is not a number");
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (ms <= 0) { // One turn of the loop, in which sockets are read; a timer takes a ms.
          setImmediate(() => signal.aborted ? reject(signal.reason) : resolve());
          return;
        }
        const deadline = now() + Math.max(0, ms);
        let timer: ReturnType<typeof setTimeout>;
        const stop = (): void => {
          clearTimeout(timer);
          reject(signal.reason);
        };
        const arm = (): void => {
          const leftMs = Math.max(0, deadline - now());
          timer = setTimeout(() => {
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

/** Chance of the system; its streams are independent by nature. */
export function createSystemRandom(): Random {
  const random: Random = {
    next: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
    fork: () => random,
  };
  return random;
}
