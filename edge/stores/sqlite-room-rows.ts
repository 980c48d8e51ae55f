/**
 * The tables of a host's shared rooms in SQLite, and how rows become typed.
 *
 * Ids and devices are another peer's words, so they are stored as JSON, like all that SQLite's text
 * might not hold.
 */

import * as v from "valibot";
import { toRoomMs } from "#shared/base/mod.ts";
import type { StoredCheckpoint } from "#shared/hosting/mod.ts";
import type { Foundation, LogEntry, MirroredEntry, SyncPosition } from "#shared/ports/mod.ts";
import { CorruptRow } from "./sqlite-access.ts";
import type { SqliteRow, SqliteSchema } from "./sqlite-database.ts";
import { decodeRow } from "./sqlite-peer-rows.ts";

export const roomSchema: SqliteSchema = Object.freeze({
  /** "CNLR". */
  applicationId: 0x434e4c52,
  upgrades: [`
    CREATE TABLE rooms (
      room TEXT PRIMARY KEY,
      sealed_keys TEXT NOT NULL,
      position_json TEXT,
      foundation_json TEXT,
      checkpoint_seq INTEGER,
      checkpoint_json TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE entries (
      room TEXT NOT NULL,
      seq INTEGER NOT NULL,
      id_json TEXT NOT NULL,
      entry_json TEXT NOT NULL,
      origin_json TEXT NOT NULL,
      UNIQUE (room, seq),
      UNIQUE (room, id_json)
    ) STRICT;
  `],
});

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const json = v.pipe(v.string(), v.parseJson());

const position = v.object({ epoch: v.string(), seq: count, mac: v.string(), opener: v.string() });
const foundation = v.object({ seq: count, text: v.string(), by: v.string() });
const checkpoint = v.object({ seq: count, stateHash: v.string(), text: v.string() });
const entry = v.object({
  seq: count,
  entry: v.pipe(
    json,
    v.object({
      ts: v.pipe(v.number(), v.finite(), v.transform(toRoomMs)),
      id: v.string(),
      device: v.string(),
      body: v.unknown(),
    }),
  ),
});
const origin = v.object({
  origin: v.pipe(json, v.object({ sealed: v.string(), from: v.string() })),
});

const optional = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.object({ value: v.nullable(v.pipe(json, schema)) });

export function decodePosition(row: SqliteRow | undefined): SyncPosition | undefined {
  return row && (decodeRow("rooms", optional(position), row).value ?? undefined);
}

export function decodeFoundation(row: SqliteRow | undefined): Foundation | undefined {
  return row && (decodeRow("rooms", optional(foundation), row).value ?? undefined);
}

export function decodeCheckpoint(row: SqliteRow | undefined): StoredCheckpoint | undefined {
  return row && (decodeRow("rooms", optional(checkpoint), row).value ?? undefined);
}

export function decodeLogEntry(row: SqliteRow): LogEntry {
  const { seq, entry: rest } = decodeRow("entries", entry, row);
  return { seq, ...rest, body: rest.body };
}

export function decodeMirrored(row: SqliteRow): MirroredEntry {
  const { sealed, from } = decodeRow("entries", origin, row).origin;
  return { entry: decodeLogEntry(row), sealed, from };
}

/** The newest seq of a room's entries, 0 for none. */
export function decodeHead(row: SqliteRow | undefined): number {
  return decodeRow("entries", v.object({ head: v.nullable(count) }), row).head ?? 0;
}

/** Throws unless `page` follows `afterSeq`, or is where the mirror begins (SY14). */
export function checkPage(
  page: readonly LogEntry[],
  afterSeq: number,
  foundationOf: () => Foundation | undefined,
): void {
  const [first] = page;
  if (first === undefined) return;
  let expected = afterSeq + 1;
  if (first.seq > expected) expected = Math.max(expected, (foundationOf()?.seq ?? 0) + 1);
  const hole = page.findIndex(({ seq }, index) => seq !== expected + index);
  if (hole >= 0) throw new CorruptRow(`entries: entry ${expected + hole} is missing`);
}
