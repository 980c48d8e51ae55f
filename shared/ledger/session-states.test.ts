import { expect, test } from "vitest";
import { err, ok } from "../base/result.ts";
import { ada } from "../testing/fakes/ledger-kit.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { createSessionStates } from "./session-states.ts";

const never = (): AbortSignal => new AbortController().signal;

test("[LG38] changes of a record that come together are both in it", async () => {
  const store = new MemoryPeerStore();
  const states = createSessionStates(store, {});
  await Promise.all([
    states.change(ada, (record) => ok({ ...record, body: "kept" }), never()),
    states.change(ada, (record) => ok({ ...record, state: "retired" as const }), never()),
  ]);
  expect(store.sessionRecords).toEqual([{ ...ada, state: "retired", body: "kept" }]);
  expect(states.of(ada)).toBe("retired");
});

test("[LG38] a refused or failed change leaves state and record, and the next one works", async () => {
  const store = new MemoryPeerStore();
  const states = createSessionStates(store, {});
  const stop = () =>
    states.change(ada, (one) => ok({ ...one, state: "stopped" as const }), never());
  expect(await states.change(ada, () => err("no"), never())).toEqual(err("no"));
  store.abortAtWrite(1);
  expect(await stop()).toMatchObject({ ok: false, error: { kind: "storage-failed" } });
  expect([store.sessionRecords, states.of(ada)]).toEqual([[], "active"]);
  expect(await stop()).toMatchObject({ ok: true });
  expect(states.of(ada)).toBe("stopped");
});

test("[LG38] the state of a stored session holds once its room is loaded", async () => {
  const store = new MemoryPeerStore();
  await store.saveSession({ ...ada, state: "retired", body: 1 }, never());
  const states = createSessionStates(store, {});
  expect(states.of(ada)).toBe("active");
  await states.load("room", never());
  expect([states.of(ada), states.of({ ...ada, persona: "bo" })]).toEqual(["retired", "active"]);
});
