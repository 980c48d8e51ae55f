import { expect, test } from "vitest";
import { checkpointHash, encodeCheckpoint } from "../room/checkpoint.ts";
import type { LogMark } from "../sync/room-link-types.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import {
  checkpointAt,
  checkpointWaitMs,
  disputeOf,
  isCheckpointDue,
  toCompare,
} from "./checkpoint-step.ts";
import { hostingLimits as limits } from "./limits.ts";

function markOf(room: RoomScript, change: Partial<LogMark> = {}): LogMark {
  const seq = room.entries.length;
  const mark = { seq, opener: "{}", entries: seq, entriesMax: 100, bytes: 0, bytesMax: 1_000 };
  return { ...mark, ...change };
}

function roomOf(entries: number): RoomScript {
  const room = roomScript();
  while (room.entries.length < entries) room.add({ kind: "name", name: "x" });
  return room;
}

test.each([
  ["a log of 34 % since the start", 34, 0, 0, false],
  ["35 % since the start", 35, 0, 0, true],
  ["34 % since the newest", 64, 30, 0, false],
  ["35 % since the newest", 65, 30, 0, true],
  ["bytes of 69 %", 34, 0, 699, false],
  ["bytes of 70 %", 34, 0, 700, true],
  ["bytes of 70 %, 9 % since the newest", 39, 30, 700, false],
  ["bytes of 70 %, 10 % since the newest", 40, 30, 700, true],
  ["bytes of 94 %, 9 % since the newest", 39, 30, 949, false],
  ["bytes of 95 %, 2 % since the newest", 32, 30, 950, true],
])("[HO33] %s: due or not", (_title, seq, covers, bytes, isDue) => {
  const room = roomOf(seq - 1);
  if (covers === 0) room.add({ kind: "name", name: "x" });
  else room.add({ kind: "checkpoint", covers, stateHash: "h", state: "", opener: "" });
  expect(isCheckpointDue(room.state(), markOf(room, { bytes }))).toBe(isDue);
});

test("[HO33] the one that covers most counts, though a late one came after it", () => {
  const room = roomOf(60);
  for (const covers of [50, 10]) {
    room.add({ kind: "checkpoint", covers, stateHash: "h", state: "", opener: "" });
  }
  expect(isCheckpointDue(room.state(), markOf(room))).toBe(false);
});

test("[HO33] a checkpoint is of the mark's state, with the opener there, or not made", () => {
  const room = roomOf(40);
  const state = room.state();
  const text = encodeCheckpoint(state, 200);
  expect(checkpointAt(state, markOf(room, { opener: "keys" }))).toEqual({
    kind: "checkpoint",
    covers: 40,
    stateHash: checkpointHash(text),
    state: text,
    opener: "keys",
  });
  expect(checkpointAt(state, markOf(room, { seq: 39 }))).toBeUndefined();
  expect(checkpointAt(state, markOf(room, { seq: 41 }))).toBeUndefined();
  expect(checkpointAt(state, markOf(room, { opener: "x".repeat(2 ** 20 + 1) }))).toBeUndefined();
});

test("[HO33] a reader offers nothing", () => {
  const room = roomOf(40);
  expect(checkpointWaitMs(room.state(), "dv_reader")).toBeUndefined();
  room.add({ kind: "rules", rules: 99 });
  expect(checkpointWaitMs(room.state(), ME)).toBeUndefined();
});

test("[HO34] devices that are there wait by the rank of their ids, who left counts no more", () => {
  const room = roomOf(40);
  for (const device of ["dv_a", "dv_z"]) {
    room.add({ kind: "device", name: device }, device);
    room.announce(device);
  }
  const waits = () =>
    ["dv_a", ME, "dv_z"].map((device) => checkpointWaitMs(room.state(), device) ?? -1);
  expect(waits()).toEqual([0, 1, 2].map((rank) => rank * limits.checkpointStepMs));
  room.add({ kind: "left", device: "dv_a" }, "sequencer");
  expect(waits()).toEqual([0, 0, 1].map((rank) => rank * limits.checkpointStepMs));
});

test("[HO35] what differs is disputed with the own hash, what is equal is not", () => {
  const room = roomOf(20);
  const state = room.state();
  const own = checkpointHash(encodeCheckpoint(state, 200));
  const of = (stateHash: string) =>
    ({ seq: 21, covers: 20, stateHash, device: "dv_z", disputedBy: [] }) as const;
  expect(disputeOf(of(own), state)).toBeUndefined();
  expect(disputeOf(of("other"), state)).toEqual({
    kind: "dispute",
    checkpoint: 21,
    stateHash: own,
  });
});

test("[HO35] only checkpoints of others, not disputed by this device yet, are compared", () => {
  const room = roomOf(20);
  room.add({ kind: "device", name: "Zoe" }, "dv_z");
  const checkpoint = { kind: "checkpoint", covers: 20, stateHash: "h", state: "", opener: "" };
  room.add(checkpoint as never, ME);
  const theirs = room.add(checkpoint as never, "dv_z");
  expect(toCompare(room.state(), ME).map((one) => one.seq)).toEqual([theirs]);
  expect(toCompare(room.state(), "dv_reader")).toEqual([]);
  room.add({ kind: "dispute", checkpoint: theirs, stateHash: "mine" });
  expect(toCompare(room.state(), ME)).toEqual([]);
});
