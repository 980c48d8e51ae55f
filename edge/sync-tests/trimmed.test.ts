import { assert, toRoomMs } from "#shared/base/mod.ts";
import { encodeBase64Url, openerStateForOthers } from "#shared/crypto/mod.ts";
import { decodeServerFrame, encodeFrame, type ServerFrame } from "#shared/protocol/mod.ts";
import { checkpointHash, emptyState, encodeCheckpoint } from "#shared/room/mod.ts";
import type { LogMark } from "#shared/sync/mod.ts";
import type { LinkPeer } from "#shared/testing/fakes/room-link-kit.ts";
import { expect, test } from "vitest";
import { createLinkWorld } from "./link-world.contract.ts";

const noAbort = new AbortController().signal;
const limits = { entriesMax: 40, appendBurst: 1_000, appendsPerS: 1_000 };

type World = Awaited<ReturnType<typeof createLinkWorld>>;
type Tap = (text: string, to: "client" | "relay", name: string) => string | undefined;

interface OfferOptions {
  readonly name?: string;
  /** Its hash is another text's. */
  readonly isTampered?: boolean;
  /** In it all other devices have the key of its author. */
  readonly isForged?: boolean;
  /** Its room time is of this many days to come. */
  readonly daysAhead?: number;
  /** Its author is no device of the room in it. */
  readonly isOutsider?: boolean;
  /** Of a place that is past. */
  readonly mark?: LogMark | undefined;
}

/** Puts a checkpoint of where `peer` is into its outbox; returns what it covers. */
async function offer(
  peer: LinkPeer,
  how: OfferOptions = {},
): Promise<number> {
  const { name = "", isTampered = false, isForged = false, mark = peer.link.mark() } = how;
  assert(mark !== undefined, `${peer.name} has no mark`);
  const covers = mark.seq;
  const opener = isForged ? forge(mark.opener, peer) : mark.opener;
  const id = how.isOutsider === true ? "nobody" : peer.id;
  const devices = new Map([[id, { id, name: peer.name }]]);
  const now = peer.entries.at(-1)?.entry.ts ?? 0;
  const at = toRoomMs(now + (how.daysAhead ?? 0) * 86_400_000);
  const state = encodeCheckpoint({ ...emptyState(), name, devices, at, head: covers }, 200);
  const stateHash = checkpointHash(isTampered ? `${state} ` : state);
  await peer.write({ kind: "checkpoint", covers, stateHash, state, opener });
  return covers;
}

function forge(opener: string, { keys: { device } }: LinkPeer): string {
  const state = JSON.parse(opener) as { devices: [string, string, string][] };
  const own = encodeBase64Url(device.signPublicKey);
  const devices = state.devices.map(([id, , agree]) => [id, own, agree]);
  return JSON.stringify({ ...state, devices });
}

/** `count` messages by turns; after each tenth a checkpoint by the next in turn. */
async function talk(
  world: World,
  peers: readonly LinkPeer[],
  count: number,
  how?: OfferOptions,
): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const peer = peers[n % peers.length];
    assert(peer !== undefined, "Somebody talks");
    await peer.say(`${peer.name} ${n}`);
    await world.advance(300);
    if (n % 10 !== 0) continue;
    await offer(peers[(n / 10) % peers.length] ?? peer, how);
    await world.advance(1_000);
  }
}

async function disk({ disk, keys: { roomId } }: LinkPeer) {
  const position = await disk.position(roomId, noAbort);
  const foundation = await disk.foundation(roomId, noAbort);
  assert(position.ok && foundation.ok, "The disk works");
  // What only comparing logs found out differs between those who came early and late.
  const opener = position.value && openerStateForOthers(position.value.opener, roomId);
  return { opener, foundation: foundation.value };
}

const from = (peer: LinkPeer, seq: number) => peer.entries.filter(({ entry }) => entry.seq > seq);

/** Changes what the relay says to some peers while `isOn`. */
function hostile(names: readonly string[], change: (frame: ServerFrame) => ServerFrame) {
  const state = { isOn: false };
  const tap: Tap = (text, to, by) => {
    if (!state.isOn || to === "relay" || !names.includes(by) || text === "pong") return text;
    const frame = decodeServerFrame(text);
    assert(frame.ok, "The relay says frames");
    return encodeFrame(change(frame.value));
  };
  return { state, tap };
}

