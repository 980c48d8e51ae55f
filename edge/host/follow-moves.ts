/**
 * Waits for a room of this host to go on as another one, and keeps the key of that one (D32).
 *
 * Owns the durable part. Does not own hosting there (headless-host.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO186 A host follows a room that moved, as itself: it stores the new keys before it leaves the
 *         old room, so that every later start ends in the new one. Where it was left out it says so
 *         once and hosts there no more.
 */

import { createLatch } from "#shared/base/mod.ts";
import { followingKeys, type RoomFeed } from "#shared/hosting/mod.ts";
import type { Clock, Crypto, Log, SharedRoomKeys, SharedRoomStore } from "#shared/ports/mod.ts";

export interface FollowMovesDeps {
  readonly rooms: Pick<SharedRoomStore, "saveKeys">;
  readonly crypto: Crypto;
  readonly clock: Pick<Clock, "sleep">;
  readonly trace: Log;
}

/** A store that refused is asked again after this long. */
const RETRY_MS = 5_000;

/** Resolves with the stored keys of the new room. Aborting ends the wait. */
export async function whenMoved(
  { rooms, crypto, clock, trace }: FollowMovesDeps,
  keys: SharedRoomKeys,
  feed: Pick<RoomFeed, "state" | "subscribe">,
  signal: AbortSignal,
  isHosted: (roomId: string) => boolean = () => false,
): Promise<SharedRoomKeys> {
  const bell = createLatch();
  using _changes = feed.subscribe(() => bell.ring());
  while (feed.state().closed === undefined) await bell.wait(signal);
  const next = await followingKeys(crypto, keys, feed.state());
  const isKnown = next.ok && isHosted(next.value.roomId); // Of the plan, or a circle of moves.
  if (!next.ok || isKnown) {
    trace.write("warn", "room-moved-away", { reason: next.ok ? "known-room" : next.error.kind });
    for (;;) await bell.wait(signal);
  }
  for (;;) {
    const saved = await rooms.saveKeys(next.value, signal);
    if (saved.ok) break;
    trace.write("warn", "room-not-followed", { problem: saved.error.kind });
    await clock.sleep(RETRY_MS, signal);
  }
  trace.write("info", "room-followed", {});
  return next.value;
}
