import { expect, test } from "vitest";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { createRelayKit, type RawClient, type RelayKit } from "../testing/relay-kit.ts";
import { innerLimits } from "./limits.ts";

const unpaced = { appendBurst: 100_000, appendsPerS: 100_000 };

/** Two processes on one store; clients choose theirs. */
function setup(limits: Partial<RelayLimits> = unpaced, processes = 2): Promise<RelayKit> {
  const clock = new ManualClock();
  const random = new SeededRandom("cluster");
  const crypto = createPlainCrypto(random.fork("crypto"));
  const advance = (ms: number) => clock.advance(ms);
  return createRelayKit({ crypto, clock, trace: new RecordingLog(), advance }, limits, processes);
}

const textsOf = (client: RawClient): readonly string[] =>
  client.entries.map(({ seq, from, body }) =>
    from === "relay" ? `${seq} left` : `${seq} ${new TextDecoder().decode(bytesOf(body))}`
  );
const bytesOf = (body: string): Uint8Array =>
  Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const presenceOf = (client: RawClient): readonly string[] =>
  client.of("presence").map(({ device, state }) => `${device.slice(0, 4)} ${state}`);

/** Keeps sockets from going idle while time passes. */
async function pass(kit: RelayKit, ms: number, ...clients: RawClient[]): Promise<void> {
  const step = innerLimits.idleMsMax / 4;
  for (let left = ms; left > 0; left -= step) {
    await kit.advance(Math.min(step, left));
    for (const client of clients) client.send("ping");
  }
}

test("[RL111] what is appended at one process reaches who is at another, in one order", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  for (const word of ["one", "two"]) {
    kit.append(ada, word);
    await kit.settle();
    kit.append(bob, `${word} too`);
    await kit.settle();
  }
  const all = ["1 one", "2 one too", "3 two", "4 two too"];
  expect(textsOf(ada)).toEqual(all);
  expect(textsOf(bob)).toEqual(all);
  expect(kit.defects).toEqual([]);
});

test("[RL113] processes that append at the same moment lose nothing and order all of it once", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  for (let n = 0; n < 20; n += 1) {
    kit.append(ada, `a${n}`);
    kit.append(bob, `b${n}`);
  }
  await kit.settle();
  expect(textsOf(ada)).toEqual(textsOf(bob));
  expect(ada.of("ok")).toHaveLength(20);
  expect(bob.of("ok")).toHaveLength(20);
  expect(new Set(ada.entries.map((entry) => entry.id)).size).toBe(40);
  expect(kit.defects).toEqual([]);
});

test("[RL113] an id that another process stored meanwhile is answered as a repeat", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  const id = kit.nextId();
  kit.append(ada, "the same", id);
  kit.append(bob, "the same", id);
  await kit.settle();
  expect(textsOf(ada)).toEqual(["1 the same"]);
  const answers = [...ada.of("ok"), ...bob.of("ok")];
  expect(answers.map(({ seq }) => seq)).toEqual([1, 1]);
  expect(answers.filter(({ dup }) => dup)).toHaveLength(1);
});

test("[RL112] a lost hint is made good by the next look", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  kit.hub.arrives = () => false;
  kit.append(ada, "unheard");
  await kit.settle();
  expect(textsOf(bob)).toEqual([]);
  await pass(kit, innerLimits.lookMs, ada, bob);
  expect(textsOf(bob)).toEqual(["1 unheard"]);
});

test("[RL114] the newest socket of a device stays, whatever process has it", async () => {
  const kit = await setup();
  const first = await kit.join("ada", { process: 0 });
  const second = await kit.join("ada", { process: 1 });
  expect([first.closeCode, second.closeCode]).toEqual([4507, undefined]);
  const third = await kit.join("ada", { process: 0 });
  expect([second.closeCode, third.closeCode]).toEqual([4507, undefined]);
  kit.append(third, "still here");
  await kit.settle();
  expect(third.of("ok")).toHaveLength(1);
});

test("[RL115] of a device that went to another process no left is said", async () => {
  const kit = await setup();
  const bob = await kit.join("bob", { process: 1 });
  const ada = await kit.join("ada", { process: 0 });
  kit.append(ada, "hello");
  await kit.settle();
  ada.end(false);
  const again = await kit.join("ada", { process: 1 });
  await pass(kit, 2 * innerLimits.leftAfterMs, bob, again);
  expect(textsOf(bob)).toEqual(["1 hello"]);
});

