/** A relay that is put to sleep while its sockets stay open, and another that goes on. */

import { expect, test } from "vitest";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { closeCodes, type RelayLimits } from "#shared/protocol/mod.ts";
import { createRelayKit, ORIGIN, type RawClient, type RelayKit } from "../testing/relay-kit.ts";
import { innerLimits, relayLimits } from "./limits.ts";
import { memberOfMemo } from "./memo.ts";

async function setup(limits: Partial<RelayLimits> = {}): Promise<RelayKit> {
  const clock = new ManualClock();
  const random = new SeededRandom("sleep");
  const crypto = createPlainCrypto(random.fork("crypto"));
  const advance = (ms: number) => clock.advance(ms);
  return await createRelayKit({ crypto, clock, trace: new RecordingLog(), advance }, limits);
}

const bodiesOf = (client: RawClient): readonly string[] =>
  client.entries.map((entry) => atob(entry.body.replaceAll("-", "+").replaceAll("_", "/")));
const leftsOf = (client: RawClient): readonly string[] =>
  client.entries.filter((entry) => entry.from === "relay").map((entry) => entry.body);
const ackAll = (client: RawClient): void =>
  client.send({ t: "ack", seq: client.entries.at(-1)?.seq ?? 0 });

test("[RL82] members that slept through write and read on, each entry once and in order", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  const bob = await kit.join("bob");
  kit.append(ada, "before");
  await kit.settle();
  for (const client of [ada, bob]) ackAll(client);
  await kit.sleep(60_000 - innerLimits.pingMs);
  kit.append(bob, "after");
  kit.append(ada, "and on");
  await kit.settle();
  for (const client of [ada, bob]) {
    expect(bodiesOf(client)).toEqual(["before", "after", "and on"]);
    expect(client.entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(client.of("entries").every(({ epoch }) => epoch === client.of("joined")[0]?.epoch))
      .toBe(true);
    expect(client.of("joined")).toHaveLength(1);
  }
  await kit.advance(innerLimits.leftAfterMs + 1_000);
  expect(leftsOf(ada)).toEqual([]);
  const cyd = await kit.join("cyd");
  expect(cyd.of("joined")[0]?.members).toHaveLength(3);
  expect(ada.of("presence")).toHaveLength(2);
  expect(kit.defects).toEqual([]);
});

test("[RL82] the epoch that members of an empty room were told holds after a sleep", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  await kit.sleep();
  kit.append(ada, "first");
  await kit.settle();
  expect(ada.of("entries")[0]?.epoch).toBe(ada.of("joined")[0]?.epoch);
});

test("[RL82] a second socket of a device that slept replaces the first", async () => {
  const kit = await setup();
  const first = await kit.join("ada");
  await kit.sleep();
  await kit.join("ada");
  expect(first.closeCode).toBe(closeCodes.replaced);
});

test("[RL83] bytes of before are one lump, free when the last of them is acknowledged", () => {
  const who = { room: "r", device: "d", access: "write", owes: undefined } as const;
  const place = { ...who, epoch: "e", joinedAt: 0 };
  const behind = memberOfMemo(7, { ...place, sent: 5, acked: 2, unackedBytes: 900 });
  expect(behind).toMatchObject({ unacked: [{ seq: 5, bytes: 900 }], unackedBytes: 900 });
  const done = memberOfMemo(7, { ...place, sent: 5, acked: 5, unackedBytes: 0 });
  expect(done).toMatchObject({ unacked: [], isLive: true });
});

test("[RL83] a window that was full at the sleep is full after it", async () => {
  const kit = await setup({ windowEntriesMax: 2 });
  const ada = await kit.join("ada");
  const bob = await kit.join("bob");
  const say = async (body: string): Promise<void> => {
    kit.append(ada, body);
    await kit.settle();
    ackAll(ada);
    await kit.settle();
  };
  for (const body of ["1", "2"]) await say(body);
  await kit.sleep();
  for (const body of ["3", "4"]) await say(body);
  expect(bodiesOf(bob)).toEqual(["1", "2"]);
  ackAll(bob);
  await kit.settle();
  expect(bodiesOf(bob)).toEqual(["1", "2", "3", "4"]);
});

test("[RL84] budgets are full after a sleep", async () => {
  const kit = await setup({ appendBurst: 1, appendsPerS: 1 });
  const ada = await kit.join("ada");
  kit.append(ada, "1");
  const id = kit.append(ada, "2");
  await kit.settle();
  expect(ada.of("no")).toMatchObject([{ code: "rate-limited" }]);
  await kit.sleep();
  kit.append(ada, "2", id);
  await kit.settle();
  expect(bodiesOf(ada)).toEqual(["1", "2"]);
});

