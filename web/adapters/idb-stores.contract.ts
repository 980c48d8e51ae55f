/**
 * Subjects of the storage contracts on IndexedDB; used by the tests in Node and in a browser page.
 *
 * Each subject has a database of its own, and each handle its own connection and hints, as a tab
 * has.
 */

import { toEpochMs } from "#shared/base/mod.ts";
import { createDeviceKeys, createWebCrypto } from "#shared/crypto/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import type { PeerStoreSubject } from "#shared/testing/contracts/peer-store-records.ts";
import type { RoomLogSubject } from "#shared/testing/contracts/room-log.contract.ts";
import type {
  SharedRoomStoreSubject,
} from "#shared/testing/contracts/shared-room-store.contract.ts";
import { openBroadcastPort } from "./broadcast-port.ts";
import { type ConclaveDatabase, createDatabase } from "./idb-database.ts";
import { createIdbPeerStore } from "./idb-peer-store.ts";
import { createIdbRoomIndex } from "./idb-room-index.ts";
import { createIdbRoomLog, type RoomLogDeps } from "./idb-room-log.ts";
import { createIdbSharedRooms } from "./idb-shared-rooms.ts";
import { createLogHints } from "./log-hints.ts";

let subjects = 0;

/** A database name that no other subject has. */
export function freshDatabaseName(): string {
  subjects += 1;
  return `conclave-test-${subjects}-${Math.floor(performance.now() * 1000)}`;
}

/** What one tab opens on the database `name`. */
export interface TabStorage extends RoomLogDeps {
  close(): Promise<void>;
}

export function openTabStorage(
  name: string,
  limits: RoomLogDeps["limits"] = { entryBytesMax: 200, genesisBytesMax: 1_000, blobBytesMax: 500 },
): TabStorage {
  const database = createDatabase(name);
  const hints = createLogHints(openBroadcastPort(`${name}-hints`));
  return {
    database,
    hints,
    limits,
    clock: { epochNow: () => toEpochMs(1_767_225_600_000) },
    async close() {
      hints.close();
      await database.close();
    },
  };
}

/** Resolves once the database is gone; every connection must be closed before. */
export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error(`Cannot delete ${name}: it is open`));
  });
}

export async function makeRoomLogSubject(): Promise<RoomLogSubject> {
  const name = freshDatabaseName();
  const tabs: TabStorage[] = [];
  const faults = installWriteFaults();
  const openTab = (): TabStorage => {
    const tab = openTabStorage(name);
    tabs.push(tab);
    return tab;
  };
  const index = createIdbRoomIndex(openTab());
  const made = await index.create({ roomId: "rm_1", name: "Room" }, [], noAbort);
  if (!made.ok) throw new Error(`Cannot make the room: ${made.error.kind}`);
  return {
    open: () => createIdbRoomLog(openTab(), "rm_1"),
    limits: openTab().limits,
    abortAtWrite: faults.abortAtWrite,
    async deleteRoom() {
      const deleted = await index.delete("rm_1", noAbort);
      if (!deleted.ok) throw new Error(`Cannot delete the room: ${deleted.error.kind}`);
    },
    async close() {
      faults.remove();
      for (const tab of tabs) await tab.close();
      await deleteDatabase(name);
    },
  };
}

export async function makePeerStoreSubject(): Promise<PeerStoreSubject> {
  const name = freshDatabaseName();
  const databases: ConclaveDatabase[] = [];
  const faults = installWriteFaults();
  return {
    open() {
      const database = createDatabase(name);
      databases.push(database);
      return createIdbPeerStore(database);
    },
    abortAtWrite: faults.abortAtWrite,
    async close() {
      faults.remove();
      for (const database of databases) await database.close();
      await deleteDatabase(name);
    },
  };
}

export async function makeSharedRoomStoreSubject(): Promise<SharedRoomStoreSubject> {
  const name = freshDatabaseName();
  const roomId = "room-of-22-characters-";
  const crypto = createWebCrypto();
  const tabs: TabStorage[] = [];
  const faults = installWriteFaults();
  const openTab = (): TabStorage => {
    const tab = openTabStorage(name);
    tabs.push(tab);
    return tab;
  };
  const index = createIdbRoomIndex(openTab());
  const made = await index.create({ roomId, name: "Room", shared: true }, [], noAbort);
  if (!made.ok) throw new Error(`Cannot make the room: ${made.error.kind}`);
  return {
    roomId,
    open: () => createIdbSharedRooms({ ...openTab(), crypto }),
    openLog: () => createIdbRoomLog(openTab(), roomId),
    createKeys: async () => ({
      ...{ roomId, relayUrl: "wss://relay.example/relay", access: "write" },
      secret: crypto.randomBytes(32),
      device: await createDeviceKeys(crypto),
    }),
    abortAtWrite: faults.abortAtWrite,
    async deleteRoom() {
      const deleted = await index.delete(roomId, noAbort);
      if (!deleted.ok) throw new Error(`Cannot delete the room: ${deleted.error.kind}`);
    },
    async close() {
      faults.remove();
      for (const tab of tabs) await tab.close();
      await deleteDatabase(name);
    },
  };
}

/**
 * A crash before commit, made by the platform itself: the n-th write from now is carried out and
 * then its transaction aborts.
 */
function installWriteFaults(): { abortAtWrite(nth: number): void; remove(): void } {
  let writesLeft = 0;
  const store = IDBObjectStore.prototype;
  const { add, put } = store;
  const crashAfter = <A extends unknown[]>(write: (...args: A) => IDBRequest<IDBValidKey>) =>
    function (this: IDBObjectStore, ...args: A): IDBRequest<IDBValidKey> {
      const request = write.apply(this, args);
      writesLeft -= 1;
      if (writesLeft === 0) this.transaction.abort();
      return request;
    };
  store.add = crashAfter(add);
  store.put = crashAfter(put);
  return {
    abortAtWrite(nth) {
      writesLeft = nth;
    },
    remove() {
      store.add = add;
      store.put = put;
    },
  };
}
