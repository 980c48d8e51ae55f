import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { err, ok, toRoomMs } from "#shared/base/mod.ts";
import { createWebCrypto, deriveRoom, parseRoomLink } from "#shared/crypto/mod.ts";
import { createRoomFeeds, type DeviceOffer, foundingEntries } from "#shared/hosting/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import type { LinkPhase } from "#shared/sync/mod.ts";
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
import { clientLimits } from "../limits.ts";
import { inviteLink } from "./invite-link.ts";
import { joinRoom } from "./join-room.ts";
import type { SharedCommandDeps } from "./shared-command.ts";
import type { SharedKit } from "./shared-kit.ts";
import { createSharedRooms } from "./shared-rooms.ts";
import { shareRoom } from "./share-room.ts";

const crypto = createWebCrypto();
const PAGE = "https://rooms.example/";
const LOCAL = "rm_local";
const offer: DeviceOffer = { device: "dv_me", name: "Ada", hostsForOthers: true, lanes: [] };

/** One device with its own database, and a relay that takes rows when the test says so. */
async function makeDevice() {
  const storage = openTabStorage(freshDatabaseName(), protocolLimits);
  const { database, hints } = storage;
  const clock = new ManualClock({ settle: () => new Promise((done) => setTimeout(done, 1)) });
  const index = createIdbRoomIndex(storage);
  const store = createIdbPeerStore(database, hints);
  const sharedStore = createIdbSharedRooms({ database, hints, crypto });
  const rooms = createSharedRooms({
    loadKit: async () => ok({} as SharedKit),
    openStore: () => sharedStore,
  });
  const logOf = (roomId: string) => createIdbRoomLog(storage, roomId);
  const ids = new CountingIds();
  const feeds = createRoomFeeds({
    deviceOf: (roomId) => rooms.get(roomId)?.device.id ?? offer.device,
    clock,
    ids,
    trace: new RecordingLog(),
    checkpoints: new MemoryCheckpoints(),
    logOf,
    onReadProblem: () => undefined,
    onDefect: (_roomId, error) => {
      throw error;
    },
  }, noAbort);
  const genesis = foundingEntries(LOCAL, "Kitchen", recipe, [], offer);
  valueOf(await index.create({ roomId: LOCAL, name: "Kitchen" }, genesis, noAbort), "create");
  feeds.open(LOCAL);

  let phase: LinkPhase | undefined;
  const observers = new Set<() => void>();
  const restarted: string[] = [];
  const listed = async () => valueOf(await index.list(noAbort), "list").map(({ roomId }) => roomId);
  const deps: SharedCommandDeps = {
    crypto,
    clock,
    ids,
    feeds,
    index,
    store,
    notes: createIdbRoomNotes(database),
    rooms,
    logOf,
    links: {
      of: () => phase,
      subscribe(onChange) {
        observers.add(onChange);
        return { [Symbol.dispose]: () => void observers.delete(onChange) };
      },
    },
    offer: () => offer,
    pageUrl: PAGE,
    async relist() {
      for (const roomId of await listed()) feeds.open(roomId);
    },
    follow: createIdbFollowRoom(storage),
    hideRoom: () => ({ [Symbol.dispose]: () => undefined }),
    restartLink: async (roomId) => void restarted.push(roomId),
  };
  const rowsOf = async (roomId: string) =>
    valueOf(await store.outbox(roomId, 100, noAbort), "outbox").map(({ entry }) => entry);
  return {
    clock,
    deps,
    feeds,
    index,
    logOf,
    restarted,
    rooms,
    rowsOf,
    listed,
    say(phaseNow: LinkPhase) {
      phase = phaseNow;
      for (const observer of observers) observer();
    },
    /** The rows of a room are ordered, acknowledged and mirrored. */
    async takeRows(roomId: string) {
      const rows = valueOf(await store.outbox(roomId, 100, noAbort), "outbox");
      const entries = rows.map(({ entry }, at) => ({
        entry: { ...entry, seq: at + 1, ts: toRoomMs(1), id: `relay-${entry.id}` },
        sealed: "x",
        from: entry.device,
      }));
      const position = { epoch: "e", seq: rows.length, mac: "m", opener: "" };
      valueOf(await sharedStore.mirror(roomId, entries, position, noAbort), "mirror");
      for (const { order } of rows) valueOf(await store.removeOutbox(order, noAbort), "remove");
    },
    async loseKeys(roomId: string) {
      // oxlint-disable-next-line require-yield -- one write, which the transaction waits for
      const lose = database.write(["shared-rooms"], function* (tx) {
        tx.delete("shared-rooms", roomId);
      }, noAbort);
      valueOf(await lose, "lose");
      rooms.forget(roomId);
    },
    /** Resolves with the id of the shared room once it is made. */
    async madeRoom() {
      for (;;) {
        const made = (await listed()).find((roomId) => roomId !== LOCAL);
        if (made !== undefined) return made;
      }
    },
  };
}
const recipe = { kind: "panel", followUpsMax: 0 } as const;

