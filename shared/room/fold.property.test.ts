import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { roomHistory as history } from "../testing/fakes/room-histories.ts";
import { roomScript } from "../testing/fakes/room-script.ts";
import { checkpointHash, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import type { RoomState } from "./room-state.ts";

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
