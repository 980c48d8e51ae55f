import { expect, test } from "vitest";
import { noAbort, valueOf } from "../../testing/contracts/contract-case.ts";
import { createLedgerKit } from "../../testing/fakes/ledger-kit.ts";
import { MemoryPeerStore } from "../../testing/fakes/memory-peer-store.ts";
import { createSessionRecords } from "./session-records.ts";

const ada = { roomId: "rm", persona: "ada" };
/** Another page over the same store has a ledger of its own. */
const open = (store: MemoryPeerStore) =>
  createSessionRecords(store, createLedgerKit({ store }).ledger);
const rules = [{ tool: "search_room", decision: "allow" }] as const;

test("[HO60] settings outlive the page, and two changes at once both stay", async () => {
  const store = new MemoryPeerStore();
  const records = open(store);
  expect(valueOf(await records.read(ada, noAbort), "read")).toEqual({
    state: "active",
    parent: undefined,
    body: { rules: [] },
    damage: undefined,
  });
  const changes = await Promise.all([
    records.set(ada, { rules }, noAbort),
    records.change("pause", ada, noAbort),
    records.change("stop", { ...ada, persona: "bo" }, noAbort),
  ]);
  expect(changes.map((one) => one.ok)).toEqual([true, true, true]);
  const reopened = open(store);
  expect(valueOf(await reopened.read(ada, noAbort), "read")).toEqual({
    state: "paused",
    parent: undefined,
    body: { rules },
    damage: undefined,
  });
  for (const again of [1, 2]) {
    expect((await reopened.change("resume", ada, noAbort)).ok, `time ${again}`).toBe(true);
  }
  const resumed = valueOf(await reopened.read(ada, noAbort), "read");
  expect([resumed.state, resumed.body]).toEqual(["active", { rules }]);
  const wrong = await reopened.change("pause", { ...ada, persona: "bo" }, noAbort);
  expect(wrong).toMatchObject({ ok: false, error: { kind: "storage-failed" } });
});

test("[HO60] a child's record keeps its parent", async () => {
  const store = new MemoryPeerStore();
  const child = { roomId: "rm", persona: "ada~1", parent: "ada", state: "active" } as const;
  await store.saveSession({ ...child, body: { v: 1, rules: [] } }, noAbort);
  const records = open(store);
  await records.set({ roomId: "rm", persona: "ada~1" }, { rules }, noAbort);
  await records.change("pause", { roomId: "rm", persona: "ada~1" }, noAbort);
  const [stored] = valueOf(await store.sessions("rm", noAbort), "sessions");
  expect(stored).toMatchObject({ parent: "ada", state: "paused" });
});

test("[HO61] a damaged record is kept as it is, and setting anything is refused", async () => {
  const store = new MemoryPeerStore();
  const damaged = { ...ada, state: "active", body: { v: 99, precious: true } } as const;
  await store.saveSession(damaged, noAbort);
  const records = open(store);
  const read = valueOf(await records.read(ada, noAbort), "read");
  expect([read.damage, read.body]).toEqual(["version 99", { rules: [] }]);
  expect(await records.set(ada, { rules }, noAbort)).toMatchObject({
    ok: false,
    error: { kind: "storage-corrupt" },
  });
  expect(valueOf(await store.sessions("rm", noAbort), "sessions")).toEqual([damaged]);
});

test("[HO60] a change that failed is not in the way of the next", async () => {
  const store = new MemoryPeerStore();
  const records = open(store);
  const control = new AbortController();
  control.abort("gone");
  const failed = records.set(ada, { rules: [] }, control.signal);
  const next = records.set(ada, { rules }, noAbort);
  await expect(failed).rejects.toBe("gone");
  expect((await next).ok).toBe(true);
});
