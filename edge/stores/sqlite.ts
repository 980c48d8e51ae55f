/**
 * The relay's store on SQLite, for one process with a disk (Deno, Node from 22.13).
 *
 * Owns the rows. Order, limits and what to trim are the room actor's decisions; an order that does
 * not fit what is stored is a defect. SQLite works synchronously: a commit blocks the process for
 * one flush of the disk, which is why the relay hands over many rooms' writes at once.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL63  Writes of several rooms are one transaction: after a crash all of them are there or none,
 *         and what was acknowledged is there.
 *   RL64  A full disk refuses the write and leaves the log as it was.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import type { RelayStore, RoomHead, RoomWrite, StoreError } from "../relay/relay-store.ts";
import { type BackupFacts, type BackupFailure, backUpRelay } from "./sqlite-backup.ts";
import {
  createTransaction,
  type OpenFailure,
  openSqliteDatabase,
  sqliteCodeOf,
  sqliteCodes,
  type SqliteDatabase,
  type SqliteOptions,
  type SqliteRow,
  type SqliteSchema,
} from "./sqlite-database.ts";

export const relaySchema: SqliteSchema = Object.freeze({
  /** "CNLV". */
  applicationId: 0x434e4c56,
  upgrades: [`
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
  `],
});

export interface SqliteRelayStore extends RelayStore {
  /** Copies the log to a new file while it is used; `pause` gives the relay its turn (RL100). */
  backUp(path: string, pause: () => Promise<void>): Promise<Result<BackupFacts, BackupFailure>>;
}

/** Opens the store; the failure says why there is none. */
export function openSqliteStore(options: SqliteOptions): Result<SqliteRelayStore, OpenFailure> {
  const opened = openSqliteDatabase(options, relaySchema);
  return opened.ok ? ok(createStore(opened.value)) : opened;
}

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
  findIds: `SELECT seq, ts, sender, id, body FROM entries
    WHERE room = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY seq`,
  roomsWithPresent: `SELECT DISTINCT room FROM present ORDER BY room`,
} as const;

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(database: SqliteDatabase) {
  return {
    room: database.prepare(SQL.room),
    devices: database.prepare(SQL.devices),
    putRoom: database.prepare(SQL.putRoom),
    addEntry: database.prepare(SQL.addEntry),
    sizeBelow: database.prepare(SQL.sizeBelow),
    trim: database.prepare(SQL.trim),
    arrive: database.prepare(SQL.arrive),
    leave: database.prepare(SQL.leave),
    read: database.prepare(SQL.read),
    findIds: database.prepare(SQL.findIds),
    roomsWithPresent: database.prepare(SQL.roomsWithPresent),
  };
}

function createStore(database: SqliteDatabase): SqliteRelayStore {
  const statements = prepareStatements(database);
  const transact = createTransaction(database);
  return {
    open: (room) => attempt(() => readHead(statements, room)),
    commit: (writes) =>
      attempt(() =>
        transact(() => { // RL63, RL64
          for (const write of writes) applyWrite(statements, write);
        })
      ),
    read: (room, after, entriesMax, bytesMax) =>
      attempt(() => readEntries(statements, { room, after, entriesMax, bytesMax })),
    findIds: (room, ids) =>
      attempt(() => statements.findIds.all(room, JSON.stringify(ids)).map(toEntry)),
    roomsWithPresent: () =>
      attempt(() => statements.roomsWithPresent.all().map((row) => text(row, "room"))),
    backUp: (path, pause) => backUpRelay(database, relaySchema, path, pause),
    close() {
      database.close();
      return Promise.resolve();
    },
  };
}

/** Errors of SQLite become refusals; anything else is a defect and rejects. */
function attempt<T>(work: () => T): Promise<Result<T, StoreError>> {
  try {
    return Promise.resolve(ok(work()));
  } catch (error) { // Only SQLite's: told apart by its code.
    const code = sqliteCodeOf(error);
    if (code === undefined) return Promise.reject(error);
    if (code === sqliteCodes.full) return Promise.resolve(err({ kind: "storage-full" }));
    return Promise.resolve(err({ kind: "storage-failed", detail: (error as Error).message }));
  }
}

function readHead(statements: Statements, room: string): RoomHead | undefined {
  const row = statements.room.get(room);
  if (row === undefined) return undefined;
  const covers = [row["covers_older"], row["covers_newer"]];
  return {
    epoch: text(row, "epoch"),
    head: whole(row, "head"),
    floor: whole(row, "floor"),
    bytes: whole(row, "bytes"),
    checkpoints: covers.filter((value) => typeof value === "number"),
    present: statements.devices.all(room).map((device) => text(device, "device")),
  };
}

function applyWrite(statements: Statements, write: RoomWrite): void {
  const { room } = write;
  const stored = readHead(statements, room);
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
    bytes += new TextEncoder().encode(entry.body).length;
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

function putRoom(statements: Statements, room: string, state: Omit<RoomHead, "present">): void {
  const { epoch, head, floor, bytes } = state;
  const [older = null, newer = null] = state.checkpoints;
  statements.putRoom.run(room, epoch, head, floor, bytes, older, newer);
}

function readEntries(
  statements: Statements,
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

function toEntry(row: SqliteRow): RelayEntry {
  return {
    seq: whole(row, "seq"),
    ts: whole(row, "ts"),
    from: text(row, "sender"),
    id: text(row, "id"),
    body: text(row, "body"),
  };
}

function text(row: SqliteRow, column: string): string {
  const value = row[column];
  assert(typeof value === "string", `Cannot read column ${column}: it holds no text`);
  return value;
}

function whole(row: SqliteRow, column: string): number {
  const value = row[column];
  assert(
    typeof value === "number" && Number.isSafeInteger(value),
    `Cannot read column ${column}: it holds no whole number`,
  );
  return value;
}
