/**
 * Lane: work of a session that is done one after the other, in the order it came.
 *
 * Owns the order. Does not own how much waits: whoever asks is counted before (SC63).
 */

export interface Lane {
  /** Begins when everything before it has ended; settles as the work does. */
  do<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is left. */
  settled(): Promise<void>;
}

export function createLane(): Lane {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    do(work) {
      const mine = tail.then(work);
      // The next one begins however this one ended; who asked for it hears of a failure.
      tail = mine.catch(() => undefined);
      return mine;
    },
    async settled() {
      for (let seen: unknown; seen !== tail;) {
        seen = tail;
        await tail;
      }
    },
  };
}
