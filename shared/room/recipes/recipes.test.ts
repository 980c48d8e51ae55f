import { expect, test } from "vitest";
import type { Recipe } from "../../protocol/events.ts";
import { ME, type RoomScript, roomScript } from "../../testing/fakes/room-script.ts";

const names = ["a", "b", "c", "d"];
const recipe = (patch: Partial<Recipe>): Recipe => ({
  kind: "round-robin",
  followUpsMax: 0,
  ...patch,
});

/** Who takes part in a turn, with the reason of the first. */
function speakersOf(room: RoomScript, turn: number): string {
  const cast = room.state().turns.get(turn)?.planInput.cast ?? [];
  return `${cast.map((one) => one.id).join("")} ${cast[0]?.because ?? ""}`;
}

function leftOutOf(room: RoomScript, turn: number): string {
  return (room.state().turns.get(turn)?.planInput.leftOut ?? [])
    .map(({ id, because }) => `${id} ${because}`).join(", ");
}

/** Says something and lets everybody asked reply; returns the turn. */
function ask(room: RoomScript, addressed: readonly string[] = []): number {
  const turn = room.say("hi", addressed);
  for (const { persona } of room.state().turns.get(turn)?.entries ?? []) {
    room.settle(turn, persona, "x");
  }
  return turn;
}

test("[RM31] round-robin asks who has waited the longest, and whom a message names alone", () => {
  const room = roomScript(recipe({ speakersPerTurn: 2 }), names);
  expect(speakersOf(room, ask(room))).toBe("ab longest-waiting");
  expect(speakersOf(room, ask(room, ["c"]))).toBe("c named");
  const next = ask(room);
  expect(speakersOf(room, next)).toBe("ad longest-waiting");
  expect(leftOutOf(room, next)).toBe("b not-her-turn, c not-her-turn");
  expect(speakersOf(room, ask(room))).toBe("bc longest-waiting");
});

test("[RM31] who joins or comes back waits behind everybody who waited before", () => {
  const room = roomScript(recipe({}), ["a", "b"]);
  ask(room);
  room.persona("new");
  room.add({ kind: "assign", persona: "new" });
  expect([ask(room), ask(room), ask(room)].map((turn) => speakersOf(room, turn)[0]))
    .toEqual(["b", "a", "n"]);
});

test("[RM32] pooled: everybody once a round, in an order that another round draws anew", () => {
  const room = roomScript(recipe({ kind: "pooled" }), names);
  const rounds = [0, 1, 2].map(() => names.map(() => speakersOf(room, ask(room))[0]).join(""));
  for (const round of rounds) expect([...round].sort().join("")).toBe("abcd");
  expect(new Set(rounds).size).toBeGreaterThan(1);
  expect(room.state().pool?.round).toBe(3);
});

test("[RM32] pooled: a round's last turn takes who is left, and who is named has had hers", () => {
  const room = roomScript(recipe({ kind: "pooled", speakersPerTurn: 3 }), names);
  const first = ask(room);
  expect(speakersOf(room, first)).toHaveLength("abc drawn".length);
  const second = ask(room);
  expect(speakersOf(room, second)).toHaveLength("a drawn".length);
  expect(leftOutOf(room, second).match(/drawn-before/g)).toHaveLength(3);
  ask(room, ["a"]);
  const third = ask(room);
  expect(speakersOf(room, third)).toContain("a"); // Named between two rounds: a new one begins.
  const named = roomScript(recipe({ kind: "pooled" }), names);
  const drawn = ask(named);
  const left = names.filter((id) => !speakersOf(named, drawn).startsWith(id));
  ask(named, left.slice(0, 1));
  const spoken = [ask(named), ask(named)].map((turn) => speakersOf(named, turn)[0]).sort();
  expect(spoken).toEqual(left.slice(1));
});

/** The speakers of every turn from `turn` on, each replying in turn. */
function runSteps(room: RoomScript, outcomeOf: (step: number) => string | undefined): string {
  let said = "";
  for (let step = 0; step < 40; step += 1) {
    const open = room.state().openTurns.at(-1);
    if (open === undefined) break;
    const persona = room.state().turns.get(open)?.entries[0]?.persona ?? "";
    said += persona;
    const text = outcomeOf(step);
    room.settle(open, persona, text ?? { kind: "silent" });
  }
  return said;
}

