/**
 * Ephemerals: what a peer says in passing, sealed like an entry and stored nowhere (D33).
 *
 * Owns the shape and its decoding. The meaning is in hosting/ephemeral-frames.ts (rules HO24 to
 * HO26).
 */

import * as v from "valibot";
import { protocolLimits as limits } from "./limits.ts";

/** Part of what a persona is saying. */
export interface EphemeralPart {
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
  /** The sender's assignment. */
  readonly assign: number;
  /** UTF-16 code units before `text`; 0 starts the text anew. */
  readonly offset: number;
  readonly text: string;
}

export interface Ephemeral {
  readonly frames: readonly EphemeralPart[];
}

const whole = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(whole, v.minValue(0));
const part = v.object({
  turn: whole,
  persona: v.pipe(v.string(), v.maxLength(limits.idCharsMax)),
  attempt: count,
  assign: v.pipe(whole, v.minValue(1)),
  offset: v.pipe(count, v.maxValue(limits.textBytesMax)),
  text: v.pipe(v.string(), v.maxLength(limits.ephemeralCharsMax)),
});
const schema = v.object({
  frames: v.pipe(v.array(part), v.maxLength(limits.ephemeralPartsMax)),
});

/** Types `body`; undefined when it is none. Members that the shape does not name are dropped. */
export function decodeEphemeral(body: unknown): Ephemeral | undefined {
  const parsed = v.safeParse(schema, body);
  return parsed.success ? parsed.output : undefined;
}
