import { expect, test } from "vitest";
import { type BatteryLike, createPowerPort } from "./browser-power.ts";

class ScriptedBattery implements BatteryLike {
  charging = true;
  level = 1;
  readonly #listeners: (() => void)[] = [];

  addEventListener(_type: string, listener: () => void): void {
    this.#listeners.push(listener);
  }

  set(change: { readonly charging?: boolean; readonly level?: number }): void {
    Object.assign(this, change);
    for (const listener of this.#listeners) listener();
  }
}

test("nothing is known before the battery was opened, where there is none, and when it is refused", async () => {
  const battery = new ScriptedBattery();
  const port = createPowerPort(() => Promise.resolve(battery));
  expect(port.battery()).toBeUndefined();
  await Promise.resolve();
  expect(port.battery()).toEqual({ isCharging: true, level: 1 });
  expect(createPowerPort(undefined).battery()).toBeUndefined();
  const refused = createPowerPort(() => Promise.reject(new Error("denied")));
  await Promise.resolve();
  expect(refused.battery()).toBeUndefined();
});

test("each change is told until the subscription ends", async () => {
  const battery = new ScriptedBattery();
  const port = createPowerPort(() => Promise.resolve(battery));
  let calls = 0;
  const subscription = port.subscribe(() => calls += 1);
  await Promise.resolve();
  battery.set({ charging: false });
  expect(port.battery()).toEqual({ isCharging: false, level: 1 });
  const before = calls;
  battery.set({ level: 0.1 });
  expect(calls).toBeGreaterThan(before);
  subscription[Symbol.dispose]();
  const after = calls;
  battery.set({ level: 0.05 });
  expect(calls).toBe(after);
  expect(port.battery()).toEqual({ isCharging: false, level: 0.05 });
});
