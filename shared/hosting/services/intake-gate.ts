/**
 * Intake gate: lets the services of a device into the ledger one at a time.
 *
 * Owns the line of those who wait. Does not own what they do there, nor its deadline.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO137 Services that one change woke enter in the order of the room's plan, so that the ledger
 *         takes the work of a turn in the order that was promised; and one at a time, so that its
 *         limits hold.
 */

export interface IntakeGate {
  /**
   * Does `work` when nobody else is inside and nobody of a lesser rank waits; settles as it does.
   * Aborting cancels the wait; work that began is left to its own signal.
   */
  enter<T>(rank: number, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface Waiting {
  readonly rank: number;
  readonly go: () => Promise<void>;
}

/** Makes a gate with nobody inside. */
export function createIntakeGate(): IntakeGate {
  const line: Waiting[] = [];
  let isOpen = true;

  const pump = async (): Promise<void> => {
    isOpen = false;
    // Who was woken by the same change stands in line before the first goes in.
    await Promise.resolve();
    for (;;) {
      // The first of equals: `toSorted` keeps the order in which they came.
      const next = line.toSorted((a, b) => a.rank - b.rank)[0];
      if (next === undefined) break;
      line.splice(line.indexOf(next), 1);
      await next.go();
    }
    isOpen = true;
  };

  return {
    enter: (rank, work, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const leave = (): void => {
          line.splice(line.indexOf(waiting), 1);
          reject(signal.reason);
        };
        const waiting: Waiting = {
          rank,
          async go() {
            signal.removeEventListener("abort", leave);
            // Absorbed here: who entered hears of it.
            await work().then(resolve, reject);
          },
        };
        line.push(waiting);
        signal.addEventListener("abort", leave, { once: true });
        // Owned by who stands in line; it ends with the line, and rejects never.
        if (isOpen) void pump();
      }),
  };
}
