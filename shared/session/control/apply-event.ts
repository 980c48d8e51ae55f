/**
 * A snapshot and an event make the next snapshot. Pure.
 *
 * The session's log keeps its own snapshot by this function, and so does everybody who watches: a
 * tab, a socket, a parent. What they see can differ in nothing.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC40  A snapshot with the events behind it is the snapshot of later.
 *   SC44  What is being made is shown until it is stored, dropped, or its run is over; a new run
 *         begins with nothing.
 *   SC45  The newest alerts are kept; older ones are dropped and counted.
 *   SC46  A gap in the revisions is told and never bridged; a resync heals it. An event that is in
 *         the snapshot already changes nothing.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { MemoryNote, SegmentEntry } from "../log/segments.ts";
import type {
  Greeting,
  InFlightBlock,
  NumberedEvent,
  SessionEvent,
  SessionSnapshot,
} from "./events.ts";
import { snapshotLimits as limits } from "./snapshot-limits.ts";

export interface RevisionGap {
  readonly kind: "gap";
  /** Revision that the next event has. */
  readonly expected: number;
  readonly got: number;
}

/** The snapshot of a session of which nothing is known but who it is. */
export function firstSnapshot(
  known: Pick<SessionSnapshot, "greeting" | "status" | "inputs" | "rules">,
): SessionSnapshot {
  return {
    ...known,
    revision: 0,
    inputs: known.inputs.reduce<readonly InputRecord[]>(withInput, []),
    first: 0,
    head: 0,
    entries: [],
    inFlight: [],
    memory: [],
    asks: [],
    alerts: [],
    alertsDropped: 0,
  };
}

/** The snapshot behind `numbered` (SC40, SC46). */
export function applyEvent(
  snapshot: SessionSnapshot,
  { revision, event }: NumberedEvent,
): Result<SessionSnapshot, RevisionGap> {
  if (event.kind === "resync") {
    return ok(revision < snapshot.revision ? snapshot : event.snapshot);
  }
  if (revision <= snapshot.revision) return ok(snapshot);
  const expected = snapshot.revision + 1;
  if (revision !== expected) return err({ kind: "gap", expected, got: revision });
  return ok({ ...snapshot, revision, ...changesBy(snapshot, event) });
}

function changesBy(
  snapshot: SessionSnapshot,
  event: Exclude<SessionEvent, { readonly kind: "resync" }>,
): Partial<SessionSnapshot> {
  switch (event.kind) {
    case "greeting":
      return { greeting: event.greeting satisfies Greeting };
    case "status":
      return { status: event.status };
    case "rules":
      return { rules: event.rules };
    case "run-start":
      return { inFlight: [], asks: [] }; // SC44
    case "run-end":
      return { inFlight: snapshot.inFlight.filter(({ runId }) => runId !== event.runId) };
    case "delta":
      return { inFlight: withDelta(snapshot.inFlight, event) };
    case "block-done":
      return {
        inFlight: snapshot.inFlight.filter(({ runId, block }) =>
          runId !== event.runId || block !== event.block
        ),
      };
    case "entry":
      return withEntry(snapshot, event.entry);
    case "input":
      return { inputs: withInput(snapshot.inputs, event.input) };
    case "ask": {
      const others = snapshot.asks.filter(({ callId }) => callId !== event.ask.callId);
      return { asks: [...others, event.ask].slice(-limits.asksMax) };
    }
    case "ask-over":
      return { asks: snapshot.asks.filter(({ callId }) => callId !== event.callId) };
    case "memory":
      return { memory: withNote(snapshot.memory, event.note) };
    case "alert": {
      const alerts = [...snapshot.alerts, event.alert];
      const dropped = Math.max(0, alerts.length - limits.alertsMax); // SC45
      return {
        alerts: alerts.slice(dropped),
        alertsDropped: snapshot.alertsDropped + dropped,
      };
    }
    // The rest is only told: it leaves nothing to see.
    default:
      return {};
  }
}

function withEntry(snapshot: SessionSnapshot, entry: SegmentEntry): Partial<SessionSnapshot> {
  const entries = [...snapshot.entries, entry].slice(-limits.entriesMax);
  const shared = { entries, first: entries[0]?.index ?? entry.index, head: entry.index + 1 };
  const { body } = entry;
  switch (body.kind) {
    case "run-start":
      return { ...shared, inFlight: [], asks: [] };
    case "run-end":
      return {
        ...shared,
        inFlight: snapshot.inFlight.filter(({ runId }) => runId !== body.runId),
      };
    case "said":
    case "settled":
      return {
        ...shared,
        inFlight: snapshot.inFlight.filter(({ runId, kind }) =>
          runId !== body.runId || kind !== "text"
        ),
      };
    case "result":
      return { ...shared, asks: snapshot.asks.filter(({ callId }) => callId !== body.callId) };
    case "memory":
      return { ...shared, memory: withNote(snapshot.memory, body.note) };
    default:
      return shared;
  }
}

/**
 * A delta at an earlier offset begins the rest of its block anew (a retry); one behind the end of
 * what is known, such as beyond `blockCharsMax`, is not shown.
 */
function withDelta(
  blocks: readonly InFlightBlock[],
  delta: Extract<SessionEvent, { readonly kind: "delta" }>,
): readonly InFlightBlock[] {
  const { runId, block, of: kind, offset } = delta;
  const at = blocks.findIndex((one) => one.runId === runId && one.block === block);
  const known = blocks[at]?.text ?? "";
  if (offset > known.length) return blocks;
  const text = (known.slice(0, offset) + delta.text).slice(0, limits.blockCharsMax);
  const next = { runId, block, kind, text };
  return at < 0 ? [...blocks, next].slice(-limits.blocksMax) : blocks.with(at, next);
}

/** By order of arrival. An input that ended goes before one that lives. */
function withInput(
  inputs: readonly InputRecord[],
  input: InputRecord,
): readonly InputRecord[] {
  const next = [...inputs.filter(({ id }) => id !== input.id), input]
    .sort((a, b) => a.order - b.order);
  if (next.length <= limits.inputsMax) return next;
  const oldestEnded = next.findIndex(({ phase }) => phase !== "queued" && phase !== "staged");
  return next.toSpliced(Math.max(0, oldestEnded), 1);
}

/** In order of what was written last; one without a text is forgotten. */
function withNote(memory: readonly MemoryNote[], note: MemoryNote): readonly MemoryNote[] {
  const others = memory.filter(({ id }) => id !== note.id);
  return note.text === undefined ? others : [...others, note];
}
