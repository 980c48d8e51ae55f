import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import { createWebCrypto } from "#shared/crypto/mod.ts";
import type { MirroredEntry, SharedRoomKeys, SyncPosition } from "#shared/ports/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { admissionOf } from "#shared/testing/contracts/peer-store-records.ts";
import { createIdbCheckpoints } from "./idb-checkpoints.ts";
import { createIdbPeerStore } from "./idb-peer-store.ts";
import { createIdbRoomIndex } from "./idb-room-index.ts";
import { createIdbRoomLog } from "./idb-room-log.ts";
import { createIdbSharedRooms } from "./idb-shared-rooms.ts";
import { freshDatabaseName, openTabStorage } from "./idb-stores.contract.ts";
import { ROOM_LIST } from "./log-hints.ts";

const crypto = createWebCrypto();
const ROOM = "room-of-22-characters-";
const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

const mirrored = (seq: number, id = `en_${seq}`): MirroredEntry => ({
  entry: { seq, ts: toRoomMs(seq), id, device: "dv", body: { of: seq } },
  sealed: `sealed ${id}`,
  from: "dv",
});
const at = (seq: number, epoch = "e1"): SyncPosition => ({
  epoch,
  seq,
  mac: `m${seq}`,
  opener: "",
});

async function makeKeys(roomId = ROOM): Promise<SharedRoomKeys> {
  const sign = await crypto.generateSigner();
  const agree = await crypto.generateAgreement();
  return {
    roomId,
    relayUrl: "https://relay.example",
    access: "write",
    secret: SECRET.slice(),
    device: {
      id: "dv_shared",
      signPublicKey: sign.publicKey,
      signKey: sign.key,
      agreePublicKey: agree.publicKey,
      agreeKey: agree.key,
    },
  };
}

const move = { to: ROOM, covers: 0, head: 0 } as const;

function setup() {
  const name = freshDatabaseName();
  const open = () => {
    const deps = openTabStorage(name);
    return {
      deps,
      database: deps.database,
      rooms: createIdbSharedRooms({ ...deps, crypto }),
      index: createIdbRoomIndex(deps),
      peers: createIdbPeerStore(deps.database, deps.hints),
      checkpoints: createIdbCheckpoints(deps.database),
      log: (roomId = ROOM) => createIdbRoomLog(deps, roomId),
    };
  };
  const join = async (tab: ReturnType<typeof open>) =>
    valueOf(
      await tab.index.create({ roomId: ROOM, name: "Shared", shared: true }, [], noAbort),
      "",
    );
  return { open, join, ...open() };
}

test("[SY71] a secret is read back whole and is nowhere in the clear", async () => {
  const { rooms, open, database } = setup();
  const keys = await makeKeys();
  expect(await rooms.keys(ROOM, noAbort)).toEqual({ ok: true, value: undefined });
  valueOf(await rooms.saveKeys(keys, noAbort), "save");
  const other = await makeKeys("another-room-of-22-char");
  valueOf(await open().rooms.saveKeys(other, noAbort), "save another");
  const found = valueOf(await open().rooms.keys(ROOM, noAbort), "keys");
  expect(found).toMatchObject({ roomId: ROOM, access: "write", secret: SECRET });
  const signed = await crypto.sign(found?.device.signKey as never, SECRET);
  expect(await crypto.verify(keys.device.signPublicKey, signed, SECRET)).toBe(true);
  const rows = await database.read(["shared-rooms", "origin-keys"], function* (tx) {
    return [yield* tx.get("shared-rooms", ROOM), yield* tx.get("origin-keys", "wrap")];
  }, noAbort);
  const [row, key] = valueOf(rows, "rows") as [{ sealed: Uint8Array }, { key: CryptoKey }];
  expect(row).not.toHaveProperty("secret");
  expect(Buffer.from(row.sealed).includes(Buffer.from(SECRET))).toBe(false);
  expect(key.key.extractable).toBe(false);
});

test("[SY71] tabs that make the wrapping key at once agree on one", async () => {
  const { open } = setup();
  const ids = ["a", "b", "c"];
  const tabs = ids.map(() => open().rooms);
  const all = await Promise.all(ids.map((id) => makeKeys(id)));
  await Promise.all(tabs.map((tab, index) => tab.saveKeys(all[index] as SharedRoomKeys, noAbort)));
  for (const id of ids) {
    expect(valueOf(await open().rooms.keys(id, noAbort), id)?.secret).toEqual(SECRET);
  }
});

