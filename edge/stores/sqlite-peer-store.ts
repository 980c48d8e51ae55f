/**
 * What a headless host must not lose, in one SQLite file: inputs, receipts, segments, outbox (D5,
 * D28). For one process with a disk (Deno, Node from 22.13).
 *
 * Owns the file from opening to `close`, and its rows. Every method that writes is one transaction,
 * flushed to the disk when it resolves; SQLite works synchronously, so a method blocks the process
 * for that flush and no two interleave. Does not own the order of work (human first is the
 * planner's) nor which live phase may follow which (ledger/).
 *
 * Rules (shared/SPEC.md, sections ST and SY), beside ST1 to ST12, which each PeerStore keeps:
 *   ST14  What was acknowledged survives the death of the process at any moment; of what was not,
 *         nothing is half there.
 *   ST15  One process has a peer's database; a second is refused by name, a killed one leaves no
 *         lock.
 *   ST16  A damaged, foreign or newer database is refused by name and stays as it was.
 *   ST18  The file is made readable by its user alone.
 *   SY11  A store that cannot work says full, denied, corrupt or failed; nothing is thrown.
 *   SY78  A row that joins or leaves an outbox hints its room.
 */

import { closeSync, openSync } from "node:fs";
import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import type {
  CommitError,
  InputPhase,
  InputRecord,
  NewEntry,
  PeerStore,
  ReplyCommit,
  StorageError,
} from "#shared/ports/mod.ts";
import {
  createTransaction,
  hasSqlite,
  type OpenFailure,
  openSqliteDatabase,
  sqliteCodeOf,
  sqliteCodes,
  type SqliteDatabase,
  type SqliteOptions,
  type SqliteStatement,
} from "./sqlite-database.ts";
import {
  COLUMNS,
  CorruptRow,
  decodeInput,
  decodeNextIndex,
  decodeOutbox,
  decodeSegment,
  encodeJson,
  encodeName,
  peerSchema,
} from "./sqlite-peer-rows.ts";

export interface SqlitePeerStore extends PeerStore {
  /** Writes the log into the file and lets go of it. Every later call is refused. */
  close(): Promise<void>;
}

/** Hears of a room whose outbox changed. */
export interface OutboxHints {
  notify(roomId: string): void;
}

/** Opens the store, making the file if there is none; the failure says why there is no store. */
export function openSqlitePeerStore(
  options: SqliteOptions,
  hints?: OutboxHints,
): Result<SqlitePeerStore, OpenFailure> {
  if (!hasSqlite()) return err({ kind: "sqlite-missing" });
  const made = makePrivateFile(options.path);
  if (!made.ok) return made;
  const opened = openSqliteDatabase(options, peerSchema);
  return opened.ok ? ok(createSqlitePeerStore(opened.value, hints)) : opened;
}

