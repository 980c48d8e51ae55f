import fc from "fast-check";
import { expect, test } from "vitest";
import { recipeKinds, type RoomEvent } from "../protocol/events.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { checkpointHash, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import { roomLimits } from "./limits.ts";
import type { RoomState } from "./room-state.ts";

/** Any event by anybody, at any time: most break some rule, which is the point. */
const seq = fc.integer({ min: 1, max: 40 });
const persona = fc.constantFrom("a", "b", "c");
const attempt = fc.integer({ min: 0, max: 2 });
const outcome = fc.constantFrom(
  { kind: "replied", text: "x", finish: "stop" } as const,
  { kind: "silent" } as const,
  { kind: "failed", reason: "engine", detail: "" } as const,
  { kind: "deferred", reason: "merged" } as const,
  { kind: "voted", speaker: "b" } as const,
);
const recipe = fc.record({
  kind: fc.constantFrom(...recipeKinds),
  followUpsMax: fc.nat(2),
  speakersPerTurn: fc.integer({ min: 1, max: 3 }),
  director: persona,
});
const event: fc.Arbitrary<RoomEvent> = fc.oneof(
  fc.record({
    kind: fc.constant("say" as const),
    text: fc.constant("hi"),
    addressed: fc.constant([]),
  }),
  fc.record({
    kind: fc.constant("settle" as const),
    turn: seq,
    persona,
    attempt,
    assign: fc.constantFrom(5, 7, 9),
    outcome,
    seenSeq: seq,
    fingerprint: fc.constant("f"),
  }),
  fc.constant({ kind: "stop" as const, scope: { kind: "all" as const } }),
  fc.record({ kind: fc.constant("recipe" as const), recipe }),
  fc.record({ kind: fc.constant("again" as const), turn: seq, persona }),
  fc.record({ kind: fc.constant("pick" as const), turn: seq, persona, attempt }),
  fc.record({ kind: fc.constant("edit" as const), of: seq, text: fc.constant("e") }),
  fc.record({ kind: fc.constant("rewind" as const), to: seq, expect: seq }),
  fc.record({ kind: fc.constant("left" as const), device: fc.constant(ME) }),
  fc.record({ kind: fc.constant("assign" as const), persona }),
  fc.record({
    kind: fc.constant("partial" as const),
    turn: seq,
    persona,
    attempt,
    assign: seq,
    text: fc.constant("p"),
  }),
);
const history = fc.array(
  fc.tuple(
    event,
    fc.constantFrom(ME, ME, ME, "dv_jon", "sequencer"),
    fc.constantFrom(10, 10, 10, roomLimits.staleMs + 1),
  ),
  { maxLength: 60 },
).map((steps) => {
  const room = roomScript({ kind: "panel", followUpsMax: 2 });
  for (const [body, device, afterMs] of steps) room.add(body, device, afterMs);
  return room.entries;
});
const textOf = (state: RoomState) => encodeCheckpoint(state);

test("[RM1] the same prefix gives the same state however its entries were batched", () => {
  fc.assert(fc.property(history, fc.nat(80), (entries, cut) => {
    const whole = foldEntries(emptyState(), entries);
    const first = foldEntries(emptyState(), entries.slice(0, cut));
    const firstText = textOf(first);
    const parts = foldEntries(first, entries.slice(cut));
    expect(textOf(parts)).toBe(textOf(whole));
    expect(textOf(first)).toBe(firstText);
  }));
});

test("[RM3] in every history each attempt settles at most once and open turns are exactly the unsettled", () => {
  fc.assert(fc.property(history, (entries) => {
    const state = foldEntries(emptyState(), entries);
    for (const turn of state.turns.values()) {
      for (const entry of turn.entries) {
        const numbers = entry.attempts.map((one) => one.attempt);
        expect(numbers).toEqual(numbers.map((_, index) => index));
        const settledCount = entry.attempt + (entry.settled === undefined ? 0 : 1);
        expect(entry.attempts).toHaveLength(settledCount);
      }
      const isOpen = turn.entries.some((entry) => entry.settled === undefined);
      expect(state.openTurns.includes(turn.turn)).toBe(isOpen);
    }
  }));
});

test("[RM18] decoding a checkpoint gives the encoded state, and folding on from it changes nothing", () => {
  fc.assert(fc.property(history, fc.nat(80), (entries, cut) => {
    const before = foldEntries(emptyState(), entries.slice(0, cut));
    const restored = decodeCheckpoint(encodeCheckpoint(before));
    if (!restored.ok) throw new Error(restored.error.detail);
    expect(checkpointHash(textOf(restored.value))).toBe(checkpointHash(textOf(before)));
    const on = foldEntries(restored.value, entries.slice(cut));
    expect(textOf(on)).toBe(textOf(foldEntries(emptyState(), entries)));
  }));
});

test("[RM18] damaged checkpoints are refused", () => {
  const text = textOf(roomScript().state());
  for (
    const bad of ["", "{}", "null", "[]", text.slice(0, -5), text.replace('"head":7', '"head":"7"')]
  ) {
    expect(decodeCheckpoint(bad).ok).toBe(false);
  }
});
