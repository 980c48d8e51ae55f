/**
 * The time axis of a turn: square root of time, so that one second and half a minute are both seen
 * and the axis stands still while a turn runs. Units are those of the chart's view box.
 */

/** Room for the 30 s budget line and a little beyond. */
const SCALE_MS_MIN = 36_000;

export interface TimeScale {
  readonly endMs: number;
  readonly x: (ms: number) => number;
}

export interface Tick {
  readonly ms: number;
  readonly x: number;
  /** Verdict lines of D11. */
  readonly budget: boolean;
}

export const BUDGET_FIRST_MS = 10_000;
export const BUDGET_ALL_MS = 30_000;

const TICKS_MS = [0, 1_000, 3_000, BUDGET_FIRST_MS, BUDGET_ALL_MS, 60_000, 120_000, 300_000];

/** A scale from 0 to `width` that holds at least `lastMs`. */
export function createScale(lastMs: number, width: number): TimeScale {
  const endMs = Math.max(SCALE_MS_MIN, lastMs * 1.05);
  return { endMs, x: (ms) => Math.sqrt(Math.max(0, Math.min(ms, endMs)) / endMs) * width };
}

export function listTicks(scale: TimeScale): readonly Tick[] {
  return TICKS_MS.filter((ms) => ms <= scale.endMs).map((ms) => ({
    ms,
    x: scale.x(ms),
    budget: ms === BUDGET_FIRST_MS || ms === BUDGET_ALL_MS,
  }));
}
