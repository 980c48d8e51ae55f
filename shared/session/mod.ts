export { applyEvent, firstSnapshot, type RevisionGap } from "./control/apply-event.ts";
export { decodeRequest, methodNames, type RequestRefused } from "./control/decode-request.ts";
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
export { type SessionLimits, sessionLimits } from "./limits.ts";
export type {
  ChildEvent,
  MemoryNote,
  RunCause,
  RunResult,
  SegmentBody,
  SegmentEntry,
} from "./log/segments.ts";
export type { Attachment } from "./log/session-log.ts";
export type { StreamFrame } from "./session.ts";
export type { RunInfo, SessionPhase, SessionStatus } from "./session-status.ts";
export type { PermissionDecision, PermissionRule, ToolArgs } from "./tools/tool.ts";