test("[SY71] [SY267] a sealed secret under another room's id is none", async () => {
  const { rooms, database } = setup();
  valueOf(await rooms.saveKeys(await makeKeys(), noAbort), "save");
  await database.write(["shared-rooms"], function* (tx) {
    const row = (yield* tx.get("shared-rooms", ROOM)) as object;
    tx.put("shared-rooms", { ...row, roomId: "other" });
  }, noAbort);
  expect(await rooms.keys("other", noAbort)).toEqual({ ok: true, value: undefined });
});

test("[SY267] keys whose wrapping key is gone are not here, and can be stored anew", async () => {
  const { rooms, database } = setup();
  for (const id of [ROOM, "other"]) {
    valueOf(await rooms.saveKeys(await makeKeys(id), noAbort), "save");
  }
  // oxlint-disable-next-line require-yield -- one write, which the transaction waits for
  const lose = database.write(["origin-keys"], function* (tx) {
    tx.delete("origin-keys", "wrap");
  }, noAbort);
  valueOf(await lose, "lose");
  expect(await rooms.keys(ROOM, noAbort)).toEqual({ ok: true, value: undefined });
  // With the next wrapping key the other room's secret stays closed.
  valueOf(await rooms.saveKeys(await makeKeys(), noAbort), "save again");
  expect(valueOf(await rooms.keys(ROOM, noAbort), "keys")?.secret).toEqual(SECRET);
  expect(await rooms.keys("other", noAbort)).toEqual({ ok: true, value: undefined });
});

test("[SY72] a mirror grows by what is next, and readers see plain entries", async () => {
  const { rooms, join, open, log } = setup();
  await join(open());
  let hints = 0;
  using _hint = log().subscribe(() => hints += 1);
  valueOf(await rooms.mirror(ROOM, [mirrored(1), mirrored(2)], at(2), noAbort), "first");
  valueOf(await open().rooms.mirror(ROOM, [mirrored(3)], at(3), noAbort), "second");
  valueOf(await rooms.mirror(ROOM, [], at(3), noAbort), "position alone");
  expect(valueOf(await rooms.position(ROOM, noAbort), "position")).toEqual(at(3));
  const read = valueOf(await log().read(0, 9, noAbort), "read");
  expect(read).toEqual([1, 2, 3].map((seq) => mirrored(seq).entry));
  expect(valueOf(await rooms.mirrored(ROOM, 1, 1, noAbort), "mirrored")).toEqual([mirrored(2)]);
  expect(hints).toBeGreaterThan(0);
});

test("[SY72] what is not next is refused and changes nothing", async () => {
  const { rooms, join, open } = setup();
  await join(open());
  valueOf(await rooms.mirror(ROOM, [mirrored(1)], at(1), noAbort), "first");
  const refused = [
    await rooms.mirror(ROOM, [mirrored(1)], at(1), noAbort),
    await rooms.mirror(ROOM, [mirrored(3)], at(3), noAbort),
    await rooms.mirror(ROOM, [mirrored(2)], at(2, "e2"), noAbort),
  ];
  for (const one of refused) expect(one).toMatchObject({ error: { kind: "storage-failed" } });
  expect(valueOf(await rooms.position(ROOM, noAbort), "position")).toEqual(at(1));
  await expect(rooms.mirror(ROOM, [mirrored(2)], at(5), noAbort)).rejects.toThrow("position");
});

test("[SY73] a new epoch replaces the mirror and forgets the checkpoint", async () => {
  const { rooms, join, open, log, checkpoints } = setup();
  await join(open());
  valueOf(await rooms.mirror(ROOM, [mirrored(1), mirrored(2)], at(2), noAbort), "first");
  for (const part of ["whole", "recent"] as const) {
    await checkpoints.save({ roomId: ROOM, seq: 2, stateHash: "h", state: "{}" }, part, noAbort);
  }
  valueOf(await rooms.replaceEpoch(ROOM, [mirrored(1, "en_2")], at(1, "e2"), noAbort), "replace");
  expect(valueOf(await log().read(0, 9, noAbort), "read").map(({ id }) => id)).toEqual(["en_2"]);
  expect(valueOf(await rooms.position(ROOM, noAbort), "position")).toEqual(at(1, "e2"));
  for (const part of ["whole", "recent"] as const) {
    expect(await checkpoints.latest(ROOM, part, noAbort)).toEqual({ ok: true, value: undefined });
  }
});

