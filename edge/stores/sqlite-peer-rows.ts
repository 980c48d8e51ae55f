/**
 * The tables of a peer's SQLite database, and how rows become typed.
 *
 * SQLite's text is UTF-8 without NUL, a string of the language is neither: free text and bodies are
 * stored as JSON, which writes both as escapes, and a name that holds either is a defect.
 *
 * Rules (shared/SPEC.md, section ST):
 *   ST13  JSON data and free text are read back as they were, half characters and NUL included.
 *   ST27  Inputs stored before there was private work are turns', with a header and an admission
 *         that say so.
 *   ST17  A value over its limit, or a name that is not whole text, is a defect, and nothing is
 *         written.
 */

import * as v from "valibot";
import { assert, toEpochMs } from "#shared/base/mod.ts";
import type { InputRecord, OutboxRecord, SegmentRecord, SessionRecord } from "#shared/ports/mod.ts";
import {
  admissionDecision,
  inputHeader,
  inputKind,
  inputMoves,
  inputPhase,
  privateWork,
  sessionState,
} from "#shared/protocol/mod.ts";
import { CorruptRow } from "./sqlite-access.ts";
import type { SqliteRow, SqliteSchema } from "./sqlite-database.ts";

export const peerStoreLimits = Object.freeze({
  /** Ids, keys, rooms and personas have at most 80 characters; a key is made of five of them. */
  nameCharsMax: 1_024,
  /** The largest event, 8 MiB of a genesis, sealed as base64url: 11 Mi characters, with room. */
  jsonCharsMax: 16 * 2 ** 20,
});

export const peerSchema: SqliteSchema = Object.freeze({
  /** "CNLP". */
  applicationId: 0x434e4c50,
  upgrades: [
    `
    CREATE TABLE inputs (
      arrival INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      key TEXT NOT NULL UNIQUE,
      room TEXT NOT NULL,
      persona TEXT NOT NULL,
      kind TEXT NOT NULL,
      phase TEXT NOT NULL
        CHECK (phase IN ('queued', 'staged', 'consumed', 'superseded', 'abandoned')),
      turn INTEGER NOT NULL,
      attempt INTEGER NOT NULL,
      assign INTEGER NOT NULL,
      human INTEGER NOT NULL CHECK (human IN (0, 1)),
      created_at REAL NOT NULL,
      staged_count INTEGER NOT NULL,
      partial_text_json TEXT NOT NULL,
      reason_json TEXT
    ) STRICT;
    CREATE INDEX inputs_live ON inputs (arrival) WHERE phase IN ('queued', 'staged');
    CREATE TABLE receipts (
      input TEXT PRIMARY KEY,
      key TEXT NOT NULL,
      outcome_json TEXT NOT NULL,
      at REAL NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE segments (
      room TEXT NOT NULL,
      persona TEXT NOT NULL,
      position INTEGER NOT NULL,
      body_json TEXT NOT NULL,
      PRIMARY KEY (room, persona, position)
    ) STRICT;
    CREATE TABLE outbox (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      room TEXT NOT NULL,
      entry TEXT NOT NULL,
      device TEXT NOT NULL,
      body_json TEXT NOT NULL,
      sealed_json TEXT,
      UNIQUE (room, entry)
    ) STRICT;
    CREATE INDEX outbox_by_room ON outbox (room, position);
  `,
    `
    ALTER TABLE inputs ADD COLUMN header_json TEXT NOT NULL DEFAULT '';
    ALTER TABLE inputs ADD COLUMN admission_json TEXT NOT NULL DEFAULT '';
    ALTER TABLE inputs ADD COLUMN moves_json TEXT NOT NULL DEFAULT '';
    ALTER TABLE inputs ADD COLUMN work_json TEXT;
    -- Inputs of before there was private work are turns' (ST27); what they went through since is
    -- not known.
    UPDATE inputs SET
      header_json = json_object(
        'origin', json_object('kind', iif(human, 'person', 'room')),
        'durability', 'durable',
        'visibility', json('{"prompt":true,"person":true}')
      ),
      admission_json = json_object(
        'version', 1, 'apply', 'run', 'wakes', json('true'),
        'queue', iif(human AND attempt = 0 AND kind IN ('prompt', 'flow-step'), 'merge', 'fifo'),
        'consume', 'end', 'records', json('false')
      ),
      moves_json = json_array(json_object('at', created_at, 'from', 'new', 'to', 'queued'));
    CREATE INDEX inputs_by_session ON inputs (room, persona, arrival);
    CREATE TABLE sessions (
      room TEXT NOT NULL,
      persona TEXT NOT NULL,
      parent TEXT,
      state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'retired', 'stopped')),
      body_json TEXT NOT NULL,
      PRIMARY KEY (room, persona)
    ) STRICT, WITHOUT ROWID;
  `,
  ],
});

