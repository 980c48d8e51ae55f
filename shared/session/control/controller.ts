/**
 * Session controller: whatever a session is asked goes through here, and so does every run of it.
 *
 * Owns the order of requests and their answers. Does not own what may happen when (matrix.ts), runs
 * (run-driver.ts), what they come to (run-ends.ts), nor the queue (ledger/).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC80  What changes a session is done one after the other, in the order it was asked; pause,
 *         cancel, resume and shutdown do not wait behind it, and a run hears them at every wait.
 *   SC81  What only reads is answered at once, in every status.
 *   SC82  A request for another session, or of a controller that is closed, is refused.
 *   SC83  A controller made anew over the same stores goes on where the last one was.
 */

import { raceSignal } from "../../base/race.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { createScope } from "../../base/scope.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { InputOrigin, InputRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { Attachment } from "../log/session-log.ts";
import type { SessionStatus } from "../session-status.ts";
import { createAnswered, refusal } from "./answered.ts";
import { type Answer, createAsks, done } from "./asks.ts";
import type { ControllerDeps } from "./controller-deps.ts";
import { createLane } from "./lane.ts";
import { controlLimits } from "./limits.ts";
import { decideMethod } from "./matrix.ts";
import { createReads } from "./reads.ts";
import type { SessionReply, SessionRequest } from "./requests.ts";
import type { RunOver } from "./conclude-run.ts";
import { createRunDriver } from "./run-driver.ts";
import { createRunEnds } from "./run-ends.ts";

export interface SessionController {
  /**
   * Answers one request of `from`. Aborting cancels the wait, not what was asked: the same request
   * again is told how it went.
   */
  handle(request: SessionRequest, from: InputOrigin, signal: AbortSignal): Promise<SessionReply>;
  /** A snapshot and everything after it; empty before the first request or `open`. */
  attach(): Attachment;
  /** Reads what the stores have. May be called again; everything else calls it first. */
  open(signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** Performs an input of the ledger; only its drain calls this. */
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  status(): SessionStatus;
  subscribe(observer: (status: SessionStatus) => void): Disposable;
  /**
   * Ends every wait, changes nothing that is stored, and resolves when all has ended. A run in
   * progress is ended by whoever called `run`. Aborting cancels the wait.
   */
  close(signal: AbortSignal): Promise<void>;
}

/** Makes the controller of one session; nothing is read before the first call. */
export function createSessionController(deps: ControllerDeps): SessionController {
  const limits = deps.limits ?? controlLimits;
  const closing = new AbortController();
  const life = closing.signal;
  const scope = createScope(life, (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    deps.trace.write("error", "session-duty-failed", { session: deps.session, reason });
  });
  const ends = createRunEnds(deps, scope, limits);
  const driver = createRunDriver(deps, ends, limits, life);
  const asks = createAsks(deps, driver, ends, limits, life);
  const reads = createReads(deps, driver, limits, life);
  const answered = createAnswered(limits);
  const mailbox = createLane();
  const controls = createLane();
  let isOpen = false;
  let watching: Disposable | undefined;
  let heeding: Disposable | undefined;
  let opening: Promise<Result<void, StorageError>> | undefined;
  let stopping: Promise<Answer> | undefined;

  const readStores = async (): Promise<Result<void, StorageError>> => { // SC83
    const opened = await raceSignal(deps.log.open(life), life);
    if (!opened.ok) return opened;
    // Before it is read, so that no change is missed in between.
    heeding ??= deps.ledger.subscribeLife(driver.takeLife);
    const stored = await raceSignal(deps.ledger.life(life), life);
    if (!stored.ok) return stored;
    driver.takeLife(stored.value);
    watching ??= deps.ledger.subscribe((input) => deps.log.publish({ kind: "input", input }));
    isOpen = true;
    return await ends.settle(life);
  };

  const open = (): Promise<Result<void, StorageError>> => {
    if (isOpen) return Promise.resolve(ok(undefined));
    opening ??= readStores().finally(() => opening = undefined);
    return opening;
  };

  const cancelledBy = async (over: RunOver): Promise<Answer> => {
    switch (over.kind) {
      case "cancelled":
      case "withdrawn":
        await raceSignal(ends.watch(over.input), life); // SC74
        return done;
      case "paused":
        return err({ kind: "paused" });
      case "refused":
        return err(over.error);
      default:
        return err({ kind: "not-running" });
    }
  };

  const control = async (method: "pause" | "cancel" | "resume" | "shutdown"): Promise<Answer> => {
    const decision = decideMethod(method, driver.state());
    if (decision.do === "refuse") return err({ kind: decision.as });
    const isLater = decision.do === "at-run-end";
    switch (method) {
      case "pause":
        if (isLater) {
          const over = await driver.interrupt("pause");
          if (over.kind === "refused") return err(over.error);
          if (over.kind === "paused") return done;
        }
        // Behind a resume that is being stored, if there is one, or a run that ended by itself.
        return answerOf(await controls.do(() => driver.hold(life)));
      case "cancel":
        if (isLater) return await cancelledBy(await driver.interrupt("cancel"));
        return answerOf(await controls.do(() => driver.abandon(life)));
      case "resume":
        if (isLater) await driver.over();
        return answerOf(await controls.do(() => driver.resume(life)));
      case "shutdown":
        if (decision.do === "nothing") return await (stopping ?? done);
        stopping ??= controls.do(async () => answerOf(await driver.stop(life)))
          .finally(() => stopping = undefined);
        return await stopping;
      default:
        return method satisfies never;
    }
  };

  const dispatch = async (request: SessionRequest, from: InputOrigin): Promise<Answer> => {
    const { call } = request;
    switch (call.method) {
      case "run":
        return await mailbox.do(() => asks.run(request, call, from)); // SC80
      case "notify":
        return await mailbox.do(() => asks.notify(request, call, from));
      case "child-event":
        return await mailbox.do(() => asks.childEvent(request, call));
      case "compact": {
        const input = await mailbox.do(() => asks.compact(request, from));
        return input.ok ? await asks.compacted(input.value) : input;
      }
      case "rewind":
        return await mailbox.do(() => asks.rewind(call));
      case "set-tools":
        return await mailbox.do(() => asks.setTools(call));
      case "edit-memory":
        return await mailbox.do(() => asks.editMemory(call));
      case "answer-permission": {
        const { callId, decision } = call;
        const isKnown = deps.settings.answerPermission(callId, decision);
        return isKnown ? done : err({ kind: "call-unknown", callId });
      }
      case "pause":
      case "cancel":
      case "resume":
      case "shutdown":
        return await control(call.method);
      default:
        return await reads.answer(call); // SC81
    }
  };

  const makeReply = async (request: SessionRequest, from: InputOrigin): Promise<SessionReply> => {
    const { requestId } = request;
    try {
      const opened = isOpen ? ok(undefined) : await open();
      if (!opened.ok) return refusal(requestId, opened.error);
      const answer = await dispatch(request, from);
      return answer.ok
        ? { requestId, ok: true, answer: answer.value }
        : refusal(requestId, answer.error);
    } catch (error) {
      // Only the end of this controller: what was asked is stored or not, and asked again it is
      // told.
      if (!life.aborted) throw error;
      return refusal(requestId, { kind: "stopped" });
    }
  };

  return {
    async handle(request, from, signal) {
      signal.throwIfAborted();
      const { requestId, roomId, session } = request;
      if (roomId !== deps.roomId || session !== deps.session) { // SC82
        return refusal(requestId, { kind: "session-unknown", session });
      }
      if (life.aborted) return refusal(requestId, { kind: "stopped" });
      return await raceSignal(answered.answer(request, () => makeReply(request, from)), signal);
    },
    attach: () => deps.log.attach(),
    open: (signal) => raceSignal(open(), signal),
    async run(input, signal) {
      signal.throwIfAborted();
      const opened = await raceSignal(open(), signal);
      if (opened.ok) return await driver.run(input, signal);
      const { kind: reason } = opened.error;
      return { kind: "retry", afterMs: limits.busyRetryMs, reason, partialText: undefined };
    },
    status: driver.status,
    subscribe: driver.subscribe,
    async close(signal) {
      const reason = { kind: "session-closed" };
      closing.abort(reason);
      watching?.[Symbol.dispose]();
      heeding?.[Symbol.dispose]();
      const all = [mailbox.settled(), controls.settled(), ends.settled(), scope.close(reason)];
      await raceSignal(Promise.all(all), signal);
    },
  };
}

function answerOf(result: Result<void, Extract<Answer, { readonly ok: false }>["error"]>): Answer {
  return result.ok ? done : result;
}
