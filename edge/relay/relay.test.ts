import { expect, test } from "vitest";
import { encodeBase64Url, proveAdmission } from "#shared/crypto/mod.ts";
import type { AdmissionProof, RelayLimits } from "#shared/protocol/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { createRelayKit, ORIGIN, type RawClient, type RelayKit } from "../testing/relay-kit.ts";
import { innerLimits, relayLimits } from "./limits.ts";

function setup(limits: Partial<RelayLimits> = {}): Promise<RelayKit> {
  const clock = new ManualClock();
  const random = new SeededRandom("relay");
  const crypto = createPlainCrypto(random.fork("crypto"));
  const trace = new RecordingLog();
  const advance = (ms: number) => clock.advance(ms);
  return createRelayKit({ crypto, clock, trace, advance }, limits);
}

/** Many appends at once, without the usual pace. */
const unpaced = { appendBurst: 100_000, appendsPerS: 100_000 };
const bodiesOf = (client: RawClient): readonly string[] =>
  client.entries.map((entry) => atob(entry.body.replaceAll("-", "+").replaceAll("_", "/")));
const seqsOf = (client: RawClient): readonly number[] => client.entries.map((entry) => entry.seq);
const leftsOf = (client: RawClient): readonly string[] =>
  client.entries.filter((entry) => entry.from === "relay").map((entry) => entry.body);
const left = (device: string): string => JSON.stringify({ kind: "left", device });
const ackAll = (client: RawClient): void =>
  client.send({ t: "ack", seq: client.entries.at(-1)?.seq ?? 0 });

test("[RL10] a first visit hears hello, joined and live, then what is said", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  expect(ada.kinds).toEqual(["hello", "joined", "live"]);
  expect(ada.isAdmitted).toBe(true);
  const id = kit.append(ada, "hello");
  await kit.settle();
  expect(ada.kinds.slice(3)).toEqual(["ok", "entries"]);
  expect(ada.of("ok")).toEqual([{ t: "ok", id, seq: 1, ts: kit.clock.epochNow(), dup: false }]);
  expect(ada.of("entries")[0]).toMatchObject({ replay: false, entries: [{ seq: 1, id }] });
  expect(kit.defects).toEqual([]);
});

test("[RL10] history is replayed in order and marked, then comes live", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  for (const body of ["a", "b", "c"]) kit.append(ada, body);
  await kit.settle();
  const bob = await kit.join("bob");
  kit.append(ada, "d");
  await kit.settle();
  expect(bob.kinds).toEqual(["hello", "joined", "entries", "live", "entries"]);
  expect(bob.of("joined")[0]).toMatchObject({
    head: 3,
    floor: 1,
    recovered: false,
    reason: "no-cursor",
  });
  expect(bob.of("entries").map((frame) => frame.replay)).toEqual([true, false]);
  expect(bob.of("live")).toEqual([{ t: "live", seq: 3 }]);
  expect(bodiesOf(bob)).toEqual(["a", "b", "c", "d"]);
});

test("[RL10] what is committed while a socket replays comes behind its live", async () => {
  const kit = await setup({ ...unpaced, windowEntriesMax: 4 });
  const ada = await kit.join("ada");
  for (let n = 0; n < 10; n += 1) {
    kit.append(ada, `${n}`);
    await kit.settle();
    ackAll(ada);
  }
  const bob = await kit.join("bob");
  expect(seqsOf(bob)).toEqual([1, 2, 3, 4]);
  kit.append(ada, "late");
  await kit.settle();
  for (let n = 0; n < 4; n += 1) {
    ackAll(bob);
    await kit.settle();
  }
  const order = bob.frames.flatMap((frame) =>
    frame.t === "entries" ? [`${frame.replay}:${frame.entries.at(-1)?.seq}`] : frame.t
  );
  expect(order).toEqual([
    ...["hello", "joined", "true:4", "true:8", "true:10", "live", "false:11"],
  ]);
});

