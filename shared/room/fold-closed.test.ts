import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import type { RoomClosed } from "../protocol/events.ts";
import { roomHistory } from "../testing/fakes/room-histories.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { decodeCheckpoint, encodeCheckpoint, logCheckpointOf } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";

const closed = (covers: number, to = "A"): RoomClosed => ({
  kind: "closed",
  to: to.repeat(22),
  covers,
  sealKey: "K".repeat(43),
  boxes: [{ device: ME, sealed: "S".repeat(64) }],
});
const lastIgnored = (room: RoomScript) => room.state().ignored.at(-1)?.reason;

test("[RM58] a room that moved has nothing open, nobody hosts in it, and says where it went", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", "hello");
  const seq = room.add(closed(turn));
  expect(room.outcome(turn, "a")).toBe("replied");
  expect(room.outcome(turn, "b")).toBe("stopped");
  const state = room.state();
  expect(state.openTurns).toEqual([]);
  expect([...state.personas.values()].map((one) => one.assignment)).toEqual([undefined, undefined]);
  const { kind: _, ...rest } = closed(turn);
  expect(state.closed).toEqual({ ...rest, seq, device: ME });
});

test("[RM58] the first of two moves wins, and what is said after it counts no more", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  room.add(closed(3, "A"), "dv_jon");
  room.add(closed(3, "B"));
  expect(lastIgnored(room)).toBe("room-closed");
  expect(room.state().closed?.to).toBe("A".repeat(22));
  room.say("anybody?");
  expect(lastIgnored(room)).toBe("room-closed");
  expect(room.state().messages).toEqual([]);
  expect(room.state().openTurns).toEqual([]);
});

test("[RM58] who left and which checkpoints there are stays true in a closed room", () => {
  const room = roomScript();
  room.add(closed(3));
  const left = room.add({ kind: "left", device: ME }, "sequencer");
  const checkpoint = { covers: 3, stateHash: "h", state: "s", opener: "o" };
  const seq = room.add({ kind: "checkpoint", ...checkpoint });
  room.add({ kind: "dispute", checkpoint: seq, stateHash: "other" });
  const state = room.state();
  expect(state.devices.get(ME)?.leftSeq).toBe(left);
  expect(state.checkpoints).toMatchObject([{ seq, disputedBy: [ME] }]);
  expect(state.ignored).toEqual([]);
});

test("[RM58] in every history what follows the end of a room changes none of its talk", () => {
  fc.assert(fc.property(roomHistory, fc.nat(60), roomHistory, (entries, cut, more) => {
    const room = roomScript();
    for (const { body, device } of entries.slice(7, 7 + cut)) {
      room.add(body as never, device);
    }
    room.add(closed(1));
    const before = room.state();
    for (const { body, device } of more.slice(7)) room.add(body as never, device);
    const after = room.state();
    for (const part of ["name", "messages", "turns", "recipe", "personas", "closed"] as const) {
      expect(after[part]).toEqual(before[part]);
    }
  }));
});

test.each<[string, RoomClosed, string, string]>([
  ["a device that the room does not know", closed(3), "dv_jon", "device-unknown"],
  ["one that begins behind itself", closed(99), ME, "closed-ahead"],
])("[RM59] %s closes nothing", (_title, event, device, reason) => {
  const room = roomScript();
  room.add(event, device);
  expect(lastIgnored(room)).toBe(reason);
  expect(room.state().closed).toBeUndefined();
});

test("[RM59] a room does not move onto itself", () => {
  const roomId = "A".repeat(22);
  const room = roomScript();
  const [genesis, ...rest] = room.entries;
  const entries = [{ ...genesis, body: { ...(genesis?.body as object), roomId } }, ...rest];
  const state = foldEntries(emptyState(), entries as never);
  const end = { seq: state.head + 1, ts: state.at, id: "end", device: ME, body: closed(3) };
  expect(foldEntries(state, [end]).ignored.at(-1)?.reason).toBe("closed-onto-itself");
});

test("[RM60] a checkpoint of a closed room carries its boxes, and folding on changes nothing", () => {
  const room = roomScript();
  room.add(closed(3));
  for (const text of [encodeCheckpoint(room.state()), logCheckpointOf(room.state())]) {
    const restored = decodeCheckpoint(text);
    if (!restored.ok) throw new Error(restored.error.detail);
    expect(restored.value.closed).toEqual(room.state().closed);
  }
});

test("[RM60] a checkpoint whose end of the room is of another shape is refused", () => {
  const room = roomScript();
  room.add(closed(3));
  const text = encodeCheckpoint(room.state());
  expect(decodeCheckpoint(text.replace("S".repeat(64), "S")).ok).toBe(false);
  expect(decodeCheckpoint(text.replace('"closed":{', '"closed":5,"x":{')).ok).toBe(false);
});
