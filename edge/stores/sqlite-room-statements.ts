/** The statements of a host's shared rooms. */

import type { SqliteDatabase, SqliteStatement } from "./sqlite-database.ts";

const SQL = {
  keys: `SELECT sealed_keys AS sealed FROM rooms WHERE room = ?`,
  saveKeys: `INSERT INTO rooms (room, sealed_keys) VALUES (?, ?)
    ON CONFLICT (room) DO UPDATE SET sealed_keys = excluded.sealed_keys`,
  position: `SELECT position_json AS value FROM rooms WHERE room = ?`,
  movePosition: `UPDATE rooms SET position_json = ? WHERE room = ?`,
  foundation: `SELECT foundation_json AS value FROM rooms WHERE room = ?`,
  replaceMirror: `UPDATE rooms SET position_json = ?, foundation_json = ?, checkpoint_seq = NULL,
    checkpoint_json = NULL WHERE room = ?`,
  checkpoint: `SELECT checkpoint_json AS value FROM rooms WHERE room = ?`,
  saveCheckpoint: `UPDATE rooms SET checkpoint_seq = ?, checkpoint_json = ?
    WHERE room = ? AND (checkpoint_seq IS NULL OR checkpoint_seq < ?)`,
  head: `SELECT max(seq) AS head FROM entries WHERE room = ?`,
  entryOf: `SELECT seq FROM entries WHERE room = ? AND id_json = ?`,
  entries: `SELECT seq, entry_json AS entry FROM entries
    WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?`,
  mirrored: `SELECT seq, entry_json AS entry, origin_json AS origin FROM entries
    WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?`,
  addEntry: `INSERT INTO entries (room, seq, id_json, entry_json, origin_json)
    VALUES (?, ?, ?, ?, ?)`,
  forgetEntries: `DELETE FROM entries WHERE room = ?`,
} as const;

export type RoomStatements = Readonly<Record<keyof typeof SQL, SqliteStatement>>;

export function prepareRoomStatements(database: SqliteDatabase): RoomStatements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(prepared) as RoomStatements;
}