test("[SY62] [SY63] [SY64] [CR22] a newcomer to a room that was trimmed is like the others", async () => {
  const world = await createLinkWorld({ limits });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await talk(world, [ada, bob], 180);
  expect(ada.entries.length).toBe(198);
  expect([ada.unsent, bob.unsent, ada.problems]).toEqual([0, 0, []]);
  const [cy] = await world.livePeers("cy");
  const { foundation, opener } = await disk(cy);
  assert(foundation !== undefined, "It was trimmed");
  expect(foundation.seq).toBeGreaterThan(150);
  expect([ada.id, bob.id]).toContain(foundation.by);
  expect(cy.entries).toEqual(from(ada, foundation.seq));
  expect(opener).toBe((await disk(ada)).opener);
  expect(cy.link.status().refused).toEqual([]);
  const mark = cy.link.mark();
  expect(mark).toMatchObject({ seq: 198, opener, entriesMax: 40 });
  expect(mark?.entries).toBe(198 - foundation.seq + 1);
  // And goes on: it writes, offers, leaves and comes back as anybody.
  await cy.say("hello");
  await world.advance(1_000);
  await offer(cy);
  await world.advance(1_000);
  await talk(world, [ada, bob, cy], 60);
  expect([ada.unsent, bob.unsent, cy.unsent]).toEqual([0, 0, 0]);
  expect(cy.entries).toEqual(from(ada, foundation.seq));
  expect((await disk(cy)).opener).toBe((await disk(ada)).opener);
  expect((await disk(cy)).foundation).toEqual(foundation);
  expect(world.defects).toEqual([]);
});

test("[SY62] a mark counts what came since the join, and is there only while live", async () => {
  const world = await createLinkWorld({ limits });
  const ada = await world.createPeer("ada");
  ada.start();
  expect(ada.link.mark()).toBeUndefined();
  await world.advance(2_000);
  expect(ada.link.mark()).toBeUndefined(); // Nothing is mirrored yet.
  await ada.say("one");
  await world.advance(1_000);
  const bytes = ada.entries[0]?.sealed.length ?? 0;
  expect(ada.link.mark()).toMatchObject({ seq: 1, entries: 1, bytes, entriesMax: 40 });
  const [bob] = await world.livePeers("bob");
  expect(bob.link.mark()).toEqual(ada.link.mark());
  await bob.stop();
  const rita = await world.createPeer("rita", "read");
  rita.start();
  await world.advance(2_000);
  expect([rita.phase, rita.heard[0], rita.link.mark()]).toEqual(["live", "one", undefined]);
  world.net.strand();
  await world.advance(1);
  expect(ada.link.mark()).toBeUndefined();
});

test("[SY63] [SY64] a checkpoint in parts trims and is joined like another", async () => {
  const world = await createLinkWorld({ limits: { ...limits, entriesMax: 60 } });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await talk(world, [ada, bob], 100, { name: "x".repeat(150_000) });
  expect(ada.heard.filter((text) => text === "[part]").length).toBeGreaterThan(20);
  const [cy] = await world.livePeers("cy");
  const { foundation, opener } = await disk(cy);
  expect(foundation?.text.length).toBeGreaterThan(150_000);
  expect(opener).toBe((await disk(bob)).opener);
  expect([ada.unsent, bob.unsent, ada.problems, bob.problems]).toEqual([0, 0, [], []]);
});