test("[RL11] a cursor resumes right behind it", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  const bob = await kit.join("bob");
  kit.append(ada, "a");
  await kit.settle();
  const cursor = bob.cursor;
  bob.end(false);
  kit.append(ada, "b");
  await kit.settle();
  const again = await kit.join("bob", { cursor });
  expect(again.of("joined")[0]).toMatchObject({ recovered: true, head: 2 });
  expect(again.of("joined")[0]?.reason).toBeUndefined();
  expect(bodiesOf(again)).toEqual(["b"]);
  const there = await kit.join("bob", { cursor: again.cursor });
  expect(there.kinds).toEqual(["hello", "joined", "live"]);
});

test("[RL11] a replayed cursor is as good as a live one, also after a restart", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  kit.append(ada, "a");
  await kit.settle();
  const bob = await kit.join("bob");
  await kit.restart();
  const again = await kit.join("bob", { cursor: bob.cursor });
  expect(again.of("joined")[0]).toMatchObject({ recovered: true });
  expect(seqsOf(again)).toEqual([]);
});

test("[RL12] a forged cursor ahead of the head is a fresh join and moves nobody", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  kit.append(ada, "a");
  await kit.settle();
  const epoch = ada.of("joined")[0]?.epoch ?? "";
  const forged = { epoch, seq: 99, mac: "A".repeat(33) };
  const eve = await kit.join("eve", { cursor: forged });
  expect(eve.of("joined")[0]).toMatchObject({ recovered: false, reason: "bad-cursor", epoch });
  expect(seqsOf(eve)).toEqual([1]);
  expect(ada.closeCode).toBeUndefined();
});

test("[RL13] a lost commit shows at the next true cursor: new epoch, others closed", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  for (const body of ["a", "b", "c"]) {
    kit.append(ada, body);
    await kit.settle();
  }
  const epoch = ada.of("joined")[0]?.epoch;
  await kit.restart(1);
  const bob = await kit.join("bob");
  expect(bob.of("joined")[0]).toMatchObject({ epoch, head: 2 });
  const again = await kit.join("ada", { cursor: ada.cursor });
  expect(bob.closeCode).toBe(4010);
  const joined = again.of("joined")[0];
  expect(joined).toMatchObject({ recovered: false, reason: "ahead", head: 2 });
  expect(joined?.epoch).not.toBe(epoch);
  expect(bodiesOf(again)).toEqual(["a", "b"]);
  const back = await kit.join("bob", { cursor: bob.cursor });
  expect(back.of("joined")[0]).toMatchObject({ recovered: false, reason: "epoch" });
  await kit.restart();
  const later = await kit.join("bob", { cursor: back.cursor });
  expect(later.of("joined")[0]).toMatchObject({ recovered: true, epoch: joined?.epoch });
});

test("[RL13] a lost commit shows also when its seq was given to another entry", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  for (const body of ["a", "lost"]) {
    kit.append(ada, body);
    await kit.settle();
  }
  await kit.restart(1);
  const bob = await kit.join("bob");
  for (const body of ["b", "c", "d"]) kit.append(bob, body);
  await kit.settle();
  const again = await kit.join("ada", { cursor: ada.cursor });
  expect(again.of("joined")[0]).toMatchObject({ recovered: false, reason: "ahead" });
  expect(bob.closeCode).toBe(4010);
  expect(bodiesOf(again)).toEqual(["a", "b", "c", "d"]);
});

test("[RL13] a wiped database is another epoch to every cursor", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  kit.append(ada, "a");
  await kit.settle();
  await kit.restart(9);
  const again = await kit.join("ada", { cursor: ada.cursor });
  expect(again.of("joined")[0]).toMatchObject({ recovered: false, reason: "epoch", head: 0 });
});

const corruptions: readonly [title: string, (proof: AdmissionProof) => AdmissionProof][] = [
  ["of a wrong admission signature", (p) => ({ ...p, admitSignature: p.deviceSignature })],
  ["of a wrong device signature", (p) => ({ ...p, deviceSignature: p.admitSignature })],
  ["that expired", (p) => ({ ...p, notAfter: 1 })],
  ["that is valid for years", (p) => ({ ...p, notAfter: p.notAfter + 1e11 })],
  ["of a key of low order", (p) => ({ ...p, deviceKey: "A".repeat(43) })],
  ["that claims writing by the read key", (p) => ({ ...p, access: "read" })],
  ["of another write key", (p) => ({ ...p, writeKey: p.readKey })],
];

