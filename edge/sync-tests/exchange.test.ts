import { expect, test } from "vitest";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { LinkPeer } from "#shared/testing/fakes/room-link-kit.ts";
import { createLinkWorld } from "./link-world.contract.ts";

test("[SY43] [SY57] two devices hear each other, in one order, and see who is here", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  await ada.say("hello");
  await world.advance(500);
  await bob.say("hi");
  await world.advance(500);
  expect(ada.heard).toEqual(["hello", "hi"]);
  expect(bob.entries.map(({ entry }) => entry)).toEqual(ada.entries.map(({ entry }) => entry));
  expect(ada.entries.map(({ entry }) => entry.device)).toEqual([ada.id, bob.id]);
  expect(ada.link.status().present.toSorted()).toEqual([ada.id, bob.id].toSorted());
  expect([ada.unsent, bob.unsent]).toEqual([0, 0]);
  const [cy] = await world.livePeers("cy");
  const shown = cy.statuses.map(({ link }) => link);
  expect(shown.find(({ phase }) => phase === "catching-up")).toMatchObject({ seq: 2, head: 2 });
  expect(cy.heard).toEqual(ada.heard);
  expect(world.defects).toEqual([]);
});

test("[SY51] what is said offline is delivered once and in order", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  world.net.setDoor("refuse", "ada");
  world.net.drop("ada");
  await world.advance(100);
  for (let n = 0; n < 12; n += 1) await ada.say(`offline ${n}`);
  await world.advance(20_000);
  expect(ada.phase).toBe("offline unreachable");
  expect(bob.heard).toEqual([]);
  world.net.setDoor("open", "ada");
  ada.link.retryNow();
  await world.advance(20_000);
  const expected = Array.from({ length: 12 }, (_, n) => `offline ${n}`);
  expect(bob.heard).toEqual(expected);
  expect(ada.heard).toEqual(expected);
  expect(ada.unsent).toBe(0);
});

test("[SY46] a new page resumes from its cursor: nothing is replayed twice", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  for (const text of ["a", "b", "c"]) await ada.say(text);
  await world.advance(2_000);
  await bob.stop();
  await world.advance(2_000);
  await ada.say("while you were out");
  await world.advance(2_000);
  const before = world.net.texts.length;
  bob.start();
  await world.advance(2_000);
  const frames = world.net.texts.slice(before)
    .filter(({ name, to }) => name === "bob" && to === "client")
    .map(({ text }) => JSON.parse(text) as { t: string; recovered?: boolean; entries?: [] });
  expect(frames.find(({ t }) => t === "joined")).toMatchObject({ recovered: true });
  const replayed = frames.flatMap(({ entries }) => entries ?? []);
  expect(replayed).toHaveLength(1);
  expect(bob.heard).toEqual(["a", "b", "c", "while you were out"]);
  expect(bob.heard).toEqual(ada.heard);
});

test("[SY50] [SY52] an append whose answer was lost is resent unchanged and is there once", async () => {
  let isDeaf = false;
  const world = await createLinkWorld({
    tap: (text, to, name) => isDeaf && to === "client" && name === "ada" ? undefined : text,
  });
  const [ada, bob] = await world.livePeers("ada", "bob");
  isDeaf = true;
  await ada.say("once");
  await world.advance(1_000);
  expect(bob.heard).toEqual(["once"]);
  expect(ada.unsent).toBe(1);
  const sealed = ada.outbox.unsent[0]?.sealed;
  await ada.stop();
  isDeaf = false;
  ada.start();
  await world.advance(3_000);
  const appends = world.net.texts.filter(({ text }) => text.startsWith('{"t":"append"'));
  expect(new Set(appends.map(({ text }) => text)).size).toBe(1);
  expect(JSON.parse(appends[0]?.text ?? "")).toMatchObject({ ...sealed?.[0] });
  expect([ada.heard, bob.heard, ada.unsent]).toEqual([["once", "[left]"], ada.heard, 0]);
});

test("[SY50] a row sealed by a dead page is sent as it is by the next page", async () => {
  const world = await createLinkWorld({
    tap: (text, to) => to === "relay" && text.startsWith('{"t":"append"') ? undefined : text,
  });
  const [ada] = await world.livePeers("ada");
  await ada.say("sealed early");
  await world.advance(500);
  const [sealed] = ada.outbox.unsent[0]?.sealed ?? [];
  await ada.stop();
  ada.start();
  await world.advance(3_000);
  const appends = world.net.texts.filter(({ text }) => text.startsWith('{"t":"append"'));
  expect(appends).toHaveLength(2);
  for (const { text } of appends) expect(JSON.parse(text)).toEqual({ t: "append", ...sealed });
});

