/** Whether a shared room moved, as its link asks before it sends what a person said (SY165). */

import { createLatch, raceFirst } from "#shared/base/mod.ts";
import type { RoomFeeds } from "#shared/hosting/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import { clientLimits } from "../limits.ts";

export interface ClosedRoomDeps {
  readonly feeds: Pick<RoomFeeds, "get">;
  readonly clock: Clock;
}

/** As of its log up to `seq`; a log that is not folded in time keeps nobody from talking. */
export async function isClosedRoom(
  { feeds, clock }: ClosedRoomDeps,
  roomId: string,
  seq: number,
  signal: AbortSignal,
): Promise<boolean> {
  const feed = feeds.get(roomId);
  if (feed === undefined) return false;
  const bell = createLatch();
  using _changes = feed.subscribe(() => bell.ring());
  const folded = async (inner: AbortSignal): Promise<void> => {
    while (feed.state().head < seq) await bell.wait(inner);
  };
  const late = (inner: AbortSignal): Promise<void> => clock.sleep(clientLimits.foldMsMax, inner);
  if (feed.state().head < seq) await raceFirst([folded, late], signal);
  return feed.state().closed !== undefined;
}
