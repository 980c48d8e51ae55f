/**
 * Waits until the room shows what was done in it: a shared one may take it later.
 *
 *   SY200 What is pinned, unpinned or brought back is told as done once the room shows it.
 */

import type { RoomState } from "#shared/room/mod.ts";
import type { RoomUi } from "../room-context.ts";

/** A relay that is reached answers sooner. */
const SHOWN_WAIT_MS = 3_000;

export type ShownRoom = Pick<RoomUi, "roomId" | "state">;

/** What `read` finds in this room, at once or soon; undefined where it stays away. */
export async function untilShown<T>(
  { roomId, state }: ShownRoom,
  read: (state: RoomState) => T | undefined,
): Promise<T | undefined> {
  let stop = (): void => undefined;
  const shown = new Promise<T | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), SHOWN_WAIT_MS);
    const unwatch = state.subscribe((now) => {
      const found = now.roomId === roomId ? read(now) : undefined;
      if (found !== undefined) resolve(found);
    });
    stop = (): void => {
      clearTimeout(timer);
      unwatch();
    };
  });
  try {
    return await shown;
  } finally {
    stop();
  }
}
