/** One search as a part of a screen: asks anew when the question changes, ends with the part. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { RoomFound, RoomSearch, SearchAsk } from "../../client/search/room-search.ts";
import { useApp } from "../app-context.ts";

export interface SearchState {
  readonly phase: "none" | "searching" | "done" | "stopped" | "failed";
  /** The question, as JSON, that `found` answers. */
  readonly asked: string | undefined;
  readonly found: readonly RoomFound[];
  readonly done: number;
  readonly total: number;
  readonly unread: readonly string[];
  /** Of a failure. */
  readonly detail: string;
}

const NOTHING: SearchState = {
  phase: "none",
  asked: undefined,
  found: [],
  done: 0,
  total: 0,
  unread: [],
  detail: "",
};

/**
 * `ask` undefined asks nothing. `again`: another number asks the same anew. What was found stays
 * until the answer to the next question begins.
 */
export function useSearch(
  ask: SearchAsk | undefined,
  again: number,
): readonly [SearchState, stop: () => void] {
  const app = useApp();
  const [state, setState] = useState(NOTHING);
  const search = useRef<Promise<RoomSearch> | undefined>(undefined);
  const asked = JSON.stringify(ask);
  const ending = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => {
    // One that never came has nothing to close.
    void search.current?.then((opened) => opened.close(), () => undefined);
  }, []);
  useEffect(() => {
    ending.current?.abort("another question");
    if (ask === undefined) return setState(NOTHING);
    const own = new AbortController();
    ending.current = own;
    const { signal } = own;
    const patch = (change: Partial<SearchState>): void => {
      if (!signal.aborted) setState((state) => ({ ...state, ...change }));
    };
    const run = async (): Promise<void> => {
      patch({ phase: "searching", done: 0, total: ask.roomIds.length, unread: [], detail: "" });
      const opened = await (search.current ??= app.client.openSearch());
      signal.throwIfAborted();
      let found: readonly RoomFound[] = [];
      const end = await opened.find(ask, (news) => {
        if (news.kind === "found") {
          found = [...found, news.found];
          patch({ found, asked });
        } else patch({ done: news.done });
      }, signal);
      if (!end.ok) return patch({ phase: "failed", detail: end.error.detail });
      const { unread } = end.value;
      // The bar of a room has nothing to show of one that cannot be read.
      const isAll = ask.scope === "all" || unread.length === 0;
      patch(isAll ? { phase: "done", found, asked, unread } : { phase: "failed", detail: "" });
    };
    void run().catch((error: unknown) => {
      if (signal.aborted) return;
      // The code did not arrive: the next question asks for it again.
      search.current = undefined;
      patch({ phase: "failed", detail: String(error) });
    });
    return () => own.abort("the search goes");
  }, [asked, again]);
  const stop = (): void => {
    ending.current?.abort("stopped");
    setState((state) => ({ ...state, phase: "stopped" }));
  };
  return [state, stop];
}
