/**
 * Local sequencer: decides what appending an entry to one room's log does (D30).
 *
 * Owns the decision only. The store around it reads what the decision needs and writes what it
 * says, in one transaction; two stores (IndexedDB, memory) share it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY1  Appending a known id returns the entry it already has, whatever the body now.
 *   SY2  Seqs start at 1 and grow by 1, without gaps, whoever appends.
 *   SY5  An entry over `entryBytesMax` is refused; the first of a log may have
 *        `genesisBytesMax`, one with an image `blobBytesMax`.
 *   SY6  Appending to a room that is not here is refused and makes no room.
 *   SY7  A body is JSON data: what is read equals what would have crossed a wire.
 */

import { assert } from "../base/assert.ts";
import type { RoomMs } from "../base/brands.ts";
import type { AppendError, LogEntry, NewEntry } from "../ports/room-log.ts";

export interface SequencerLimits {
  readonly entryBytesMax: number;
  /** For the first entry of a log, which may carry a checkpoint. */
  readonly genesisBytesMax: number;
  /** For an entry with an image. */
  readonly blobBytesMax: number;
}

/** What the store saw inside the transaction. */
export interface SequencerView {
  readonly isRoomKnown: boolean;
  /** The entry that already has this id. */
  readonly known: LogEntry | undefined;
  /** The newest seq, 0 for an empty log. */
  readonly head: number;
}

/** An entry in the form that is stored, with its size as JSON. */
export interface MeasuredEntry extends NewEntry {
  readonly bytes: number;
}

export type AppendDecision =
  | { readonly kind: "append"; readonly entry: LogEntry }
  | { readonly kind: "known"; readonly entry: LogEntry }
  | { readonly kind: "refuse"; readonly error: AppendError };

const encoder = new TextEncoder();

/** Brings a body to its JSON form and measures the entry. Throws a Defect for what is not JSON. */
export function measureEntry(entry: NewEntry): MeasuredEntry {
  const body = JSON.stringify(entry.body) as string | undefined;
  assert(body !== undefined, `Cannot append entry ${entry.id}: its body is not JSON data`);
  const frame = JSON.stringify({ id: entry.id, device: entry.device });
  return {
    id: entry.id,
    device: entry.device,
    body: JSON.parse(body), // SY7
    bytes: encoder.encode(frame).length + encoder.encode(body).length,
  };
}

/** Says whether `entry` is new, known or refused; `ts` is the orderer's time now. */
export function decideAppend(
  view: SequencerView,
  entry: MeasuredEntry,
  ts: RoomMs,
  limits: SequencerLimits,
): AppendDecision {
  if (!view.isRoomKnown) return { kind: "refuse", error: { kind: "room-unknown" } }; // SY6
  if (view.known !== undefined) return { kind: "known", entry: view.known }; // SY1
  const bytesMax = view.head === 0
    ? limits.genesisBytesMax
    : isBlob(entry.body)
    ? limits.blobBytesMax
    : limits.entryBytesMax;
  if (entry.bytes > bytesMax) { // SY5
    return { kind: "refuse", error: { kind: "entry-too-large", bytes: entry.bytes, bytesMax } };
  }
  const { id, device, body } = entry;
  return { kind: "append", entry: { seq: view.head + 1, ts, id, device, body } }; // SY2
}

function isBlob(body: unknown): boolean {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "blob";
}
