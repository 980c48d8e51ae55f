/**
 * Reads rooms for a search as they are stored, without anything of the page.
 *
 * Owns the feeds it reads with: one at a time; that of a room that is searched alone stays open, so
 * that what is said there meanwhile is folded on. Does not own how much is kept (room-lines.ts).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY218 A room that is searched alone is searched as far as its log has come, each time.
 */

import { createLatch, createScope, err, ok, type Result, type Scope } from "#shared/base/mod.ts";
import { createRoomFeed, type FeedProblem, type RoomFeed } from "#shared/hosting/mod.ts";
import type { StateShelf } from "#shared/hosting/mod.ts";
import type { Clock, Foundation, IdSource, Log, RoomLog, StorageError } from "#shared/ports/mod.ts";
import { type KeptLines, linesOf, type RoomLines } from "./room-lines.ts";

export interface RoomReaderDeps {
  readonly logOf: (roomId: string) => RoomLog;
  /** Stored whole states; none is written. */
  readonly load: StateShelf["load"];
  readonly foundationOf: (
    roomId: string,
    signal: AbortSignal,
  ) => Promise<Result<Foundation | undefined, StorageError>>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly trace: Log;
  readonly kept: KeptLines;
}

export interface RoomReader {
  /** `stay`: the room is searched alone. Aborting ends the reading. */
  read(
    roomId: string,
    stay: boolean,
    signal: AbortSignal,
  ): Promise<Result<RoomLines, FeedProblem>>;
}

interface OpenFeed {
  readonly feed: RoomFeed;
  /** Looks whether the log has grown. */
  readonly look: () => void;
  readonly problem: () => FeedProblem | undefined;
  readonly bell: ReturnType<typeof createLatch>;
  /** The id of the log's newest entry when it was read last. */
  newest: string | undefined;
  readonly scope: Scope;
}

export function createRoomReader(deps: RoomReaderDeps, life: AbortSignal): RoomReader {
  const { kept, logOf } = deps;
  let open: OpenFeed | undefined;
  return {
    async read(roomId, stay, signal) {
      const log = logOf(roomId);
      const head = await log.head(signal);
      if (!head.ok) return head;
      const page = await log.read(Math.max(0, head.value - 1), 1, signal);
      if (!page.ok) return page;
      const newest = page.value[0]?.id;
      const known = kept.get(roomId);
      if (known?.head === head.value && known.newest === newest) return ok(known);
      if (open?.feed.roomId !== roomId || isReplaced(open, head.value, newest)) {
        await open?.scope.close("another log is read");
        open = openFeed(deps, roomId, life);
      }
      open.newest = newest;
      const problem = await untilRead(open, head.value, signal);
      if (problem !== undefined) {
        await open.scope.close("the room cannot be read");
        open = undefined;
        return err(problem);
      }
      const lines = { ...linesOf(open.feed.state(), known), newest };
      kept.keep(roomId, lines);
      if (!stay) {
        await open.scope.close("the room was read");
        open = undefined;
      }
      return ok(lines);
    },
  };
}

/** It is as long as was read, or shorter, and another (HO22): the feed would not look again. */
function isReplaced({ feed, newest }: OpenFeed, head: number, now: string | undefined): boolean {
  return feed.state().head >= head && newest !== now;
}

async function untilRead(
  { feed, look, problem, bell }: OpenFeed,
  head: number,
  signal: AbortSignal,
): Promise<FeedProblem | undefined> {
  look();
  while (!(feed.isCaughtUp() && feed.state().head >= head)) { // SY218
    const found = problem();
    if (found !== undefined) return found;
    await bell.wait(signal);
  }
  return undefined;
}

function openFeed(deps: RoomReaderDeps, roomId: string, life: AbortSignal): OpenFeed {
  const bell = createLatch();
  const log = deps.logOf(roomId);
  let problem: FeedProblem | undefined;
  let look = (): void => undefined;
  const feed = createRoomFeed({
    roomId,
    device: "search",
    log: {
      append: (entry, signal) => log.append(entry, signal),
      read: (afterSeq, entriesMax, signal) => log.read(afterSeq, entriesMax, signal),
      head: (signal) => log.head(signal),
      subscribe(onHint) {
        look = onHint;
        return log.subscribe(onHint);
      },
    },
    // A reader keeps no state: the tabs do (SY216).
    checkpoints: { load: deps.load, save: async () => ok(undefined) },
    foundation: (signal) => deps.foundationOf(roomId, signal),
    ...{ clock: deps.clock, ids: deps.ids, trace: deps.trace },
    onReadProblem(error) {
      problem = error;
      bell.ring();
    },
  });
  feed.subscribe(() => bell.ring());
  const scope = createScope(life, (error) => {
    problem = { kind: "storage-corrupt", detail: String(error) };
    bell.ring();
  });
  scope.start((signal) => feed.run(signal));
  return { feed, look: () => look(), problem: () => problem, bell, newest: undefined, scope };
}
