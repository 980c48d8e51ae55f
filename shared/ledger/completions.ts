/**
 * Completions: who waits for which input.
 *
 * Owns the waiters. Does not own the inputs: the loop reports each end here, after it was
 * committed.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG15  Any number of waiters of one input, up to a limit in all, hear the same end, after it is
 *         durable; when the loop ends first, all hear `loop-ended`, never that the input was
 *         abandoned.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { Completion } from "./outcome.ts";

export interface WaitersFull {
  readonly kind: "waiters-full";
  readonly waitersMax: number;
}

export interface Completions {
  /** Registers at once and resolves at the end. Aborting cancels the wait, not the input. */
  wait(
    inputId: string,
    signal: AbortSignal,
  ): Result<Promise<Completion>, WaitersFull>;
  /** Tells everybody who waits for `inputId`; returns how many there were. */
  settle(inputId: string, completion: Completion): number;
  isWaitedFor(inputId: string): boolean;
  /** The loop begins: who waits from now on hears of ends. */
  open(): void;
  /** The loop ends: tells everybody, and everybody who comes before it begins again. */
  close(completion: Completion): void;
}

/** Makes an empty set of waiters. */
export function createCompletions(waitersMax: number): Completions {
  const waitersById = new Map<string, Set<(completion: Completion) => void>>();
  let count = 0;
  let closed: Completion | undefined;

  const settle = (inputId: string, completion: Completion): number => {
    const waiters = [...(waitersById.get(inputId) ?? [])];
    for (const tell of waiters) tell(completion);
    return waiters.length;
  };

  return {
    wait(inputId, signal) {
      if (closed !== undefined) return ok(Promise.resolve(closed));
      if (count >= waitersMax) return err({ kind: "waiters-full", waitersMax });
      const waiters = waitersById.get(inputId) ?? new Set();
      waitersById.set(inputId, waiters);
      return ok(
        new Promise<Completion>((resolve, reject) => {
          const leave = (): void => {
            waiters.delete(tell);
            count -= 1;
            if (waiters.size === 0) waitersById.delete(inputId);
            signal.removeEventListener("abort", onAbort);
          };
          const tell = (completion: Completion): void => {
            leave();
            resolve(completion);
          };
          const onAbort = (): void => {
            leave();
            reject(signal.reason);
          };
          waiters.add(tell);
          count += 1;
          if (signal.aborted) onAbort();
          else signal.addEventListener("abort", onAbort, { once: true });
        }),
      );
    },
    settle,
    isWaitedFor: (inputId) => waitersById.has(inputId),
    open() {
      closed = undefined;
    },
    close(completion) {
      closed = completion;
      for (const inputId of [...waitersById.keys()]) settle(inputId, completion);
    },
  };
}
