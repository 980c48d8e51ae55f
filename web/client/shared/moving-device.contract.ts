/**
 * A device in a shared room of three, whose pages can die at any call, and a relay that takes what
 * waits when it is told to; for tests of moving.
 */

import { ok, toRoomMs } from "#shared/base/mod.ts";
import {
  createDeviceKeys,
  createRoomSecret,
  createWebCrypto,
  deriveRoom,
  encodeBase64Url,
} from "#shared/crypto/mod.ts";
import { createRoomFeeds } from "#shared/hosting/mod.ts";
import type { NewEntry, SharedRoomKeys } from "#shared/ports/mod.ts";
import { protocolLimits, type RoomEvent } from "#shared/protocol/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { MemoryCheckpoints } from "#shared/testing/fakes/memory-checkpoints.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createIdbFollowRoom } from "../../adapters/idb-follow-room.ts";
import { createIdbPeerStore } from "../../adapters/idb-peer-store.ts";
import { createIdbRoomIndex } from "../../adapters/idb-room-index.ts";
import { createIdbRoomNotes } from "../../adapters/idb-room-notes.ts";
import { createIdbRoomLog } from "../../adapters/idb-room-log.ts";
import { createIdbSharedRooms } from "../../adapters/idb-shared-rooms.ts";
import { freshDatabaseName, openTabStorage } from "../../adapters/idb-stores.contract.ts";
import type { SharedCommandDeps } from "./shared-command.ts";
import type { SharedKit } from "./shared-kit.ts";
import { createSharedRooms } from "./shared-rooms.ts";

export const crypto = createWebCrypto();
const recipe = { kind: "panel", followUpsMax: 0 } as const;
type Device = SharedRoomKeys["device"];

export const tick = (): Promise<void> => new Promise((done) => setTimeout(done, 1));

