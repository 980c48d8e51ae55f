/**
 * A room as a file: what was said, the turns, the cast with their card files, the recipe. Pure.
 *
 * The file is a ZIP archive of `room.json` and `cards/…`, stored as they are. `room.json` holds the
 * beginning that a shared room would have (D30), of all messages instead of the newest.
 *
 * Rules (shared/SPEC.md, section PL):
 *   PL51  A room that is saved and imported has the same messages, turns, cast, recipe and card
 *         files; only places are counted anew, and what was open is stopped.
 *   PL52  An import is a new room of this device: it owns the cast, and is the author of nothing
 *         that another device said.
 *   PL53  What is no room, damaged, too large or newer than this program is refused by name, in
 *         bounded time; nothing of it is made.
 *   PL54  Messages and card files that do not fit stay out whole, the oldest messages and the last
 *         of the cast first, and are counted.
 */

import { toRoomMs } from "../../base/brands.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { latin1Text, textBytes } from "../../personas/cards/bytes.ts";
import { isObject, type Json, member, parseJsonBytes } from "../../personas/cards/json.ts";
import {
  isZip,
  readZip,
  storeEntry,
  unpackEntry,
  writeZip,
  type Zip,
} from "../../personas/cards/zip.ts";
import type { NewEntry } from "../../ports/room-log.ts";
import { decodeRoomEvent } from "../../protocol/decode-event.ts";
import {
  type Recipe,
  type RoomEvent,
  RULES_AT_FIRST,
  RULES_NUMBER,
} from "../../protocol/events.ts";
import { encodeCheckpoint } from "../../room/checkpoint.ts";
import { emptyState } from "../../room/draft.ts";
import { foldEntries } from "../../room/fold.ts";
import { importedState, stateFromBeginning } from "../../room/import-state.ts";
import type { RoomState } from "../../room/room-state.ts";
import { type DeviceOffer, peerSteps } from "../peer-steps.ts";
import { roomFileLimits as limits } from "./limits.ts";

export type RoomFileError =
  | { readonly kind: "room-file-too-large"; readonly bytes: number; readonly bytesMax: number }
  /** No archive, or one of something else. */
  | { readonly kind: "room-file-unknown" }
  | { readonly kind: "room-file-newer" }
  | { readonly kind: "room-file-damaged"; readonly detail: string };

/** A room that was read from a file. */
export interface SavedRoom {
  readonly name: string;
  readonly recipe: Recipe;
  /** What it begins with; places are negative (RM20). */
  readonly state: RoomState;
  /** The bytes of card files by persona, unread. */
  readonly cards: ReadonlyMap<string, Uint8Array>;
}

export interface WrittenRoom {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly messages: number;
  /** The oldest ones that did not fit (PL54). */
  readonly messagesLeftOut: number;
  readonly cards: number;
  readonly cardsLeftOut: number;
}

const FORMAT = "conclave-room";
const VERSION = 1;
const ROOM_NAME = "room.json";

/**
 * `device`: what this device is called in the room, and `own`, what it is called in its own rooms:
 * an import on this device knows its person again. `cards`: files by persona, in cast order.
 */
export function writeRoomFile(
  state: RoomState,
  device: string,
  own: string,
  cards: ReadonlyMap<string, Uint8Array>,
): Result<WrittenRoom, RoomFileError> {
  const fitting = beginningOf(state, device, own);
  if (!fitting.ok) return fitting;
  const { beginning, messages } = fitting.value;
  const kept = fittingCards(cards);
  const room = {
    format: FORMAT,
    version: VERSION,
    rules: state.rules,
    name: state.name,
    recipe: state.recipe,
    cards: kept.map(([persona], index) => ({ persona, file: cardName(index) })),
    beginning,
  };
  const bytes = writeZip({
    prefix: new Uint8Array(0),
    entries: [
      storeEntry(ROOM_NAME, textBytes(JSON.stringify(room))),
      ...kept.map(([, card], index) => storeEntry(cardName(index), card)),
    ],
  });
  return ok({
    bytes,
    messages,
    messagesLeftOut: state.messages.length - messages,
    cards: kept.length,
    cardsLeftOut: cards.size - kept.length,
  });
}

/** Reads what {@link writeRoomFile} wrote, or says why it cannot be (PL53). */
export function readRoomFile(bytes: Uint8Array): Result<SavedRoom, RoomFileError> {
  const bytesMax = limits.fileBytesMax;
  if (bytes.length > bytesMax) {
    return err({ kind: "room-file-too-large", bytes: bytes.length, bytesMax });
  }
  if (latin1Text(bytes.subarray(0, 2)) !== "PK" || !isZip(bytes)) {
    return err({ kind: "room-file-unknown" });
  }
  const zip = readZip(bytes);
  if (!zip.ok) return damaged(JSON.stringify(zip.error));
  const room = readRoomJson(zip.value);
  if (!room.ok) return room;
  const json = room.value;
  if (!isObject(json) || member(json, "format") !== FORMAT) {
    return err({ kind: "room-file-unknown" });
  }
  const [version, rules] = [member(json, "version"), member(json, "rules")];
  if (typeof version !== "number" || typeof rules !== "number") return damaged("version");
  if (version > VERSION || rules > RULES_NUMBER) return err({ kind: "room-file-newer" });
  const genesis = decodeRoomEvent({ ...json, kind: "genesis", rules: RULES_NUMBER, roomId: "rm" });
  if (!genesis.ok || genesis.value.kind !== "genesis") return damaged(JSON.stringify(genesis));
  const state = stateFromBeginning(member(json, "beginning"));
  if (!state.ok) return damaged(state.error.detail);
  const cards = readCards(zip.value, member(json, "cards"));
  const { name, recipe } = genesis.value;
  if (!cards.ok) return cards;
  return ok({ name, recipe, state: { ...state.value, rules }, cards: cards.value });
}

