/**
 * Answers what a page asks of its search worker, one question at a time: the newest ends the one
 * before.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY220 A search in all rooms tells how far it is and what it found as it goes, can be ended at
 *         any time, and names the rooms that it could not read.
 */

import { findInLines } from "./room-lines.ts";
import { searchLimits as limits } from "./limits.ts";
import type { RoomReader } from "./room-reader.ts";
import type { SearchAsk, SearchEnd, SearchNews } from "./room-search.ts";

export type SearchRequest =
  | { readonly kind: "find"; readonly id: number; readonly ask: SearchAsk }
  | { readonly kind: "cancel"; readonly id: number };

export type SearchAnswer =
  | { readonly kind: "news"; readonly id: number; readonly news: SearchNews }
  | { readonly kind: "end"; readonly id: number; readonly end: SearchEnd }
  | { readonly kind: "failed"; readonly id: number; readonly detail: string };

export interface SearchServer {
  take(request: SearchRequest): void;
}

/** `pause` lets what was asked meanwhile be heard. */
export function serveSearch(
  reader: RoomReader,
  answer: (answer: SearchAnswer) => void,
  pause: () => Promise<void>,
): SearchServer {
  let current: { readonly id: number; readonly ending: AbortController } | undefined;
  let last: Promise<void> = Promise.resolve();

  const find = async (id: number, ask: SearchAsk, signal: AbortSignal): Promise<void> => {
    const unread: string[] = [];
    for (const [index, roomId] of ask.roomIds.entries()) {
      await pause();
      signal.throwIfAborted();
      const isOne = ask.scope === "one";
      const read = await reader.read(roomId, isOne, signal);
      signal.throwIfAborted();
      if (read.ok) {
        const hitsMax = isOne ? limits.hitsMax : limits.roomHitsMax;
        const options = { speaker: ask.speaker, hitsMax, withSnippets: !isOne };
        const found = findInLines(roomId, read.value, ask.text, options);
        answer({ kind: "news", id, news: { kind: "found", found } });
      } else unread.push(roomId); // SY220
      const total = ask.roomIds.length;
      answer({ kind: "news", id, news: { kind: "progress", done: index + 1, total } });
    }
    answer({ kind: "end", id, end: { unread } });
  };

  return {
    take(request) {
      current?.ending.abort("superseded");
      current = undefined;
      if (request.kind === "cancel") return;
      const { id, ask } = request;
      const ending = new AbortController();
      current = { id, ending };
      // Owned by the worker. The reader reads one room at a time, so questions never overlap.
      last = last.then(() => find(id, ask, ending.signal)).catch((error: unknown) => {
        if (!ending.signal.aborted) answer({ kind: "failed", id, detail: String(error) });
      });
    },
  };
}
