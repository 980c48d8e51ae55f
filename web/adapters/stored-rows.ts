/**
 * Unknown rows become typed here and nowhere else.
 *
 * A row that is not what this app writes is a `CorruptRow`: the transaction that met it aborts with
 * `storage-corrupt` and leaves the row where it is.
 */

import * as v from "valibot";
import { type EpochMs, type RoomMs, toEpochMs, toRoomMs } from "#shared/base/mod.ts";
import type { LogEntry, OutboxRecord } from "#shared/ports/mod.ts";
import { CorruptRow } from "./storage-error.ts";

/** A room of this device. */
export interface RoomRow {
  readonly roomId: string;
  readonly name: string;
  readonly createdAt: EpochMs;
  /** The newest seq a person has seen here. */
  readonly lastReadSeq: number;
  /** Ordered by a relay: its log is a mirror. */
  readonly shared: boolean;
  /** The room that this one became (D30, D32); a room that moved is in no list. */
  readonly movedTo?: string | undefined;
  /** The newest entry that the room which it became begins with; absent where nobody noted it. */
  readonly movedCovers?: number | undefined;
  /** The room that is to become this one, until it did (SY152). */
  readonly movingFrom?: string | undefined;
  /** The devices that such a move leaves out. */
  readonly movingWithout?: readonly string[] | undefined;
  /** When a person deleted it: it is in no list, and may be brought back for a while (SY207). */
  readonly heldAt?: EpochMs | undefined;
}

/** A folded state, kept so that a long room opens without folding it all. Only a cache. */
export interface CheckpointRow {
  readonly roomId: string;
  /** The newest entry that the state covers. */
  readonly seq: number;
  readonly stateHash: string;
  /** Canonical JSON of the state. */
  readonly state: string;
}

interface InputKey {
  readonly id: string;
  readonly order: number;
  readonly phase: string;
}

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const epochMs = v.pipe(v.number(), v.finite(), v.transform(toEpochMs));
const newEntry = v.object({ id: v.string(), device: v.string(), body: v.unknown() });

const room = v.object({
  roomId: v.string(),
  name: v.string(),
  createdAt: epochMs,
  lastReadSeq: count,
  // Rows of before there were shared rooms do not say (SY76).
  shared: v.optional(v.boolean(), false),
  movedTo: v.optional(v.string()),
  movedCovers: v.optional(v.number()),
  movingFrom: v.optional(v.string()),
  heldAt: v.optional(epochMs),
  movingWithout: v.optional(v.array(v.string())),
});

const checkpoint = v.object({
  roomId: v.string(),
  seq: count,
  stateHash: v.string(),
  state: v.string(),
});

/** What an input is found and forgotten by; the whole of it in stored-work-rows.ts. */
const inputKey = v.object({ id: v.string(), order: count, phase: v.string() });

const outbox = v.object({
  roomId: v.string(),
  order: count,
  entry: newEntry,
  sealed: v.optional(v.array(v.object({ id: v.string(), body: v.string() }))),
});

export const decodeRoom = decoderOf<RoomRow>("rooms", room);
export const decodeCheckpoint = decoderOf<CheckpointRow>("checkpoints", checkpoint);
export const decodeInputKey = decoderOf<InputKey>("inputs", inputKey);
export const decodeOutbox = decoderOf<OutboxRecord>("outbox", outbox);

/** By hand: a long room decodes thousands of these when it opens. */
export function decodeEntry(row: unknown): LogEntry {
  if (typeof row !== "object" || row === null) throw new CorruptRow("entries: not an object");
  const { seq, ts, id, device, body } = row as Record<keyof LogEntry, unknown>;
  if (
    typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 1 || typeof ts !== "number" ||
    !Number.isFinite(ts) || typeof id !== "string" || typeof device !== "string" ||
    body === undefined
  ) {
    throw new CorruptRow(`entries: entry ${String(seq)} is not one`);
  }
  const at: RoomMs = toRoomMs(ts);
  return { seq, ts: at, id, device, body };
}

/** Makes a decoder that names the store in what it throws. */
export function decoderOf<T>(
  store: string,
  schema: v.GenericSchema<unknown, T>,
): (row: unknown) => T {
  return (row) => {
    const parsed = v.safeParse(schema, row);
    if (parsed.success) return parsed.output;
    const issue = parsed.issues[0];
    throw new CorruptRow(`${store}: ${v.getDotPath(issue) ?? "row"} ${issue.message}`);
  };
}
