/**
 * Ordering: batches of appends become entries, one commit at a time.
 *
 * Owns seqs, epochs and the relay's own `left` entries. An append is looked up, ordered, made
 * durable, acknowledged and handed out, in this order.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL13  A cursor of the relay for an entry that its log lost mints a new epoch; every other
 *         member is closed 4010.
 *   RL121 A process that finds another entry where it knew one mints a new epoch: others built on
 *         what the store had lost.
 *   RL127 An entry that was lost and stored again at its seq with another time is another entry.
 *   RL14  Seqs start at 1 and grow by 1; an epoch and a seq name one entry for ever.
 *   RL17  An append is acknowledged, and its entry handed out, only after it is durable.
 *   RL18  Appends wait for the commit under way and go in one batch of at most `batchEntriesMax`,
 *         in the order they came.
 *   RL19  A commit that fails refuses its appends `storage-failed`, to be retried, and changes
 *         nothing.
 *   RL124 What waits behind a commit that fails is refused with it.
 *   RL29  `left` comes after everything that its device sent.
 *   RL35  After a restart devices that were present get `left` unless they are back in time.
 */

import { assert, toMonotonicMs } from "#shared/base/mod.ts";
import { RELAY_AUTHOR, type RelayEntry } from "#shared/protocol/mod.ts";
import { innerLimits } from "./limits.ts";
import type { RoomHead, RoomWrite, StoredEntry, StoreError } from "./relay-store.ts";
import { acceptAppend, refuseAppend, settle, trimPoint } from "./room-append.ts";
import { look, markAbsent, takeSeats } from "./room-cluster.ts";
import { fanOut } from "./room-deliver.ts";
import { admitWaiting, closeAll, refuseWaiting } from "./room-members.ts";
import { refuseSleepers, wakeMembers } from "./room-resume.ts";
import type {
  Chunk,
  Log,
  PendingAppend,
  ReadEntries,
  RoomEffect,
  RoomEvent,
  RoomState,
  StepContext,
} from "./room-state.ts";

/** Starts the next piece of work, if the room waits for none. */
export function advance(state: RoomState, context: StepContext): readonly RoomEffect[] {
  if (state.log === undefined || state.work.phase !== "idle") return [];
  if (state.isStale) return look(state);
  if (state.mint !== undefined) return startCommit(state, state.log, [], context);
  if (state.queue.length > 0) {
    const batch = state.queue.splice(0, innerLimits.batchEntriesMax); // RL18
    state.work = { phase: "looking-up", batch };
    return [{ kind: "find", ids: batch.map((append) => append.id) }];
  }
  return state.leaving.size > 0 ? startCommit(state, state.log, [], context) : [];
}

/** The log as stored: at first, and after a write whose outcome had to be looked at. */
export function takeOpened(
  state: RoomState,
  event: RoomEvent & { readonly kind: "opened" },
  context: StepContext,
): readonly RoomEffect[] {
  if (!event.result.ok) {
    state.work = { phase: "opening", retryAt: restedAt(context) };
    return [...refuseSleepers(state), ...refuseWaiting(state, () => true)];
  }
  const former = state.log;
  const { head, seats, epoch, newest } = event.result.value;
  const log = toLog(head, epoch ?? state.memo?.epoch, context);
  log.newest = nameOf(newest?.entries.find((entry) => entry.seq === log.head));
  state.log = log;
  state.work = { phase: "idle" };
  const effects: RoomEffect[] = [];
  if (seats !== undefined) effects.push(...takeSeats(state, log, seats, context));
  if (former === undefined) {
    markAbsent(state, log, context); // RL35
    effects.push(...wakeMembers(state, log, context));
  } else if (head === undefined && former.head === 0 && epoch === undefined) {
    log.epoch = former.epoch;
  } else if (log.epoch !== former.epoch || log.head < former.head || isOther(former, newest)) {
    // The store lost what it had said was durable (RL14), or another process noticed that first.
    state.mint = log.epoch === former.epoch ? { minter: undefined } : undefined;
    effects.push(...closeAll(state, context));
  }
  // Who enters now reads by itself: only who was here takes its part of what came.
  effects.push(...fanOutNewest(state, newest, former, context), ...admitWaiting(state, context));
  return effects;
}