/** Column lists whose names are the members that the decoders below expect. */
export const COLUMNS = Object.freeze({
  input: `arrival AS "order", id, key AS idempotencyKey, room AS roomId, persona, kind, phase,
    turn, attempt, assign, human, created_at AS createdAt, staged_count AS stagedCount,
    partial_text_json AS partialText, reason_json AS reason, header_json AS header,
    admission_json AS admission, moves_json AS moves, work_json AS work`,
  session: `room AS roomId, persona, parent, state, body_json AS body`,
  segment: `room AS roomId, persona, position AS "index", body_json AS body`,
  outbox: `room AS roomId, position AS "order", entry, device, body_json AS body,
    sealed_json AS sealed`,
});

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const epochMs = v.pipe(v.number(), v.finite(), v.transform(toEpochMs));
const json = v.pipe(v.string(), v.parseJson());
const text = v.pipe(json, v.string());

const input = v.object({
  id: v.string(),
  roomId: v.string(),
  persona: v.string(),
  idempotencyKey: v.string(),
  kind: inputKind,
  header: v.pipe(json, inputHeader),
  admission: v.pipe(json, admissionDecision),
  phase: inputPhase,
  moves: v.pipe(json, inputMoves),
  work: v.nullable(v.pipe(json, privateWork)),
  // Negative in a room that was shared: a turn of before.
  turn: v.pipe(v.number(), v.safeInteger()),
  attempt: count,
  assign: count,
  human: v.pipe(v.picklist([0, 1]), v.transform((value) => value === 1)),
  order: count,
  createdAt: epochMs,
  stagedCount: count,
  partialText: text,
  reason: v.nullable(text),
});

const session = v.object({
  roomId: v.string(),
  persona: v.string(),
  parent: v.nullable(v.string()),
  state: sessionState,
  body: json,
});

const segment = v.object({ persona: v.string(), roomId: v.string(), index: count, body: json });

const outbox = v.object({
  roomId: v.string(),
  order: count,
  entry: v.string(),
  device: v.string(),
  body: json,
  sealed: v.nullable(
    v.pipe(json, v.array(v.object({ id: v.string(), body: v.string() }))),
  ),
});

export function decodeInput(row: SqliteRow): InputRecord {
  const { reason, work, ...record } = decodeRow("inputs", input, row);
  return {
    ...record,
    ...(reason === null ? {} : { reason }),
    ...(work === null ? {} : { work }),
  };
}

export function decodeSession(row: SqliteRow): SessionRecord {
  const { parent, ...record } = decodeRow("sessions", session, row);
  return { ...record, ...(parent === null ? {} : { parent }) };
}

export function decodeSegment(row: SqliteRow): SegmentRecord {
  return decodeRow("segments", segment, row);
}

export function decodeOutbox(row: SqliteRow): OutboxRecord {
  const { roomId, order, entry: id, device, body, sealed } = decodeRow("outbox", outbox, row);
  return { roomId, order, entry: { id, device, body }, ...(sealed === null ? {} : { sealed }) };
}

/** Where the next segment goes; `row` has the last position, null when there is none. */
export function decodeNextIndex(row: SqliteRow | undefined): number {
  const last = decodeRow("segments", v.object({ last: v.nullable(count) }), row).last;
  return last === null ? 0 : last + 1;
}

/** A name as it is stored (ST17). */
export function encodeName(name: string): string {
  assert(
    name.length <= peerStoreLimits.nameCharsMax,
    `Cannot store a name of ${name.length} characters: at most ${peerStoreLimits.nameCharsMax}`,
  );
  // With the u flag a surrogate matches only where its other half is missing.
  assert(!/[\0\p{Surrogate}]/u.test(name), "Cannot store a name with NUL or half a character");
  return name;
}

/** Data as it is stored (ST13, ST17); what JSON leaves out is left out. */
export function encodeJson(value: unknown): string {
  const encoded: unknown = JSON.stringify(value);
  assert(typeof encoded === "string", `Cannot store a ${typeof value}: it is no JSON data`);
  assert(
    encoded.length <= peerStoreLimits.jsonCharsMax,
    `Cannot store ${encoded.length} characters: at most ${peerStoreLimits.jsonCharsMax}`,
  );
  return encoded;
}

/** A row of `table` as `schema` says it is; throws CorruptRow where it is not. */
export function decodeRow<T>(table: string, schema: v.GenericSchema<unknown, T>, row: unknown): T {
  const parsed = v.safeParse(schema, row);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  throw new CorruptRow(`${table}: ${v.getDotPath(issue) ?? "row"} ${issue.message}`);
}
