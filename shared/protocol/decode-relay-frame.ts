/**
 * Decodes relay frames: the one place where a socket's text becomes a typed frame, on both sides.
 *
 * Total: whatever the text, the answer is a Result. Owns shapes and bounds. Does not own meaning:
 * whether a seq, an id or a proof is right is for the relay (RL) and the client (SY). The fixed
 * texts `ping` and `pong` are no frames; callers compare them first.
 *
 * Rules (shared/SPEC.md, section PR):
 *   PR3  Text that is no frame is refused by kind; decoding never throws.
 *   PR4  Members that a frame's shape does not name are dropped, whatever their name or depth.
 *   PR5  Numbers are whole, from 0 to 2^53 - 1, and not -0; an entry's time is one that a date has.
 *   PR6  Ids have 22 characters of base64url.
 *   PR7  Bodies are base64url or, by the relay itself, text without lone surrogates.
 *   PR8  A frame over its byte limit is refused before it is parsed.
 *   PR9  An unknown type, another version and a malformed frame are three errors.
 */

import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import {
  type ClientFrame,
  PROTOCOL_VERSION,
  RELAY_AUTHOR,
  type ServerFrame,
} from "./relay-frames.ts";
import { protocolLimits } from "./limits.ts";
import { relayFrameLimits as limits } from "./relay-frame-limits.ts";

export type DecodeFrameError =
  | { readonly kind: "frame-too-large"; readonly bytesMax: number }
  | { readonly kind: "frame-malformed"; readonly detail: string }
  | { readonly kind: "frame-unknown" }
  /** A `join` or `hello` of another protocol version. */
  | { readonly kind: "frame-version"; readonly version: number };

const encoder = new TextEncoder();

const count = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(0),
  v.check((value) => !Object.is(value, -0), "is -0"),
); // PR5
const seq = v.pipe(count, v.minValue(1));
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/)); // PR6
const base64url = (charsMax: number) =>
  v.pipe(v.string(), v.maxLength(charsMax), v.regex(/^[A-Za-z0-9_-]+$/));
const body = base64url(limits.clientFrameBytesMax); // PR7
const proofText = base64url(limits.proofTextCharsMax);
const mac = base64url(limits.macCharsMax);
/** With the `u` flag a paired surrogate is one code point, so only lone ones match. */
const wellFormed = v.pipe(
  v.string(),
  v.maxLength(limits.clientFrameBytesMax),
  v.check((text) => !/\p{Surrogate}/u.test(text), "has a lone surrogate"),
);
const access = v.picklist(["write", "read"]);
const version = v.literal(PROTOCOL_VERSION);

const clientFrames = [
  v.object({
    t: v.literal("join"),
    v: version,
    room: id,
    device: id,
    proof: v.object({
      readKey: proofText,
      writeKey: proofText,
      deviceKey: proofText,
      access,
      notAfter: count,
      admitSignature: proofText,
      deviceSignature: proofText,
    }),
    cursor: v.optional(v.object({ epoch: id, seq: count, mac })),
  }),
  v.object({
    t: v.literal("append"),
    id,
    body,
    covers: v.optional(seq),
    more: v.optional(v.literal(true)),
    author: v.optional(id),
  }),
  v.object({ t: v.literal("ack"), seq: count }),
  v.object({ t: v.literal("page"), before: seq, entriesMax: seq }),
  v.object({ t: v.literal("eph"), body }),
] as const;

const ts = v.pipe(count, v.maxValue(protocolLimits.roomMsMax)); // PR5
const entryBase = { seq, ts, id };
const entry = v.union([
  v.object({ ...entryBase, from: id, body }),
  v.object({ ...entryBase, from: v.literal(RELAY_AUTHOR), body: wellFormed }),
]);
const entries = v.pipe(v.array(entry), v.maxLength(limits.entriesMax), v.readonly());

const relayLimits = v.object({
  frameBytesMax: seq,
  bodyBytesMax: seq,
  joinMsMax: seq,
  windowEntriesMax: seq,
  windowBytesMax: seq,
  appendBurst: seq,
  appendsPerS: seq,
  ephemeralBytesPerS: seq,
  entriesMax: seq,
  logBytesMax: seq,
});

