import fc from "fast-check";
import { expect, test } from "vitest";
import { recipeKinds, type RoomEvent } from "../protocol/events.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import {
  checkpointHash,
  decodeCheckpoint,
  encodeCheckpoint,
  logCheckpointOf,
} from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import { roomLimits } from "./limits.ts";
import type { RoomState } from "./room-state.ts";

const MAX = roomLimits.checkpointMessagesMax;
/** Where roomScript assigns its two personas. */
const ASSIGNED = { a: 5, b: 7 } as const;

/** More talk than a checkpoint carries, answered, stopped and set aside, and a first checkpoint. */
function longRoom(): RoomScript {
  const room = roomScript({ kind: "panel", followUpsMax: 2 });
  for (let number = 0; number < 120; number += 1) {
    const turn = room.say(`message ${number}`);
    for (const persona of ["a", "b"] as const) {
      if (number % 4 === 0) continue;
      const outcome = { kind: "replied", text: `${persona} ${number}`, finish: "stop" } as const;
      const attempt = { turn, persona, attempt: 0, assign: ASSIGNED[persona] };
      room.add({ kind: "settle", ...attempt, outcome, seenSeq: 1, fingerprint: "f" });
    }
    room.add({ kind: "stop", scope: { kind: "all" } });
  }
  room.add({ kind: "checkpoint", covers: 9, stateHash: "h", state: "", opener: "" });
  return room;
}

const base = longRoom();
const baseState = base.state();
const head = baseState.head;
const known = baseState.messages.length;
const edge = baseState.messages[known - MAX]?.turn ?? 0;

/** Anything of the whole log, and most of all where the newest messages begin or end. */
const seq = fc.oneof(
  fc.integer({ min: 1, max: head + 40 }),
  fc.integer({ min: edge - 20, max: edge + 20 }),
  fc.integer({ min: head - 10, max: head + 40 }),
);
const persona = fc.constantFrom("a" as const, "b" as const);
const attempt = fc.integer({ min: 0, max: 2 });
const event: fc.Arbitrary<RoomEvent> = fc.oneof(
  fc.constant<RoomEvent>({ kind: "say", text: "hi", addressed: [] }),
  fc.tuple(seq, persona, attempt).map(([turn, who, number]): RoomEvent => ({
    kind: "settle",
    ...{ turn, persona: who, attempt: number, assign: ASSIGNED[who] },
    ...{ seenSeq: 1, fingerprint: "f" },
    outcome: { kind: "replied", text: "x", finish: "stop" },
  })),
  fc.tuple(seq, persona, attempt).map(([turn, who, number]): RoomEvent => ({
    ...{ kind: "partial", turn, persona: who, attempt: number },
    ...{ assign: ASSIGNED[who], text: "p" },
  })),
  fc.tuple(seq, persona).map(([turn, who]): RoomEvent => ({ kind: "again", turn, persona: who })),
  fc.tuple(seq, persona, attempt).map(([turn, who, number]): RoomEvent => ({
    ...{ kind: "pick", turn, persona: who, attempt: number },
  })),
  seq.map((of): RoomEvent => ({ kind: "edit", of, text: "e" })),
  fc.tuple(seq, seq).map(([to, expected]): RoomEvent => ({ kind: "rewind", to, expect: expected })),
  seq.map((to): RoomEvent => ({ kind: "rewind", to, expect: baseState.messages.at(-1)?.seq ?? 0 })),
  fc.constant<RoomEvent>({ kind: "stop", scope: { kind: "all" } }),
  fc.constantFrom(...recipeKinds).map((kind): RoomEvent => ({
    kind: "recipe",
    recipe: { kind, followUpsMax: 1, director: "a" },
  })),
  fc.constant<RoomEvent>({ kind: "left", device: ME }),
);
const steps = fc.array(
  fc.tuple(
    event,
    fc.constantFrom(ME, ME, ME, "dv_jon", "sequencer"),
    fc.constantFrom(10, 10, 10, roomLimits.staleMs + 1),
  ),
  { maxLength: 40 },
);

function entriesOf(more: readonly (readonly [RoomEvent, string, number])[]) {
  const room = roomScript();
  room.entries.splice(0, Infinity, ...base.entries);
  room.atMs = base.atMs;
  for (const [body, device, afterMs] of more) room.add(body, device, afterMs);
  return room.entries.slice(head);
}

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
