import { expect, test } from "vitest";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { createBrowserIds, createBrowserRandom, ID_CHARS } from "./browser-chance.ts";
import { createBrowserClock, TIMER_MS_MAX, type TimerHost } from "./browser-clock.ts";
import { createConsoleLog } from "./console-log.ts";

/** Timers that fire when the test says so, at whatever time the test says it is. */
function setup() {
  let nowMs = 0;
  let timer: { readonly onTime: () => void; readonly ms: number } | undefined;
  const host: TimerHost = {
    epochNow: () => 1_000.7 + nowMs,
    now: () => nowMs,
    startTimer(onTime, ms) {
      const started = { onTime, ms };
      timer = started;
      return () => {
        if (timer === started) timer = undefined;
      };
    },
  };
  const fireAt = (ms: number): void => {
    const due = timer;
    nowMs = ms;
    timer = undefined;
    due?.onTime();
  };
  return { clock: createBrowserClock(host), fireAt, armedMs: () => timer?.ms };
}

test("a timer that fires early is armed again for what is left of the deadline", async () => {
  const { clock, fireAt, armedMs } = setup();
  let isAwake = false;
  const sleeping = clock.sleep(100, noAbort).then(() => isAwake = true);
  fireAt(99.5);
  expect(armedMs()).toBe(1);
  await Promise.resolve();
  expect(isAwake).toBe(false);
  fireAt(100);
  await sleeping;
});

test("after the machine slept past a deadline the next timer ends the wait", async () => {
  const { clock, fireAt, armedMs } = setup();
  const sleeping = clock.sleep(100, noAbort);
  fireAt(86_400_000);
  await sleeping;
  expect(armedMs()).toBeUndefined();
});

test("a wait longer than a timer can hold is split", async () => {
  const { clock, fireAt, armedMs } = setup();
  const sleeping = clock.sleep(TIMER_MS_MAX + 5_000, noAbort);
  expect(armedMs()).toBe(TIMER_MS_MAX);
  fireAt(TIMER_MS_MAX);
  expect(armedMs()).toBe(5_000);
  fireAt(TIMER_MS_MAX + 5_000);
  await sleeping;
});

test("aborting a sleep cancels its timer and rejects with the reason", async () => {
  const { clock, armedMs } = setup();
  const abort = new AbortController();
  const sleeping = clock.sleep(100, abort.signal);
  abort.abort("left");
  await expect(sleeping).rejects.toBe("left");
  await expect(clock.sleep(1, abort.signal)).rejects.toBe("left");
  expect(armedMs()).toBeUndefined();
});

test("wall time is whole milliseconds, as the fold wants it", () => {
  expect(setup().clock.epochNow()).toBe(1_000);
});

test("the host's own timers work", async () => {
  const clock = createBrowserClock();
  const before = clock.now();
  await clock.sleep(1, noAbort);
  expect(clock.now() - before).toBeGreaterThanOrEqual(1);
});

test("ids carry their prefix and do not repeat", () => {
  const ids = createBrowserIds();
  const made = Array.from({ length: 1_000 }, () => ids.next("in"));
  expect(new Set(made).size).toBe(1_000);
  for (const id of made) expect(id).toMatch(new RegExp(`^in_[0-9a-hjkmnp-tv-z]{${ID_CHARS}}$`));
});

test("chance stays in [0, 1)", () => {
  const random = createBrowserRandom().fork("any");
  for (let draw = 0; draw < 1_000; draw += 1) {
    const value = random.next();
    expect(value >= 0 && value < 1).toBe(true);
  }
});

test("the console log writes lines up to its level, with bound fields", () => {
  const lines: unknown[] = [];
  const record = (level: string) => (...args: unknown[]) => void lines.push([level, ...args]);
  const target = {
    error: record("error"),
    warn: record("warn"),
    info: record("info"),
    debug: record("debug"),
  };
  const log = createConsoleLog("info", target).with({ room: "rm_1" });
  log.write("debug", "detail", {});
  log.write("info", "ready", { ms: 5 });
  log.write("error", "lost", { room: "rm_2" });
  expect(lines).toEqual([
    ["info", "ready", { room: "rm_1", ms: 5 }],
    ["error", "lost", { room: "rm_2" }],
  ]);
});
