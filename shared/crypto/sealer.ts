/**
 * Seals what this page load writes to one shared room.
 *
 * Owns the page's random name and its counters. One sealer per page load and room: a counter never
 * starts twice, because the page's name is never drawn twice.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR14  An event that does not fit one entry is sealed as parts, numbered and in order.
 *   CR16  A read-only link makes no sealer.
 *   CR22  What a fresh sealer seals first opens without anything that was before it.
 *   CR20  Entries and ephemerals count for themselves, each under a key of its own.
 */

import { assert } from "../base/assert.ts";
import type { AeadKey, Bytes, Crypto } from "../ports/crypto.ts";
import type { SealedPart } from "../ports/peer-store.ts";
import type { SharedRoomKeys } from "../ports/shared-room-store.ts";
import { decodeExactly, encodeBase64Url } from "./base64url.ts";
import { concat, utf8 } from "./bytes.ts";
import {
  authenticatedData,
  encodeContent,
  encodeHeader,
  entryIdOf,
  HASH_BYTES,
  type Introduction,
  messageKey,
  NO_HASH,
  NO_ID,
  nonceOf,
  PURPOSE_ENTRY,
  PURPOSE_EPHEMERAL,
  signedHash,
  sliceBytesMax,
  vouchedText,
} from "./envelope.ts";
import { cryptoLimits } from "./limits.ts";
import type { LogView } from "./log-views.ts";
import { pad } from "./padme.ts";
import { ID_BYTES, type WriteRoomKeys } from "./room-keys.ts";

export interface Sealer {
  /**
   * Seals an event as one or more entries. Parts go to the relay in the order of the calls, each
   * call's parts together, or they do not open. `prev` is {@link Opener.lastHash}.
   */
  seal(entry: {
    /** What the entry is called on this device; the relay's ids follow from it. */
    readonly entryId: string;
    readonly event: unknown;
    readonly prev: Bytes;
    /** {@link Opener.view} beside `prev`. */
    readonly view?: LogView | undefined;
    /** The relay's id for an event of one part; by default it follows from `entryId`. */
    readonly relayId?: string | undefined;
  }): Promise<readonly SealedPart[]>;
  /** At most `ephemeralBytesMax` of JSON; a longer one is a defect of the caller. */
  sealEphemeral(body: unknown, view?: LogView): Promise<string>;
}

/** The keys of a full link only: narrow {@link RoomKeys} by `access` (CR16). */
export function createSealer(
  crypto: Crypto,
  room: WriteRoomKeys,
  device: SharedRoomKeys["device"],
): Sealer {
  assert(room.writeKeys !== undefined, "Cannot create a sealer: the link is read-only");
  const page = crypto.randomBytes(ID_BYTES);
  const [roomId, deviceId] = [idBytes(room.roomId), idBytes(device.id)];
  const keys = new Map<number, Promise<AeadKey>>();
  let introduction: Promise<Introduction> | undefined;
  let [entryCounter, ephemeralCounter] = [0, 0];

  const keyFor = (purpose: number): Promise<AeadKey> => {
    const known = keys.get(purpose) ??
      messageKey(crypto, room, { purpose, device: deviceId, page });
    keys.set(purpose, known);
    return known;
  };
  const introduce = async (): Promise<Introduction> => {
    const [signKey, agreeKey] = [device.signPublicKey, device.agreePublicKey];
    const text = vouchedText(roomId, signKey, agreeKey);
    return { signKey, agreeKey, proof: await crypto.sign(room.writeKeys.key, text) };
  };
  const sealContent = async (place: Place, content: Bytes): Promise<string> => {
    const header = encodeHeader({ device: deviceId, page, ...place });
    const extra = authenticatedData(roomId, header);
    const key = await keyFor(place.purpose);
    const text = await crypto.seal(key, nonceOf(place.counter), extra, pad(content));
    const signature = await crypto.sign(device.signKey, await signedHash(crypto, extra, text));
    return encodeBase64Url(concat(header, text, signature));
  };

  return {
    async seal({ entryId, event, prev, view, relayId }) {
      assert(prev.length === HASH_BYTES, `Cannot cite ${prev.length} bytes: a hash has 32`);
      const isFirst = introduction === undefined;
      introduction ??= introduce();
      const slices = cutEvent(event, isFirst, view !== undefined);
      // Taken before the first wait, so that calls at once do not share a counter.
      const first = entryCounter;
      entryCounter += slices.length;
      const intro = isFirst ? await introduction : undefined;
      return await Promise.all(slices.map(async (slice, part) => {
        const id = relayId ?? await entryIdOf(crypto, entryId, part);
        const counter = first + part;
        const purpose = PURPOSE_ENTRY;
        const place = { purpose, counter, id: idBytes(id), part, parts: slices.length, prev };
        const head = part === 0 ? { intro, view } : {};
        const content = encodeContent({ ...head, slice });
        return { id, body: await sealContent(place, content) };
      }));
    },
    async sealEphemeral(body, view) {
      const slice = jsonBytes(body);
      const { ephemeralBytesMax } = cryptoLimits;
      assert(
        slice.length <= ephemeralBytesMax,
        `Cannot seal an ephemeral of ${slice.length} bytes: at most ${ephemeralBytesMax}`,
      );
      const counter = ephemeralCounter++;
      const purpose = PURPOSE_EPHEMERAL;
      const place = { purpose, counter, id: NO_ID, part: 0, parts: 1, prev: NO_HASH };
      return await sealContent(place, encodeContent({ view, slice }));
    },
  };
}

interface Place {
  readonly purpose: number;
  readonly counter: number;
  readonly id: Bytes;
  readonly part: number;
  readonly parts: number;
  readonly prev: Bytes;
}

/** Whether an event is small enough to be sealed. */
export function fitsEvent(event: unknown): boolean {
  return jsonBytes(event).length <= cryptoLimits.eventBytesMax;
}

/** The event's JSON in pieces that fit; the first leaves room for an introduction (CR14). */
function cutEvent(event: unknown, hasIntro: boolean, hasView: boolean): readonly Bytes[] {
  const bytes = jsonBytes(event);
  const { eventBytesMax } = cryptoLimits;
  assert(
    bytes.length <= eventBytesMax,
    `Cannot seal an event of ${bytes.length} bytes: at most ${eventBytesMax}`,
  );
  let at = sliceBytesMax(hasIntro, hasView);
  const slices = [bytes.subarray(0, at)];
  while (at < bytes.length) {
    slices.push(bytes.subarray(at, at + sliceBytesMax(false)));
    at += sliceBytesMax(false);
  }
  return slices;
}

function jsonBytes(value: unknown): Bytes {
  const text = JSON.stringify(value) as string | undefined;
  assert(text !== undefined, "Cannot seal a value that JSON has no form for");
  return utf8(text);
}

function idBytes(id: string): Bytes {
  const bytes = decodeExactly(id, ID_BYTES);
  assert(bytes !== undefined, `Cannot use "${id}" as an id: it has 22 characters of base64url`);
  return bytes;
}
