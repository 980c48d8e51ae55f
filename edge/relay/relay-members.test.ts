import { expect, test } from "vitest";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { createRelayKit, type RawClient, type RelayKit } from "../testing/relay-kit.ts";
import { bodyCharsMax, innerLimits, relayLimits } from "./limits.ts";

function setup(limits: Partial<RelayLimits> = {}): Promise<RelayKit> {
  const clock = new ManualClock();
  const random = new SeededRandom("members");
  const crypto = createPlainCrypto(random.fork("crypto"));
  const trace = new RecordingLog();
  const advance = (ms: number) => clock.advance(ms);
  return createRelayKit({ crypto, clock, trace, advance }, limits);
}

const unpaced = { appendBurst: 100_000, appendsPerS: 100_000 };
const seqsOf = (client: RawClient): readonly number[] => client.entries.map((entry) => entry.seq);
const upTo = (head: number): readonly number[] => Array.from({ length: head }, (_, n) => n + 1);
const ackAll = (client: RawClient): void =>
  client.send({ t: "ack", seq: client.entries.at(-1)?.seq ?? 0 });
const leftsOf = (client: RawClient): readonly unknown[] =>
  client.entries.filter((entry) => entry.from === "relay").map((entry) =>
    (JSON.parse(entry.body) as { device: unknown }).device
  );
const presenceOf = (client: RawClient): readonly string[] =>
  client.of("presence").map((frame) => `${frame.device.slice(0, 4)} ${frame.state}`);

/** Keeps sockets from going idle while time passes. */
async function pass(kit: RelayKit, ms: number, ...clients: RawClient[]): Promise<void> {
  const step = innerLimits.idleMsMax / 4;
  for (let left = ms; left > 0; left -= step) {
    await kit.advance(Math.min(step, left));
    for (const client of clients) client.send("ping");
  }
}

async function say(kit: RelayKit, client: RawClient, count: number, body = "x"): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    kit.append(client, body);
    await kit.settle();
    ackAll(client);
  }
}

test("[RL21] no more than the window's entries are unacknowledged", async () => {
  const kit = await setup({ ...unpaced, windowEntriesMax: 5 });
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 9);
  expect(seqsOf(bob)).toEqual(upTo(5));
  bob.send({ t: "ack", seq: 2 });
  await kit.settle();
  expect(seqsOf(bob)).toEqual(upTo(7));
  ackAll(bob);
  await kit.settle();
  expect(seqsOf(bob)).toEqual(upTo(9));
});

test("[RL21] no more than the window's bytes are unacknowledged, whatever the peer does", async () => {
  const windowBytesMax = relayLimits.windowBytesMax;
  const kit = await setup({ ...unpaced, logBytesMax: 2 ** 40 });
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 40, "x".repeat(20_000));
  const bytes = bob.entries.reduce((sum, entry) => sum + entry.body.length, 0);
  expect(bytes).toBeLessThanOrEqual(windowBytesMax);
  expect(bytes).toBeGreaterThan(windowBytesMax - bodyCharsMax(relayLimits));
  for (let n = 0; n < 10; n += 1) {
    ackAll(bob);
    await kit.settle();
  }
  expect(seqsOf(bob)).toEqual(upTo(40));
});

test("[RL22] a slow reader is given from the store what it can take, and no live marker early", async () => {
  const kit = await setup({ ...unpaced, windowEntriesMax: 10 });
  const ada = await kit.join("ada");
  await say(kit, ada, 35);
  const bob = await kit.join("bob");
  const seen: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    seen.push(bob.entries.length);
    expect(bob.of("live")).toHaveLength(n < 3 ? 0 : 1);
    ackAll(bob);
    await kit.settle();
  }
  expect(seen).toEqual([10, 20, 30, 35]);
  expect(seqsOf(bob)).toEqual(upTo(35));
});