test("[RL123] what was refused before a sleep comes first after it", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  kit.store.failNextCommit({ kind: "storage-full" });
  const id = kit.append(ada, "1");
  await kit.settle();
  await kit.sleep();
  kit.append(ada, "2");
  kit.append(ada, "1", id);
  kit.append(ada, "3");
  await kit.settle();
  expect(ada.of("no").map(({ code }) => code)).toEqual(["storage-failed", "storage-failed"]);
  expect(bodiesOf(ada)).toEqual(["1", "3"]);
});

test("[RL85] a member with a full window is sent away, comes back and has missed nothing", async () => {
  const kit = await setup({ windowEntriesMax: 2 });
  const ada = await kit.join("ada");
  const bob = await kit.join("bob");
  for (const body of ["1", "2", "3", "4"]) {
    kit.append(ada, body);
    await kit.settle();
    ackAll(ada);
  }
  await kit.settle();
  expect(bob.entries).toHaveLength(2);
  await kit.sleep();
  expect(bob.closeCode).toBe(closeCodes.restarting);
  const again = await kit.join("bob", { cursor: bob.cursor });
  ackAll(again);
  await kit.settle();
  expect(bodiesOf(again)).toEqual(["3", "4"]);
  expect(ada.closeCode).toBeUndefined();
});

test("[RL85] a socket whose proof is being checked has no memo: a nonce is not given twice", async () => {
  const kit = await setup();
  const client = kit.connect();
  const frame = await kit.joinFrame(client, "ada");
  client.send(frame);
  const { memo } = client.fallAsleep();
  expect(memo).toBeUndefined();
});

test("[RL82] a stranger that slept through joins with the nonce it was given", async () => {
  const kit = await setup();
  const client = kit.connect();
  await kit.sleep(relayLimits.joinMsMax - 1_000);
  client.send(await kit.joinFrame(client, "ada"));
  await kit.settle();
  expect(client.kinds).toEqual(["hello", "joined", "live"]);
  const late = kit.connect();
  await kit.sleep(relayLimits.joinMsMax);
  expect(late.closeCode).toBe(closeCodes.notJoined);
});

test("[RL86] a left that was due is said after a sleep, and not put off by many", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  const bob = await kit.join("bob");
  kit.append(bob, "here");
  await kit.settle();
  bob.end(false);
  await kit.settle();
  for (let slept = 0; slept < 3; slept += 1) {
    expect(leftsOf(ada)).toEqual([]);
    await kit.sleep(innerLimits.leftAfterMs / 3);
  }
  expect(leftsOf(ada)).toHaveLength(1);
});

test("[RL38] a room that everybody left stays asleep: waking it would never end", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  kit.append(ada, "bye");
  await kit.settle();
  ada.end(true);
  await kit.settle();
  await kit.sleep(innerLimits.quietMs);
  expect(kit.relay.counts().rooms).toBe(0);
  const back = await kit.join("ada");
  expect(back.of("joined")[0]).toMatchObject({ head: 2, epoch: ada.of("joined")[0]?.epoch });
});

test("[RL87] members of a log that was replaced at the sleep come back", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  kit.append(ada, "kept");
  await kit.settle();
  ackAll(ada);
  await kit.relay.rest();
  const epoch = ada.of("joined")[0]?.epoch ?? "";
  const lost = { room: kit.writer.roomId, epoch, entries: [], arrived: [], gone: [] };
  await kit.store.commit([{ ...lost, newEpoch: "another-epoch-of-22-ch" }]);
  await kit.sleep();
  expect(ada.closeCode).toBe(closeCodes.positionLost);
});

test("[RL87] members are sent away when the store fails at the waking", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  kit.append(ada, "kept");
  await kit.settle();
  await kit.sleep(0, { kind: "storage-failed", detail: "test" });
  expect(ada.closeCode).toBe(closeCodes.busy);
});

test("[RL7] a ping that the platform answered by itself keeps a socket", async () => {
  const kit = await setup();
  const ada = await kit.join("ada");
  const bob = await kit.join("bob");
  await kit.advance(innerLimits.idleMsMax - 1_000);
  ada.heardAt = kit.clock.now();
  await kit.advance(2_000);
  expect(bob.closeCode).toBe(closeCodes.idle);
  expect(ada.closeCode).toBeUndefined();
  await kit.advance(innerLimits.idleMsMax);
  expect(ada.closeCode).toBe(closeCodes.idle);
});

test("[RL80] a socket opened for a room joins no other, with the code of a false proof", async () => {
  const kit = await setup();
  const named = kit.connect({ relayOrigin: ORIGIN, room: kit.writer.roomId });
  named.send(await kit.joinFrame(named, "ada"));
  const other = kit.connect({ relayOrigin: ORIGIN, room: "A".repeat(22) });
  other.send(await kit.joinFrame(other, "bob"));
  await kit.settle();
  expect(named.kinds).toContain("joined");
  expect(other.closeCode).toBe(closeCodes.badProof);
});
