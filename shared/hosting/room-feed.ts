/**
 * Room feed: keeps one room's folded state up to date with its log.
 *
 * Owns the state and the reading. Does not own the log, nor any work that the state calls for.
 * Every tab has a feed of the room it shows; only the leader's peer acts on one.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO1  A feed's state is the fold of the log's prefix up to its head, whatever was missed or
 *        hinted.
 *   HO2  A stored checkpoint only saves work: a missing, damaged or foreign one is folded around,
 *        and one that could not read the room, so that an update of the program reads it.
 *   HO3  A log that cannot be read is reported and read again; the state stays what it was.
 *   HO21  A log whose genesis names another room is reported, and nothing of it is shown.
 *   HO22  When a log was replaced (a relay's new epoch), the feed folds it anew; readers see the
 *         old state until the new one has caught up.
 *   HO31  A log that begins behind a foundation is folded from the state there, and shows who
 *         vouches for it; one that begins with a gap and has no fit foundation is reported.
 *   HO32  The states of the newest entries can be asked for.
 *   SY139 A room opens with its newest messages where they are stored; the older ones are read when
 *         somebody asks for them, or an entry needs them, and readers see the state of before until
 *         then.
 */

import { checksum } from "../base/checksum.ts";
import { createLatch } from "../base/latch.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Clock } from "../ports/clock.ts";
import type { IdSource } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { AppendError, LogEntry, RoomLog, StorageError } from "../ports/room-log.ts";
import type { Foundation } from "../ports/shared-room-store.ts";
import { type RoomEvent, RULES_NUMBER } from "../protocol/events.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../room/checkpoint.ts";
import { emptyState } from "../room/draft.ts";
import { foldEntries } from "../room/fold.ts";
import { decodeRecent, encodeRecent, recentState } from "../room/recent-state.ts";
import type { RoomState } from "../room/room-state.ts";
import { hostingLimits as limits } from "./limits.ts";
import { createPastStates } from "./past-states.ts";

/** Why a feed shows no newer state. */
export type FeedProblem =
  | StorageError
  /** The log is that of `roomId`. */
  | { readonly kind: "wrong-room"; readonly roomId: string };

/** One room's state at a seq, kept by this device so that a long room opens fast. */
export interface StoredCheckpoint {
  readonly seq: number;
  /**
   * Checksum of `text` and of the log's entry at `seq`: a cache needs to know damage and another
   * log, not forgery.
   */
  readonly stateHash: string;
  readonly text: string;
}

