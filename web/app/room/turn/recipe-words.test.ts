/** What a room with a recipe of its own says: who decides, whose choice it was, why not others. */

import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import type { Recipe, RoomEvent, SettleOutcome } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState, type TurnState } from "#shared/room/mod.ts";
import { planOf, turnResult } from "#shared/turns/mod.ts";
import { listCast } from "../cast/cast-state.ts";
import { describeRule } from "../cast/room-rule.ts";
import { buildRows } from "../log/log-rows.ts";
import { personaName } from "../room-names.ts";
import { choiceBefore, isChoice } from "./choice.ts";
import { describeChoiceVerdict } from "./turn-verdict.ts";
import { explainChoice, explainLeftOut, explainOpening, explainPlace } from "./why.ts";

const DIRECTED: Recipe = { kind: "director", followUpsMax: 0, director: "pe_ada" };

function createRoom(recipe: Recipe, names: readonly string[] = ["Ada", "Bo", "Cleo"]) {
  let state: RoomState = emptyState();
  let at = 1_000_000;
  const append = (body: RoomEvent): number => {
    at += 1_000;
    const seq = state.head + 1;
    state = foldEntries(state, [{ seq, ts: toRoomMs(at), id: `en_${seq}`, device: "dv_1", body }]);
    return seq;
  };
  const put = (name: string, removed: boolean): void => {
    const card = { name, gist: "g", description: "", greeting: "", hue: 1 };
    const requirement = { contextTokensMin: 0 };
    const persona = `pe_${name.toLowerCase()}`;
    append({ kind: "persona", persona, card, requirement, hosts: "any", removed });
    if (!removed) append({ kind: "assign", persona });
  };
  append({ kind: "genesis", rules: 2, roomId: "rm_1", name: "Room", recipe });
  append({ kind: "device", name: "Mika" });
  const lane = { engine: "e", modelId: "m", lane: "cpu", contextTokens: 512, slots: 1 } as const;
  append({ kind: "announce", hostsForOthers: false, lanes: [lane] });
  for (const name of names) put(name, false);
  return {
    get state() {
      return state;
    },
    remove: (name: string) => put(name, true),
    say: (addressed: readonly string[] = []) => append({ kind: "say", text: "hello", addressed }),
    stop: () => append({ kind: "stop", scope: { kind: "all" } }),
    turn: (seq: number) => state.turns.get(seq) as TurnState,
    settle: (turn: number, outcome: SettleOutcome): number => {
      const persona = state.turns.get(turn)?.entries[0]?.persona ?? "";
      const assign = state.personas.get(persona)?.assignment?.seq ?? 0;
      const seenSeq = state.head;
      const fingerprint = planOf(state, turn)?.fingerprint ?? "";
      return append({
        kind: "settle",
        turn,
        persona,
        attempt: 0,
        assign,
        outcome,
        seenSeq,
        fingerprint,
      });
    },
  };
}

type Room = ReturnType<typeof createRoom>;

const said: SettleOutcome = { kind: "replied", text: "hi", finish: "stop" };
const unread: SettleOutcome = { kind: "failed", reason: "empty", detail: "hm" };

function voteFor(speaker: string): SettleOutcome {
  return { kind: "voted", speaker };
}

function phases({ state }: Room): readonly string[] {
  return listCast(state, []).map(({ phase }) => phase);
}

test.each<[what: string, change: (room: Room) => void, text: string, trouble: string | undefined]>([
  ["she is here", () => undefined, "Ada decides", undefined],
  [
    "she left",
    (room) => room.remove("Ada"),
    "Nobody decides",
    "Ada used to decide and has left the cast. Until somebody else does, whoever has waited the " +
    "longest speaks.",
  ],
])("[RM34] the rule's line while %s", (_what, change, text, trouble) => {
  const room = createRoom(DIRECTED);
  change(room);
  expect(describeRule(room.state)).toEqual({ text, trouble });
});

