import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type {
  AdmissionCommit,
  CommitError,
  InputPhase,
  InputRecord,
  LogMoved,
  OutboxRecord,
  PeerStore,
  ReceiptRecord,
  ReplyCommit,
  SealedPart,
  SegmentAppend,
  SegmentRecord,
  SessionRecord,
} from "../../ports/peer-store.ts";
import type { NewEntry, StorageError } from "../../ports/room-log.ts";
import {
  type AddedInput,
  addInput,
  appendSegments,
  commitReply,
  copyRows,
  emptyRows,
  forgetSession,
  isLive,
  pushOutbox,
  type Rows,
  saveSession,
  segmentsOf,
  updateInput,
  type Write,
} from "./memory-peer-rows.ts";

/** Stands for a crash before commit; nobody outside this file sees it. */
class AbortedTransaction extends Error {}

/**
 * A peer's rows in memory. Each method works on a copy that replaces the rows at the end, so a
 * failure at any write leaves nothing behind. Passes the peer store contract.
 */
export class MemoryPeerStore implements PeerStore {
  #rows: Rows = emptyRows();
  #failure: StorageError | undefined;
  #writesUntilAbort = Infinity;

  readonly #hints: { notify(roomId: string): void } | undefined;

  /** `hints` hears of a room when its outbox changed, as a tab's would. */
  constructor(hints?: { notify(roomId: string): void }) {
    this.#hints = hints;
  }

  /** Every call fails with `error` until it is called with undefined. */
  failWith(error: StorageError | undefined): void {
    this.#failure = error;
  }

  /** The transaction that makes the `nth` write from now (1 is the next) aborts there. */
  abortAtWrite(nth: number): void {
    this.#writesUntilAbort = nth;
  }

  /** Every receipt, for assertions. */
  get receipts(): readonly ReceiptRecord[] {
    return this.#rows.receipts;
  }

  /** Every unsent row of every room, for assertions. */
  get unsent(): readonly OutboxRecord[] {
    return this.#rows.outbox;
  }

  /** Every input, live or ended, in order of arrival, for assertions. */
  get inputs(): readonly InputRecord[] {
    return this.#rows.inputs;
  }

  /** Every session record, for assertions. */
  get sessionRecords(): readonly SessionRecord[] {
    return this.#rows.sessions;
  }

  async addInput(
    given: AdmissionCommit,
    signal: AbortSignal,
  ): Promise<Result<AddedInput, StorageError>> {
    const { id, phase } = given.input;
    assert(phase === "queued", `Cannot add input ${id}: its phase is ${phase}`);
    for (const { receipt, inputId } of [...given.replaces, ...endOf(given)]) {
      assert(receipt.inputId === inputId, `Cannot end input ${inputId}: the receipt is another's`);
    }
    const admission = structuredClone(given);
    return this.#transact((rows, write) => addInput(rows, write, admission), signal);
  }

