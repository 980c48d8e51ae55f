/**
 * The embedded starter as an engine of this host, in a worker of its own: the host's loop stays
 * free while it computes.
 *
 * Owns one worker from start to end: its slot, its pulse, everything in flight. Does not own the
 * model (serve-starter.ts) nor restarts (supervision): a worker that crashed, hangs or broke its
 * runtime ends the generation, and the next one is another worker.
 *
 * Rules (shared/SPEC.md, sections IN and HO): IN1 to IN7, IN13 and
 *   HO160  A host's starter runs off its main thread; a worker that crashes, hangs or can compute
 *          no more is replaced, and what it was doing is done again.
 */

import { err, raceSignal, type Result } from "#shared/base/mod.ts";
import { LATE, within } from "#shared/endpoints/mod.ts";
import {
  type Engine,
  type EngineError,
  type GenerateEvent,
  type GenerateOutcome,
  type GenerateRequest,
  inferenceLimits,
  type LoadedModel,
  type ModelProfile,
  type ProbeReport,
  probeRequest,
  validateRequest,
} from "#shared/inference/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import {
  checkPulse,
  type ChildExit,
  type EngineChild,
  hearBeat,
  markLoading,
  startPulse,
} from "#shared/supervision/mod.ts";
import { createReplyStream, type ReplyStream } from "./reply-stream.ts";
import { decodeNews, type StarterCommand, type StarterPort } from "./starter-messages.ts";

/** A started worker. */
export interface StarterThread extends StarterPort {
  /** Calls back once, when it ended without being asked to. */
  onEnd(listener: (detail: string) => void): void;
  /** Ends it now. Idempotent. */
  terminate(): void;
}

export interface StarterEngineDeps {
  readonly generation: number;
  readonly clock: Clock;
  readonly startThread: () => StarterThread;
}

interface Life {
  readonly deps: StarterEngineDeps;
  readonly exited: Promise<ChildExit>;
  /** Aborts when the worker is gone. */
  readonly gone: AbortSignal;
  readonly streams: Map<number, ReplyStream>;
  /** What waits for the answer to a load. */
  onLoaded: ((result: Result<LoadedModel, EngineError>) => void) | undefined;
  profile: ModelProfile | undefined;
  repliesBegun: number;
  send(command: StarterCommand): void;
  setLoading(isLoading: boolean): void;
  /** Ends worker and streams; the first reason wins. */
  end(exit: ChildExit): void;
}

export function createStarterEngine(deps: StarterEngineDeps): EngineChild {
  const life = openLife(deps);
  const engine: Engine = {
    generation: deps.generation,
    load(profile, onProgress, signal) {
      onProgress({ phase: "loading", file: "", bytesDone: 0, bytesTotal: undefined });
      return load(life, profile, signal);
    },
    generate: (request, signal) => generate(life, request, signal),
    probe: (signal) => probe(life, signal),
    unload() {
      life.profile = undefined;
      if (!life.gone.aborted) life.send({ kind: "unload" });
      return Promise.resolve();
    },
  };
  const end = (): void => life.end({ kind: "cancelled" });
  return {
    engine,
    exited: life.exited,
    stop() { // Nothing in the worker needs an orderly end: its files are only read.
      end();
      return Promise.resolve();
    },
    kill: end,
  };
}

function openLife(deps: StarterEngineDeps): Life {
  const { clock, generation } = deps;
  const thread = deps.startThread();
  const gone = new AbortController();
  let settle: (exit: ChildExit) => void = () => undefined;
  let pulse = startPulse(clock.now());
  const fail = (kind: string, detail: string): void =>
    life.end({ kind: "failed", reason: { kind, detail } });
  const life: Life = {
    ...{ deps, gone: gone.signal, streams: new Map(), repliesBegun: 0 },
    ...{ onLoaded: undefined, profile: undefined },
    exited: new Promise((resolve) => settle = resolve),
    send: (command) => thread.postMessage(command),
    setLoading(isLoading) {
      pulse = markLoading(pulse, clock.now(), isLoading);
    },
    end(exit) {
      if (gone.signal.aborted) return;
      gone.abort("worker gone");
      thread.terminate();
      for (const stream of life.streams.values()) stream.end({ kind: "engine-lost", generation });
      settle(exit);
    },
  };
  thread.on("message", (message) => {
    if (gone.signal.aborted) return;
    const news = decodeNews(message);
    if (!news.ok) {
      const { detail } = news.error;
      return life.end({ kind: "defect", reason: { kind: "news-malformed", detail } });
    }
    pulse = hearBeat(pulse, clock.now());
    switch (news.value.kind) {
      case "loaded":
        return life.onLoaded?.(news.value.result);
      case "event":
        return life.streams.get(news.value.id)?.take(news.value.event);
      case "broken":
        return fail(news.value.error.kind, JSON.stringify(news.value.error));
      case "beat":
    }
  });
  thread.onEnd((detail) => fail("worker-ended", detail));
  const watchPulse = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(inferenceLimits.heartbeatMs, gone.signal);
      const verdict = checkPulse(pulse, clock.now());
      if (verdict.kind === "lost") {
        return fail("heartbeat-lost", `${Math.round(verdict.silentMs)} ms`);
      }
      pulse = verdict.state;
    }
  };
  // Owned by this life: it ends with the abort that its sleep rejects with.
  void watchPulse().catch(() => undefined);
  return life;
}

