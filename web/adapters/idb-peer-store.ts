/**
 * What this device must not lose, in IndexedDB: inputs, receipts, segments, outbox (D5, D28).
 *
 * Owns those rows (of sessions in idb-peer-sessions.ts, of the outbox in idb-outbox.ts). Every
 * method is one transaction. Does not own the order of work (human first is the planner's) nor
 * which live phase may follow which (ledger/).
 *
 * Rules (shared/SPEC.md, section ST): ST8, ST9, ST12 (idb-outbox.ts), and
 *   ST1   An input with a known idempotency key is not added; the stored one is returned.
 *   ST2   Live inputs are the queued and the staged ones, in order of arrival.
 *   ST3   An update happens only while the input is in the expected live phase.
 *   ST4   An input is born queued and ends by a commit alone.
 *   ST5   A commit ends the input and writes segment, receipt and outbox row, or nothing at all.
 *   ST6   A second commit of an input changes nothing and succeeds.
 *   ST7   A commit of an unknown input is refused; a receipt of another input is a defect.
 *   ST11  An aborted signal rejects with its reason and writes nothing.
 *   ST20  An input that ends by being accepted is stored ended, with its receipt and segments.
 *   ST21  An admission ends the queued inputs that it replaces, each with its receipt, and leaves
 *         what is not queued any more.
 *   ST22  The inputs of a session come newest first, live and ended, at most so many.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import { bornEnded, endInput, moveInput } from "#shared/ledger/mod.ts";
import type {
  AdmissionCommit,
  CommitError,
  InputRecord,
  PeerStore,
  ReplyCommit,
} from "#shared/ports/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import type { LogHints } from "./log-hints.ts";
import { addOutboxRow, createIdbOutbox } from "./idb-outbox.ts";
import { addSegment, createSessionMethods, flatten, isLive } from "./idb-peer-sessions.ts";
import { ALL_ROWS, type Step, type StoreTransaction } from "./store-transaction.ts";
import { decodeInput, decodeReceipt } from "./stored-work-rows.ts";

/** Makes a handle on this device's peer rows. Only the leader tab works through them (D29). */
export function createIdbPeerStore(
  database: ConclaveDatabase,
  hints?: Pick<LogHints, "notify">,
): PeerStore {
  return {
    async addInput(admission, signal) {
      assertAdmission(admission);
      const stores = ["inputs", "receipts", "segments"] as const;
      return database.write(stores, (tx) => addInput(tx, admission), signal);
    },
    async updateInput(inputId, expect, { move, ...patch }, signal) {
      assert(
        move === undefined || isLive(move.to),
        `Cannot end input ${inputId} by an update: commit it`,
      );
      return flatten(
        await database.write(["inputs"], function* (tx): Step<Result<InputRecord, CommitError>> {
          const input = yield* findInput(tx, inputId);
          if (input === undefined) return err({ kind: "input-unknown", inputId });
          if (input.phase !== expect || !isLive(input.phase)) { // ST3
            return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
          }
          const moved = move && moveInput(input, move.to, move.at, patch.reason);
          const next = { ...(moved ?? input), ...patch };
          tx.put("inputs", next);
          return ok(next);
        }, signal),
      );
    },
    liveInputs(signal) {
      return database.read(["inputs"], function* (tx) {
        const queued = yield* tx.listBy("inputs", "by-phase", "queued", ALL_ROWS);
        const staged = yield* tx.listBy("inputs", "by-phase", "staged", ALL_ROWS);
        return [...queued, ...staged].map(decodeInput).toSorted((a, b) => a.order - b.order);
      }, signal);
    },
    inputsOf(roomId, persona, inputsMax, signal) {
      return database.read(["inputs"], function* (tx) {
        const range = IDBKeyRange.only([roomId, persona]);
        const rows = yield* tx.listLastBy("inputs", "by-session", range, inputsMax);
        return rows.map(decodeInput); // ST22
      }, signal);
    },
    inputByKey(idempotencyKey, signal) {
      return database.read(["inputs"], function* (tx) {
        const row = yield* tx.getBy("inputs", "by-key", idempotencyKey);
        return row === undefined ? undefined : decodeInput(row);
      }, signal);
    },
    async commitReply(commit, signal) {
      const { inputId, receipt } = commit;
      assert(
        receipt.inputId === inputId, // ST7
        `Cannot commit input ${inputId}: the receipt is another's`,
      );
      const stores = ["inputs", "receipts", "segments", "outbox"] as const;
      const { outbox } = commit;
      const tell = (): void => outbox && hints?.notify(outbox.roomId); // SY78
      return flatten(await database.write(stores, (tx) => commitReply(tx, commit), signal, tell));
    },
    ...createIdbOutbox(database, hints),
    ...createSessionMethods(database),
  };
}

function* addInput(
  tx: StoreTransaction,
  { input, end, replaces, segments }: AdmissionCommit,
): Step<{ readonly input: InputRecord; readonly added: boolean }> {
  const known = yield* tx.getBy("inputs", "by-key", input.idempotencyKey);
  if (known !== undefined) return { input: decodeInput(known), added: false }; // ST1
  const row = end === undefined ? input : bornEnded(input, end); // ST20
  const order = yield* tx.add("inputs", row);
  if (end !== undefined) yield* tx.add("receipts", end.receipt);
  for (const replaced of replaces) {
    const older = yield* findInput(tx, replaced.inputId);
    if (older?.phase !== "queued") continue; // ST21
    tx.put("inputs", endInput(older, replaced));
    yield* tx.add("receipts", replaced.receipt);
  }
  for (const segment of segments) yield* addSegment(tx, segment);
  return { input: decodeInput({ ...row, order }), added: true };
}

/** A birth that is none, or a receipt of another input, is a defect (ST4, ST7). */
function assertAdmission({ input, end, replaces }: AdmissionCommit): void {
  const { id, phase } = input;
  assert(phase === "queued", `Cannot add input ${id}: its phase is ${phase}`);
  for (const { inputId, receipt } of [...replaces, ...(end ? [{ ...end, inputId: id }] : [])]) {
    assert(receipt.inputId === inputId, `Cannot end input ${inputId}: the receipt is another's`);
  }
}

function* commitReply(tx: StoreTransaction, commit: ReplyCommit): Step<Result<void, CommitError>> {
  const { inputId, receipt, segments, outbox } = commit;
  const known = yield* tx.get("receipts", inputId);
  if (known !== undefined) {
    decodeReceipt(known);
    return ok(undefined); // ST6
  }
  const input = yield* findInput(tx, inputId);
  if (input === undefined) return err({ kind: "input-unknown", inputId });
  if (!isLive(input.phase)) {
    return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
  }
  tx.put("inputs", endInput(input, commit));
  yield* tx.add("receipts", receipt);
  for (const segment of segments) yield* addSegment(tx, segment);
  if (outbox !== undefined) yield* addOutboxRow(tx, outbox);
  return ok(undefined);
}

function* findInput(tx: StoreTransaction, inputId: string): Step<InputRecord | undefined> {
  const row = yield* tx.getBy("inputs", "by-id", inputId);
  return row === undefined ? undefined : decodeInput(row);
}
