import { assert } from "#shared/base/mod.ts";
import {
  decodeServerFrame,
  encodeFrame,
  type RelayEntry,
  type ServerFrame,
} from "#shared/protocol/mod.ts";
import type { LinkPeer } from "#shared/testing/fakes/room-link-kit.ts";
import { expect, test } from "vitest";
import { createLinkWorld } from "./link-world.contract.ts";

/** A `left` of a device that was never here, as only the relay can write it. */
const stranger = JSON.stringify({ kind: "left", device: "B".repeat(22) });

type Change = (entries: readonly RelayEntry[]) => readonly RelayEntry[];

/** Shows `victim` other entries than the relay has, while `change` is set. */
function forger(victim: string) {
  const state: { change: Change | undefined } = { change: undefined };
  const tap = (text: string, to: "client" | "relay", by: string): string => {
    if (by !== victim || to === "relay" || !text.startsWith('{"t":"entries"')) return text;
    const frame = decodeServerFrame(text);
    assert(frame.ok && frame.value.t === "entries", "The relay says frames");
    const entries = state.change?.(frame.value.entries) ?? frame.value.entries;
    return encodeFrame({ ...frame.value, entries });
  };
  return { state, tap };
}

/** In its place the victim sees that a stranger left. */
const withhold = (entry: RelayEntry): RelayEntry => ({
  ...entry,
  id: `${entry.id.slice(0, 20)}AA`,
  from: "relay",
  body: stranger,
});

const forksOf = (peer: LinkPeer) =>
  (peer.link.status().forks ?? []).map(({ device, agreedSeq, seq }) => ({
    device,
    agreedSeq,
    seq,
  }));

test("[CR32] [SY162] an entry withheld from one is seen by both when the next one crosses", async () => {
  const { state, tap } = forger("bob");
  const world = await createLinkWorld({ tap });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await ada.say("one");
  await world.advance(1_000);
  await bob.say("two");
  await world.advance(1_000);
  expect([ada.heard, bob.heard]).toEqual([["one", "two"], ["one", "two"]]);
  state.change = (entries) => entries.map(withhold);
  await ada.say("not for bob");
  await world.advance(1_000);
  expect(bob.heard.at(-1)).toBe("[left]");
  expect([forksOf(ada), forksOf(bob)]).toEqual([[], []]);
  state.change = undefined;
  await ada.say("four");
  await world.advance(1_000);
  expect(forksOf(bob)).toEqual([{ device: ada.id, agreedSeq: 0, seq: 3 }]);
  await bob.say("five");
  await world.advance(1_000);
  expect(forksOf(ada)).toEqual([{ device: bob.id, agreedSeq: 1, seq: 4 }]);
  expect(world.trace.lines.filter(({ event }) => event === "history-forked").length).toBe(2);
});

test("[CR32] [CR36] entries turned round for one are seen, kept over reloads and a new epoch", async () => {
  const { state, tap } = forger("bob");
  const world = await createLinkWorld({ tap });
  const [ada, bob, cy] = await world.livePeers("ada", "bob", "cy");
  await ada.say("one");
  await world.advance(1_000);
  await bob.stop();
  await ada.say("two");
  await cy.say("three");
  await world.advance(1_000);
  state.change = (entries) => {
    const [first, second] = entries.slice(-2);
    if (first === undefined || second === undefined) return entries;
    const turned = [{ ...second, seq: first.seq }, { ...first, seq: second.seq }];
    return [...entries.slice(0, -2), ...turned];
  };
  bob.start();
  await world.advance(3_000);
  state.change = undefined;
  expect(bob.heard).toEqual(["one", "three", "two"]);
  await cy.say("four");
  await world.advance(1_000);
  const found = forksOf(bob);
  expect(found).toEqual([{ device: cy.id, agreedSeq: 1, seq: 3 }]);
  await bob.stop();
  bob.start();
  await world.advance(3_000);
  expect(forksOf(bob)).toEqual(found);
  world.replaceRelay();
  await world.advance(60_000);
  expect(bob.phase).toBe("live");
  expect(forksOf(bob)).toEqual(found);
});

