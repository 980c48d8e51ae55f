/**
 * Bounded queue: first in, first out, with a spelled policy for the moment it is full.
 *
 * Owns its items and their order. Does not own the meaning of a refusal or a drop: `push` reports
 * it.
 *
 * Rules (shared/SPEC.md, section BA):
 *   BA14  Every queue has a limit, and says what happened to an item that met it.
 */

import { assert } from "./assert.ts";
import { createLatch } from "./latch.ts";

/** What happens to a new item when the queue is full. */
export type FullPolicy = "refuse" | "drop-oldest" | "drop-newest";

export type PushResult<T> =
  | { readonly kind: "added" }
  /** `refuse`: nothing changed; the caller waits or sheds. */
  | { readonly kind: "full"; readonly itemsMax: number }
  /** `drop-oldest`: the oldest went; `drop-newest`: the pushed item itself went. */
  | { readonly kind: "dropped"; readonly item: T };

export interface BoundedQueue<T> {
  readonly size: number;
  push(item: T): PushResult<T>;
  /** The oldest item, removed, or undefined when there is none. */
  tryTake(): T | undefined;
  /** Single consumer. Waits for an item; aborting cancels the wait and loses no item. */
  take(signal: AbortSignal): Promise<T>;
}

/** Makes an empty queue of at most `itemsMax` items. */
export function createBoundedQueue<T extends {} | null>(
  options: { readonly itemsMax: number; readonly whenFull: FullPolicy },
): BoundedQueue<T> {
  const { itemsMax, whenFull } = options;
  assert(itemsMax > 0, `Cannot create queue: itemsMax must be positive: current value ${itemsMax}`);
  const items: T[] = [];
  const bell = createLatch();

  return {
    get size() {
      return items.length;
    },
    push(item) {
      if (items.length < itemsMax) {
        items.push(item);
        bell.ring();
        return { kind: "added" };
      }
      if (whenFull === "refuse") return { kind: "full", itemsMax };
      if (whenFull === "drop-newest") return { kind: "dropped", item };
      const oldest = items.shift();
      assert(oldest !== undefined, "Cannot drop the oldest item: the full queue is empty");
      items.push(item);
      return { kind: "dropped", item: oldest };
    },
    tryTake() {
      return items.shift();
    },
    async take(signal) {
      for (;;) {
        signal.throwIfAborted();
        const item = items.shift();
        if (item !== undefined) return item;
        await bell.wait(signal);
      }
    },
  };
}
