import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { assert, ok, toRoomMs } from "#shared/base/mod.ts";
import {
  createDeviceKeys,
  createOpener,
  createRoomSecret,
  createSealer,
  createWebCrypto,
  deriveRoom,
  fingerprintOf,
} from "#shared/crypto/mod.ts";
import type { SharedRoomKeys } from "#shared/ports/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createIdbRoomIndex } from "../../../adapters/idb-room-index.ts";
import { createIdbRoomLog } from "../../../adapters/idb-room-log.ts";
import { createIdbRoomNotes } from "../../../adapters/idb-room-notes.ts";
import { createIdbSharedRooms } from "../../../adapters/idb-shared-rooms.ts";
import { freshDatabaseName, openTabStorage } from "../../../adapters/idb-stores.contract.ts";
import { createSharedRooms } from "../shared-rooms.ts";
import type { SharedKit } from "../shared-kit.ts";
import { askPeople } from "./ask-people.ts";
import { readNote } from "./compared-note.ts";
import { type DeviceCheck, forkKey, type PeopleAsk } from "./people-ask.ts";

const crypto = createWebCrypto();

/** A room with two writers; each one's device has opened an entry of the other. */
async function makeRoom() {
  const secret = createRoomSecret(crypto);
  const room = await deriveRoom(crypto, { access: "write", secret });
  assert(room.access === "write", "A link for writing");
  const [ada, bob] = [await createDeviceKeys(crypto), await createDeviceKeys(crypto)];
  const opener = createOpener(crypto, room, undefined, { epoch: "e" });
  const entries = [];
  for (const [at, device] of [ada, bob].entries()) {
    const event = { kind: "device", name: "Somebody" };
    const sealed = await createSealer(crypto, room, device)
      .seal({ entryId: `in_${at}`, event, prev: opener.lastHash() });
    const [part] = sealed;
    assert(part !== undefined, "An event seals to a part");
    const raw = {
      seq: at + 1,
      ts: 1_000 * (at + 1),
      from: device.id,
      id: part.id,
      body: part.body,
    };
    entries.push({ entry: await opener.open(raw), sealed: part.body, from: device.id });
  }
  return { room, secret, ada, bob, entries, opener: opener.state() };
}

type MadeRoom = Awaited<ReturnType<typeof makeRoom>>;

async function openDevice(made: MadeRoom, device: SharedRoomKeys["device"]) {
  const storage = openTabStorage(freshDatabaseName(), protocolLimits);
  const { database, hints } = storage;
  const sharedStore = createIdbSharedRooms({ database, hints, crypto });
  const rooms = createSharedRooms({
    loadKit: async () => ok({} as SharedKit),
    openStore: () => sharedStore,
  });
  const { roomId } = made.room;
  const keys = {
    roomId,
    relayUrl: "wss://x",
    access: "write",
    secret: made.secret,
    device,
  } as const;
  valueOf(await rooms.save(keys, noAbort), "save");
  const index = createIdbRoomIndex(storage);
  valueOf(await index.create({ roomId, name: "Room", shared: true }, [], noAbort), "create");
  const position = { epoch: "e", seq: made.entries.length, mac: "m", opener: made.opener };
  valueOf(await sharedStore.mirror(roomId, made.entries, position, noAbort), "mirror");
  const deps = {
    crypto,
    clock: new ManualClock(),
    rooms,
    notes: createIdbRoomNotes(database),
    logOf: (id: string) => createIdbRoomLog(storage, id),
  };
  const ask = async (what: PeopleAsk) => {
    const done = await askPeople(deps, { kind: "people", roomId, ask: what }, noAbort);
    assert(done.ok && done.value.kind === "people-replied", "A reply");
    return done.value.reply;
  };
  const check = async (of: string) => await ask({ kind: "device", device: of }) as DeviceCheck;
  return { deps, index, roomId, sharedStore, ask, check };
}

test("[CR30] [CR31] both devices show one code and each other's fingerprint", async () => {
  const made = await makeRoom();
  const [ada, bob] = [await openDevice(made, made.ada), await openDevice(made, made.bob)];
  const [ofBob, ofAda] = [await ada.check(made.bob.id), await bob.check(made.ada.id)];
  expect(ofBob.code?.wordIndexes.length).toBe(8);
  expect(ofBob.code).toEqual(ofAda.code);
  expect(ofBob.fingerprint).toBe(fingerprintOf({
    signKey: made.bob.signPublicKey,
    agreeKey: made.bob.agreePublicKey,
  }));
  expect([ofBob.firstAtMs, ofBob.lastAtMs]).toEqual([toRoomMs(2_000), toRoomMs(2_000)]);
  expect((await ada.check(made.ada.id)).code).toBeUndefined();
  const stranger = await ada.check("nobody");
  expect([stranger.fingerprint, stranger.code, stranger.compared.kind])
    .toEqual([undefined, undefined, "none"]);
});

