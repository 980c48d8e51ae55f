/**
 * Calls that change the life of a session: retire, reset, recycle, stop, forget, pause, resume.
 *
 * Owns the order of their steps, so that a crash between any two leaves what the same call, or the
 * loop, brings to its end. Does not own the table (session-life.ts) nor the rows.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG39  Retiring abandons nothing, also what is running; what is queued is done.
 *   LG40  Resetting ends queued private work; turns stay, because the room must hear of their end.
 *   LG41  Stopping breaks off what runs and ends all private work; turns stay queued. The state is
 *         stored first, so that a crash in between ends nothing half.
 *   LG42  Forgetting stops and leaves nothing of the session but its turns.
 *   LG43  Recycling keeps all inputs; who waited for them is told that the loop ended.
 */

import { ok, type Result } from "../base/result.ts";
import type { CommitError, InputRecord, PeerStore, SessionRecord } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import type { Completions } from "./completions.ts";
import type { Drain } from "./drain.ts";
import { completionOf, type Ender } from "./end-input.ts";
import type { LedgerLimits } from "./limits.ts";
import type { WithdrawReason } from "./outcome.ts";
import type { DrainReport, SessionRef } from "./private-work.ts";
import { decideSession, type SessionOperation, type SessionRefused } from "./session-life.ts";
import type { SessionStates, StateObserver } from "./session-states.ts";

export type SessionCallResult = Result<DrainReport, SessionRefused | CommitError>;

export interface SessionCalls {
  /**
   * Changes the life of a session; resolves after the change is durable and, where runs are broken
   * off, they have ended. Aborting cancels the wait; repeat the call to be sure.
   */
  callSession(
    operation: SessionOperation,
    session: SessionRef,
    signal: AbortSignal,
  ): Promise<SessionCallResult>;
  /** Calls back with each new state of a session after it was stored, whoever asked for it. */
  subscribeSessions(observer: StateObserver): Disposable;
  /** Stores what a session keeps; its state stays as it is. */
  saveSession(
    session: Omit<SessionRecord, "state">,
    signal: AbortSignal,
  ): Promise<Result<SessionRecord, StorageError>>;
}

export interface SessionCallParts {
  readonly store: PeerStore;
  readonly limits: LedgerLimits;
  readonly completions: Completions;
  readonly drain: Drain;
  readonly ender: Ender;
  readonly states: SessionStates;
}

export function createSessionCalls(parts: SessionCallParts): SessionCalls {
  const { states, drain } = parts;
  return {
    async callSession(operation, session, signal) {
      const live = await liveOf(parts, session, signal);
      if (!live.ok) return live;
      const change = () =>
        states.change(session, (record) => {
          const state = decideSession(operation, record.state, drain.isRunning(session));
          return state.ok ? ok({ ...record, state: state.value }) : state;
        }, signal);
      const changed = await change();
      if (!changed.ok) return changed;
      const result = await finish(parts, operation, session, live.value, signal);
      drain.wake();
      return result;
    },
    subscribeSessions: states.subscribe,
    saveSession: (session, signal) =>
      states.change(session, ({ state }) => ok({ ...session, state }), signal),
  };
}

/** What follows once the state is stored. */
async function finish(
  parts: SessionCallParts,
  operation: SessionOperation,
  session: SessionRef,
  live: readonly InputRecord[],
  signal: AbortSignal,
): Promise<SessionCallResult> {
  switch (operation) {
    case "reset":
      return await endPrivate(parts, session, live, "reset", signal); // LG40
    case "stop":
      return await endPrivate(parts, session, live, "session-stopped", signal); // LG41
    case "forget":
      return await forget(parts, session, live, signal); // LG42
    case "recycle": // LG43
      for (const { id } of live) parts.completions.settle(id, { kind: "loop-ended" });
      return ok({ abandoned: 0, pending: live.length });
    default: // LG39
      return ok({ abandoned: 0, pending: live.length });
  }
}

/** Ends all private work of `before` and of now; but for a reset, breaks off the turns' runs. */
async function endPrivate(
  { drain, ender, store }: SessionCallParts,
  session: SessionRef,
  before: readonly InputRecord[],
  reason: WithdrawReason,
  signal: AbortSignal,
): Promise<Result<DrainReport, StorageError>> {
  const live = await liveOf({ store }, session, signal);
  if (!live.ok) return live;
  const known = new Map([...before, ...live.value].map((input) => [input.id, input]));
  const owned = [...known.values()].filter((input) => input.work !== undefined);
  const turns = live.value.filter((input) => input.work === undefined);
  const broken = reason === "reset" ? [] : turns;
  for (const { id } of owned) drain.withdraw(id, reason);
  for (const { id } of broken) drain.interrupt(id, reason);
  await drain.untilEnded([...owned, ...broken].map(({ id }) => id), signal);
  let abandoned = 0;
  for (const { idempotencyKey } of owned) {
    const now = await store.inputByKey(idempotencyKey, signal);
    if (!now.ok) return now;
    const isLive = now.value !== undefined && completionOf(now.value) === undefined;
    if (isLive) {
      await ender.end(now.value, { kind: "withdrawn", reason, partialText: "" }, signal);
    }
    if (isLive || now.value?.phase === "abandoned") abandoned += 1;
  }
  return ok({ abandoned, pending: turns.length });
}

async function forget(
  parts: SessionCallParts,
  session: SessionRef,
  live: readonly InputRecord[],
  signal: AbortSignal,
): Promise<SessionCallResult> {
  const { roomId, persona } = session;
  let abandoned = 0;
  for (let tries = 1;; tries += 1) {
    const before = tries === 1 ? live : [];
    const ended = await endPrivate(parts, session, before, "session-forgotten", signal);
    if (!ended.ok) return ended;
    abandoned += ended.value.abandoned;
    const forgotten = await parts.store.forgetSession(roomId, persona, signal);
    if (forgotten.ok) {
      parts.states.drop(session);
      return ok({ ...ended.value, abandoned });
    }
    const isAgain = forgotten.error.kind === "input-phase-wrong"; // Work that came in meanwhile.
    if (!isAgain || tries >= parts.limits.forgetTriesMax) return forgotten;
  }
}

async function liveOf(
  { store }: Pick<SessionCallParts, "store">,
  { roomId, persona }: SessionRef,
  signal: AbortSignal,
): Promise<Result<readonly InputRecord[], StorageError>> {
  const live = await store.liveInputs(signal);
  if (!live.ok) return live;
  return ok(live.value.filter((one) => one.roomId === roomId && one.persona === persona));
}