test("[RM33] a debate goes round one by one, to its rounds, and 16 steps at most", () => {
  const debate = (rounds: number, cast: string[]) => {
    const room = roomScript(recipe({ kind: "debate", rounds }), cast);
    room.say("motion");
    return runSteps(room, () => "x");
  };
  expect(debate(2, ["a", "b", "c"])).toBe("abcabc");
  expect(debate(8, names)).toBe("abcd".repeat(4));
  expect(debate(3, ["a"])).toBe("a");
});

test("[RM33] named personas debate alone; the next debate begins with who waited longer", () => {
  const room = roomScript(recipe({ kind: "debate" }), names);
  const motion = room.say("motion", ["b", "d"]);
  expect(speakersOf(room, motion)).toBe("b debate-step");
  expect(leftOutOf(room, motion)).toBe("a no-debater, c no-debater, d not-her-turn");
  expect(runSteps(room, () => "x")).toBe("bdbd");
  room.say("next");
  expect(runSteps(room, () => "x").slice(0, 4)).toBe("acbd");
});

test("[RM33] a debate ends by a round of silence, a stop or a person, and survives one silence", () => {
  const begin = () => {
    const room = roomScript(recipe({ kind: "debate", rounds: 4 }), ["a", "b"]);
    room.say("motion");
    return room;
  };
  expect(runSteps(begin(), (step) => step === 2 ? undefined : "x")).toBe("abababab");
  expect(runSteps(begin(), (step) => step < 3 ? "x" : undefined)).toBe("ababa");
  const stopped = begin();
  stopped.add({ kind: "stop", scope: { kind: "all" } });
  expect(stopped.state().openTurns).toEqual([]);
  const room = begin();
  const first = room.state().openTurns[0] ?? 0;
  const second = room.say("wait");
  room.settle(first, "a", "x");
  expect(room.state().openTurns).toEqual([second]);
});

const directed = (patch: Partial<Recipe> = {}, cast = ["a", "b", "c"]) =>
  roomScript(recipe({ kind: "director", director: "a", ...patch }), cast);
const voted = (speaker: string) => ({ kind: "voted", speaker } as const);

test("[RM34, RM37] the director votes first, and the turn of the choice follows", () => {
  const room = directed();
  const vote = room.say("hi");
  expect(speakersOf(room, vote)).toBe("a directs");
  expect(leftOutOf(room, vote)).toBe("b vote-first, c vote-first");
  expect(room.state().turns.get(vote)?.vote).toEqual(["a", "b", "c"]);
  const turn = room.settle(vote, "a", voted("c"));
  expect(speakersOf(room, turn)).toBe("c voted");
  expect(room.state().turns.get(turn)).toMatchObject({ human: true, root: vote, depth: 0 });
  expect(room.state().turns.get(turn)?.planInput.text).toBe("hi");
  expect(leftOutOf(room, turn)).toBe("a not-voted, b not-voted");
  expect(room.settle(turn, "c", "x")).toBe(room.state().head);
  expect(room.state().openTurns).toEqual([]);
});

test("[RM34] who is named needs no vote, nor who alone could answer", () => {
  const room = directed();
  expect(speakersOf(room, room.say("hi", ["b"]))).toBe("b named");
  const alone = directed({}, ["a"]);
  expect(speakersOf(alone, alone.say("hi"))).toBe("a only-one");
});

test.each([
  ["chose nobody of the cast", voted("nobody")],
  ["failed", { kind: "failed", reason: "engine", detail: "" } as const],
  ["kept silent", { kind: "silent" } as const],
])("[RM34] a director who %s: who has waited the longest speaks", (_, outcome) => {
  const room = directed();
  ask(room, ["a"]);
  const vote = room.say("hi");
  const turn = room.settle(vote, "a", outcome);
  expect(speakersOf(room, turn)).toBe("b no-vote");
});

test("[RM34] without a director the longest waiting speaks; whose host left is replaced, too", () => {
  const gone = directed({ director: "nobody" });
  expect(speakersOf(gone, gone.say("hi"))).toBe("a no-vote");
  const room = directed({ director: "far" });
  room.add({ kind: "device", name: "Far" }, "dv_far");
  room.announce("dv_far");
  room.add({
    kind: "persona",
    persona: "far",
    card: { name: "Far", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { contextTokensMin: 0 },
    hosts: ["dv_far"],
    removed: false,
  }, "dv_far");
  room.add({ kind: "assign", persona: "far" }, "dv_far");
  const vote = room.say("hi");
  expect(speakersOf(room, vote)).toBe("far directs");
  const left = room.add({ kind: "left", device: "dv_far" }, "sequencer");
  expect(room.outcome(vote, "far")).toBe("deferred");
  expect(speakersOf(room, left)).toBe("a no-vote");
});

test("[RM34] who was passed over twice as often as there are personas speaks without a vote", () => {
  const room = directed();
  const said: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const turn = room.say("hi");
    const open = room.state().turns.get(turn)?.vote === undefined
      ? turn
      : room.settle(turn, "a", voted("b"));
    said.push(speakersOf(room, open));
    room.settle(open, speakersOf(room, open)[0] ?? "", "x");
  }
  expect(said).toEqual([...Array<string>(6).fill("b voted"), "a overdue", "c overdue"]);
});