test("[SY51] a refusal for now keeps the order and loses nothing", async () => {
  const world = await createLinkWorld({ limits: { appendBurst: 2, appendsPerS: 1 } });
  const [ada, bob] = await world.livePeers("ada", "bob");
  for (let n = 0; n < 8; n += 1) await ada.say(`fast ${n}`);
  await world.advance(20_000);
  expect(bob.heard).toEqual(Array.from({ length: 8 }, (_, n) => `fast ${n}`));
  expect(world.net.texts.some(({ text }) => text.includes('"rate-limited"'))).toBe(true);
  expect(ada.problems).toEqual([]);
});

test("[SY53] a final refusal is reported and blocks nobody", async () => {
  const world = await createLinkWorld({ limits: { bodyBytesMax: 1_000 } });
  const [ada, bob] = await world.livePeers("ada", "bob");
  await ada.say("x".repeat(4_000));
  await ada.say("small");
  await world.advance(3_000);
  expect(ada.problems).toEqual(["relay-refused-too-large"]);
  expect(bob.heard).toEqual(["small"]);
  expect(bob.entries[0]?.entry.device).toBe(ada.id);
  expect(ada.unsent).toBe(0);
});

test("[SY50] the introduction is not lost with a sealing that was never stored", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  ada.outbox.abortAtWrite(2); // The row's sealing; the row itself is the first write.
  await ada.say("first words");
  await world.advance(30_000);
  expect(bob.heard).toEqual(["first words"]);
  expect(ada.problems).toEqual(["storage-failed", undefined]);
});

test("[SY52] an event in many parts comes whole, and its row goes after the last", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  const long = Array.from({ length: 20_000 }, (_, n) => `${n} `).join("");
  await ada.say(long);
  await ada.say("after");
  await world.advance(5_000);
  expect(bob.heard.filter((text) => text !== "[part]")).toEqual([long, "after"]);
  expect(bob.heard.length).toBeGreaterThan(3);
  expect(ada.unsent).toBe(0);
});

test("[SY55] what was taken in is acknowledged at a quarter of the window, and no earlier", async () => {
  const world = await createLinkWorld({ limits: { windowEntriesMax: 16 } });
  const [ada, bob] = await world.livePeers("ada", "bob");
  for (let n = 0; n < 10; n += 1) {
    await ada.say(`${n}`);
    await world.advance(3_000);
  }
  const acks = world.net.texts
    .filter(({ name, text }) => name === "bob" && text.startsWith('{"t":"ack"'))
    .map(({ text }) => (JSON.parse(text) as { readonly seq: number }).seq);
  expect(acks).toEqual([4, 8]);
  expect(bob.heard).toHaveLength(10);
});

test("[SY55] no window is so small that the relay waits for ever", async () => {
  const windows = [
    { windowEntriesMax: 1 },
    { windowEntriesMax: 3 },
    { windowBytesMax: 500, bodyBytesMax: 3_000 }, // Smaller than one entry may be.
  ];
  for (const limits of windows) {
    const world = await createLinkWorld({ limits });
    const [ada, bob] = await world.livePeers("ada", "bob");
    for (let n = 0; n < 12; n += 1) await ada.say(`${n} ${"x".repeat(400)}`);
    await world.advance(5_000);
    expect(bob.heard).toHaveLength(12);
    const [cy] = await world.livePeers("cy"); // A replay.
    expect(cy.heard).toEqual(bob.heard);
  }
});

test("[SY56] ephemerals reach those who are here, and only while live", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  ada.link.sendEphemeral({ lost: "nobody knows this device yet" });
  await ada.say("hello");
  await world.advance(1_000);
  ada.link.sendEphemeral({ tokens: "wor" });
  ada.link.sendEphemeral({ tokens: "ds" });
  ada.link.sendEphemeral({ tokens: "x".repeat(20_000) });
  await world.advance(500);
  expect(bob.ephemerals).toEqual([[ada.id, { tokens: "wor" }], [ada.id, { tokens: "ds" }]]);
  world.net.drop("ada");
  ada.link.sendEphemeral({ tokens: "nowhere" });
  await world.advance(10_000);
  expect(bob.ephemerals).toHaveLength(2);
});

test("[SY54] [SY57] a half-open connection is left when a ping has no answer", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  world.net.freeze("ada");
  await ada.say("into the void");
  await world.advance(40_000);
  await world.advance(20_000);
  expect(ada.statuses.map(({ link }) => link.phase)).toContain("offline");
  expect(ada.phase).toBe("live");
  expect(bob.heard).toEqual(["into the void"]);
});

