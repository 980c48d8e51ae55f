/**
 * Files that hold a character card: JSON, PNG, CHARX.
 *
 * Pure: bytes in, a card or a named refusal out. Nothing in a card is fetched, run or drawn; its
 * links, HTML and scripts are text that comes back when it is written (PL46).
 *
 *   PL41  A card that is read and written again is the same JSON, unknown fields and extensions
 *         included, but for what was changed here.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { CardError, Read } from "./card-error.ts";
import { type CharacterCard, decodeCard } from "./decode-card.ts";
import { jsonBytes, type JsonObject, type ParsedJson, parseJsonBytes } from "./json.ts";
import { cardLimits as limits } from "./limits.ts";
import { isPng } from "./png-chunks.ts";
import { readPngCard, writePngCard } from "./png-card.ts";
import { isZip, packEntry, readZip, unpackEntry, writeZip } from "./zip.ts";
import { toV2, toV3 } from "./card-versions.ts";

export type CardFormat = "json" | "png" | "charx";

export interface CardFile {
  readonly format: CardFormat;
  readonly card: CharacterCard;
  /** The whole file. */
  readonly bytes: Uint8Array;
}

const CARD_NAME = "card.json";

/** Reads a card file of whichever kind its bytes say it is. */
export function readCardFile(bytes: Uint8Array): Result<CardFile, CardError> {
  if (bytes.length > limits.fileBytesMax) {
    const bytesMax = limits.fileBytesMax;
    return err({ kind: "card-file-too-large", bytes: bytes.length, bytesMax });
  }
  const format = formatOf(bytes);
  const json = format === "png"
    ? readPngCard(bytes)
    : format === "charx"
    ? readCharxCard(bytes)
    : parseJsonBytes(bytes);
  if (!json.ok) return json;
  const card = decodeCard(json.value.json, json.value.rounded);
  return card.ok ? ok({ format, card: card.value, bytes }) : card;
}

/** The card as a V3 file of its own. */
export function writeCardJson(card: JsonObject): Uint8Array<ArrayBuffer> {
  return jsonBytes(toV3(card));
}

/** The card in a picture, as V3 and, for older programs, as V2. */
export function writeCardPng(
  picture: Uint8Array,
  card: JsonObject,
): Result<Uint8Array<ArrayBuffer>, CardError> {
  return writePngCard(picture, { ccv3: toV3(card), chara: toV2(card) });
}

/** The card as an archive; the other entries of `original`, a CHARX, are carried along. */
export function writeCardCharx(
  card: JsonObject,
  original?: Uint8Array,
): Result<Uint8Array<ArrayBuffer>, CardError> {
  const own = packEntry(CARD_NAME, jsonBytes(toV3(card)));
  if (original === undefined) {
    return ok(writeZip({ prefix: new Uint8Array(0), entries: [own] }));
  }
  const zip = readZip(original);
  if (!zip.ok) return zip;
  const others = zip.value.entries.filter((entry) => entry.name !== CARD_NAME);
  return ok(writeZip({ prefix: zip.value.prefix, entries: [own, ...others] }));
}

function readCharxCard(bytes: Uint8Array): Read<ParsedJson> {
  const zip = readZip(bytes);
  if (!zip.ok) return zip;
  const entry = zip.value.entries.find(({ name }) => name === CARD_NAME);
  if (entry === undefined) return err({ kind: "zip-without-card" });
  const unpacked = unpackEntry(entry, limits.jsonBytesMax);
  return unpacked.ok ? parseJsonBytes(unpacked.value) : unpacked;
}

function formatOf(bytes: Uint8Array): CardFormat {
  if (isPng(bytes)) return "png";
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return "charx";
  // Text first: the mark of an archive's end could stand in it.
  const first = bytes.subarray(0, 64).find((byte) => byte > 0x20 && byte < 0x80);
  return first !== 0x7b && isZip(bytes) ? "charx" : "json";
}