const serverFrames = [
  v.object({
    t: v.literal("hello"),
    v: version,
    nonce: id,
    now: count,
    pingMs: seq,
    limits: relayLimits,
  }),
  v.object({
    t: v.literal("joined"),
    epoch: id,
    head: count,
    floor: seq,
    bytes: v.optional(count),
    recovered: v.boolean(),
    reason: v.optional(v.picklist(["no-cursor", "bad-cursor", "epoch", "ahead", "trimmed"])),
    members: v.pipe(v.array(id), v.maxLength(limits.membersMax), v.readonly()),
  }),
  v.object({ t: v.literal("entries"), epoch: id, entries, replay: v.boolean(), mac }),
  v.object({ t: v.literal("live"), seq: count }),
  v.object({ t: v.literal("ok"), id, seq, ts, dup: v.boolean() }),
  v.object({
    t: v.literal("no"),
    id,
    code: v.picklist([
      "rate-limited",
      "busy",
      "log-full",
      "conflict",
      "too-large",
      "read-only",
      "storage-failed",
    ]),
    retry: v.boolean(),
    afterMs: v.optional(count),
  }),
  v.object({ t: v.literal("page"), before: seq, entries, floor: seq }),
  v.object({ t: v.literal("eph"), from: id, body }),
  v.object({ t: v.literal("presence"), device: id, state: v.picklist(["here", "gone"]) }),
  v.object({ t: v.literal("error"), code: v.picklist(["frame-unknown", "frame-malformed"]) }),
] as const;

const clientSchema = v.variant("t", clientFrames);
const serverSchema = v.variant("t", serverFrames);
const clientTypes: ReadonlySet<unknown> = new Set(clientFrames.map((one) => one.entries.t.literal));
const serverTypes: ReadonlySet<unknown> = new Set(serverFrames.map((one) => one.entries.t.literal));

/** Types what a client sent. */
export function decodeClientFrame(text: string): Result<ClientFrame, DecodeFrameError> {
  const parsed = parseFrame(text, limits.clientFrameBytesMax, clientTypes);
  return parsed.ok ? check(clientSchema, parsed.value) : parsed;
}

/** Types what a relay sent. */
export function decodeServerFrame(text: string): Result<ServerFrame, DecodeFrameError> {
  const parsed = parseFrame(text, limits.serverFrameBytesMax, serverTypes);
  return parsed.ok ? check(serverSchema, parsed.value) : parsed;
}

/** The text of a frame; members that are undefined are left out. */
export function encodeFrame(frame: ClientFrame | ServerFrame): string {
  return JSON.stringify(frame);
}

function parseFrame(
  text: string,
  bytesMax: number,
  types: ReadonlySet<unknown>,
): Result<object, DecodeFrameError> {
  // Characters first: a text with too many of them need not be counted in bytes, and one whose
  // characters would fit at 3 bytes each neither. PR8
  const isCounted = text.length <= bytesMax && text.length * 3 > bytesMax;
  if (text.length > bytesMax || (isCounted && encoder.encode(text).length > bytesMax)) {
    return err({ kind: "frame-too-large", bytesMax });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch { // A SyntaxError, or a RangeError where the engine's parser is recursive. PR3
    return err({ kind: "frame-malformed", detail: "not JSON" });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return err({ kind: "frame-malformed", detail: "not an object" });
  }
  const type: unknown = Object.hasOwn(value, "t") ? (value as { t: unknown }).t : undefined;
  if (typeof type !== "string") return err({ kind: "frame-malformed", detail: "no type" });
  if (!types.has(type)) return err({ kind: "frame-unknown" }); // PR9
  if (type === "join" || type === "hello") {
    const given: unknown = (value as { v?: unknown }).v;
    if (Number.isSafeInteger(given) && given !== PROTOCOL_VERSION) {
      return err({ kind: "frame-version", version: given as number }); // PR9
    }
  }
  return ok(value);
}

/** Builds the frame anew from the members its shape names. PR4 */
function check<Frame>(
  schema: v.GenericSchema<unknown, Frame>,
  value: object,
): Result<Frame, DecodeFrameError> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return ok(parsed.output);
  const issue = parsed.issues[0];
  // The path alone: an issue's message quotes what was received.
  return err({ kind: "frame-malformed", detail: (v.getDotPath(issue) ?? "").slice(0, 80) });
}