test("[RL23] without ack progress while behind a socket ends 4008; with progress it stays", async () => {
  const kit = await setup({ ...unpaced, windowEntriesMax: 5 });
  const [ada, bob, cyd] = [await kit.join("ada"), await kit.join("bob"), await kit.join("cyd")];
  await say(kit, ada, 20);
  await pass(kit, innerLimits.slowMsMax - 1, ada, bob, cyd);
  expect([bob.closeCode, cyd.closeCode]).toEqual([undefined, undefined]);
  cyd.send({ t: "ack", seq: 1 });
  await pass(kit, innerLimits.slowMsMax - 1, ada, bob, cyd);
  expect([ada.closeCode, bob.closeCode, cyd.closeCode]).toEqual([undefined, 4008, undefined]);
});

test("[RL23] an ack that frees too little for another entry is progress too", async () => {
  const kit = await setup({ ...unpaced, logBytesMax: 2 ** 40 });
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 12, "x".repeat(20_000));
  const got = bob.entries.length;
  await pass(kit, innerLimits.slowMsMax - 1, ada, bob);
  bob.send({ t: "ack", seq: 1 });
  await pass(kit, innerLimits.slowMsMax - 1, ada, bob);
  expect([bob.closeCode, bob.entries.length]).toEqual([undefined, got]);
  await pass(kit, 1, ada, bob);
  expect(bob.closeCode).toBe(4008);
});

test("[RL23] who is up to date may be as slow with its acks as it likes", async () => {
  const kit = await setup(unpaced);
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 3);
  await pass(kit, 10 * innerLimits.slowMsMax, ada, bob);
  expect(bob.closeCode).toBeUndefined();
});

test.each([["ahead of what it got", 4], ["of nothing, ahead", 1]])(
  "[RL36] an ack %s is a bad frame and changes nothing",
  async (_title, seq) => {
    const kit = await setup();
    const ada = await kit.join("ada");
    await say(kit, ada, seq - 1);
    ada.send({ t: "ack", seq });
    await kit.settle();
    expect(ada.of("error")).toEqual([{ t: "error", code: "frame-malformed" }]);
    await say(kit, ada, 1);
    expect(seqsOf(ada)).toEqual(upTo(seq));
  },
);

test("[RL33] a full log refuses; trimming needs two checkpoints and goes below the older", async () => {
  const kit = await setup({ ...unpaced, entriesMax: 10 });
  const ada = await kit.join("ada");
  await say(kit, ada, 6);
  kit.append(ada, "checkpoint", kit.nextId(), 4);
  await kit.settle();
  await say(kit, ada, 3);
  kit.append(ada, "too much");
  await kit.settle();
  expect(ada.of("no")).toMatchObject([{ code: "log-full", retry: true }]);
  expect(ada.of("ok")).toHaveLength(10);
});

