/**
 * A lane is a semaphore that refuses (IN5).
 *
 * It never queues: the ledger is the only queue, and a second one here would hide work from the
 * planner.
 */
export interface Lane {
  readonly slots: number;
  readonly takenCount: number;
  /** Returns the release of one slot, or undefined when all are taken. Releasing twice is one. */
  take(): (() => void) | undefined;
}

export function createLane(slots: number): Lane {
  let takenCount = 0;
  return {
    slots,
    get takenCount() {
      return takenCount;
    },
    take() {
      if (takenCount >= slots) return undefined;
      takenCount += 1;
      let isHeld = true;
      return () => {
        if (isHeld) takenCount -= 1;
        isHeld = false;
      };
    },
  };
}
