/**
 * The MAC of a cursor: what lets a client come back without being believed.
 *
 * Two halves. The first vouches for (room, epoch, seq): the relay once told this place. The second
 * binds the id and the time of the entry at that place: when the first holds and the second does
 * not, the relay lost commits it had acknowledged and gave their seqs to others, or to the same
 * entry at another time. Clients see one opaque text.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL12  A cursor without the relay's MAC is a fresh join and changes nothing.
 *   RL127 An entry that was lost and stored again at its seq with another time is another entry:
 *         who knew the first has read another log.
 */

import { createHmac, ok, type Result } from "#shared/base/mod.ts";
import { encodeBase64Url } from "#shared/crypto/mod.ts";
import type { Bytes } from "#shared/ports/mod.ts";
import type { Cursor, RelayEntry } from "#shared/protocol/mod.ts";
import type { RelayStore, StoreError } from "./relay-store.ts";

/** Bytes of each half: 128 bits against guessing, 64 against chance. */
const PLACE_BYTES = 16;
const ENTRY_BYTES = 8;

export interface CursorKeys {
  /** Under the relay's secret. At once: every commit waits for two of them. */
  readonly hmac: (text: Bytes) => Bytes;
}

export function createCursorKeys(secret: Bytes): CursorKeys {
  return { hmac: createHmac(secret) };
}

export type CursorVerdict =
  | "forged"
  /** Ours, and the log still has this entry at this seq. */
  | "same"
  /** Ours, and the log has nothing, or something else, at this seq. */
  | "absent";

type Place = Pick<Cursor, "epoch" | "seq">;

/** The MAC of a cursor at `entry`. */
export function makeCursorMac(
  { hmac }: CursorKeys,
  room: string,
  epoch: string,
  entry: Pick<RelayEntry, "seq" | "id" | "ts">,
): string {
  const place = placeText(room, { epoch, seq: entry.seq });
  return encodeBase64Url(hmac(place).slice(0, PLACE_BYTES)) +
    encodeBase64Url(hmac(entryText(place, entry)).slice(0, ENTRY_BYTES));
}

/** Judges a cursor that a client brought; one look into the log at most. */
export async function checkCursor(
  keys: CursorKeys,
  store: RelayStore,
  room: string,
  cursor: Cursor,
): Promise<Result<CursorVerdict, StoreError>> {
  const place = placeText(room, cursor);
  const placeMac = encodeBase64Url(keys.hmac(place).slice(0, PLACE_BYTES));
  if (!isEqual(cursor.mac.slice(0, placeMac.length), placeMac)) return ok("forged");
  const read = await store.read(room, cursor.seq - 1, 1, 1);
  if (!read.ok) return read;
  const [entry] = read.value;
  if (entry?.seq !== cursor.seq) return ok("absent");
  const isSame = isEqual(cursor.mac, makeCursorMac(keys, room, cursor.epoch, entry));
  return ok(isSame ? "same" : "absent");
}

function placeText(room: string, { epoch, seq }: Place): Bytes {
  return new TextEncoder().encode(`conclave-cursor/2|${room}|${epoch}|${seq}`);
}

function entryText(place: Bytes, { id, ts }: Pick<RelayEntry, "id" | "ts">): Bytes {
  const tail = new TextEncoder().encode(`|${id}|${ts}`); // RL127
  const text = new Uint8Array(place.length + tail.length);
  text.set(place);
  text.set(tail, place.length);
  return text;
}

/** Takes the same time wherever the texts differ. */
function isEqual(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
