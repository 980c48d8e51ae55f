/**
 * Latch: a bell that is never missed. A ring while nobody waits makes the next wait return at once.
 *
 * Owns the memory of one ring. Does not own what the ring is about: who wakes looks for work again.
 * Many rings before a wait count as one.
 *
 * Rules (shared/SPEC.md, section BA):
 *   BA11  A ring is never missed: rung while nobody waits, the next wait returns at once.
 */

export interface Latch {
  /** Wakes everybody who waits, or else the next one who does. */
  ring(): void;
  /** Resolves after a ring. Aborting cancels the wait only; a later ring is not lost. */
  wait(signal: AbortSignal): Promise<void>;
}

/** Makes a latch that has not been rung. */
export function createLatch(): Latch {
  let isRung = false;
  const waiting = new Set<() => void>();

  return {
    ring() {
      if (waiting.size === 0) {
        isRung = true;
        return;
      }
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake();
    },
    wait(signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (isRung) {
        isRung = false;
        return Promise.resolve();
      }
      return new Promise<void>((resolve, reject) => {
        const wake = (): void => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        };
        const onAbort = (): void => {
          waiting.delete(wake);
          reject(signal.reason);
        };
        waiting.add(wake);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },
  };
}