test("[CR32] [SY162] a reader is told too, and one that is offline still knows", async () => {
  const { state, tap } = forger("eve");
  const world = await createLinkWorld({ tap });
  const [ada] = await world.livePeers("ada");
  const eve = await world.createPeer("eve", "read");
  eve.start();
  await ada.say("hello");
  await world.advance(2_000);
  state.change = (entries) => entries.map(withhold);
  await ada.say("not for eve");
  await world.advance(1_000);
  state.change = undefined;
  await ada.say("for all");
  await world.advance(1_000);
  expect(forksOf(eve)).toEqual([{ device: ada.id, agreedSeq: 0, seq: 2 }]);
  await eve.stop();
  world.net.setDoor("refuse");
  eve.start();
  await world.advance(1_000);
  expect(eve.phase).toContain("offline");
  expect(forksOf(eve)).toEqual([{ device: ada.id, agreedSeq: 0, seq: 2 }]);
});

test("[CR35] [CR41] an ephemeral tells of a fork as soon as this log is as long as its author's", async () => {
  const { state, tap } = forger("bob");
  const world = await createLinkWorld({ tap });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await ada.say("hello");
  await world.advance(1_000);
  state.change = (entries) => entries.map(withhold);
  await ada.say("not for bob");
  await world.advance(1_000);
  expect(forksOf(bob)).toEqual([]);
  ada.link.sendEphemeral({ streams: "nothing" });
  await world.advance(1_000);
  expect(bob.ephemerals.length).toBe(1);
  const found = [{ device: ada.id, agreedSeq: 0, seq: 2 }];
  expect(forksOf(bob)).toEqual(found);
  await bob.stop(); // [CR41]: no entry has told it.
  world.net.setDoor("refuse");
  bob.start();
  await world.advance(1_000);
  expect(forksOf(bob)).toEqual(found);
});

test("[CR33] members kept in two epochs find out when they talk", async () => {
  const other = "C".repeat(22);
  const tap = (text: string, to: "client" | "relay", by: string): string => {
    if (by !== "bob" || text === "ping" || text === "pong") return text;
    // Bob's own relay, as he sees it: another name of the epoch, and a cursor that fits it.
    const frame = JSON.parse(text) as { t: string; epoch?: string };
    if (to === "relay" || frame.epoch === undefined) return text;
    return JSON.stringify({ ...frame, epoch: other });
  };
  const world = await createLinkWorld({ tap });
  const [ada, bob] = await world.livePeers("ada", "bob");
  for (const [peer, text] of [[ada, "one"], [bob, "two"], [ada, "three"], [bob, "four"]] as const) {
    await peer.say(text);
    await world.advance(1_000);
  }
  expect(forksOf(bob)).toMatchObject([{ device: ada.id }]);
  expect(forksOf(ada)).toMatchObject([{ device: bob.id }]);
});

test("[CR33] [CR39] a relay that puts its own entries between is found out all the same", async () => {
  const other = "C".repeat(22);
  const own = { from: "" };
  // Bob has an epoch of his own, and behind each entry of either the relay puts a `left`: so that
  // the newest entry is never one that was sealed in anybody's epoch.
  const tap = (text: string, to: "client" | "relay", by: string): string => {
    if (by === "cy" || text === "ping" || text === "pong" || to === "relay") return text;
    const { value: frame } = decodeServerFrame(text) as { value: ServerFrame };
    const shown = by === "bob" && "epoch" in frame ? { ...frame, epoch: other } : frame;
    if (shown.t !== "entries") return encodeFrame(shown);
    const entries = shown.entries.map((one) => one.from === own.from ? withhold(one) : one);
    return encodeFrame({ ...shown, entries });
  };
  const world = await createLinkWorld({ tap });
  const [ada, bob, cy] = await world.livePeers("ada", "bob", "cy");
  own.from = cy.id;
  for (const [peer, text] of [[ada, "one"], [bob, "two"], [ada, "three"], [bob, "four"]] as const) {
    await peer.say(text);
    await world.advance(1_000);
    await cy.say("between");
    await world.advance(1_000);
    expect(peer.heard.at(-1)).toBe("[left]");
  }
  expect(forksOf(bob)).toMatchObject([{ device: ada.id }]);
  expect(forksOf(ada)).toMatchObject([{ device: bob.id }]);
});
