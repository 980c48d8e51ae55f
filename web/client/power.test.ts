import { expect, test } from "vitest";
import { clientLimits } from "./limits.ts";
import { hostsForOthers, isOnBattery } from "./power.ts";

const low = clientLimits.batteryLevelLow;

test("[HO152] low on battery and not charging, a device is not for others", () => {
  expect(hostsForOthers({ isCharging: false, level: low })).toBe(false);
  expect(hostsForOthers({ isCharging: false, level: low + 0.01 })).toBe(true);
  expect(hostsForOthers({ isCharging: true, level: 0 })).toBe(true);
  expect(hostsForOthers(undefined)).toBe(true);
});

test("[HO38] whether a device runs on battery is known only where the browser tells", () => {
  expect(isOnBattery({ isCharging: false, level: 1 })).toBe(true);
  expect(isOnBattery({ isCharging: true, level: 1 })).toBe(false);
  expect(isOnBattery(undefined)).toBeUndefined();
});
