export { planningLimits } from "./limits.ts";
export type { PersonaPlan, TurnCandidate, TurnPlan, TurnRequest } from "./plan.ts";
export { planTurn } from "./plan-turn.ts";
