/**
 * Decides from heartbeats whether the inference worker still lives.
 *
 * Pure. Whoever checks may itself have slept (a closed laptop, a throttled tab): a check that comes
 * far too late proves nothing about the worker and starts the count anew.
 */

import { inferenceLimits } from "../inference/limits.ts";

export interface PulseState {
  readonly phase: "starting" | "running";
  /** Start of the worker, or its last sign of life. */
  readonly heardAtMs: number;
  readonly checkedAtMs: number;
  readonly isLoading: boolean;
}

export type PulseVerdict =
  | { readonly kind: "alive"; readonly state: PulseState }
  | { readonly kind: "lost"; readonly silentMs: number };

export function startPulse(nowMs: number): PulseState {
  return { phase: "starting", heardAtMs: nowMs, checkedAtMs: nowMs, isLoading: false };
}

export function hearBeat(state: PulseState, nowMs: number): PulseState {
  return { ...state, phase: "running", heardAtMs: nowMs };
}

/** A load was asked for, or has its answer, which is a sign of life too. */
export function markLoading(state: PulseState, nowMs: number, isLoading: boolean): PulseState {
  return { ...state, heardAtMs: nowMs, isLoading };
}

/** Checks later than this after the one before mean that the checker slept. */
const CHECK_LATE_MS = inferenceLimits.heartbeatMs * 2;

export function checkPulse(state: PulseState, nowMs: number): PulseVerdict {
  const isLate = nowMs - state.checkedAtMs > CHECK_LATE_MS;
  const heardAtMs = isLate ? nowMs : state.heardAtMs;
  const silentMs = nowMs - heardAtMs;
  if (silentMs > silenceMsMax(state)) return { kind: "lost", silentMs };
  return { kind: "alive", state: { ...state, heardAtMs, checkedAtMs: nowMs } };
}

function silenceMsMax(state: PulseState): number {
  if (state.phase === "starting") return inferenceLimits.workerStartMsMax;
  return state.isLoading ? inferenceLimits.heartbeatLostLoadingMs : inferenceLimits.heartbeatLostMs;
}