test("[SY44] a socket that the relay still holds is replaced by the one that comes back", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  world.net.strand("ada");
  await world.advance(5_000);
  await ada.say("back");
  await world.advance(5_000);
  expect([ada.phase, bob.heard]).toEqual(["live", ["back"]]);
});

test("[SY45] a device that another socket replaced does not come back by itself", async () => {
  const world = await createLinkWorld();
  const [ada] = await world.livePeers("ada");
  const twin = new LinkPeer("twin", ada.keys, world);
  twin.start();
  await world.advance(2_000);
  expect([ada.phase, twin.phase]).toEqual(["refused replaced", "live"]);
  await world.advance(60_000);
  expect([ada.phase, twin.phase]).toEqual(["refused replaced", "live"]);
  ada.link.retryNow();
  await world.advance(2_000);
  expect([ada.phase, twin.phase]).toEqual(["live", "refused replaced"]);
});

test("[SY45] a proof that does not hold is refused and not tried again by itself", async () => {
  const nonce = "A".repeat(22);
  const world = await createLinkWorld({
    tap: (text) => text.replace(/"nonce":"[^"]*"/, `"nonce":"${nonce}"`),
  });
  const eve = await world.createPeer("eve");
  eve.start();
  await world.advance(2_000);
  expect(eve.phase).toBe("refused badProof");
  const before = world.net.texts.length;
  await world.advance(120_000);
  expect(world.net.texts.length).toBe(before);
});

test("[SY45] another version is refused, whichever side says so", async () => {
  const versions = [/^(\{"t":"hello","v":)1/, /^(\{"t":"join","v":)1/];
  for (const version of versions) {
    const world = await createLinkWorld({ tap: (text) => text.replace(version, "$12") });
    const ada = await world.createPeer("ada");
    ada.start();
    await world.advance(2_000);
    expect(ada.phase).toBe("refused badVersion");
  }
});

test("[SY45] a secret of another room is a defect, not another room's log", async () => {
  const world = await createLinkWorld();
  const { keys } = await world.createPeer("eve");
  const eve = new LinkPeer("eve", { ...keys, secret: world.crypto.randomBytes(32) }, world);
  eve.start();
  await expect(eve.ended).rejects.toThrow("another room's");
});

test("[SY45] a reader reads, and appends nothing", async () => {
  const world = await createLinkWorld();
  const [ada] = await world.livePeers("ada");
  const reader = await world.createPeer("rita", "read");
  reader.start();
  await ada.say("for all");
  await world.advance(3_000);
  expect([reader.phase, reader.heard]).toEqual(["live", ["for all"]]);
  reader.link.sendEphemeral({ typed: true });
  await world.advance(1_000);
  const own = world.net.texts.filter(({ name, to }) => name === "rita" && to === "relay");
  expect(own.every(({ text }) => /"t":"(join|ack)"/.test(text))).toBe(true);
});

test("[SY58] an append resolves once it is mirrored; a known id gives the first entry", async () => {
  const world = await createLinkWorld();
  const [ada, bob] = await world.livePeers("ada", "bob");
  const log = ada.createLog();
  const entry = { id: "own-1", device: ada.id, body: { kind: "message", text: "logged" } };
  const appending = log.append(entry, noAbort);
  await world.advance(10);
  ada.link.wake();
  await world.advance(1_000);
  const appended = valueOf(await appending, "append");
  expect(appended).toMatchObject({ seq: 1, device: ada.id, body: entry.body });
  expect(valueOf(await log.read(0, 9, noAbort), "read")).toEqual([appended]);
  expect(bob.heard).toEqual(["logged"]);
  const again = log.append({ ...entry, body: { kind: "message", text: "other" } }, noAbort);
  await world.advance(1_000);
  expect(await again).toEqual({ ok: true, value: appended });
});

test("[SY58] an append that is aborted once stored is sent, and a refused one says so", async () => {
  const world = await createLinkWorld({ limits: { bodyBytesMax: 1_000 } });
  const [ada, bob] = await world.livePeers("ada", "bob");
  const left = new AbortController();
  const body = { kind: "message", text: "kept" };
  const waiting = ada.createLog().append({ id: "own-1", device: ada.id, body }, left.signal);
  await world.advance(10);
  left.abort("left");
  await expect(waiting).rejects.toBe("left");
  await ada.say("and this");
  await world.advance(2_000);
  expect(bob.heard).toEqual(["kept", "and this"]);
  const huge = { id: "own-2", device: ada.id, body: { kind: "message", text: "x".repeat(4_000) } };
  const refused = ada.createLog().append(huge, noAbort);
  await world.advance(10);
  ada.link.wake();
  await world.advance(2_000);
  expect(await refused).toMatchObject({ ok: false, error: { kind: "storage-failed" } });
});
