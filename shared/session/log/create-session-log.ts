/**
 * A session's log with everybody who watches it.
 *
 * Owns the order of appends, the state, the snapshot and the observers. Does not own the rows
 * (PeerStore), nor what the entries mean (fold-log.ts), nor what events do (apply-event.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC38  Entries are appended one call at a time, in order of the calls; what others stored before
 *         them is read first, and is not overwritten.
 *   SC39  An append at a head that has moved is refused and stores nothing.
 *   SC41  An entry is shown once, after it is durable, in the same step as the state that has it.
 *   SC43  Of more than `observersMax` observers the one attached longest is closed.
 *   SC54  Whatever a crash left of a log opens, and is appended to behind its end.
 */

import { assert } from "../../base/assert.ts";
import { raceSignal } from "../../base/race.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { LogMoved, PeerStore, SegmentRecord } from "../../ports/peer-store.ts";
import type { StorageError } from "../../ports/room-log.ts";
import { applyEvent, firstSnapshot } from "../control/apply-event.ts";
import type { NumberedEvent, SessionEvent, SessionSnapshot } from "../control/events.ts";
import { snapshotLimits } from "../control/snapshot-limits.ts";
import { decodeSegment, encodeSegment } from "./decode-segment.ts";
import {
  emptyLog,
  foldDefaults,
  type FoldedLog,
  foldMore,
  type FoldOptions,
  neededFrom,
} from "./fold-log.ts";
import { type SegmentLimits, segmentLimits } from "./limits.ts";
import { createObserverQueue, type ObserverQueue } from "./observer-queue.ts";
import type { SegmentBody, SegmentEntry } from "./segments.ts";
import type { Attachment, HeadMoved, SessionLog } from "./session-log.ts";

export interface SessionLogDeps {
  readonly roomId: string;
  /** The session: a persona's id, or that of a child. */
  readonly session: string;
  readonly store: Pick<PeerStore, "segments" | "appendSegments">;
  readonly clock: Pick<Clock, "epochNow">;
  readonly trace: Log;
  /**
   * What is so at the start and of no log: asked before the first snapshot and by `open`. Later
   * changes are told by `publish`.
   */
  readonly describe: () => Pick<SessionSnapshot, "greeting" | "status" | "inputs" | "rules">;
  readonly fold?: FoldOptions;
  readonly limits?: SegmentLimits;
}

/** What was read or stored so far. */
interface Stored {
  readonly state: FoldedLog;
  /** The store has nothing below. */
  readonly floor: number;
}