test("[SY74] [SY16] a deleted room leaves nothing and takes nothing in", async () => {
  const { rooms, join, open, index, database, peers } = setup();
  await join(open());
  valueOf(await rooms.saveKeys(await makeKeys(), noAbort), "keys");
  valueOf(await rooms.mirror(ROOM, [mirrored(1)], at(1), noAbort), "mirror");
  const row = { roomId: ROOM, entry: { id: "x", device: "dv", body: 1 } };
  valueOf(await peers.addOutbox(row, noAbort), "outbox");
  valueOf(await index.delete(ROOM, noAbort), "delete");
  for (const late of [rooms.mirror, rooms.replaceEpoch]) {
    const taken = await late(ROOM, [mirrored(1)], at(1), noAbort);
    expect(taken).toMatchObject({ ok: false, error: { kind: "storage-failed" } });
  }
  const stores = ["rooms", "entries", "outbox", "shared-rooms", "positions"] as const;
  const left = await database.read(stores, function* (tx) {
    const rows: unknown[] = [];
    for (const store of stores) rows.push(...yield* tx.list(store, undefined, 9));
    return rows;
  }, noAbort);
  expect(left).toEqual({ ok: true, value: [] });
});

test("[SY75] nothing is appended to a shared room past its relay, nor to the room it was", async () => {
  const { join, open, log, index } = setup();
  await join(open());
  await index.create({ roomId: "rm_old", name: "Old" }, [], noAbort);
  valueOf(await index.moveTo("rm_old", move, noAbort), "move");
  for (const roomId of [ROOM, "rm_old"]) {
    const refused = await log(roomId).append({ id: "x", device: "dv", body: 1 }, noAbort);
    expect(refused).toMatchObject({ ok: false, error: { kind: "storage-denied" } });
    expect(await log(roomId).head(noAbort)).toEqual({ ok: true, value: 0 });
  }
});

test("[SY76] a room stored before there were shared rooms is a local one", async () => {
  const { database, index, log } = setup();
  // oxlint-disable-next-line require-yield -- one write
  await database.write(["rooms"], function* (tx) {
    tx.put("rooms", { roomId: "rm_1", name: "Old", createdAt: 1, lastReadSeq: 0 });
  }, noAbort);
  expect(valueOf(await index.get("rm_1", noAbort), "get")).toMatchObject({ shared: false });
  expect(await log("rm_1").append({ id: "x", device: "dv", body: 1 }, noAbort))
    .toMatchObject({ ok: true });
});

test("[SY77] a room that moved is in no list and goes with the room that it became", async () => {
  const { index, peers, open } = setup();
  await index.create({ roomId: "rm_old", name: "Old" }, [], noAbort);
  valueOf(await peers.addInput(admissionOf("a", { roomId: "rm_old" }), noAbort), "input");
  const entries = ["g", "d"].map((id) => ({ id, device: "dv", body: { id } }));
  const room = { roomId: ROOM, name: "New", shared: true };
  valueOf(await index.create(room, entries, noAbort), "create");
  valueOf(await index.moveTo("rm_old", move, noAbort), "move");
  const listed = valueOf(await open().index.list(noAbort), "list");
  expect(listed.map(({ roomId, shared, head }) => [roomId, shared, head])).toEqual([[
    ROOM,
    true,
    0,
  ]]);
  const rows = valueOf(await peers.outbox(ROOM, 9, noAbort), "outbox");
  expect(rows.map((row) => row.entry)).toEqual(entries);
  expect(await peers.liveInputs(noAbort)).toEqual({ ok: true, value: [] });
  expect(valueOf(await index.get("rm_old", noAbort), "old")?.movedTo).toBe(ROOM);
  valueOf(await index.delete(ROOM, noAbort), "delete");
  expect(await index.get("rm_old", noAbort)).toEqual({ ok: true, value: undefined });
});

