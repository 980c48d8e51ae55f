/**
 * What a battery says about hosting: the port, and what follows from what it tells. Pure.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO152  A device that runs low on battery and does not charge offers itself to no persona of
 *          others until it charges again; those that it hosts stay.
 */

import { clientLimits } from "./limits.ts";

/** What a battery tells. */
export interface BatteryState {
  readonly isCharging: boolean;
  /** 0 to 1. */
  readonly level: number;
}

export interface PowerPort {
  /** Undefined where the browser does not tell, or has not yet. */
  battery(): BatteryState | undefined;
  /** Calls back after each change. */
  subscribe(onChange: () => void): Disposable;
}

/** Undefined where it is not known. */
export function isOnBattery(battery: BatteryState | undefined): boolean | undefined {
  return battery === undefined ? undefined : !battery.isCharging;
}

/** Whether this device offers itself to personas of others (HO152); unknown is no reason not to. */
export function hostsForOthers(battery: BatteryState | undefined): boolean {
  return battery === undefined || battery.isCharging ||
    battery.level > clientLimits.batteryLevelLow;
}
