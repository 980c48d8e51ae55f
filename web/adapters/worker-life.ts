/**
 * One inference worker from start to end: its channels, its heartbeat, everything in flight.
 *
 * Owns the worker object and decides that it is dead. Does not own restarts: `exited` tells
 * supervision how it ended, and supervision makes the next one.
 *
 * Rules (shared/SPEC.md, section IN): IN2 (death ends everything in flight at once).
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { type EngineError, inferenceLimits } from "#shared/inference/mod.ts";
import type { Clock, Log } from "#shared/ports/mod.ts";
import {
  checkPulse,
  type ChildExit,
  hearBeat,
  markLoading,
  startPulse,
} from "#shared/supervision/mod.ts";
import * as Comlink from "comlink";
import {
  decodePulse,
  type OpenMessage,
  type PulseMessage,
  type WorkerControl,
  type WorkerSettings,
} from "../worker/protocol.ts";
import type { GenerationStream } from "./generation-stream.ts";

export interface WorkerLifeDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Counts starts; everything of an earlier generation is dead. */
  readonly generation: number;
  /** Starts the worker's script; only the composition root may vouch for its address. */
  readonly startWorker: () => Worker;
  readonly settings: WorkerSettings;
}

export interface WorkerLife {
  readonly deps: WorkerLifeDeps;
  readonly control: Comlink.Remote<WorkerControl>;
  readonly streams: Set<GenerationStream>;
  /** Resolves when the worker's script answers. */
  readonly hello: Promise<Result<void, EngineError>>;
  readonly exited: Promise<ChildExit>;
  isOver(): boolean;
  /** Ends worker, streams and calls; the first reason wins. */
  end(exit: ChildExit): void;
  /** Ends it as `failed`. */
  fail(kind: string, detail: string): void;
  /** While a model loads, silence is forgiven for longer. */
  setLoading(isLoading: boolean): void;
  /** Runs a call that must not outlive the worker. */
  call<T>(ask: () => Promise<Result<T, EngineError>>): Promise<Result<T, EngineError>>;
}

export function openWorkerLife(deps: WorkerLifeDeps): WorkerLife {
  const { clock, generation, log } = deps;
  const worker = deps.startWorker();
  const control = new MessageChannel();
  const pulse = new MessageChannel();
  const remote = Comlink.wrap<WorkerControl>(control.port1);
  const streams = new Set<GenerationStream>();
  const over = new AbortController();
  const exit = openPromise<ChildExit>();
  const hello = openPromise<Result<void, EngineError>>();
  let beat = startPulse(clock.now());
  let lost: EngineError = { kind: "internal", detail: `Engine generation ${generation} has ended` };

  function end(how: ChildExit): void {
    if (over.signal.aborted) return;
    over.abort();
    worker.terminate();
    remote[Comlink.releaseProxy]();
    pulse.port1.close();
    for (const stream of streams) stream.end({ kind: "engine-lost", generation }); // IN2
    log.write("info", "engine-ended", { generation, exit: how });
    exit.resolve(how);
  }
  function fail(kind: string, detail: string): void {
    end({ kind: "failed", reason: { kind, detail } });
  }
  function hear(message: PulseMessage): void {
    if (message.kind === "broken") {
      lost = message.error;
      return fail(message.error.kind, JSON.stringify(message.error));
    }
    if (message.kind === "hello") hello.resolve(ok(undefined));
    beat = hearBeat(beat, clock.now());
  }
  async function watchPulse(): Promise<void> {
    for (;;) {
      await clock.sleep(inferenceLimits.heartbeatMs, over.signal);
      const verdict = checkPulse(beat, clock.now());
      if (verdict.kind === "lost") {
        return fail("heartbeat-lost", `${Math.round(verdict.silentMs)} ms`);
      }
      beat = verdict.state;
    }
  }

  pulse.port1.onmessage = (event) => {
    const message = decodePulse(event.data);
    if (message.ok) return hear(message.value);
    end({ kind: "defect", reason: { kind: "pulse-malformed", detail: message.error.detail } });
  };
  worker.addEventListener("error", (event) => fail("worker-error", event.message ?? ""));
  worker.addEventListener("messageerror", () => fail("worker-error", "an unreadable message"));
  const open: OpenMessage = {
    kind: "open",
    control: control.port2,
    pulse: pulse.port2,
    settings: deps.settings,
  };
  worker.postMessage(open, [control.port2, pulse.port2]);
  // Owned by this life: it ends with the abort that its sleep rejects with.
  void watchPulse().catch(() => undefined);

  return {
    deps,
    control: remote,
    streams,
    hello: hello.promise,
    exited: exit.promise,
    isOver: () => over.signal.aborted,
    end,
    fail,
    setLoading(isLoading) {
      beat = markLoading(beat, clock.now(), isLoading);
    },
    async call(ask) {
      if (over.signal.aborted) return err(lost);
      return await Promise.race([ask(), exit.promise.then(() => err(lost))]);
    },
  };
}

interface OpenPromise<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function openPromise<T>(): OpenPromise<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
