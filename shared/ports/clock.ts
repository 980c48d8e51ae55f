import type { EpochMs, MonotonicMs } from "../base/brands.ts";

/** Time as a port: created only in composition roots and tests. */
export interface Clock {
  /** Wall time, for records and display. */
  epochNow(): EpochMs;
  /** Monotonic time, for ages and deadlines. */
  now(): MonotonicMs;
  /** Resolves after `ms`; aborting cancels the wait and rejects with `signal.reason`. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