test.each(corruptions)("[RL3] a proof %s ends 4501", async (_title, corrupt) => {
  const kit = await setup();
  const client = kit.connect();
  const frame = await kit.joinFrame(client, "ada");
  client.send({ ...frame, proof: corrupt(frame.proof) });
  await kit.settle();
  expect(client.closeCode).toBe(4501);
  expect(client.kinds).toEqual(["hello"]);
  expect(kit.relay.counts().rooms).toBe(0);
});

test("[RL3] a proof for another room, relay, device or nonce ends with the same 4501", async () => {
  const kit = await setup();
  const other = "B".repeat(22);
  const mallory = await kit.device("mallory");
  const codes: (number | undefined)[] = [];
  for (const kind of ["room", "relay", "device", "nonce"]) {
    const client = kit.connect();
    const frame = await kit.joinFrame(client, "ada");
    const challenge = {
      relayOrigin: kind === "relay" ? "http://evil.test" : ORIGIN,
      nonce: kind === "nonce" ? other : client.of("hello")[0]?.nonce ?? "",
      notAfter: frame.proof.notAfter,
    };
    const proof = await proveAdmission(
      kit.crypto,
      kit.writer,
      await kit.device("ada"),
      challenge,
    );
    client.send({
      ...{ ...frame, proof },
      room: kind === "room" ? other : frame.room,
      device: kind === "device" ? mallory.id : frame.device,
    });
    await kit.settle();
    codes.push(client.closeCode);
  }
  expect(codes).toEqual([4501, 4501, 4501, 4501]);
});

test("[RL4] a captured join opens no second socket", async () => {
  const kit = await setup();
  const ada = kit.connect();
  const frame = await kit.joinFrame(ada, "ada");
  ada.send(frame);
  await kit.settle();
  const thief = kit.connect();
  thief.send(frame);
  await kit.settle();
  expect([ada.closeCode, thief.closeCode]).toEqual([undefined, 4501]);
});

test("[RL3] a room that nobody ever used answers a wrong proof as a used one does", async () => {
  const kit = await setup();
  const seen: (readonly string[])[] = [];
  for (const isUsed of [false, true]) {
    if (isUsed) await kit.join("ada");
    const client = kit.connect();
    const frame = await kit.joinFrame(client, "eve");
    client.send({ ...frame, proof: { ...frame.proof, notAfter: 1 } });
    await kit.settle();
    seen.push([...client.kinds, `${client.closeCode}`]);
  }
  expect(seen[0]).toEqual(seen[1]);
});

test("[RL5] an append before joined ends 4502 and stores nothing", async () => {
  const kit = await setup();
  const client = kit.connect();
  kit.append(client, "early");
  await kit.settle();
  expect(client.closeCode).toBe(4502);
  const waiting = kit.connect();
  waiting.send(await kit.joinFrame(waiting, "ada"));
  kit.append(waiting, "hasty");
  await kit.settle();
  expect(waiting.closeCode).toBe(4502);
  expect(kit.store.commits).toBe(0);
});

test("[RL15] a repeat is ok with the first seq and time, whoever sends it", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  const id = kit.append(ada, "once");
  await kit.settle();
  const first = ada.of("ok")[0];
  await kit.advance(1_000);
  kit.append(ada, "once", id);
  kit.append(bob, "once", id);
  await kit.settle();
  expect(ada.of("ok")[1]).toEqual({ ...first, dup: true });
  expect(bob.of("ok")).toEqual([{ ...first, dup: true }]);
  expect(bodiesOf(bob)).toEqual(["once"]);
});

test("[RL15] repeats in one batch, or while the commit is under way, are one entry", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  kit.store.holdCommits();
  const id = kit.append(ada, "once");
  kit.append(bob, "once", id);
  await kit.settle();
  kit.append(ada, "once", id);
  await kit.settle();
  expect(ada.of("ok")).toEqual([]);
  kit.store.releaseCommits();
  await kit.settle();
  expect(ada.of("ok").map((one) => [one.seq, one.dup])).toEqual([[1, false], [1, true]]);
  expect(bob.of("ok").map((one) => [one.seq, one.dup])).toEqual([[1, true]]);
  expect(seqsOf(bob)).toEqual([1]);
});

