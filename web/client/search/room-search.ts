/** Searching the rooms of this device: what screens ask and are told. Shapes only. */

import type { Result } from "#shared/base/mod.ts";
import type { Message } from "#shared/room/mod.ts";
import type { Snippet } from "./find-query.ts";

export interface SearchAsk {
  readonly text: string;
  /** In the order in which they are to be searched. */
  readonly roomIds: readonly string[];
  /** Who said it (`speakerKey`); undefined is everybody. */
  readonly speaker?: string | undefined;
  /** One room whole, each hit by its place; or a few newest hits of each room, with snippets. */
  readonly scope: "one" | "all";
}

export interface RoomHit {
  readonly seq: number;
  readonly at: number;
  readonly kind: Message["kind"];
  readonly author: string;
  readonly turn: number;
  readonly aside: boolean;
  /** Of its author, as it was said; may be empty. */
  readonly name: string;
  /** Of a search in all rooms. */
  readonly snippet?: Snippet | undefined;
}

export interface RoomFound {
  readonly roomId: string;
  readonly name: string;
  /** Messages found, more than `hits` where there are many. */
  readonly count: number;
  /** The newest first. */
  readonly hits: readonly RoomHit[];
}

export type SearchNews =
  | { readonly kind: "found"; readonly found: RoomFound }
  /** A room was searched, or could not be read. */
  | { readonly kind: "progress"; readonly done: number; readonly total: number };

export interface SearchEnd {
  /** Rooms that could not be read. */
  readonly unread: readonly string[];
}

export interface SearchError {
  readonly kind: "search-failed";
  readonly detail: string;
}

/** One open search. What it read is forgotten when it is closed (SY216). */
export interface RoomSearch {
  /** Resolves when every room was looked at; aborting ends the work. Another call ends this one. */
  find(
    ask: SearchAsk,
    onNews: (news: SearchNews) => void,
    signal: AbortSignal,
  ): Promise<Result<SearchEnd, SearchError>>;
  close(): void;
}
