import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import {
  checkpointHash,
  decodeCheckpoint,
  encodeCheckpoint,
  logCheckpointOf,
} from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import { roomLimits } from "./limits.ts";
import { entriesBehind, longRoom, type Step, stepsBehind } from "./long-room.contract.ts";
import type { RoomState } from "./room-state.ts";

const MAX = roomLimits.checkpointMessagesMax;

const base = longRoom(true);
const baseState = base.state();
const known = baseState.messages.length;
const steps = stepsBehind(base);
const entriesOf = (more: readonly Step[]) => entriesBehind(base, more);

function begunBehind(state: RoomState): RoomState {
  const decoded = decodeCheckpoint(encodeCheckpoint(state, MAX));
  if (!decoded.ok) throw new Error(decoded.error.detail);
  return { ...decoded.value, importedBy: "dv_jon" };
}

test("[RM21] [RM22] who began behind a checkpoint folds the same room as who knows all of it", () => {
  expect(known).toBeGreaterThan(MAX + 50);
  fc.assert(
    fc.property(steps, fc.nat(40), (more, cut) => {
      const entries = entriesOf(more);
      const covered = foldEntries(baseState, entries.slice(0, cut));
      const whole = foldEntries(covered, entries.slice(cut));
      const joined = foldEntries(begunBehind(covered), entries.slice(cut));
      expect(encodeCheckpoint(joined, MAX)).toBe(encodeCheckpoint(whole, MAX));
      const { openTurns, personas, devices, messages } = whole;
      expect(joined.openTurns).toEqual(openTurns);
      expect(joined.personas).toEqual(personas);
      expect(joined.devices).toEqual(devices);
      expect(joined.messages.slice(-MAX)).toEqual(messages.slice(-MAX));
      expect(joined.importedBy).toBe("dv_jon");
    }),
    { numRuns: 100 },
  );
});

test("[RM22] before a first checkpoint any turn is asked again, then only one in reach", () => {
  const room = roomScript();
  const first = room.say("first");
  room.add({ kind: "stop", scope: { kind: "all" } });
  for (let number = 1; number < MAX; number += 1) {
    room.say(`${number}`, ["nobody"]);
    if (number % 20 === 0) room.add({ kind: "stop", scope: { kind: "all" } });
  }
  room.add({ kind: "stop", scope: { kind: "all" } });
  const asked = () => room.state().openTurns.includes(first);
  const again = () => room.add({ kind: "again", turn: first, persona: "a" });
  const stop = () => room.add({ kind: "stop", scope: { kind: "all" } });
  const offer = () =>
    room.add({ kind: "checkpoint", covers: 9, stateHash: "h", state: "", opener: "" });
  again();
  expect(asked()).toBe(true);
  stop();
  offer();
  again();
  expect(asked()).toBe(true);
  stop();
  room.say("one more");
  again();
  expect(asked()).toBe(false);
  expect(room.state().ignored.at(-1)?.reason).toBe("turn-too-old");
});

test("[RM21] the log's text says nothing that devices know differently", () => {
  const state = { ...baseState, importedBy: "x", readerOnly: "event-unknown" } as const;
  const text = logCheckpointOf(baseState);
  expect(logCheckpointOf({ ...state, ignored: [{ seq: 1, reason: "r" }] })).toBe(text);
  expect(text).toBe(encodeCheckpoint(baseState, MAX));
});

test("[RM21] a state too large for an entry takes fewer messages along, the same everywhere", () => {
  const room = roomScript();
  const huge = '"'.repeat(32_000); // four bytes each as JSON in JSON
  for (let number = 0; number < 150; number += 1) {
    room.say(huge);
    room.add({ kind: "stop", scope: { kind: "all" } });
  }
  const text = logCheckpointOf(room.state());
  const decoded = decodeCheckpoint(text);
  expect(decoded.ok && decoded.value.messages.length).toBeLessThan(150);
  expect(decoded.ok && decoded.value.messages.length).toBe(12);
  expect(checkpointHash(text)).toBe(checkpointHash(logCheckpointOf(room.state())));
});

test("[RM23] the newest two checkpoints are remembered, with who disputes them", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  const offer = (covers: number, device = ME) =>
    room.add(
      { kind: "checkpoint", covers, stateHash: `h${covers}`, state: "", opener: "" },
      device,
    );
  const dispute = (checkpoint: number, stateHash: string, device = "dv_jon") =>
    room.add({ kind: "dispute", checkpoint, stateHash }, device);
  const reason = () => room.state().ignored.at(-1)?.reason;
  const gone = offer(1);
  const second = offer(2);
  offer(3);
  expect(room.state().checkpoints.map((one) => one.covers)).toEqual([2, 3]);
  dispute(second, "other");
  expect(room.state().checkpoints.map((one) => one.disputedBy)).toEqual([["dv_jon"], []]);
  expect(room.state().ignored).toEqual([]);
  dispute(second, "other");
  expect(reason()).toBe("dispute-void");
  dispute(gone, "other");
  expect(reason()).toBe("checkpoint-unknown");
  offer(99);
  expect(reason()).toBe("checkpoint-ahead");
  offer(3, "dv_stranger");
  expect(reason()).toBe("device-unknown");
  expect(foldEntries(emptyState(), room.entries).checkpoints).toHaveLength(2);
});
