import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { toRoomMs } from "../base/brands.ts";
import type { LogEntry } from "../ports/room-log.ts";
import { type Recipe, recipeKinds, type RoomEvent } from "../protocol/events.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../room/checkpoint.ts";
import { emptyState } from "../room/draft.ts";
import { foldEntries } from "../room/fold.ts";
import { importedState, stateFromBeginning } from "../room/import-state.ts";
import type { RoomState } from "../room/room-state.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { due } from "../turns/due.ts";
import { planOfTurn } from "../turns/project-plan.ts";
import { turnResult } from "../turns/turn-result.ts";

const NEW = "dv_new";
const AT = 9_000_000;
const usage = { promptTokens: 9, cachedTokens: 0, generatedTokens: 5, prefillMs: 9, decodeMs: 50 };
const recipeOf = (kind: Recipe["kind"]): Recipe => ({
  ...{ kind, followUpsMax: 2, director: "a", rounds: 2, speakersPerTurn: 2 },
});

type Act = "say" | "name" | "settle" | "again" | "stop" | "edit" | Recipe["kind"];
const acts = fc.array(
  fc.tuple(
    fc.constantFrom<Act>(...recipeKinds, "say", "say", "name", "again", "stop", "edit").map(
      (act): Act => act,
    ).chain((act) => fc.constantFrom<Act>(act, "settle", "settle")),
    fc.nat(9),
  ),
  { maxLength: 30 },
);

function settleNewest(room: RoomScript, pick: number): void {
  const state = room.state();
  const turn = state.turns.get(state.openTurns[pick % 2] ?? state.openTurns[0] ?? 0);
  const entry = turn?.entries.find((one) => one.settled === undefined);
  if (turn === undefined || entry === undefined) return;
  const speaker = turn.vote?.[pick % turn.vote.length];
  const words = pick === 0 ? { kind: "silent" } as const : "x";
  const outcome = speaker === undefined ? words : { kind: "voted", speaker } as const;
  room.settle(turn.turn, entry.persona, outcome, { usage, modelId: "m" });
}

/** A room in which all kinds of turns were opened, some of them open still. */
function played(taken: readonly (readonly [Act, number])[]): RoomScript {
  const room = roomScript(recipeOf("director"), ["a", "b", "c"]);
  for (const [act, pick] of taken) {
    const state = room.state();
    const turn = state.turns.size === 0 ? 1 : [...state.turns.keys()][pick % state.turns.size] ?? 1;
    const persona = ["a", "b", "c"][pick % 3] ?? "a";
    if (act === "settle") settleNewest(room, pick);
    else if (act === "say") room.say("hi");
    else if (act === "name") room.say("hi", [persona]);
    else if (act === "again") room.add({ kind: "again", turn, persona });
    else if (act === "stop") room.add({ kind: "stop", scope: { kind: "all" } });
    else if (act === "edit") {
      const of = state.messages.findLast((one) => one.kind === "person")?.seq ?? 1;
      room.add({ kind: "edit", of, text: "edited" });
    } else room.add({ kind: "recipe", recipe: recipeOf(act) });
  }
  return room;
}

const beginningOf = (room: RoomScript): unknown =>
  JSON.parse(encodeCheckpoint(importedState(room.state(), ME, NEW, "rm_new")));

/** A room that begins with `checkpoint`, and what a person and its hosts then do in it. */
function goOn(checkpoint: unknown): RoomState {
  const lanes = [{
    ...{ engine: "scripted", modelId: "m", lane: "cpu" as const, contextTokens: 512, slots: 1 },
  }];
  let state = emptyState();
  const add = (body: RoomEvent): void => {
    const seq = state.head + 1;
    const entry: LogEntry = { seq, ts: toRoomMs(AT), id: `n_${seq}`, device: NEW, body };
    state = foldEntries(state, [entry]);
  };
  const recipe = recipeOf("director");
  add({ kind: "genesis", rules: 2, roomId: "rm_new", name: "New", recipe, checkpoint });
  add({ kind: "device", name: "New" });
  add({ kind: "announce", lanes, hostsForOthers: true });
  for (const persona of ["a", "b", "c"]) add({ kind: "assign", persona });
  add({ kind: "say", text: "who?", addressed: [] });
  add({ kind: "recipe", recipe: recipeOf("panel") });
  for (const turn of [...state.turns.keys()].slice(0, 3)) {
    add({ kind: "again", turn, persona: "b" });
  }
  for (let round = 0; round < 8; round += 1) {
    add({ kind: "say", text: "hi", addressed: round === 3 ? ["b"] : [] });
    const [owed] = due(state, NEW);
    if (owed === undefined) continue;
    const { turn, persona, attempt, assign, fingerprint } = owed;
    const key = { turn, persona, attempt, assign, fingerprint, seenSeq: 1, modelId: "m", usage };
    const speaker = state.turns.get(turn)?.vote?.[0];
    add({
      ...{ kind: "settle", ...key },
      outcome: speaker === undefined
        ? { kind: "replied", text: "x", finish: "stop" }
        : { kind: "voted", speaker },
    });
  }
  return state;
}