test("[SY65] what was trimmed is not said again by a hostile relay", async () => {
  const stolen = new Map<number, LinkPeer["entries"][number]>();
  const { state, tap } = hostile(["cy", "dan"], (frame) => {
    if (frame.t !== "entries") return frame;
    const entries = frame.entries.map((one) => {
      const old = stolen.get(one.seq);
      return old === undefined ? one : { ...one, id: old.entry.id, body: old.sealed };
    });
    return { ...frame, entries };
  });
  const world = await createLinkWorld({ limits, tap });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await talk(world, [ada, bob], 100);
  const [cy] = await world.livePeers("cy");
  const old = ada.entries[ada.heard.indexOf("bob 19")];
  assert(old !== undefined, "Bob said it");
  stolen.set(ada.entries.length + 1, old);
  state.isOn = true;
  await ada.say("new");
  await world.advance(1_000);
  const [dan] = await world.livePeers("dan");
  await ada.say("newer");
  await world.advance(1_000);
  for (const peer of [cy, dan]) {
    expect(peer.heard.slice(-2)).toEqual(["[refused counter-replayed]", "newer"]);
  }
  expect((await disk(cy)).opener).toBe((await disk(dan)).opener);
});

test("[SY59] [SY66] of a trimmed log no entry is held that stands there twice", async () => {
  const { state, tap } = hostile(["cy"], (frame) => {
    if (frame.t !== "entries") return frame;
    const [first] = frame.entries;
    return { ...frame, entries: frame.entries.map((one) => ({ ...one, id: first?.id ?? "" })) };
  });
  const world = await createLinkWorld({ limits, tap });
  const [ada] = await world.livePeers("ada");
  await talk(world, [ada], 100);
  state.isOn = true;
  const cy = await world.createPeer("cy");
  cy.start();
  await world.advance(2_000);
  const reasons = cy.statuses.flatMap(({ link }) => "reason" in link ? [link.reason] : []);
  expect([reasons[0], cy.entries]).toEqual(["relayMisbehaves", []]);
  state.isOn = false;
  await world.advance(60_000);
  expect([cy.phase, cy.heard.at(-2)]).toEqual(["live", "ada 100"]);
});

test.each<[string, OfferOptions]>([
  ["is not what its hash says", { isTampered: true }],
  ["takes its author for others", { isForged: true }],
  ["is of a time to come", { daysAhead: 3 }],
  ["does not know its author", { isOutsider: true }],
])("[SY64] [RM73] a checkpoint that %s is passed over", async (_title, how) => {
  const world = await createLinkWorld({ limits });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await talk(world, [ada], 9);
  const early = ada.link.mark();
  for (const text of ["one", "two"]) await ada.say(text);
  await world.advance(1_000);
  const bad = await offer(bob, how);
  await world.advance(1_000);
  await offer(ada, { mark: early }); // It covers not all that will be trimmed.
  await world.advance(1_000);
  await talk(world, [ada], 9);
  const good = await offer(ada);
  await world.advance(1_000);
  for (let n = 0; n < 30; n += 1) await ada.say(`${n}`);
  await world.advance(10_000);
  const head = await world.store.open(ada.keys.roomId);
  expect(head).toMatchObject({ ok: true, value: { floor: bad } });
  const [cy] = await world.livePeers("cy");
  expect((await disk(cy)).foundation).toMatchObject({ seq: good, by: ada.id });
  expect(cy.entries).toEqual(from(ada, good));
});

test("[RM73] where the relay's clock was far ahead once, a newcomer joins all the same", async () => {
  const world = await createLinkWorld({ limits });
  const [ada] = await world.livePeers("ada");
  await talk(world, [ada], 100, { daysAhead: 3 });
  const cy = await world.createPeer("cy");
  cy.start();
  await world.advance(10_000);
  expect(cy.phase).toBe("live");
  const { foundation } = await disk(cy);
  expect(foundation).toMatchObject({ by: ada.id });
  expect(cy.entries).toEqual(from(ada, foundation?.seq ?? 0));
});

test("[SY49] [SY64] without a checkpoint that holds a trimmed log is refused, the mirror kept", async () => {
  const world = await createLinkWorld({ limits });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await ada.say("early");
  await world.advance(500);
  await bob.stop();
  await talk(world, [ada], 100, { isTampered: true });
  const [cy] = [await world.createPeer("cy")];
  cy.start();
  bob.start();
  await world.advance(5_000);
  expect([cy.phase, cy.entries]).toEqual(["refused historyTrimmed", []]);
  expect([bob.phase, bob.heard]).toEqual(["refused historyTrimmed", ["early"]]);
  expect(cy.link.mark()).toBeUndefined();
});

