import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createIdbRoomIndex } from "../adapters/idb-room-index.ts";
import { createIdbRoomLog } from "../adapters/idb-room-log.ts";
import { freshDatabaseName, openTabStorage } from "../adapters/idb-stores.contract.ts";
import { finishHeldRooms } from "./held-rooms.ts";

const HELD_MS = 1_000;

async function setup() {
  const name = freshDatabaseName();
  const clock = new ManualClock();
  const deps = { ...openTabStorage(name), clock };
  const index = createIdbRoomIndex(deps);
  const entry = { id: "g", device: "dev_1", body: 1 };
  for (const roomId of ["rm_1", "rm_2"]) {
    await index.create({ roomId, name: "Kitchen" }, [entry], noAbort);
  }
  const gone: string[] = [];
  const finish = (signal = noAbort) =>
    finishHeldRooms({
      ...{ index, clock, heldMs: HELD_MS },
      onGone: async (roomId) => void gone.push(roomId),
    }, signal);
  const listed = async () =>
    valueOf(await index.list(noAbort), "list").map(({ roomId }) => roomId).toSorted();
  const log = createIdbRoomLog(deps, "rm_1");
  return { clock, index, gone, finish, listed, log };
}

test("[SY207] a held room is in no list and whole, and comes back as it was", async () => {
  const { index, listed, log } = await setup();
  const before = valueOf(await index.get("rm_1", noAbort), "get");
  valueOf(await index.hold("rm_1", true, noAbort), "hold");
  expect(await listed()).toEqual(["rm_2"]);
  expect(valueOf(await log.head(noAbort), "head")).toBe(1);
  valueOf(await index.hold("rm_1", false, noAbort), "hold");
  expect(await listed()).toEqual(["rm_1", "rm_2"]);
  expect(valueOf(await index.get("rm_1", noAbort), "get")).toEqual(before);
  expect(await index.hold("rm_9", true, noAbort)).toMatchObject({
    error: { kind: "room-unknown" },
  });
});

test("[SY208] what a page left held is gone at a later start, no sooner than its time", async () => {
  const { clock, index, gone, finish, listed, log } = await setup();
  await index.hold("rm_1", true, noAbort);
  const ended = finish();
  await clock.advance(HELD_MS - 1);
  expect(valueOf(await index.held(noAbort), "held").size).toBe(1);
  expect(gone).toEqual([]);
  await clock.advance(1);
  expect(await ended).toEqual({ ok: true, value: undefined });
  expect([gone, await listed()]).toEqual([["rm_1"], ["rm_2"]]);
  expect(valueOf(await index.held(noAbort), "held").size).toBe(0);
  expect(valueOf(await log.read(0, 10, noAbort), "read")).toEqual([]);
});

test("[SY208] a room that was brought back meanwhile stays, with all that belongs to it", async () => {
  const { clock, index, gone, finish, listed } = await setup();
  await index.hold("rm_1", true, noAbort);
  const ended = finish();
  await clock.advance(1);
  await index.hold("rm_1", false, noAbort);
  await clock.advance(HELD_MS);
  await ended;
  expect([gone, await listed()]).toEqual([[], ["rm_1", "rm_2"]]);
});

test("[SY208] a room that was brought back and deleted again has its whole time anew", async () => {
  const { clock, index, gone, finish, listed } = await setup();
  await index.hold("rm_1", true, noAbort);
  const ended = finish();
  await clock.advance(1);
  await index.hold("rm_1", false, noAbort);
  await clock.advance(HELD_MS - 2);
  await index.hold("rm_1", true, noAbort);
  await clock.advance(1);
  await ended;
  expect([gone, valueOf(await index.held(noAbort), "held").size]).toEqual([[], 1]);
  await index.hold("rm_1", false, noAbort);
  expect(await listed()).toEqual(["rm_1", "rm_2"]);
});
