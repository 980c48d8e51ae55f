/**
 * Session: the controller of one persona.
 *
 * Owns its status, the run in progress and the text of it. Does not own the queue (ledger/), the
 * prompt (`buildRequest`), the engine's life (supervision/), the steps of a run (runs/) or the
 * writing of ends (the ledger commits what `run` returns). Only hosting calls `run`.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC16  A run that continues an interrupted one sends the text so far along, and frames go on in
 *         the same bubble; an engine that cannot continue begins again at offset 0.
 *   SC17  A cancelled run tells the half text that people have seen, and nothing else.
 *   SC18  A pause ends the run as paused, with its text; the same input goes on after `resume`.
 *   SC21  Of a vote nothing is shown while it is made, and nothing of it is stored but its outcome.
 *   SC19  Times and usage of an attempt are measured here, in whole milliseconds from admission on.
 */

import { ledgerLimits } from "../ledger/limits.ts";
import type { PerformOutcome } from "../ledger/outcome.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import { createBubble } from "./bubble.ts";
import { type SessionLimits, sessionLimits } from "./limits.ts";
import { nameOfAsker } from "./log/asker.ts";
import { endInterrupted } from "./runs/end-interrupted.ts";
import { performPrivate } from "./runs/perform-private.ts";
import { type Performed, performTurn } from "./runs/perform-turn.ts";
import { causeOf } from "./runs/run-cause.ts";
import { createRunJournal } from "./runs/run-journal.ts";
import { resultOfAgain } from "./runs/run-result.ts";
import { orphanBodies } from "./runs/run-steps.ts";
import { createRunTeller } from "./runs/run-teller.ts";
import { noUsage, type Run, type RunDeps, type SessionEngine } from "./runs/run.ts";
import {
  initialSessionStatus,
  type SessionStatus,
  type SessionStep,
  stepSession,
} from "./session-status.ts";
import { type ToolLimits, toolLimits } from "./tools/limits.ts";
import { createPermissionAsks, type PersonsWord } from "./tools/permission-asks.ts";

export type { BuiltPrompt, NotBuilt, PromptNeed, SessionEngine } from "./runs/run.ts";

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

export interface SessionDeps extends Pick<RunDeps, "clock" | "log" | "buildRequest"> {
  readonly trace: Log;
  readonly store: Pick<PeerStore, "updateInput">;
  readonly limits?: SessionLimits;
  readonly toolLimits?: ToolLimits;
  /** The ready engine of this persona; undefined while there is none. */
  readonly engine: () => SessionEngine | undefined;
  /** Of turns only; private words are told by the session's log. */
  readonly onFrame: (frame: StreamFrame, input: InputRecord) => void;
  /** What the session may do in this run. Undefined for work that takes no tools, such as votes. */
  readonly tools?: RunDeps["tools"];
  readonly jobs?: RunDeps["jobs"];
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
  /** A person's word about a call that waits for it; false when none of this id does. */
  answerPermission(callId: string, decision: PersonsWord): boolean;
  status(): SessionStatus;
  /** Calls back with each new status. */
  subscribe(observer: (status: SessionStatus) => void): Disposable;
}