export async function makeMovingDevice() {
  const [own, noor, eve] = await Promise.all([1, 2, 3].map(() => createDeviceKeys(crypto)));
  if (own === undefined || noor === undefined || eve === undefined) throw new Error("No keys");
  const name = freshDatabaseName();
  const storage = openTabStorage(name, protocolLimits);
  const { database, hints } = storage;
  const index = createIdbRoomIndex(storage);
  const store = createIdbPeerStore(database, hints);
  const sharedStore = createIdbSharedRooms({ database, hints, crypto });
  const logOf = (roomId: string) => createIdbRoomLog(storage, roomId);

  /** Orders and mirrors `entries`, as the link does. */
  const order = async (roomId: string, entries: readonly NewEntry[]): Promise<void> => {
    const head = valueOf(await logOf(roomId).head(noAbort), "head");
    const mirrored = entries.map((entry, at) => ({
      entry: { ...entry, seq: head + at + 1, ts: toRoomMs(1) },
      sealed: "x",
      from: entry.device,
    }));
    const seq = head + entries.length;
    const opener = openerOf(roomId, [own, noor, eve]);
    const position = { epoch: "e", seq, mac: "m", opener };
    valueOf(await sharedStore.mirror(roomId, mirrored, position, noAbort), "mirror");
  };
  /** Takes the rows of every room, or of `only`. */
  const relay = async (only?: string): Promise<void> => {
    const rooms = valueOf(await index.list(noAbort), "list").map(({ roomId }) => roomId);
    for (const roomId of rooms.filter((id) => only === undefined || id === only)) {
      const rows = valueOf(await store.outbox(roomId, 100, noAbort), "outbox");
      if (rows.length === 0) continue;
      await order(roomId, rows.map(({ entry }) => ({ ...entry, id: `relay-${entry.id}` })));
      for (const row of rows) valueOf(await store.removeOutbox(row.order, noAbort), "remove");
    }
  };

  const secret = createRoomSecret(crypto);
  const { roomId } = await deriveRoom(crypto, { access: "write", secret });
  const keys: SharedRoomKeys = {
    ...{ roomId, relayUrl: "wss://r/relay", access: "write", secret, device: own },
  };
  valueOf(await sharedStore.saveKeys(keys, noAbort), "keys");
  const by = (device: Device, body: RoomEvent, id: string): NewEntry => ({
    ...{ id, device: device.id, body },
  });
  valueOf(await index.create({ roomId, name: "Garden", shared: true }, [], noAbort), "create");
  await order(roomId, [
    by(own, { kind: "genesis", rules: 2, roomId, name: "Garden", recipe }, "g"),
    by(own, { kind: "device", name: "Mika" }, "d1"),
    by(noor, { kind: "device", name: "Noor" }, "d2"),
    by(eve, { kind: "device", name: "Eve" }, "d3"),
    by(noor, { kind: "say", text: "hello", addressed: [] }, "s1"),
  ]);

  /** A page; with `callsMax` it dies when that many calls had their effect. */
  const openPage = async (callsMax = Infinity) => {
    const life = new AbortController();
    let calls = -Infinity;
    let die: (end: "died") => void = () => undefined;
    const died = new Promise<"died">((resolve) => die = resolve);
    const mortal = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(_target, member) {
          const value: unknown = Reflect.get(target, member);
          if (typeof value !== "function") return value;
          return (...given: unknown[]): unknown => {
            if (calls >= callsMax) return new Promise(() => undefined);
            const result: unknown = value.apply(target, given);
            if (!(result instanceof Promise)) return result;
            calls += 1;
            if (calls < callsMax) return result;
            return result.then(() => {
              die("died");
              life.abort("the page died");
              return new Promise(() => undefined);
            });
          };
        },
      });
    const clock = new ManualClock({ settle: tick });
    const ids = new CountingIds();
    const rooms = createSharedRooms({
      loadKit: async () => ok({} as SharedKit),
      openStore: () => mortal(sharedStore),
    });
    await rooms.load(roomId, noAbort);
    calls = 0; // From here on.
    const feeds = createRoomFeeds({
      deviceOf: () => own.id,
      ...{ clock, ids, logOf },
      trace: new RecordingLog(),
      checkpoints: new MemoryCheckpoints(),
      onReadProblem: () => undefined,
      onDefect: (_roomId, error) => {
        if (!life.signal.aborted) throw error;
      },
    }, life.signal);
    feeds.open(roomId);
    const deps: SharedCommandDeps = {
      ...{ crypto, clock, feeds, rooms, logOf },
      // Ids of one page are no other's.
      ids: { next: (prefix) => `${prefix}-${String(performance.now())}-${ids.next("n")}` },
      index: mortal(index),
      store: mortal(store),
      notes: createIdbRoomNotes(database),
      follow: mortal({ follow: createIdbFollowRoom(storage) }).follow,
      links: { of: () => undefined, subscribe: () => ({ [Symbol.dispose]: () => undefined }) },
      offer: () => ({ name: "Mika", lanes: [], hostsForOthers: false }),
      pageUrl: "https://rooms.example/",

      async relist() {
        const listed = valueOf(await index.list(noAbort), "list").map((one) => one.roomId);
        for (const id of listed) feeds.open(id);
      },
      hideRoom: () => ({ [Symbol.dispose]: () => undefined }),
      restartLink: async () => undefined,
    };
    return { deps, clock, died, signal: life.signal };
  };
  const rowsOf = async (id: string) =>
    valueOf(await store.outbox(id, 100, noAbort), "outbox").map(({ entry }) => entry);
  const listed = async () =>
    valueOf(await index.list(noAbort), "list").filter(({ movedTo }) => movedTo === undefined)
      .map(({ roomId: id, movingFrom }) => ({ id, movingFrom }));
  /** Rooms that are shown until the one that they became has come. */
  const leaving = async () =>
    valueOf(await index.list(noAbort), "list").filter(({ movedTo }) => movedTo !== undefined)
      .map(({ roomId: id }) => id);
  return {
    own,
    noor,
    eve,
    by,
    roomId,
    index,
    store,
    logOf,
    order,
    relay,
    rowsOf,
    listed,
    leaving,
    openPage,
  };
}

/** An opener that knows `devices` and opened nothing. */
function openerOf(roomId: string, devices: readonly Device[]): string {
  return JSON.stringify({
    ...{ v: 1, roomId, opened: 0 },
    lastHash: encodeBase64Url(new Uint8Array(32)),
    devices: devices.map((one) => [
      one.id,
      encodeBase64Url(one.signPublicKey),
      encodeBase64Url(one.agreePublicKey),
    ]),
    ...{ pages: [], pending: [] },
  });
}