const SQL = {
  inputById: `SELECT ${COLUMNS.input} FROM inputs WHERE id = ?`,
  inputByKey: `SELECT ${COLUMNS.input} FROM inputs WHERE key = ?`,
  liveInputs: `SELECT ${COLUMNS.input} FROM inputs WHERE phase IN ('queued', 'staged')
    ORDER BY arrival`,
  addInput: `INSERT INTO inputs (id, key, room, persona, kind, phase, turn, attempt, assign, human,
    created_at, staged_count, partial_text_json, reason_json)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  changeInput: `UPDATE inputs SET phase = ?, staged_count = ?, partial_text_json = ?,
    reason_json = ? WHERE id = ?`,
  receipt: `SELECT input FROM receipts WHERE input = ?`,
  addReceipt: `INSERT INTO receipts (input, key, outcome_json, at) VALUES (?, ?, ?, ?)`,
  lastSegment: `SELECT max(position) AS last FROM segments WHERE room = ? AND persona = ?`,
  segments: `SELECT ${COLUMNS.segment} FROM segments WHERE room = ? AND persona = ?
    ORDER BY position`,
  addSegment: `INSERT INTO segments (room, persona, position, body_json) VALUES (?, ?, ?, ?)`,
  outbox: `SELECT ${COLUMNS.outbox} FROM outbox WHERE room = ? ORDER BY position LIMIT ?`,
  outboxRow: `SELECT ${COLUMNS.outbox} FROM outbox WHERE position = ?`,
  outboxEntry: `SELECT position FROM outbox WHERE room = ? AND entry = ?`,
  addOutbox: `INSERT INTO outbox (room, entry, device, body_json) VALUES (?, ?, ?, ?)`,
  sealOutbox: `UPDATE outbox SET sealed_json = ? WHERE position = ?`,
  removeOutbox: `DELETE FROM outbox WHERE position = ?`,
} as const;

type Statements = Readonly<Record<keyof typeof SQL, SqliteStatement>>;

function prepareStatements(database: SqliteDatabase): Statements {
  const prepared = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(prepared) as Statements; // The names of SQL, each once.
}

const isLive = (phase: InputPhase): boolean => phase === "queued" || phase === "staged";

/** Makes the store of an open database, which is then the store's to close. */
export function createSqlitePeerStore(
  database: SqliteDatabase,
  hints?: OutboxHints,
): SqlitePeerStore {
  const statements = prepareStatements(database);
  const transact = createTransaction(database);
  let phase: "open" | "closed" = "open";

  const read: Access["read"] = async (work, signal) => {
    signal.throwIfAborted(); // ST11
    if (phase === "closed") return err({ kind: "storage-failed", detail: "The store is closed" });
    try {
      return ok(work());
    } catch (error) { // SQLite's errors and corrupt rows; anything else is thrown again.
      return err(toStorageError(error));
    }
  };
  const access: Access = {
    read,
    async write(work, signal) {
      const result = await read(() => transact(work), signal); // ST5
      return result.ok ? result.value : result;
    },
  };

  return {
    ...createInputMethods(statements, access),
    ...createOutboxMethods(statements, access, hints),
    async close() {
      if (phase === "closed") return;
      phase = "closed";
      database.close();
    },
  };
}

/** Both reject with defects. */
interface Access {
  /** One statement. */
  read<T>(work: () => T, signal: AbortSignal): Promise<Result<T, StorageError>>;
  /** One transaction, flushed when it resolves; a refusal in it has written nothing. */
  write<T, E = never>(
    work: () => Result<T, E>,
    signal: AbortSignal,
  ): Promise<Result<T, E | StorageError>>;
}

interface AddedInput {
  readonly input: InputRecord;
  readonly added: boolean;
}

type InputMethods = Pick<
  PeerStore,
  "addInput" | "updateInput" | "liveInputs" | "inputByKey" | "commitReply" | "segments"
>;

function createInputMethods(statements: Statements, { read, write }: Access): InputMethods {
  return {
    async addInput(input, signal) {
      assert(input.phase === "queued", `Cannot add input ${input.id}: its phase is ${input.phase}`);
      return write<AddedInput>(() => {
        const known = findByKey(statements, input.idempotencyKey);
        if (known !== undefined) return ok({ input: known, added: false }); // ST1
        insertInput(statements, input);
        const added = findByKey(statements, input.idempotencyKey);
        assert(added !== undefined, `Cannot find input ${input.id}: it was added just now`);
        return ok({ input: added, added: true });
      }, signal);
    },
    async updateInput(inputId, expect, patch, signal) {
      assert(
        patch.phase === undefined || isLive(patch.phase), // ST4
        `Cannot end input ${inputId} by an update: commit it`,
      );
      return write<InputRecord, CommitError>(() => {
        const input = findById(statements, inputId);
        if (input === undefined) return err({ kind: "input-unknown", inputId });
        if (input.phase !== expect || !isLive(input.phase)) { // ST3
          return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
        }
        const next = { ...input, ...patch };
        changeInput(statements, next);
        return ok(next);
      }, signal);
    },
    liveInputs: (signal) => read(() => statements.liveInputs.all().map(decodeInput), signal), // ST2
    inputByKey: (idempotencyKey, signal) =>
      read(() => findByKey(statements, idempotencyKey), signal),
    async commitReply(commit, signal) {
      const { inputId, receipt } = commit;
      assert(
        receipt.inputId === inputId, // ST7
        `Cannot commit input ${inputId}: the receipt is another's`,
      );
      return write(() => commitReply(statements, commit), signal);
    },
    segments: (roomId, persona, signal) =>
      read(() => {
        const rows = statements.segments.all(encodeName(roomId), encodeName(persona));
        return rows.map(decodeSegment);
      }, signal),
  };
}

type OutboxMethods = Pick<PeerStore, "outbox" | "addOutbox" | "sealOutbox" | "removeOutbox">;

function createOutboxMethods(
  statements: Statements,
  { read, write }: Access,
  hints: OutboxHints | undefined,
): OutboxMethods {
  const findRow = (order: number) => {
    const row = statements.outboxRow.get(order);
    return row === undefined ? undefined : decodeOutbox(row);
  };
  return {
    async outbox(roomId, rowsMax, signal) {
      // SQLite counts to 2^63 and reads a negative limit as none.
      const limit = Math.max(0, Math.min(rowsMax, Number.MAX_SAFE_INTEGER));
      return read(
        () => statements.outbox.all(encodeName(roomId), limit).map(decodeOutbox),
        signal,
      );
    },
    async addOutbox(row, signal) {
      const added = await write(() => ok(insertOutbox(statements, row)), signal);
      if (added.ok) hints?.notify(row.roomId); // SY78
      return added;
    },
    sealOutbox: (order, sealed, signal) =>
      write(() => {
        const row = findRow(order);
        if (row === undefined || row.sealed !== undefined) return ok(row); // ST12
        statements.sealOutbox.run(encodeJson(sealed), order);
        return ok(findRow(order));
      }, signal),
    async removeOutbox(order, signal) {
      const removed = await write(() => {
        const row = findRow(order);
        statements.removeOutbox.run(order);
        return ok(row?.roomId);
      }, signal);
      if (!removed.ok) return removed;
      if (removed.value !== undefined) hints?.notify(removed.value); // SY78
      return ok(undefined);
    },
  };
}

