/**
 * Composition root of a search: its worker. A chunk of its own, fetched when somebody first
 * searches, in any tab.
 */

import { createSearchClient } from "./client/search/search-client.ts";
import type { RoomSearch } from "./client/search/room-search.ts";
import { trustedScriptUrl } from "./client/trusted-types.ts";
import searchUrl from "./worker/search/search-worker.ts?worker&url";

/** One search; whoever opened it closes it. */
export function openRoomSearch(): RoomSearch {
  return createSearchClient(() => new Worker(trustedScriptUrl(searchUrl), { type: "module" }));
}
