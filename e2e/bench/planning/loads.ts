/** What the area `planning` measures: rooms and ledgers of a size, planned once. */

import {
  planThroughput,
  planTurn,
  type ThroughputRequest,
  type TurnRequest,
} from "../../../shared/planning/mod.ts";
import { candidate, request } from "../../../shared/testing/planning/turn-kit.ts";

/** A shuffled look without chance: multiples of a prime. */
const spread = (index: number, modulus: number): number => (index * 7_919) % modulus;

/** Eight devices with two models of two slots each, a few addressed, four shared sources. */
export function turnOf(personas: number): TurnRequest {
  const list = Array.from({ length: personas }, (_, index) =>
    candidate(`ps_${index}`, {
      device: `dv_${spread(index, 8)}`,
      model: `model-${spread(index, 2)}`,
      provider: index % 10 === 0 ? "openai" : "transformers",
      slots: 2,
      replyTokens: 20 + spread(index, 60),
      promptTokens: 100 + spread(index, 400),
    }));
  return request(list, {
    addressed: list.filter((_, index) => index % 25 === 0).map((one) => one.personaId),
    rotation: 17,
    ragSources: ["recall", "notes", "events", "people"].map((sourceName, index) => ({
      sourceName,
      sharedAcrossPersonas: true,
      weight: index,
      contentHash: "c0ffee",
    })),
    totalInputBudgetTokens: 1_000,
  });
}

/** Jobs of ten holders in chains of three, with a tenth of them for the same work. */
export function ledgerOf(jobs: number): ThroughputRequest {
  return {
    nowMs: 1_000_000,
    policy: {
      order: "fairness",
      agingMsPerPoint: 10_000,
      agingPointsMax: 5,
      reserveAfterMs: 60_000,
    },
    budgets: [
      {
        scope: { kind: "class", resourceClass: "local-generation" },
        placesMax: 4,
        costUnitsMax: 400,
      },
      { scope: { kind: "silicon", silicon: "cpu" }, placesMax: 8, costUnitsMax: 800 },
    ],
    running: [],
    ready: Array.from({ length: jobs / 10 }, (_, index) => ({
      artifactKey: `a${index * 3}`,
      holderId: `ps_${index % 10}`,
      asOfMs: 10,
      validUntilMs: undefined,
    })),
    jobs: Array.from({ length: jobs }, (_, index) => ({
      jobId: `job_${spread(index, 1_000_003)}`,
      artifactKey: `a${index % 10 === 9 ? index - 1 : index}`,
      holderId: `ps_${Math.floor(index / 3) % 10}`,
      resourceClass: index % 2 === 0 ? "local-generation" : "embedding",
      silicon: "cpu",
      provider: undefined,
      costUnits: 1 + spread(index, 9),
      priority: spread(index, 5),
      dependencyKeys: index % 3 === 0 ? [] : [`a${index - 1}`],
      createdAtMs: spread(index, 900_000),
      staleAfterMs: undefined,
    })),
  };
}

/** Makes what plans once; a plan of nobody would be no measurement. */
export function planOnce(planner: "turn" | "throughput", size: number): () => object {
  if (planner === "turn") {
    const turn = turnOf(size);
    return () => {
      const plan = planTurn(turn);
      if (!plan.ok) throw new Error(`Cannot bench: ${JSON.stringify(plan.error)}`);
      if (plan.value.personaPlans.length !== size) throw new Error("Cannot bench: not all planned");
      return plan.value;
    };
  }
  const ledger = ledgerOf(size);
  return () => {
    const plan = planThroughput(ledger);
    if (!plan.ok) throw new Error(`Cannot bench: ${JSON.stringify(plan.error)}`);
    if (plan.value.admitted.length === 0) throw new Error("Cannot bench: nothing admitted");
    return plan.value;
  };
}
