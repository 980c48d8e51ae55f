import { expect, test } from "vitest";
import type { NewEntry } from "#shared/ports/mod.ts";
import { emptyState, foldEntries } from "#shared/room/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock, settleMicrotasks } from "#shared/testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { MemoryRoomLog } from "#shared/testing/fakes/memory-room-log.ts";
import { createRoomUnsent } from "./room-unsent.ts";

const ROOM = "room";
const ME = "me";
const say = (id: string, text = `text of ${id}`): NewEntry => ({
  id,
  device: ME,
  body: { kind: "say", text, addressed: [] },
});
const entryIdOf = (localId: string, part: number) => Promise.resolve(`${localId}.${part}`);

async function setup() {
  const clock = new ManualClock();
  const store = new MemoryPeerStore();
  const log = new MemoryRoomLog(clock);
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  const genesis = { kind: "genesis", rules: 1, roomId: ROOM, name: "R", recipe };
  await log.append({ id: "genesis", device: ME, body: genesis }, noAbort);
  const device = { kind: "device", name: "Me" };
  await log.append({ id: "device", device: ME, body: device }, noAbort);
  /** A feed that folds when the test says so. */
  let state = foldEntries(emptyState(), log.entries);
  const observers = new Set<() => void>();
  const fold = async () => {
    state = foldEntries(state, log.entries.slice(state.head));
    for (const observer of observers) observer();
    await settleMicrotasks();
  };
  const problems: string[] = [];
  const unsent = createRoomUnsent({
    feed: {
      roomId: ROOM,
      state: () => state,
      subscribe(onChange) {
        observers.add(onChange);
        return { [Symbol.dispose]: () => void observers.delete(onChange) };
      },
    },
    log,
    store,
    clock,
    entryIdOf,
    onChange: () => undefined,
    onProblem: (error) => problems.push(error.kind),
  });
  const stop = new AbortController();
  void unsent.run(stop.signal).catch(() => undefined); // ends with the test
  const look = async () => {
    unsent.look();
    await settleMicrotasks();
  };
  const add = async (entry: NewEntry) => {
    await store.addOutbox({ roomId: ROOM, entry }, noAbort);
    await look();
  };
  const orderOf = (id: string) => store.unsent.find((row) => row.entry.id === id)?.order ?? -1;
  /** What the leader's link does with a row. */
  const seal = async (id: string, parts = 1) => {
    const sealed = Array.from({ length: parts }, (_, part) => ({ id: `${id}.${part}`, body: "x" }));
    await store.sealOutbox(orderOf(id), sealed, noAbort);
  };
  const mirror = async (id: string, part = 0, body: unknown = say(id).body) =>
    void await log.append({ id: `${id}.${part}`, device: ME, body }, noAbort);
  const remove = (id: string) => store.removeOutbox(orderOf(id), noAbort);
  /** Texts of the shown state, then of the unsent. */
  const shown = () => {
    const talk = unsent.talk();
    return [talk.state.messages.map((one) => one.text), talk.unsent.map((one) => one.id)];
  };
  return { clock, store, log, fold, look, add, seal, mirror, remove, shown, problems, unsent };
}

test("[SY95] a message is unsent until its fold, and one change moves it", async () => {
  const { add, seal, mirror, remove, fold, shown, look } = await setup();
  await add(say("a"));
  await add({ id: "n", device: ME, body: { kind: "name", name: "no message" } });
  await add(say("b"));
  expect(shown()).toEqual([[], ["a", "b"]]);
  await seal("a");
  await mirror("a");
  await look();
  expect(shown()).toEqual([[], ["a", "b"]]); // In the log, and not folded.
  await fold();
  expect(shown()).toEqual([["text of a"], ["b"]]); // Its row is still there.
  await remove("a");
  await look();
  expect(shown()).toEqual([["text of a"], ["b"]]);
});

test("[SY95] a row that is sealed, sent and forgotten unseen waits for its fold too", async () => {
  const { add, seal, mirror, remove, fold, shown, look } = await setup();
  await add(say("a"));
  await seal("a", 2);
  await mirror("a", 0, { kind: "part" });
  await mirror("a", 1);
  await remove("a");
  await look();
  expect(shown()).toEqual([[], ["a"]]);
  await fold();
  expect(shown()).toEqual([["text of a"], []]);
});

test("[SY95] a row that the relay refused for good is unsent no more", async () => {
  const { add, remove, shown, look } = await setup();
  await add(say("a"));
  await remove("a");
  await look();
  expect(shown()).toEqual([[], []]);
});

test("[SY95] a fold that is seen before its row shows neither twice nor not at all", async () => {
  const { add, seal, mirror, log, shown, fold, unsent, store } = await setup();
  await add(say("a"));
  await seal("a");
  await mirror("a");
  const read = log.read.bind(log);
  // The log is searched, and then the feed folds more than was found.
  log.read = async (afterSeq, entriesMax, signal) => {
    const page = await read(afterSeq, entriesMax, signal);
    log.read = read;
    await fold();
    return page.ok ? { ok: true, value: page.value.filter(({ id }) => id !== "a.0") } : page;
  };
  unsent.look();
  const seen = new Set<string>();
  for (let step = 0; step < 1_000; step += 1) {
    await Promise.resolve();
    seen.add(JSON.stringify(shown()));
  }
  expect([...seen].map((one) => JSON.parse(one) as unknown)).toEqual([
    [[], ["a"]],
    [["text of a"], []],
  ]);
  expect(store.unsent).toHaveLength(1);
});

test("a storage that fails is told, and what was shown stays", async () => {
  const { add, log, shown, look, problems } = await setup();
  await add(say("a"));
  log.failWith({ kind: "storage-full" });
  await look();
  expect([problems, shown()]).toEqual([["storage-full"], [[], ["a"]]]);
});
