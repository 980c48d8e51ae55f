/**
 * Timers that fire in a hidden page too, for what others count on: a host's connection, its
 * takeovers, its deadlines (D29). The clock of the leading tab stands on them.
 *
 * Owns the worker and what waits on it. The worker is started with the first timer.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY120 The waits of a leading tab are timed in a worker. Where it cannot be started, breaks off
 *         or falls silent, the page's own timers time what waits and what comes, and the log says
 *         so.
 */

import type { Log } from "#shared/ports/mod.ts";
import type { TimerHost } from "./browser-clock.ts";
import type { TimerRequest } from "../worker/timer-worker.ts";

/** What is used of a Worker; tests pass a scripted one. */
export interface TimerWorker {
  postMessage(request: TimerRequest): void;
  addEventListener(
    type: "message" | "error",
    listener: (event: { readonly data?: unknown }) => void,
  ): void;
}

export interface WorkerTimersDeps {
  /** Throws where no worker can be started. */
  readonly startWorker: () => TimerWorker;
  /** The page's own timers and times. */
  readonly page: TimerHost;
  readonly log: Log;
}

interface Waiting {
  readonly onTime: () => void;
  /** On the page's `now`. */
  readonly dueMs: number;
  /** Of the page's timer, once that times it. */
  cancel?: () => void;
}

/**
 * How often it is looked whether the worker is late, and by how much it may be. Late at one look
 * alone is a machine that woke up: by the next one the worker has had its turn.
 */
export const WATCH_MS = 5_000;

export function createWorkerTimers({ startWorker, page, log }: WorkerTimersDeps): TimerHost {
  const waiting = new Map<number, Waiting>();
  let worker: TimerWorker | "none" | undefined;
  let nextId = 1;

  let isWatching = false;
  let wasLate = false;

  const watch = (): void => {
    if (isWatching || waiting.size === 0 || worker === "none") return;
    isWatching = true;
    page.startTimer(() => {
      isWatching = false;
      const latestMs = page.now() - WATCH_MS;
      const isLate = [...waiting.values()].some(({ dueMs }) => dueMs < latestMs);
      if (isLate && wasLate) lose("it fell silent");
      wasLate = isLate;
      watch();
    }, WATCH_MS);
  };
  const fire = (id: number): void => {
    const due = waiting.get(id);
    waiting.delete(id);
    due?.onTime();
  };
  const timeHere = (id: number, one: Waiting): void => {
    one.cancel = page.startTimer(() => fire(id), Math.max(0, one.dueMs - page.now()));
  };
  const lose = (why: string): void => { // SY120
    if (worker === "none") return;
    worker = "none";
    log.write("warn", "timer-worker-lost", { why });
    for (const [id, one] of waiting) timeHere(id, one);
  };
  const start = (): TimerWorker | "none" => {
    try {
      const started = startWorker();
      started.addEventListener("message", ({ data }) => {
        if (typeof data === "number") fire(data);
      });
      started.addEventListener("error", () => lose("it broke off"));
      return started;
    } catch (error) { // The browser refuses workers, or their number.
      lose(String(error));
      return "none";
    }
  };

  return {
    epochNow: page.epochNow,
    now: page.now,
    startTimer(onTime, ms) {
      const id = nextId++;
      const one: Waiting = { onTime, dueMs: page.now() + ms };
      worker ??= start();
      waiting.set(id, one);
      if (worker === "none") timeHere(id, one);
      else worker.postMessage({ id, ms });
      watch();
      return () => {
        if (!waiting.delete(id)) return;
        one.cancel?.();
        if (worker !== "none") worker?.postMessage({ id });
      };
    },
  };
}