test("[RM34] a rule that names nobody, and one whose persona nobody hosts, say so", () => {
  const unnamed = createRoom({ kind: "director", followUpsMax: 0 });
  expect(describeRule(unnamed.state)).toMatchObject({ text: "Nobody decides" });
  expect(describeRule(unnamed.state).trouble).toContain("Nobody is named to decide");
  const state = createRoom(DIRECTED, []).state;
  expect(describeRule(state).text).toBe("Nobody decides");
  const room = createRoom(DIRECTED);
  const ada = room.state.personas.get("pe_ada");
  if (ada === undefined) throw new Error("Ada is missing");
  const alone = { ...ada, assignment: undefined };
  const away = { ...room.state, personas: new Map([["pe_ada", alone]]), devices: new Map() };
  expect(describeRule(away)).toMatchObject({ text: "Ada decides" });
  expect(describeRule(away).trouble).toContain("has no device to think on");
});

test("[RM36] whom she chose is told by her name, and the others with the reason", () => {
  const room = createRoom(DIRECTED);
  const choice = room.say();
  expect(isChoice(room.state, choice)).toBe(true);
  const speech = room.settle(choice, voteFor("pe_bo"));
  expect(isChoice(room.state, speech)).toBe(false);
  const turn = room.turn(speech);
  expect(choiceBefore(room.state, turn)?.turn).toBe(choice);
  expect(choiceBefore(room.state, room.turn(choice))).toBeUndefined();
  expect(explainChoice(room.state, turn, "pe_bo"))
    .toBe("Ada decides who speaks here, and chose Bo.");
  expect(explainLeftOut(room.state, turn)).toEqual(["Not chosen this time: Ada and Cleo"]);
  expect(explainOpening(room.state, turn)).toBe("Ada chose Bo in 1 s");
  expect(explainOpening(room.state, room.turn(choice))).toBeUndefined();
});

test.each<[outcome: SettleOutcome, why: string, opening: string]>([
  [
    voteFor("pe_ada"),
    "Ada decides who speaks here, and chose to speak.",
    "Ada chose to speak, in 1 s",
  ],
  [
    unread,
    "Ada made no choice that counted, and Ada had waited the longest.",
    "Ada made no choice that counted",
  ],
])("[RM36] a choice that ended %j explains who speaks after it", (outcome, why, opening) => {
  const room = createRoom(DIRECTED);
  const turn = room.turn(room.settle(room.say(), outcome));
  expect(explainChoice(room.state, turn, "pe_ada")).toBe(why);
  expect(explainOpening(room.state, turn)).toBe(opening);
});

test("[RM36] where nobody could choose, the why says so", () => {
  const room = createRoom(DIRECTED);
  room.remove("Ada");
  const turn = room.turn(room.say());
  expect(explainChoice(room.state, turn, "pe_bo"))
    .toBe("Nobody here could choose who speaks, and Bo had waited the longest.");
});

test.each<[recipe: Recipe, addressed: readonly string[], why: string, others: readonly string[]]>([
  [
    { kind: "round-robin", followUpsMax: 0 },
    [],
    "They take turns here, and Ada had waited the longest.",
    ["Had not waited as long: Bo and Cleo"],
  ],
  [
    { kind: "round-robin", followUpsMax: 0 },
    ["pe_bo"],
    "The message addressed Bo by name.",
    ["Not named: Ada and Cleo"],
  ],
  [
    { kind: "debate", followUpsMax: 0 },
    ["pe_bo", "pe_cleo"],
    "In a debate they speak one at a time, and Bo had waited the longest.",
    ["Not in this debate: Ada", "Had not waited as long: Cleo"],
  ],
  [
    { kind: "panel", followUpsMax: 0 },
    [],
    "Everyone answers in this room, so Ada heard the message and chose to speak.",
    [],
  ],
])(
  "[RM36] why she, and why not the others, under %j with %j named",
  (recipe, named, why, others) => {
    const room = createRoom(recipe);
    const turn = room.turn(room.say(named));
    expect(explainChoice(room.state, turn, turn.entries[0]?.persona ?? "")).toBe(why);
    expect(explainLeftOut(room.state, turn)).toEqual(others);
  },
);