test("[RL16] the same id with another body is a conflict: stored, queued or committing", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  kit.store.holdCommits();
  const id = kit.append(ada, "mine");
  kit.append(bob, "other", id);
  await kit.settle();
  kit.append(bob, "other", id);
  kit.store.releaseCommits();
  await kit.settle();
  kit.append(bob, "other", id);
  await kit.settle();
  expect(bob.of("no").map((one) => [one.code, one.retry])).toEqual([
    ["conflict", false],
    ["conflict", false],
    ["conflict", false],
  ]);
  expect(bodiesOf(bob)).toEqual(["mine"]);
});

test("[RL17] nobody hears of an entry before it is durable", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  kit.store.holdCommits();
  kit.append(ada, "a");
  await kit.advance(1_000);
  expect([ada.of("ok").length, bob.entries.length]).toEqual([0, 0]);
  kit.store.releaseCommits();
  await kit.settle();
  expect([ada.of("ok").length, bob.entries.length]).toEqual([1, 1]);
});

test("[RL18] appends wait for the commit under way and go in batches, in order", async () => {
  const kit = await setup(unpaced);
  const ada = await kit.join("ada");
  kit.store.holdCommits();
  kit.append(ada, "first");
  await kit.settle();
  const bodies = Array.from({ length: 200 }, (_, n) => `n${n}`);
  for (const body of bodies) kit.append(ada, body);
  await kit.settle();
  kit.store.releaseCommits();
  await kit.settle();
  expect(kit.store.commits).toBe(1 + Math.ceil(200 / innerLimits.batchEntriesMax));
  expect(bodiesOf(ada)).toEqual(["first", ...bodies]);
  expect(seqsOf(ada)).toEqual(Array.from({ length: 201 }, (_, n) => n + 1));
  expect(kit.relay.counts()).toMatchObject({ sockets: 1, rooms: 1, appended: 201, delivered: 201 });
});

test.each(["storage-full", "storage-failed"] as const)(
  "[RL19] a commit that ends %s refuses its appends, to be retried",
  async (kind) => {
    const kit = await setup();
    const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
    kit.store.failNextCommit(kind === "storage-full" ? { kind } : { kind, detail: "io" });
    const id = kit.append(ada, "a");
    kit.append(bob, "a", id);
    await kit.settle();
    const refusal = { t: "no", id, code: "storage-failed", retry: true };
    expect([ada.of("no"), bob.of("no")]).toEqual([[refusal], [refusal]]);
    expect(bob.entries).toEqual([]);
    kit.append(ada, "a", id);
    await kit.advance(innerLimits.storeRetryMs);
    expect(ada.of("ok")).toMatchObject([{ id, seq: 1, dup: false }]);
    expect(bodiesOf(bob)).toEqual(["a"]);
  },
);

test("[RL127] what was lost and came again is another entry to who knew the first", async () => {
  const kit = await setup();
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  kit.append(ada, "kept");
  await kit.settle();
  const id = kit.append(ada, "a");
  await kit.settle();
  const { cursor } = bob;
  await kit.restart(1);
  await kit.advance(50);
  const again = await kit.join("ada");
  kit.append(again, "a", id);
  await kit.settle();
  expect(again.entries[1]).toMatchObject({ seq: 2, id });
  expect(again.entries[1]?.ts).toBeGreaterThan(bob.entries[1]?.ts ?? 0);
  const back = await kit.join("bob", { cursor });
  expect(back.of("joined")).toMatchObject([{ recovered: false, reason: "ahead" }]);
  expect(again.closeCode).toBe(4010);
  expect(back.entries).toEqual(again.entries);
});

/** A client with many under way as it should be: it goes back to the first that was refused. */
function goBack(kit: RelayKit, client: RawClient, said: ReadonlyMap<string, string>): void {
  const stored = new Set(client.of("ok").map(({ id }) => id));
  for (const [id, text] of said) if (!stored.has(id)) kit.append(client, text, id);
}