test("[SY77] [SY15] a shared room whose first entries are too large is not made", async () => {
  const { index, peers } = setup();
  await index.create({ roomId: "rm_old", name: "Old" }, [], noAbort);
  const big = { id: "g", device: "dv", body: "x".repeat(2_000) };
  const room = { roomId: ROOM, name: "New", shared: true };
  expect(await index.create(room, [big], noAbort))
    .toMatchObject({ ok: false, error: { kind: "entry-too-large", bytesMax: 1_000 } });
  expect(valueOf(await index.list(noAbort), "list").map((one) => one.roomId)).toEqual(["rm_old"]);
  expect(await peers.outbox(ROOM, 9, noAbort)).toEqual({ ok: true, value: [] });
});

test("[SY78] a row that any tab adds to an outbox, or that leaves it, hints the room", async () => {
  const { peers, open } = setup();
  const hint = () => new Promise<void>((resolve) => void open().log().subscribe(resolve));
  const added = hint();
  await peers.addOutbox({ roomId: ROOM, entry: { id: "x", device: "dv", body: 1 } }, noAbort);
  await expect(added).resolves.toBeUndefined();
  const [row] = valueOf(await peers.outbox(ROOM, 1, noAbort), "outbox");
  const removed = hint();
  await peers.removeOutbox(row?.order ?? -1, noAbort);
  await expect(removed).resolves.toBeUndefined();
});

test("[SY100] a write is hinted although whoever began it stopped waiting", async () => {
  const tab = setup();
  await tab.join(tab);
  await tab.index.create({ roomId: "rm_local", name: "Local" }, [], noAbort);
  const entry = (id: string) => ({ id, device: "dv", body: 1 });
  const writes: readonly [string, string, (signal: AbortSignal) => Promise<unknown>][] = [
    ["mirror", ROOM, (signal) => tab.rooms.mirror(ROOM, [mirrored(1)], at(1), signal)],
    [
      "add",
      ROOM,
      (signal) => tab.peers.addOutbox({ roomId: ROOM, entry: entry("o") }, signal),
    ],
    ["remove", ROOM, (signal) => tab.peers.removeOutbox(1, signal)],
    ["append", "rm_local", (signal) => tab.log("rm_local").append(entry("x"), signal)],
    ["move", "rm_local", (signal) => tab.index.moveTo("rm_local", { ...move, head: 1 }, signal)],
    ["rename", ROOM_LIST, (signal) => tab.index.rename(ROOM, "Attic", signal)],
    ["delete", ROOM, (signal) => tab.index.delete(ROOM, signal)],
  ];
  for (const [name, subject, write] of writes) {
    const control = new AbortController();
    let hear = (): void => undefined;
    const heard = new Promise<void>((resolve) => hear = resolve);
    using _hint = tab.deps.hints.subscribe(subject, () => hear());
    const waiting = write(control.signal);
    control.abort("stopped");
    await expect(waiting, name).rejects.toBe("stopped");
    await heard;
  }
});

test("[SY67] a log begins behind its foundation, and a hole behind it is corrupt", async () => {
  const { rooms, join, open, log, database, checkpoints, index } = setup();
  await join(open());
  const foundation = { seq: 6, text: "state", by: "dv" };
  valueOf(await rooms.mirror(ROOM, [mirrored(1)], at(1), noAbort), "mirror");
  for (const part of ["whole", "recent"] as const) {
    await checkpoints.save({ roomId: ROOM, seq: 1, stateHash: "h", state: "{}" }, part, noAbort);
  }
  const entries = [mirrored(7), mirrored(8)];
  valueOf(await rooms.found(ROOM, foundation, entries, at(8), noAbort), "found");
  for (const part of ["whole", "recent"] as const) {
    expect(await checkpoints.latest(ROOM, part, noAbort)).toEqual({ ok: true, value: undefined });
  }
  const read = valueOf(await log().read(0, 9, noAbort), "read");
  expect(read.map(({ seq }) => seq)).toEqual([7, 8]);
  // oxlint-disable-next-line require-yield -- a write waits for nothing
  await database.write(["entries"], function* (tx) {
    tx.delete("entries", [ROOM, 7]);
  }, noAbort);
  expect(await log().read(0, 9, noAbort)).toMatchObject({ error: { kind: "storage-corrupt" } });
  expect(await rooms.mirrored(ROOM, 6, 9, noAbort))
    .toMatchObject({ error: { kind: "storage-corrupt" } });
  valueOf(await index.delete(ROOM, noAbort), "delete");
  expect(await rooms.foundation(ROOM, noAbort)).toEqual({ ok: true, value: undefined });
});