test("[RM36] under pooled who comes later and who has been are told apart", () => {
  const room = createRoom({ kind: "pooled", followUpsMax: 0 });
  room.settle(room.say(), said);
  const turn = room.turn(room.say());
  const lines = explainLeftOut(room.state, turn).map((line) => line.split(":")[0]);
  expect([...lines].sort()).toEqual([
    "Already answered in this round",
    "Come later in this round",
  ]);
});

test("a debate counts its steps", () => {
  const room = createRoom({ kind: "debate", followUpsMax: 0, rounds: 2 });
  const first = room.say();
  const second = room.settle(first, said);
  expect(explainOpening(room.state, room.turn(first))).toBe("Step 1 of the debate");
  expect(explainOpening(room.state, room.turn(second))).toBe("Step 2 of the debate");
});

test("nobody is told her place in a line of one", () => {
  const alone = createRoom({ kind: "round-robin", followUpsMax: 0 });
  const turn = alone.say(["pe_bo"]);
  expect(explainPlace(alone.state, planOf(alone.state, turn), "pe_bo").join())
    .not.toContain("in line");
  const panel = createRoom({ kind: "panel", followUpsMax: 0 });
  const all = panel.say(["pe_bo"]);
  expect(explainPlace(panel.state, planOf(panel.state, all), "pe_bo"))
    .toContain("First in line: the message names Bo.");
});

test("who chooses is shown choosing, then as having chosen; a newer message is a new page", () => {
  const room = createRoom(DIRECTED);
  const choice = room.say();
  const attempt = { roomId: "rm_1", turn: choice, persona: "pe_ada", attempt: 0, sinceMs: 0 };
  const live = (phase: "queued" | "thinking" | "speaking" | "restarting") =>
    listCast(room.state, [{ ...attempt, phase }])[0]?.phase;
  expect((["queued", "thinking", "speaking", "restarting"] as const).map(live))
    .toEqual(["queued", "choosing", "choosing", "restarting"]);
  const speech = room.settle(choice, voteFor("pe_bo"));
  expect(phases(room)).toEqual(["voted", "ready", "ready"]);
  room.settle(speech, said);
  expect(phases(room)).toEqual(["voted", "replied", "ready"]);
  room.say(["pe_cleo"]);
  expect(phases(room)).toEqual(["ready", "ready", "ready"]);
});

test("a choice under way is a line, and its outcome stands in the same row", () => {
  const room = createRoom(DIRECTED);
  const turn = room.say();
  const attempt = { roomId: "rm_1", turn, persona: "pe_ada", attempt: 0, sinceMs: 0 };
  const rowsWith = (phase?: "thinking" | "speaking") =>
    buildRows({
      state: room.state,
      running: phase === undefined ? [] : [{ ...attempt, phase }],
      openAsides: new Set(),
    }).map(({ kind, key }) => [kind, key]).at(-1);
  const key = `p/${turn}/pe_ada`;
  expect(rowsWith("thinking")).toEqual(["choosing", key]);
  expect(rowsWith("speaking")).toEqual(["choosing", key]);
  room.settle(turn, voteFor("pe_bo"));
  expect(rowsWith()).toEqual(["quiet", key]);
});

test.each<[what: string, end: (room: Room, turn: number) => void, tone: string, text: string]>([
  ["runs", () => undefined, "running", "Ada is choosing who speaks"],
  [
    "is made",
    (room, turn) => void room.settle(turn, voteFor("pe_bo")),
    "good",
    "Ada chose after 1 s",
  ],
  ["fails", (room, turn) => void room.settle(turn, unread), "warn", "No choice was made"],
  ["is stopped", (room) => void room.stop(), "warn", "No choice was made"],
])("the verdict of a choice that %s", (_what, end, tone, text) => {
  const room = createRoom(DIRECTED);
  const turn = room.say();
  end(room, turn);
  const names = { persona: (id: string) => personaName(room.state, id), device: String };
  expect(describeChoiceVerdict(turnResult(room.turn(turn)), "pe_ada", names))
    .toMatchObject({ tone, text });
});
