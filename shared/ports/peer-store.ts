import type { EpochMs } from "../base/brands.ts";
import type { Result } from "../base/result.ts";
import type { NewEntry, StorageError } from "./room-log.ts";

/** Life of an input; every other transition is refused (ledger/, rules LG). */
export type InputPhase = "queued" | "staged" | "consumed" | "superseded" | "abandoned";

/** A piece of work for one persona, durable before it is acknowledged. */
export interface InputRecord {
  readonly id: string;
  readonly roomId: string;
  readonly persona: string;
  /** `turn/persona/attempt`: a second input with a known key is not added. */
  readonly idempotencyKey: string;
  readonly kind: "prompt" | "peer" | "flow-step" | "system" | "external" | "projected";
  readonly phase: InputPhase;
  /** Seq of the entry that opened the turn. */
  readonly turn: number;
  readonly attempt: number;
  /** Seq of the accepted assignment this host acts under: the fencing token. */
  readonly assign: number;
  /** True when a person opened the turn; such inputs go first. */
  readonly human: boolean;
  /** Order of arrival on this host; smaller goes first among equals. */
  readonly order: number;
  readonly createdAt: EpochMs;
  /** Times it was staged. At `attemptsMax` it is abandoned and the turn settles `failed`. */
  readonly stagedCount: number;
  /**
   * Text already shown to people when the last run was interrupted; continued where the engine can.
   */
  readonly partialText: string;
  /** Why it ended, for phases that are an end. */
  readonly reason?: string | undefined;
}

/** What a session keeps that the room log lacks. `body` is decoded by session/. */
export interface SegmentRecord {
  readonly persona: string;
  readonly roomId: string;
  readonly index: number;
  readonly body: unknown;
}

/** Proof that an input ended: written with the input's end, in the same transaction. */
export interface ReceiptRecord {
  readonly inputId: string;
  readonly idempotencyKey: string;
  readonly outcome: string;
  readonly at: EpochMs;
}

/** An entry that must reach a room's log; sending is a retry of this row. */
export interface OutboxRecord {
  readonly roomId: string;
  /** Ascending; rows of a room are sent in this order. */
  readonly order: number;
  readonly entry: NewEntry;
  /**
   * In a shared room: the entry as it is sent, stored before the first sending and never changed
   * (D27). More than one part when it does not fit one frame.
   */
  readonly sealed?: readonly SealedPart[] | undefined;
}

/** One relay entry: its id, and the sealed envelope as base64url. */
export interface SealedPart {
  readonly id: string;
  readonly body: string;
}

export interface ReplyCommit {
  readonly inputId: string;
  readonly receipt: ReceiptRecord;
  readonly segment?: Omit<SegmentRecord, "index"> | undefined;
  readonly outbox?: { readonly roomId: string; readonly entry: NewEntry } | undefined;
  /** The phase the input ends in. */
  readonly phase: "consumed" | "superseded" | "abandoned";
  readonly reason?: string | undefined;
}

export type CommitError =
  | StorageError
  | { readonly kind: "input-unknown"; readonly inputId: string }
  | {
    readonly kind: "input-phase-wrong";
    readonly inputId: string;
    readonly phase: InputPhase;
  };

/**
 * What one device must not lose: inputs, receipts, segments, outbox. Every method is one
 * transaction and resolves after it is durable. Contract:
 * shared/testing/contracts/peer-store.contract.ts.
 */
export interface PeerStore {
  /** Adds a queued input. A known idempotency key changes nothing and returns the stored input. */
  addInput(
    input: Omit<InputRecord, "order">,
    signal: AbortSignal,
  ): Promise<Result<{ readonly input: InputRecord; readonly added: boolean }, StorageError>>;
  /** Moves an input between live phases (queued, staged) or updates its partial text. */
  updateInput(
    inputId: string,
    expect: InputPhase,
    patch: Partial<Pick<InputRecord, "phase" | "stagedCount" | "partialText" | "reason">>,
    signal: AbortSignal,
  ): Promise<Result<InputRecord, CommitError>>;
  /** Inputs that have not ended, in `order`. */
  liveInputs(signal: AbortSignal): Promise<Result<readonly InputRecord[], StorageError>>;
  /** Finds an input, live or ended, by its idempotency key. */
  inputByKey(
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<Result<InputRecord | undefined, StorageError>>;
  /**
   * Ends a live input and writes segment, receipt and outbox row in ONE transaction (D28). A second
   * commit of an input whose receipt exists changes nothing and succeeds.
   */
  commitReply(commit: ReplyCommit, signal: AbortSignal): Promise<Result<void, CommitError>>;
  /** Unsent rows of one room, oldest first, at most `rowsMax`. */
  outbox(
    roomId: string,
    rowsMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly OutboxRecord[], StorageError>>;
  /** Adds a row not tied to an input. A known entry id of that room changes nothing. */
  addOutbox(
    row: { readonly roomId: string; readonly entry: NewEntry },
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
  /**
   * Stores how a row is sent. A row that is sealed already keeps its first sealing, and that is
   * what resolves; undefined when the row is gone.
   */
  sealOutbox(
    order: number,
    sealed: readonly SealedPart[],
    signal: AbortSignal,
  ): Promise<Result<OutboxRecord | undefined, StorageError>>;
  /** Forgets a row after its entry was acknowledged by the log. */
  removeOutbox(order: number, signal: AbortSignal): Promise<Result<void, StorageError>>;
  segments(
    roomId: string,
    persona: string,
    signal: AbortSignal,
  ): Promise<Result<readonly SegmentRecord[], StorageError>>;
}
