import { expect, test } from "vitest";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import type { TimerRequest } from "../worker/timer-worker.ts";
import type { TimerHost } from "./browser-clock.ts";
import { createWorkerTimers, type TimerWorker, WATCH_MS } from "./worker-timers.ts";

class ScriptedWorker implements TimerWorker {
  readonly asked: TimerRequest[] = [];
  readonly #listeners = new Map<string, (event: { readonly data?: unknown }) => void>();

  postMessage(request: TimerRequest): void {
    this.asked.push(request);
  }

  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.#listeners.set(type, listener);
  }

  tell(type: "message" | "error", data?: unknown): void {
    this.#listeners.get(type)?.({ data });
  }
}

function setup(startWorker?: () => TimerWorker) {
  const worker = new ScriptedWorker();
  const log = new RecordingLog();
  const armed: { readonly onTime: () => void; readonly ms: number }[] = [];
  /** The looks whether the worker is late, apart from what is timed. */
  const looks: (() => void)[] = [];
  let nowMs = 0;
  let starts = 0;
  const page: TimerHost = {
    epochNow: () => 7_000 + nowMs,
    now: () => nowMs,
    startTimer(onTime, ms) {
      const timer = { onTime, ms };
      if (ms === WATCH_MS) {
        looks.push(onTime);
        return () => undefined;
      }
      armed.push(timer);
      return () => void armed.splice(armed.indexOf(timer), 1);
    },
  };
  const timers = createWorkerTimers({
    startWorker: startWorker ?? (() => {
      starts += 1;
      return worker;
    }),
    page,
    log,
  });
  const fired: string[] = [];
  const start = (name: string, ms: number) => timers.startTimer(() => fired.push(name), ms);
  const pass = (ms: number) => nowMs += ms;
  const look = () => looks.shift()?.();
  return { worker, log, armed, looks, look, timers, fired, start, pass, starts: () => starts };
}

test("[SY120] a timer runs in the worker, which is started with the first one, and fires once", () => {
  const { worker, armed, timers, fired, start, starts } = setup();
  expect(starts()).toBe(0);
  expect([timers.now(), timers.epochNow()]).toEqual([0, 7_000]);
  start("a", 50);
  start("b", 20);
  expect([starts(), armed]).toEqual([1, []]);
  expect(worker.asked).toEqual([{ id: 1, ms: 50 }, { id: 2, ms: 20 }]);
  for (const data of [2, 1, 2, 9, "1"]) worker.tell("message", data);
  expect(fired).toEqual(["b", "a"]);
});

test("[SY120] a cancelled timer is stopped in the worker, and does not fire when it was on its way", () => {
  const { worker, fired, start } = setup();
  const cancel = start("a", 50);
  cancel();
  cancel();
  expect(worker.asked).toEqual([{ id: 1, ms: 50 }, { id: 1 }]);
  worker.tell("message", 1);
  expect(fired).toEqual([]);
});

test("[SY120] when the worker breaks off, what waits goes on with what is left of its time", () => {
  const { worker, log, armed, fired, start, pass } = setup();
  start("a", 50);
  const cancel = start("b", 10);
  pass(20);
  worker.tell("error");
  worker.tell("error");
  expect(armed.map(({ ms }) => ms)).toEqual([30, 0]);
  cancel();
  start("c", 5);
  expect(armed.map(({ ms }) => ms)).toEqual([30, 5]);
  for (const { onTime } of [...armed]) onTime();
  worker.tell("message", 1);
  expect(fired).toEqual(["a", "c"]);
  expect(log.eventsAt("warn")).toEqual(["timer-worker-lost"]);
});

test("[SY120] where no worker can be started the page's timers serve, and the log says so once", () => {
  const { log, armed, start } = setup(() => {
    throw new Error("no workers");
  });
  start("a", 50);
  start("b", 60);
  expect(armed.map(({ ms }) => ms)).toEqual([50, 60]);
  expect(log.eventsAt("warn")).toEqual(["timer-worker-lost"]);
});

test("[SY120] a worker that falls silent is noticed, and what it owes fires", () => {
  const { log, armed, looks, look, fired, start, pass } = setup();
  start("a", 50);
  start("b", 60_000);
  pass(WATCH_MS);
  look();
  expect(looks, "it goes on looking").toHaveLength(1);
  pass(WATCH_MS);
  look(); // Late once: the machine may have slept.
  expect(armed).toEqual([]);
  pass(WATCH_MS);
  look();
  expect(armed.map(({ ms }) => ms)).toEqual([0, 60_000 - 3 * WATCH_MS]);
  expect(log.eventsAt("warn")).toEqual(["timer-worker-lost"]);
  armed[0]?.onTime();
  expect([fired, looks]).toEqual([["a"], []]);
});

test("[SY120] a worker that was only late, as after a sleep of the machine, goes on", () => {
  const { worker, armed, look, fired, start, pass } = setup();
  start("a", 50);
  pass(3_600_000);
  look();
  worker.tell("message", 1);
  start("b", 20_000);
  pass(WATCH_MS);
  look();
  expect([fired, armed]).toEqual([["a"], []]);
});
