import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { canonicalJson } from "../base/canonical-json.ts";
import { recipeKinds, type RoomEvent } from "../protocol/events.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../room/checkpoint.ts";
import { emptyState } from "../room/draft.ts";
import { foldEntries } from "../room/fold.ts";
import type { RoomState } from "../room/room-state.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { planOfTurn } from "./project-plan.ts";
import { turnResult } from "./turn-result.ts";

const persona = fc.constantFrom("a", "b", "c");
/** What a host may tell of itself, lies among it. */
const told = fc.oneof(
  { weight: 6, arbitrary: fc.nat(5_000) },
  fc.constantFrom(0, 1, 2_000_000, Number.MAX_SAFE_INTEGER),
);
const usage = fc.record({
  promptTokens: told,
  cachedTokens: told,
  generatedTokens: told,
  prefillMs: told,
  decodeMs: told,
});
const times = fc.record({ queuedMs: told, firstTextMs: told, finishedMs: told });
type Step =
  | { readonly kind: "event"; readonly event: RoomEvent }
  | {
    readonly kind: "settle";
    readonly usage: Extract<RoomEvent, { kind: "settle" }>["usage"];
    readonly times: Extract<RoomEvent, { kind: "settle" }>["times"];
  };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("settle" as const), usage, times }),
  },
  fc.record({
    kind: fc.constant("event" as const),
    event: fc.oneof(
      fc.array(persona, { maxLength: 2 }).map((addressed): RoomEvent => ({
        kind: "say",
        text: "hi",
        addressed,
      })),
      fc.constantFrom(...recipeKinds).map((kind): RoomEvent => ({
        kind: "recipe",
        recipe: { kind, followUpsMax: 1, director: "a" },
      })),
      told.map((slots): RoomEvent => ({
        kind: "announce",
        hostsForOthers: true,
        lanes: [{
          engine: "scripted",
          modelId: "m",
          lane: "unknown",
          contextTokens: 512,
          slots: Math.max(1, slots),
        }],
      })),
      fc.constant<RoomEvent>({ kind: "stop", scope: { kind: "all" } }),
    ),
  }),
);

/** Settles the oldest open attempt as its host would. */
function settleNext(room: RoomScript, { usage, times }: Extract<Step, { kind: "settle" }>): void {
  const state = room.state();
  const turn = state.turns.get(state.openTurns[0] ?? 0);
  const entry = turn?.entries.find((one) => one.settled === undefined);
  if (turn === undefined || entry === undefined) return;
  const outcome = turn.vote === undefined
    ? "x"
    : { kind: "voted", speaker: turn.vote.at(-1) ?? "" } as const;
  room.settle(turn.turn, entry.persona, outcome, { usage, times, modelId: "m" });
}

const trace = (state: RoomState): string =>
  canonicalJson([...state.turns.values()].map((turn) => [planOfTurn(turn), turnResult(turn)]));

test("[TE6] [RM39] whatever hosts tell, the same prefix gives the same plans and verdicts", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(60), (steps, cut) => {
      const room = roomScript({ kind: "panel", followUpsMax: 1 }, ["a", "b", "c"]);
      for (const one of steps) {
        if (one.kind === "event") room.add(one.event, ME);
        else settleNext(room, one);
      }
      const whole = trace(foldEntries(emptyState(), room.entries));
      const before = foldEntries(emptyState(), room.entries.slice(0, cut));
      const stored = decodeCheckpoint(encodeCheckpoint(before));
      if (!stored.ok) throw new Error(stored.error.detail);
      const after = room.entries.slice(cut);
      return trace(foldEntries(before, after)) === whole &&
        trace(foldEntries(stored.value, after)) === whole;
    }),
    { numRuns: 300 },
  );
}, 60_000);

test("[RM39] usage that cannot be is no measurement, and a speed has its limit", () => {
  const room = roomScript();
  const tell = (generatedTokens: number, decodeMs: number) => {
    const used = { promptTokens: 0, cachedTokens: 0, prefillMs: 0, generatedTokens, decodeMs };
    room.settle(room.say("hi"), "a", "x", { modelId: "m", usage: used });
    return [...room.state().speeds.values()][0];
  };
  expect(tell(2_000_000, 100)).toBeUndefined();
  expect(tell(10, 90_000_000)).toBeUndefined();
  expect(tell(1_000_000, 1)?.decodeMilliTokensPerS).toBe(1_000_000_000);
});
