/** A search over the drawn rooms: the product's own finding, without worker and storage. */

import { ok } from "#shared/base/mod.ts";
import { findInLines, linesOf } from "../../../web/client/search/room-lines.ts";
import { searchLimits } from "../../../web/client/search/limits.ts";
import type { RoomSearch } from "../../../web/client/search/room-search.ts";
import type { FixtureRoom } from "./fixture-room.ts";

export function createFixtureSearch(rooms: ReadonlyMap<string, FixtureRoom>): RoomSearch {
  return {
    async find({ text, roomIds, speaker, scope }, onNews, signal) {
      for (const [index, roomId] of roomIds.entries()) {
        await Promise.resolve();
        signal.throwIfAborted();
        const room = rooms.get(roomId);
        const isOne = scope === "one";
        const hitsMax = isOne ? searchLimits.hitsMax : searchLimits.roomHitsMax;
        const options = { speaker, hitsMax, withSnippets: !isOne };
        if (room !== undefined) {
          const found = findInLines(roomId, linesOf(room.state), text, options);
          onNews({ kind: "found", found });
        }
        onNews({ kind: "progress", done: index + 1, total: roomIds.length });
      }
      return ok({ unread: [] });
    },
    close: () => undefined,
  };
}
