import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { wllamaLimits } from "./limits.ts";
import { settle, type WatchedWorker, watchWorker } from "./worker-watch.ts";

const never = new AbortController().signal;
const forever = () => new Promise<never>(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A worker that says what a test says. */
class WorkerDouble extends EventTarget {
  readonly posted: unknown[] = [];
  isEnded = false;
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  terminate(): void {
    this.isEnded = true;
  }
  say(data: unknown): Event {
    const event = new MessageEvent("message", { data, cancelable: true });
    this.dispatchEvent(event);
    return event;
  }
}

function setup() {
  const worker = new WorkerDouble();
  const reads: number[] = [];
  const watch = watchWorker(worker as unknown as WatchedWorker, (bytes) => reads.push(bytes));
  return { worker, reads, watch };
}

test("[IN53] silence ends what waits, and only while it waits", async () => {
  const { worker, watch } = setup();
  worker.say({ verb: "console.log", args: ["x"] });
  await vi.advanceTimersByTimeAsync(10 * wllamaLimits.silenceMsMax);
  expect(worker.isEnded).toBe(false);
  const ended = settle(forever(), watch, never);
  await vi.advanceTimersByTimeAsync(wllamaLimits.silenceMsMax - 1);
  expect(worker.isEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await ended).toEqual({ kind: "silent", afterMs: wllamaLimits.silenceMsMax });
  expect(worker.isEnded).toBe(true);
});

test("[IN53] every word of the worker starts the time of silence anew", async () => {
  const { worker, reads, watch } = setup();
  const ended = settle(forever(), watch, never);
  for (let piece = 0; piece < 3; piece += 1) {
    await vi.advanceTimersByTimeAsync(wllamaLimits.silenceMsMax - 1);
    worker.say({ verb: "fs.read_req", args: ["model", 0, 512] });
  }
  expect([worker.isEnded, reads]).toEqual([false, [512, 512, 512]]);
  watch.close();
  expect(await ended).toEqual({ kind: "aborted" });
});

test.each<[string, (worker: WorkerDouble) => void, string]>([
  [
    "aborts",
    (one) => one.say({ verb: "signal.abort", args: ["abort", "out of bounds"] }),
    "out of",
  ],
  ["fails to start", (one) => one.say({ verb: "conclave.failed", args: ["no wasm"] }), "no wasm"],
  ["has no script", (one) => one.dispatchEvent(new Event("error")), "its script did not start"],
])("[IN53] a worker that %s ends what waits, and what comes after", async (_, fail, detail) => {
  const { worker, watch } = setup();
  const ended = settle(forever(), watch, never);
  fail(worker);
  const crashed = { kind: "crashed", detail: expect.stringContaining(detail) };
  expect(await ended).toEqual(crashed);
  expect(worker.isEnded).toBe(true);
  expect(await settle(forever(), watch, never)).toEqual(crashed);
});

test("[IN53] the library does not hear of an abort, which it would fail over", () => {
  const { worker } = setup();
  const heard: unknown[] = [];
  worker.addEventListener("message", (event) => heard.push(event));
  worker.say({ verb: "signal.abort", args: ["abort", "x"] });
  expect(heard).toEqual([]);
});

test("[IN53] what settles first is what is told, and a cancel ends the worker", async () => {
  const { worker, watch } = setup();
  expect(await settle(Promise.resolve(), watch, never)).toEqual({ kind: "ended" });
  const stop = new AbortController();
  const ended = settle(forever(), watch, stop.signal);
  stop.abort();
  expect(await ended).toEqual({ kind: "aborted" });
  expect(worker.isEnded).toBe(true);
});

test("[IN9] dispatches are asked of the worker, and a lost one made none", async () => {
  const { worker, watch } = setup();
  const count = watch.countDispatches();
  worker.say({ verb: "console.log", args: ["x"] });
  worker.say({ verb: "conclave.count", args: [279] });
  expect(await count).toBe(279);
  expect(worker.posted).toEqual([{ verb: "conclave.count" }]);
  const lost = watch.countDispatches();
  watch.close();
  expect(await lost).toBe(0);
});
