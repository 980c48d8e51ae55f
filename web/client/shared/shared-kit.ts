/**
 * The code of shared rooms, fetched when one is made, joined or followed: cryptography, the link to
 * a relay, and the commands that need them. The page before its first paint holds none of it.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { createWebCrypto, entryIdOf, findMissingAlgorithms } from "#shared/crypto/mod.ts";
import {
  createRoomLink,
  createSharedRoomLog,
  type RoomLink,
  type RoomLinkDeps,
  type SharedRoomLogDeps,
} from "#shared/sync/mod.ts";
import type { Crypto, RoomLog, SharedRoomStore } from "#shared/ports/mod.ts";
import { createIdbFollowRoom, type FollowRoom } from "../../adapters/idb-follow-room.ts";
import { createIdbSharedRooms, type SharedRoomsDeps } from "../../adapters/idb-shared-rooms.ts";
import type { CommandError } from "../app-client.ts";
import { askPeople } from "./people/ask-people.ts";
import { followRoom } from "./follow-room.ts";
import { inviteLink } from "./invite-link.ts";
import { joinRoom } from "./join-room.ts";
import { forgetMove, moveRoom } from "./move-room.ts";
import { createRoomUnsent, type RoomUnsent, type RoomUnsentDeps } from "./room-unsent.ts";
import type { SharedAnswer, SharedCommand, SharedCommandDeps } from "./shared-command.ts";
import { shareRoom } from "./share-room.ts";

export interface SharedKit {
  openStore(deps: Omit<SharedRoomsDeps, "crypto">): SharedRoomStore;
  openFollow(deps: Omit<SharedRoomsDeps, "crypto">): FollowRoom;
  createLog(deps: SharedRoomLogDeps): RoomLog;
  createLink(deps: Omit<RoomLinkDeps, "crypto">): RoomLink;
  /** Follows what is unsent in a room. */
  createUnsent(deps: Omit<RoomUnsentDeps, "entryIdOf">): RoomUnsent;
  /** The id under which part `part` of an entry is in a shared room's log. */
  entryIdOf(localId: string, part: number): Promise<string>;
  run(
    command: SharedCommand,
    deps: Omit<SharedCommandDeps, "crypto">,
    signal: AbortSignal,
  ): Promise<SharedAnswer>;
}

export type LoadKit = () => Promise<
  Result<SharedKit, Extract<CommandError, { readonly kind: "crypto-unfit" }>>
>;

/** Fails where this browser lacks an algorithm that shared rooms need. */
export async function openSharedKit(): ReturnType<LoadKit> {
  const missing = await findMissingAlgorithms();
  if (missing !== undefined) return err({ kind: "crypto-unfit", missing });
  return ok(createSharedKit(createWebCrypto()));
}

export function createSharedKit(crypto: Crypto): SharedKit {
  return {
    openStore: (deps) => createIdbSharedRooms({ ...deps, crypto }),
    openFollow: createIdbFollowRoom,
    createLog: createSharedRoomLog,
    createLink: (deps) => createRoomLink({ ...deps, crypto }),
    createUnsent: (deps) =>
      createRoomUnsent({
        ...deps,
        entryIdOf: (localId, part) => entryIdOf(crypto, localId, part),
      }),
    entryIdOf: (localId, part) => entryIdOf(crypto, localId, part),
    async run(command, given, signal) {
      const deps = { ...given, crypto };
      switch (command.kind) {
        case "share-room":
          return await shareRoom(deps, command, signal);
        case "join-room":
          return await joinRoom(deps, command, signal);
        case "invite-link":
          return await inviteLink(deps, command, signal);
        case "people":
          return await askPeople(deps, command, signal);
        case "move-room":
          return await moveRoom(deps, command, signal);
        case "forget-move":
          return await forgetMove(deps, command.roomId, signal);
        case "follow-room":
          return await followRoom(deps, command, signal);
      }
    },
  };
}
