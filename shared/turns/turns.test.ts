import { expect, test } from "vitest";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { due } from "./due.ts";
import { planOf } from "./project-plan.ts";
import { turnResult } from "./turn-result.ts";

function resultOf(room: ReturnType<typeof roomScript>, number: number) {
  const turn = room.state().turns.get(number);
  if (turn === undefined) throw new Error(`no turn ${number}`);
  return turnResult(turn);
}

test("[TE1] due lists what this device holds and has not settled, and nothing for another device", () => {
  const room = roomScript();
  const turn = room.say("hi");
  expect(due(room.state(), ME).map((one) => `${one.turn}/${one.persona}/${one.attempt}`).sort())
    .toEqual([`${turn}/a/0`, `${turn}/b/0`]);
  expect(due(room.state(), "dv_other")).toEqual([]);
  room.settle(turn, "a", "x");
  expect(due(room.state(), ME).map((one) => one.persona)).toEqual(["b"]);
  room.add({ kind: "stop", scope: { kind: "all" } });
  expect(due(room.state(), ME)).toEqual([]);
});

test("[TE1] another attempt is due again, with the assignment of now", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", "x");
  room.settle(turn, "b", "y");
  room.add({ kind: "again", turn, persona: "b" });
  const assign = room.state().personas.get("b")?.assignment?.seq;
  expect(due(room.state(), ME)).toMatchObject([{ turn, persona: "b", attempt: 1, assign }]);
});

test("[TE2] attempts of people's turns come before follow-ups, and follow the plan's order", () => {
  const room = roomScript({ kind: "panel", followUpsMax: 1 });
  const first = room.say("hi");
  room.settle(first, "a", "x");
  const followUp = room.settle(first, "b", "y");
  const second = room.say("again");
  const plan = planOf(room.state(), second)?.personaPlans.map((one) => one.personaId);
  const all = due(room.state(), ME);
  expect(all.map((one) => one.turn)).toEqual([second, second, followUp, followUp]);
  expect(all.slice(0, 2).map((one) => one.persona)).toEqual(plan);
});

test("[TE3] verdicts are unknown while a turn is open", () => {
  const room = roomScript();
  const turn = room.say("hi");
  expect(resultOf(room, turn)).toMatchObject({ settled: false, metFirstBudget: undefined });
  room.settle(turn, "a", "x");
  expect(resultOf(room, turn).metAllBudget).toBeUndefined();
  room.settle(turn, "b", { kind: "silent" });
  expect(resultOf(room, turn)).toMatchObject({ metFirstBudget: true, metAllBudget: true });
});

test("[TE4] another fingerprint is shown as a divergence; the same one is not", () => {
  const room = roomScript();
  const turn = room.say("hi");
  const fingerprint = planOf(room.state(), turn)?.fingerprint ?? "";
  room.settle(turn, "a", "x", { fingerprint });
  room.settle(turn, "b", "y", { fingerprint: "other" });
  expect(resultOf(room, turn).divergences.filter((one) => one.kind === "fingerprint-mismatch"))
    .toEqual([
      {
        kind: "fingerprint-mismatch",
        persona: "b",
        device: ME,
        planned: fingerprint,
        actual: "other",
      },
    ]);
});

test("[TE5] a turn that only failed met no budget", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.settle(turn, "a", { kind: "failed", reason: "engine", detail: "" });
  room.settle(turn, "b", { kind: "failed", reason: "engine", detail: "" });
  expect(resultOf(room, turn)).toMatchObject({ metFirstBudget: false, metAllBudget: false });
});

test("[TE5] a late first answer misses the first budget at once", () => {
  const room = roomScript();
  const turn = room.say("hi");
  room.atMs += 11_000;
  room.settle(turn, "a", "x");
  expect(resultOf(room, turn).metFirstBudget).toBe(false);
});
