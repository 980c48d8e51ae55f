import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { planTurn } from "./plan-turn.ts";
import { divideBudget } from "./source-budgets.ts";
import { anyTurnRequest, candidate, request } from "../../testing/planning/turn-kit.ts";
import type { PersonaTurnPlan, TurnPlan } from "./turn-plan.ts";
import type { PersonaCandidate, TurnRequest } from "./turn-request.ts";

/** Properties are plain comparisons: 10,000 cases stay cheap. */
const runs = { numRuns: 10_000 };

function planned(from: TurnRequest): TurnPlan {
  const plan = planTurn(from);
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  return plan.value;
}

/** What a plan breaks of its rules, as text: one plan serves all checks. */
function broken(from: TurnRequest): string {
  const plan = planned(from);
  if (JSON.stringify(planned(structuredClone(from))) !== JSON.stringify(plan)) return "TP1";
  if (!isPartition(from, plan)) return "TP4";
  for (const lane of byLane(plan)) {
    if (!isWithinCapacity(from, lane)) return "TP3, TP9: capacity";
    if (!isInLine(lane)) return "TP3, TP14: overlap or going back";
  }
  return "";
}

function isPartition(from: TurnRequest, plan: TurnPlan): boolean {
  const told = [
    ...plan.personaPlans.map((each) => each.personaId),
    ...plan.withoutHostPersonaIds,
    ...plan.refusedPersonas.map((each) => each.personaId),
    ...plan.skippedDuplicatePersonaIds,
  ].sort();
  const orders = plan.personaPlans.map((each) => each.generationOrder);
  return told.join() === from.personas.map((each) => each.personaId).sort().join() &&
    orders.every((order, index) => order === index);
}

type LanePlans = readonly PersonaTurnPlan[];

function byLane(plan: TurnPlan): readonly LanePlans[] {
  const lanes = new Map<string, PersonaTurnPlan[]>();
  for (const one of plan.personaPlans) {
    const key = one.lane.slice(0, one.lane.lastIndexOf("/"));
    lanes.set(key, [...lanes.get(key) ?? [], one]);
  }
  return [...lanes.values()];
}

/** At every start; the lane of a cloud has the cap of its provider, a local one its slots. */
function isWithinCapacity(from: TurnRequest, lane: LanePlans): boolean {
  const caps: Record<string, number> = { openai: 4, deepseek: 2, "unheard-of": 4 };
  const users = lane.map((each) => from.personas.find((one) => one.personaId === each.personaId));
  const slots = [...users, ...from.ahead].map((each) => each?.slots ?? 0);
  const placesMax = caps[lane[0]?.provider ?? ""] ?? Math.max(...slots);
  return lane.every(({ estimatedStartMs: ms }) => {
    const running = lane.filter((one) => one.estimatedStartMs <= ms && ms < one.estimatedFinishMs);
    return running.length <= placesMax;
  });
}

function isInLine(lane: LanePlans): boolean {
  const freeAtMs = new Map<string, number>();
  let startMs = 0;
  for (const each of lane) {
    if (each.estimatedStartMs < Math.max(startMs, freeAtMs.get(each.lane) ?? 0)) return false;
    if (each.estimatedFirstTextMs < each.estimatedStartMs) return false;
    if (each.estimatedFinishMs < each.estimatedFirstTextMs) return false;
    startMs = each.estimatedStartMs;
    freeAtMs.set(each.lane, each.estimatedFinishMs);
  }
  return true;
}

test(
  "[TP1, TP3, TP4, TP9, TP13, TP14] any request: same plan again, all told, no lane overfull",
  () => {
    const isKept = fc.property(anyTurnRequest, (one) => broken(one) === "");
    fc.assert(isKept, runs);
  },
  60_000,
);

test("[TP1] another text gives another fingerprint", () => {
  const isOther = fc.property(anyTurnRequest, fc.string({ minLength: 1 }), (one, text) => {
    const trigger = { ...one.trigger, text: `other ${text}` };
    return planned({ ...one, trigger }).fingerprint !== planned(one).fingerprint;
  });
  fc.assert(isOther, { numRuns: 1_000 });
});

test(
  "[TP5, TP7] a verdict is true exactly when its estimate is, and a false one has a reason",
  () => {
    fc.assert(
      fc.property(anyTurnRequest, fc.nat(60_000), (one, budgetMs) => {
        const patch = { firstResponseBudgetMs: budgetMs, allResponsesBudgetMs: budgetMs };
        const plan = planned({ ...one, ...patch });
        const finishes = plan.personaPlans.map((each) => each.estimatedFinishMs);
        const isWithin = (ms: number, usual: number): boolean =>
          finishes.length > 0 && ms <= (budgetMs || usual);
        const first = isWithin(Math.min(...finishes), 10_000);
        const all = isWithin(Math.max(...finishes), 30_000) &&
          plan.withoutHostPersonaIds.length + plan.refusedPersonas.length === 0;
        return plan.meetsFirstResponseBudget === first && plan.meetsAllResponsesBudget === all &&
          (first && all) === (plan.verdictReasons.length === 0);
      }),
      runs,
    );
  },
  60_000,
);

test("[TP10] budgets sum to the total, each within a token of its share, in any order", () => {
  const sources = fc.uniqueArray(
    fc.record({ sourceName: fc.string({ minLength: 1, maxLength: 4 }), weight: fc.nat(1_000_000) }),
    { selector: (one) => one.sourceName, minLength: 1, maxLength: 64 },
  );
  fc.assert(
    fc.property(sources, fc.nat(16_777_216), (list, total) => {
      const tokens = divideBudget(list, total);
      const positive = list.filter((one) => one.weight > 0);
      const sum = positive.reduce((all, one) => all + one.weight, 0);
      const mean = positive.length === 0 ? 1 : sum / positive.length;
      const weights = list.map((one) => one.weight || mean);
      const whole = weights.reduce((all, one) => all + one, 0);
      const turned = divideBudget(list.toReversed(), total).toReversed();
      return tokens.reduce((all, one) => all + one, 0) === total &&
        tokens.every((one, index) =>
          Math.abs(one - total * (weights[index] ?? 0) / whole) < 1.001 && one === turned[index]
        );
    }),
    runs,
  );
});

test("[TP2] the order of candidates of one lane changes only who stands where", () => {
  const same = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 5 });
  fc.assert(
    fc.property(same, fc.integer(), (ids, rotation) => {
      const plan = planned(request([...new Set(ids)].map((id) => candidate(id)), { rotation }));
      const ends = plan.personaPlans.map((one) => one.estimatedFinishMs);
      return ends.every((ms, index) => ms === (index + 1) * 3_000);
    }),
    runs,
  );
});

test("[TP1] plans of 2,048 personas with the largest figures stay whole numbers", () => {
  const worst: Partial<PersonaCandidate> = {
    promptTokens: 1_048_576,
    replyTokens: 1_048_576,
    maxOutputTokens: 16_777_216,
    contextWindow: 16_777_216,
    prefillMilliTokensPerS: 1,
    decodeMilliTokensPerS: 1,
  };
  const list = Array.from({ length: 2_048 }, (_, index) => candidate(`p${index}`, worst));
  const plan = planned(request(list, { ahead: list }));
  expect(plan.personaPlans).toHaveLength(2_048);
  expect(Number.isSafeInteger(plan.estimatedAllResponsesMs)).toBe(true);
});
