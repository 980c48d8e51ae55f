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
export { createSessionController, type SessionController } from "./control/controller.ts";
export type {
  ControllerDeps,
  ControllerLedger,
  SessionDirectory,
  SessionLife,
  SessionRunner,
  SessionSettings,
} from "./control/controller-deps.ts";
export { decodeRequest, methodNames, type RequestRefused } from "./control/decode-request.ts";
export { controlLimits } from "./control/limits.ts";
export type {
  SessionAnswer,
  SessionCall,
  SessionInfo,
  SessionRefusal,
  SessionReply,
  SessionRequest,
} from "./control/requests.ts";