test("[RL33] with two checkpoints a full log loses what the older one covers", async () => {
  const kit = await setup({ ...unpaced, entriesMax: 10 });
  const ada = await kit.join("ada");
  await say(kit, ada, 4);
  for (const covers of [4, 5]) {
    kit.append(ada, "checkpoint", kit.nextId(), covers);
    await kit.settle();
    ackAll(ada);
  }
  await say(kit, ada, 6);
  expect(ada.of("no")).toEqual([]);
  const bob = await kit.join("bob");
  expect(bob.of("joined")[0]).toMatchObject({ head: 12, floor: 4 });
  expect(seqsOf(bob)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
  // Nothing is left below the older checkpoint but one entry too many.
  await say(kit, ada, 2);
  expect(ada.of("no")).toMatchObject([{ code: "log-full" }]);
});

test("[RL33] a full log has room for newer checkpoints, in parts too, and for no more", async () => {
  const kit = await setup({ ...unpaced, entriesMax: 30 });
  const ada = await kit.join("ada");
  await say(kit, ada, 30);
  const offer = async (covers: number, more?: true) => {
    const before = ada.of("ok").length;
    ada.send({ t: "append", id: kit.nextId(), body: "AAAA", covers, more });
    await kit.settle();
    ackAll(ada);
    return ada.of("ok").length > before;
  };
  expect([await offer(5, true), await offer(5), await offer(5)]).toEqual([true, true, false]);
  expect(await kit.join("bob").then((bob) => bob.of("joined")[0])).toMatchObject({ floor: 1 });
  expect([await offer(6, true), await offer(6)]).toEqual([true, false]);
  const wide = await setup({ ...unpaced, entriesMax: 40 });
  const eve = await wide.join("eve");
  await say(wide, eve, 40);
  for (const covers of [5, 6]) {
    wide.append(eve, "checkpoint", wide.nextId(), covers);
    await wide.settle();
    ackAll(eve);
  }
  await say(wide, eve, 1);
  const [joined] = (await wide.join("fay")).of("joined");
  const held = eve.entries.filter(({ seq }) => seq >= 5);
  const bytes = held.reduce((sum, { body }) => sum + body.length, 0);
  expect(joined).toMatchObject({ floor: 5, head: 43, bytes });
});

test("[RL33] a checkpoint of what is not there yet, or of less than the last, trims nothing", async () => {
  const kit = await setup({ ...unpaced, entriesMax: 5 });
  const ada = await kit.join("ada");
  await say(kit, ada, 2);
  kit.append(ada, "of the future", kit.nextId(), 3);
  kit.append(ada, "first", kit.nextId(), 2);
  await kit.settle();
  ackAll(ada);
  kit.append(ada, "older", kit.nextId(), 1);
  await kit.settle();
  ackAll(ada);
  await say(kit, ada, 2);
  expect(ada.of("error")).toHaveLength(1);
  expect(ada.of("no")).toMatchObject([{ code: "log-full" }]);
  expect((await kit.join("bob")).of("joined")[0]).toMatchObject({ floor: 1, head: 5 });
});

test("[RL24] who reads where the log was trimmed is closed 4010, not led over a hole", async () => {
  const kit = await setup({ ...unpaced, entriesMax: 12, windowEntriesMax: 3 });
  const ada = await kit.join("ada");
  await say(kit, ada, 10);
  const bob = await kit.join("bob");
  expect(seqsOf(bob)).toEqual([1, 2, 3]);
  for (const covers of [8, 9]) {
    kit.append(ada, "checkpoint", kit.nextId(), covers);
    await kit.settle();
    ackAll(ada);
  }
  await say(kit, ada, 1);
  ackAll(bob);
  await kit.settle();
  expect(bob.closeCode).toBe(4010);
  const again = await kit.join("bob", { cursor: bob.cursor });
  expect(again.of("joined")[0]).toMatchObject({ recovered: false, reason: "trimmed", floor: 8 });
});

test("[RL11] a cursor right below the floor misses nothing", async () => {
  const kit = await setup({ ...unpaced, entriesMax: 6 });
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 3);
  const cursor = bob.cursor;
  bob.end(true);
  kit.append(ada, "more");
  await kit.settle();
  for (const covers of [4, 5]) {
    kit.append(ada, "checkpoint", kit.nextId(), covers);
    await kit.settle();
  }
  await say(kit, ada, 1);
  const again = await kit.join("bob", { cursor });
  expect(again.of("joined")[0]).toMatchObject({ recovered: true, floor: 4 });
  expect(seqsOf(again)).toEqual([4, 5, 6, 7]);
});

test("[RL25] a page is asked back from a seq", async () => {
  const kit = await setup(unpaced);
  const ada = await kit.join("ada");
  await say(kit, ada, 9);
  ada.send({ t: "page", before: 5, entriesMax: 2 });
  await kit.settle();
  ada.send({ t: "page", before: 999, entriesMax: 3 });
  await kit.settle();
  const pages = ada.of("page").map((page) => page.entries.map((entry) => entry.seq));
  expect(pages).toEqual([[3, 4], [7, 8, 9]]);
  expect(ada.of("page")[0]).toMatchObject({ before: 5, floor: 1 });
});

test("[RL25] pages have a budget; beyond it they are bad frames", async () => {
  const kit = await setup(unpaced);
  const ada = await kit.join("ada");
  for (let n = 0; n <= innerLimits.pageBurst; n += 1) {
    ada.send({ t: "page", before: 1, entriesMax: 1 });
    await kit.settle();
  }
  expect(ada.of("page")).toHaveLength(innerLimits.pageBurst);
  expect(ada.of("error")).toHaveLength(1);
});