test("[RL124] a commit that fails takes what waits behind it along, whoever sent it", async () => {
  const kit = await setup(unpaced);
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  const said = new Map<string, string>();
  const say = (text: string): void => void said.set(kit.append(ada, text), text);
  kit.store.holdCommits();
  kit.store.failNextCommit({ kind: "storage-failed", detail: "io" });
  say("0");
  await kit.settle();
  // More than the next batch takes.
  for (let n = 1; n < 200; n += 1) say(`${n}`);
  kit.append(bob, "too");
  await kit.settle();
  kit.store.releaseCommits();
  await kit.settle();
  const refused = ada.of("no").map(({ id }) => id);
  expect(refused).toEqual([...said.keys()]);
  expect(bob.of("no")).toMatchObject([{ code: "storage-failed", retry: true }]);
  goBack(kit, ada, said);
  await kit.settle();
  expect(bodiesOf(ada)).toEqual([...said.values()]);
});

test("[RL123] what comes behind a refused append is refused until that one comes again", async () => {
  const kit = await setup(unpaced);
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  const said = new Map<string, string>();
  const say = (text: string): void => void said.set(kit.append(ada, text), text);
  kit.store.failNextCommit({ kind: "storage-failed", detail: "io" });
  say("0");
  await kit.settle();
  // On its way when the refusal was.
  say("1");
  kit.append(bob, "bob's own");
  await kit.settle();
  expect(bodiesOf(bob)).toEqual(["bob's own"]);
  const no = { t: "no", code: "storage-failed", retry: true };
  expect(ada.of("no")).toEqual([...said.keys()].map((id) => ({ ...no, id })));
  goBack(kit, ada, said);
  say("2");
  await kit.settle();
  expect(bodiesOf(bob)).toEqual(["bob's own", "0", "1", "2"]);
});

test("[RL123] what is too much for the pace keeps its order too, and a new socket owes nothing", async () => {
  const kit = await setup({ appendBurst: 1, appendsPerS: 1 });
  const ada = await kit.join("ada");
  const said = new Map<string, string>();
  for (const text of ["0", "1"]) said.set(kit.append(ada, text), text);
  await kit.advance(1_000);
  said.set(kit.append(ada, "2"), "2");
  await kit.settle();
  expect(bodiesOf(ada)).toEqual(["0"]);
  expect(ada.of("no").map(({ code }) => code)).toEqual(["rate-limited", "rate-limited"]);
  const again = await kit.join("ada", { cursor: ada.cursor });
  kit.append(again, "3");
  await kit.settle();
  expect(bodiesOf(again)).toEqual(["3"]);
});

test("[RL123] a full log takes the checkpoint that comes behind what it refused", async () => {
  const kit = await setup({ entriesMax: 3 });
  const ada = await kit.join("ada");
  for (const text of ["0", "1", "2"]) kit.append(ada, text);
  await kit.settle();
  const id = kit.append(ada, "3");
  kit.append(ada, "checkpoint", kit.nextId(), 2);
  kit.append(ada, "4");
  await kit.settle();
  expect(bodiesOf(ada)).toEqual(["0", "1", "2", "checkpoint"]);
  expect(ada.of("no").map(({ code }) => code)).toEqual(["log-full", "log-full"]);
  expect(ada.of("no")[0]).toMatchObject({ id });
});

test("[RL19] a store that cannot be read sends comers away and is tried again", async () => {
  const kit = await setup();
  kit.store.failWith({ kind: "storage-failed", detail: "io" });
  const early = await kit.join("ada");
  expect(early.closeCode).toBe(4002);
  kit.store.failWith(undefined);
  await kit.advance(innerLimits.storeRetryMs);
  const later = await kit.join("ada");
  expect(later.kinds).toEqual(["hello", "joined", "live"]);
});

test("[RL39] closing acknowledges what was taken, says 4001 and closes the store", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  kit.append(ada, "a");
  const closing = kit.relay.close();
  kit.append(ada, "too late");
  await kit.settle();
  await closing;
  expect(ada.of("ok")).toHaveLength(1);
  expect(ada.of("no")).toHaveLength(0);
  expect(ada.closeCode).toBe(4001);
  const late = kit.connect();
  expect(late.closeCode).toBe(4001);
  await kit.restart();
  const again = await kit.join("ada", { cursor: ada.cursor });
  expect(again.of("joined")[0]).toMatchObject({ recovered: true, head: 1 });
});

