/**
 * The room that is open on the screen: its state, what runs in it, and of a shared room what is
 * unsent and how the connection is.
 *
 * Owns which room that is, and the looking for what is unsent there. Does not own feeds or links.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY166 Where a move leads nowhere for a device, that is said, and nothing more is typed there.
 */

import { assert, createScope, type Scope } from "#shared/base/mod.ts";
import type { RoomFeed, RoomFeeds } from "#shared/hosting/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { MoveView, RoomView, RunningAttempt, SharedView } from "./app-client.ts";
import type { ClientDeps } from "./client-deps.ts";
import { relayHostOf } from "./shared/relay-url.ts";
import type { RoomUnsent } from "./shared/room-unsent.ts";
import { runningElsewhere } from "./running-elsewhere.ts";
import type { SharedLinkStatus } from "./shared/shared-links.ts";
import type { AttemptKey } from "./stream-hub.ts";
import type { TabContext } from "./tab-context.ts";

export interface OpenRoom {
  open(roomId: string | undefined): void;
  roomId(): string | undefined;
  /** Undefined while the room is unknown here or has not been read to its end once. */
  view(): RoomView | undefined;
  /** What is unsent may have changed. */
  look(): void;
}

export interface OpenRoomDeps extends Pick<ClientDeps, "clock" | "trace"> {
  readonly context: TabContext;
  readonly feeds: RoomFeeds;
  /** Of this device's own peer. */
  readonly running: () => readonly RunningAttempt[];
  /** What was heard so far of an attempt that is not settled. */
  readonly textOf: (one: AttemptKey) => string;
  readonly links: () => readonly SharedLinkStatus[];
  /** Whom a move leaves out that was begun here and is not finished; undefined without one. */
  readonly movingWithout: (roomId: string) => readonly string[] | undefined;
  /** Whether the room's move was found to lead nowhere (SY166). */
  readonly isDeadEnd: (roomId: string) => boolean;
  readonly onChange: () => void;
}

/** The unsent of one feed, and the life of their following. */
interface Following {
  readonly feed: RoomFeed;
  readonly unsent: RoomUnsent;
  readonly scope: Scope;
}

export function createOpenRoom(deps: OpenRoomDeps): OpenRoom {
  const { context, feeds } = deps;
  let roomId: string | undefined;
  let following: Following | undefined;

  /** A room is opened before its feed is there, joined later, dropped and made anew. */
  const follow = (feed: RoomFeed | undefined): void => {
    if (following?.feed === feed) return;
    // Owned by the client's signal, which ends the same scope.
    void following?.scope.close("another room is open");
    following = feed === undefined ? undefined : followUnsent(deps, feed);
  };

  return {
    roomId: () => roomId,
    look: () => following?.unsent.look(),
    open(next) {
      roomId = next;
      deps.onChange();
    },
    view() {
      const feed = roomId === undefined ? undefined : feeds.get(roomId);
      const keys = feed && context.shared.get(feed.roomId);
      follow(keys === undefined ? undefined : feed);
      if (feed?.isCaughtUp() !== true) return undefined;
      const { state, unsent } = following?.unsent.talk() ?? { state: feed.state(), unsent: [] };
      return {
        state,
        running: [
          ...deps.running().filter((one) => one.roomId === roomId),
          ...runningElsewhere(state, feed.device, deps.textOf),
        ],
        device: feed.device,
        unsent,
        move: moveOf(deps, feed.roomId, state, feed.device),
        shared: keys && sharedView(keys, deps.links().find((one) => one.roomId === roomId)),
      };
    },
  };
}

function moveOf(
  { movingWithout, isDeadEnd }: Pick<OpenRoomDeps, "movingWithout" | "isDeadEnd">,
  roomId: string,
  { closed, devices }: RoomState,
  device: string,
): MoveView | undefined {
  if (closed === undefined) {
    const without = movingWithout(roomId);
    return without && { phase: "unfinished", without };
  }
  const by = devices.get(closed.device)?.name ?? "";
  if (!closed.boxes.some((box) => box.device === device)) return { phase: "left-out", by };
  return isDeadEnd(roomId) ? { phase: "dead-end", by } : { phase: "following" };
}

function sharedView(
  keys: { readonly access: "write" | "read"; readonly relayUrl: string },
  status: SharedLinkStatus | undefined,
): SharedView {
  return {
    // Before any leader spoke of it.
    link: status?.link ?? { phase: "connecting" },
    present: status?.present ?? [],
    access: keys.access,
    relayHost: relayHostOf(keys.relayUrl),
    refused: status?.refused ?? [],
    forks: status?.forks,
    otherForks: status?.otherForks,
  };
}

function followUnsent(deps: OpenRoomDeps, feed: RoomFeed): Following {
  const { context } = deps;
  const { store, logOf } = context.storage();
  const kit = context.shared.kitAtHand();
  assert(kit !== undefined, `Cannot follow ${feed.roomId}: its code was never fetched`);
  const unsent = kit.createUnsent({
    feed,
    log: logOf(feed.roomId),
    store,
    clock: deps.clock,
    onChange: deps.onChange,
    onProblem: (error) => context.report(error, "background"),
  });
  const scope = createScope(context.signal, (error) => {
    deps.trace.write("error", "unsent-defect", { error: String(error) });
  });
  scope.start((signal) => unsent.run(signal));
  return { feed, unsent, scope };
}