test("[RL26] an ephemeral goes to the others, stamped, and is stored nowhere", async () => {
  const kit = await setup();
  const [ada, bob, cyd] = [
    await kit.join("ada"),
    await kit.join("bob"),
    await kit.join("cyd", { access: "read" }),
  ];
  ada.send({ t: "eph", body: "dHlwaW5n" });
  cyd.send({ t: "eph", body: "cmVhZGVy" });
  await kit.settle();
  const frame = { t: "eph", from: (await kit.device("ada")).id, body: "dHlwaW5n" };
  expect([ada.of("eph"), bob.of("eph"), cyd.of("eph")]).toEqual([[], [frame], [frame]]);
  expect(kit.store.commits).toBe(0);
});

test("[RL26] ephemerals over their budget are dropped; appends have another", async () => {
  const kit = await setup({ ephemeralBytesPerS: 100 });
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  for (let n = 0; n < 5; n += 1) ada.send({ t: "eph", body: "x".repeat(50) });
  kit.append(ada, "said");
  await kit.settle();
  expect([bob.of("eph").length, bob.entries.length]).toEqual([4, 1]);
  await kit.advance(500);
  ada.send({ t: "eph", body: "x".repeat(50) });
  await kit.settle();
  expect(bob.of("eph")).toHaveLength(5);
});

test("[RL26] who is behind gets no ephemerals until it has caught up", async () => {
  const kit = await setup({ ...unpaced, windowEntriesMax: 2 });
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 3);
  ada.send({ t: "eph", body: "YQ" });
  await kit.settle();
  expect(bob.of("eph")).toEqual([]);
  ackAll(bob);
  await kit.settle();
  ada.send({ t: "eph", body: "Yg" });
  await kit.settle();
  expect(bob.of("eph")).toHaveLength(1);
});

test("[RL41] a socket that takes nothing gets no ephemerals and is closed before it costs much", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  bob.buffered = innerLimits.bufferedBytesForEphemeralsMax + 1;
  ada.send({ t: "eph", body: "YQ" });
  await say(kit, ada, 1);
  expect([bob.of("eph").length, bob.entries.length]).toEqual([0, 1]);
  bob.buffered = innerLimits.bufferedBytesMax + 1;
  await say(kit, ada, 1);
  expect(bob.closeCode).toBe(4008);
});

test("[RL27] members hear who is here, who comes and who goes", async () => {
  const kit = await setup();
  const idOf = async (who: string): Promise<string> => (await kit.device(who)).id;
  const [adaId, bobId, cydId] = [await idOf("ada"), await idOf("bob"), await idOf("cyd")];
  const ada = await kit.join("ada");
  const bob = await kit.join("bob", { access: "read" });
  expect(bob.of("joined")[0]?.members).toEqual([adaId, bobId]);
  const cyd = await kit.join("cyd");
  const again = await kit.join("cyd");
  bob.end(false);
  again.end(true);
  await kit.settle();
  expect(presenceOf(ada)).toEqual([
    `${bobId.slice(0, 4)} here`,
    `${cydId.slice(0, 4)} here`,
    `${bobId.slice(0, 4)} gone`,
    `${cydId.slice(0, 4)} gone`,
  ]);
  expect(presenceOf(cyd)).toEqual([]);
});

test("[RL27] a member that does not read hears the outcome, not every change", async () => {
  const kit = await setup({ ...unpaced, windowEntriesMax: 2 });
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 3);
  for (let n = 0; n < 20; n += 1) {
    const cyd = await kit.join("cyd");
    cyd.end(true);
    await kit.settle();
  }
  await kit.join("dan");
  expect(presenceOf(bob)).toEqual([]);
  ackAll(bob);
  await kit.settle();
  expect(presenceOf(bob)).toEqual([`${(await kit.device("dan")).id.slice(0, 4)} here`]);
});

test("[RL28] after a clean end `left` is said at once", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 1);
  ada.end(true);
  await kit.settle();
  expect(leftsOf(bob)).toEqual([(await kit.device("ada")).id]);
  expect(seqsOf(bob)).toEqual([1, 2]);
});

test("[RL28] after a lost socket it is said 15 s later, unless the device came back", async () => {
  const kit = await setup();
  const [ada, bob, cyd] = [await kit.join("ada"), await kit.join("bob"), await kit.join("cyd")];
  await say(kit, ada, 1);
  await say(kit, cyd, 1);
  ada.end(false);
  cyd.end(false);
  await pass(kit, innerLimits.leftAfterMs - 1, bob);
  expect(leftsOf(bob)).toEqual([]);
  const back = await kit.join("cyd");
  await pass(kit, 1, bob);
  expect(leftsOf(bob)).toEqual([(await kit.device("ada")).id]);
  await pass(kit, innerLimits.leftAfterMs, bob, back);
  expect(leftsOf(bob)).toHaveLength(1);
});

