import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type {
  CommitError,
  InputPhase,
  InputRecord,
  OutboxRecord,
  PeerStore,
  ReceiptRecord,
  ReplyCommit,
  SealedPart,
  SegmentRecord,
} from "../../ports/peer-store.ts";
import type { NewEntry, StorageError } from "../../ports/room-log.ts";

interface Rows {
  inputs: InputRecord[];
  receipts: ReceiptRecord[];
  segments: SegmentRecord[];
  outbox: OutboxRecord[];
  lastInputOrder: number;
  lastOutboxOrder: number;
}

interface AddedInput {
  readonly input: InputRecord;
  readonly added: boolean;
}

/** Stands for a crash before commit; nobody outside this file sees it. */
class AbortedTransaction extends Error {}

const isLive = (phase: InputPhase): boolean => phase === "queued" || phase === "staged";

/**
 * A peer's rows in memory. Each method works on a copy that replaces the rows at the end, so a
 * failure at any write leaves nothing behind. Passes the peer store contract.
 */
export class MemoryPeerStore implements PeerStore {
  #rows: Rows = {
    inputs: [],
    receipts: [],
    segments: [],
    outbox: [],
    lastInputOrder: 0,
    lastOutboxOrder: 0,
  };
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

  async addInput(
    input: Omit<InputRecord, "order">,
    signal: AbortSignal,
  ): Promise<Result<AddedInput, StorageError>> {
    assert(input.phase === "queued", `Cannot add input ${input.id}: its phase is ${input.phase}`);
    return this.#transact<AddedInput, never>((rows) => {
      const known = rows.inputs.find((row) => row.idempotencyKey === input.idempotencyKey);
      if (known !== undefined) return ok({ input: known, added: false });
      rows.lastInputOrder += 1;
      const added: InputRecord = { ...structuredClone(input), order: rows.lastInputOrder };
      this.#write(() => rows.inputs.push(added));
      return ok({ input: added, added: true });
    }, signal);
  }

  async updateInput(
    inputId: string,
    expect: InputPhase,
    patch: Partial<Pick<InputRecord, "phase" | "stagedCount" | "partialText" | "reason">>,
    signal: AbortSignal,
  ): Promise<Result<InputRecord, CommitError>> {
    assert(
      patch.phase === undefined || isLive(patch.phase),
      `Cannot end input ${inputId} by an update: commit it`,
    );
    return this.#transact<InputRecord, CommitError>((rows) => {
      const input = rows.inputs.find((row) => row.id === inputId);
      if (input === undefined) return err({ kind: "input-unknown", inputId });
      if (input.phase !== expect || !isLive(input.phase)) {
        return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
      }
      const next = { ...input, ...patch };
      this.#write(() => {
        rows.inputs = rows.inputs.map((row) => (row.id === inputId ? next : row));
      });
      return ok(next);
    }, signal);
  }

  liveInputs(signal: AbortSignal): Promise<Result<readonly InputRecord[], StorageError>> {
    return this.#transact((rows) => ok(rows.inputs.filter((row) => isLive(row.phase))), signal);
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

  async commitReply(commit: ReplyCommit, signal: AbortSignal): Promise<Result<void, CommitError>> {
    const { inputId, receipt, segment, outbox, phase, reason } = structuredClone(commit);
    assert(receipt.inputId === inputId, `Cannot commit input ${inputId}: the receipt is another's`);
    return this.#transact<void, CommitError>((rows) => {
      if (rows.receipts.some((row) => row.inputId === inputId)) return ok(undefined);
      const input = rows.inputs.find((row) => row.id === inputId);
      if (input === undefined) return err({ kind: "input-unknown", inputId });
      if (!isLive(input.phase)) {
        return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
      }
      const ended: InputRecord = { ...input, phase, ...(reason === undefined ? {} : { reason }) };
      this.#write(() => {
        rows.inputs = rows.inputs.map((row) => (row.id === inputId ? ended : row));
      });
      this.#write(() => rows.receipts.push(receipt));
      if (segment !== undefined) {
        const index = segmentsOf(rows, segment.roomId, segment.persona).length;
        this.#write(() => rows.segments.push({ ...segment, index }));
      }
      if (outbox !== undefined) this.#pushOutbox(rows, outbox);
      return ok(undefined);
    }, signal);
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
    const added = await this.#transact((rows) => {
      this.#pushOutbox(rows, structuredClone(row));
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
    return this.#transact((rows) => {
      const row = rows.outbox.find((one) => one.order === order);
      if (row === undefined || row.sealed !== undefined) return ok(row);
      const next = { ...row, sealed: structuredClone(sealed) };
      this.#write(() => {
        rows.outbox = rows.outbox.map((one) => (one.order === order ? next : one));
      });
      return ok(next);
    }, signal);
  }

  async removeOutbox(order: number, signal: AbortSignal): Promise<Result<void, StorageError>> {
    const row = this.#rows.outbox.find((one) => one.order === order);
    const removed = await this.#transact((rows) => {
      this.#write(() => {
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
    signal: AbortSignal,
  ): Promise<Result<readonly SegmentRecord[], StorageError>> {
    return this.#transact((rows) => ok(segmentsOf(rows, roomId, persona)), signal);
  }

  #pushOutbox(
    rows: Rows,
    row: { readonly roomId: string; readonly entry: NewEntry },
  ): void {
    const isWaiting = rows.outbox.some((other) =>
      other.roomId === row.roomId && other.entry.id === row.entry.id
    );
    if (isWaiting) return;
    rows.lastOutboxOrder += 1;
    this.#write(() => rows.outbox.push({ ...row, order: rows.lastOutboxOrder }));
  }

  async #transact<T, E>(
    work: (rows: Rows) => Result<T, E>,
    signal: AbortSignal,
  ): Promise<Result<T, E | StorageError>> {
    signal.throwIfAborted();
    if (this.#failure !== undefined) return err(this.#failure);
    const rows = copyRows(this.#rows);
    try {
      const result = work(rows);
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

function segmentsOf(rows: Rows, roomId: string, persona: string): readonly SegmentRecord[] {
  return rows.segments.filter((row) => row.roomId === roomId && row.persona === persona);
}

/** Lists are copied, rows are not: rows are never changed in place. */
function copyRows(rows: Rows): Rows {
  return {
    ...rows,
    inputs: [...rows.inputs],
    receipts: [...rows.receipts],
    segments: [...rows.segments],
    outbox: [...rows.outbox],
  };
}
