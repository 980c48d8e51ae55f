/**
 * Session: the controller of one persona.
 *
 * Owns its status, the run in progress and the text of it. Does not own the queue (ledger/), the
 * prompt (`buildRequest`), the engine's life (supervision/) or the writing of settlements (the
 * ledger commits what `run` returns). Only hosting calls `run`.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC16  A run that continues an interrupted one sends the text so far along, and frames go on in
 *         the same bubble; an engine that cannot continue begins again at offset 0.
 *   SC17  A cancelled run tells the half text that people have seen, and nothing else.
 *   SC18  A pause ends the run as paused, with its text; the same input goes on after `resume`.
 *   SC21  Of a vote nothing is shown while it is made, and nothing of it is stored but its outcome.
 *   SC19  Times and usage of an attempt are measured here, in whole milliseconds from admission on.
 */

import { raceSignal } from "../base/race.ts";
import type { MonotonicMs } from "../base/brands.ts";
import { ok, type Result } from "../base/result.ts";
import type { Engine, GenerateRequest, Usage } from "../inference/engine.ts";
import type { PerformOutcome, SettledAttempt } from "../ledger/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { AttemptTimes, SettleOutcome, UsageRecord } from "../protocol/events.ts";
import type { BallotChoice } from "./ballot.ts";
import { type Bubble, createBubble } from "./bubble.ts";
import { decideEnd } from "./decide-end.ts";
import { generate } from "./generate.ts";
import { type SessionLimits, sessionLimits } from "./limits.ts";
import {
  initialSessionStatus,
  type SessionStatus,
  type SessionStep,
  stepSession,
} from "./session-status.ts";

/** Part of what is being said, for people who watch (D33). */
export interface StreamFrame {
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
  readonly assign: number;
  /** Characters (code units) of the text before `text`; 0 carries the whole. */
  readonly offset: number;
  readonly text: string;
}

export interface BuiltPrompt {
  readonly request: GenerateRequest;
  /** Head of the log that the prompt was made from. */
  readonly seenSeq: number;
  /** Time to the first token, where a long prefill needs more than the usual gap (D39). */
  readonly firstTokenMsMax?: number | undefined;
  /** The request asks for a choice among these: nothing of it is shown or stored (SC21). */
  readonly ballot?: readonly BallotChoice[] | undefined;
}

/** No prompt is made: the attempt settles as it is, such as `deferred{stale}`. */
export interface NotBuilt {
  readonly outcome: SettleOutcome;
  readonly seenSeq: number;
}

export interface SessionEngine {
  readonly engine: Engine;
  readonly modelId: string;
  readonly lane: string;
  /** False: an interrupted reply starts again from its first word, in the same bubble. */
  readonly continuesText: boolean;
}

export interface SessionDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<PeerStore, "updateInput">;
  readonly limits?: SessionLimits;
  /** The ready engine of this persona; undefined while there is none. */
  readonly engine: () => SessionEngine | undefined;
  /** Makes the prompt. `shrinks` counts how often it was too long. Aborting cancels the wait. */
  readonly buildRequest: (
    input: InputRecord,
    shrinks: number,
    signal: AbortSignal,
  ) => Promise<Result<BuiltPrompt, NotBuilt>>;
  readonly onFrame: (frame: StreamFrame, input: InputRecord) => void;
}

export interface Session {
  /**
   * Performs one input to an outcome the ledger understands. Aborting cancels the work and tells
   * the half text; a signal that is aborted already rejects.
   */
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  /** Ends the run in progress as paused and refuses others until `resume`. */
  pause(): void;
  resume(): void;
  status(): SessionStatus;
  /** Calls back with each new status. */
  subscribe(observer: (status: SessionStatus) => void): Disposable;
}

/** One run in progress. */
interface Run {
  readonly input: InputRecord;
  /** One engine for the whole run; a new one finds the input in the ledger again. */
  readonly ready: SessionEngine | undefined;
  readonly bubble: Bubble;
  /** Aborts on cancel and on pause. */
  readonly work: AbortController;
  readonly startedAt: MonotonicMs;
  /** Wall time from admission to the start; the one age that must outlive a page. */
  readonly queuedMs: number;
  firstTextAt: MonotonicMs | undefined;
}

