/**
 * The clock of a Durable Object: one that goes on while the object is out of memory.
 *
 * Owns the waits of one object. A short one is a timer, which keeps the object awake; a long one is
 * the object's single alarm, which wakes it. What waited is gone after a sleep, so whoever wants to
 * be told asks again when it is woken.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL88  A wait shorter than the platform's own patience is a timer; longer ones share one alarm.
 *   RL89  Waits of `sharedMsMin` and more end together, at most `sharedMsMin` late: sockets that
 *         only idle wake their object twice a minute, however many they are.
 */

import { assert, type MonotonicMs, toEpochMs, toMonotonicMs } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";

export interface WakeTimers {
  /** Milliseconds since 1970. */
  epochNow(): number;
  /** Calls once; the result takes it back. */
  setTimer(ms: number, ring: () => void): () => void;
  /** Replaces the alarm that is set. */
  setAlarm(epochMs: number): void;
}

export interface SleepClock extends Clock {
  /** The alarm went off. */
  ring(): void;
}

/** The platform puts an object to sleep after ten seconds without work. */
const TIMER_MS_MAX = 9_000;
export const sharedMsMin = 30_000;

interface Wait {
  readonly dueAt: number;
  readonly resolve: () => void;
}

/** RL89: the end of its share, for what is far off. */
export function shareDue(dueAt: MonotonicMs, now: MonotonicMs): MonotonicMs {
  const isShared = dueAt - now >= sharedMsMin;
  return isShared ? toMonotonicMs(Math.ceil(dueAt / sharedMsMin) * sharedMsMin) : dueAt;
}

/** Monotonic time is that of the day, held still where that goes back: it outlives a sleep. */
export function createSleepClock(timers: WakeTimers): SleepClock {
  const waits = new Set<Wait>();
  let newest = 0;
  let armedFor: number | undefined;

  const now = (): MonotonicMs => {
    newest = Math.max(newest, timers.epochNow());
    return toMonotonicMs(newest);
  };

  /** An alarm that is too early is harmless, so it is moved only forward. */
  const arm = (): void => {
    const next = Math.min(...[...waits].map((wait) => wait.dueAt));
    if (next >= (armedFor ?? Infinity)) return;
    armedFor = next;
    timers.setAlarm(next);
  };

  const wait = (ms: number, resolve: () => void): () => void => {
    if (ms <= TIMER_MS_MAX) return timers.setTimer(ms, resolve); // RL88
    const dueAt = now() + ms;
    const isShared = ms >= sharedMsMin;
    const shared = Math.ceil(dueAt / sharedMsMin) * sharedMsMin; // RL89
    const own = { dueAt: isShared ? shared : dueAt, resolve };
    waits.add(own);
    arm();
    return () => void waits.delete(own);
  };

  return {
    epochNow: () => toEpochMs(timers.epochNow()),
    now,
    sleep(ms, signal) {
      assert(!Number.isNaN(ms), "Cannot sleep: the delay is not a number");
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        if (ms <= 0) return resolve();
        const stop = (): void => {
          takeBack();
          reject(signal.reason);
        };
        const takeBack = wait(ms, () => {
          signal.removeEventListener("abort", stop);
          resolve();
        });
        signal.addEventListener("abort", stop, { once: true });
      });
    },
    ring() {
      armedFor = undefined;
      const at = now();
      for (const due of [...waits].filter(({ dueAt }) => dueAt <= at)) {
        waits.delete(due);
        due.resolve();
      }
      arm();
    },
  };
}
