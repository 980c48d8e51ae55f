/** The sessions of this device as the leading tab has them; hosting provides it. Shapes only. */

import type {
  Attachment,
  PermissionAsk,
  SessionReply,
  SessionRequest,
} from "#shared/session/mod.ts";

/** A call of a persona that waits for a person. */
export interface WaitingAsk {
  readonly roomId: string;
  /** A persona's id, or `<persona>~<n>` of a child session. */
  readonly session: string;
  readonly ask: PermissionAsk;
}

export interface SessionDirectory {
  /** Answers every request; aborting cancels the wait, what was accepted stays. Never rejects. */
  handle(request: SessionRequest, signal: AbortSignal): Promise<SessionReply>;
  /** Undefined for a session that does not run on this device. */
  attach(roomId: string, session: string): Attachment | undefined;
  /** Every call that waits for a person, oldest first. */
  asks(): readonly WaitingAsk[];
  /** Calls back when `asks` may have changed. */
  subscribe(onAsks: () => void): Disposable;
}
