import type { EpochMs } from "../base/brands.ts";
import type { Result } from "../base/result.ts";
import type { NewEntry, StorageError } from "./room-log.ts";

/** Life of an input; every other transition is refused (ledger/, rules LG). */
export type InputPhase = "queued" | "staged" | "consumed" | "superseded" | "abandoned";

/** The six kinds of work (D43). */
export type InputKind = "prompt" | "peer" | "flow-step" | "system" | "external" | "projected";

/** Who asks for the work. */
export type InputOrigin =
  /** A person of the room: by opening a turn, or in private. */
  | { readonly kind: "person" }
  /** The room's talk: a follow-up turn, a debate step, a vote. */
  | { readonly kind: "room" }
  /** Another session of this device: a parent's task, a child's report. */
  | { readonly kind: "session"; readonly session: string }
  /** This device itself: memory jobs, notices. */
  | { readonly kind: "system" }
  /** A caller of the headless host. */
  | { readonly kind: "external"; readonly source: string };

/**
 * What of a crash an input outlives: `durable` ends by its work alone, `ephemeral` ends with the
 * page or process that took it, `derived` is made again from the room's state when it is lost.
 */
export type InputDurability = "durable" | "ephemeral" | "derived";

/** What every input says of itself, whatever it asks for. */
export interface InputHeader {
  readonly origin: InputOrigin;
  readonly durability: InputDurability;
  /** Whether its words may enter prompts, and whether a person may see it in the inspector. */
  readonly visibility: { readonly prompt: boolean; readonly person: boolean };
  /** Of queued inputs of one session and kind with the same key the newest replaces the older. */
  readonly supersessionKey?: string | undefined;
  /** Ties what comes back to what was asked. */
  readonly correlationId?: string | undefined;
}

/** What admission decided (ledger/, one table), stored so that no restart decides anew. */
export interface AdmissionDecision {
  readonly version: 1;
  /** When its words enter a prompt: of a run of its own, or of the next run, whichever comes. */
  readonly apply: "run" | "next-run";
  /** Whether an idle session is woken for it. */
  readonly wakes: boolean;
  readonly queue: "none" | "fifo" | "merge" | "coalesce" | "supersede";
  /** `accept`: it ends by being accepted; its words are in the segment log then. */
  readonly consume: "accept" | "end";
  /** Whether it goes into the session's segment log. */
  readonly records: boolean;
}

/** One move of an input's life. */
export interface InputMove {
  readonly at: EpochMs;
  readonly from: InputPhase | "new";
  readonly to: InputPhase;
  readonly reason?: string | undefined;
}

/** What an input off the room's turns asks for; its result stays in the segment log. */
export type PrivateWork =
  /** Think about this and answer in private. */
  | { readonly kind: "task"; readonly text: string }
  /** Look at the notes that have come in. */
  | { readonly kind: "wake" }
  /** Words for the next run. */
  | { readonly kind: "note"; readonly text: string }
  /** Go on with the run that was paused or limited. */
  | { readonly kind: "resume"; readonly of: string }
  | { readonly kind: "memory"; readonly job: "extract" | "consolidate" | "fold" }
  /** Make the segment log shorter. */
  | { readonly kind: "compact" };

