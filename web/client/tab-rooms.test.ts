import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { ok, toRoomMs } from "#shared/base/mod.ts";
import {
  createDeviceKeys,
  createRoomSecret,
  createWebCrypto,
  entryIdOf,
} from "#shared/crypto/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import { protocolLimits, type RoomEvent } from "#shared/protocol/mod.ts";
import { emptyState, logCheckpointOf } from "#shared/room/mod.ts";
import { createSharedRoomLog } from "#shared/sync/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { MemoryCheckpoints } from "#shared/testing/fakes/memory-checkpoints.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createIdbPeerStore } from "../adapters/idb-peer-store.ts";
import { createIdbRoomIndex } from "../adapters/idb-room-index.ts";
import { createIdbRoomLog } from "../adapters/idb-room-log.ts";
import { createIdbSharedRooms } from "../adapters/idb-shared-rooms.ts";
import { freshDatabaseName, openTabStorage } from "../adapters/idb-stores.contract.ts";
import type { ClientStorage } from "./client-storage.ts";
import { createRoomUnsent } from "./shared/room-unsent.ts";
import type { SharedKit } from "./shared/shared-kit.ts";
import { isSent } from "./shared/shared-log.ts";
import { createTabContext } from "./tab-context.ts";
import { createTabRooms } from "./tab-rooms.ts";

const crypto = createWebCrypto();
const ROOM = "shared-room-of-22-char";
const recipe = { kind: "panel", followUpsMax: 0 } as const;

/** A tab on a device that joined one room, of which the relay's entries are `events`. */
async function setup() {
  const stored = openTabStorage(freshDatabaseName(), protocolLimits);
  const { database, hints } = stored;
  const store = createIdbPeerStore(database, hints);
  const sharedRooms = createIdbSharedRooms({ database, hints, crypto });
  const index = createIdbRoomIndex(stored);
  const storage: Partial<ClientStorage> = {
    index,
    store,
    checkpoints: new MemoryCheckpoints(),
    logOf: (roomId) => createIdbRoomLog(stored, roomId),
    openSharedRooms: () => sharedRooms,
  };
  const kit: Partial<SharedKit> = {
    createLog: createSharedRoomLog,
    createUnsent: (deps) =>
      createRoomUnsent({ ...deps, entryIdOf: (id, part) => entryIdOf(crypto, id, part) }),
    entryIdOf: (id, part) => entryIdOf(crypto, id, part),
  };
  const clock = new ManualClock();
  const ids = new CountingIds();
  const context = createTabContext({
    clock,
    ids,
    starter: { id: "starter" } as ModelProfile,
    loadSharedKit: async () => ok(kit as SharedKit),
  }, noAbort);
  context.setStorage(storage as ClientStorage);
  const device = await createDeviceKeys(crypto);
  const keys = {
    roomId: ROOM,
    relayUrl: "wss://relay.example:8443/relay",
    access: "write",
    secret: createRoomSecret(crypto),
    device,
  } as const;
  valueOf(await sharedRooms.saveKeys(keys, noAbort), "keys");
  valueOf(await index.create({ roomId: ROOM, name: "Room", shared: true }, [], noAbort), "room");
  const movedFrom: string[] = [];
  const rooms = createTabRooms({
    clock,
    ids,
    trace: new RecordingLog(),
    isVisible: () => true,
    context,
    running: () => [],
    textOf: () => "",
    links: () => [],
    onClosed: () => undefined,
    onMoved: (from) => void movedFrom.push(from),
    onRoom: () => undefined,
  });
  let head = 0;
  const mirror = async (events: readonly RoomEvent[], idOf = (seq: number) => `en_${seq}`) => {
    const entries = events.map((body, at) => {
      const seq = head + at + 1;
      const entry = { seq, ts: toRoomMs(seq), id: idOf(seq), device: device.id, body };
      return { entry, sealed: "x", from: device.id };
    });
    head += events.length;
    const position = { epoch: "e", seq: head, mac: "m", opener: "" };
    valueOf(await sharedRooms.mirror(ROOM, entries, position, noAbort), "mirror");
  };
  const found = async (text: string, seq: number, events: readonly RoomEvent[]) => {
    const entries = events.map((body, at) => {
      const entry = {
        seq: seq + at + 1,
        ts: toRoomMs(seq),
        id: `f_${at}`,
        device: device.id,
        body,
      };
      return { entry, sealed: "x", from: device.id };
    });
    const position = { epoch: "e", seq: seq + events.length, mac: "m", opener: "" };
    const foundation = { seq, text, by: "dv_jon" };
    valueOf(await sharedRooms.found(ROOM, foundation, entries, position, noAbort), "found");
  };
  const until = async (isTrue: () => boolean | Promise<boolean>) => {
    while (!await isTrue()) await new Promise((done) => setTimeout(done, 1));
  };
  const shown = () => context.snapshot.peek();
  const loseKeys = async () => {
    // oxlint-disable-next-line require-yield -- one write, which the transaction waits for
    const lose = database.write(["shared-rooms"], function* (tx) {
      tx.delete("shared-rooms", ROOM);
    }, noAbort);
    valueOf(await lose, "lose");
  };
  return {
    ...{ context, device, found, index, loseKeys, mirror, rooms, shown, store, until, sharedRooms },
    ...{ keys, movedFrom },
  };
}

