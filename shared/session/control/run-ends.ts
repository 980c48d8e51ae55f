/**
 * Run ends: brings a session's log to where the ledger is, and tells everybody how runs ended.
 *
 * Owns the watching of inputs, run-end events, the parent's reports and wakes that are owed. Does
 * not own the ends: an input ends in the ledger, and what the log lacks of it follows from there,
 * whenever this looks.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC69  Every run that began has an end in the log once its input has ended, whoever ended it and
 *         whatever crashed in between; one whose input is gone has failed.
 *   SC70  The end of a run reaches observers once it is stored, and each end of work that a parent
 *         waits for reaches the parent: finished, paused, limited, rolled back, cancelled or
 *         failed.
 *   SC71  A note that asks for a run gets one: a wake that could not be stored is owed, and tried
 *         until it is.
 */

import { raceSignal } from "../../base/race.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Scope } from "../../base/scope.ts";
import { isLivePhase } from "../../ledger/input-life.ts";
import type { Completion } from "../../ledger/outcome.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { ChildEvent, RunCause, SegmentEntry } from "../log/segments.ts";
import { closeRun, hasEnded, isFinal, unendedRun } from "./close-run.ts";
import type { ControllerDeps } from "./controller-deps.ts";
import { createLane } from "./lane.ts";
import type { ControlLimits } from "./limits.ts";
import { owedNote, owedWakeOf } from "./work-of.ts";

export interface RunEnds {
  /**
   * Watches an input until it ends, and then brings the log there. Undefined when the ledger
   * stopped watching.
   */
  watch(input: InputRecord): Promise<Completion | undefined>;
  /**
   * Brings the log to where the ledger is (SC69, SC70); `ended` had a run, and has ended. The first
   * time the parent is told again of all ends that the log holds: it knows each by its run.
   */
  settle(signal: AbortSignal, ended?: InputRecord): Promise<Result<void, StorageError>>;
  /** Tells the parent, in order, in the background. */
  tell(event: ChildEvent): void;
  /** Looks for wakes that are owed (SC71). */
  oweWake(): void;
  /** Resolves when the log is as it will be: for the end of the controller. */
  settled(): Promise<void>;
}

