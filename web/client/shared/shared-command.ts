/** What the commands about shared rooms need and answer. Any tab may run them. */

import type { Result } from "#shared/base/mod.ts";
import type { DeviceOffer, RoomFeeds } from "#shared/hosting/mod.ts";
import type { Clock, Crypto, IdSource, OutboxStore, RoomLog } from "#shared/ports/mod.ts";
import type { LinkPhase } from "#shared/sync/mod.ts";
import type { FollowRoom } from "../../adapters/idb-follow-room.ts";
import type { RoomIndex } from "../../adapters/idb-room-index.ts";
import type { RoomNotes } from "../../adapters/idb-room-notes.ts";
import type { AppCommand, CommandDone, CommandError } from "../app-client.ts";
import type { SharedRooms } from "./shared-rooms.ts";

export type SharedCommand = Extract<
  AppCommand,
  {
    readonly kind:
      | "share-room"
      | "join-room"
      | "invite-link"
      | "move-room"
      | "forget-move"
      | "follow-room"
      | "people";
  }
>;

export type CommandOf<Kind extends SharedCommand["kind"]> = Extract<
  SharedCommand,
  { readonly kind: Kind }
>;

export type SharedAnswer = Result<CommandDone, CommandError>;

/** What the leader tells of every link, in this tab or by the tab channel. */
export interface LinkPhases {
  of(roomId: string): LinkPhase | undefined;
  subscribe(onChange: () => void): Disposable;
}

export interface SharedCommandDeps {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly feeds: RoomFeeds;
  readonly index: RoomIndex;
  readonly store: OutboxStore;
  readonly notes: RoomNotes;
  readonly rooms: SharedRooms;
  readonly follow: FollowRoom;
  readonly logOf: (roomId: string) => RoomLog;
  readonly links: LinkPhases;
  /** What this device offers, whatever it is called in a room. */
  readonly offer: () => Omit<DeviceOffer, "device">;
  /** The page's address, without what is behind `#`. */
  readonly pageUrl: string;
  /** Reads the list of rooms anew: what is new is followed from then on. */
  readonly relist: () => Promise<void>;
  /** A room that is not whole yet is kept out of the list until the disposal. */
  readonly hideRoom: (roomId: string) => Disposable;
  /** The keys of a room that is followed have changed. */
  readonly restartLink: (roomId: string) => Promise<void>;
}
