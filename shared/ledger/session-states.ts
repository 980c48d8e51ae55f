/**
 * States of the sessions of this device, as the loop and admission ask for them.
 *
 * Owns what is known of them between two reads, and the one way in which a record is written: read,
 * changed, stored, one after another. Does not own which change is allowed (session-life.ts).
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG38  A session's state holds after a restart; a session without a record is active.
 *   LG45  Observers hear each new state of a session after it was stored, whoever asked for it.
 */

import { ok, type Result } from "../base/result.ts";
import { raceSignal } from "../base/race.ts";
import type { PeerStore, SessionRecord } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import type { SessionRef } from "./private-work.ts";
import type { SessionState } from "./session-life.ts";

export interface SessionStates {
  /** The state; `active` for a session of a room that was not loaded. */
  of(session: SessionRef): SessionState;
  /** Reads a room's records, once. */
  load(roomId: string, signal: AbortSignal): Promise<Result<void, StorageError>>;
  /**
   * Reads a session's record, or a new one, and stores what `change` makes of it; an error of
   * `change` stores nothing. Changes of all sessions come one after another.
   */
  change<E>(
    session: SessionRef,
    change: (record: SessionRecord) => Result<SessionRecord, E>,
    signal: AbortSignal,
  ): Promise<Result<SessionRecord, E | StorageError>>;
  /** Nothing of the session is stored any more. */
  drop(session: SessionRef): void;
  subscribe(observer: StateObserver): Disposable;
}

/** Called with each new state of a session after it was stored, whoever asked for it. */
export type StateObserver = (session: SessionRef, state: SessionState) => void;

/** `newBody` is that of a record that nobody made yet. */
export function createSessionStates(
  store: Pick<PeerStore, "sessions" | "saveSession">,
  newBody: unknown,
): SessionStates {
  const rooms = new Map<string, Map<string, SessionState>>();
  const observers = new Set<StateObserver>();
  let last: Promise<unknown> = Promise.resolve();

  const of: SessionStates["of"] = ({ roomId, persona }) =>
    rooms.get(roomId)?.get(persona) ?? "active"; // LG38

  const read = async (
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<readonly SessionRecord[], StorageError>> => {
    const records = await store.sessions(roomId, signal);
    if (!records.ok) return records;
    rooms.set(roomId, new Map(records.value.map(({ persona, state }) => [persona, state])));
    return records;
  };

  const set = (session: SessionRef, next: SessionState | undefined): void => {
    const states = rooms.get(session.roomId);
    const before = of(session);
    if (next === undefined) states?.delete(session.persona);
    else states?.set(session.persona, next);
    const now = of(session);
    if (now !== before) { for (const observer of [...observers]) observer(session, now); // LG45
     }
  };

  const changeNow = async <E>(
    session: SessionRef,
    change: (record: SessionRecord) => Result<SessionRecord, E>,
    signal: AbortSignal,
  ): Promise<Result<SessionRecord, E | StorageError>> => {
    const { roomId, persona } = session;
    const records = await read(roomId, signal);
    if (!records.ok) return records;
    const known = records.value.find((record) => record.persona === persona);
    const changed = change(known ?? { roomId, persona, state: "active", body: newBody });
    if (!changed.ok) return changed;
    const saved = await store.saveSession(changed.value, signal);
    if (!saved.ok) return saved;
    set(session, changed.value.state);
    return changed;
  };

  return {
    of,
    async load(roomId, signal) {
      if (rooms.has(roomId)) return ok(undefined);
      const records = await read(roomId, signal);
      return records.ok ? ok(undefined) : records;
    },
    async change(session, change, signal) {
      const before = last;
      const changing = before.then(
        () => changeNow(session, change, signal),
      );
      // The next change waits for the end of this one, whatever it is.
      last = changing.catch(() => undefined);
      return await raceSignal(changing, signal);
    },
    drop: (session) => set(session, undefined),
    subscribe(observer) {
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
  };
}