test("[SY160] [SY161] what was compared is kept with its keys, and taken back", async () => {
  const made = await makeRoom();
  const ada = await openDevice(made, made.ada);
  const { fingerprint = "" } = await ada.check(made.bob.id);
  await ada.ask({ kind: "matches", device: made.bob.id, fingerprint });
  expect((await ada.check(made.bob.id)).compared.kind).toBe("same");
  const atMs = ada.deps.clock.epochNow();
  expect(await ada.ask({ kind: "compared" }))
    .toEqual({ kind: "compared", devices: { [made.bob.id]: { kind: "same", atMs } } });
  await ada.ask({ kind: "matches", device: made.bob.id, fingerprint: "other" });
  expect((await ada.check(made.bob.id)).compared.kind).toBe("changed");
  await ada.ask({ kind: "differs", device: made.bob.id });
  expect((await ada.check(made.bob.id)).compared.kind).toBe("none");
});

test("[SY160] what was compared goes with the room", async () => {
  const made = await makeRoom();
  const ada = await openDevice(made, made.ada);
  const { notes } = ada.deps;
  valueOf(await notes.put(`${ada.roomId}x`, "a", "other room", 2, noAbort), "put");
  await ada.ask({ kind: "matches", device: made.bob.id, fingerprint: "f" });
  expect(valueOf(await notes.list(ada.roomId, 10, noAbort), "list").size).toBe(1);
  valueOf(await ada.index.delete(ada.roomId, noAbort), "delete");
  expect(valueOf(await notes.list(ada.roomId, 10, noAbort), "list").size).toBe(0);
  expect(valueOf(await notes.list(`${ada.roomId}x`, 10, noAbort), "list").size).toBe(1);
});

test("[SY160] more notes than are kept are refused, and one that is there is still changed", async () => {
  const made = await makeRoom();
  const { deps: { notes }, roomId } = await openDevice(made, made.ada);
  for (const name of ["a", "b"]) valueOf(await notes.put(roomId, name, "1", 2, noAbort), name);
  expect(valueOf(await notes.put(roomId, "c", "1", 2, noAbort), "third")).toBe(false);
  expect(valueOf(await notes.put(roomId, "b", "2", 2, noAbort), "again")).toBe(true);
  expect([...valueOf(await notes.list(roomId, 10, noAbort), "list")]).toEqual([["a", "1"], [
    "b",
    "2",
  ]]);
});

test("a local room has no devices to ask about", async () => {
  const made = await makeRoom();
  const { deps } = await openDevice(made, made.ada);
  const ask = { kind: "compared" } as const;
  const done = await askPeople(deps, { kind: "people", roomId: "rm_local", ask }, noAbort);
  expect(done.ok ? done.value : done.error.kind).toBe("room-not-shared");
});

test("[SY160] a note that cannot be read counts as none", () => {
  for (const text of ["", "null", "{}", '{"fingerprint":1,"atMs":2}', '{"fingerprint":"a"}']) {
    expect(readNote(text)).toBeUndefined();
  }
});

test("[CR38] the words of the history are the same on both devices, for one place and one log", async () => {
  const made = await makeRoom();
  const [ada, bob] = [await openDevice(made, made.ada), await openDevice(made, made.bob)];
  const whole = await ada.ask({ kind: "history" });
  expect(whole).toMatchObject({ kind: "history", head: 2, seq: 2 });
  expect(await bob.ask({ kind: "history" })).toEqual(whole);
  const first = await bob.ask({ kind: "history", upTo: 1 });
  expect(first).toMatchObject({ seq: 1, wordIndexes: { length: 4 } });
  const words = (reply: object) => "wordIndexes" in reply ? reply.wordIndexes : undefined;
  expect(words(first)).not.toEqual(words(whole));
  expect(words(await bob.ask({ kind: "history", upTo: 3 }))).toBeUndefined();
  const other = await openDevice(await makeRoom(), made.ada);
  expect(words(await other.ask({ kind: "history" }))).not.toEqual(words(whole));
});

test("[SY163] a fork that was dismissed stays so, and no other with it", async () => {
  const made = await makeRoom();
  const ada = await openDevice(made, made.ada);
  const fork = forkKey({ device: made.bob.id, epochTag: "01234567" });
  await ada.ask({ kind: "matches", device: made.bob.id, fingerprint: "f" });
  expect(await ada.ask({ kind: "forks-seen" })).toEqual({ kind: "forks-seen", forks: [] });
  await ada.ask({ kind: "dismiss-fork", fork });
  expect(await ada.ask({ kind: "forks-seen" })).toEqual({ kind: "forks-seen", forks: [fork] });
});
