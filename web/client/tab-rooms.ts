/**
 * The rooms of one tab: the list, the feeds behind it, and the one that is open.
 *
 * Owns which rooms are followed and what of them the snapshot shows. Does not own hosting.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY98  What a shared room is called by all becomes its name in the list, also while it is not
 *         open.
 *   SY101 A list that was read earlier never replaces one that was read later.
 *   SY267 A room in the list whose messages or keys are not here is named so, there and on its own
 *         screen, with what can be done; it is never shown as an empty room or one that is opening.
 *   SY286 A shared room that became another stays in the list until something of that has come
 *         here.
 *   SY156 Every tab knows which room became which, so that no screen stays behind.
 *   SY104 Closing a room never closes another that was opened meanwhile.
 */

import { ok } from "#shared/base/mod.ts";
import { createRoomFeeds, type RoomFeed, type RoomFeeds } from "#shared/hosting/mod.ts";
import type { RoomListing } from "../adapters/idb-room-index.ts";
import type { RoomLoss, RunningAttempt } from "./app-client.ts";
import type { ClientDeps } from "./client-deps.ts";
import { createOpenRoom } from "./open-room.ts";
import { summarizeRoom } from "./room-summary.ts";
import { createLogOf } from "./shared/shared-log.ts";
import type { SharedLinkStatus } from "./shared/shared-links.ts";
import type { AttemptKey } from "./stream-hub.ts";
import type { TabContext } from "./tab-context.ts";

export interface TabRooms {
  readonly feeds: RoomFeeds;
  /** Reads the list anew: follows new rooms, ends the feeds of deleted ones. */
  list(): Promise<void>;
  open(roomId: string): Promise<void>;
  /** Shows no room, if this one is shown. */
  close(roomId: string): void;
  /** The room that is open on the screen. */
  openRoomId(): string | undefined;
  roomIds(): readonly string[];
  /** Shows the newest state; once a microtask, however often it is asked. */
  show(): void;
  /** The leader told news: of what runs, or of a link. */
  onStatus(): void;
  /** Keeps a room out of the list until the disposal. */
  hide(roomId: string): Disposable;
  /** The room moved, and its move leads nowhere for this device. */
  markDeadEnd(roomId: string): void;
}

export interface TabRoomsDeps extends Pick<ClientDeps, "clock" | "ids" | "trace" | "isVisible"> {
  readonly context: TabContext;
  readonly running: () => readonly RunningAttempt[];
  readonly textOf: (one: AttemptKey) => string;
  readonly links: () => readonly SharedLinkStatus[];
  /** A room went on as another one; told at each of its changes. */
  readonly onClosed: (roomId: string) => void;
  /** A room is another one now; told once. */
  readonly onMoved: (roomId: string) => void;
  /** A room was found or deleted. */
  readonly onRoom: (roomId: string, change: "added" | "dropped") => void;
}

