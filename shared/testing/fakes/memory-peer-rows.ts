/** What MemoryPeerStore does with its rows: each function is the work of one transaction. */

import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { bornEnded, endInput, moveInput } from "../../ledger/input-moves.ts";
import type {
  AdmissionCommit,
  CommitError,
  InputEndRow,
  InputPhase,
  InputRecord,
  LogMoved,
  NewSegment,
  OutboxRecord,
  PeerStore,
  ReceiptRecord,
  ReplyCommit,
  SegmentAppend,
  SegmentRecord,
  SessionRecord,
} from "../../ports/peer-store.ts";
import type { NewEntry } from "../../ports/room-log.ts";

export interface Rows {
  inputs: InputRecord[];
  receipts: ReceiptRecord[];
  segments: SegmentRecord[];
  sessions: SessionRecord[];
  outbox: OutboxRecord[];
  lastInputOrder: number;
  lastOutboxOrder: number;
}

export interface AddedInput {
  readonly input: InputRecord;
  readonly added: boolean;
}

/** Makes one write; it may be the last thing that happens. */
export type Write = (change: () => void) => void;

export const emptyRows = (): Rows => ({
  inputs: [],
  receipts: [],
  segments: [],
  sessions: [],
  outbox: [],
  lastInputOrder: 0,
  lastOutboxOrder: 0,
});

/** Lists are copied, rows are not: rows are never changed in place. */
export const copyRows = (rows: Rows): Rows => ({
  ...rows,
  inputs: [...rows.inputs],
  receipts: [...rows.receipts],
  segments: [...rows.segments],
  sessions: [...rows.sessions],
  outbox: [...rows.outbox],
});

export const isLive = (phase: InputPhase): boolean => phase === "queued" || phase === "staged";

const isOf = (
  row: { readonly roomId: string; readonly persona: string },
  roomId: string,
  persona: string,
): boolean => row.roomId === roomId && row.persona === persona;

export function segmentsOf(rows: Rows, roomId: string, persona: string): readonly SegmentRecord[] {
  return rows.segments.filter((row) => isOf(row, roomId, persona));
}

export function addInput(
  rows: Rows,
  write: Write,
  { input, end, replaces, segments }: AdmissionCommit,
): Result<AddedInput, never> {
  const known = rows.inputs.find((row) => row.idempotencyKey === input.idempotencyKey);
  if (known !== undefined) return ok({ input: known, added: false });
  rows.lastInputOrder += 1;
  const queued: InputRecord = { ...input, order: rows.lastInputOrder };
  const added = end === undefined ? queued : bornEnded(queued, end);
  write(() => rows.inputs.push(added));
  if (end !== undefined) write(() => rows.receipts.push(end.receipt));
  for (const row of replaces) {
    const older = rows.inputs.find((one) => one.id === row.inputId);
    if (older?.phase === "queued") writeEnd(rows, write, older, row);
  }
  for (const segment of segments) pushSegment(rows, write, segment);
  return ok({ input: added, added: true });
}

export function updateInput(
  rows: Rows,
  write: Write,
  inputId: string,
  expect: InputPhase,
  { move, ...patch }: Parameters<PeerStore["updateInput"]>[2],
): Result<InputRecord, CommitError> {
  const input = rows.inputs.find((row) => row.id === inputId);
  if (input === undefined) return err({ kind: "input-unknown", inputId });
  if (input.phase !== expect || !isLive(input.phase)) {
    return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
  }
  const moved = move === undefined ? input : moveInput(input, move.to, move.at, patch.reason);
  const next = { ...moved, ...patch };
  write(() => {
    rows.inputs = rows.inputs.map((row) => (row.id === inputId ? next : row));
  });
  return ok(next);
}

export function commitReply(
  rows: Rows,
  write: Write,
  { segments, outbox, ...end }: ReplyCommit,
): Result<void, CommitError> {
  const { inputId } = end;
  if (rows.receipts.some((row) => row.inputId === inputId)) return ok(undefined);
  const input = rows.inputs.find((row) => row.id === inputId);
  if (input === undefined) return err({ kind: "input-unknown", inputId });
  if (!isLive(input.phase)) return err({ kind: "input-phase-wrong", inputId, phase: input.phase });
  writeEnd(rows, write, input, end);
  for (const segment of segments) pushSegment(rows, write, segment);
  if (outbox !== undefined) pushOutbox(rows, write, outbox);
  return ok(undefined);
}

export function appendSegments(
  rows: Rows,
  write: Write,
  { roomId, persona, expectIndex, bodies, trimBelow }: SegmentAppend,
): Result<{ readonly next: number }, LogMoved> {
  const next = nextIndex(rows, roomId, persona);
  if (expectIndex !== undefined && expectIndex !== next) return err({ kind: "log-moved", next });
  for (const body of bodies) pushSegment(rows, write, { roomId, persona, body });
  const after = next + bodies.length;
  if (trimBelow !== undefined) {
    const newest = Math.max(after - 1, 0);
    assert(trimBelow <= newest, `Cannot trim below ${trimBelow}: the newest entry is ${newest}`);
    write(() => {
      rows.segments = rows.segments.filter((row) =>
        !isOf(row, roomId, persona) || row.index >= trimBelow
      );
    });
  }
  return ok({ next: after });
}

export function saveSession(rows: Rows, write: Write, session: SessionRecord): Result<void, never> {
  const { roomId, persona } = session;
  const others = rows.sessions.filter((row) => !isOf(row, roomId, persona));
  write(() => {
    rows.sessions = [...others, session];
  });
  return ok(undefined);
}

export function forgetSession(
  rows: Rows,
  write: Write,
  roomId: string,
  persona: string,
): Result<void, CommitError> {
  const owned = rows.inputs.filter((row) => isOf(row, roomId, persona) && row.work !== undefined);
  const live = owned.find((row) => isLive(row.phase));
  if (live !== undefined) {
    return err({ kind: "input-phase-wrong", inputId: live.id, phase: live.phase });
  }
  const ids = new Set(owned.map((row) => row.id));
  write(() => {
    rows.sessions = rows.sessions.filter((row) => !isOf(row, roomId, persona));
  });
  write(() => {
    rows.segments = rows.segments.filter((row) => !isOf(row, roomId, persona));
  });
  write(() => {
    rows.inputs = rows.inputs.filter((row) => !ids.has(row.id));
  });
  write(() => {
    rows.receipts = rows.receipts.filter((row) => !ids.has(row.inputId));
  });
  return ok(undefined);
}

export function pushOutbox(
  rows: Rows,
  write: Write,
  row: { readonly roomId: string; readonly entry: NewEntry },
): void {
  const isWaiting = rows.outbox.some((other) =>
    other.roomId === row.roomId && other.entry.id === row.entry.id
  );
  if (isWaiting) return;
  rows.lastOutboxOrder += 1;
  write(() => rows.outbox.push({ ...row, order: rows.lastOutboxOrder }));
}

function writeEnd(rows: Rows, write: Write, input: InputRecord, end: InputEndRow): void {
  const ended = endInput(input, end);
  write(() => {
    rows.inputs = rows.inputs.map((row) => (row.id === input.id ? ended : row));
  });
  write(() => rows.receipts.push(end.receipt));
}

function pushSegment(rows: Rows, write: Write, segment: NewSegment): void {
  const index = nextIndex(rows, segment.roomId, segment.persona);
  write(() => rows.segments.push({ ...segment, index }));
}

function nextIndex(rows: Rows, roomId: string, persona: string): number {
  return (segmentsOf(rows, roomId, persona).at(-1)?.index ?? -1) + 1;
}
