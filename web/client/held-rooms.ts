/**
 * Deleting a local room in two steps: out of the lists first, gone when nobody brought it back.
 *
 * Owns the second step of a page that went away before. Does not own the offer on the screen, which
 * ends a deletion with `delete-room`.
 *
 *   SY208 A deletion that a page left half done is finished at a later start, once its time is
 *         over, unless the room was brought back.
 */

import type { Result } from "#shared/base/mod.ts";
import type { Clock, StorageError } from "#shared/ports/mod.ts";
import type { RoomIndex } from "../adapters/idb-room-index.ts";

export interface HeldRoomsDeps {
  readonly index: Pick<RoomIndex, "delete" | "get" | "held">;
  readonly clock: Pick<Clock, "epochNow" | "sleep">;
  readonly heldMs: number;
  /** What else belongs to a room that is gone. */
  readonly onGone: (roomId: string) => Promise<void>;
}

/** Resolves when all that was found is over. Aborting cancels the waits. */
export async function finishHeldRooms(
  { index, clock, heldMs, onGone }: HeldRoomsDeps,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  const held = await index.held(signal);
  if (!held.ok) return held;
  for (const [roomId, since] of held.value) {
    // A clock that was set back makes nothing wait longer than the time itself.
    const leftMs = Math.min(heldMs, since + heldMs - clock.epochNow());
    if (leftMs > 0) await clock.sleep(leftMs, signal);
    const deleted = await index.delete(roomId, signal, since);
    if (!deleted.ok) return deleted;
    const left = await index.get(roomId, signal);
    if (left.ok && left.value === undefined) await onGone(roomId);
  }
  return { ok: true, value: undefined };
}
