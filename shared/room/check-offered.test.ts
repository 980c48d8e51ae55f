import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { toRoomMs } from "../base/brands.ts";
import { protocolLimits } from "../protocol/limits.ts";
import { roomHistory } from "../testing/fakes/room-histories.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { checkOffered } from "./check-offered.ts";
import { logCheckpointOf } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import { importedState } from "./import-state.ts";
import { roomLimits } from "./limits.ts";
import type { RoomState } from "./room-state.ts";

/** A room with a turn that is over, one that is asked again, and one that is open. */
function talk() {
  const room = roomScript();
  const turn = room.say("one");
  room.settle(turn, "a", "an answer");
  room.settle(turn, "b", { kind: "silent" });
  room.add({ kind: "again", turn, persona: "a" });
  room.say("two");
  return room;
}

const offer = (state: RoomState, device = ME, ts: number = state.at) =>
  checkOffered(logCheckpointOf(state), { device, ts: toRoomMs(ts) });

test("[RM73] whatever a fold makes is joined by, offered by any device of the room", () => {
  const steps = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 20 });
  fc.assert(fc.property(roomHistory, fc.nat(80), steps, (entries, cut, stepsMs) => {
    // The orderer's clock is set forth and back.
    const moved = entries.slice(0, cut).map((entry, index) => ({
      ...entry,
      ts: toRoomMs(Math.max(0, entry.ts + (stepsMs[index % stepsMs.length] ?? 0))),
    }));
    const state = foldEntries(emptyState(), moved);
    const ts = moved.at(-1)?.ts ?? 0;
    for (const device of state.devices.keys()) {
      expect(offer(state, device, ts)).toEqual({ ok: true, value: { isAhead: false } });
    }
  }));
});

test("[RM73] a room that brought an earlier one along, of a clock ahead of the relay's, is joined", () => {
  const before = talk().state();
  const begun = { ...importedState(before, ME, ME, "rm_2"), head: 1, at: toRoomMs(5) };
  expect(offer(begun)).toEqual({ ok: true, value: { isAhead: false } });
});

test("[RM73] its maker is a device of it", () => {
  expect(offer(talk().state(), "dv_nobody")).toMatchObject({ ok: false });
});

test("[RM73] it is ahead when its time is more than a day behind the relay's", () => {
  const state = talk().state();
  const late = { ...state, at: toRoomMs(roomLimits.clockAheadMsMax + 1) };
  expect(offer(late, ME, 1)).toEqual({ ok: true, value: { isAhead: false } });
  expect(offer(late, ME, 0)).toEqual({ ok: true, value: { isAhead: true } });
});

test("[RM73] no history refuses its checkpoint, were the relay's clock ever so far ahead once", () => {
  const farMs = fc.integer({ min: 0, max: 3_650 * 24 * 60 * 60_000 });
  fc.assert(fc.property(roomHistory, fc.nat(80), farMs, (entries, place, ahead) => {
    const moved = entries.map((entry, index) =>
      index === place ? { ...entry, ts: toRoomMs(entry.ts + ahead) } : entry
    );
    const state = foldEntries(emptyState(), moved);
    const ts = moved.at(-1)?.ts ?? 0;
    for (const device of state.devices.keys()) {
      expect(offer(state, device, ts)).toMatchObject({ ok: true });
    }
  }));
});

test.each<[what: string, find: string, lie: (state: RoomState) => object]>([
  ["a message behind the state", "places", ({ messages: [first, ...rest], at }) => ({
    messages: [...[first, ...rest].slice(0, -1), { ...rest.at(-1), at: at + 1 }],
  })],
  ["a message before the one before it", "places", ({ messages: [first, ...rest] }) => ({
    messages: [first, ...rest.map((one) => ({ ...one, at: 1 }))],
  })],
  ["two messages at one place", "places", ({ messages: [first, ...rest] }) => ({
    messages: [first, ...rest.map((one) => ({ ...one, seq: first?.seq }))],
  })],
  ["a time that is no date", "at", () => ({ at: protocolLimits.roomMsMax + 1 })],
  ["a turn that ended before it began", "places", ({ turns }) => ({
    turns: new Map([...turns].map(([at, turn]) => [at, { ...turn, settledAt: 1 }])),
  })],
  ["an attempt that begins tomorrow", "places", ({ turns, at }) => ({
    turns: new Map([...turns].map(([key, turn]) => [
      key,
      { ...turn, entries: turn.entries.map((one) => ({ ...one, openedAt: at + 1 })) },
    ])),
  })],
  ["attempts in another order", "places", ({ turns }) => ({
    turns: new Map([...turns].map(([key, turn]) => [
      key,
      {
        ...turn,
        entries: turn.entries.map((one) => ({
          ...one,
          attempts: [...one.attempts, { ...one.attempts[0], settledAt: turn.openedAt }],
        })),
      },
    ])),
  })],
])("[RM73] a checkpoint that tells %s is refused", (_what, find, lie) => {
  const state = talk().state();
  const told = offer({ ...state, ...lie(state) } as RoomState, ME, state.at);
  if (told.ok) throw new Error("It was taken");
  expect(told.error.detail).toContain(find);
});

test.each([
  ["half a millisecond", "messages.0.at", { at: 1.5 }],
  ["no place", "messages.0.seq", { seq: "1" }],
])("[RM73] a checkpoint with %s for a time or place is refused", (_what, path, change) => {
  const state = talk().state();
  const raw = JSON.parse(logCheckpointOf(state)) as { messages: object[] };
  Object.assign(raw.messages[0] ?? {}, change);
  expect(checkOffered(JSON.stringify(raw), { device: ME, ts: state.at }))
    .toMatchObject({ error: { detail: `member ${path} is no time or place` } });
});