/** Where states are kept; each has the newest of a room. */
export interface StateShelf {
  load(
    roomId: string,
    signal: AbortSignal,
  ): Promise<Result<StoredCheckpoint | undefined, StorageError>>;
  save(
    roomId: string,
    checkpoint: StoredCheckpoint,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
}

export interface CheckpointStore extends StateShelf {
  /** Of the newest messages alone; absent where nobody waits for a room to open. */
  readonly recent?: StateShelf | undefined;
}

export interface RoomFeedDeps {
  readonly roomId: string;
  readonly device: string;
  readonly log: RoomLog;
  readonly checkpoints: CheckpointStore;
  /** What the log begins behind when what was before is gone (D31); undefined for a local room. */
  readonly foundation?: (
    signal: AbortSignal,
  ) => Promise<Result<Foundation | undefined, StorageError>>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly trace: Log;
  /** Called when reading begins to fail, or fails otherwise; undefined when it works again. */
  readonly onReadProblem: (error: FeedProblem | undefined) => void;
}

export interface RoomFeed {
  readonly roomId: string;
  /** This device's id in the room. */
  readonly device: string;
  state(): RoomState;
  /**
   * The state with all messages (SY139). Resolves when it is shown; aborting cancels the wait. Of a
   * feed that has not caught up it is what is shown now.
   */
  whole(signal: AbortSignal): Promise<RoomState>;
  /** The state behind entry `seq`; undefined when it is not among the newest entries (HO32). */
  stateAt(seq: number, signal: AbortSignal): Promise<RoomState | undefined>;
  /** True once the whole log as it was at the start has been folded. */
  isCaughtUp(): boolean;
  /** Follows the log until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never>;
  /** Appends an event of this device. `id` makes a retry harmless; without one a new id is made. */
  append(
    event: RoomEvent,
    signal: AbortSignal,
    id?: string,
  ): Promise<Result<LogEntry, AppendError>>;
  /** Calls back after the state changed or caught up. */
  subscribe(onChange: () => void): Disposable;
}

/** A state, and the last entry in it: by that a feed knows its log again. */
interface Folded {
  readonly state: RoomState;
  readonly last: LogEntry | undefined;
}

const nothing: Folded = { state: emptyState(), last: undefined };

export function createRoomFeed(deps: RoomFeedDeps): RoomFeed {
  const { roomId, log, clock } = deps;
  const bell = createLatch();
  const past = createPastStates();
  const observers = new Set<() => void>();
  /** What is shown. */
  let state = emptyState();
  /** What has been read; ahead of `state` only while a log is read from its start. */
  let folded = nothing;
  let isReplacing = false;
  let caughtUp = false;
  const saved = { whole: 0, recent: 0 };
  let isWholeWanted = false;

  const publish = (): void => {
    for (const observer of [...observers]) observer();
  };
  const subscribe = (onChange: () => void): Disposable => {
    const own = (): void => onChange();
    observers.add(own);
    return { [Symbol.dispose]: () => void observers.delete(own) };
  };

  const keep = async (shelf: StateShelf, text: string, signal: AbortSignal): Promise<void> => {
    const { last } = folded;
    if (last === undefined) return;
    const checkpoint = { seq: state.head, stateHash: hashOf(text, last), text };
    const kept = await shelf.save(roomId, checkpoint, signal);
    if (!kept.ok) deps.trace.write("warn", "checkpoint-not-saved", { kind: kept.error.kind });
  };

  const save = async (signal: AbortSignal): Promise<void> => {
    if (state.readerOnly !== undefined) return; // HO2
    const { recent } = deps.checkpoints;
    const { checkpointEveryEntries: every, wholeEveryShift } = limits;
    if (recent !== undefined && state.head - saved.recent >= every) {
      saved.recent = state.head;
      const short = recentState(state, limits.recentMessagesMax) ??
        (state.earlier === undefined ? undefined : state);
      if (short !== undefined) await keep(recent, encodeRecent(short), signal);
    }
    const wholeEvery = recent === undefined
      ? every
      : Math.max(every, state.head >> wholeEveryShift);
    if (state.earlier === undefined && state.head - saved.whole >= wholeEvery) {
      saved.whole = state.head;
      await keep(deps.checkpoints, encodeCheckpoint(state), signal);
    }
  };

  /** Begins anew with all messages; what is shown stays until they have caught up (SY139). */
  const beginWhole = async (signal: AbortSignal): Promise<void> => {
    folded = await restore(deps, deps.checkpoints, decodeCheckpoint, signal) ?? nothing;
    saved.whole = folded.state.head;
    isReplacing = true;
    past.clear();
  };

  /** Reads to the head; returns why it could not. */
  const readOn = async (signal: AbortSignal): Promise<FeedProblem | undefined> => {
    for (;;) {
      if (isWholeWanted && folded.state.earlier !== undefined) await beginWhole(signal);
      const page = await readNext(log, folded, signal);
      if (!page.ok) return page.error; // HO3
      if (page.value === "replaced") {
        deps.trace.write("info", "log-replaced", { roomId, head: folded.state.head });
        const begun = await beginning(deps, folded, signal);
        if (!begun.ok) return begun.error;
        folded = begun.value; // HO22
        isReplacing = true;
        Object.assign(saved, { whole: 0, recent: 0 });
        past.clear();
        continue;
      }
      const entries = page.value;
      const next = foldEntries(folded.state, entries); // HO1
      if (next.earlier?.isMissed === true) { // SY138
        await beginWhole(signal);
        continue;
      }
      folded = { state: next, last: entries.at(-1) ?? folded.last };
      const named = folded.state.roomId;
      if (named !== "" && named !== roomId) { // HO21
        folded = nothing;
        return { kind: "wrong-room", roomId: named };
      }
      const isHead = entries.length < limits.readEntriesMax;
      isReplacing &&= !isHead;
      // While a long log is being read from its start, one change at its end is enough.
      const isNews = !isReplacing && (caughtUp ? folded.state !== state : isHead);
      if (!isReplacing) state = folded.state;
      past.note(folded.state);
      caughtUp ||= isHead;
      if (isNews) publish();
      if (isHead) return undefined;
    }
  };

  return {
    roomId,
    device: deps.device,
    state: () => state,
    async whole(signal) {
      const changed = createLatch();
      using _changes = subscribe(() => changed.ring());
      while (state.earlier !== undefined) {
        isWholeWanted = true;
        bell.ring();
        await changed.wait(signal);
      }
      return state;
    },
    stateAt: (seq, signal) => past.at(seq, log, signal),
    isCaughtUp: () => caughtUp,
    async run(signal) {
      using _hints = log.subscribe(() => bell.ring());
      let delayMs: number = limits.retryMsMin;
      let trouble: FeedProblem | undefined;
      folded = await restoreAny(deps, signal);
      state = folded.state;
      if (state.earlier === undefined) saved.whole = state.head;
      else saved.recent = state.head;
      past.note(state);
      for (;;) {
        signal.throwIfAborted();
        const problem = await readOn(signal);
        if (problem === undefined) {
          if (trouble !== undefined) deps.onReadProblem(undefined);
          trouble = undefined;
          delayMs = limits.retryMsMin;
          await save(signal);
          await bell.wait(signal);
        } else {
          if (trouble?.kind !== problem.kind) deps.onReadProblem(problem);
          trouble = problem;
          await clock.sleep(delayMs, signal);
          delayMs = Math.min(delayMs * 2, limits.retryMsMax);
        }
      }
    },
    async append(event, signal, id = deps.ids.next("en")) {
      const appended = await log.append({ id, device: deps.device, body: event }, signal);
      bell.ring();
      return appended;
    },
    subscribe,
  };
}

/** The newest messages where they are stored and fit, else all. */
async function restoreAny(deps: RoomFeedDeps, signal: AbortSignal): Promise<Folded> {
  const { recent } = deps.checkpoints;
  const short = recent && await restore(deps, recent, decodeRecent, signal);
  return short ?? await restore(deps, deps.checkpoints, decodeCheckpoint, signal) ?? nothing;
}

/** The stored state, if it is whole and of this very log (HO2). */
async function restore(
  { roomId, log, trace }: RoomFeedDeps,
  shelf: StateShelf,
  decode: typeof decodeCheckpoint,
  signal: AbortSignal,
): Promise<Folded | undefined> {
  const loaded = await shelf.load(roomId, signal);
  const stored = loaded.ok ? loaded.value : undefined;
  if (stored === undefined) return undefined;
  const page = await log.read(stored.seq - 1, 1, signal);
  const last = page.ok ? page.value[0] : undefined;
  const isWhole = last !== undefined && hashOf(stored.text, last) === stored.stateHash;
  const decoded = isWhole ? decode(stored.text) : undefined;
  if (decoded?.ok !== true || decoded.value.head !== stored.seq) {
    trace.write("warn", "checkpoint-unfit", { roomId, seq: stored.seq });
    return undefined;
  }
  // What this program's state of before could not read, it may read now.
  if (decoded.value.readerOnly !== undefined) return undefined;
  return { state: decoded.value, last };
}

/**
 * What a log that does not go on from `folded` begins with: nothing, or what is vouched for (HO31).
 */
async function beginning(
  { roomId, foundation }: RoomFeedDeps,
  folded: Folded,
  signal: AbortSignal,
): Promise<Result<Folded, StorageError>> {
  const found = await foundation?.(signal);
  if (found !== undefined && !found.ok) return found;
  const wasTried = folded.last === undefined && folded.state.head === (found?.value?.seq ?? 0);
  if (wasTried) return corrupt(`the log of ${roomId} begins with a gap`);
  if (found?.value === undefined) return ok(nothing);
  const { seq, text, by } = found.value;
  const decoded = decodeCheckpoint(text);
  if (!decoded.ok || decoded.value.head !== seq) {
    return corrupt(`the foundation of ${roomId} is damaged`);
  }
  const isNewer = decoded.value.rules > RULES_NUMBER;
  const state = { ...decoded.value, importedBy: by };
  return ok({ state: isNewer ? { ...state, readerOnly: "rules-newer" } : state, last: undefined });
}

function corrupt(detail: string): Result<never, StorageError> {
  return err({ kind: "storage-corrupt", detail });
}

/** The next entries, or that the log is not the one that was folded. */
async function readNext(
  log: RoomLog,
  { state, last }: Folded,
  signal: AbortSignal,
): Promise<Result<readonly LogEntry[] | "replaced", StorageError>> {
  if (last === undefined) {
    const first = await log.read(state.head, limits.readEntriesMax, signal);
    const seq = first.ok ? first.value[0]?.seq : undefined;
    return seq === undefined || seq === state.head + 1 ? first : ok("replaced");
  }
  const page = await log.read(state.head - 1, limits.readEntriesMax + 1, signal);
  if (!page.ok) return page;
  const [same, ...next] = page.value;
  return ok(same?.id === last.id && same.ts === last.ts ? next : "replaced");
}

function hashOf(text: string, last: LogEntry): string {
  return checksum(`${last.id} ${last.ts} ${text}`);
}