/** Makes an idle session of one persona. */
export function createSession(given: SessionDeps): Session {
  const { clock, log } = given;
  const limits = given.limits ?? sessionLimits;
  const publish = (event: Parameters<typeof log.publish>[0]): void => log.publish(event);
  const asks = createPermissionAsks({ clock, publish, limits: given.toolLimits ?? toolLimits });
  const deps: RunDeps = {
    ...given,
    limits,
    asks,
    toolLimits: given.toolLimits ?? toolLimits,
    tools: given.tools ?? (() => undefined),
    jobs: given.jobs,
  };
  const observers = new Set<(status: SessionStatus) => void>();
  let status = initialSessionStatus;
  let work: AbortController | undefined;

  const take = (step: SessionStep): boolean => {
    const next = stepSession(status, step);
    if (!next.ok) return false;
    if (next.value === status) return true;
    status = next.value;
    for (const observer of [...observers]) observer(status);
    return true;
  };

  const beginRun = (input: InputRecord, ready: SessionEngine, signal: AbortSignal): Run => {
    const { turn, persona, attempt, assign } = input;
    const trace = deps.trace.with({ inputId: input.id });
    const cause = causeOf(input);
    const teller = createRunTeller(publish, input.id, cause);
    const shown = teller.block("text");
    const bubble = createBubble(ready.continuesText ? input.partialText : "", {
      limits,
      onFrame: (frame) => {
        take({ kind: "reply" });
        shown.show(frame.offset, frame.text);
        if (input.work === undefined) {
          given.onFrame({ turn, persona, attempt, assign, ...frame }, input);
        }
      },
      persist: (partialText) =>
        given.store.updateInput(input.id, "staged", { partialText }, signal),
      onPersistFailed: (kind) => trace.write("warn", "text-not-stored", { kind }),
    });
    const asked = input.work?.kind === "task"
      ? { from: nameOfAsker(input.header.origin), text: input.work.text }
      : undefined;
    const queuedMs = Math.max(0, clock.epochNow() - input.createdAt);
    const journal = createRunJournal(log, input.id, cause, asked);
    const sums = { firstTextAt: undefined, usage: noUsage, calls: 0 };
    const startedAt = clock.now();
    return {
      input,
      runId: input.id,
      ready,
      bubble,
      shown,
      teller,
      journal,
      signal,
      startedAt,
      queuedMs,
      sums,
    };
  };

  const perform = async (run: Run): Promise<Performed> => {
    const closed = await log.append(orphanBodies(log.state(), run.runId), run.signal); // SC104
    if (!closed.ok) {
      const outcome = retry(closed.error.kind);
      return { outcome, result: resultOfAgain(outcome) };
    }
    return run.input.work === undefined
      ? await performTurn(deps, run)
      : await performPrivate(deps, run);
  };

  const retry = (reason: string): PerformOutcome & { readonly kind: "retry" } => {
    const afterMs = limits.busyRetryMs;
    return { kind: "retry", afterMs, reason, partialText: undefined };
  };

  const runToEnd = async (run: Run, signal: AbortSignal): Promise<PerformOutcome> => {
    run.teller.begin();
    let ended: Performed | undefined;
    try {
      ended = await perform(run);
    } catch (error) {
      if (!run.signal.aborted) throw error;
      ended = await endInterrupted(deps, run, signal); // SC17, SC18
    } finally {
      // Nothing may write the text of this run after its outcome is told.
      await run.bubble.settled();
      tellRetry(run, ended?.outcome);
      run.teller.end(ended?.result ?? { kind: "failed", reason: "defect", detail: "" }); // SC106
    }
    return ended.outcome;
  };

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
      const controller = new AbortController();
      work = controller;
      const onAbort = (): void => controller.abort(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        const ready = given.engine();
        if (ready === undefined) return retry("engine-not-ready");
        // What the ledger stored with the last end is what the prompt is made from.
        const read = await log.catchUp(signal);
        if (!read.ok) return retry(read.error.kind);
        return await runToEnd(beginRun(input, ready, controller.signal), signal);
      } finally {
        signal.removeEventListener("abort", onAbort);
        work = undefined;
        take({ kind: "end" });
      }
    },
    pause() {
      take({ kind: "pause" });
      work?.abort({ kind: "paused" });
    },
    resume() {
      take({ kind: "resume" });
    },
    answerPermission: asks.answer,
    status: () => status,
    subscribe(observer) {
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
  };
}

/** The ledger takes the input again, unless it was staged as often as it may. */
function tellRetry({ input, runId, teller }: Run, outcome: PerformOutcome | undefined): void {
  if (outcome?.kind !== "retry" && outcome?.kind !== "interrupted") return;
  teller.tell({
    kind: "retry",
    runId,
    attempt: input.stagedCount,
    attemptsMax: ledgerLimits.attemptsMax,
    waitMs: outcome.kind === "retry" ? outcome.afterMs : ledgerLimits.retryMsMin,
    reason: outcome.reason,
  });
}