/** What tells an entry from any other at its seq (RL127); its body would be kept for nothing. */
function nameOf(entry: RelayEntry | undefined): Log["newest"] {
  return entry && { id: entry.id, ts: entry.ts };
}

/** Whether another entry stands where the newest known here was: others built on a loss. */
function isOther(former: Log, newest: ReadEntries | undefined): boolean {
  const there = newest?.entries.find((entry) => entry.seq === former.head);
  const { newest: known } = former;
  if (there === undefined || known === undefined) return false;
  return there.id !== known.id || there.ts !== known.ts; // RL127
}

/** What others appended reaches who is up to date from one read; the rest read for themselves. */
function fanOutNewest(
  state: RoomState,
  newest: ReadEntries | undefined,
  former: Log | undefined,
  context: StepContext,
): readonly RoomEffect[] {
  const entries = newest?.entries.filter((entry) => entry.seq > (former?.head ?? Infinity)) ?? [];
  const last = entries.at(-1);
  const follows = entries[0]?.seq === (former?.head ?? 0) + 1 &&
    state.log?.epoch === former?.epoch;
  if (newest === undefined || last === undefined || !follows) {
    return fanOut(state, [], new Map(), context);
  }
  const chunk = { entries, bytes: bytesOf(entries) };
  return fanOut(state, [chunk], new Map([[last.seq, newest.mac]]), context);
}

/** Tells known ids from new ones, and orders the new. */
export function takeFound(
  state: RoomState,
  event: RoomEvent & { readonly kind: "found" },
  context: StepContext,
): readonly RoomEffect[] {
  const { log, work } = state;
  assert(log !== undefined && work.phase === "looking-up", "Cannot order: no batch is looked up");
  if (!event.result.ok) {
    state.work = { phase: "resting", until: restedAt(context) };
    return refuseFrom(state, work.batch);
  }
  const known = new Map(event.result.value.map((entry) => [entry.id, entry]));
  const effects: RoomEffect[] = [];
  const fresh: PendingAppend[] = [];
  for (const append of work.batch) {
    const first = known.get(append.id);
    if (first === undefined) {
      fresh.push(append);
      continue;
    }
    settle(state, append);
    // By another process, or by a commit of our own that was given up: nobody here has it yet.
    if (first.seq > log.head) state.isStale = true;
    const sockets = [append.socket, ...append.repeats];
    effects.push(
      ...(first.body === append.body
        ? acceptAppend(append, first, true)
        : refuseAppend(state, sockets, append.id, "conflict")),
    );
  }
  // Behind the new epoch, or dropped with it (RL128).
  if (state.mint !== undefined) state.queue.unshift(...fresh.splice(0));
  effects.push(...startCommit(state, log, fresh, context));
  return effects;
}

export function takeCommitted(
  state: RoomState,
  event: RoomEvent & { readonly kind: "committed" },
  context: StepContext,
): readonly RoomEffect[] {
  const { log, work } = state;
  assert(log !== undefined && work.phase === "committing", "Cannot settle: no commit is under way");
  if (!event.result.ok) return takeFailure(state, work, event.result.error, context);
  const macs = event.result.value;
  if (macs === "moved") return takeMoved(state, work);
  const { write, appends, chunks } = work;
  log.head += write.entries.length;
  log.newest = nameOf(write.entries.at(-1)) ?? log.newest;
  log.bytes += bytesOf(write.entries);
  log.checkpoints = checkpointsAfter(log, write.entries);
  for (const device of write.arrived) {
    log.present.add(device);
    const isLeaving = state.leaving.has(device) || write.gone.includes(device);
    if (isHere(state, device) || state.absent.has(device) || isLeaving) continue;
    // Healing brought back what it wrote, not itself (RL53).
    state.absent.set(device, toMonotonicMs(context.now + innerLimits.leftAfterMs));
  }
  for (const device of write.gone) log.present.delete(device);
  const effects: RoomEffect[] = [];
  for (const [at, append] of appends.entries()) {
    const entry = write.entries[at];
    assert(entry?.id === append.id, `Cannot acknowledge ${append.id}: another entry was stored`);
    settle(state, append);
    effects.push(...acceptAppend(append, entry, false)); // RL17
  }
  effects.push(...fanOut(state, chunks, macs, context));
  state.work = { phase: "idle" };
  if (write.newEpoch !== undefined) {
    effects.push(...beginEpoch(state, log, write.newEpoch, work.minter, context));
  } else if (write.trimBelow !== undefined) {
    effects.push(...look(state)); // How many bytes that freed is the store's to say.
  }
  return effects;
}

