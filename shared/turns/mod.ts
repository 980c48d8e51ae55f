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
export { turnResult } from "./turn-result.ts";
export type { EntryResult, TurnResult } from "./turn-result-types.ts";
