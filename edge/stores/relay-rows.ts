/**
 * The rows of the relay's store in SQL, wherever SQLite runs: a file of Deno or Node, or the
 * storage of a Durable Object.
 *
 * Owns tables and statements. Transactions, and what an error is called, are the opener's.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL132 Looking into a room's log takes no longer because the log is long.
 */

import { assert } from "#shared/base/mod.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import type { RoomHead, RoomWrite } from "../relay/relay-store.ts";

type Value = string | number | null;
type Row = Readonly<Record<string, unknown>>;

interface Statement {
  run(...values: readonly Value[]): unknown;
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): readonly Row[];
  iterate(...values: readonly Value[]): Iterable<Row>;
}

type Place = Omit<RoomHead, "present">;

/** Version 1. */
export const relayTables = `
  CREATE TABLE rooms (
    room TEXT PRIMARY KEY,
    epoch TEXT NOT NULL,
    head INTEGER NOT NULL,
    floor INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    covers_older INTEGER,
    covers_newer INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entries (
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    ts INTEGER NOT NULL,
    sender TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (room, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX entries_by_id ON entries (room, id);
  CREATE TABLE present (
    room TEXT NOT NULL,
    device TEXT NOT NULL,
    PRIMARY KEY (room, device)
  ) STRICT, WITHOUT ROWID;
`;

const SQL = {
  room: `SELECT epoch, head, floor, bytes, covers_older, covers_newer FROM rooms WHERE room = ?`,
  devices: `SELECT device FROM present WHERE room = ? ORDER BY device`,
  putRoom: `INSERT INTO rooms VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (room) DO UPDATE SET
    epoch = excluded.epoch, head = excluded.head, floor = excluded.floor, bytes = excluded.bytes,
    covers_older = excluded.covers_older, covers_newer = excluded.covers_newer`,
  addEntry: `INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)`,
  sizeBelow: `SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM entries
    WHERE room = ? AND seq < ?`,
  trim: `DELETE FROM entries WHERE room = ? AND seq < ?`,
  arrive: `INSERT INTO present VALUES (?, ?) ON CONFLICT DO NOTHING`,
  leave: `DELETE FROM present WHERE room = ? AND device = ?`,
  read: `SELECT seq, ts, sender, id, body FROM entries WHERE room = ? AND seq > ?
    ORDER BY seq LIMIT ?`,
  // RL132: in this order of tables. For `id IN (...)` in the order of seqs SQLite walks through the
  // whole room.
  findIds: `SELECT seq, ts, sender, entries.id, body FROM json_each(?) AS wanted
    CROSS JOIN entries ON entries.room = ? AND entries.id = wanted.value ORDER BY seq`,
  roomsWithPresent: `SELECT DISTINCT room FROM present ORDER BY room`,
} as const;

export type RelayStatements = ReturnType<typeof prepareRelayStatements>;

/** Statements prepared by `prepare`. */
export function prepareRelayStatements(prepare: (sql: string) => Statement) {
  return {
    room: prepare(SQL.room),
    devices: prepare(SQL.devices),
    putRoom: prepare(SQL.putRoom),
    addEntry: prepare(SQL.addEntry),
    sizeBelow: prepare(SQL.sizeBelow),
    trim: prepare(SQL.trim),
    arrive: prepare(SQL.arrive),
    leave: prepare(SQL.leave),
    read: prepare(SQL.read),
    findIds: prepare(SQL.findIds),
    roomsWithPresent: prepare(SQL.roomsWithPresent),
  };
}

/** Undefined for a room without log. */
export function readHead(statements: RelayStatements, room: string): RoomHead | undefined {
  const place = readPlace(statements, room);
  if (place === undefined) return undefined;
  const present = statements.devices.all(room).map((device) => text(device, "device"));
  return { ...place, present };
}