test("[RL115] also when every hint of it was lost and the end was clean", async () => {
  const kit = await setup();
  const bob = await kit.join("bob", { process: 1 });
  const ada = await kit.join("ada", { process: 0 });
  kit.append(ada, "hello");
  await kit.settle();
  kit.hub.arrives = () => false;
  const again = await kit.join("ada", { process: 1 });
  ada.end(true);
  await pass(kit, 2 * innerLimits.leftAfterMs, bob, again);
  expect(textsOf(bob)).toEqual(["1 hello"]);
});

test("[RL28] who ends at one process has left for all", async () => {
  const kit = await setup();
  const bob = await kit.join("bob", { process: 1 });
  const ada = await kit.join("ada", { process: 0 });
  kit.append(ada, "hello");
  await kit.settle();
  ada.end(true);
  await kit.settle();
  expect(textsOf(bob)).toEqual(["1 hello", "2 left"]);
});

test("[RL116] members hear of who is at the other process, comes there and goes", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  const names = await Promise.all(["ada", "bob"].map(async (one) => (await kit.device(one)).id));
  expect(bob.of("joined")[0]?.members.toSorted()).toEqual(names.toSorted());
  expect(presenceOf(ada)).toEqual([`${names[1]?.slice(0, 4)} here`]);
  bob.end(true);
  await kit.settle();
  expect(presenceOf(ada)).toEqual([
    `${names[1]?.slice(0, 4)} here`,
    `${names[1]?.slice(0, 4)} gone`,
  ]);
});

test("[RL26] ephemerals cross to the other process, not back and not into the log", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  ada.send({ t: "eph", body: "YQ" });
  await kit.settle();
  expect(bob.of("eph")).toMatchObject([{ body: "YQ" }]);
  expect(ada.of("eph")).toEqual([]);
  expect(textsOf(bob)).toEqual([]);
});

test("[RL117] of a process that died the devices have left, unless they are back in time", async () => {
  const kit = await setup();
  const bob = await kit.join("bob", { process: 1 });
  const ada = await kit.join("ada", { process: 0 });
  const cyd = await kit.join("cyd", { process: 0 });
  kit.append(ada, "a");
  kit.append(cyd, "c");
  await kit.settle();
  await kit.killProcess(0);
  const back = await kit.join("cyd", { process: 0, cursor: cyd.cursor });
  expect(back.of("joined")).toMatchObject([{ recovered: true }]);
  await pass(kit, innerLimits.leftAfterMs, bob, back);
  await kit.settle();
  expect(textsOf(bob)).toEqual(["1 a", "2 c", "3 left"]);
  const left = JSON.parse(bob.entries.at(-1)?.body ?? "{}") as { device?: string };
  expect(left.device).toBe((await kit.device("ada")).id);
});

test("[RL118] a process that was taken for dead sends its clients away to come back", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  kit.giveUpProcess(0);
  await kit.settle();
  expect([ada.closeCode, bob.closeCode]).toEqual([4001, undefined]);
});

test("[RL13] a loss that one process notices moves the members of all", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  kit.append(ada, "kept");
  await kit.settle();
  kit.append(ada, "lost");
  await kit.settle();
  kit.hub.loseCommits(1);
  expect(bob.cursor?.seq).toBe(2);
  const cyd = await kit.join("cyd", { process: 0, cursor: bob.cursor });
  await kit.settle();
  expect(cyd.of("joined")).toMatchObject([{ recovered: false, reason: "epoch" }]);
  await pass(kit, innerLimits.lookMs, cyd);
  expect([ada.closeCode, bob.closeCode]).toEqual([4010, 4010]);
  expect(kit.defects).toEqual([]);
});

test("[RL111] a cursor from ahead of this process is no loss: it looks first", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  kit.hub.arrives = () => false;
  kit.append(ada, "one");
  await kit.settle();
  const again = await kit.join("cyd", { process: 1, cursor: ada.cursor });
  expect(again.of("joined")).toMatchObject([{ recovered: true, head: 1 }]);
  expect(again.of("entries")).toEqual([]);
  expect(bob.closeCode).toBeUndefined();
});

