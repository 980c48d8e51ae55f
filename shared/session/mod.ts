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
export { applyEvent } from "./control/apply-event.ts";
export type {
  Greeting,
  InFlightBlock,
  NumberedEvent,
  PermissionAsk,
  SessionAlert,
  SessionEvent,
  SessionSnapshot,
} from "./control/events.ts";
export type {
  RewindTarget,
  SessionAnswer,
  SessionCall,
  SessionInfo,
  SessionRefusal,
  SessionReply,
  SessionRequest,
} from "./control/requests.ts";
export type {
  ChildEvent,
  MemoryNote,
  RunCause,
  RunResult,
  SegmentBody,
  SegmentEntry,
} from "./log/segments.ts";
export type { Attachment } from "./log/session-log.ts";
export type { PermissionDecision, PermissionRule, ToolArgs } from "./tools/tool.ts";