/** Where a log stands, without who is present: each commit asks, however many they are. */
function readPlace(statements: RelayStatements, room: string): Place | undefined {
  const row = statements.room.get(room);
  if (row === undefined) return undefined;
  const covers = [row["covers_older"], row["covers_newer"]];
  return {
    epoch: text(row, "epoch"),
    head: whole(row, "head"),
    floor: whole(row, "floor"),
    bytes: whole(row, "bytes"),
    checkpoints: covers.filter((value) => typeof value === "number"),
  };
}

/** To be run inside a transaction; a write that does not fit what is stored is a defect. */
export function applyWrite(statements: RelayStatements, write: RoomWrite): void {
  const { room } = write;
  const stored = readPlace(statements, room);
  assert(
    stored === undefined || stored.epoch === write.epoch,
    "Cannot commit a room's write: the stored epoch is another",
  );
  let { head, floor, bytes } = stored ?? { head: 0, floor: 1, bytes: 0 };
  let checkpoints = stored?.checkpoints ?? [];
  for (const entry of write.entries) {
    assert(entry.seq === head + 1, `Cannot commit entry ${entry.seq}: the head is ${head}`);
    statements.addEntry.run(room, entry.seq, entry.ts, entry.from, entry.id, entry.body);
    head = entry.seq;
    bytes += bytesOf(entry.body);
    if (entry.covers !== undefined) checkpoints = [...checkpoints, entry.covers].slice(-2);
  }
  if (write.trimBelow !== undefined && write.trimBelow > floor) {
    const below = Math.min(write.trimBelow, head + 1);
    bytes -= whole(statements.sizeBelow.get(room, below) ?? {}, "bytes");
    statements.trim.run(room, below);
    floor = below;
  }
  for (const device of write.arrived) statements.arrive.run(room, device);
  for (const device of write.gone) statements.leave.run(room, device);
  putRoom(statements, room, {
    epoch: write.newEpoch ?? write.epoch,
    head,
    floor,
    bytes,
    checkpoints,
  });
}

function putRoom(
  statements: RelayStatements,
  room: string,
  state: Place,
): void {
  const { epoch, head, floor, bytes } = state;
  const [older = null, newer = null] = state.checkpoints;
  statements.putRoom.run(room, epoch, head, floor, bytes, older, newer);
}

export function readEntries(
  statements: RelayStatements,
  { room, after, entriesMax, bytesMax }: {
    room: string;
    after: number;
    entriesMax: number;
    bytesMax: number;
  },
): readonly RelayEntry[] {
  const entries: RelayEntry[] = [];
  let bytes = 0;
  for (const row of statements.read.iterate(room, after, entriesMax)) {
    const entry = toEntry(row);
    bytes += entry.body.length;
    // The first comes whatever its size, so that a reader always gets on.
    if (bytes > bytesMax && entries.length > 0) break;
    entries.push(entry);
  }
  return entries;
}

export function findIds(
  statements: RelayStatements,
  room: string,
  ids: readonly string[],
): readonly RelayEntry[] {
  return statements.findIds.all(JSON.stringify(ids), room).map(toEntry);
}

export function roomsWithPresent(statements: RelayStatements): readonly string[] {
  return statements.roomsWithPresent.all().map((row) => text(row, "room"));
}

/** In UTF-8. Sealed bodies are base64url: nearly all have one byte a character. */
function bytesOf(body: string): number {
  return /^[\x00-\x7f]*$/.test(body) ? body.length : new TextEncoder().encode(body).length;
}

function toEntry(row: Row): RelayEntry {
  return {
    seq: whole(row, "seq"),
    ts: whole(row, "ts"),
    from: text(row, "sender"),
    id: text(row, "id"),
    body: text(row, "body"),
  };
}

function text(row: Row, column: string): string {
  const value = row[column];
  assert(typeof value === "string", `Cannot read column ${column}: it holds no text`);
  return value;
}

function whole(row: Row, column: string): number {
  const value = row[column];
  assert(
    typeof value === "number" && Number.isSafeInteger(value),
    `Cannot read column ${column}: it holds no whole number`,
  );
  return value;
}
