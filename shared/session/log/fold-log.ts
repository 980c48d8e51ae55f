/**
 * The fold of a session's log: what its entries come to. Pure.
 *
 * Owns what each kind of entry does to the state. Does not own the store, nor who is told.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC30  The state is the fold of the entries: taken one by one or all at once it is the same.
 *   SC33  A rewind sets aside what is behind its target, but neither memory, nor a summary, nor a
 *         note that no prompt has had.
 *   SC34  A run that was rolled back leaves nothing for later prompts, and notes that only it had
 *         are unseen again.
 *   SC35  A note is unseen until a run starts that read it; a memory job's run has none.
 *   SC36  Forgetting the entries that a state does not need changes no state.
 *   SC37  At most `entriesHeldMax` entries are held: the oldest goes, counted, but nothing that is
 *         open or unseen.
 */

import { assert } from "../../base/assert.ts";
import { toEpochMs } from "../../base/brands.ts";
import { estimateChatTokens } from "../../personas/layout-chat.ts";
import { segmentLimits } from "./limits.ts";
import type { LogState, NoteEntry, OpenCall } from "./log-state.ts";
import { segmentTokens } from "./segment-text.ts";
import type { MemoryNote, SegmentBody, SegmentEntry } from "./segments.ts";

export interface FoldedLog extends LogState {
  /** Entries that are in no summary and are held no more (SC37). */
  readonly dropped: number;
  /** Indexes of the unseen notes' entries, in their order. */
  readonly unseenAt: readonly number[];
  /** Index of the entry that each note of the memory is in. */
  readonly memoryAt: ReadonlyMap<string, number>;
  /** Index of the entry that `extractedSeq` is in. */
  readonly extractedAt: number | undefined;
  /** Not summed up yet, in their order; the two oldest become one when there are too many. */
  readonly rolledBack: readonly RolledBack[];
}

/** Entries of a run that was rolled back: only with its start are they known to be set aside. */
interface RolledBack {
  readonly from: number;
  readonly to: number;
}

export interface FoldOptions {
  /** Estimates a text's tokens, from above. */
  readonly measure: (text: string) => number;
  readonly entriesHeldMax: number;
}

export const foldDefaults: FoldOptions = Object.freeze({
  measure: estimateChatTokens,
  entriesHeldMax: segmentLimits.entriesHeldMax,
});

export const emptyLog: FoldedLog = Object.freeze({
  head: 0,
  below: 0,
  summary: undefined,
  entries: [],
  openRun: undefined,
  openCalls: [],
  unseenNotes: [],
  memory: new Map(),
  extractedSeq: 0,
  tokensEstimated: 0,
  dropped: 0,
  unseenAt: [],
  memoryAt: new Map(),
  extractedAt: undefined,
  rolledBack: [],
});

/** Folds a log from its first entry on; one that was trimmed begins behind 0. */
export function foldLog(
  entries: readonly SegmentEntry[],
  options: FoldOptions = foldDefaults,
): FoldedLog {
  return foldMore(emptyLog, entries, options);
}

/** The state behind `entries`, which follow those of `state` (SC30). */
export function foldMore(
  state: FoldedLog,
  entries: readonly SegmentEntry[],
  options: FoldOptions = foldDefaults,
): FoldedLog {
  if (entries.length === 0) return state;
  const draft: Draft = {
    ...state,
    entries: [...state.entries],
    openCalls: [...state.openCalls],
    unseenNotes: [...state.unseenNotes],
    unseenAt: [...state.unseenAt],
    memory: new Map(state.memory),
    memoryAt: new Map(state.memoryAt),
  };
  for (const entry of entries) takeEntry(draft, entry, options);
  return draft;
}

/** What `state` would be with `bodies` appended, to look at before they are stored. */
export function foldWith(
  state: LogState,
  bodies: readonly SegmentBody[],
  options: FoldOptions = foldDefaults,
): LogState {
  const entries = bodies.map((body, offset) => ({
    index: state.head + offset,
    at: toEpochMs(0),
    body,
  }));
  return foldMore({ ...emptyLog, ...state, unseenAt: unseenIndexes(state) }, entries, options);
}

/** Where the unseen notes are: they are the newest of all notes, and held. */
export function unseenIndexes({ entries, unseenNotes }: LogState): readonly number[] {
  if (unseenNotes.length === 0) return [];
  return entries.flatMap(({ index, body }) => body.kind === "note" ? [index] : [])
    .slice(-unseenNotes.length);
}

