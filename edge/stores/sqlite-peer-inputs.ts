/**
 * Inputs of a peer in SQLite: admission, life, end.
 *
 * Owns those rows and the receipts. Does not own the transaction (sqlite-peer-store.ts).
 *
 * Rules (shared/SPEC.md, section ST): ST1 to ST7, ST20 to ST22, as idb-peer-store.ts has them.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import { bornEnded, endInput, moveInput } from "#shared/ledger/mod.ts";
import type {
  AdmissionCommit,
  CommitError,
  InputPhase,
  InputRecord,
  NewInput,
  PeerStore,
  ReceiptRecord,
  ReplyCommit,
} from "#shared/ports/mod.ts";
import { decodeInput, encodeJson, encodeName } from "./sqlite-peer-rows.ts";
import { insertSegment } from "./sqlite-peer-sessions.ts";
import type { Access } from "./sqlite-access.ts";
import { insertOutbox, rowLimit, type Statements } from "./sqlite-peer-statements.ts";

interface AddedInput {
  readonly input: InputRecord;
  readonly added: boolean;
}

type InputMethods = Pick<
  PeerStore,
  "addInput" | "updateInput" | "liveInputs" | "inputsOf" | "inputByKey" | "commitReply"
>;

const isLive = (phase: InputPhase): boolean => phase === "queued" || phase === "staged";

export function createInputMethods(
  statements: Statements,
  { read, write }: Access,
): InputMethods {
  return {
    async addInput(admission, signal) {
      assertAdmission(admission);
      return write<AddedInput>(() => addInput(statements, admission), signal);
    },
    async updateInput(inputId, expect, { move, ...patch }, signal) {
      assert(
        move === undefined || isLive(move.to), // ST4
        `Cannot end input ${inputId} by an update: commit it`,
      );
      return write<InputRecord, CommitError>(() => {
        const input = findById(statements, inputId);
        if (input === undefined) return err({ kind: "input-unknown", inputId });
        if (input.phase !== expect || !isLive(input.phase)) { // ST3
          return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
        }
        const moved = move && moveInput(input, move.to, move.at, patch.reason);
        const next = { ...(moved ?? input), ...patch };
        changeInput(statements, next);
        return ok(next);
      }, signal);
    },
    liveInputs: (signal) => read(() => statements.liveInputs.all().map(decodeInput), signal), // ST2
    inputsOf: (roomId, persona, inputsMax, signal) =>
      read(() => {
        const session = [encodeName(roomId), encodeName(persona)] as const;
        const rows = statements.inputsOf.all(...session, rowLimit(inputsMax)); // ST22
        return rows.map(decodeInput);
      }, signal),
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
  };
}

/** A birth that is none, or a receipt of another input, is a defect (ST4, ST7). */
function assertAdmission({ input, end, replaces }: AdmissionCommit): void {
  const { id, phase } = input;
  assert(phase === "queued", `Cannot add input ${id}: its phase is ${phase}`);
  for (const { inputId, receipt } of [...replaces, ...(end ? [{ ...end, inputId: id }] : [])]) {
    assert(receipt.inputId === inputId, `Cannot end input ${inputId}: the receipt is another's`);
  }
}

function addInput(
  statements: Statements,
  { input, end, replaces, segments }: AdmissionCommit,
): Result<AddedInput, never> {
  const known = findByKey(statements, input.idempotencyKey);
  if (known !== undefined) return ok({ input: known, added: false }); // ST1
  insertInput(statements, end === undefined ? input : bornEnded(input, end)); // ST20
  if (end !== undefined) insertReceipt(statements, end.receipt);
  for (const row of replaces) {
    const older = findById(statements, row.inputId);
    if (older?.phase !== "queued") continue; // ST21
    changeInput(statements, endInput(older, row));
    insertReceipt(statements, row.receipt);
  }
  for (const segment of segments) insertSegment(statements, segment);
  const added = findByKey(statements, input.idempotencyKey);
  assert(added !== undefined, `Cannot find input ${input.id}: it was added just now`);
  return ok({ input: added, added: true });
}

function commitReply(statements: Statements, commit: ReplyCommit): Result<void, CommitError> {
  const { inputId, segments, outbox } = commit;
  if (statements.receipt.get(encodeName(inputId)) !== undefined) return ok(undefined); // ST6
  const input = findById(statements, inputId);
  if (input === undefined) return err({ kind: "input-unknown", inputId });
  if (!isLive(input.phase)) {
    return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
  }
  changeInput(statements, endInput(input, commit)); // ST5
  insertReceipt(statements, commit.receipt);
  for (const segment of segments) insertSegment(statements, segment);
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

const jsonOrNull = (value: unknown): string | null =>
  value === undefined ? null : encodeJson(value);

function insertInput(statements: Statements, input: NewInput): void {
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
    jsonOrNull(input.reason),
    encodeJson(input.header),
    encodeJson(input.admission),
    encodeJson(input.moves),
    jsonOrNull(input.work),
  );
}

function changeInput(statements: Statements, input: InputRecord): void {
  statements.changeInput.run(
    input.phase,
    input.stagedCount,
    encodeJson(input.partialText),
    jsonOrNull(input.reason),
    encodeJson(input.moves),
    input.id,
  );
}

function insertReceipt(statements: Statements, receipt: ReceiptRecord): void {
  const { inputId, idempotencyKey, outcome, at } = receipt;
  statements.addReceipt.run(
    encodeName(inputId),
    encodeName(idempotencyKey),
    encodeJson(outcome),
    at,
  );
}
