/**
 * Joining a log whose beginning was trimmed, by a checkpoint in what is left of it (D31).
 *
 * A scout opener reads from the floor, where it knows no device; so it opens only what is sealed
 * with its introduction, as checkpoints are. From the checkpoint come the room's state and the
 * opener's: with the counters of every page, so that what is behind it opens here exactly as it
 * does for those who were there before.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY64  A trimmed log is joined by the oldest checkpoint that opens, covers everything trimmed,
 *         holds what its hash says and takes no device for another; without one it is refused, and
 *         the mirror stays.
 *   SY65  What is behind the checkpoint opens as for every other member; a replay is refused.
 */

import { sha256Hex } from "../base/stable-key.ts";
import { checkForeignState, takeForeignState } from "../crypto/opener-state.ts";
import { createOpener, type Opener, type OpenerHistory } from "../crypto/opener.ts";
import type { RoomKeys } from "../crypto/room-keys.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Log } from "../ports/log.ts";
import type { LogEntry } from "../ports/room-log.ts";
import type { Foundation, MirroredEntry } from "../ports/shared-room-store.ts";
import { decodeRoomEvent } from "../protocol/decode-event.ts";
import type { RelayEntry } from "../protocol/relay-frames.ts";
import { checkOffered } from "../room/check-offered.ts";
import { decodeCheckpoint } from "../room/checkpoint.ts";

export interface JoinDeps {
  readonly room: RoomKeys;
  readonly crypto: Crypto;
  /** The epoch, and forks found before: those that the checkpoint's maker found are not ours. */
  readonly history: OpenerHistory;
  readonly trace: Log;
}

export interface TrimmedJoin {
  readonly foundation: Foundation;
  /** Everything behind the foundation. */
  readonly entries: readonly MirroredEntry[];
  readonly opener: Opener;
}

/** `held` is the whole log from its floor; undefined when no checkpoint in it will do (SY64). */
export async function joinByCheckpoint(
  deps: JoinDeps,
  held: readonly RelayEntry[],
  signal: AbortSignal,
): Promise<TrimmedJoin | undefined> {
  const floor = held[0]?.seq ?? 1;
  const found = await findFoundation(deps, held, floor, signal);
  if (found === undefined) return undefined;
  const opener = createOpener(deps.crypto, deps.room, found.opener, deps.history); // SY65
  const entries: MirroredEntry[] = [];
  for (const raw of held.slice(found.foundation.seq + 1 - floor)) {
    entries.push({ entry: await opener.open(raw), sealed: raw.body, from: raw.from });
    signal.throwIfAborted();
  }
  return { foundation: found.foundation, entries, opener };
}

interface Found {
  readonly foundation: Foundation;
  readonly opener: string;
  readonly isAhead: boolean;
}

async function findFoundation(
  deps: JoinDeps,
  held: readonly RelayEntry[],
  floor: number,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const scout = createOpener(deps.crypto, deps.room);
  let ahead: Found | undefined;
  for (const entry of held) {
    const opened = await scout.open(entry);
    signal.throwIfAborted();
    const found = await foundationFrom(deps, opened, floor);
    if (found?.isAhead === false) return found;
    ahead ??= found;
  }
  // RM73: where the relay's clock was ahead once, every honest checkpoint is of a time to come.
  if (ahead) deps.trace.write("warn", "joined-ahead-of-clock", { seq: ahead.foundation.seq });
  return ahead;
}

async function foundationFrom(
  { crypto, room }: Pick<JoinDeps, "crypto" | "room">,
  { seq, ts, device, body }: LogEntry,
  floor: number,
): Promise<Found | undefined> {
  const event = decodeRoomEvent(body);
  if (!event.ok || event.value.kind !== "checkpoint") return undefined;
  const { covers, stateHash, state, opener } = event.value;
  if (covers < floor - 1 || covers >= seq || sha256Hex(state) !== stateHash) return undefined;
  const decoded = decodeCheckpoint(state);
  if (!decoded.ok || decoded.value.head !== covers) return undefined;
  const checked = checkOffered(state, { device, ts }); // RM73
  if (!checked.ok) return undefined;
  if (!(await checkForeignState(crypto, opener, room.roomId)).ok) return undefined;
  return {
    foundation: { seq: covers, text: state, by: device },
    opener: takeForeignState(opener, room.roomId),
    isAhead: checked.value.isAhead,
  };
}