/** Everything that a peer makes of a state: none of it throws. */
function look(state: RoomState): void {
  for (const turn of state.turns.values()) {
    planOfTurn(turn);
    turnResult(turn);
  }
  due(state, NEW);
  encodeCheckpoint(state);
}

test("[RM19] [RM20] votes, debates and rounds cross into a shared room as they were", () => {
  fc.assert(
    fc.property(acts, (taken) => {
      const room = played(taken);
      const imported = importedState(room.state(), ME, NEW, "rm_new");
      const begun = stateFromBeginning(beginningOf(room));
      if (!begun.ok) throw new Error(begun.error.detail);
      for (const [number, turn] of imported.turns) {
        const { vote, quietSteps, planInput, entries } = begun.value.turns.get(number) ?? turn;
        expect({ vote, quietSteps }).toEqual({ vote: turn.vote, quietSteps: turn.quietSteps });
        expect(planInput).toEqual(JSON.parse(JSON.stringify(turn.planInput)));
        expect(entries.every((entry) => entry.settled !== undefined)).toBe(true);
      }
      expect(begun.value.turns.size).toBe(imported.turns.size);
      const state = goOn(beginningOf(room));
      expect(state.ignored.filter((one) => one.reason.startsWith("checkpoint"))).toEqual([]);
      look(state);
      const stored = decodeCheckpoint(encodeCheckpoint(state));
      expect(stored.ok && encodeCheckpoint(stored.value)).toBe(encodeCheckpoint(state));
    }),
    { numRuns: 200 },
  );
}, 60_000);

const hostile = fc.constantFrom<unknown>(
  ...[0, 1, 1.5, -1, 2 ** 53, 1e300, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1e9 + 1],
  ...["", "|", "a", "x".repeat(80), "\ud800", true, null, [], {}],
);

/** Replaces the leaf, or doubles the item, that `at` leads to. */
function spoil(value: unknown, at: readonly number[], by: unknown): unknown {
  if (typeof value !== "object" || value === null || at.length === 0) return by;
  const keys = Object.keys(value);
  if (keys.length === 0) return by;
  const [first = 0, ...rest] = at;
  const key = keys[first % keys.length] ?? "";
  const inner = spoil((value as Record<string, unknown>)[key], rest, by);
  if (!Array.isArray(value)) return { ...value, [key]: inner };
  const changed = value.map((item, index) => String(index) === key ? inner : item);
  return first % 7 === 0 ? [...changed, value[Number(key)]] : changed;
}

test(
  "[RM20] of whatever a hostile founder made up, every peer can plan, show and store the room",
  () => {
    const room = played([
      ...[["say", 0], ["settle", 1], ["settle", 2], ["name", 1], ["settle", 3], [
        "debate",
        0,
      ]] as const,
      ...[["say", 0], ["settle", 4], ["settle", 0], ["pooled", 0], ["say", 0], [
        "again",
        0,
      ]] as const,
    ]);
    const beginning = beginningOf(room);
    const path = fc.array(fc.nat(30), { minLength: 1, maxLength: 8 });
    let taken = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(path, hostile), { minLength: 1, maxLength: 3 }), (spoils) => {
        const spoilt = spoils.reduce((value, [at, by]) => spoil(value, at, by), beginning);
        if (stateFromBeginning(spoilt).ok) taken += 1;
        look(goOn(spoilt));
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(50);
  },
  60_000,
);