async function shareIt(device: Awaited<ReturnType<typeof makeDevice>>, relayUrl?: string) {
  const sharing = shareRoom(
    device.deps,
    { kind: "share-room", roomId: LOCAL, relayUrl },
    noAbort,
  );
  const roomId = await device.madeRoom();
  await device.takeRows(roomId);
  expect(await sharing).toEqual(ok({ kind: "room-shared", roomId }));
  return roomId;
}

async function invite(
  device: Awaited<ReturnType<typeof makeDevice>>,
  roomId: string,
  access: "write" | "read",
) {
  const made = await inviteLink(device.deps, { kind: "invite-link", roomId, access }, noAbort);
  if (!made.ok || made.value.kind !== "invite") throw new Error(JSON.stringify(made));
  return made.value;
}

const link = ({ address, fragment }: { readonly address: string; readonly fragment: string }) =>
  `${address}#${fragment}`;

test("[SY90] sharing ends with the relay holding the room and the local one out of the list", async () => {
  const device = await makeDevice();
  const local = device.feeds.open(LOCAL);
  const sayHere = async (text: string, more: { readonly replyTo?: number } = {}) => {
    const before = local.state().messages.length;
    const said = { kind: "say", text, addressed: [], ...more } as const;
    valueOf(await local.append(said, noAbort), "say");
    while (local.state().messages.length === before) {
      await new Promise((done) => setTimeout(done, 1));
    }
    return said;
  };
  await sayHere("who cooks?");
  const asked = local.state().messages[0]?.seq ?? 0;
  const sharing = shareRoom(device.deps, { kind: "share-room", roomId: LOCAL }, noAbort);
  const roomId = await device.madeRoom();
  const [genesis] = await device.rowsOf(roomId);
  const own = device.rooms.get(roomId)?.device.id;
  expect(genesis).toMatchObject({
    device: own,
    body: { kind: "genesis", roomId, name: "Kitchen" },
  });
  expect(own).not.toBe(offer.device);
  expect(await device.listed()).toContain(LOCAL);
  // What is said here meanwhile goes with the room.
  const said = await sayHere("wait for me");
  const reply = await sayHere("I do", { replyTo: asked });
  // What it answers has no place in the new room yet.
  const late = await sayHere("so do I", { replyTo: asked + 1 });
  await device.takeRows(roomId);
  expect(await sharing).toEqual(ok({ kind: "room-shared", roomId }));
  expect(await device.listed()).toEqual([roomId]);
  const { replyTo: _none, ...alone } = late;
  expect((await device.rowsOf(roomId)).map(({ body }) => body))
    .toEqual([said, { ...reply, replyTo: -1 }, alone]);
});

test("[SY276] what is said in the last moment before a shared room moves goes along, once", async () => {
  const device = await makeDevice();
  const local = device.feeds.open(LOCAL);
  const sayHere = async (text: string) => {
    const said = { kind: "say", text, addressed: [] } as const;
    valueOf(await local.append(said, noAbort), "say");
    return said;
  };
  let lastWords: unknown;
  const { index } = device.deps;
  const deps: SharedCommandDeps = {
    ...device.deps,
    index: {
      ...index,
      async moveTo(...given) {
        lastWords ??= await sayHere("one more thing");
        return await index.moveTo(...given);
      },
    },
  };
  const sharing = shareRoom(deps, { kind: "share-room", roomId: LOCAL }, noAbort);
  const roomId = await device.madeRoom();
  const said = await sayHere("wait for me");
  await device.takeRows(roomId);
  expect(await sharing).toEqual(ok({ kind: "room-shared", roomId }));
  expect((await device.rowsOf(roomId)).map(({ body }) => body)).toEqual([said, lastWords]);
  expect(await device.index.get(LOCAL, noAbort))
    .toMatchObject(ok({ movedTo: roomId, movedCovers: expect.any(Number) }));
});