/** RL113: the same appends go again, behind what another process stored meanwhile. */
function takeMoved(
  state: RoomState,
  { write, appends, minter }: Committing,
): readonly RoomEffect[] {
  assert(state.isShared, "Cannot commit: somebody else wrote to the store of this relay");
  state.queue.unshift(...appends);
  for (const device of write.gone) {
    if (!isHere(state, device)) state.leaving.add(device);
  }
  if (write.newEpoch !== undefined) state.mint = { minter };
  return look(state);
}

/** Whether the device has a socket, at whatever process. */
function isHere(state: RoomState, device: string): boolean {
  return state.socketByDevice.has(device) || state.elsewhere.has(device);
}

type Committing = Extract<RoomState["work"], { readonly phase: "committing" }>;

/** RL13: who is here read another log; who made the room notice learns why. */
function beginEpoch(
  state: RoomState,
  log: Log,
  epoch: string,
  minter: Committing["minter"],
  context: StepContext,
): readonly RoomEffect[] {
  log.epoch = epoch;
  state.entrants = state.entrants.map((entrant) =>
    entrant.socket === minter ? { ...entrant, reason: "ahead" } : entrant
  );
  return [...closeAll(state, context), ...admitWaiting(state, context)];
}

function takeFailure(
  state: RoomState,
  work: Committing,
  error: StoreError,
  context: StepContext,
): readonly RoomEffect[] {
  const effects: RoomEffect[] = [...refuseFrom(state, work.appends)]; // RL19
  for (const device of work.write.gone) {
    if (!isHere(state, device)) state.leaving.add(device);
  }
  if (work.write.newEpoch !== undefined) {
    if (work.minter === undefined) state.mint = { minter: undefined };
    effects.push(...refuseWaiting(state, () => true));
  }
  if (error.kind === "storage-full") {
    state.work = { phase: "resting", until: restedAt(context) };
  } else {
    effects.push(...look(state)); // Whether anything was stored is for the store to say.
  }
  return effects;
}

/** Orders `appends` and the `left` entries that are due; nothing to write ends the work. */
function startCommit(
  state: RoomState,
  log: Log,
  appends: readonly PendingAppend[],
  context: StepContext,
): readonly RoomEffect[] {
  const { mint } = state;
  const lefts = mint === undefined ? takeLefts(state, log, appends) : [];
  if (mint === undefined && appends.length === 0 && lefts.length === 0) {
    state.work = { phase: "idle" };
    return advance(state, context);
  }
  const entries = mint === undefined ? orderEntries(log, appends, lefts, context) : [];
  const hasAppended = new Set(appends.map((append) => append.device));
  const write: RoomWrite = {
    room: state.room,
    epoch: log.epoch,
    entries,
    arrived: [...hasAppended].filter((device) => !log.present.has(device)),
    gone: lefts,
    trimBelow: overflows(log, entries, context) ? trimPoint(log) : undefined,
    newEpoch: mint === undefined ? undefined : context.newId(),
  };
  const chunks = chunksOf(entries, context);
  state.mint = undefined;
  state.work = { phase: "committing", write, appends, chunks, minter: mint?.minter };
  const marks = chunks.flatMap((chunk) => chunk.entries.slice(-1));
  return [{ kind: "commit", write, marks }];
}

