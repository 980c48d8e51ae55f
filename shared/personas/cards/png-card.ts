/**
 * Cards in the text chunks of a picture: `ccv3`, else `chara`, each base64 of JSON.
 *
 *   PL42  Of two cards in a picture `ccv3` is the one; writing replaces both and leaves every other
 *         chunk as it was, byte for byte.
 */

import { err, ok } from "../../base/result.ts";
import { asciiBytes, base64OfText, bytesOfBase64, concatBytes, latin1Text } from "./bytes.ts";
import type { Read } from "./card-error.ts";
import { type Json, type ParsedJson, parseJsonBytes } from "./json.ts";
import { cardLimits as limits } from "./limits.ts";
import { type PngChunk, readPngChunks, writePngChunks } from "./png-chunks.ts";

const KEYWORDS = ["ccv3", "chara"] as const;
type Keyword = (typeof KEYWORDS)[number];

/** The JSON of the card in a picture. */
export function readPngCard(bytes: Uint8Array): Read<ParsedJson> {
  const chunks = readPngChunks(bytes);
  if (!chunks.ok) return chunks;
  for (const keyword of KEYWORDS) {
    // The last one: programs append.
    const found = chunks.value.findLast((chunk) => keywordOf(chunk) === keyword);
    if (found === undefined) continue;
    const base64 = found.data.subarray(keyword.length + 1);
    // Base64 is a third longer; spaces and line ends in it are allowed for.
    if (base64.length > limits.jsonBytesMax * 1.5) {
      const bytesMax = limits.jsonBytesMax;
      return err({ kind: "card-json-too-large", bytes: base64.length, bytesMax });
    }
    const json = bytesOfBase64(latin1Text(base64));
    return json.ok ? parseJsonBytes(json.value) : json;
  }
  return err({ kind: "png-without-card" });
}

/** The picture with these cards in it. */
export function writePngCard(
  bytes: Uint8Array,
  cards: Readonly<Record<Keyword, Json>>,
): Read<Uint8Array<ArrayBuffer>> {
  const chunks = readPngChunks(bytes);
  if (!chunks.ok) return chunks;
  const own = KEYWORDS.map((keyword) => textChunk(keyword, cards[keyword]));
  const kept = chunks.value.filter((chunk) => keywordOf(chunk) === undefined);
  return ok(writePngChunks([...kept.slice(0, -1), ...own, ...kept.slice(-1)]));
}

function keywordOf({ type, data }: PngChunk): Keyword | undefined {
  if (type !== "tEXt") return undefined;
  const end = data.subarray(0, 80).indexOf(0);
  const keyword = latin1Text(data.subarray(0, Math.max(0, end))).toLowerCase();
  return KEYWORDS.find((known) => known === keyword);
}

function textChunk(keyword: Keyword, card: Json): PngChunk {
  const text = base64OfText(JSON.stringify(card));
  return {
    type: "tEXt",
    data: concatBytes([asciiBytes(keyword), new Uint8Array(1), asciiBytes(text)]),
  };
}
