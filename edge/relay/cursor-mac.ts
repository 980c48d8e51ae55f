/**
 * The MAC of a cursor: what lets a client come back without being believed.
 *
 * Two halves. The first vouches for (room, epoch, seq): the relay once told this place. The second
 * binds the id of the entry at that place: when the first holds and the second does not, the relay
 * lost commits it had acknowledged and gave their seqs to others. Clients see one opaque text.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL12  A cursor without the relay's MAC is a fresh join and changes nothing.
 */

import { encodeBase64Url } from "#shared/crypto/mod.ts";
import type { Bytes, Crypto } from "#shared/ports/mod.ts";
import type { Cursor, RelayEntry } from "#shared/protocol/mod.ts";
import type { RelayStore, StoreError } from "./relay-store.ts";
import { ok, type Result } from "#shared/base/mod.ts";

/** Bytes of each half: 128 bits against guessing, 64 against chance. */
const PLACE_BYTES = 16;
const ENTRY_BYTES = 8;

export interface CursorKeys {
  readonly crypto: Crypto;
  readonly secret: Bytes;
}

export type CursorVerdict =
  | "forged"
  /** Ours, and the log still has this entry at this seq. */
  | "same"
  /** Ours, and the log has nothing, or something else, at this seq. */
  | "absent";

type Place = Pick<Cursor, "epoch" | "seq">;

/** The MAC of a cursor at `entry`. */
export async function makeCursorMac(
  { crypto, secret }: CursorKeys,
  room: string,
  epoch: string,
  entry: Pick<RelayEntry, "seq" | "id">,
): Promise<string> {
  const place = placeText(room, { epoch, seq: entry.seq });
  const [first, second] = await Promise.all([
    crypto.hmac(secret, place),
    crypto.hmac(secret, entryText(place, entry.id)),
  ]);
  return encodeBase64Url(first.slice(0, PLACE_BYTES)) +
    encodeBase64Url(second.slice(0, ENTRY_BYTES));
}

/** Judges a cursor that a client brought; one look into the log at most. */
export async function checkCursor(
  keys: CursorKeys,
  store: RelayStore,
  room: string,
  cursor: Cursor,
): Promise<Result<CursorVerdict, StoreError>> {
  const { crypto, secret } = keys;
  const place = placeText(room, cursor);
  const placeMac = encodeBase64Url((await crypto.hmac(secret, place)).slice(0, PLACE_BYTES));
  if (!isEqual(cursor.mac.slice(0, placeMac.length), placeMac)) return ok("forged");
  const read = await store.read(room, cursor.seq - 1, 1, 1);
  if (!read.ok) return read;
  const [entry] = read.value;
  if (entry?.seq !== cursor.seq) return ok("absent");
  const isSame = isEqual(cursor.mac, await makeCursorMac(keys, room, cursor.epoch, entry));
  return ok(isSame ? "same" : "absent");
}

function placeText(room: string, { epoch, seq }: Place): Bytes {
  return new TextEncoder().encode(`conclave-cursor/1|${room}|${epoch}|${seq}`);
}

function entryText(place: Bytes, id: string): Bytes {
  const tail = new TextEncoder().encode(`|${id}`);
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
