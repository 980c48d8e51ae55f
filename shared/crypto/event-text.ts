/**
 * An event's bytes as data, and the one text that a relay writes.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR11  Whatever bytes come, an entry opens to an event, a part or a refusal with its reason.
 *   CR15  Only the relay says `left`, and nothing else.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { Bytes } from "../ports/crypto.ts";
import type { RoomEvent } from "../protocol/events.ts";
import { protocolLimits } from "../protocol/limits.ts";
import { cryptoLimits } from "./limits.ts";

export type EventTextError = "event-malformed" | "event-too-deep";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** JSON of bounded depth; its shape is for the reader to check. */
export function decodeEventBytes(bytes: Bytes): Result<unknown, EventTextError> {
  try {
    if (isTooDeep(bytes)) return err("event-too-deep");
    return ok(JSON.parse(decoder.decode(bytes)) as unknown);
  } catch { // TypeError: not UTF-8. SyntaxError: not JSON.
    return err("event-malformed");
  }
}

/** The event of a relay's own entry: that a device left, or a refusal (CR15). */
export function decodeLeft(text: string): RoomEvent {
  const refused: RoomEvent = { kind: "refused", reason: "relay-event-unknown" };
  // A `left` is short; nothing long is parsed for nothing.
  if (text.length > 4 * protocolLimits.idCharsMax) return refused;
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== "object" || value === null || !("device" in value)) return refused;
    const { device } = value;
    const isLeft = "kind" in value && value.kind === "left" && Object.keys(value).length === 2;
    if (!isLeft || typeof device !== "string") return refused;
    return device.length <= protocolLimits.idCharsMax ? { kind: "left", device } : refused;
  } catch { // SyntaxError: not JSON.
    return refused;
  }
}

/** Nesting beyond what databases and walkers take without a deep stack. */
function isTooDeep(bytes: Bytes): boolean {
  let [depth, isInText] = [0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) isInText = !isInText;
    else if (byte === BACKSLASH && isInText) at += 1;
    else if (isInText) continue;
    else if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > cryptoLimits.eventDepthMax) return true;
  }
  return false;
}