/** A piece of work for one session, durable before it is acknowledged. */
export interface InputRecord {
  readonly id: string;
  readonly roomId: string;
  /** The session: a persona's id, or `<persona>~<n>` of a child session. */
  readonly persona: string;
  /** A second input with a known key is not added: `turn/persona/attempt`, or a request's id. */
  readonly idempotencyKey: string;
  readonly kind: InputKind;
  readonly header: InputHeader;
  readonly admission: AdmissionDecision;
  readonly phase: InputPhase;
  /** Oldest first; the newest `inputMovesMax` are kept (ledger/). */
  readonly moves: readonly InputMove[];
  /** Undefined for a turn's work, whose words are in the room's log. */
  readonly work?: PrivateWork | undefined;
  /** Seq of the entry that opened the turn; 0 off turns. */
  readonly turn: number;
  readonly attempt: number;
  /** Seq of the accepted assignment this host acts under: the fencing token; 0 off turns. */
  readonly assign: number;
  /** True when a person asked for it; such inputs go first. */
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

/** An input as it is to be stored; the store gives the order. */
export type NewInput = Omit<InputRecord, "order">;

/**
 * What a session keeps that the room log lacks: one entry of its append-only log. `body` is decoded
 * by session/.
 */
export interface SegmentRecord {
  readonly persona: string;
  readonly roomId: string;
  /** From 0, without gaps behind what was trimmed. */
  readonly index: number;
  readonly body: unknown;
}

export type NewSegment = Omit<SegmentRecord, "index">;

/** What this device keeps of one session besides its log and inputs. */
export interface SessionRecord {
  readonly roomId: string;
  readonly persona: string;
  /** The session that spawned it; undefined for a persona of the room. */
  readonly parent?: string | undefined;
  /** `retired` takes no new work and ends what it has; `stopped` does nothing until it is asked. */
  readonly state: "active" | "paused" | "retired" | "stopped";
  /** Settings and the like; decoded by session/. */
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

/** How an input ends. */
export interface InputEndRow {
  readonly inputId: string;
  readonly receipt: ReceiptRecord;
  /** The phase the input ends in. */
  readonly phase: "consumed" | "superseded" | "abandoned";
  readonly reason?: string | undefined;
}

export interface ReplyCommit extends InputEndRow {
  readonly segments: readonly NewSegment[];
  readonly outbox?: { readonly roomId: string; readonly entry: NewEntry } | undefined;
}

/** What is stored when an input is admitted, in ONE transaction. */
export interface AdmissionCommit {
  readonly input: NewInput;
  /** The input ends by being accepted; `phase` of the input is `queued` nevertheless. */
  readonly end?: Omit<InputEndRow, "inputId"> | undefined;
  /** Queued inputs that it replaces; one that is not queued any more stays as it is. */
  readonly replaces: readonly InputEndRow[];
  readonly segments: readonly NewSegment[];
}

/** Written only behind the segment that the writer saw last. */
export interface SegmentAppend {
  readonly roomId: string;
  readonly persona: string;
  /** Index of the first; undefined writes behind whatever is there. */
  readonly expectIndex?: number | undefined;
  readonly bodies: readonly unknown[];
  /**
   * Forgets the entries below this index, such as after a compaction. The newest entry cannot be
   * forgotten: it says where the log goes on.
   */
  readonly trimBelow?: number | undefined;
}

export interface LogMoved {
  readonly kind: "log-moved";
  /** The index that the next entry gets. */
  readonly next: number;
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
 * What one device must not lose: inputs, receipts, segments, sessions, outbox. Every method is one
 * transaction and resolves after it is durable. Each move of an input adds to its `moves`, with the
 * time that the caller gives. Contract: shared/testing/contracts/peer-store.contract.ts.
 */
export interface PeerStore {
  /**
   * Adds an input with what comes with it. A known idempotency key changes nothing at all and
   * returns the stored input.
   */
  addInput(
    admission: AdmissionCommit,
    signal: AbortSignal,
  ): Promise<Result<{ readonly input: InputRecord; readonly added: boolean }, StorageError>>;
  /** Moves an input between live phases (queued, staged) at `at`, or updates its partial text. */
  updateInput(
    inputId: string,
    expect: InputPhase,
    patch:
      & Partial<Pick<InputRecord, "stagedCount" | "partialText" | "reason">>
      & { readonly move?: { readonly to: InputPhase; readonly at: EpochMs } | undefined },
    signal: AbortSignal,
  ): Promise<Result<InputRecord, CommitError>>;
  /** Inputs that have not ended, in `order`. */
  liveInputs(signal: AbortSignal): Promise<Result<readonly InputRecord[], StorageError>>;
  /** Inputs of one session, live and ended, the newest first, at most `inputsMax`. */
  inputsOf(
    roomId: string,
    persona: string,
    inputsMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly InputRecord[], StorageError>>;
  /** Finds an input, live or ended, by its idempotency key. */
  inputByKey(
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<Result<InputRecord | undefined, StorageError>>;
  /**
   * Ends a live input and writes segments, receipt and outbox row in ONE transaction (D28). A
   * second commit of an input whose receipt exists changes nothing and succeeds.
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
  /** Entries of a session's log with index >= `fromIndex` in order, at most `segmentsMax`. */
  segments(
    roomId: string,
    persona: string,
    fromIndex: number,
    segmentsMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly SegmentRecord[], StorageError>>;
  /** Adds to a session's log; resolves to the index that the next entry gets. */
  appendSegments(
    append: SegmentAppend,
    signal: AbortSignal,
  ): Promise<Result<{ readonly next: number }, LogMoved | StorageError>>;
  /** Stores a session's record, in place of an earlier one. */
  saveSession(session: SessionRecord, signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** The session records of a room, by session. */
  sessions(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<readonly SessionRecord[], StorageError>>;
  /**
   * Forgets a session: its record, its log, and its ended private inputs with their receipts. A
   * private input that is live is refused. Inputs of turns stay: their keys keep the room from
   * being answered twice.
   */
  forgetSession(
    roomId: string,
    persona: string,
    signal: AbortSignal,
  ): Promise<Result<void, CommitError>>;
}

/** What was said and is not in a log yet: all that a tab needs that does not lead. */
export type OutboxStore = Pick<
  PeerStore,
  "outbox" | "addOutbox" | "sealOutbox" | "removeOutbox"
>;
