/**
 * Room feeds: one running feed per room of this tab, shared by the screen and, in the leader tab,
 * the peer.
 *
 * Owns the feeds' lives. A feed that breaks an invariant is reported and ends alone; the others go
 * on.
 */

import { createScope, type Scope } from "../base/scope.ts";
import { ok, type Result } from "../base/result.ts";
import type { Clock } from "../ports/clock.ts";
import type { IdSource } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { RoomLog, StorageError } from "../ports/room-log.ts";
import type { Foundation } from "../ports/shared-room-store.ts";
import {
  type CheckpointStore,
  createRoomFeed,
  type FeedProblem,
  type RoomFeed,
} from "./room-feed.ts";

export interface RoomFeedsDeps {
  /** This device's id in a room; known once the storage is open, which is before any feed. */
  readonly deviceOf: (roomId: string) => string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly trace: Log;
  readonly checkpoints: CheckpointStore;
  readonly logOf: (roomId: string) => RoomLog;
  /** What a shared room's log begins behind (D31); without it every log begins with itself. */
  readonly foundationOf?: (
    roomId: string,
    signal: AbortSignal,
  ) => Promise<Result<Foundation | undefined, StorageError>>;
  readonly onReadProblem: (roomId: string, error: FeedProblem | undefined) => void;
  readonly onDefect: (roomId: string, error: unknown) => void;
}

export interface RoomFeeds {
  /** The room's feed, started at the first call. */
  open(roomId: string): RoomFeed;
  /** The room's feed when it was opened. */
  get(roomId: string): RoomFeed | undefined;
  /** Every opened feed, the newest last. */
  all(): readonly RoomFeed[];
  /** Ends a room's feed, such as after its deletion. */
  drop(roomId: string): Promise<void>;
  /** Ends every feed and resolves when they have ended. */
  close(reason: unknown): Promise<void>;
}

/** Makes an empty registry; aborting `signal` ends every feed. */
export function createRoomFeeds(deps: RoomFeedsDeps, signal: AbortSignal): RoomFeeds {
  const feeds = new Map<string, { readonly feed: RoomFeed; readonly scope: Scope }>();
  return {
    get: (roomId) => feeds.get(roomId)?.feed,
    all: () => [...feeds.values()].map(({ feed }) => feed),
    open(roomId) {
      const known = feeds.get(roomId);
      if (known !== undefined) return known.feed;
      const feed = createRoomFeed({
        ...deps,
        device: deps.deviceOf(roomId),
        roomId,
        log: deps.logOf(roomId),
        foundation: async (inner) => await deps.foundationOf?.(roomId, inner) ?? ok(undefined),
        onReadProblem: (error) => deps.onReadProblem(roomId, error),
      });
      const scope = createScope(signal, (error) => deps.onDefect(roomId, error));
      feeds.set(roomId, { feed, scope });
      scope.start((inner) => feed.run(inner));
      return feed;
    },
    async drop(roomId) {
      const known = feeds.get(roomId);
      feeds.delete(roomId);
      await known?.scope.close("room dropped");
    },
    async close(reason) {
      const all = [...feeds.values()];
      feeds.clear();
      await Promise.all(all.map(({ scope }) => scope.close(reason)));
    },
  };
}
