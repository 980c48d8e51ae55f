/** The browser's own time as a `Clock`, for tests that need the real engines. */

import { toEpochMs, toMonotonicMs } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";

export const realClock: Clock = {
  epochNow: () => toEpochMs(Date.now()),
  now: () => toMonotonicMs(performance.now()),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, ms);
      function stop(): void {
        clearTimeout(timer);
        reject(signal.reason);
      }
      signal.addEventListener("abort", stop, { once: true });
    }),
};
