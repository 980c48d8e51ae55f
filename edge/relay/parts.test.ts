import { expect, test } from "vitest";
import { ok, toMonotonicMs } from "#shared/base/mod.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { MemoryRelayStore } from "../stores/memory.ts";
import { createAlarms } from "./alarm.ts";
import { createBucket, msToToken, takeTokens } from "./bucket.ts";
import { checkCursor, createCursorKeys, makeCursorMac } from "./cursor-mac.ts";
import { createGroupCommit } from "./group-commit.ts";
import { innerLimits } from "./limits.ts";
import { readBack } from "./read-back.ts";
import type { RoomWrite } from "./relay-store.ts";

const at = toMonotonicMs;
const writeOf = (room: string, seqs: readonly number[], bytes = 1): RoomWrite => ({
  room,
  epoch: "e",
  entries: seqs.map((seq) => ({ seq, ts: 1, from: "d", id: `i${seq}`, body: "b".repeat(bytes) })),
  arrived: [],
  gone: [],
});
const upTo = (head: number): readonly number[] => Array.from({ length: head }, (_, n) => n + 1);

test("[RL32] a bucket gives its burst, then its rate, and never more than its burst", () => {
  const rate = { burst: 3, perS: 2 };
  const bucket = createBucket(rate, at(0));
  expect([1, 2, 3, 4].map(() => takeTokens(bucket, rate, 1, at(0)))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(msToToken(bucket, rate)).toBe(500);
  expect(takeTokens(bucket, rate, 1, at(499))).toBe(false);
  expect(takeTokens(bucket, rate, 1, at(500))).toBe(true);
  expect(takeTokens(bucket, rate, 3, at(60_000))).toBe(true);
  expect(takeTokens(bucket, rate, 1, at(60_000))).toBe(false);
});

test("an alarm that is set for later sleeps on, for earlier wakes earlier", async () => {
  const clock = new ManualClock();
  const rung: number[] = [];
  const alarm = createAlarms(clock).create(() => rung.push(clock.now()));
  alarm.set(at(100));
  alarm.set(at(300));
  expect(clock.sleepers).toBe(1);
  alarm.set(at(50));
  await clock.advance(60);
  expect(rung).toEqual([50]);
  alarm.set(at(70));
  alarm.close();
  await clock.advance(1_000);
  expect(rung).toEqual([50]);
  expect(clock.sleepers).toBe(0);
});

test("[RL131] alarms ring in the order they are due, on one sleep of the clock", async () => {
  const clock = new ManualClock();
  const [alarms, random] = [createAlarms(clock), new SeededRandom("alarms")];
  const rung: number[] = [];
  const all = Array.from({ length: 200 }, () => {
    const dueAt = 1 + Math.floor(random.next() * 100);
    const alarm = alarms.create(() => rung.push(clock.now() === dueAt ? dueAt : NaN));
    alarm.set(at(dueAt));
    return { alarm, dueAt };
  });
  expect(clock.sleepers).toBe(1);
  const closed = all.filter((_, index) => index % 3 === 0);
  for (const { alarm } of closed) alarm.close();
  const left = all.filter((one) => !closed.includes(one)).map(({ dueAt }) => dueAt);
  await clock.advance(1_000);
  expect(rung).toEqual(left.toSorted((a, b) => a - b));
  expect(clock.sleepers).toBe(0);
});

test("[RL131] nothing sleeps for alarms that are closed", () => {
  const clock = new ManualClock();
  const alarms = createAlarms(clock);
  const [first, second] = [alarms.create(() => undefined), alarms.create(() => undefined)];
  first.set(at(10));
  second.set(at(20));
  second.close();
  first.close();
  expect(clock.sleepers).toBe(0);
});

async function cursorSetup() {
  const crypto = createPlainCrypto(new SeededRandom("mac"));
  const keys = createCursorKeys(crypto.randomBytes(32));
  const store = new MemoryRelayStore();
  await store.commit([writeOf("r", upTo(3))]);
  const mac = makeCursorMac(keys, "r", "e", { seq: 2, id: "i2", ts: 1 });
  return { crypto, keys, store, mac };
}

test("[RL12] a cursor is the relay's own only with all its parts", async () => {
  const { crypto, keys, store, mac } = await cursorSetup();
  const verdict = async (room: string, epoch: string, seq: number, given = mac) =>
    await checkCursor(keys, store, room, { epoch, seq, mac: given });
  expect(await verdict("r", "e", 2)).toEqual(ok("same"));
  expect(await verdict("r", "e", 3)).toEqual(ok("forged"));
  expect(await verdict("r", "f", 2)).toEqual(ok("forged"));
  expect(await verdict("s", "e", 2)).toEqual(ok("forged"));
  expect(await verdict("r", "e", 2, "A".repeat(33))).toEqual(ok("forged"));
  expect(await verdict("r", "e", 2, "A")).toEqual(ok("forged"));
  const other = createCursorKeys(crypto.randomBytes(32));
  expect(await checkCursor(other, store, "r", { epoch: "e", seq: 2, mac })).toEqual(ok("forged"));
});

test("[RL13] a true cursor for an entry the log lost, or replaced, is seen through", async () => {
  const { keys, store } = await cursorSetup();
  const ahead = makeCursorMac(keys, "r", "e", { seq: 9, id: "i9", ts: 1 });
  const replaced = makeCursorMac(keys, "r", "e", { seq: 2, id: "other", ts: 1 });
  expect(await checkCursor(keys, store, "r", { epoch: "e", seq: 9, mac: ahead }))
    .toEqual(ok("absent"));
  expect(await checkCursor(keys, store, "r", { epoch: "e", seq: 2, mac: replaced }))
    .toEqual(ok("absent"));
});

test("[RL127] the same entry stored again at another time is not the one of the cursor", async () => {
  const { keys, store } = await cursorSetup();
  const before = makeCursorMac(keys, "r", "e", { seq: 2, id: "i2", ts: 7 });
  expect(await checkCursor(keys, store, "r", { epoch: "e", seq: 2, mac: before }))
    .toEqual(ok("absent"));
});

test.each<[title: string, before: number, entriesMax: number, bytesMax: number, seqs: number[]]>([
  ["in the middle", 50, 3, 1_000, [47, 48, 49]],
  ["at the head", 101, 2, 1_000, [99, 100]],
  ["at the beginning", 3, 10, 1_000, [1, 2]],
  ["before the beginning", 1, 10, 1_000, []],
  ["that bytes cut short", 101, 64, 50, [97, 98, 99, 100]],
  ["of entries that are each too large", 101, 64, 1, [100]],
])("[RL25] a page %s ends right below `before`", async (_title, before, max, bytesMax, seqs) => {
  const store = new MemoryRelayStore();
  await store.commit([writeOf("r", upTo(100), 10)]);
  const page = await readBack(store, "r", before, max, bytesMax);
  expect(page.ok && page.value.map((entry) => entry.seq)).toEqual(seqs);
});

test("[RL25] a page of a trimmed log begins at its floor", async () => {
  const store = new MemoryRelayStore();
  await store.commit([writeOf("r", upTo(10))]);
  await store.commit([{ ...writeOf("r", []), trimBelow: 8 }]);
  const page = await readBack(store, "r", 10, 100, 1_000);
  expect(page.ok && page.value.map((entry) => entry.seq)).toEqual([8, 9]);
  expect(await readBack(store, "r", 5, 100, 1_000)).toEqual(ok([]));
});

function commitSetup() {
  const [store, clock, closing] = [
    new MemoryRelayStore(),
    new ManualClock(),
    new AbortController(),
  ];
  return { store, clock, closing, commits: createGroupCommit(store, clock, closing.signal) };
}

test("[RL37] rooms that write at the same time share one commit of the store", async () => {
  const { store, clock, commits } = commitSetup();
  const rooms = ["a", "b", "c"];
  const done = Promise.all(rooms.map((room) => commits.commit(writeOf(room, [1]))));
  expect(store.commits).toBe(0);
  await clock.advance(0);
  expect(await done).toEqual([ok("stored"), ok("stored"), ok("stored")]);
  expect(store.commits).toBe(1);
});

test("[RL37] what comes while a commit is under way goes into the next one", async () => {
  const { store, clock, commits } = commitSetup();
  store.holdCommits();
  const first = commits.commit(writeOf("a", [1]));
  await clock.advance(0);
  const later = [commits.commit(writeOf("b", [1])), commits.commit(writeOf("c", [1]))];
  store.releaseCommits();
  await clock.advance(0);
  await Promise.all([first, ...later]);
  expect(store.commits).toBe(2);
});

test("[RL37] one commit takes about a batch of entries, however many rooms wait", async () => {
  const { store, clock, commits } = commitSetup();
  const size = innerLimits.batchEntriesMax / 2;
  const rooms = ["a", "b", "c", "d", "e"];
  const done = Promise.all(rooms.map((room) => commits.commit(writeOf(room, upTo(size)))));
  await clock.advance(0);
  await done;
  expect(store.commits).toBe(3);
});

test("[RL37] a defect of the store reaches every room that shared the commit", async () => {
  const { clock, commits } = commitSetup();
  const outcomes = Promise.allSettled([
    commits.commit(writeOf("a", [1])),
    commits.commit(writeOf("b", [5])),
  ]);
  await clock.advance(0);
  expect((await outcomes).map((one) => one.status)).toEqual(["rejected", "rejected"]);
});

test("[RL39] closing spends no time on collecting", async () => {
  const { clock, closing, commits } = commitSetup();
  const done = commits.commit(writeOf("a", [1]));
  closing.abort("closing");
  expect(await done).toEqual(ok("stored"));
  expect(clock.sleepers).toBe(0);
});