/** Makes an idle session of one persona. */
export function createSession(deps: SessionDeps): Session {
  const { clock } = deps;
  const limits = deps.limits ?? sessionLimits;
  const observers = new Set<(status: SessionStatus) => void>();
  let status = initialSessionStatus;
  let current: Run | undefined;

  const take = (step: SessionStep): boolean => {
    const next = stepSession(status, step);
    if (!next.ok) return false;
    if (next.value === status) return true;
    status = next.value;
    for (const observer of [...observers]) observer(status);
    return true;
  };

  const beginRun = (input: InputRecord, ready: SessionEngine | undefined): Run => {
    const { turn, persona, attempt, assign } = input;
    const log = deps.log.with({ inputId: input.id });
    const work = new AbortController();
    const bubble = createBubble(ready?.continuesText === false ? "" : input.partialText, {
      limits,
      onFrame: (frame) => {
        take({ kind: "reply" });
        deps.onFrame({ turn, persona, attempt, assign, ...frame }, input);
      },
      persist: (partialText) =>
        deps.store.updateInput(input.id, "staged", { partialText }, work.signal),
      onPersistFailed: (kind) => log.write("warn", "text-not-stored", { kind }),
    });
    const queuedMs = Math.max(0, clock.epochNow() - input.createdAt);
    const startedAt = clock.now();
    return { input, ready, bubble, work, startedAt, queuedMs, firstTextAt: undefined };
  };

  const perform = async (run: Run): Promise<PerformOutcome> => {
    const { input, ready, bubble, work: { signal } } = run;
    for (let shrinks = 0;; shrinks += 1) {
      if (ready === undefined) return retry("engine-not-ready");
      const built = await raceSignal(deps.buildRequest(input, shrinks, signal), signal);
      if (!built.ok) return done(run, built.error, undefined);
      const { ballot } = built.value;
      const words = ballot === undefined ? bubble : unseenBubble(limits);
      const end = await generate(
        {
          clock,
          limits,
          engine: ready.engine,
          bubble: words,
          onFirstText: (now) => run.firstTextAt ??= now,
          firstTokenMsMax: built.value.firstTokenMsMax,
        },
        { ...built.value.request, continueText: words.text },
        signal,
      ); // SC16
      const decided = decideEnd(end, words.text, shrinks, limits, ballot);
      const { modelId, lane } = ready;
      switch (decided.kind) {
        case "shrink":
          continue;
        case "settle": {
          const { outcome, usage } = decided;
          return done(run, { outcome, seenSeq: built.value.seenSeq, modelId, lane }, usage);
        }
        case "retry":
        case "interrupted":
          return { ...decided, partialText: seenText(run) };
      }
    }
  };

  const retry = (reason: string): PerformOutcome => {
    const afterMs = limits.busyRetryMs;
    return { kind: "retry", afterMs, reason, partialText: undefined };
  };

  const done = (
    run: Run,
    settled: SettledAttempt,
    usage: Usage | undefined,
  ): PerformOutcome => ({
    kind: "done",
    settled: {
      ...settled,
      times: timesOf(run, clock.now()),
      ...(usage === undefined ? {} : { usage: wholeUsage(usage) }),
    },
  });

  return {
    async run(input, signal) {
      signal.throwIfAborted();
      const { id: inputId, turn, attempt } = input;
      const stage = input.partialText === "" ? "thinking" : "replying";
      if (!take({ kind: "begin", run: { inputId, turn, attempt, stage } })) {
        return status.phase === "paused"
          ? { kind: "paused", partialText: undefined }
          : retry("session-busy");
      }
      const run = beginRun(input, deps.engine());
      current = run;
      const onAbort = (): void => run.work.abort(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        return await perform(run);
      } catch (error) {
        if (!run.work.signal.aborted) throw error;
        const partialText = seenText(run);
        return signal.aborted
          ? { kind: "cancelled", partialText } // SC17
          : { kind: "paused", partialText }; // SC18
      } finally {
        signal.removeEventListener("abort", onAbort);
        // Nothing may write the text of this run after its outcome is told.
        await run.bubble.settled();
        current = undefined;
        take({ kind: "end" });
      }
    },
    pause() {
      take({ kind: "pause" });
      current?.work.abort({ kind: "paused" });
    },
    resume() {
      take({ kind: "resume" });
    },
    status: () => status,
    subscribe(observer) {
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
  };
}

/** The words of a vote: they go nowhere. */
function unseenBubble(limits: SessionLimits): Bubble {
  return createBubble("", {
    limits,
    onFrame: () => undefined,
    persist: () => Promise.resolve(ok(undefined)),
    onPersistFailed: () => undefined,
  });
}

/** What people have seen; undefined means what they saw before this run. */
function seenText(run: Run): string | undefined {
  return run.bubble.shown === "" ? undefined : run.bubble.shown;
}

/** Milliseconds after admission (SC19). */
function timesOf(run: Run, now: MonotonicMs): AttemptTimes {
  const since = (at: MonotonicMs): number => Math.round(run.queuedMs + (at - run.startedAt));
  return {
    queuedMs: Math.round(run.queuedMs),
    firstTextMs: since(run.firstTextAt ?? now),
    finishedMs: since(now),
  };
}

/** The fold takes whole numbers only. */
function wholeUsage(usage: Usage): UsageRecord {
  return {
    promptTokens: Math.round(usage.promptTokens),
    cachedTokens: Math.round(usage.cachedTokens),
    generatedTokens: Math.round(usage.generatedTokens),
    prefillMs: Math.round(usage.prefillMs),
    decodeMs: Math.round(usage.decodeMs),
  };
}
