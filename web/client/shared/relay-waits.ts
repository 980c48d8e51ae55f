/** Waits of the commands about shared rooms: for a relay to take something, for a log to come. */

import { createLatch, err, ok, type Result } from "#shared/base/mod.ts";
import type { RoomFeed } from "#shared/hosting/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { CommandError } from "../app-client.ts";
import { clientLimits } from "../limits.ts";
import type { SharedCommandDeps } from "./shared-command.ts";

/** Whether it is done; asked again after each change of the room's log or of any link. */
export type RelayedCheck = (
  deps: SharedCommandDeps,
  roomId: string,
  signal: AbortSignal,
) => Promise<Result<boolean, CommandError>>;

/** Resolves when `isDone`, when the room's link was refused, or after `shareMsMax`. */
export async function untilRelayed(
  deps: SharedCommandDeps,
  roomId: string,
  isDone: RelayedCheck,
  signal: AbortSignal,
): Promise<Result<void, CommandError>> {
  const { clock, logOf, links } = deps;
  const bell = createLatch();
  using _hints = logOf(roomId).subscribe(() => bell.ring());
  using _links = links.subscribe(() => bell.ring());
  const late = new AbortController();
  let isLate = false;
  // Owned by `late`, which aborts when the wait is over.
  void clock.sleep(clientLimits.shareMsMax, AbortSignal.any([signal, late.signal])).then(() => {
    isLate = true;
    bell.ring();
  }, () => undefined);
  try {
    for (;;) {
      const done = await isDone(deps, roomId, signal);
      if (!done.ok) return done;
      if (done.value) return ok(undefined);
      const link = links.of(roomId);
      if (link?.phase === "refused") return err({ kind: "relay-refused", reason: link.reason });
      if (isLate) return err({ kind: "relay-unreachable" });
      await bell.wait(signal);
    }
  } finally {
    late.abort("the wait is over");
  }
}

/** The state of the whole log. */
export async function caughtUp(feed: RoomFeed, signal: AbortSignal): Promise<RoomState> {
  const bell = createLatch();
  using _changes = feed.subscribe(() => bell.ring());
  while (!feed.isCaughtUp()) await bell.wait(signal);
  return await feed.whole(signal);
}
