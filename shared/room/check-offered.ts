/**
 * Whether a checkpoint that another device offered can be joined by, as far as one can tell who
 * has nothing of the log before it (D31). Pure.
 *
 * Does not own whether it is true: who folded the same entries compares and disputes it (HO35).
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM73 A checkpoint is joined by only when its maker is a device of the room in it, and its times
 *        are such as a fold makes: dates, none behind its own, in the order of their places. One of
 *        a time more than `clockAheadMsMax` behind the relay's time of it is joined by only where
 *        no other will do: a relay's clock may have been ahead once, and room time goes never back.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { LogEntry } from "../ports/room-log.ts";
import {
  type CheckpointTimes,
  decodeCheckpointTimes,
} from "../protocol/decode-checkpoint-times.ts";
import type { CheckpointError } from "./checkpoint.ts";
import { roomLimits } from "./limits.ts";

/** Whether its time is one that the relay's clock has not reached. */
export interface OfferedCheck {
  readonly isAhead: boolean;
}

/** `text`: a state that decoded. `entry`: the checkpoint in the log. */
export function checkOffered(
  text: string,
  entry: Pick<LogEntry, "device" | "ts">,
): Result<OfferedCheck, CheckpointError> {
  const decoded = decodeCheckpointTimes(JSON.parse(text));
  if (!decoded.ok) return refuse(`member ${decoded.error} is no time or place`);
  const { at, devices } = decoded.value;
  if (!devices.some(({ id }) => id === entry.device)) return refuse("its maker is no device of it");
  if (!areInOrder(decoded.value)) return refuse("times are not in the order of their places");
  return ok({ isAhead: at > entry.ts + roomLimits.clockAheadMsMax });
}

/** Places of before the log, which are negative, have times of another clock (RM20). */
function areInOrder({ at: now, messages, turns }: CheckpointTimes): boolean {
  const said = messages.filter(({ seq }) => seq > 0).map(({ at }) => at);
  const isAscending = messages.every(({ seq }, index) =>
    seq > (messages[index - 1]?.seq ?? -Infinity)
  );
  return isAscending && isRising([0, ...said, now]) &&
    turns.every((one) => one.turn < 0 || isRisingTurn(one, now));
}

function isRisingTurn(
  { openedAt, settledAt = openedAt, entries }: CheckpointTimes["turns"][number],
  now: number,
): boolean {
  return isRising([openedAt, settledAt, now]) && entries.every((entry) => {
    const ends = entry.attempts.map((one) => one.settledAt);
    // The attempt that runs opened behind the end of the one before it.
    return isRising([openedAt, ...ends, now]) && isRising([openedAt, entry.openedAt, now]) &&
      isRising([entry.openedAt, entry.settled?.settledAt ?? entry.openedAt, now]);
  });
}

function isRising(times: readonly number[]): boolean {
  return times.every((time, index) => time >= (times[index - 1] ?? -Infinity));
}

function refuse(detail: string): Result<never, CheckpointError> {
  return err({ kind: "checkpoint-malformed", detail });
}
