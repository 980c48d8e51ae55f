/**
 * Alarms on the Clock port: set as often as wanted, they sleep as seldom as possible. Thousands of
 * them share one sleep, the one until the first is due: a timer of the platform with its signal
 * takes more memory than the rest of an idle socket.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL131 However many sockets and rooms wait, the relay has one timer.
 */

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

export interface Alarms {
  create(onDue: () => void): Alarm;
}

interface Entry {
  readonly dueAt: MonotonicMs;
  /** Undefined once it was set anew or closed: it is passed over. */
  ring: (() => void) | undefined;
}

/** `later` may put what is far off to a later time that it shares with others. */
export function createAlarms(
  clock: Clock,
  later = (dueAt: MonotonicMs, _now: MonotonicMs): MonotonicMs => dueAt,
): Alarms {
  /** A binary heap: the parent of `at` is at `(at - 1) >> 1` and never due later. */
  const heap: Entry[] = [];
  let sleep: { readonly dueAt: MonotonicMs; readonly controller: AbortController } | undefined;

  /** Sleeps until the first is due; not at all when nothing is. */
  const settle = (): void => {
    while (heap[0] !== undefined && heap[0].ring === undefined) removeFirst(heap);
    const dueAt = heap[0]?.dueAt;
    if (sleep?.dueAt === dueAt) return;
    sleep?.controller.abort("set anew");
    sleep = undefined;
    if (dueAt === undefined) return;
    const own = { dueAt, controller: new AbortController() };
    sleep = own;
    // A sleep rejects only when it was aborted.
    clock.sleep(Math.max(0, dueAt - clock.now()), own.controller.signal)
      .then(() => ringDue(own), () => undefined);
  };

  const ringDue = (own: typeof sleep): void => {
    if (sleep !== own) return;
    sleep = undefined;
    const now = clock.now();
    while (heap[0] !== undefined && heap[0].dueAt <= now) removeFirst(heap).ring?.();
    settle();
  };

  return {
    create(onDue) {
      let armed: Entry | undefined;
      const ring = (): void => {
        armed = undefined;
        onDue();
      };
      return {
        set(wanted) {
          if (wanted === undefined || (armed !== undefined && armed.dueAt <= wanted)) return;
          const dueAt = later(wanted, clock.now());
          if (armed !== undefined && armed.dueAt <= dueAt) return;
          if (armed !== undefined) armed.ring = undefined;
          armed = { dueAt, ring };
          add(heap, armed);
          if (heap[0] === armed) settle();
        },
        close() {
          if (armed === undefined) return;
          armed.ring = undefined;
          if (heap[0] === armed) settle();
          armed = undefined;
        },
      };
    },
  };
}

function add(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parentAt = (at - 1) >> 1;
    const parent = heap[parentAt] as Entry;
    if (parent.dueAt <= entry.dueAt) break;
    heap[at] = parent;
    at = parentAt;
  }
  heap[at] = entry;
}

/** Of a heap that is not empty. */
function removeFirst(heap: Entry[]): Entry {
  const first = heap[0] as Entry;
  const last = heap.pop() as Entry;
  const { length } = heap;
  if (length === 0) return first;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= length) break;
    const right = heap[left + 1];
    const isRight = right !== undefined && right.dueAt < (heap[left] as Entry).dueAt;
    const childAt = isRight ? left + 1 : left;
    const child = heap[childAt] as Entry;
    if (child.dueAt >= last.dueAt) break;
    heap[at] = child;
    at = childAt;
  }
  heap[at] = last;
  return first;
}
