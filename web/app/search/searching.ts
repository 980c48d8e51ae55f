/** What somebody searches for, across screens: what was typed goes along into a room. */

import type { RoomHit } from "../../client/search/room-search.ts";

export interface Searching {
  /** The room that is searched alone; undefined for all. */
  readonly roomId: string | undefined;
  readonly text: string;
  /** The message to begin with. */
  readonly hit?: RoomHit | undefined;
}
