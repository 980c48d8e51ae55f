import { expect, test } from "vitest";
import { createLatch } from "../base/latch.ts";
import type { AppendError } from "../ports/room-log.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { MemoryRoomLog } from "../testing/fakes/memory-room-log.ts";
import { ME } from "../testing/fakes/room-script.ts";
import { syncLimits } from "./limits.ts";
import { sendOutbox } from "./outbox.ts";

const never = new AbortController().signal;

function setup() {
  const clock = new ManualClock();
  const store = new MemoryPeerStore();
  const logs = new Map([["rm_1", new MemoryRoomLog(clock)], ["rm_2", new MemoryRoomLog(clock)]]);
  const bell = createLatch();
  const problems: [AppendError["kind"], boolean][] = [];
  const stop = new AbortController();
  const logOf = (roomId: string): MemoryRoomLog => {
    const log = logs.get(roomId);
    if (log === undefined) throw new Error(`no log ${roomId}`);
    return log;
  };
  const start = (roomId = "rm_1") =>
    sendOutbox({
      roomId,
      clock,
      store,
      bell,
      log: logOf(roomId),
      onProblem: (_row, error, isFinal) => problems.push([error.kind, isFinal]),
    }, stop.signal).catch((reason: unknown) => reason);
  const add = (roomId: string, id: string) =>
    store.addOutbox({ roomId, entry: { id, device: ME, body: { kind: "name", name: id } } }, never);
  const idsOf = (roomId: string) => logOf(roomId).entries.map((entry) => entry.id);
  const left = () => store.unsent.length;
  return { clock, store, bell, problems, stop, start, add, idsOf, left, logOf };
}

test("[SY30] rows are sent, acknowledged and forgotten; later ones after the bell", async () => {
  const { clock, bell, start, add, idsOf, left } = setup();
  await add("rm_1", "a");
  await add("rm_2", "b");
  void start(); // owned by the test: ends with it
  await clock.advance(1);
  expect(idsOf("rm_2")).toEqual([]);
  void start("rm_2"); // as above
  await add("rm_1", "c");
  bell.ring();
  await clock.advance(1);
  expect([idsOf("rm_1"), idsOf("rm_2"), left()]).toEqual([["a", "c"], ["b"], 0]);
});

test("[SY30] a crash after the append sends again and the log keeps one entry", async () => {
  const { clock, store, start, add, idsOf, left } = setup();
  await add("rm_1", "a");
  store.abortAtWrite(1);
  void start(); // owned by the test: ends with it
  await clock.advance(1);
  expect([idsOf("rm_1"), left()]).toEqual([["a"], 1]);
  await clock.advance(syncLimits.retryMsMax);
  expect([idsOf("rm_1"), left()]).toEqual([["a"], 0]);
});

test("[SY31] while a row fails nothing overtakes it, and the order stays", async () => {
  const { clock, problems, start, add, idsOf, logOf } = setup();
  for (const id of ["a", "b", "c"]) await add("rm_1", id);
  logOf("rm_1").failWith({ kind: "storage-full" });
  void start(); // owned by the test: ends with it
  await clock.advance(syncLimits.retryMsMax);
  expect(problems.length).toBeGreaterThan(2);
  expect(problems.every(([kind, isFinal]) => kind === "storage-full" && !isFinal)).toBe(true);
  logOf("rm_1").failWith(undefined);
  await clock.advance(syncLimits.retryMsMax);
  expect(idsOf("rm_1")).toEqual(["a", "b", "c"]);
});

test("[SY32] rows of a deleted room are reported and forgotten; other rooms are sent", async () => {
  const { clock, problems, start, add, idsOf, left, logOf } = setup();
  logOf("rm_1").deleteRoom();
  await add("rm_1", "a");
  await add("rm_2", "b");
  void start(); // owned by the test: ends with it
  void start("rm_2"); // as above
  await clock.advance(1);
  expect(problems).toEqual([["room-unknown", true]]);
  expect([idsOf("rm_2"), left()]).toEqual([["b"], 0]);
});