test("[RL121] entries that others built on a loss are noticed where the lost ones were known", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  for (const word of ["kept", "lost", "lost too"]) {
    kit.append(ada, word);
    await kit.settle();
  }
  kit.hub.loseCommits(2);
  kit.hub.arrives = () => false;
  // A process that knew nothing of what was lost.
  await kit.killProcess(1);
  const cyd = await kit.join("cyd", { process: 1 });
  for (const word of ["new", "newer", "newest"]) {
    kit.append(cyd, word);
    await kit.settle();
  }
  expect(textsOf(cyd)).toEqual(["1 kept", "2 new", "3 newer", "4 newest"]);
  await pass(kit, innerLimits.lookMs, ada, cyd);
  expect([ada.closeCode, bob.closeCode]).toEqual([4010, 1006]);
  const again = await kit.join("ada", { process: 0, cursor: ada.cursor });
  expect(again.of("joined")).toMatchObject([{ recovered: false, reason: "epoch" }]);
  expect(textsOf(again).slice(0, 4)).toEqual(["1 kept", "2 new", "3 newer", "4 newest"]);
});

test("[RL122] who joins is told of all that was acknowledged before, also without a hint", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 1 });
  kit.hub.arrives = () => false;
  kit.append(ada, "one");
  await kit.settle();
  const cyd = await kit.join("cyd", { process: 1 });
  expect(cyd.of("joined")).toMatchObject([{ head: 1 }]);
  expect(textsOf(cyd)).toEqual(["1 one"]);
  expect(textsOf(bob)).toEqual(["1 one"]);
});

test("[RL127] also when what stands there is the same entry, stored again later", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  kit.append(ada, "kept");
  await kit.settle();
  const id = kit.append(ada, "lost");
  await kit.settle();
  kit.hub.loseCommits(1);
  kit.hub.arrives = () => false;
  await kit.killProcess(1);
  const cyd = await kit.join("cyd", { process: 1 });
  await kit.advance(50);
  kit.append(cyd, "lost", id);
  await kit.settle();
  expect(textsOf(cyd)).toEqual(["1 kept", "2 lost"]);
  await pass(kit, innerLimits.lookMs, ada, cyd);
  expect(ada.closeCode).toBe(4010);
  expect(kit.defects).toEqual([]);
});

test("[RL128] what waits when a loss is seen does not stand before what is offered again", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  kit.append(ada, "kept");
  await kit.settle();
  const lost = kit.append(ada, "lost");
  await kit.settle();
  kit.hub.loseCommits(1);
  const id = kit.append(ada, "new");
  await kit.settle();
  expect(ada.closeCode).toBe(4010);
  expect(ada.of("no")).toEqual([]);
  const again = await kit.join("ada", { process: 0, cursor: ada.cursor });
  expect(textsOf(again)).toEqual(["1 kept"]);
  kit.append(again, "lost", lost);
  kit.append(again, "new", id);
  await kit.settle();
  expect(textsOf(again)).toEqual(["1 kept", "2 lost", "3 new"]);
});

test("[RL114] a stalled member that moved to another process is not given up later", async () => {
  const kit = await setup({ ...unpaced, windowEntriesMax: 5 });
  const ackAll = (client: RawClient): void =>
    client.send({ t: "ack", seq: client.entries.at(-1)?.seq ?? 0 });
  const ada = await kit.join("ada", { process: 0 });
  const bob = await kit.join("bob", { process: 0 });
  for (let n = 0; n < 20; n += 1) {
    kit.append(ada, "x");
    await kit.settle();
    ackAll(ada);
  }
  const there = await kit.join("bob", { process: 1, cursor: ada.cursor });
  expect(bob.closeCode).toBe(4507);
  kit.append(there, "still here");
  for (let ms = 0; ms < innerLimits.slowMsMax; ms += 10_000) {
    await kit.advance(10_000);
    for (const client of [ada, there]) {
      client.send("ping");
      if (client.entries.length > 0) ackAll(client);
    }
    await kit.settle();
  }
  expect(presenceOf(ada).filter((text) => text.endsWith("gone"))).toEqual([]);
  expect(textsOf(ada).at(-1)).toBe("21 still here");
  expect(kit.defects).toEqual([]);
});

test("[RL111] an append that another process stored is handed out with its ok", async () => {
  const kit = await setup();
  const ada = await kit.join("ada", { process: 0 });
  const cyd = await kit.join("cyd", { process: 1 });
  kit.hub.arrives = () => false;
  const id = kit.append(ada, "one");
  await kit.settle();
  kit.append(cyd, "one", id);
  await kit.settle();
  expect(cyd.of("ok")).toMatchObject([{ id, seq: 1, dup: true }]);
  expect(textsOf(cyd)).toEqual(["1 one"]);
});
