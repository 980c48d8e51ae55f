/**
 * Decodes the places and times in a checkpoint that another device offered: written by another
 * peer, so they are checked before anybody joins by it. What is said in it stays its maker's word.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM73 A checkpoint is joined by only when its maker is a device of the room in it, and its times
 *        are such as a fold makes: dates, none behind its own, in the order of their places.
 */

import * as v from "valibot";
import { err, ok, type Result } from "../base/result.ts";
import { roomMs } from "./decode-beginning.ts";
import { id, place } from "./event-shapes.ts";

const attempt = v.object({ settledAt: roomMs });
const schema = v.object({
  at: roomMs,
  devices: v.array(v.object({ id })),
  messages: v.array(v.object({ seq: place, at: roomMs })),
  turns: v.array(v.object({
    turn: place,
    openedAt: roomMs,
    settledAt: v.optional(roomMs),
    entries: v.array(v.object({
      openedAt: roomMs,
      settled: v.optional(attempt),
      attempts: v.array(attempt),
    })),
  })),
});

export type CheckpointTimes = v.InferOutput<typeof schema>;

/** Types `value`, or names the first thing that is wrong with it. */
export function decodeCheckpointTimes(value: unknown): Result<CheckpointTimes, string> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return ok(parsed.output);
  return err(v.getDotPath(parsed.issues[0]) ?? "not an object");
}