export function createRunEnds(deps: ControllerDeps, scope: Scope, limits: ControlLimits): RunEnds {
  const { log, ledger, clock, trace } = deps;
  const lane = createLane();
  const watched = new Map<string, Promise<Completion | undefined>>();
  const untold: ChildEvent[] = [];
  let isTelling = false;
  let isOwing = false;
  let seenTo = 0;

  const alert = (code: string, source: "store" | "child", detail: string): void => {
    trace.write("warn", code, { detail });
    const at = clock.epochNow();
    log.publish({ kind: "alert", alert: { at, level: "warn", source, code, detail } });
  };

  const closeEnded = async (signal: AbortSignal): Promise<Result<void, StorageError>> => {
    const runId = unendedRun(log.state());
    if (runId === undefined) return ok(undefined);
    const inputs = await ledger.inputs(limits.inputsLookedAtMax, signal);
    signal.throwIfAborted();
    if (!inputs.ok) return inputs;
    const input = inputs.value.find((one) => one.id === runId);
    // Not among so many: it may be older than all of them.
    if (input === undefined && inputs.value.length >= limits.inputsLookedAtMax) {
      return ok(undefined);
    }
    if (input !== undefined && isLivePhase(input.phase)) return ok(undefined);
    return await closeLate(runId, input, signal);
  };

  /** Nobody has told the end of such a run. */
  const closeLate = async (
    runId: string,
    input: InputRecord | undefined,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> => {
    const bodies = closeRun(log.state(), runId, input);
    const appended = await log.append(bodies, signal);
    if (!appended.ok) return appended;
    for (const body of bodies) {
      if (body.kind === "run-end") log.publish({ kind: "run-end", runId, result: body.result });
    }
    return ok(undefined);
  };

  const report = (): void => {
    const { entries, head } = log.state();
    for (const { index, body } of entries) {
      if (index < seenTo || body.kind !== "run-end") continue;
      const { runId, result } = body;
      const isAgain = result.kind !== "paused" && !isFinal(result);
      const isWaitedFor = result.kind === "failed" || isAsked(entries, runId);
      if (isAgain || !isWaitedFor) continue;
      const text = saidBefore(entries, runId, index);
      tell({ kind: "ended", child: deps.session, result, runId, text });
    }
    seenTo = head;
  };

  const settleNow = async (
    signal: AbortSignal,
    ended: InputRecord | undefined,
  ): Promise<Result<void, StorageError>> => {
    const caught = await log.catchUp(signal);
    signal.throwIfAborted(); // Nothing of a settling that was given up comes later.
    if (!caught.ok) return caught;
    const open = await closeEnded(signal);
    const closed = open.ok && ended !== undefined ? await closeTraceless(ended, signal) : open;
    signal.throwIfAborted();
    report(); // SC70
    oweWake();
    return closed;
  };

  /** One at a time; a store that hangs holds up nobody who has stopped waiting. */
  const settle: RunEnds["settle"] = (signal, ended) =>
    raceSignal(lane.do(() => raceSignal(settleNow(signal, ended), signal)), signal);

  /** Of a run that wrote nothing and was given up by the ledger the log has no word. */
  const closeTraceless = async (
    { id }: InputRecord,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> => {
    if (hasEnded(log.state(), id)) return ok(undefined);
    const inputs = await ledger.inputs(limits.inputsLookedAtMax, signal);
    signal.throwIfAborted();
    if (!inputs.ok) return inputs;
    const ended = inputs.value.find((one) => one.id === id);
    return ended?.phase === "abandoned" ? await closeLate(id, ended, signal) : ok(undefined);
  };

  const tell = (event: ChildEvent): void => {
    if (deps.tellParent === undefined) return;
    untold.push(event);
    if (isTelling) return;
    isTelling = true;
    scope.start(tellAll);
  };

  const tellAll = async (signal: AbortSignal): Promise<void> => {
    try {
      for (let event = untold.shift(); event !== undefined; event = untold.shift()) {
        await tellOne(event, signal);
      }
    } finally {
      isTelling = false;
    }
  };

  const tellOne = async (event: ChildEvent, signal: AbortSignal): Promise<void> => {
    for (let tries = 1;; tries += 1) {
      if (deps.tellParent === undefined) return;
      const told = await raceSignal(deps.tellParent(event, signal), signal);
      if (told.ok) return;
      if (tries >= limits.toldTriesMax) return alert("parent-not-told", "child", told.error.kind);
      await clock.sleep(limits.toldRetryMs, signal);
    }
  };

  const oweWake = (): void => {
    if (isOwing || owedNote(log.state()) === undefined) return;
    isOwing = true;
    scope.start(async (signal) => {
      try {
        for (let note = owedNote(log.state()); note !== undefined; note = owedNote(log.state())) {
          const ref = { roomId: deps.roomId, persona: deps.session };
          const woken = await raceSignal(
            ledger.admitPrivate(owedWakeOf(ref, note), signal),
            signal,
          );
          if (woken.ok || woken.error.kind === "session-closed") return;
          await clock.sleep(limits.wakeRetryMs, signal); // SC71
        }
      } finally {
        isOwing = false;
      }
    });
  };

  const watchOne = async (
    input: InputRecord,
    signal: AbortSignal,
  ): Promise<Completion | undefined> => {
    const completion = await raceSignal(ledger.completion(input, signal), signal);
    if (!completion.ok) alert("input-not-watched", "store", completion.error.kind);
    if (!completion.ok || completion.value.kind === "loop-ended") return undefined;
    const settled = await settle(signal, input);
    if (!settled.ok) alert("log-behind", "store", settled.error.kind);
    return completion.value;
  };

  return {
    watch(input) {
      const known = watched.get(input.id);
      if (known !== undefined) return known;
      const { promise, resolve, reject } = defer<Completion | undefined>();
      promise.catch(() => undefined); // Whoever asked hears of it; nobody has to ask.
      watched.set(input.id, promise);
      scope.start(async (signal) => {
        try {
          resolve(await watchOne(input, signal));
        } catch (error) {
          reject(error);
          throw error;
        } finally {
          watched.delete(input.id);
        }
      });
      return promise;
    },
    settle,
    tell,
    oweWake,
    settled: () => lane.settled(),
  };
}

/** Whether somebody waits for what a run comes to: not for a child's own housekeeping. */
function isAsked(entries: readonly SegmentEntry[], runId: string): boolean {
  const starts = entries.flatMap(({ body }) =>
    body.kind === "run-start" && body.runId === runId ? [body.cause] : []
  );
  const own: readonly RunCause["kind"][] = ["notes", "memory"];
  const first = starts[0];
  // A run that was rolled back has no beginning any more: it had an asker.
  return first === undefined || !own.includes(first.kind);
}

/** What a run said up to the entry at `end`. */
function saidBefore(entries: readonly SegmentEntry[], runId: string, end: number): string {
  const said = entries.findLast(({ index, body }) =>
    index < end && body.kind === "said" && body.runId === runId
  );
  return said?.body.kind === "said" ? said.body.text : "";
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Node 20 has no Promise.withResolvers. */
export function defer<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
