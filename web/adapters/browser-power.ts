/**
 * The battery as Chromium tells of it (`navigator.getBattery`); other browsers tell nothing.
 *
 * Only the two facts that hosting reads are watched (power.ts).
 */

import type { BatteryState, PowerPort } from "../client/power.ts";

/** What is used of a BatteryManager; tests pass a scripted one. */
export interface BatteryLike {
  readonly charging: boolean;
  readonly level: number;
  addEventListener(type: "chargingchange" | "levelchange", listener: () => void): void;
}

/** Asks once; `openBattery` is undefined where the browser tells nothing. */
export function createPowerPort(
  openBattery: (() => Promise<BatteryLike>) | undefined,
): PowerPort {
  let state: BatteryState | undefined;
  const observers = new Set<() => void>();
  const watch = (battery: BatteryLike): void => {
    const read = (): void => {
      state = { isCharging: battery.charging, level: battery.level };
      for (const observer of [...observers]) observer();
    };
    battery.addEventListener("chargingchange", read);
    battery.addEventListener("levelchange", read);
    read();
  };
  // Owned by the page. A browser that refuses to tell is one that does not tell.
  void openBattery?.().then(watch, () => undefined);
  return {
    battery: () => state,
    subscribe(onChange) {
      const own = (): void => onChange();
      observers.add(own);
      return { [Symbol.dispose]: () => void observers.delete(own) };
    },
  };
}

/** This browser's way to its battery. */
export function browserBattery(): (() => Promise<BatteryLike>) | undefined {
  const host = navigator as { getBattery?: () => Promise<BatteryLike> };
  return host.getBattery?.bind(host);
}
