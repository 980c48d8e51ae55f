/** Any throughput request, in small: for properties, and to compare run times. */

import { fc } from "../properties.ts";
import type { LaneBudget, ThroughputRequest } from "../../planning/throughput/job.ts";

const work = {
  artifactKey: fc.constantFrom("a", "b", "c", "d"),
  holderId: fc.constantFrom(undefined, undefined, "ps_1"),
  resourceClass: fc.constantFrom("cpu", "local-generation", "cloud-provider"),
  silicon: fc.constantFrom("cpu", "gpu"),
  provider: fc.constantFrom(undefined, "openai", "deepseek"),
  costUnits: fc.integer({ min: 0, max: 5 }),
} as const;
const jobs = fc.array(
  fc.record({
    jobId: fc.constantFrom("j1", "j2", "j3", "j4", "j5", "j6", "j7", "j8", ""),
    ...work,
    priority: fc.integer({ min: -2, max: 2 }),
    dependencyKeys: fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 2 }),
    createdAtMs: fc.integer({ min: 0, max: 110 }),
    staleAfterMs: fc.constantFrom(undefined, undefined, 50, 90),
  }),
  { maxLength: 8 },
);
const budget = { placesMax: fc.nat(3), costUnitsMax: fc.nat(9) };
const scopes: readonly LaneBudget["scope"][] = [
  { kind: "silicon", silicon: "cpu" },
  { kind: "silicon", silicon: "gpu" },
  { kind: "class", resourceClass: "local-generation" },
  { kind: "provider", resourceClass: "cloud-provider", provider: "openai" },
];
export const anyThroughputRequest: fc.Arbitrary<ThroughputRequest> = fc.record({
  nowMs: fc.constant(100),
  policy: fc.record({
    order: fc.constantFrom("freshness", "fairness"),
    agingMsPerPoint: fc.constantFrom(undefined, 20),
    agingPointsMax: fc.nat(4),
    reserveAfterMs: fc.constantFrom(undefined, 60),
  }),
  budgets: fc.subarray([...scopes]).chain((some) =>
    fc.tuple(...some.map((scope) => fc.record({ scope: fc.constant(scope), ...budget })))
  ),
  running: fc.uniqueArray(
    fc.record({ jobId: fc.constantFrom("j1", "r1", "r2"), ...work }),
    { selector: (one) => one.jobId, maxLength: 2 },
  ),
  ready: fc.array(
    fc.record({
      artifactKey: work.artifactKey,
      holderId: work.holderId,
      asOfMs: fc.nat(100),
      validUntilMs: fc.constantFrom(undefined, 100, 101),
    }),
    { maxLength: 3 },
  ),
  jobs,
});
