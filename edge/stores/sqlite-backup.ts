/**
 * Copies the relay's log to a second database while the relay works on, and makes a log of such a
 * copy.
 *
 * Owns the copying. A room is copied in pages between which the relay serves; entries never change,
 * so the pages of one room are one moment's: what came after its head was read is left out. Rooms
 * do not depend on each other and may be of different moments.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL100  A backup holds every room whole, as it was at one moment while it was made; one that did
 *          not end leaves no file under its name.
 *   RL101  A restored log has a new epoch in every room, and never replaces a log that is there.
 */

import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  createTransaction,
  type OpenFailure,
  openSqliteDatabase,
  sqliteCodeOf,
  type SqliteDatabase,
  type SqliteSchema,
} from "./sqlite-database.ts";

export interface BackupFacts {
  readonly rooms: number;
  readonly entries: number;
}

export type BackupFailure =
  | { readonly kind: "exists"; readonly path: string }
  | { readonly kind: "failed"; readonly detail: string };

export type RestoreFailure =
  | { readonly kind: "exists"; readonly path: string }
  | { readonly kind: "unfit"; readonly failure: OpenFailure };

const PAGE_ENTRIES = 256;
/** The disk's bound, not ours: a copy is as large as the log. */
const OPTIONS = { bytesMax: 2 ** 44, lockWaitMsMax: 0 } as const;

interface RoomRow {
  readonly room: string;
  readonly epoch: string;
  readonly head: number;
  readonly floor: number;
  readonly covers_older: number | null;
  readonly covers_newer: number | null;
}

/**
 * Copies `source` to a new file at `path`, whose folder exists. `pause` resolves when the relay has
 * had its turn; it rejects when the copying shall end.
 */
export async function backUpRelay(
  source: SqliteDatabase,
  schema: SqliteSchema,
  path: string,
  pause: () => Promise<void>,
): Promise<Result<BackupFacts, BackupFailure>> {
  if (existsSync(path)) return err({ kind: "exists", path });
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  try {
    closeSync(openSync(draft, "w", 0o600)); // For its user alone, as the log is.
  } catch (error) { // The file system's: no such folder, no right, no space.
    return err({ kind: "failed", detail: (error as Error).message });
  }
  const opened = openSqliteDatabase({ ...OPTIONS, path: draft }, schema);
  if (!opened.ok) return err({ kind: "failed", detail: opened.error.kind });
  const target = opened.value;
  let isDone = false;
  try {
    const facts = await copyRooms(source, target, pause);
    // Of the journal nothing stays behind: the file alone is the backup.
    target.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    isDone = true;
    return ok(facts);
  } catch (error) { // SQLite's: a full disk, an unreadable page; anything else is the caller's.
    if (sqliteCodeOf(error) === undefined) throw error;
    return err({ kind: "failed", detail: (error as Error).message });
  } finally {
    target.close();
    if (isDone) renameSync(draft, path);
    for (const rest of [draft, `${draft}-wal`, `${draft}-shm`]) rmSync(rest, { force: true });
  }
}

async function copyRooms(
  source: SqliteDatabase,
  target: SqliteDatabase,
  pause: () => Promise<void>,
): Promise<BackupFacts> {
  const names = source.prepare("SELECT room FROM rooms WHERE room > ? ORDER BY room LIMIT 1");
  let facts: BackupFacts = { rooms: 0, entries: 0 };
  for (let name = "";;) {
    const row = names.get(name);
    if (row === undefined) return facts;
    name = String(row["room"]);
    const entries = await copyRoom(source, target, name, pause);
    facts = { rooms: facts.rooms + 1, entries: facts.entries + entries };
  }
}

/** Copies one room; again from its start when the relay trimmed it meanwhile (RL100). */
async function copyRoom(
  source: SqliteDatabase,
  target: SqliteDatabase,
  room: string,
  pause: () => Promise<void>,
): Promise<number> {
  const readRoom = source.prepare(
    "SELECT room, epoch, head, floor, covers_older, covers_newer FROM rooms WHERE room = ?",
  );
  const readPage = source.prepare(
    `SELECT seq, ts, sender, id, body FROM entries
      WHERE room = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${PAGE_ENTRIES}`,
  );
  const devices = source.prepare("SELECT device FROM present WHERE room = ?");
  const add = target.prepare("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)");
  const transact = createTransaction(target);
  for (;;) {
    const at = readRoom.get(room) as unknown as RoomRow;
    const present = devices.all(room).map((one) => String(one["device"]));
    transact(() => target.prepare("DELETE FROM entries WHERE room = ?").run(room));
    let [after, copied] = [at.floor - 1, 0];
    while (after < at.head) {
      const page = readPage.all(room, after, at.head);
      const first = Number(page[0]?.["seq"] ?? 0);
      if (first !== after + 1) break; // Trimmed meanwhile.
      transact(() => {
        for (const { seq, ts, sender, id, body } of page) {
          add.run(room, Number(seq), Number(ts), String(sender), String(id), String(body));
        }
      });
      copied += page.length;
      after = Number(page.at(-1)?.["seq"] ?? after);
      await pause();
    }
    if (after < at.head) continue;
    transact(() => putRoom(target, at, present));
    await pause();
    return copied;
  }
}

function putRoom(target: SqliteDatabase, at: RoomRow, present: readonly string[]): void {
  const bytes = target.prepare(
    "SELECT coalesce(sum(octet_length(body)), 0) AS bytes FROM entries WHERE room = ?",
  ).get(at.room)?.["bytes"];
  target.prepare("INSERT INTO rooms VALUES (?, ?, ?, ?, ?, ?, ?)")
    .run(at.room, at.epoch, at.head, at.floor, Number(bytes), at.covers_older, at.covers_newer);
  const arrive = target.prepare("INSERT INTO present VALUES (?, ?)");
  for (const device of present) arrive.run(at.room, device);
}

/**
 * Makes the backup at `from` the log at `to`. What was acknowledged after the backup is not in it,
 * so every room gets a new epoch: clients read it anew and offer again what they hold.
 */
export function restoreRelay(
  from: string,
  to: string,
  schema: SqliteSchema,
  newEpoch: () => string,
): Result<BackupFacts, RestoreFailure> {
  if (existsSync(to)) return err({ kind: "exists", path: to });
  const draft = `${to}.restoring`;
  rmSync(draft, { force: true });
  const unfit = (failure: OpenFailure) => err({ kind: "unfit", failure } as const);
  try {
    // As a new database it would pass for a log without rooms.
    if (statSync(from).size === 0) return unfit({ kind: "damaged", detail: "the file is empty" });
    copyFileSync(from, draft);
  } catch (error) { // The file system's: there is no such file, or no right to read it.
    return unfit({ kind: "unusable", detail: (error as Error).message });
  }
  const opened = openSqliteDatabase({ ...OPTIONS, path: draft }, schema);
  if (!opened.ok) {
    rmSync(draft, { force: true });
    return unfit(opened.error);
  }
  const database = opened.value;
  const facts = createTransaction(database)(() => {
    const rooms = database.prepare("SELECT room FROM rooms").all();
    const mint = database.prepare("UPDATE rooms SET epoch = ? WHERE room = ?"); // RL101
    for (const { room } of rooms) mint.run(newEpoch(), String(room));
    const entries = database.prepare("SELECT count(*) AS count FROM entries").get()?.["count"];
    return { rooms: rooms.length, entries: Number(entries) };
  });
  database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  database.close();
  renameSync(draft, to);
  return ok(facts);
}