test("[RL28] of who only read, or said nothing since it left, nothing is said", async () => {
  const kit = await setup();
  const bob = await kit.join("bob");
  await say(kit, bob, 1);
  for (const access of ["read", "write", "write"] as const) {
    (await kit.join("ada", { access })).end(true);
    await kit.settle();
  }
  const ada = await kit.join("ada");
  await say(kit, ada, 1);
  ada.end(true);
  await kit.settle();
  (await kit.join("ada")).end(true);
  await pass(kit, 2 * innerLimits.leftAfterMs, bob);
  expect(leftsOf(bob)).toHaveLength(1);
});

test("[RL29] `left` comes behind everything that its device sent", async () => {
  const kit = await setup(unpaced);
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  kit.store.holdCommits();
  const count = 2 * innerLimits.batchEntriesMax;
  for (let n = 0; n < count; n += 1) kit.append(ada, `${n}`);
  await kit.settle();
  ada.end(true);
  kit.store.releaseCommits();
  await kit.settle();
  expect(seqsOf(bob)).toEqual(upTo(count + 1));
  expect(bob.entries.at(-1)?.from).toBe("relay");
  expect(leftsOf(bob)).toHaveLength(1);
});

test("[RL28] a `left` whose commit failed is said again", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 1);
  kit.store.failNextCommit({ kind: "storage-full" });
  ada.end(true);
  await kit.settle();
  expect(leftsOf(bob)).toEqual([]);
  await kit.advance(innerLimits.storeRetryMs);
  expect(leftsOf(bob)).toEqual([(await kit.device("ada")).id]);
});

test("[RL28] a `left` that could not be stored is not said of a device that came back", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 1);
  kit.store.failNextCommit({ kind: "storage-full" });
  ada.end(true);
  await kit.settle();
  const back = await kit.join("ada", { cursor: ada.cursor });
  await pass(kit, 2 * innerLimits.leftAfterMs, bob, back);
  expect(leftsOf(bob)).toEqual([]);
});

test("[RL53] what is offered again is its author's, who leaves unless it comes", async () => {
  const kit = await setup();
  const [ada, cyd] = [await kit.device("ada"), await kit.device("cyd")];
  const bob = await kit.join("bob");
  const offer = (letter: string, author: string) =>
    bob.send({ t: "append", id: letter.repeat(22), body: `A${letter}`, author });
  offer("a", ada.id);
  offer("b", (await kit.device("bob")).id);
  offer("c", cyd.id);
  await kit.settle();
  ackAll(bob);
  const back = await kit.join("cyd");
  expect(bob.entries.map(({ from }) => from)).toEqual([
    ...[ada.id, (await kit.device("bob")).id, cyd.id],
  ]);
  await pass(kit, innerLimits.leftAfterMs, bob, back);
  expect(leftsOf(bob)).toEqual([ada.id]);
  back.end(true);
  await kit.settle();
  expect(leftsOf(bob)).toEqual([ada.id, cyd.id]);
});

test("[RL54] while entries are offered again no `left` comes between them", async () => {
  const kit = await setup();
  const [bob, dan] = [await kit.join("bob"), await kit.join("dan")];
  const author = (await kit.device("ada")).id;
  await say(kit, dan, 1);
  const letters = "abcd";
  for (const letter of letters) {
    bob.send({ t: "append", id: letter.repeat(22), body: "A", author });
    if (letter === "b") dan.end(true);
    await pass(kit, innerLimits.leftAfterMs - 1, bob);
    ackAll(bob);
  }
  expect(seqsOf(bob)).toEqual(upTo(1 + letters.length));
  await pass(kit, 1, bob);
  await kit.settle();
  expect(new Set(leftsOf(bob))).toEqual(new Set([author, (await kit.device("dan")).id]));
});