test("[SY267] a room whose messages or keys are missing says so in the list", async () => {
  const { rooms, shown, until, index, loseKeys } = await setup();
  const local = { roomId: "rm_local", name: "Kitchen" };
  valueOf(await index.create(local, [], noAbort), "a room without its entries");
  await loseKeys();
  await rooms.list();
  await until(() => shown().rooms.length === 2);
  const lost = new Map(shown().rooms.map((room) => [room.roomId, room.lost]));
  expect(lost).toEqual(new Map([["rm_local", "messages"], [ROOM, "keys"]]));
  expect(shown().problems).toEqual([]);
});

test("[SY267] a shared room of which nothing has come yet has lost nothing", async () => {
  const { rooms, shown, until } = await setup();
  await rooms.list();
  await until(() => shown().rooms.length === 1);
  expect(shown().rooms[0]?.lost).toBeUndefined();
});

const genesis: RoomEvent = { kind: "genesis", rules: 1, roomId: ROOM, name: "Attic", recipe };

test("[SY98] a room's own name is kept as soon as it is known, and again when it changes", async () => {
  const { index, mirror, rooms, shown, until } = await setup();
  await rooms.list();
  await until(() => shown().rooms[0]?.name === "Room");
  expect(shown().rooms).toMatchObject([{ roomId: ROOM, isShared: true }]);
  const keptName = async () => valueOf(await index.get(ROOM, noAbort), "get")?.name;
  await mirror([genesis]);
  await until(async () => await keptName() === "Attic");
  await mirror([{ kind: "name", name: "Cellar" }]);
  await until(async () => await keptName() === "Cellar");
  expect(shown().rooms[0]?.name).toBe("Cellar");
});

test("[SY101] a list that began before a room was there does not take it away again", async () => {
  const { index, mirror, rooms, shown, until } = await setup();
  const order: string[] = [];
  const slow = index.list;
  let isFirst = true;
  // The first reading is the last to answer.
  index.list = async (signal) => {
    const mine = isFirst;
    isFirst = false;
    const listed = await slow(signal);
    if (mine) await new Promise((done) => setTimeout(done, 20));
    order.push(mine ? "first" : "second");
    return listed;
  };
  const early = rooms.list();
  valueOf(await index.create({ roomId: "rm_2", name: "Two" }, [], noAbort), "create");
  const late = rooms.list();
  expect(rooms.list(), "a call during the wait is the same reading").toBe(late);
  await Promise.all([early, late]);
  expect(order).toEqual(["first", "second"]);
  expect(rooms.roomIds()).toEqual(expect.arrayContaining([ROOM, "rm_2"]));
  await mirror([genesis]);
  await rooms.open(ROOM);
  await until(() => shown().room?.state.roomId === ROOM);
});

test("[SY104] the screen of one room that goes does not close the room of the next", async () => {
  const { index, rooms } = await setup();
  valueOf(await index.create({ roomId: "rm_2", name: "Two" }, [], noAbort), "create");
  await rooms.list();
  await rooms.open("rm_2");
  await rooms.open(ROOM);
  rooms.close("rm_2");
  expect(rooms.openRoomId()).toBe(ROOM);
  rooms.close(ROOM);
  expect(rooms.openRoomId()).toBeUndefined();
});

test("an open shared room shows this device there, its relay and what is unsent", async () => {
  const { device, mirror, rooms, shown, store, until } = await setup();
  await rooms.open(ROOM);
  await rooms.list();
  await until(() => shown().room !== undefined);
  expect(shown().room).toMatchObject({
    state: { head: 0 },
    device: device.id,
    unsent: [],
    shared: {
      link: { phase: "connecting" },
      present: [],
      access: "write",
      relayHost: "relay.example:8443",
    },
  });
  await mirror([genesis, { kind: "device", name: "Ada" }]);
  const body = { kind: "say", text: "hello", addressed: [] } as const;
  const entry = { id: "msg_1", device: device.id, body };
  valueOf(await store.addOutbox({ roomId: ROOM, entry }, noAbort), "outbox");
  await until(() => shown().room?.unsent.length === 1);
  expect(shown().room?.unsent).toMatchObject([{ id: "msg_1", text: "hello" }]);
});

test("[HO31] a room that this device joined by a checkpoint shows its state and who vouches", async () => {
  const { found, rooms, shown, until } = await setup();
  await rooms.open(ROOM);
  await rooms.list();
  const state = { ...emptyState(), roomId: ROOM, name: "Attic", head: 700 };
  await found(logCheckpointOf(state), 700, [{ kind: "name", name: "Cellar" }]);
  await until(() => shown().room?.state.head === 701);
  expect(shown().room?.state).toMatchObject({ name: "Cellar", importedBy: "dv_jon" });
});

