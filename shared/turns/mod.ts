export {
  type DivergenceError,
  divergenceLimits,
  type DivergenceRecord,
  type EntryObservation,
  findDivergences,
  observeTurn,
} from "./divergence.ts";
export { due, type DueAttempt } from "./due.ts";
export { planOf, planOfTurn } from "./project-plan.ts";
export {
  checkBudgets,
  classifySmoke,
  type HarnessError,
  type ObservedPersona,
  type SmokeBucket,
  type SmokeBudgets,
  smokeBudgets,
  type SmokeFigures,
  smokeLimits,
  type SmokeReason,
  type SmokeVerdict,
} from "./smoke/classify-smoke.ts";
export { runSmoke, type SmokeOptions, type SmokePort, type SmokeRun } from "./smoke/run-smoke.ts";
export { turnResult } from "./turn-result.ts";
export type { EntryResult, TurnResult } from "./turn-result-types.ts";
