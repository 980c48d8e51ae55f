/**
 * Lane: a semaphore that refuses. It counts the slots of one engine and never queues (D35).
 *
 * Owns the count. Does not own who comes next: the drain loop asks `free` before it takes a slot.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG12  A lane beyond its slots refuses; a slot given back twice counts once.
 */

import { assert } from "../base/assert.ts";

export interface Lane {
  readonly slots: number;
  /** Slots nobody holds. */
  readonly free: number;
  /** A slot until it is disposed, or undefined when all are held. */
  tryTake(): Disposable | undefined;
}

/** Makes a lane with all slots free. */
export function createLane(slots: number): Lane {
  assert(
    Number.isSafeInteger(slots) && slots > 0,
    `Cannot create lane: slots must be a positive integer: current value ${slots}`,
  );
  let held = 0;
  return {
    slots,
    get free() {
      return slots - held;
    },
    tryTake() {
      if (held === slots) return undefined;
      held += 1;
      let isHeld = true;
      return {
        [Symbol.dispose]() {
          if (!isHeld) return;
          isHeld = false;
          held -= 1;
        },
      };
    },
  };
}