test("[SY66] who was away for long comes back, and sends what waited", async () => {
  const world = await createLinkWorld({ limits });
  const [ada, bob] = await world.livePeers("ada", "bob");
  for (const text of ["one", "two"]) await bob.say(text);
  await world.advance(1_000);
  await bob.stop();
  await bob.say("from away");
  await talk(world, [ada], 100);
  bob.start();
  await world.advance(10_000);
  expect([bob.phase, bob.unsent, bob.heard.at(-1)]).toEqual(["live", 0, "from away"]);
  const { foundation, opener } = await disk(bob);
  expect(foundation?.by).toBe(ada.id);
  expect(bob.entries).toEqual(from(ada, foundation?.seq ?? 0));
  expect(opener).toBe((await disk(ada)).opener);
});

test("[SY66] a crash while it is founded leaves the old mirror, and it comes back", async () => {
  const world = await createLinkWorld({ limits });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await bob.say("early");
  await world.advance(1_000);
  await bob.stop();
  await talk(world, [ada], 100);
  bob.disk.abortAtWrite(1);
  bob.start();
  for (let ms = 0; bob.problems.length === 0 && ms < 5_000; ms += 5) {
    await world.advance(5);
    expect(bob.link.mark()).toBeUndefined();
  }
  expect([bob.problems, bob.heard]).toEqual([["storage-failed"], ["early"]]);
  await world.advance(30_000);
  expect([bob.phase, bob.heard.at(-2)]).toEqual(["live", "ada 100"]);
});

test("[SY69] a message that a full log refuses waits for a checkpoint, which goes first", async () => {
  const world = await createLinkWorld({ limits });
  const [ada] = await world.livePeers("ada");
  for (let n = 0; n < 40; n += 1) await ada.say(`${n}`);
  await world.advance(20_000);
  await ada.say("late");
  await world.advance(60_000);
  expect([ada.unsent, ada.entries.length, ada.phase]).toEqual([1, 40, "live"]);
  await offer(ada);
  await world.advance(5_000);
  expect([ada.unsent, ada.entries.length]).toEqual([1, 41]); // One is not enough to trim.
  await offer(ada);
  await world.advance(5_000);
  expect([ada.unsent, ada.problems]).toEqual([0, []]);
  expect(ada.heard.slice(-3)).toEqual(["[checkpoint]", "[checkpoint]", "late"]);
  const [cy] = await world.livePeers("cy");
  expect(cy.heard.at(-1)).toBe("late");
});

test("[SY49] a new epoch of which the beginning is gone is refused", async () => {
  const { state, tap } = hostile(
    ["bob"],
    (frame) =>
      frame.t === "joined" ? { ...frame, recovered: false, reason: "epoch", floor: 3 } : frame,
  );
  const world = await createLinkWorld({ limits, tap });
  const [ada, bob] = await world.livePeers("ada", "bob");
  for (const text of ["a", "b", "c"]) await ada.say(text);
  await world.advance(2_000);
  await bob.stop();
  state.isOn = true;
  bob.start();
  await world.advance(2_000);
  expect([bob.phase, bob.heard]).toEqual(["refused historyTrimmed", ["a", "b", "c"]]);
});

test("[SY70] a relay that lost everything gets it from who has it all", async () => {
  const world = await createLinkWorld({ limits });
  const [ada] = await world.livePeers("ada");
  await talk(world, [ada], 60);
  const [cy] = await world.livePeers("cy");
  const { foundation } = await disk(cy);
  const { ids } = ada;
  expect(foundation?.seq).toBeGreaterThan(20);
  await ada.stop();
  world.replaceRelay();
  await world.advance(60_000);
  expect([cy.phase, cy.ids.length]).toEqual(["catching-up", ids.length - (foundation?.seq ?? 0)]);
  ada.start();
  await world.advance(60_000);
  expect([ada.phase, cy.phase]).toEqual(["live", "live"]);
  expect([ada.ids, cy.ids]).toEqual([ids, ids]);
  expect((await disk(cy)).foundation).toBeUndefined();
});