test("[RL35] after a restart who does not come back is said to have left", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 1);
  await say(kit, bob, 1);
  await kit.restart();
  expect(kit.relay.counts().rooms).toBe(1);
  const back = await kit.join("bob", { cursor: bob.cursor });
  await pass(kit, innerLimits.leftAfterMs - 1, back);
  expect(leftsOf(back)).toEqual([]);
  await pass(kit, 1, back);
  expect(leftsOf(back)).toEqual([(await kit.device("ada")).id]);
});

test("[RL35] a woken room that cannot be read is tried until it can", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  await say(kit, ada, 1);
  await kit.restart();
  kit.store.failWith({ kind: "storage-failed", detail: "io" });
  await kit.advance(innerLimits.leftAfterMs + innerLimits.quietMs);
  kit.store.failWith(undefined);
  await kit.advance(innerLimits.leftAfterMs + innerLimits.quietMs);
  expect(leftsOf(await kit.join("bob"))).toEqual([(await kit.device("ada")).id]);
});

test("[RL30] a second socket of a device replaces the first", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 1);
  const second = await kit.join("ada", { cursor: ada.cursor });
  expect([ada.closeCode, second.closeCode]).toEqual([4507, undefined]);
  ada.end(false);
  await say(kit, second, 1);
  await pass(kit, 2 * innerLimits.leftAfterMs, bob, second);
  expect(presenceOf(bob)).toEqual([]);
  expect(leftsOf(bob)).toEqual([]);
  expect(seqsOf(bob)).toEqual([1, 2]);
});

test("[RL30] of two sockets that enter at once the later one stays", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  await say(kit, ada, 1);
  const cursor = ada.cursor;
  const [first, second] = [kit.connect(), kit.connect()];
  second.send(await kit.joinFrame(second, "ada"));
  first.send(await kit.joinFrame(first, "ada", { cursor }));
  await kit.settle();
  expect([ada.closeCode, first.closeCode, second.closeCode]).toEqual([4507, 4507, undefined]);
});

test("[RL31] a read-only link appends nothing, and hears everything", async () => {
  const kit = await setup();
  const [ada, eve] = [await kit.join("ada"), await kit.join("eve", { access: "read" })];
  const id = kit.append(eve, "let me");
  await say(kit, ada, 1);
  expect(eve.of("no")).toEqual([{ t: "no", id, code: "read-only", retry: false }]);
  expect(seqsOf(eve)).toEqual([1]);
});

test("[RL32] a device appends a burst, then at its rate, and reconnecting refills nothing", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  for (let n = 0; n < relayLimits.appendBurst; n += 1) kit.append(ada, `${n}`);
  kit.append(ada, "too soon");
  await kit.settle();
  expect(ada.of("ok")).toHaveLength(relayLimits.appendBurst);
  const afterMs = 1_000 / relayLimits.appendsPerS;
  expect(ada.of("no")).toMatchObject([{ code: "rate-limited", retry: true, afterMs }]);
  const again = await kit.join("ada", { cursor: ada.cursor });
  const id = kit.append(again, "still too soon");
  await kit.advance(afterMs);
  kit.append(again, "still too soon", id);
  await kit.settle();
  expect(again.of("no")).toHaveLength(1);
  expect(again.of("ok")).toHaveLength(1);
});

test("[RL34] a room takes so many devices and no more, but always one that is there", async () => {
  const kit = await setup();
  const members: RawClient[] = [];
  for (let n = 0; n < innerLimits.membersMax; n += 1) members.push(await kit.join(`d${n}`));
  const late = await kit.join("late");
  const back = await kit.join("d0");
  expect([late.closeCode, members[0]?.closeCode, back.closeCode]).toEqual([4503, 4507, undefined]);
  members[1]?.end(true);
  await kit.settle();
  expect((await kit.join("late")).closeCode).toBeUndefined();
}, 20_000);

test("[RL7] a socket that went silent is closed 4005 and counts as lost", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  await say(kit, ada, 1);
  await pass(kit, innerLimits.idleMsMax, bob);
  expect([ada.closeCode, bob.closeCode]).toEqual([4005, undefined]);
  await pass(kit, innerLimits.leftAfterMs, bob);
  expect(leftsOf(bob)).toEqual([(await kit.device("ada")).id]);
});
