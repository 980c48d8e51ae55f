/**
 * Subjects of the shared room store contract on SQLite. Another handle is one on the same
 * connection, or the store after a restart: a file has one owner.
 */

import { createDeviceKeys, createWebCrypto } from "#shared/crypto/mod.ts";
import type { Bytes, SharedRoomKeys, SharedRoomStore } from "#shared/ports/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import type { SharedRoomStoreSubject } from "#shared/testing/contracts/shared-room-store.contract.ts";
import { watchStatements } from "./peer-load.contract.ts";
import { createRoomHints } from "./room-hints.ts";
import { createRoomKeyVault, type RoomKeyVault, VAULT_KEY_BYTES } from "./room-key-vault.ts";
import { openPeerDatabase } from "./sqlite-access.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { makePath, optionsFor, writeFailure } from "./sqlite-peer-subjects.contract.ts";
import { roomSchema } from "./sqlite-room-rows.ts";
import { createSqliteSharedRooms, type SqliteSharedRooms } from "./sqlite-shared-rooms.ts";

export const ROOM = "room-of-22-characters-";
export const SECRET: Bytes = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

export function makeVault(first = 7): Promise<RoomKeyVault> {
  const key = Uint8Array.from({ length: VAULT_KEY_BYTES }, (_, index) => first + index);
  return createRoomKeyVault(createWebCrypto(), key);
}

export async function makeRoomKeys(
  { crypto }: RoomKeyVault,
  roomId: string = ROOM,
): Promise<SharedRoomKeys> {
  return {
    roomId,
    relayUrl: "https://relay.example",
    access: "write",
    secret: SECRET.slice(),
    device: await createDeviceKeys(crypto),
  };
}

export function openRoomDatabase(path: string): SqliteDatabase {
  const opened = openPeerDatabase(optionsFor(path), roomSchema);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

/** Every handle is on the one connection, or, with `restarts`, on the newest of many. */
export async function makeSharedRoomSubject(restarts: boolean): Promise<SharedRoomStoreSubject> {
  const path = makePath();
  const vault = await makeVault();
  const hints = createRoomHints();
  let writesLeft = 0;
  let database = openRoomDatabase(path);
  const openStore = (): SqliteSharedRooms =>
    createSqliteSharedRooms(
      watchStatements(database, (sql, when) => {
        if (when === "before" || !/^(INSERT|UPDATE|DELETE)/.test(sql)) return;
        writesLeft -= 1;
        if (writesLeft === 0) throw writeFailure();
      }),
      { vault, hints },
    );
  let store = openStore();
  valueOf(await store.saveKeys(await makeRoomKeys(vault), noAbort), "the room is there");
  const handle: SharedRoomStore = {
    keys: (...args) => store.keys(...args),
    saveKeys: (...args) => store.saveKeys(...args),
    position: (...args) => store.position(...args),
    mirror: (...args) => store.mirror(...args),
    replaceEpoch: (...args) => store.replaceEpoch(...args),
    found: (...args) => store.found(...args),
    foundation: (...args) => store.foundation(...args),
    mirrored: (...args) => store.mirrored(...args),
  };
  return {
    roomId: ROOM,
    open() {
      if (restarts) {
        database.close();
        database = openRoomDatabase(path);
        store = openStore();
      }
      return handle;
    },
    openLog: () => store.logOf(ROOM),
    createKeys: () => makeRoomKeys(vault, "another-room-of-22-char"),
    abortAtWrite(nth) {
      writesLeft = nth;
    },
    async deleteRoom() {
      for (const table of ["rooms", "entries"]) {
        database.prepare(`DELETE FROM ${table} WHERE room = ?`).run(ROOM);
      }
    },
    close: () => store.close(),
  };
}
