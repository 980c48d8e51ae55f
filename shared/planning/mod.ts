export { planningLimits } from "./limits.ts";
export { planTurn } from "./turn/plan-turn.ts";
export { knownProviders } from "./turn/providers.ts";
export { sourceContentKey } from "./turn/stable-keys.ts";
export type * from "./turn/turn-plan.ts";
export type * from "./turn/turn-request.ts";
export { type ModelQuery, type QueryProblem } from "./resolver/check-query.ts";
export { resolverLimits } from "./resolver/limits.ts";
export {
  inPageProvider,
  type ModelHost,
  type ModelOffer,
  type ModelProvider,
  profileOffer,
  type Silicon,
} from "./resolver/offer.ts";
export type { RankScore } from "./resolver/rank-offers.ts";
export {
  type Capability,
  type RankCriterion,
  type RequirementProfile,
  requirementProfiles,
} from "./resolver/requirement.ts";
export {
  type ModelCandidate,
  type ModelChoice,
  type ResolveError,
  resolveModel,
  type Unmet,
} from "./resolver/resolve-model.ts";
export { throughputLimits } from "./throughput/limits.ts";
export { planThroughput } from "./throughput/plan-throughput.ts";
export type * from "./throughput/job.ts";
export type * from "./throughput/throughput-plan.ts";
export { createAdmission } from "./holds/admission.ts";
export type * from "./holds/admission.ts";
export { admitCall, emptyAdmissionGate, setGateLane } from "./holds/admission-gate.ts";
export type * from "./holds/admission-gate.ts";
export * from "./holds/hold-registry.ts";
export { holdLimits } from "./holds/limits.ts";
