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

test("[LG45] each new state is told once, after it was stored; what stays the same is not", async () => {
  const store = new MemoryPeerStore();
  const states = createSessionStates(store, {});
  const told: string[] = [];
  const heard = states.subscribe((session, state) => {
    told.push(`${session.persona} ${state} ${store.sessionRecords[0]?.state}`);
  });
  const to = (state: "paused" | "active", body = 1) =>
    states.change(ada, (record) => ok({ ...record, state, body }), never());
  await to("paused");
  await to("paused", 2);
  store.abortAtWrite(1);
  await to("active");
  expect(told).toEqual(["ada paused paused"]);
  states.drop(ada);
  expect(told.slice(1)).toEqual(["ada active paused"]);
  await to("paused");
  heard[Symbol.dispose]();
  await to("active");
  expect(told).toHaveLength(2);
});
