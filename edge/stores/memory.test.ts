import { describe, expect, test } from "vitest";
import { CONTRACT_RUNS } from "#shared/testing/contracts/contract-case.ts";
import type { RoomWrite } from "../relay/relay-store.ts";
import { MemoryRelayStore } from "./memory.ts";
import { relayStoreContract, type RelayStoreSubject } from "./relay-store.contract.ts";

function makeSubject(): Promise<RelayStoreSubject> {
  let store = new MemoryRelayStore();
  return Promise.resolve({
    store: () => store,
    reopen: async () => {
      await store.close();
      store = store.crash();
    },
    close: () => store.close(),
  });
}

describe("the memory store", () => {
  test.each(relayStoreContract.map((item) => [item.title, item] as const))(
    "%s",
    async (_title, item) => {
      await item.run(makeSubject, CONTRACT_RUNS);
    },
  );
});

const writeOf = (seq: number): RoomWrite => ({
  room: "r",
  epoch: "e",
  entries: [{ seq, ts: 1, from: "d", id: `i${seq}`, body: "b" }],
  arrived: [],
  gone: [],
});
const headOf = async (store: MemoryRelayStore): Promise<number | undefined> => {
  const opened = await store.open("r");
  return opened.ok ? opened.value?.head : undefined;
};

test("a crash keeps what was durable, or loses the newest commits as a lying disk does", async () => {
  const store = new MemoryRelayStore();
  for (const seq of [1, 2, 3]) await store.commit([writeOf(seq)]);
  expect(await headOf(store.crash())).toBe(3);
  expect(await headOf(store.crash(2))).toBe(1);
  expect(await headOf(store.crash(9))).toBe(undefined);
});

test("a held commit is not durable; after a crash it never comes back", async () => {
  const store = new MemoryRelayStore();
  store.holdCommits();
  let isDone = false;
  void store.commit([writeOf(1)]).then(() => isDone = true);
  const restarted = store.crash();
  store.releaseCommits();
  await Promise.resolve();
  expect(await headOf(restarted)).toBe(undefined);
  expect(isDone).toBe(false);
});

test("a refused commit changes nothing, and the next one goes through", async () => {
  const store = new MemoryRelayStore();
  store.failNextCommit({ kind: "storage-full" });
  expect(await store.commit([writeOf(1)])).toEqual({ ok: false, error: { kind: "storage-full" } });
  expect(await headOf(store)).toBe(undefined);
  expect((await store.commit([writeOf(1)])).ok).toBe(true);
});