  async updateInput(
    inputId: string,
    expect: InputPhase,
    patch: Parameters<PeerStore["updateInput"]>[2],
    signal: AbortSignal,
  ): Promise<Result<InputRecord, CommitError>> {
    assert(
      patch.move === undefined || isLive(patch.move.to),
      `Cannot end input ${inputId} by an update: commit it`,
    );
    return this.#transact(
      (rows, write) => updateInput(rows, write, inputId, expect, patch),
      signal,
    );
  }

  liveInputs(signal: AbortSignal): Promise<Result<readonly InputRecord[], StorageError>> {
    return this.#transact((rows) => ok(rows.inputs.filter((row) => isLive(row.phase))), signal);
  }

  inputsOf(
    roomId: string,
    persona: string,
    inputsMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly InputRecord[], StorageError>> {
    return this.#transact((rows) => {
      const own = rows.inputs.filter((row) => row.roomId === roomId && row.persona === persona);
      return ok(own.toReversed().slice(0, inputsMax));
    }, signal);
  }

  inputByKey(
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<Result<InputRecord | undefined, StorageError>> {
    return this.#transact(
      (rows) => ok(rows.inputs.find((row) => row.idempotencyKey === idempotencyKey)),
      signal,
    );
  }

  async commitReply(given: ReplyCommit, signal: AbortSignal): Promise<Result<void, CommitError>> {
    const { inputId, receipt } = given;
    assert(receipt.inputId === inputId, `Cannot commit input ${inputId}: the receipt is another's`);
    const commit = structuredClone(given);
    return this.#transact((rows, write) => commitReply(rows, write, commit), signal);
  }

  outbox(
    roomId: string,
    rowsMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly OutboxRecord[], StorageError>> {
    return this.#transact(
      (rows) => ok(rows.outbox.filter((row) => row.roomId === roomId).slice(0, rowsMax)),
      signal,
    );
  }

  async addOutbox(
    row: { readonly roomId: string; readonly entry: NewEntry },
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> {
    const added = await this.#transact((rows, write) => {
      pushOutbox(rows, write, structuredClone(row));
      return ok(undefined);
    }, signal);
    if (added.ok) this.#hints?.notify(row.roomId);
    return added;
  }

  sealOutbox(
    order: number,
    sealed: readonly SealedPart[],
    signal: AbortSignal,
  ): Promise<Result<OutboxRecord | undefined, StorageError>> {
    return this.#transact((rows, write) => {
      const row = rows.outbox.find((one) => one.order === order);
      if (row === undefined || row.sealed !== undefined) return ok(row);
      const next = { ...row, sealed: structuredClone(sealed) };
      write(() => {
        rows.outbox = rows.outbox.map((one) => (one.order === order ? next : one));
      });
      return ok(next);
    }, signal);
  }

  async removeOutbox(order: number, signal: AbortSignal): Promise<Result<void, StorageError>> {
    const row = this.#rows.outbox.find((one) => one.order === order);
    const removed = await this.#transact((rows, write) => {
      write(() => {
        rows.outbox = rows.outbox.filter((other) => other.order !== order);
      });
      return ok(undefined);
    }, signal);
    if (removed.ok && row !== undefined) this.#hints?.notify(row.roomId);
    return removed;
  }

  segments(
    roomId: string,
    persona: string,
    fromIndex: number,
    segmentsMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly SegmentRecord[], StorageError>> {
    return this.#transact((rows) => {
      const from = segmentsOf(rows, roomId, persona).filter((row) => row.index >= fromIndex);
      return ok(from.slice(0, segmentsMax));
    }, signal);
  }

  async appendSegments(
    given: SegmentAppend,
    signal: AbortSignal,
  ): Promise<Result<{ readonly next: number }, LogMoved | StorageError>> {
    const append = structuredClone(given);
    return this.#transact((rows, write) => appendSegments(rows, write, append), signal);
  }

  async saveSession(
    given: SessionRecord,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> {
    const session = structuredClone(given);
    return this.#transact((rows, write) => saveSession(rows, write, session), signal);
  }

  sessions(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<readonly SessionRecord[], StorageError>> {
    return this.#transact((rows) => {
      const own = rows.sessions.filter((row) => row.roomId === roomId);
      return ok(own.toSorted((a, b) => a.persona < b.persona ? -1 : 1));
    }, signal);
  }

  forgetSession(
    roomId: string,
    persona: string,
    signal: AbortSignal,
  ): Promise<Result<void, CommitError>> {
    return this.#transact((rows, write) => forgetSession(rows, write, roomId, persona), signal);
  }

  async #transact<T, E>(
    work: (rows: Rows, write: Write) => Result<T, E>,
    signal: AbortSignal,
  ): Promise<Result<T, E | StorageError>> {
    signal.throwIfAborted();
    if (this.#failure !== undefined) return err(this.#failure);
    const rows = copyRows(this.#rows);
    try {
      const result = work(rows, (change) => this.#write(change));
      this.#rows = rows;
      return structuredClone(result);
    } catch (error) {
      if (!(error instanceof AbortedTransaction)) throw error;
      return err({ kind: "storage-failed", detail: "aborted" });
    }
  }

  #write(change: () => void): void {
    change();
    this.#writesUntilAbort -= 1;
    if (this.#writesUntilAbort > 0) return;
    this.#writesUntilAbort = Infinity;
    throw new AbortedTransaction();
  }
}

/** The end that an input meets by being accepted. */
function endOf({ input, end }: AdmissionCommit) {
  return end === undefined ? [] : [{ inputId: input.id, receipt: end.receipt }];
}