/** Who leaves with this commit; who never appended since it last left is forgotten (RL28). */
function takeLefts(
  state: RoomState,
  log: Log,
  appends: readonly PendingAppend[],
): readonly string[] {
  const lefts: string[] = [];
  for (const device of [...state.leaving]) {
    if (state.queue.some((append) => append.device === device)) continue; // RL29
    if (log.present.has(device) || appends.some((append) => append.device === device)) {
      lefts.push(device);
    }
    state.leaving.delete(device);
  }
  return lefts;
}

function orderEntries(
  log: Log,
  appends: readonly PendingAppend[],
  lefts: readonly string[],
  context: StepContext,
): readonly StoredEntry[] {
  const ts = context.epochNow;
  let covered = log.checkpoints.at(-1) ?? 0;
  const entries: StoredEntry[] = [];
  for (const { id, body, device, covers } of appends) {
    const entry = { seq: log.head + entries.length + 1, ts, from: device, id, body }; // RL14
    // A checkpoint that covers no more than the one before it allows no trimming.
    const isNewer = covers !== undefined && covers > covered;
    if (isNewer) covered = covers;
    entries.push(isNewer ? { ...entry, covers } : entry);
  }
  for (const device of lefts) {
    const body = JSON.stringify({ kind: "left", device });
    const seq = log.head + entries.length + 1;
    entries.push({ seq, ts, from: RELAY_AUTHOR, id: context.newId(), body });
  }
  return entries;
}

function overflows(log: Log, entries: readonly StoredEntry[], { limits }: StepContext): boolean {
  return log.head + entries.length - log.floor + 1 > limits.entriesMax ||
    log.bytes + bytesOf(entries) > limits.logBytesMax;
}

/** Frames of a quarter of a window, so that who has read most of it need not go to the store. */
function chunksOf(entries: readonly StoredEntry[], { limits }: StepContext): readonly Chunk[] {
  const bytesMax = Math.min(limits.windowBytesMax, innerLimits.frameBodyBytesMax) / 4;
  const entriesMax = Math.max(1, Math.min(limits.windowEntriesMax, innerLimits.frameEntriesMax));
  const chunks: { entries: RelayEntry[]; bytes: number }[] = [];
  for (const { seq, ts, from, id, body } of entries) {
    let chunk = chunks.at(-1);
    const isFull = chunk === undefined || chunk.entries.length >= entriesMax ||
      chunk.bytes + body.length > bytesMax;
    if (chunk === undefined || isFull) chunks.push(chunk = { entries: [], bytes: 0 });
    chunk.entries.push({ seq, ts, from, id, body });
    chunk.bytes += body.length;
  }
  return chunks;
}

function checkpointsAfter(log: Log, entries: readonly StoredEntry[]): readonly number[] {
  const added = entries.flatMap(({ covers }) => covers === undefined ? [] : [covers]);
  return [...log.checkpoints, ...added].slice(-2);
}

/** RL124: the batch that failed and, so that nothing overtakes it, all that waits. */
function refuseFrom(state: RoomState, batch: readonly PendingAppend[]): readonly RoomEffect[] {
  const waiting = state.queue.splice(0);
  return [...batch, ...waiting].flatMap((append) => {
    settle(state, append);
    const sockets = [append.socket, ...append.repeats];
    return refuseAppend(state, sockets, append.id, "storage-failed");
  });
}

function toLog(
  head: RoomHead | undefined,
  epoch: string | undefined,
  context: StepContext,
): Log {
  return {
    epoch: head?.epoch ?? epoch ?? context.newId(),
    head: head?.head ?? 0,
    floor: head?.floor ?? 1,
    bytes: head?.bytes ?? 0,
    checkpoints: head?.checkpoints ?? [],
    present: new Set(head?.present),
    newest: undefined,
  };
}

function bytesOf(entries: readonly RelayEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.body.length, 0);
}

function restedAt(context: StepContext) {
  return toMonotonicMs(context.now + innerLimits.storeRetryMs);
}
