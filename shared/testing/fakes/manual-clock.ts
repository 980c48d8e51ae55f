import { assert } from "../../base/assert.ts";
import { type EpochMs, type MonotonicMs, toEpochMs, toMonotonicMs } from "../../base/brands.ts";
import type { Clock } from "../../ports/clock.ts";

/** Microtask turns granted after each stop; an await chain longer than this goes on at the next. */
const CONTINUATION_TURNS = 250;

/** Stops in one advance; more means that something sleeps 0 ms for ever. */
const STOPS_MAX = 1_000_000;

interface Wait {
  readonly dueMs: number;
  readonly wake: () => void;
}

export interface ManualClockOptions {
  /** Wall time at the start; 2026-01-01T00:00:00Z unless told. */
  readonly epochMs?: number;
  /** Lets continuations run; replace it where work needs macrotasks (fake-indexeddb). */
  readonly settle?: () => Promise<void>;
}

/**
 * Time that moves only when a test says so. `advance` stops at every due time in order, wakes one
 * sleeper at a time and lets its continuations run before the next; it refuses to nest.
 */
export class ManualClock implements Clock {
  #nowMs = 0;
  #epochOffsetMs: number;
  /** Sorted by due time, equal ones in order of arrival. */
  #waits: Wait[] = [];
  #isAdvancing = false;
  readonly #settle: () => Promise<void>;

  constructor(options: ManualClockOptions = {}) {
    this.#epochOffsetMs = options.epochMs ?? 1_767_225_600_000;
    this.#settle = options.settle ?? settleMicrotasks;
  }

  epochNow(): EpochMs {
    return toEpochMs(this.#epochOffsetMs + this.#nowMs);
  }

  now(): MonotonicMs {
    return toMonotonicMs(this.#nowMs);
  }

  /** Waits even for 0 ms until the next `advance`, so that a test sees every wait. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    assert(!Number.isNaN(ms), "Cannot sleep: the delay is not a number");
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = (): void => {
        this.#waits = this.#waits.filter((other) => other !== wait);
        reject(signal.reason);
      };
      const wait: Wait = {
        dueMs: this.#nowMs + Math.max(0, ms),
        wake: () => {
          signal.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal.addEventListener("abort", stop, { once: true });
      const at = this.#waits.findIndex((other) => other.dueMs > wait.dueMs);
      this.#waits.splice(at < 0 ? this.#waits.length : at, 0, wait);
    });
  }

  /** Moves time forward by `ms`, waking every sleeper that becomes due, in order. */
  async advance(ms: number): Promise<void> {
    assert(!this.#isAdvancing, "Cannot advance: another advance is running");
    assert(ms >= 0, `Cannot advance by ${ms} ms: time does not go back`);
    this.#isAdvancing = true;
    try {
      const targetMs = this.#nowMs + ms;
      await this.#settle();
      for (let stops = 0;; stops += 1) {
        assert(stops < STOPS_MAX, `Cannot advance: ${STOPS_MAX} stops without an end`);
        const next = this.#waits[0];
        if (next === undefined || next.dueMs > targetMs) {
          if (this.#nowMs === targetMs) return;
          this.#nowMs = targetMs;
        } else {
          this.#waits.shift();
          this.#nowMs = Math.max(this.#nowMs, next.dueMs);
          next.wake();
        }
        await this.#settle();
      }
    } finally {
      this.#isAdvancing = false;
    }
  }

  /** Moves time to the next sleeper's due time; false when nobody sleeps. */
  async advanceToNext(): Promise<boolean> {
    await this.#settle();
    const next = this.#waits[0];
    if (next === undefined) return false;
    await this.advance(next.dueMs - this.#nowMs);
    return true;
  }

  /** Steps the wall clock alone, as an operating system does. */
  stepEpoch(ms: number): void {
    this.#epochOffsetMs += ms;
  }

  /** How many sleepers there are. */
  get sleepers(): number {
    return this.#waits.length;
  }

  /** Ms until the next sleeper is due; undefined when nobody sleeps. */
  get nextDueInMs(): number | undefined {
    const next = this.#waits[0];
    return next === undefined ? undefined : next.dueMs - this.#nowMs;
  }
}

/** Lets everything run that needs no more than microtasks. */
export async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < CONTINUATION_TURNS; turn += 1) await Promise.resolve();
}