/** Entries below this index can be forgotten without changing the state (SC36). */
export function neededFrom(state: FoldedLog): number {
  return Math.min(
    state.below,
    state.entries[0]?.index ?? state.below,
    state.extractedAt ?? state.below,
    ...state.memoryAt.values(),
    ...state.rolledBack.map(({ from }) => from),
  );
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft =
  & Omit<
    Mutable<FoldedLog>,
    "entries" | "openCalls" | "unseenNotes" | "unseenAt" | "memory" | "memoryAt"
  >
  & {
    entries: SegmentEntry[];
    openCalls: OpenCall[];
    unseenNotes: NoteEntry[];
    unseenAt: number[];
    readonly memory: Map<string, MemoryNote>;
    readonly memoryAt: Map<string, number>;
  };

function takeEntry(draft: Draft, entry: SegmentEntry, options: FoldOptions): void {
  const { body, index } = entry;
  assert(index >= draft.head, `Cannot fold entry ${index}: the log's head is ${draft.head}`);
  draft.head = index + 1;
  switch (body.kind) {
    case "rewound":
      return setAside(draft, body.to, options);
    case "summary":
      return summarise(draft, entry.index, body, options);
    case "memory":
      keepNote(draft, index, body.note);
      break;
    case "extracted":
      draft.extractedSeq = body.upToSeq;
      draft.extractedAt = index;
      break;
    case "run-end":
      if (body.result.kind === "rolled-back") rollBack(draft, index, body.runId, options);
      break;
    default:
      break;
  }
  track(draft, entry);
  hold(draft, entry, options);
}

/** What is open, and what is new to the next prompt. */
function track(draft: Draft, { index, body }: SegmentEntry): void {
  switch (body.kind) {
    case "run-start":
      draft.openRun = { runId: body.runId, cause: body.cause };
      if (body.cause.kind !== "memory") forgetSeen(draft, body.readTo ?? index); // SC35
      return;
    case "run-end":
      if (draft.openRun?.runId === body.runId) draft.openRun = undefined;
      return;
    case "note":
      draft.unseenNotes.push(body);
      draft.unseenAt.push(index);
      if (draft.unseenNotes.length <= segmentLimits.unseenNotesMax) return;
      draft.unseenNotes.shift();
      draft.unseenAt.shift();
      return;
    case "call": {
      const { callId, runId, tool } = body;
      // The same call again, after a crash, is the same call.
      if (draft.openCalls.some((call) => call.callId === callId)) return;
      draft.openCalls.push({ callId, runId, tool });
      if (draft.openCalls.length > segmentLimits.openCallsMax) draft.openCalls.shift();
      return;
    }
    case "result":
      draft.openCalls = draft.openCalls.filter((call) => call.callId !== body.callId);
      return;
    default:
      return;
  }
}

/** A start is stored late (SC102): what came in after its first prompt, no prompt has had. */
function forgetSeen(draft: Draft, readTo: number): void {
  const isLater = draft.unseenAt.map((at) => at >= readTo);
  draft.unseenNotes = draft.unseenNotes.filter((_note, at) => isLater[at]);
  draft.unseenAt = draft.unseenAt.filter((at) => at >= readTo);
}

function hold(draft: Draft, entry: SegmentEntry, options: FoldOptions): void {
  draft.entries.push(entry);
  draft.tokensEstimated += segmentTokens(entry.body, options.measure);
  if (draft.entries.length <= options.entriesHeldMax) return;
  const oldest = draft.entries.findIndex((held) => !isPending(draft, held));
  if (oldest < 0) return; // What is open or unseen has limits of its own.
  const [gone] = draft.entries.splice(oldest, 1); // SC37
  draft.dropped += 1;
  if (gone !== undefined) draft.tokensEstimated -= segmentTokens(gone.body, options.measure);
}

/** True for the start of the open run, an open call, and a note that no prompt has had. */
function isPending(draft: Draft, { index, body }: SegmentEntry): boolean {
  switch (body.kind) {
    case "run-start":
      return draft.openRun?.runId === body.runId;
    case "call":
      return draft.openCalls.some((call) => call.callId === body.callId);
    case "note":
      return draft.unseenAt.includes(index);
    default:
      return false;
  }
}

/** SC33. Calls and runs that are open there are open again as they were. */
function setAside(draft: Draft, from: number, options: FoldOptions): void {
  draft.entries = draft.entries.filter((entry) =>
    entry.index < from || (entry.body.kind === "note" && isPending(draft, entry))
  );
  draft.openRun = undefined;
  draft.openCalls = [];
  draft.unseenNotes = [];
  draft.unseenAt = [];
  for (const entry of draft.entries) track(draft, entry);
  recount(draft, options);
}

/** SC34. The run's end itself is held: it says what became of the run. */
function rollBack(draft: Draft, to: number, runId: string, options: FoldOptions): void {
  const start = draft.entries.findLast(({ body }) =>
    body.kind === "run-start" && body.runId === runId
  );
  if (start === undefined) return;
  setAside(draft, start.index, options);
  const all = [...draft.rolledBack, { from: start.index, to }];
  const [oldest, next, ...rest] = all;
  const isFull = all.length > segmentLimits.rolledBackMax;
  draft.rolledBack = isFull && oldest !== undefined && next !== undefined
    ? [{ from: oldest.from, to: next.to }, ...rest]
    : all;
}

function summarise(
  draft: Draft,
  index: number,
  { below, text }: { readonly below: number; readonly text: string },
  options: FoldOptions,
): void {
  // A summary cannot stand for what comes behind it, nor bring back what an older one stands for.
  draft.below = Math.max(draft.below, Math.min(below, index));
  draft.summary = text === "" ? undefined : text; // Nothing of it had words.
  draft.entries = draft.entries.filter((entry) =>
    entry.index >= draft.below || isPending(draft, entry)
  );
  draft.rolledBack = draft.rolledBack.filter(({ to }) => to >= draft.below);
  draft.dropped = 0;
  recount(draft, options);
}

function keepNote(draft: Draft, index: number, note: MemoryNote): void {
  // In order of the newest entry of each, so that a trimmed log has them in the same order.
  draft.memory.delete(note.id);
  draft.memoryAt.delete(note.id);
  if (note.text === undefined) return;
  draft.memory.set(note.id, note);
  draft.memoryAt.set(note.id, index);
}

function recount(draft: Draft, { measure }: FoldOptions): void {
  draft.tokensEstimated = draft.entries.reduce(
    (sum, entry) => sum + segmentTokens(entry.body, measure),
    draft.summary === undefined ? 0 : measure(draft.summary),
  );
}