test("[RM37] no vote where nobody asked, no words in a vote, no second vote", () => {
  const room = directed();
  const vote = room.say("hi");
  room.settle(vote, "a", "words");
  expect(room.entry(vote, "a")?.settled).toBeUndefined();
  const turn = room.settle(vote, "a", voted("b"));
  room.settle(turn, "b", voted("c"));
  expect(room.entry(turn, "b")?.settled).toBeUndefined();
  room.add({ kind: "again", turn: vote, persona: "a" });
  expect(room.entry(vote, "a")?.attempt).toBe(0);
  expect(room.state().ignored.map((one) => one.reason))
    .toEqual(["not-asked-that", "not-asked-that", "nothing-said"]);
});

test("[RM37] a stopped vote, or one that a newer message overtook, has no turn behind it", () => {
  const room = directed();
  room.say("hi");
  room.add({ kind: "stop", scope: { kind: "all" } });
  expect(room.state().openTurns).toEqual([]);
  const vote = room.say("hi");
  const newer = room.say("wait");
  room.settle(vote, "a", { kind: "deferred", reason: "merged", into: newer });
  expect(room.state().openTurns).toEqual([newer]);
});

test("[RM12, RM34] follow-ups of a directed room are voted on among those spoken to", () => {
  const room = directed({ followUpsMax: 1 });
  const turn = room.settle(room.say("hi"), "a", voted("c"));
  const vote = room.settle(turn, "c", "x");
  expect(room.state().turns.get(vote)).toMatchObject({ vote: ["a", "b"], depth: 1, human: false });
  const followUp = room.settle(vote, "a", voted("b"));
  expect(room.state().turns.get(followUp)).toMatchObject({ depth: 1, human: false });
  room.settle(followUp, "b", "y");
  expect(room.state().openTurns).toEqual([]);
});

test("[RM35] recipes that choose pass over whom nobody hosts, and say so", () => {
  const room = roomScript(recipe({}), ["b"]);
  room.add({
    kind: "persona",
    persona: "homeless",
    card: { name: "H", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { modelId: "huge", contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  });
  const turns = [ask(room), ask(room)];
  expect(turns.map((turn) => speakersOf(room, turn)[0])).toEqual(["b", "b"]);
  expect(leftOutOf(room, turns[1] ?? 0)).toBe("homeless no-host");
  const nobody = roomScript(recipe({}), []);
  nobody.add({
    kind: "persona",
    persona: "homeless",
    card: { name: "H", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { modelId: "huge", contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  });
  const turn = nobody.say("hi");
  expect(nobody.outcome(turn, "homeless")).toBe("deferred");
});

test("[RM38] a recipe beyond the room's rules is ignored until they are raised", () => {
  const room = roomScript({ kind: "panel", followUpsMax: 0 });
  const old = { ...room.entries[0], body: { ...room.entries[0]?.body as object, rules: 1 } };
  room.entries[0] = old as typeof room.entries[0];
  room.add({ kind: "recipe", recipe: recipe({}) });
  expect(room.state()).toMatchObject({ rules: 1, recipe: { kind: "panel" } });
  expect(room.state().ignored.at(-1)?.reason).toBe("rules-older");
  room.add({ kind: "rules", rules: 2 });
  room.add({ kind: "recipe", recipe: recipe({}) });
  expect(room.state().recipe.kind).toBe("round-robin");
  expect(room.state().readerOnly).toBeUndefined();
});

test("[RM8] one entry opens one turn at most, and it is this device's to settle", () => {
  const room = directed();
  const vote = room.say("hi");
  const turn = room.settle(vote, "a", voted("b"));
  expect(turn).toBe(vote + 1);
  expect(room.state().personas.get("b")?.assignment?.device).toBe(ME);
  expect(room.state().openTurns).toEqual([turn]);
});
