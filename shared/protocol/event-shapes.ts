/** Shapes that events and a room's beginning have in common: valibot schemas of events.ts. */

import * as v from "valibot";
import { recipeKinds } from "./events.ts";
import { protocolLimits as limits } from "./limits.ts";
import { loreChars } from "./lore-chars.ts";

const encoder = new TextEncoder();
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const seq = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** A message or turn: a seq of this log, or a negative place of the log of before (RM20). */
export const place = v.pipe(v.number(), v.safeInteger());
export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.idCharsMax));
export const ids = (itemsMax: number) => v.pipe(v.array(id), v.maxLength(itemsMax), v.readonly());
export const chars = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax));
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.nameCharsMax));
export const text = v.pipe(
  v.string(),
  v.check((value) => encoder.encode(value).length <= limits.textBytesMax, "text is too long"),
);
export const someText = v.pipe(text, v.check((value) => value.trim() !== "", "text is empty"));

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const edge = v.pipe(seq, v.maxValue(limits.imageEdgeMax));
export const image = v.object({
  sha256,
  mimeType: v.literal("image/jpeg"),
  bytes: v.pipe(seq, v.maxValue(limits.imageBytesMax)),
  width: edge,
  height: edge,
  alt: v.pipe(v.string(), v.maxLength(limits.altCharsMax)),
});
export const images = v.pipe(
  v.array(image),
  v.minLength(1),
  v.maxLength(limits.imagesMax),
  v.readonly(),
);
/** What `data` holds is for its reader to check (RM50): the fold looks at no bytes. */
export const blob = v.object({
  kind: v.literal("blob"),
  sha256,
  data: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(Math.ceil(limits.imageBytesMax * 4 / 3)),
  ),
});

const base64Url = (charsCount: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^[A-Za-z0-9_-]{${charsCount}}$`)));
export const closed = v.object({
  kind: v.literal("closed"),
  to: base64Url(22),
  covers: seq,
  sealKey: base64Url(43),
  boxes: v.pipe(
    v.array(v.object({ device: id, sealed: base64Url(64) })),
    v.maxLength(limits.moveBoxesMax),
    v.check(
      (boxes) => new Set(boxes.map(({ device }) => device)).size === boxes.length,
      "a device has two boxes",
    ),
    v.readonly(),
  ),
});

export const recipe = v.object({
  kind: v.picklist(recipeKinds),
  followUpsMax: v.pipe(count, v.maxValue(limits.followUpsMax)),
  speakersPerTurn: v.optional(v.pipe(seq, v.maxValue(limits.personasMax))),
  rounds: v.optional(v.pipe(seq, v.maxValue(limits.debateRoundsMax))),
  director: v.optional(id),
});
const loreOrder = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(-limits.loreOrderMax),
  v.maxValue(limits.loreOrderMax),
);
const loreKeys = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(limits.loreKeyCharsMax))),
  v.maxLength(limits.loreKeysMax),
);
const loreEntry = v.object({
  keys: loreKeys,
  keysToo: loreKeys,
  isConstant: v.boolean(),
  isPattern: v.boolean(),
  isCaseSensitive: v.boolean(),
  isWholeWord: v.boolean(),
  order: loreOrder,
  priority: loreOrder,
  text: v.pipe(v.string(), v.minLength(1), v.maxLength(limits.loreTextCharsMax)),
});
const lore = v.object({
  scanLines: v.pipe(count, v.maxValue(limits.loreScanLinesMax)),
  tokensMax: v.pipe(count, v.maxValue(limits.loreTokensMax)),
  isRecursive: v.boolean(),
  entries: v.pipe(
    v.array(loreEntry),
    v.maxLength(limits.loreEntriesMax),
    v.check((entries) => loreChars(entries) <= limits.loreCharsMax, "lore is too long"),
  ),
});

export const card = v.object({
  name,
  gist: chars(limits.gistCharsMax),
  description: chars(limits.descriptionCharsMax),
  greeting: chars(limits.greetingCharsMax),
  hue: v.pipe(count, v.maxValue(359)),
  lore: v.optional(lore),
});
export const lane = v.object({
  engine: id,
  modelId: id,
  lane: v.picklist(["webgpu", "webgpu-software", "cpu", "unknown"]),
  contextTokens: seq,
  slots: seq,
  replyTokensMax: v.optional(seq),
  locality: v.optional(v.picklist(["local", "cloud"])),
  seesImages: v.optional(v.literal(true)),
});
export const usage = v.object({
  promptTokens: count,
  cachedTokens: count,
  generatedTokens: count,
  prefillMs: count,
  decodeMs: count,
});
export const times = v.object({ queuedMs: count, firstTextMs: count, finishedMs: count });
export const reason = chars(limits.reasonCharsMax);
export const outcome = v.variant("kind", [
  v.object({ kind: v.literal("replied"), text: someText, finish: v.picklist(["stop", "length"]) }),
  v.object({ kind: v.literal("silent") }),
  v.object({
    kind: v.literal("failed"),
    reason: v.picklist(["engine", "deadline", "attempts", "empty", "prompt-too-long", "model"]),
    detail: reason,
  }),
  v.object({
    kind: v.literal("deferred"),
    reason: v.picklist(["merged", "outranked", "stale", "no-host"]),
    into: v.optional(place),
  }),
  v.object({ kind: v.literal("voted"), speaker: id }),
]);
