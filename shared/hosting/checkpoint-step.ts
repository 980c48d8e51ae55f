/**
 * Checkpoint step: when this device offers a checkpoint of a shared room, and what it says of those
 * of others (D31). Pure.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO33  A checkpoint is due when 35 % of the entries that the relay keeps came since the newest,
 *         or its bytes are 70 % full and 10 % came, or 95 % full and 1 % came; only of the state at
 *         the link's mark, and only by a writer.
 *   HO34  Of the devices that are there, one of rank k by id offers it k x 30 s after it became
 *         due.
 *   HO35  A checkpoint of another device that differs from the state folded here is disputed, once.
 */

import { assert } from "../base/assert.ts";
import { protocolLimits } from "../protocol/limits.ts";
import type { RoomEvent } from "../protocol/events.ts";
import { checkpointHash, logCheckpointOf } from "../room/checkpoint.ts";
import type { CheckpointState, RoomState } from "../room/room-state.ts";
import type { LogMark } from "../sync/room-link-types.ts";
import { hostingLimits as limits } from "./limits.ts";

/** Whether the log needs a checkpoint, wherever this device is in it. */
export function isCheckpointDue(state: RoomState, mark: LogMark): boolean {
  const { entriesMax, bytes, bytesMax } = mark;
  // One that waited long in an outbox may cover less than the one before it.
  const since = mark.seq - Math.max(0, ...state.checkpoints.map(({ covers }) => covers));
  const sincePercent = 100 * since / entriesMax;
  const isFull = (percent: number) => 100 * bytes >= percent * bytesMax;
  return sincePercent >= limits.checkpointEntriesPercent ||
    (isFull(limits.checkpointBytesPercent) &&
      sincePercent >= limits.checkpointEntriesPercentMin) ||
    (isFull(limits.checkpointBytesPercentLate) &&
      sincePercent >= limits.checkpointEntriesPercentLate); // HO33
}

/** How long `device` leaves a due checkpoint to others; undefined where it may offer none. */
export function checkpointWaitMs(state: RoomState, device: string): number | undefined {
  if (state.roomId === "" || state.readerOnly !== undefined) return undefined;
  if (!state.devices.has(device)) return undefined;
  const before = [...state.devices.values()]
    .filter((one) => one.announced !== undefined && one.id < device); // HO34
  return before.length * limits.checkpointStepMs;
}

/**
 * The checkpoint to append; undefined when the state is not that of the mark, or too large for an
 * entry: then the room can not be trimmed.
 */
export function checkpointAt(state: RoomState, mark: LogMark): RoomEvent | undefined {
  if (state.head !== mark.seq) return undefined; // HO33
  const text = logCheckpointOf(state);
  const { checkpointStateCharsMax, checkpointOpenerCharsMax } = protocolLimits;
  if (text.length > checkpointStateCharsMax) return undefined;
  if (mark.opener.length > checkpointOpenerCharsMax) return undefined;
  const { seq: covers, opener } = mark;
  return { kind: "checkpoint", covers, stateHash: checkpointHash(text), state: text, opener };
}

/** The newest checkpoints of others that `device` has not disputed. */
export function toCompare(state: RoomState, device: string): readonly CheckpointState[] {
  if (state.readerOnly !== undefined || !state.devices.has(device)) return [];
  return state.checkpoints.filter((one) =>
    one.device !== device && !one.disputedBy.includes(device)
  );
}

/** What there is to say of `checkpoint` by a device that folded `state` there (HO35). */
export function disputeOf(checkpoint: CheckpointState, state: RoomState): RoomEvent | undefined {
  const { head } = state;
  assert(
    head === checkpoint.covers,
    `Cannot compare ${checkpoint.covers}: the state is of ${head}`,
  );
  const stateHash = checkpointHash(logCheckpointOf(state));
  if (stateHash === checkpoint.stateHash) return undefined;
  return { kind: "dispute", checkpoint: checkpoint.seq, stateHash };
}