/** Aborting cancels the wait; supervision then ends the worker with the work in it. */
async function load(
  life: Life,
  profile: ModelProfile,
  signal: AbortSignal,
): Promise<Result<LoadedModel, EngineError>> {
  if (signal.aborted) return err({ kind: "cancelled" });
  if (life.gone.aborted) return err(lost(life));
  life.setLoading(true);
  const answer = new Promise<Result<LoadedModel, EngineError>>((resolve) =>
    life.onLoaded = resolve
  );
  const either = AbortSignal.any([signal, life.gone]);
  life.send({ kind: "load", profile });
  try {
    const result = await raceSignal(answer, either);
    life.profile = result.ok ? profile : undefined;
    return result;
  } catch (error) {
    if (!either.aborted) throw error;
    return err(signal.aborted ? { kind: "cancelled" } : lost(life));
  } finally {
    life.onLoaded = undefined;
    life.setLoading(false);
  }
}

function lost({ deps }: Life): EngineError {
  return { kind: "internal", detail: `Engine generation ${deps.generation} has ended` };
}

async function* generate(
  life: Life,
  value: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, void> {
  const refused = refusalOf(life, value, signal);
  if (refused !== undefined) return yield { kind: "outcome", outcome: refused };
  life.repliesBegun += 1;
  const id = life.repliesBegun;
  const stream = createReplyStream();
  const cancel = (): void => {
    if (!life.streams.has(id)) return;
    stream.cancel();
    if (!life.gone.aborted) life.send({ kind: "cancel", id });
    // Owned by the life: it ends within `cancelAckMsMax`.
    void killUnlessEnded(life, stream);
  };
  life.streams.set(id, stream);
  void stream.ended.then(() => life.streams.delete(id)); // Ends with the stream.
  signal.addEventListener("abort", cancel, { once: true });
  life.send({ kind: "generate", id, request: value });
  try {
    for (;;) {
      const event = await stream.next();
      yield event;
      if (event.kind === "outcome") return;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    // A reader that leaves early cancels the work and has its slot back when this returns.
    cancel();
    await stream.ended;
    life.streams.delete(id);
  }
}

/** All that can be said before the worker is asked. */
function refusalOf(
  life: Life,
  value: GenerateRequest,
  signal: AbortSignal,
): GenerateOutcome | undefined {
  if (signal.aborted) return { kind: "cancelled" };
  if (life.gone.aborted) return { kind: "engine-lost", generation: life.deps.generation };
  const failed = (error: EngineError): GenerateOutcome => ({ kind: "failed", error });
  if (life.profile === undefined) return failed({ kind: "not-loaded" });
  const request = validateRequest(value, life.profile.promptFormat); // IN4
  if (!request.ok) return failed(request.error);
  if (value.json !== undefined) {
    const detail = "this engine cannot hold a reply to a schema";
    return failed({ kind: "request-invalid", field: "json", detail });
  }
  return life.streams.size > 0 ? failed({ kind: "busy", slots: 1 }) : undefined; // IN5
}

/** IN3: the worker acknowledges in time, or it is ended and the stream ends all the same. */
async function killUnlessEnded(life: Life, stream: ReplyStream): Promise<void> {
  const { clock } = life.deps;
  const { cancelAckMsMax } = inferenceLimits;
  const never = new AbortController().signal;
  const acknowledged = await within(clock, cancelAckMsMax, () => stream.ended, never);
  if (acknowledged !== LATE) return;
  const detail = `${cancelAckMsMax} ms`;
  life.end({ kind: "failed", reason: { kind: "cancel-ignored", detail } });
}

async function probe(life: Life, signal: AbortSignal): Promise<Result<ProbeReport, EngineError>> {
  if (life.gone.aborted) return err(lost(life));
  if (life.profile === undefined) return err({ kind: "not-loaded" });
  const afterMs = inferenceLimits.probeMsMax;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const { profile } = life;
  const { clock } = life.deps;
  const startedAtMs = clock.now();
  try {
    const outcome = await within(clock, afterMs, () => outcomeOf(life, profile, either), either);
    if (outcome === LATE) return err({ kind: "deadline", afterMs });
    if (outcome.kind === "failed") return err(outcome.error);
    if (outcome.kind !== "done") return err(lost(life));
    return { ok: true, value: { firstTokenMs: clock.now() - startedAtMs } };
  } catch (error) {
    if (!signal.aborted) throw error;
    return err({ kind: "cancelled" });
  } finally {
    over.abort("probe over");
  }
}

async function outcomeOf(
  life: Life,
  profile: ModelProfile,
  signal: AbortSignal,
): Promise<GenerateOutcome> {
  for await (const event of generate(life, probeRequest(profile), signal)) {
    if (event.kind === "outcome") return event.outcome;
  }
  return { kind: "cancelled" }; // not reached: the last event is an outcome (IN1)
}
