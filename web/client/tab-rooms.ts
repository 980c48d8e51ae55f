/**
 * The rooms of one tab: the list, the feeds behind it, and the one that is open.
 *
 * Owns which rooms are followed and what of them the snapshot shows. Does not own hosting.
 */

import { createRoomFeeds, type RoomFeeds } from "#shared/hosting/mod.ts";
import { planOf, turnResult } from "#shared/turns/mod.ts";
import type { RoomListing } from "../adapters/idb-room-index.ts";
import type { RoomView, RunningAttempt } from "./app-client.ts";
import type { ClientDeps } from "./client-deps.ts";
import { summarizeRoom } from "./room-summary.ts";
import type { TabContext } from "./tab-context.ts";

export interface TabRooms {
  readonly feeds: RoomFeeds;
  /** Reads the list anew: follows new rooms, ends the feeds of deleted ones. */
  list(): Promise<void>;
  open(roomId: string | undefined): Promise<void>;
  roomIds(): readonly string[];
  /** Shows the newest state; once a microtask, however often it is asked. */
  show(): void;
}

export interface TabRoomsDeps extends Pick<ClientDeps, "clock" | "ids" | "trace" | "isVisible"> {
  readonly context: TabContext;
  readonly running: () => readonly RunningAttempt[];
  /** A room was found or deleted. */
  readonly onRoom: (roomId: string, change: "added" | "dropped") => void;
}

export function createTabRooms(deps: TabRoomsDeps): TabRooms {
  const { context } = deps;
  const feeds = createFeeds(deps);
  let listings: readonly RoomListing[] = [];
  let openRoomId: string | undefined;
  let isShowAsked = false;

  const show = (): void => {
    if (isShowAsked) return;
    isShowAsked = true;
    queueMicrotask(() => {
      isShowAsked = false;
      const device = context.snapshot.peek().device.id;
      const rooms = listings.map((listing) =>
        summarizeRoom(listing, feeds.get(listing.roomId)?.state(), device)
      );
      context.patch({ rooms, room: viewOf(feeds, openRoomId, deps.running()) });
    });
  };

  /** A failure to note what was read costs nothing but an unread mark after the next start. */
  const markRead = async (): Promise<void> => {
    const roomId = openRoomId;
    const head = roomId === undefined ? undefined : feeds.get(roomId)?.state().head;
    const read = listings.find((listing) => listing.roomId === roomId)?.lastReadSeq ?? 0;
    if (roomId === undefined || head === undefined || head <= read || !deps.isVisible()) return;
    listings = listings.map((listing) =>
      listing.roomId === roomId ? { ...listing, lastReadSeq: head } : listing
    );
    const marked = await context.storage().index.markRead(roomId, head, context.signal);
    if (!marked.ok) deps.trace.write("warn", "read-mark-not-kept", { kind: marked.error.kind });
  };
  const onFeedChange = (): void => {
    // Owned by the client: it ends with the page, whose close aborts it.
    void markRead().catch(() => undefined);
    show();
  };

  return {
    feeds,
    show,
    roomIds: () => listings.map((listing) => listing.roomId),
    async list() {
      const listed = await context.storage().index.list(context.signal);
      if (!listed.ok) return context.report(listed.error, "background");
      listings = listed.value;
      const known = new Set(listings.map((listing) => listing.roomId));
      for (const feed of feeds.all()) {
        if (known.has(feed.roomId)) continue;
        deps.onRoom(feed.roomId, "dropped");
        await feeds.drop(feed.roomId);
      }
      for (const { roomId } of listings) {
        if (feeds.get(roomId) === undefined) feeds.open(roomId).subscribe(onFeedChange);
        deps.onRoom(roomId, "added");
      }
      show();
    },
    async open(roomId) {
      openRoomId = roomId;
      await markRead();
      show();
    },
  };
}

function createFeeds(deps: TabRoomsDeps): RoomFeeds {
  const { context, trace } = deps;
  return createRoomFeeds({
    ...deps,
    device: () => context.snapshot.peek().device.id,
    checkpoints: {
      load: (roomId, inner) => context.storage().checkpoints.load(roomId, inner),
      save: (roomId, checkpoint, inner) =>
        context.storage().checkpoints.save(roomId, checkpoint, inner),
    },
    logOf: (roomId) => context.storage().logOf(roomId),
    onReadProblem: (_roomId, error) => error && context.report(error, "background"),
    onDefect: (roomId, error) => {
      trace.write("error", "feed-defect", { roomId, error: String(error) });
      context.report({ kind: "storage-corrupt", detail: String(error) }, "open-room");
    },
  }, context.signal);
}

function viewOf(
  feeds: RoomFeeds,
  roomId: string | undefined,
  running: readonly RunningAttempt[],
): RoomView | undefined {
  const feed = roomId === undefined ? undefined : feeds.get(roomId);
  if (feed?.isCaughtUp() !== true) return undefined;
  const state = feed.state();
  return {
    state,
    planOf: (turn) => planOf(state, turn),
    resultOf: (turn) => {
      const found = state.turns.get(turn);
      return found && turnResult(found);
    },
    running: running.filter((one) => one.roomId === roomId),
  };
}
