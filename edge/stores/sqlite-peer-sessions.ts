/**
 * What a session keeps in a peer's SQLite database: its log, its record, and its end.
 *
 * Owns those rows. Does not own the transaction (sqlite-peer-store.ts).
 *
 * Rules (shared/SPEC.md, section ST): ST10, ST23 to ST26, as idb-peer-sessions.ts has them.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import type {
  CommitError,
  LogMoved,
  NewSegment,
  PeerStore,
  SegmentAppend,
  SessionRecord,
} from "#shared/ports/mod.ts";
import {
  decodeInput,
  decodeNextIndex,
  decodeSegment,
  decodeSession,
  encodeJson,
  encodeName,
} from "./sqlite-peer-rows.ts";
import type { Access } from "./sqlite-access.ts";
import { rowLimit, type Statements } from "./sqlite-peer-statements.ts";

type SessionMethods = Pick<
  PeerStore,
  "segments" | "appendSegments" | "saveSession" | "sessions" | "forgetSession"
>;

export function createSessionMethods(
  statements: Statements,
  { read, write }: Access,
): SessionMethods {
  return {
    segments: (roomId, persona, fromIndex, segmentsMax, signal) =>
      read(() => {
        const session = [encodeName(roomId), encodeName(persona)] as const;
        const rows = statements.segments.all(...session, fromIndex, rowLimit(segmentsMax)); // ST23
        return rows.map(decodeSegment);
      }, signal),
    appendSegments: (append, signal) =>
      write<{ readonly next: number }, LogMoved>(() => appendSegments(statements, append), signal),
    saveSession: (session, signal) => write(() => ok(saveSession(statements, session)), signal),
    sessions: (roomId, signal) =>
      read(() => statements.sessions.all(encodeName(roomId)).map(decodeSession), signal),
    forgetSession: (roomId, persona, signal) =>
      write(() => forgetSession(statements, encodeName(roomId), encodeName(persona)), signal),
  };
}

/** Adds an entry behind the last one of its log (ST10). */
export function insertSegment(statements: Statements, segment: NewSegment): void {
  const [room, persona] = [encodeName(segment.roomId), encodeName(segment.persona)];
  const index = decodeNextIndex(statements.lastSegment.get(room, persona));
  statements.addSegment.run(room, persona, index, encodeJson(segment.body));
}

function appendSegments(
  statements: Statements,
  { roomId, persona, expectIndex, bodies, trimBelow }: SegmentAppend,
): Result<{ readonly next: number }, LogMoved> {
  const session = [encodeName(roomId), encodeName(persona)] as const;
  const next = decodeNextIndex(statements.lastSegment.get(...session));
  if (expectIndex !== undefined && expectIndex !== next) { // ST24
    return err({ kind: "log-moved", next });
  }
  for (const [offset, body] of bodies.entries()) {
    statements.addSegment.run(...session, next + offset, encodeJson(body));
  }
  const after = next + bodies.length;
  if (trimBelow !== undefined) { // ST25
    const newest = Math.max(after - 1, 0);
    assert(trimBelow <= newest, `Cannot trim below ${trimBelow}: the newest entry is ${newest}`);
    statements.trimSegments.run(...session, trimBelow);
  }
  return ok({ next: after });
}

function saveSession(statements: Statements, session: SessionRecord): void {
  const { roomId, persona, parent, state, body } = session;
  statements.saveSession.run(
    encodeName(roomId),
    encodeName(persona),
    parent === undefined ? null : encodeName(parent),
    state,
    encodeJson(body),
  );
}

function forgetSession(
  statements: Statements,
  room: string,
  persona: string,
): Result<void, CommitError> {
  const row = statements.liveWork.get(room, persona);
  if (row !== undefined) { // ST26
    const { id, phase } = decodeInput(row);
    return err({ kind: "input-phase-wrong", inputId: id, phase });
  }
  statements.forgetReceipts.run(room, persona);
  statements.forgetInputs.run(room, persona);
  statements.forgetSegments.run(room, persona);
  statements.forgetSession.run(room, persona);
  return ok(undefined);
}
