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
  /** The two halves under the relay's secret. At once: every commit waits for them. */
  readonly placeMac: (room: string, place: Place) => string;
  readonly entryMac: (room: string, place: Place, entry: EntryName) => string;
}

type Place = Pick<Cursor, "epoch" | "seq">;
type EntryName = Pick<RelayEntry, "id" | "ts">;

/** Ids of 22 characters and two numbers; a longer text gets an array of its own. */
const TEXT_BYTES = 256;

export function createCursorKeys(secret: Bytes): CursorKeys {
  const hmac = createHmac(secret);
  const encoder = new TextEncoder();
  const shared = new Uint8Array(TEXT_BYTES);
  const macOf = (text: string, bytesMax: number): string => {
    const { read, written } = encoder.encodeInto(text, shared);
    const bytes = read === text.length ? shared.subarray(0, written) : encoder.encode(text);
    return encodeBase64Url(hmac(bytes).subarray(0, bytesMax));
  };
  return {
    placeMac: (room, place) => macOf(placeText(room, place), PLACE_BYTES),
    entryMac: (room, place, { id, ts }) =>
      macOf(`${placeText(room, place)}|${id}|${ts}`, ENTRY_BYTES), // RL127
  };
}

export type CursorVerdict =
  | "forged"
  /** Ours, and the log still has this entry at this seq. */
  | "same"
  /** Ours, and the log has nothing, or something else, at this seq. */
  | "absent";

/** The MAC of a cursor at `entry`. */
export function makeCursorMac(
  { placeMac, entryMac }: CursorKeys,
  room: string,
  epoch: string,
  entry: EntryName & Pick<RelayEntry, "seq">,
): string {
  const place = { epoch, seq: entry.seq };
  return placeMac(room, place) + entryMac(room, place, entry);
}

/** Judges a cursor that a client brought; one look into the log at most. */
export async function checkCursor(
  keys: CursorKeys,
  store: RelayStore,
  room: string,
  cursor: Cursor,
): Promise<Result<CursorVerdict, StoreError>> {
  const placeMac = keys.placeMac(room, cursor);
  if (!isEqual(cursor.mac.slice(0, placeMac.length), placeMac)) return ok("forged");
  const read = await store.read(room, cursor.seq - 1, 1, 1);
  if (!read.ok) return read;
  const [entry] = read.value;
  if (entry?.seq !== cursor.seq) return ok("absent");
  const isSame = isEqual(cursor.mac, makeCursorMac(keys, room, cursor.epoch, entry));
  return ok(isSame ? "same" : "absent");
}

function placeText(room: string, { epoch, seq }: Place): string {
  return `conclave-cursor/2|${room}|${epoch}|${seq}`;
}

/** Takes the same time wherever the texts differ. */
function isEqual(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