test("[RL38] an empty room is forgotten after a while and comes back as it was", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { access: "read" });
  const epoch = ada.of("joined")[0]?.epoch;
  const bob = await kit.join("bob");
  kit.append(bob, "a");
  await kit.settle();
  const cursor = ada.cursor;
  ada.end(true);
  bob.end(true);
  await kit.settle();
  expect(kit.relay.counts().rooms).toBe(1);
  await kit.advance(innerLimits.quietMs);
  expect(kit.relay.counts()).toMatchObject({ sockets: 0, rooms: 0 });
  const again = await kit.join("ada", { cursor, access: "read" });
  expect(again.of("joined")[0]).toMatchObject({ recovered: true, epoch });
  expect(leftsOf(again)).toEqual([left((await kit.device("bob")).id)]);
});

test("[RL40] a body over the limit is refused and one at it is taken", async () => {
  const kit = await setup({ bodyBytesMax: 300 });
  const ada = await kit.join("ada");
  const body = (bytes: number): string => encodeBase64Url(new Uint8Array(bytes));
  ada.send({ t: "append", id: kit.nextId(), body: body(301) });
  ada.send({ t: "append", id: kit.nextId(), body: body(300) });
  await kit.settle();
  expect(ada.of("no")).toMatchObject([{ code: "too-large", retry: false }]);
  expect(ada.of("ok")).toHaveLength(1);
});

test("[RL40] a queue that is full says busy", async () => {
  const kit = await setup(unpaced);
  const ada = await kit.join("ada");
  kit.store.holdCommits();
  kit.append(ada, "first");
  await kit.settle();
  for (let n = 0; n <= innerLimits.queueEntriesMax; n += 1) kit.append(ada, `${n}`);
  await kit.settle();
  expect(ada.of("no")).toMatchObject([{ code: "busy", retry: true }]);
  expect(relayLimits.appendBurst).toBeLessThan(innerLimits.queueEntriesMax);
});

test.each([true, false])(
  "[RL23] a device whose socket stood still may come back (it had ended: %s)",
  async (hasEnded) => {
    const kit = await setup({ ...unpaced, windowEntriesMax: 5 });
    const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
    for (let count = 0; count < 20; count += 1) {
      kit.append(ada, "x");
      await kit.settle();
      ackAll(ada);
    }
    if (hasEnded) bob.end(false);
    const back = await kit.join("bob", { cursor: ada.cursor });
    for (let ms = 0; ms < innerLimits.slowMsMax; ms += 10_000) {
      await kit.advance(10_000);
      for (const client of [ada, back]) client.send("ping");
      await kit.settle();
    }
    kit.append(ada, "y");
    await kit.settle();
    expect([back.closeCode, seqsOf(back)]).toEqual([undefined, [21]]);
    expect(ada.of("presence").at(-1)?.state).toBe("here");
  },
);

test("[RL128] what is looked up while a loss is seen breaks nothing and is dropped", async () => {
  const kit = await setup(unpaced);
  const [ada, bob] = [await kit.join("ada"), await kit.join("bob")];
  for (const body of ["kept", "lost"]) {
    kit.append(ada, body);
    await kit.settle();
  }
  await kit.restart(1);
  const again = await kit.join("ada");
  const { store } = kit;
  const findIds = store.findIds.bind(store);
  let openGate: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => openGate = resolve);
  store.findIds = (room, ids) => gate.then(() => findIds(room, ids));
  kit.append(again, "new");
  await kit.settle();
  const back = await kit.join("bob", { cursor: bob.cursor });
  openGate();
  await kit.settle();
  expect(kit.defects).toEqual([]);
  expect(again.closeCode).toBe(4010);
  expect(back.of("joined")).toMatchObject([{ recovered: false, reason: "ahead", head: 1 }]);
  expect(bodiesOf(back)).toEqual(["kept"]);
});