export function createTabRooms(deps: TabRoomsDeps): TabRooms {
  const { context } = deps;
  const feeds = createFeeds(deps);
  const hidden = new Set<string>();
  const deadEnds = new Set<string>();
  const withoutKeys = new Set<string>();
  let listings: readonly RoomListing[] = [];
  let isShowAsked = false;

  const show = (): void => {
    if (isShowAsked) return;
    isShowAsked = true;
    queueMicrotask(() => {
      isShowAsked = false;
      const device = context.snapshot.peek().device.id;
      const isShown = ({ roomId, movingFrom }: RoomListing): boolean =>
        !hidden.has(roomId) && movingFrom === undefined && // SY152
        !isAwaited(roomId);
      const rooms = listings.filter(isShown).map((listing) => {
        const feed = feeds.get(listing.roomId);
        const summary = summarizeRoom(listing, feed?.state(), feed?.device ?? device);
        const lost = lostOf(listing);
        const isReader = context.shared.get(listing.roomId)?.access === "read";
        const isMoving = listing.movedTo !== undefined;
        return {
          ...summary,
          ...isReader && { isReader },
          ...isMoving && { isMoving },
          ...lost && { lost },
        };
      });
      context.patch({ rooms, room: open.view() });
    });
  };
  /** Another room stands in its place until something of it has come (SY286). */
  const isAwaited = (roomId: string): boolean => listings.some(({ movedTo }) => movedTo === roomId);
  const movingWithout = (roomId: string): readonly string[] | undefined =>
    listings.find((one) => one.movingFrom === roomId && !hidden.has(one.roomId))?.movingWithout;
  const open = createOpenRoom({
    ...{ ...deps, feeds, movingWithout },
    isDeadEnd: (roomId) => deadEnds.has(roomId),
    onChange: show,
  });

  /** A failure to note what was read costs nothing but an unread mark after the next start. */
  const markRead = async (): Promise<void> => {
    const roomId = open.roomId();
    const head = roomId === undefined ? undefined : feeds.get(roomId)?.state().head;
    const read = listings.find((listing) => listing.roomId === roomId)?.lastReadSeq ?? 0;
    if (roomId === undefined || head === undefined || head <= read || !deps.isVisible()) return;
    patchListing(roomId, { lastReadSeq: head });
    const marked = await context.storage().index.markRead(roomId, head, context.signal);
    if (!marked.ok) deps.trace.write("warn", "read-mark-not-kept", { kind: marked.error.kind });
  };
  const patchListing = (roomId: string, change: Partial<RoomListing>): void => {
    listings = listings.map((one) => one.roomId === roomId ? { ...one, ...change } : one);
  };
  const keepName = async (feed: RoomFeed): Promise<void> => {
    const listing = listings.find(({ roomId }) => roomId === feed.roomId);
    const { name } = feed.state();
    if (listing?.shared !== true || name === "" || name === listing.name) return;
    patchListing(feed.roomId, { name });
    const renamed = await context.storage().index.rename(feed.roomId, name, context.signal); // SY98
    if (!renamed.ok) deps.trace.write("warn", "name-not-kept", { kind: renamed.error.kind });
  };
  const onFeedChange = (feed: RoomFeed): void => {
    // Owned by the client: both end with the page, whose close aborts them.
    void markRead().catch(() => undefined);
    void keepName(feed).catch(() => undefined);
    if (feed.state().closed !== undefined) deps.onClosed(feed.roomId);
    if (feed.state().head > 0 && isAwaited(feed.roomId)) void list().catch(() => undefined);
    show();
  };
  /** A feed needs this device's id in its room first; without it there is none. */
  const follow = async ({ roomId, shared }: RoomListing): Promise<void> => {
    if (feeds.get(roomId) !== undefined) return;
    if (shared) {
      const keys = await context.shared.load(roomId, context.signal);
      if (!keys.ok) return context.report(keys.error, "background");
      if (keys.value === undefined) return void withoutKeys.add(roomId); // SY267
    }
    // Asked again: the list may have been read twice, and the room deleted, meanwhile.
    if (feeds.get(roomId) !== undefined || !isListed(roomId)) return;
    const feed = feeds.open(roomId);
    feed.subscribe(() => onFeedChange(feed));
  };
  /** A local room has had its first entries since it was made (SY15). */
  const lostOf = ({ roomId, shared, head }: RoomListing): RoomLoss | undefined => {
    const isKeyless = withoutKeys.has(roomId) && context.shared.get(roomId) === undefined;
    if (shared) return isKeyless ? "keys" : undefined;
    return head === 0 && (feeds.get(roomId)?.state().head ?? 0) === 0 ? "messages" : undefined;
  };
  const isListed = (roomId: string): boolean => listings.some((one) => one.roomId === roomId);

  const list = oneAtATime(async () => {
    const listed = await context.storage().index.list(context.signal);
    if (!listed.ok) return context.report(listed.error, "background");
    const moves = await context.storage().index.moves(context.signal);
    if (!moves.ok) return context.report(moves.error, "background");
    listings = listed.value;
    // SY156
    const before = context.snapshot.peek().movedRooms;
    if (moves.value.size > 0) context.patch({ movedRooms: moves.value });
    for (const from of moves.value.keys()) if (!before.has(from)) deps.onMoved(from);
    for (const feed of feeds.all()) {
      if (isListed(feed.roomId)) continue;
      deps.onRoom(feed.roomId, "dropped");
      context.shared.forget(feed.roomId);
      await feeds.drop(feed.roomId);
    }
    for (const listing of listed.value) {
      await follow(listing);
      if (feeds.get(listing.roomId) !== undefined) deps.onRoom(listing.roomId, "added");
    }
    show();
  });

  return {
    feeds,
    show,
    openRoomId: () => open.roomId(),
    roomIds: () => listings.map(({ roomId }) => roomId).filter((id) => feeds.get(id) !== undefined),
    onStatus() {
      open.look();
      show();
    },
    hide(roomId) {
      hidden.add(roomId);
      show();
      return {
        [Symbol.dispose]() {
          hidden.delete(roomId);
          show();
        },
      };
    },
    markDeadEnd(roomId) {
      deadEnds.add(roomId);
      show();
    },
    list,
    async open(roomId) {
      open.open(roomId);
      await markRead();
      show();
    },
    close(roomId) {
      // A screen that goes says so after the one that comes: cleanups wait for the paint.
      if (open.roomId() === roomId) open.open(undefined); // SY104
    },
  };
}

/** Runs of `work` never overlap; a call during one gets the next, which begins after the call. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    const begin = (): Promise<void> => {
      next = undefined;
      return work();
    };
    next ??= last = last.then(begin, begin); // SY101
    return next;
  };
}

function createFeeds(deps: TabRoomsDeps): RoomFeeds {
  const { context, trace } = deps;
  return createRoomFeeds({
    ...deps,
    deviceOf: (roomId) =>
      context.shared.get(roomId)?.device.id ?? context.snapshot.peek().device.id,
    // Opened with the storage, which is before any feed.
    get checkpoints() {
      return context.storage().checkpoints;
    },
    logOf: createLogOf(context),
    async foundationOf(roomId, inner) {
      if (context.shared.get(roomId) === undefined) return ok(undefined);
      const store = await context.shared.store();
      return store.ok ? await store.value.foundation(roomId, inner) : ok(undefined);
    },
    onReadProblem: (_roomId, error) => error && context.report(error, "background"),
    onDefect: (roomId, error) => {
      trace.write("error", "feed-defect", { roomId, error: String(error) });
      context.report({ kind: "storage-corrupt", detail: String(error) }, "open-room");
    },
  }, context.signal);
}
