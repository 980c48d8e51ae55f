import { expect, test } from "vitest";
import type { LinkPeer } from "#shared/testing/fakes/room-link-kit.ts";
import { createLinkWorld } from "./link-world.contract.ts";

/** As the fold sees them: in healed logs placeholders stand for entries of the relay. */
const said = (peer: LinkPeer): readonly string[] =>
  peer.heard.filter((text) => !text.startsWith("["));
const sealed = (peer: LinkPeer): readonly string[] => peer.entries.map((one) => one.sealed);

test("[SY47] [SY48] a relay that lost commits gets them back, in the old places", async () => {
  const world = await createLinkWorld();
  const [ada, bob, cy] = await world.livePeers("ada", "bob", "cy");
  for (const text of ["a", "b", "c"]) {
    await ada.say(text);
    await world.advance(400);
    await bob.say(`${text}!`);
    await world.advance(400);
  }
  const before = { ids: ada.ids, sealed: sealed(ada) };
  expect(cy.ids).toEqual(before.ids);
  await world.restart(3);
  await world.advance(60_000);
  for (const peer of [ada, bob, cy]) {
    expect(peer.phase).toBe("live");
    expect(peer.ids).toEqual(before.ids);
    expect(sealed(peer)).toEqual(before.sealed);
    expect(peer.heard).toEqual(["a", "a!", "b", "b!", "c", "c!"]);
    expect(peer.link.status().refused).toEqual([]);
  }
  await ada.say("goes on");
  await world.advance(2_000);
  expect(cy.heard.at(-1)).toBe("goes on");
  expect(world.defects).toEqual([]);
});

test("[SY48] for a `left` of the old log stands one placeholder, so that seqs stay", async () => {
  const world = await createLinkWorld();
  const [ada, bob, cy] = await world.livePeers("ada", "bob", "cy");
  await ada.say("a");
  await world.advance(500);
  await ada.stop();
  await world.advance(1_000);
  await bob.say("b");
  await world.advance(500);
  await cy.say("c");
  await world.advance(500);
  expect(bob.heard).toEqual(["a", "[left]", "b", "c"]);
  const { ids } = bob;
  world.replaceRelay();
  await world.advance(60_000);
  ada.start();
  await world.advance(5_000);
  for (const peer of [ada, bob, cy]) {
    expect(peer.ids.slice(0, 4)).toEqual(ids);
    expect(said(peer)).toEqual(["a", "b", "c"]);
    expect(peer.entries[1]?.entry).toMatchObject({ id: ids[1], body: { kind: "refused" } });
    expect(peer.link.status().refused).toEqual([]);
  }
  for (const peer of [ada, bob, cy]) await peer.say(`${peer.name} again`);
  await world.advance(3_000);
  const again = said(bob).slice(3).toSorted();
  expect(again).toEqual(["ada again", "bob again", "cy again"]);
  expect(said(cy).slice(3).toSorted()).toEqual(again);
});

test("[SY47] what was said while the relay was gone comes behind what it lost", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  for (const text of ["a", "b", "c", "d"]) await ada.say(text);
  await world.advance(3_000);
  world.net.setDoor("refuse");
  world.replaceRelay();
  await ada.say("later");
  await bob.say("me too");
  await world.advance(10_000);
  world.net.setDoor("open");
  await world.advance(60_000);
  expect(said(ada).slice(0, 4)).toEqual(["a", "b", "c", "d"]);
  expect(said(ada).slice(4).toSorted()).toEqual(["later", "me too"]);
  expect(bob.ids).toEqual(ada.ids);
  expect([ada.unsent, bob.unsent]).toEqual([0, 0]);
});

test("[SY47] a page that dies in the middle of healing loses nothing", async () => {
  for (const atMs of [150, 300, 450, 600, 800, 1_000]) {
    const world = await createLinkWorld({ seed: `die at ${atMs}` });
    const [ada, bob] = await world.livePeers("ada", "bob");
    for (let n = 0; n < 6; n += 1) await (n % 2 === 0 ? ada : bob).say(`${n}`);
    await world.advance(5_000);
    const { ids } = ada;
    expect(ids).toHaveLength(6);
    await bob.stop();
    await world.advance(1_000);
    world.replaceRelay();
    await world.advance(1_000);
    ada.link.retryNow();
    await world.advance(atMs);
    const mirrored = ada.ids;
    expect(mirrored.slice(0, 6)).toEqual(ids);
    await ada.stop();
    await world.advance(1_000);
    ada.start();
    bob.start();
    await world.advance(60_000);
    expect(said(ada), `die at ${atMs}`).toEqual(["0", "1", "2", "3", "4", "5"]
      .toSorted((left, right) => said(ada).indexOf(left) - said(ada).indexOf(right)));
    expect(ada.ids.slice(0, 6)).toEqual(ids);
    expect(bob.ids).toEqual(ada.ids);
  }
});

test("[SY47] storage that fails while healing leaves the old mirror, and heals later", async () => {
  const world = await createLinkWorld();
  const [ada] = await world.livePeers("ada");
  for (const text of ["a", "b"]) await ada.say(text);
  await world.advance(3_000);
  const { ids } = ada;
  world.replaceRelay();
  ada.disk.abortAtWrite(1);
  await world.advance(1_500);
  expect(ada.ids).toEqual(ids);
  await world.advance(60_000);
  expect(ada.ids.slice(0, 2)).toEqual(ids);
  expect(ada.problems).toEqual(["storage-failed", undefined]);
  expect(ada.phase).toBe("live");
});

test("[SY50] one who never wrote and whose placeholder lost the race is still understood", async () => {
  const world = await createLinkWorld();
  const [ada, bob, cy] = await world.livePeers("ada", "bob", "cy");
  await ada.say("a");
  await world.advance(500);
  await ada.stop();
  await world.advance(1_000);
  world.replaceRelay();
  await world.advance(60_000);
  await bob.say("bob's first");
  await cy.say("cy's first");
  await world.advance(3_000);
  expect(said(bob).toSorted()).toEqual(["a", "bob's first", "cy's first"]);
  expect(cy.ids).toEqual(bob.ids);
});

test("[SY47] a reader takes the new epoch as it is", async () => {
  const world = await createLinkWorld();
  const [ada] = await world.livePeers("ada");
  const rita = await world.createPeer("rita", "read");
  rita.start();
  for (const text of ["a", "b"]) await ada.say(text);
  await world.advance(3_000);
  world.replaceRelay();
  await world.advance(60_000);
  expect([rita.phase, rita.heard]).toEqual(["live", ["a", "b"]]);
  expect(rita.ids).toEqual(ada.ids);
});
