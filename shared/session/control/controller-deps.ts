/** What the controller of a session needs of others. Shapes; hosting fills them. */

import type { Result } from "../../base/result.ts";
import type { LedgerFull } from "../../ledger/admission.ts";
import type { Completion, PerformOutcome, WithdrawReason } from "../../ledger/outcome.ts";
import type { AdmissionRefused, PrivateCandidate } from "../../ledger/private-work.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { ChildEvent, MemoryNote } from "../log/segments.ts";
import type { SessionLog } from "../log/session-log.ts";
import type { SessionStatus } from "../session-status.ts";
import type { PermissionRule } from "../tools/tool.ts";
import type { RunFacts } from "./close-run.ts";
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
  /** Ends what of this session's private work is queued, and takes no more. */
  stop(signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** The session is free again: look. */
  wake(): void;
}

/** Of the runs: today's session. Only one runs at a time. */
export interface SessionRunner {
  run(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  pause(): void;
  resume(): void;
  subscribe(observer: (status: SessionStatus) => void): Disposable;
}

/** What of a session's state outlives a reload. */
export interface StoredState {
  readonly life: "active" | "paused" | "retired" | "stopped";
  /** The input whose run was paused. */
  readonly pausedInput?: string | undefined;
}

export interface SessionStateStore {
  read(signal: AbortSignal): Promise<Result<StoredState, StorageError>>;
  save(state: StoredState, signal: AbortSignal): Promise<Result<void, StorageError>>;
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
  readonly state: SessionStateStore;
  readonly runner: SessionRunner;
  readonly directory: SessionDirectory;
  readonly settings: SessionSettings;
  /** What an input's run is called; the same input has the same name each time it is taken. */
  readonly runFacts: (input: InputRecord) => RunFacts;
  /** Makes the log shorter for this input, or says why not. Aborting cancels the work. */
  readonly compact: (
    input: InputRecord,
    signal: AbortSignal,
  ) => Promise<Result<CompactOutcome, SessionRefusal>>;
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