function commitReply(statements: Statements, commit: ReplyCommit): Result<void, CommitError> {
  const { inputId, receipt, segment, outbox, phase, reason } = commit;
  if (statements.receipt.get(encodeName(inputId)) !== undefined) return ok(undefined); // ST6
  const input = findById(statements, inputId);
  if (input === undefined) return err({ kind: "input-unknown", inputId });
  if (!isLive(input.phase)) {
    return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
  }
  changeInput(statements, { ...input, phase, ...(reason === undefined ? {} : { reason }) });
  const { idempotencyKey, outcome, at } = receipt;
  statements.addReceipt.run(inputId, encodeName(idempotencyKey), encodeJson(outcome), at);
  if (segment !== undefined) {
    const [room, persona] = [encodeName(segment.roomId), encodeName(segment.persona)];
    const index = decodeNextIndex(statements.lastSegment.get(room, persona)); // ST10
    statements.addSegment.run(room, persona, index, encodeJson(segment.body));
  }
  if (outbox !== undefined) insertOutbox(statements, outbox);
  return ok(undefined);
}

function findByKey(statements: Statements, idempotencyKey: string): InputRecord | undefined {
  const row = statements.inputByKey.get(encodeName(idempotencyKey));
  return row === undefined ? undefined : decodeInput(row);
}

function findById(statements: Statements, inputId: string): InputRecord | undefined {
  const row = statements.inputById.get(encodeName(inputId));
  return row === undefined ? undefined : decodeInput(row);
}

function insertInput(statements: Statements, input: Omit<InputRecord, "order">): void {
  statements.addInput.run(
    encodeName(input.id),
    encodeName(input.idempotencyKey),
    encodeName(input.roomId),
    encodeName(input.persona),
    input.kind,
    input.phase,
    input.turn,
    input.attempt,
    input.assign,
    input.human ? 1 : 0,
    input.createdAt,
    input.stagedCount,
    encodeJson(input.partialText),
    input.reason === undefined ? null : encodeJson(input.reason),
  );
}

function changeInput(statements: Statements, input: InputRecord): void {
  statements.changeInput.run(
    input.phase,
    input.stagedCount,
    encodeJson(input.partialText),
    input.reason === undefined ? null : encodeJson(input.reason),
    input.id,
  );
}

function insertOutbox(
  statements: Statements,
  { roomId, entry }: { readonly roomId: string; readonly entry: NewEntry },
): void {
  const [room, id] = [encodeName(roomId), encodeName(entry.id)];
  if (statements.outboxEntry.get(room, id) !== undefined) return; // ST9
  statements.addOutbox.run(room, id, encodeName(entry.device), encodeJson(entry.body));
}

/** What SQLite calls the error (SY11); throws what is neither its error nor a corrupt row. */
function toStorageError(error: unknown): StorageError {
  const detail = error instanceof Error ? error.message : String(error);
  // A RangeError is what the library says of a stored number beyond 2^53.
  if (error instanceof CorruptRow || hasCode(error, "ERR_OUT_OF_RANGE")) {
    return { kind: "storage-corrupt", detail };
  }
  switch (sqliteCodeOf(error)) {
    case undefined:
      throw error;
    case sqliteCodes.full:
      return { kind: "storage-full" };
    case sqliteCodes.corrupt:
    case sqliteCodes.notADatabase:
      return { kind: "storage-corrupt", detail };
    case sqliteCodes.permission:
    case sqliteCodes.readOnly:
    case sqliteCodes.cannotOpen:
    case sqliteCodes.notAuthorized:
      return { kind: "storage-denied", detail };
    default: // Busy, locked, a failing disk: it may work the next time.
      return { kind: "storage-failed", detail };
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * Makes the file for its user alone where there is none (ST18); SQLite gives the files beside it
 * the same rights. A file that is there is not even opened: closing it again would let go of the
 * lock that this process may have on it.
 */
function makePrivateFile(path: string): Result<void, OpenFailure> {
  if (path === ":memory:") return ok(undefined);
  try {
    closeSync(openSync(path, "ax", 0o600));
    return ok(undefined);
  } catch (error) { // What the file system says: a person has to act on it.
    if (hasCode(error, "EEXIST")) return ok(undefined);
    return err({
      kind: "unusable",
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}