test("[SY90] sharing ends also when the local room is deleted meanwhile", async () => {
  const device = await makeDevice();
  const { feeds, index } = device;
  let moves = 0;
  const deps: SharedCommandDeps = {
    ...device.deps,
    index: {
      ...index,
      async moveTo(...given) {
        moves += 1;
        if (moves > 9) return err({ kind: "storage-full" }); // It goes round and round.
        valueOf(await index.delete(LOCAL, noAbort), "delete");
        if (moves === 2) await feeds.drop(LOCAL); // As each list does, a little later.
        return await index.moveTo(...given);
      },
    },
  };
  const sharing = shareRoom(deps, { kind: "share-room", roomId: LOCAL }, noAbort);
  const roomId = await device.madeRoom();
  await device.takeRows(roomId);
  expect(await sharing).toEqual(ok({ kind: "room-shared", roomId }));
  expect([await device.listed(), moves]).toEqual([[roomId], 2]);
});

test("[SY90] a relay that is not reached or says no leaves everything as it was", async () => {
  const device = await makeDevice();
  const command = { kind: "share-room", roomId: LOCAL } as const;
  const late = shareRoom(device.deps, command, noAbort);
  const first = await device.madeRoom();
  const answered = late.then(() => true);
  const waited = new Promise<false>((done) => setTimeout(() => done(false), 1));
  while (!await Promise.race([answered, waited])) {
    await device.clock.advance(clientLimits.shareMsMax);
    if ((await device.listed()).length === 1) break;
  }
  expect(await late).toEqual(err({ kind: "relay-unreachable" }));
  expect([await device.listed(), await device.rowsOf(first)]).toEqual([[LOCAL], []]);

  const refused = shareRoom(device.deps, command, noAbort);
  const second = await device.madeRoom();
  device.say({ phase: "refused", reason: "badOrigin" });
  expect(await refused).toEqual(err({ kind: "relay-refused", reason: "badOrigin" }));
  expect([await device.listed(), await device.rowsOf(second)]).toEqual([[LOCAL], []]);
  expect(device.rooms.get(second)).toBeUndefined();
  expect(await device.logOf(LOCAL).head(noAbort)).toEqual(ok(3));
});

test("[SY90] a room that is shared already, is unknown, or whose relay is none", async () => {
  const device = await makeDevice();
  const share = (roomId: string, relayUrl?: string) =>
    shareRoom(device.deps, { kind: "share-room", roomId, relayUrl }, noAbort);
  expect(await share("rm_no")).toEqual(err({ kind: "not-found", what: "room" }));
  expect(await share(LOCAL, "ftp://x")).toEqual(err({ kind: "url-invalid" }));
  const roomId = await shareIt(device);
  expect(await share(roomId)).toEqual(ok({ kind: "room-shared", roomId }));
});

test("[SY91] joining stores the keys and the room, whose first row says who joins", async () => {
  const [ada, bob] = [await makeDevice(), await makeDevice()];
  const roomId = await shareIt(ada, "wss://relay.example/relay");
  const made = await invite(ada, roomId, "write");
  expect(made.address).toBe(PAGE);
  const joined = await joinRoom(bob.deps, { kind: "join-room", link: link(made) }, noAbort);
  expect(joined).toEqual(ok({ kind: "room-joined", roomId }));
  const keys = bob.rooms.get(roomId);
  expect(keys).toMatchObject({ access: "write", relayUrl: "wss://relay.example/relay" });
  expect(keys?.device.id).not.toBe(ada.rooms.get(roomId)?.device.id);
  expect(await bob.listed()).toContain(roomId);
  expect(await bob.rowsOf(roomId))
    .toMatchObject([{ device: keys?.device.id, body: { kind: "device", name: offer.name } }]);

  const again = await joinRoom(bob.deps, { kind: "join-room", link: made.fragment }, noAbort);
  expect(again).toEqual(joined);
  expect(bob.rooms.get(roomId)?.device.id).toBe(keys?.device.id);
  expect(await bob.rowsOf(roomId)).toHaveLength(1);
});

test("[SY92] a write link makes a room writable that was joined to read", async () => {
  const [ada, bob] = [await makeDevice(), await makeDevice()];
  const roomId = await shareIt(ada);
  const read = await invite(ada, roomId, "read");
  await joinRoom(bob.deps, { kind: "join-room", link: link(read) }, noAbort);
  const before = bob.rooms.get(roomId);
  expect([before?.access, await bob.rowsOf(roomId)]).toEqual(["read", []]);
  const write = await invite(ada, roomId, "write");
  await joinRoom(bob.deps, { kind: "join-room", link: link(write) }, noAbort);
  expect(bob.rooms.get(roomId)).toMatchObject({ access: "write", device: before?.device });
  expect([bob.restarted, (await bob.rowsOf(roomId)).length]).toEqual([[roomId], 1]);
  // And a read link takes nothing away.
  await joinRoom(bob.deps, { kind: "join-room", link: link(read) }, noAbort);
  expect(bob.rooms.get(roomId)?.access).toBe("write");
});

