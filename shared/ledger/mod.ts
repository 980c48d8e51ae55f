export {
  type InputCandidate,
  inputKey,
  type LedgerFull,
  reconcileInputs,
  type Reconciliation,
} from "./admission.ts";
export type { WaitersFull } from "./completions.ts";
export { bornEnded, endInput, firstMove, moveInput } from "./input-moves.ts";
export {
  admissionOfTurn,
  admissionOfWork,
  headerOfTurn,
  isBegun,
  standingOf,
  type Urgency,
} from "./input-policy.ts";
export { type Admitted, createLedger, type Ledger, type LedgerDeps } from "./ledger.ts";
export type {
  AdmissionRefused,
  DrainReport,
  PrivateCandidate,
  SessionRef,
} from "./private-work.ts";
export { privateKey } from "./private-admission.ts";
export type { SessionCallResult, SessionCalls } from "./session-calls.ts";
export type { SessionOperation, SessionRefused, SessionState } from "./session-life.ts";
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
