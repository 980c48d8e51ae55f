/** The statements of a peer's SQLite database. */

import type { NewEntry } from "#shared/ports/mod.ts";
import type { SqliteDatabase, SqliteStatement } from "./sqlite-database.ts";
import { COLUMNS, encodeJson, encodeName } from "./sqlite-peer-rows.ts";

const SQL = {
  inputById: `SELECT ${COLUMNS.input} FROM inputs WHERE id = ?`,
  inputByKey: `SELECT ${COLUMNS.input} FROM inputs WHERE key = ?`,
  liveInputs: `SELECT ${COLUMNS.input} FROM inputs WHERE phase IN ('queued', 'staged')
    ORDER BY arrival`,
  inputsOf: `SELECT ${COLUMNS.input} FROM inputs WHERE room = ? AND persona = ?
    ORDER BY arrival DESC LIMIT ?`,
  addInput: `INSERT INTO inputs (id, key, room, persona, kind, phase, turn, attempt, assign, human,
    created_at, staged_count, partial_text_json, reason_json, header_json, admission_json,
    moves_json, work_json)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  changeInput: `UPDATE inputs SET phase = ?, staged_count = ?, partial_text_json = ?,
    reason_json = ?, moves_json = ? WHERE id = ?`,
  receipt: `SELECT input FROM receipts WHERE input = ?`,
  addReceipt: `INSERT INTO receipts (input, key, outcome_json, at) VALUES (?, ?, ?, ?)`,
  lastSegment: `SELECT max(position) AS last FROM segments WHERE room = ? AND persona = ?`,
  segments: `SELECT ${COLUMNS.segment} FROM segments
    WHERE room = ? AND persona = ? AND position >= ? ORDER BY position LIMIT ?`,
  addSegment: `INSERT INTO segments (room, persona, position, body_json) VALUES (?, ?, ?, ?)`,
  trimSegments: `DELETE FROM segments WHERE room = ? AND persona = ? AND position < ?`,
  sessions: `SELECT ${COLUMNS.session} FROM sessions WHERE room = ? ORDER BY persona`,
  saveSession: `INSERT OR REPLACE INTO sessions (room, persona, parent, state, body_json)
    VALUES (?, ?, ?, ?, ?)`,
  liveWork: `SELECT ${COLUMNS.input} FROM inputs WHERE room = ? AND persona = ?
    AND work_json IS NOT NULL AND phase IN ('queued', 'staged') ORDER BY arrival LIMIT 1`,
  forgetReceipts: `DELETE FROM receipts WHERE input IN (
    SELECT id FROM inputs WHERE room = ? AND persona = ? AND work_json IS NOT NULL)`,
  forgetInputs: `DELETE FROM inputs WHERE room = ? AND persona = ? AND work_json IS NOT NULL`,
  forgetSegments: `DELETE FROM segments WHERE room = ? AND persona = ?`,
  forgetSession: `DELETE FROM sessions WHERE room = ? AND persona = ?`,
  outbox: `SELECT ${COLUMNS.outbox} FROM outbox WHERE room = ? ORDER BY position LIMIT ?`,
  outboxRow: `SELECT ${COLUMNS.outbox} FROM outbox WHERE position = ?`,
  outboxEntry: `SELECT position FROM outbox WHERE room = ? AND entry = ?`,
  addOutbox: `INSERT INTO outbox (room, entry, device, body_json) VALUES (?, ?, ?, ?)`,
  sealOutbox: `UPDATE outbox SET sealed_json = ? WHERE position = ?`,
  removeOutbox: `DELETE FROM outbox WHERE position = ?`,
} as const;

export type Statements = Readonly<Record<keyof typeof SQL, SqliteStatement>>;

export function prepareStatements(database: SqliteDatabase): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(prepared) as Statements; // The names of SQL, each once.
}

/** A limit of rows as SQLite takes it: it counts to 2^63 and reads a negative one as none. */
export function rowLimit(rowsMax: number): number {
  return Math.max(0, Math.min(rowsMax, Number.MAX_SAFE_INTEGER));
}

/** Adds a row unless its entry waits already (ST9). */
export function insertOutbox(
  statements: Statements,
  { roomId, entry }: { readonly roomId: string; readonly entry: NewEntry },
): void {
  const [room, id] = [encodeName(roomId), encodeName(entry.id)];
  if (statements.outboxEntry.get(room, id) !== undefined) return; // ST9
  statements.addOutbox.run(room, id, encodeName(entry.device), encodeJson(entry.body));
}