test("[SY99] what a dead page left is found in the log by its first part", async () => {
  const { context, mirror, rooms } = await setup();
  await rooms.list();
  const saidId = await entryIdOf(crypto, "msg_1", 0);
  const isIn = (id: string) => isSent(context, { roomId: ROOM, id }, noAbort);
  await mirror([genesis]);
  expect(await isIn("msg_1")).toBe(false);
  await mirror([{ kind: "say", text: "hello", addressed: [] }], () => saidId);
  expect([await isIn("msg_1"), await isIn("msg_2")]).toEqual([true, false]);
  expect(await isSent(context, { roomId: "rm_local", id: "msg_1" }, noAbort)).toBe(false);
});

test("[SY156] [SY152] a tab knows what a room became, and shows no room that is not made yet", async () => {
  const { context, index, mirror, movedFrom, rooms, shown, until } = await setup();
  await mirror([genesis]);
  const made = { roomId: "rm_new", name: "Attic", movingFrom: ROOM, movingWithout: ["dv_eve"] };
  valueOf(await index.create(made, [], noAbort), "create");
  await rooms.list();
  await rooms.open(ROOM);
  await until(() => shown().room !== undefined);
  expect(shown().rooms.map(({ roomId }) => roomId)).toEqual([ROOM]);
  expect(shown().room?.move).toEqual({ phase: "unfinished", without: ["dv_eve"] });
  expect(shown().movedRooms.size).toBe(0);
  // A chain of moves ends where the last one does.
  valueOf(await index.moveTo(ROOM, { to: "rm_middle", covers: 1, head: 1 }, noAbort), "move");
  valueOf(await index.create({ roomId: "rm_middle", name: "Attic" }, [], noAbort), "create");
  valueOf(await index.moveTo("rm_middle", { to: "rm_end", covers: 0, head: 0 }, noAbort), "move");
  await rooms.list();
  expect(shown().movedRooms).toEqual(new Map([[ROOM, "rm_end"], ["rm_middle", "rm_end"]]));
  await rooms.list();
  expect(movedFrom.toSorted(), "each is told once").toEqual(["rm_middle", ROOM]);
  expect(context.snapshot.peek().rooms.map(({ roomId }) => roomId)).not.toContain(ROOM);
});

test("[SY286] a room stays in the list, marked, until something of what it became is here", async () => {
  const { index, mirror, rooms, shown, until, sharedRooms, keys } = await setup();
  await mirror([genesis]);
  const to = "another-room-of-22-chr";
  valueOf(await sharedRooms.saveKeys({ ...keys, roomId: to }, noAbort), "keys");
  valueOf(await index.create({ roomId: to, name: "Attic", shared: true }, [], noAbort), "create");
  valueOf(await index.moveTo(ROOM, { to, covers: 1, head: 1 }, noAbort), "move");
  await rooms.list();
  await until(() => shown().rooms.length > 0);
  expect(shown().rooms).toMatchObject([{ roomId: ROOM, isMoving: true }]);
  expect(shown().movedRooms.size).toBe(0);
  const body = { ...genesis, roomId: to };
  const entry = { seq: 1, ts: toRoomMs(1), id: "en_1", device: keys.device.id, body };
  const position = { epoch: "e", seq: 1, mac: "m", opener: "" };
  const entries = [{ entry, sealed: "x", from: keys.device.id }];
  valueOf(await sharedRooms.mirror(to, entries, position, noAbort), "mirror");
  // Nobody reads the list anew: the room itself tells that it has come.
  await until(() => shown().movedRooms.size > 0);
  await until(() => shown().rooms.length === 1 && shown().rooms[0]?.roomId === to);
  expect(shown().rooms[0]?.isMoving).toBeUndefined();
});

test("[SY156] a room that moved says whether this device goes along", async () => {
  const { device, mirror, rooms, shown, until } = await setup();
  const keys = { to: "A".repeat(22), covers: 1, sealKey: "K".repeat(43) };
  await mirror([genesis, { kind: "device", name: "Ada" }]);
  await rooms.list();
  await rooms.open(ROOM);
  await until(() => shown().room !== undefined);
  expect(shown().room?.move).toBeUndefined();
  await mirror([{ kind: "closed", ...keys, boxes: [] }]);
  await until(() => shown().room?.move !== undefined);
  expect(shown().room?.move).toEqual({ phase: "left-out", by: "Ada" });
  expect(device.id).not.toBe("");
});

test("[SY166] a room whose move leads nowhere for this device says who moved it", async () => {
  const { device, mirror, rooms, shown, until } = await setup();
  const keys = { to: "A".repeat(22), covers: 1, sealKey: "K".repeat(43) };
  const boxes = [{ device: device.id, sealed: "B".repeat(64) }];
  await mirror([genesis, { kind: "device", name: "Ada" }]);
  await rooms.list();
  await rooms.open(ROOM);
  await mirror([{ kind: "closed", ...keys, boxes }]);
  await until(() => shown().room?.move !== undefined);
  expect(shown().room?.move).toEqual({ phase: "following" });
  rooms.markDeadEnd(ROOM);
  await until(() => shown().room?.move?.phase !== "following");
  expect(shown().room?.move).toEqual({ phase: "dead-end", by: "Ada" });
});