/**
 * The first entries of the new room `roomId` that a saved one becomes (PL52). The ids are derived
 * from the room's: importing again after a crash adds only what is missing. A room that would not
 * begin with what was saved, since its fold ignores that, is none (PL53).
 */
export function importedFounding(
  saved: Pick<SavedRoom, "name" | "recipe" | "state">,
  roomId: string,
  offer: DeviceOffer,
): Result<readonly NewEntry[], RoomFileError> {
  const { name, recipe, state } = saved;
  const { device } = offer;
  const owned: RoomState = {
    ...state,
    personas: mapValues(state.personas, (one) => ({ ...one, owner: device, hosts: "any" })),
    turns: mapValues(state.turns, (turn) => ({
      ...turn,
      planInput: { ...turn.planInput, roomId },
    })),
  };
  const genesis: RoomEvent = {
    kind: "genesis",
    rules: Math.max(RULES_AT_FIRST, state.rules),
    roomId,
    name,
    recipe,
    checkpoint: JSON.parse(encodeCheckpoint(owned)),
  };
  const entry = { seq: 1, ts: toRoomMs(0), id: "genesis", device, body: genesis };
  const begun = foldEntries(emptyState(), [entry]);
  if (begun.roomId !== roomId || begun.ignored.length > 0) {
    return damaged(begun.ignored[0]?.reason ?? "genesis");
  }
  return ok(
    [genesis, ...peerSteps(begun, offer, () => 0)].map((body, index) => ({
      id: `${roomId}/founding/${index}`,
      device,
      body,
    })),
  );
}

/** All messages, or as many of the newest as one genesis takes (PL54). */
function beginningOf(state: RoomState, device: string, own: string) {
  const bytesMax = limits.roomBytesMax;
  for (let messages = state.messages.length;;) {
    const text = encodeCheckpoint(importedState(state, device, own, state.roomId, messages));
    const bytes = textBytes(text).length;
    if (bytes <= bytesMax) return ok({ beginning: JSON.parse(text) as Json, messages });
    if (messages <= 1) return err({ kind: "room-file-too-large" as const, bytes, bytesMax });
    // A little less than the share that fits: messages differ in length.
    messages = Math.max(1, Math.floor(messages * (bytesMax / bytes) * 0.95));
  }
}

/**
 * The state that a room begins with which is to be this one: all messages, or the newest that fit
 * one genesis (PL54).
 */
export function fittingRoom(
  state: RoomState,
  device: string,
  own: string,
): Result<{ readonly state: RoomState; readonly messages: number }, RoomFileError> {
  const fitting = beginningOf(state, device, own);
  if (!fitting.ok) return fitting;
  const begun = stateFromBeginning(fitting.value.beginning);
  if (!begun.ok) return damaged(begun.error.detail);
  return ok({ state: begun.value, messages: fitting.value.messages });
}

function fittingCards(cards: ReadonlyMap<string, Uint8Array>) {
  let left: number = limits.cardsBytesMax;
  return [...cards].filter(([, bytes]) => {
    if (bytes.length > Math.min(left, limits.cardBytesMax)) return false; // PL54
    left -= bytes.length;
    return true;
  });
}

/** Not the persona's id: another program's may be no name of a file. */
function cardName(index: number): string {
  return `cards/${index}.card`;
}

function readRoomJson(zip: Zip): Result<Json, RoomFileError> {
  const entry = zip.entries.find(({ name }) => name === ROOM_NAME);
  if (entry === undefined) return err({ kind: "room-file-unknown" });
  const bytesMax = limits.jsonBytesMax;
  if (entry.unpackedBytes > bytesMax) {
    return err({ kind: "room-file-too-large", bytes: entry.unpackedBytes, bytesMax });
  }
  const text = unpackEntry(entry, bytesMax);
  if (!text.ok) return damaged(JSON.stringify(text.error));
  const parsed = parseJsonBytes(text.value, bytesMax);
  return parsed.ok ? ok(parsed.value.json) : damaged(JSON.stringify(parsed.error));
}

function readCards(
  zip: Zip,
  listed: Json | undefined,
): Result<ReadonlyMap<string, Uint8Array>, RoomFileError> {
  const cards = new Map<string, Uint8Array>();
  if (!Array.isArray(listed)) return damaged("cards");
  for (const one of listed as readonly Json[]) {
    const persona = isObject(one) ? member(one, "persona") : undefined;
    const file = isObject(one) ? member(one, "file") : undefined;
    const entry = zip.entries.find(({ name }) => name === file);
    if (typeof persona !== "string" || entry === undefined) return damaged("cards");
    const bytes = unpackEntry(entry, limits.cardBytesMax);
    if (!bytes.ok) return damaged(JSON.stringify(bytes.error));
    cards.set(persona, bytes.value);
  }
  return ok(cards);
}

function mapValues<K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): ReadonlyMap<K, V> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

function damaged(detail: string): Result<never, RoomFileError> {
  return err({ kind: "room-file-damaged", detail });
}
