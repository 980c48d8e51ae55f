import { expect, test } from "vitest";
import { candidate, request } from "../../testing/planning/turn-kit.ts";
import { planTurn } from "./plan-turn.ts";
import type { TurnRequest } from "./turn-request.ts";

function planOf(asked: TurnRequest) {
  const plan = planTurn(asked);
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  return plan.value;
}

test("[TP13] a cloud's model is never loaded first", () => {
  const plan = planOf(request([candidate("a", { provider: "openai", isCold: true })]));
  expect(plan.personaPlans[0]?.estimatedStartMs).toBe(0);
});

test("[TP9] models of one cloud provider share its cap on a device", () => {
  const cast = ["a", "b", "c"].map((id) =>
    candidate(id, { provider: "deepseek", model: `model ${id}` })
  );
  const starts = planOf(request(cast)).personaPlans.map((one) => one.estimatedStartMs > 0);
  expect(starts).toEqual([false, false, true]);
});

test("[TP2] a rotation before the first goes round the other way", () => {
  const cast = ["a", "b", "c"].map((id) => candidate(id));
  const order = (rotation: number) =>
    planOf(request(cast, { rotation })).personaPlans.map((one) => one.personaId).join("");
  expect([-1, -2, -3, -4].map(order)).toEqual(["cab", "bca", "abc", "cab"]);
  expect(planOf(request(cast, { rotation: -1 })).personaPlans[0]?.reasons)
    .toContainEqual({ kind: "rotated", from: 2 });
});

test("[TP5] who has no host did not answer in time, however early the others are", () => {
  const plan = planOf(request([candidate("a"), candidate("b", { device: undefined })]));
  expect(plan.meetsFirstResponseBudget).toBe(true);
  expect(plan.meetsAllResponsesBudget).toBe(false);
});

test("[TP1] a plan without somebody for another reason is another plan", () => {
  const print = (field: "slots" | "contextWindow") =>
    planOf(request([candidate("a"), candidate("b", { [field]: 0 })])).fingerprint;
  expect(print("slots")).not.toBe(print("contextWindow"));
});

test("[TP10] a source that is not shared has no part of the shared budget", () => {
  const source = { weight: 1, contentHash: undefined };
  const ragSources = [
    { ...source, sourceName: "own", sharedAcrossPersonas: false },
    { ...source, sourceName: "recall", sharedAcrossPersonas: true },
  ];
  const plan = planOf(request([candidate("a")], { ragSources, totalInputBudgetTokens: 100 }));
  expect(plan.sharedSources.map((one) => [one.sourceName, one.budgetTokens]))
    .toEqual([["recall", 100]]);
});
