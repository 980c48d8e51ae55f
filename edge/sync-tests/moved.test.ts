/** A move over the real relay core: what is sealed, taken and opened by real links (D32). */

import { expect, test } from "vitest";
import { createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import {
  carriedEntries,
  closedEvent,
  companionsOf,
  followingKeys,
  movedFounding,
} from "#shared/hosting/mod.ts";
import type { SharedRoomKeys } from "#shared/ports/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { LinkPeer } from "#shared/testing/fakes/room-link-kit.ts";
import { createLinkWorld } from "./link-world.contract.ts";

const recipe = { kind: "panel", followUpsMax: 0 } as const;
const say = (text: string) => ({ kind: "say", text, addressed: [] });

const stateOf = (peer: LinkPeer): RoomState =>
  foldEntries(emptyState(), peer.entries.map(({ entry }) => entry));
const talkOf = (peer: LinkPeer) =>
  stateOf(peer).messages.map(({ author, text }) => `${author} ${text}`);

/** Mika's room with Noor and Eve, who are all live. */
async function makeRoom(seed: string) {
  const world = await createLinkWorld({ seed });
  const [mika, noor, eve] = await world.livePeers("mika", "noor", "eve");
  const { roomId } = world.room;
  await mika.write({ kind: "genesis", rules: 2, roomId, name: "Garden", recipe });
  await world.advance(1_000);
  for (const peer of [mika, noor, eve]) await peer.write({ kind: "device", name: peer.name });
  await world.advance(3_000);
  await mika.write(say("before anything moved"));
  await world.advance(1_000);

  /** Makes a new room at the relay and resolves with the `closed` that would end the old one. */
  const prepare = async (mover: LinkPeer, without: readonly string[]) => {
    const secret = createRoomSecret(world.crypto);
    const to = await deriveRoom(world.crypto, { access: "write", secret });
    const next: SharedRoomKeys = { ...mover.keys, access: "write", secret, roomId: to.roomId };
    const state = stateOf(mover);
    const position = await mover.disk.position(roomId, noAbort);
    const opener = valueOf(position, "position")?.opener ?? "";
    const companions = valueOf(companionsOf(state, opener, without), "companions");
    const peer = new LinkPeer(`${mover.name}-there`, next, world);
    valueOf(await peer.disk.saveKeys(next, noAbort), "keys");
    peer.start();
    const given = { name: mover.name, lanes: [], hostsForOthers: false };
    const goAlong = new Set(companions.keys.keys());
    const founding = { state, device: mover.id, roomId: to.roomId, goAlong, offer: given };
    for (const body of movedFounding(founding)) await peer.write(body);
    await world.advance(3_000);
    const rooms = { old: mover.keys, next };
    const closed = await closedEvent(world.crypto, rooms, state.head, companions);
    return { closed, peer, companions };
  };
  /** What a device does that opens the old room after it was closed. */
  const follow = async (peer: LinkPeer) => {
    const state = stateOf(peer);
    const followed = await followingKeys(world.crypto, peer.keys, state);
    if (!followed.ok) return followed.error.kind;
    const there = new LinkPeer(`${peer.name}-there`, followed.value, world);
    valueOf(await there.disk.saveKeys(followed.value, noAbort), "keys");
    const rows = valueOf(await peer.outbox.outbox(roomId, 100, noAbort), "outbox");
    const entries = peer.entries.map(({ entry }) => entry);
    const covers = state.closed?.covers ?? 0;
    const carried = carriedEntries({ device: peer.id, covers, entries, rows });
    for (const { id, body } of carried) await there.write(body, id);
    there.start();
    await world.advance(3_000);
    return there;
  };
  return { world, mika, noor, eve, prepare, follow };
}

test("[HO184] [HO185] who goes along opens the key that the mover sealed, who is left out does not", async () => {
  const { world, mika, noor, eve, prepare, follow } = await makeRoom("left out");
  const { closed, peer, companions } = await prepare(mika, [eve.id]);
  expect([...companions.keys.keys()].toSorted()).toEqual([mika.id, noor.id].toSorted());
  await mika.write(closed);
  await world.advance(1_000);
  expect(await follow(eve)).toBe("left-out");
  const there = await follow(noor);
  if (typeof there === "string") throw new Error(there);
  expect(there.phase).toBe("live");
  await there.write(say("hello in the new room"));
  await world.advance(1_000);
  expect(talkOf(peer)).toEqual([
    `${mika.id} before anything moved`,
    `${noor.id} hello in the new room`,
  ]);
  expect(talkOf(there)).toEqual(talkOf(peer));
  expect(stateOf(peer).ignored).toEqual([]);
  expect(world.defects).toEqual([]);
});

test("[HO183] [SY154] words typed before, while and after the room moved arrive once and in order", async () => {
  const { world, mika, noor, eve, prepare, follow } = await makeRoom("words");
  const { closed, peer } = await prepare(mika, [eve.id]);
  await noor.write(say("one: ordered after the beginning was taken"));
  await world.advance(1_000);
  await noor.stop();
  await noor.write(say("two: typed without a connection"));
  await mika.write(closed);
  await world.advance(1_000);
  // Its link is faster than whoever looks at what it brings: the old log takes it, too late.
  noor.start();
  await world.advance(3_000);
  expect(stateOf(noor).ignored.map(({ reason }) => reason)).toEqual(["room-closed"]);
  await noor.stop();
  await noor.write(say("three: never taken"));
  const there = await follow(noor);
  if (typeof there === "string") throw new Error(there);
  const said = [
    `${mika.id} before anything moved`,
    `${noor.id} one: ordered after the beginning was taken`,
    `${noor.id} two: typed without a connection`,
    `${noor.id} three: never taken`,
  ];
  expect(talkOf(there)).toEqual(said);
  expect(talkOf(peer)).toEqual(said);
  // Done again, as after a crash: nothing is said twice.
  await there.stop();
  const again = await follow(noor);
  if (typeof again === "string") throw new Error(again);
  expect(talkOf(again)).toEqual(said);
});

test("[SY165] who was left out keeps what nobody got; the relay gets none of it", async () => {
  const { world, mika, eve, prepare } = await makeRoom("kept");
  const { closed } = await prepare(mika, [eve.id]);
  await eve.stop();
  await eve.write(say("typed without a connection"), "typed");
  await eve.write({ kind: "edit", of: 5, text: "other words" }, "other");
  await eve.write({ kind: "device", name: "Eve again" });
  await mika.write(closed);
  await world.advance(1_000);
  // It asks of the log up to what the link brought.
  const asked: number[] = [];
  eve.isClosed = async (seq) => {
    asked.push(seq);
    return stateOf(eve).closed !== undefined;
  };
  eve.start();
  await world.advance(3_000);
  expect(asked[0]).toBe(stateOf(mika).closed?.seq);
  const rows = valueOf(await eve.outbox.outbox(world.room.roomId, 100, noAbort), "outbox");
  expect(rows.map(({ entry }) => entry.id)).toEqual(["typed", "other"]);
  expect(mika.heard).not.toContain("typed without a connection");
  expect(mika.heard.at(-1)).toBe("[device]"); // Whatever nobody said is not kept waiting.
  await eve.write(say("typed later"));
  await world.advance(3_000);
  expect([eve.phase, eve.unsent, mika.heard.at(-1)]).toEqual(["live", 3, "[device]"]);
});

test("[SY155] [RM58] of two who move at once the first wins, for everybody", async () => {
  const { world, mika, noor, eve, prepare, follow } = await makeRoom("race");
  const first = await prepare(mika, [eve.id]);
  const second = await prepare(noor, []);
  await mika.write(first.closed);
  await noor.write(second.closed);
  await world.advance(2_000);
  const ends = [mika, noor, eve].map((peer) => stateOf(peer).closed?.to);
  expect(new Set(ends).size).toBe(1);
  const winner = [first, second].find(({ closed }) => closed.to === ends[0]);
  expect(winner).toBeDefined();
  const loser = winner === first ? noor : mika;
  const there = await follow(loser);
  if (typeof there === "string") throw new Error(there);
  expect(there.keys.roomId).toBe(ends[0]);
  expect(there.phase).toBe("live");
  expect(talkOf(there)).toEqual([`${mika.id} before anything moved`]);
});