test("[SY268] a room whose keys are missing comes back as another device of it", async () => {
  const [ada, bob] = [await makeDevice(), await makeDevice()];
  const roomId = await shareIt(ada);
  const write = link(await invite(ada, roomId, "write"));
  await joinRoom(bob.deps, { kind: "join-room", link: write }, noAbort);
  await bob.takeRows(roomId);
  const before = bob.rooms.get(roomId)?.device.id;
  await bob.loseKeys(roomId);
  await joinRoom(bob.deps, { kind: "join-room", link: write }, noAbort);
  const after = bob.rooms.get(roomId)?.device.id;
  expect([before === undefined, after === undefined, after === before])
    .toEqual([false, false, false]);
  // What was mirrored is still there, and the new device says who it is.
  expect(valueOf(await bob.logOf(roomId).head(noAbort), "head")).toBe(1);
  expect(await bob.rowsOf(roomId)).toMatchObject([{ device: after, body: { kind: "device" } }]);
});

test("[SY268] what waited in a room whose keys are missing is said behind the new device's name", async () => {
  const [ada, bob] = [await makeDevice(), await makeDevice()];
  const roomId = await shareIt(ada);
  const [write, read] = [await invite(ada, roomId, "write"), await invite(ada, roomId, "read")];
  await joinRoom(bob.deps, { kind: "join-room", link: link(write) }, noAbort);
  await bob.takeRows(roomId);
  const before = bob.rooms.get(roomId)?.device.id ?? "";
  const { store } = bob.deps;
  for (const text of ["on its way", "one", "two"]) {
    const entry = { id: text, device: before, body: { kind: "say", text, addressed: [] } };
    valueOf(await store.addOutbox({ roomId, entry }, noAbort), "say");
  }
  const [first] = valueOf(await store.outbox(roomId, 1, noAbort), "outbox");
  valueOf(await store.sealOutbox(first?.order ?? -1, [{ id: "s", body: "x" }], noAbort), "seal");
  await bob.loseKeys(roomId);
  // A link that only reads brings the room back, and the next one what can be said.
  await joinRoom(bob.deps, { kind: "join-room", link: link(read) }, noAbort);
  await joinRoom(bob.deps, { kind: "join-room", link: link(write) }, noAbort);
  const device = bob.rooms.get(roomId)?.device.id;
  expect(device).not.toBe(before);
  expect(await bob.rowsOf(roomId)).toMatchObject([
    { id: "on its way", device: before },
    { device, body: { kind: "device" } },
    { device, body: { kind: "say", text: "one" } },
    { device, body: { kind: "say", text: "two" } },
  ]);
});

test("[SY93] a link gives what its maker has at most, and leads to the same room", async () => {
  const [ada, bob] = [await makeDevice(), await makeDevice()];
  const roomId = await shareIt(ada);
  const own = await invite(ada, roomId, "read");
  const parts = valueOf(parseRoomLink(own.fragment), "parse");
  expect([parts.access, parts.relayHint]).toEqual(["read", undefined]);
  expect((await deriveRoom(crypto, parts)).roomId).toBe(roomId);
  await joinRoom(bob.deps, { kind: "join-room", link: link(own) }, noAbort);
  expect(await invite(bob, roomId, "read")).toEqual(own);
  const write = { kind: "invite-link", roomId, access: "write" } as const;
  expect(await inviteLink(bob.deps, write, noAbort)).toEqual(err({ kind: "link-read-only" }));
  expect(await inviteLink(bob.deps, { ...write, roomId: LOCAL }, noAbort))
    .toEqual(err({ kind: "room-not-shared" }));
});

test("[SY91] a link that is none, or whose relay this page may not reach, is refused", async () => {
  const device = await makeDevice();
  const roomId = await shareIt(device);
  const { fragment } = await invite(device, roomId, "write");
  const hint = btoa("ws://relay.example/relay").replace(/=+$/, "");
  for (const given of ["", "hello", "https://x/#r=1.AA", `${fragment}.${hint}`]) {
    expect(await joinRoom(device.deps, { kind: "join-room", link: given }, noAbort))
      .toEqual(err({ kind: "link-invalid" }));
  }
});
