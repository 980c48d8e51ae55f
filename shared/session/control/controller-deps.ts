/** What the controller of a session needs of others. Shapes; hosting fills them. */

import type { Result } from "../../base/result.ts";
import type { LedgerFull } from "../../ledger/admission.ts";
import type { Completion, PerformOutcome, WithdrawReason } from "../../ledger/outcome.ts";
import type { AdmissionRefused, PrivateCandidate } from "../../ledger/private-work.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { InputRecord, SessionRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { ChildEvent, MemoryNote, SegmentEntry } from "../log/segments.ts";
import type { SessionLog } from "../log/session-log.ts";
import type { SessionStatus } from "../session-status.ts";
import type { PermissionRule } from "../tools/tool.ts";
import type { SessionSnapshot } from "./events.ts";
import type { ControlLimits } from "./limits.ts";
import type { SessionInfo, SessionRefusal } from "./requests.ts";

/** Of the ledger: what a session asks of it. */
export interface ControllerLedger {
  admitPrivate(
    candidate: PrivateCandidate,
    signal: AbortSignal,
  ): Promise<
    Result<
      { readonly input: InputRecord; readonly added: boolean },
      LedgerFull | AdmissionRefused | StorageError
    >
  >;
  withdraw(inputId: string, reason: WithdrawReason): void;
  /** How an input ended, or will. Aborting cancels the wait, not the input. */
  completion(
    input: Pick<InputRecord, "id" | "idempotencyKey">,
    signal: AbortSignal,
  ): Promise<Result<Completion, { readonly kind: string }>>;
  /** Inputs of this session, live and ended, the newest first. */
  inputs(
    inputsMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly InputRecord[], StorageError>>;
  /** The session's stored state; one without a record is active. */
  life(signal: AbortSignal): Promise<Result<SessionLife, StorageError>>;
  /**
   * Stores another state. `stop` also ends the session's private work, and resolves when it has
   * ended. What is so already succeeds.
   */
  change(
    operation: "pause" | "resume" | "stop" | "recycle",
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
  /** Calls back with each new state after it was stored, whoever asked for it. */
  subscribeLife(observer: (life: SessionLife) => void): Disposable;
  /** The session is free again: look. */
  wake(): void;
  /** Calls back with each input of this session after each of its moves was stored. */
  subscribe(observer: (input: InputRecord) => void): Disposable;
}

export type SessionLife = SessionRecord["state"];

/**
 * Of the runs: session.ts. Only one runs at a time; it tells observers of its start and its end. A
 * run is called like its input, so that one that goes on behind a crash is the same run.
 */
export interface SessionRunner {
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  pause(): void;
  resume(): void;
  subscribe(observer: (status: SessionStatus) => void): Disposable;
}

/** Sessions that this one may see: itself and its children, nothing else of the device. */
export interface SessionDirectory {
  list(signal: AbortSignal): Promise<Result<readonly SessionInfo[], StorageError>>;
  /** Of a child that `list` names. */
  inspect(session: string, signal: AbortSignal): Promise<Result<Inspected, SessionRefusal>>;
  /** Looks at a child that lives, brings back one that does not. */
  attach(
    session: string,
    signal: AbortSignal,
  ): Promise<
    Result<{ readonly restored: boolean; readonly snapshot: SessionSnapshot }, SessionRefusal>
  >;
}

export interface Inspected {
  readonly inputs: readonly InputRecord[];
  readonly memory: readonly MemoryNote[];
  readonly rules: readonly PermissionRule[];
}

/** What persons set. */
export interface SessionSettings {
  rules(): readonly PermissionRule[];
  saveRules(
    rules: readonly PermissionRule[],
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
  /** Names of the tools there are. */
  tools(): readonly string[];
  /** False when no call of that id waits. */
  answerPermission(callId: string, decision: "allow" | "deny"): boolean;
}

export type CompactOutcome =
  | { readonly kind: "compacted"; readonly tokensBefore: number; readonly tokensAfter: number }
  | { readonly kind: "nothing" };

export interface ControllerDeps {
  readonly roomId: string;
  readonly session: string;
  readonly clock: Clock;
  readonly trace: Log;
  readonly log: SessionLog;
  readonly ledger: ControllerLedger;
  readonly runner: SessionRunner;
  readonly directory: SessionDirectory;
  readonly settings: SessionSettings;
  /** At most `entriesMax` entries of the stored log, from the one at `fromIndex` on. */
  readonly readLog: (
    fromIndex: number,
    entriesMax: number,
    signal: AbortSignal,
  ) => Promise<Result<readonly SegmentEntry[], StorageError>>;
  /** What the compaction that an input asked for came to, in this process. */
  readonly compactionOf: (inputId: string) => Result<CompactOutcome, SessionRefusal> | undefined;
  /** Stops a turn's attempt for the whole room (D22); resolves after it is durable. */
  readonly stopTurn: (
    input: InputRecord,
    signal: AbortSignal,
  ) => Promise<Result<void, StorageError>>;
  /** Resolves after the parent has it. Undefined for a session without one. */
  readonly tellParent?: (
    event: ChildEvent,
    signal: AbortSignal,
  ) => Promise<Result<void, { readonly kind: string }>>;
  readonly limits?: ControlLimits | undefined;
}
