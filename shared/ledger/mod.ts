export {
  type InputCandidate,
  inputKey,
  type LedgerFull,
  reconcileInputs,
  type Reconciliation,
} from "./admission.ts";
export type { WaitersFull } from "./completions.ts";
export { endInput, firstMove, moveInput } from "./input-moves.ts";
export {
  admissionOfTurn,
  headerOfTurn,
  isBegun,
  standingOf,
  type Urgency,
} from "./input-policy.ts";
export { type Admitted, createLedger, type Ledger, type LedgerDeps } from "./ledger.ts";
export { type LedgerLimits, ledgerLimits } from "./limits.ts";
export type {
  Completion,
  InputEnd,
  PerformOutcome,
  SettledAttempt,
  WithdrawAbort,
  WithdrawReason,
} from "./outcome.ts";
export type { LaterReason, PickQuestion, Place, PlaceLost, Places } from "./places.ts";
