export { applyEvent, firstSnapshot, type RevisionGap } from "./control/apply-event.ts";
export { type SessionLimits, sessionLimits } from "./limits.ts";
export { couldBePass, isPass } from "./pass-rule.ts";
export {
  type BuiltPrompt,
  createSession,
  type NotBuilt,
  type Session,
  type SessionDeps,
  type SessionEngine,
  type StreamFrame,
} from "./session.ts";
export type { RunInfo, SessionPhase, SessionStatus } from "./session-status.ts";