export function createSessionLog(deps: SessionLogDeps): SessionLog {
  const { limits = segmentLimits, fold = foldDefaults } = deps;
  const rows = createRows(deps, fold, limits);
  const hub = createHub(deps, limits);
  let stored: Stored = { state: emptyLog, floor: 0 };
  let last: Promise<unknown> = Promise.resolve();

  /** One at a time, in order of the calls (SC38). Aborting while it waits gives up its place. */
  const inTurn = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const before = last;
    let isOver = (): void => undefined;
    const own = new Promise<void>((resolve) => {
      isOver = resolve;
    });
    last = before.then(() => own);
    try {
      await raceSignal(before, signal);
      return await work();
    } finally {
      isOver();
    }
  };

  /** SC41: no `await` between the state and those who are told. */
  const show = (entries: readonly SegmentEntry[], floor = stored.floor): void => {
    const { dropped } = stored.state;
    stored = { state: foldMore(stored.state, entries, fold), floor };
    for (const entry of entries) hub.publish({ kind: "entry", entry });
    if (dropped === 0 && stored.state.dropped > 0) hub.publish(droppedAlert(deps, fold));
  };

  const readAll = async (signal: AbortSignal): Promise<Result<void, StorageError>> => {
    const read = await rows.readAll(signal);
    if (!read.ok) return read;
    stored = read.value;
    hub.restart(stored.state, read.value.newest);
    return ok(undefined);
  };

  const readOn = async (signal: AbortSignal): Promise<Result<void, StorageError>> => {
    for (;;) {
      const page = await rows.page(stored.state.head, signal);
      if (!page.ok) return page;
      show(page.value);
      if (page.value.length < limits.pageEntriesMax) return ok(undefined);
    }
  };

  const write = async (
    bodies: readonly SegmentBody[],
    head: number,
    signal: AbortSignal,
  ): Promise<Result<readonly SegmentEntry[], LogMoved | StorageError>> => {
    const written = await rows.append(stored, bodies, head, signal);
    if (!written.ok) return written;
    show(written.value.entries, written.value.floor);
    return ok(written.value.entries);
  };

  /** Reads what somebody else wrote; resolves to the head of now. */
  const follow = async (
    { next }: LogMoved,
    signal: AbortSignal,
  ): Promise<Result<number, StorageError>> => {
    // A store that is behind what was read has lost or forgotten the log: it is read anew.
    const read = next < stored.state.head ? await readAll(signal) : await readOn(signal);
    return read.ok ? ok(Math.max(next, stored.state.head)) : read;
  };

  const append: SessionLog["append"] = async (bodies, signal) => {
    if (bodies.length === 0) return ok([]);
    let head = stored.state.head;
    for (let tries = 0; tries < limits.appendTriesMax; tries += 1) {
      const written = await write(bodies, head, signal);
      if (written.ok) return written;
      if (written.error.kind !== "log-moved") return err(written.error);
      const moved = await follow(written.error, signal);
      if (!moved.ok) return moved;
      head = moved.value;
    }
    return err({ kind: "storage-failed", detail: "the log moved at every try" });
  };

  const appendAt: SessionLog["appendAt"] = async (head, bodies, signal) => {
    const moved = (): Result<never, HeadMoved> =>
      err({ kind: "head-moved", head: stored.state.head });
    if (head !== stored.state.head) return moved(); // SC39
    if (bodies.length === 0) return ok([]);
    const written = await write(bodies, head, signal);
    if (written.ok) return written;
    if (written.error.kind !== "log-moved") return err(written.error);
    const read = await follow(written.error, signal);
    return read.ok ? moved() : read;
  };

  return {
    open: (signal) => inTurn(() => readAll(signal), signal),
    state: () => stored.state,
    append: (bodies, signal) => inTurn(() => append(bodies, signal), signal),
    appendAt: (head, bodies, signal) => inTurn(() => appendAt(head, bodies, signal), signal),
    catchUp: (signal) => inTurn(() => readOn(signal), signal),
    publish: hub.publish,
    snapshot: hub.snapshot,
    attach: hub.attach,
  };
}

function droppedAlert({ clock }: SessionLogDeps, { entriesHeldMax }: FoldOptions): SessionEvent {
  const detail = `more than ${entriesHeldMax} entries`;
  const at = clock.epochNow();
  return {
    kind: "alert",
    alert: { at, level: "warn", source: "session", code: "entries-dropped", detail },
  };
}

/** Reads and writes rows as entries. */
function createRows(deps: SessionLogDeps, fold: FoldOptions, limits: SegmentLimits) {
  const { roomId, session: persona, store, clock } = deps;

  const page = async (
    fromIndex: number,
    signal: AbortSignal,
  ): Promise<Result<readonly SegmentEntry[], StorageError>> => {
    const read = await store.segments(roomId, persona, fromIndex, limits.pageEntriesMax, signal);
    return read.ok ? ok(read.value.map(entryOf)) : read;
  };

  return {
    page,
    /** Folds the whole log page by page: of what a summary stands for nothing stays in memory. */
    async readAll(
      signal: AbortSignal,
    ): Promise<Result<Stored & { readonly newest: readonly SegmentEntry[] }, StorageError>> {
      let state = emptyLog;
      let floor: number | undefined;
      let newest: readonly SegmentEntry[] = [];
      for (;;) {
        const read = await page(state.head, signal);
        if (!read.ok) return read;
        floor ??= read.value[0]?.index;
        state = foldMore(state, read.value, fold);
        newest = [...newest, ...read.value].slice(-snapshotLimits.entriesMax);
        if (read.value.length < limits.pageEntriesMax) {
          return ok({ state, floor: floor ?? 0, newest });
        }
      }
    },
    /** Stores `bodies` at `head` and forgets what the state behind them does not need (SC36). */
    async append(
      { state, floor }: Stored,
      bodies: readonly SegmentBody[],
      head: number,
      signal: AbortSignal,
    ): Promise<
      Result<
        { readonly entries: readonly SegmentEntry[]; readonly floor: number },
        LogMoved | StorageError
      >
    > {
      const at = clock.epochNow();
      const entries = bodies.map((body, offset) => ({ index: head + offset, at, body }));
      // What is needed never comes to begin earlier; only a summary makes it begin later at once.
      const hasSummary = bodies.some(({ kind }) => kind === "summary");
      const next = hasSummary ? foldMore(state, entries, fold) : state;
      const needed = Math.max(floor, neededFrom(next));
      const written = await store.appendSegments({
        roomId,
        persona,
        expectIndex: head,
        bodies: bodies.map((body) => encodeSegment(body, at)),
        ...needed > floor ? { trimBelow: needed } : {},
      }, signal);
      return written.ok ? ok({ entries, floor: needed }) : written;
    },
  };
}

function entryOf({ index, body }: SegmentRecord): SegmentEntry {
  return { index, ...decodeSegment(body) };
}

interface Hub extends Pick<SessionLog, "publish" | "snapshot" | "attach"> {
  /** Everybody starts again from the state that was read. */
  restart(state: FoldedLog, newest: readonly SegmentEntry[]): void;
}

/** Holds what everybody sees, and tells them of every change. */
function createHub({ describe, trace, session }: SessionLogDeps, limits: SegmentLimits): Hub {
  /** In order of arrival. */
  const observers = new Set<ObserverQueue>();
  let seen: SessionSnapshot | undefined;
  const snapshot = (): SessionSnapshot => seen ??= firstSnapshot(describe());
  const resync = (): NumberedEvent => ({
    revision: snapshot().revision,
    event: { kind: "resync", snapshot: snapshot() },
  });

  return {
    snapshot,
    publish(event) {
      assert(event.kind !== "resync", "Cannot publish a resync: it is made for one observer");
      const numbered = { revision: snapshot().revision + 1, event };
      const next = applyEvent(snapshot(), numbered);
      assert(next.ok, "Cannot publish an event: its revision is not the next");
      seen = next.value;
      for (const observer of observers) observer.push(numbered);
      if (event.kind !== "shutdown") return;
      for (const observer of [...observers]) observer.close("read");
    },
    restart(state, newest) {
      const before = snapshot();
      seen = {
        ...before,
        ...firstSnapshot(describe()),
        revision: before.revision + 1,
        inFlight: before.inFlight,
        asks: before.asks,
        alerts: before.alerts,
        alertsDropped: before.alertsDropped,
        first: newest[0]?.index ?? state.head,
        head: state.head,
        entries: newest,
        memory: [...state.memory.values()],
      };
      for (const observer of observers) observer.fallBehind();
    },
    attach(): Attachment {
      const [oldest] = observers;
      if (oldest !== undefined && observers.size >= limits.observersMax) { // SC43
        trace.write("warn", "observer-closed", { session, observersMax: limits.observersMax });
        oldest.close("dropped");
      }
      const queue: ObserverQueue = createObserverQueue({
        eventsMax: limits.observerEventsMax,
        resync,
        onClose: () => observers.delete(queue),
      });
      observers.add(queue);
      return {
        snapshot: snapshot(),
        events: queue,
        [Symbol.dispose]: () => queue.close("dropped"),
      };
    },
  };
}
