/**
 * The shell of one room: one mailbox, one event at a time, effects run in order.
 *
 * Owns the room's state and timer. What an effect waits for comes back as an event; a rejection is
 * a defect and goes to `onDefect`.
 */

import { assert, type MonotonicMs, ok, type Result } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import { encodeFrame, type RelayLimits } from "#shared/protocol/mod.ts";
import type { Alarms } from "./alarm.ts";
import type { Cluster } from "./cluster.ts";
import { checkCursor, type CursorKeys, makeCursorMac } from "./cursor-mac.ts";
import type { GroupCommit } from "./group-commit.ts";
import { innerLimits } from "./limits.ts";
import { type MemberMemo, memoOfMember, memoOfRoom, type RoomMemo } from "./memo.ts";
import { readBack } from "./read-back.ts";
import type { RelayStore, StoreError } from "./relay-store.ts";
import {
  createRoomState,
  type OpenedRoom,
  type ReadEntries,
  type RoomEffect,
  type RoomEvent,
  type RoomState,
  type SocketId,
} from "./room-state.ts";
import { nextDueOf, stepRoom } from "./room-step.ts";

/** What a room may do to sockets; those that are gone are passed over. */
export interface RoomSockets {
  /** How many of them took the text. */
  send(sockets: readonly SocketId[], text: string, isDroppable: boolean): number;
  close(socket: SocketId, code: number): void;
  countBadFrame(socket: SocketId): void;
}

export interface RoomTally {
  appended: number;
  delivered: number;
  readonly refusedByCode: Record<string, number>;
}

export interface RoomActorDeps {
  readonly room: string;
  readonly isWoken: boolean;
  readonly store: RelayStore;
  /** Undefined for a relay that is alone on its store. */
  readonly cluster: Cluster | undefined;
  readonly commits: GroupCommit;
  readonly keys: CursorKeys;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly limits: RelayLimits;
  readonly membersMax: number;
  readonly newId: () => string;
  readonly sockets: RoomSockets;
  readonly tally: RoomTally;
  readonly onEvict: () => void;
  readonly onDefect: (error: unknown) => void;
  /** Owns what an effect waits for. */
  readonly track: (task: Promise<void>) => void;
}

export interface RoomActor {
  /** Never throws; events are taken in order, also those that come while one is taken. */
  dispatch(event: RoomEvent): void;
  /** Nothing is heard or done from here on. */
  close(): void;
  /** Undefined while the log is not open. */
  memo(): RoomMemo | undefined;
  /** Undefined for who is no member, or not at rest. */
  memoOfMember(socket: SocketId): MemberMemo | undefined;
}

/** Opens the room's log and is ready at once: who enters before waits inside. */
export function createRoomActor(deps: RoomActorDeps): RoomActor {
  const { clock, cluster, limits, membersMax, newId, room, isWoken } = deps;
  const state = createRoomState({ room, isWoken, isShared: cluster !== undefined }, clock.now());
  const mailbox: RoomEvent[] = [];
  let isBusy = false;
  let isClosed = false;
  const alarm = deps.alarms.create(() => dispatch({ kind: "tick" }));

  // Before the first look: what changes after it is told.
  const following = cluster?.follow(room, (news) => dispatch({ kind: "news", news }));

  const close = (): void => {
    isClosed = true;
    following?.[Symbol.dispose]();
    mailbox.length = 0;
    alarm.close();
  };

  const wait = <T>(task: Promise<T>, toEvent: (value: T) => RoomEvent): void => {
    deps.track(task.then((value) => dispatch(toEvent(value)), deps.onDefect));
  };

  const take = (event: RoomEvent): void => {
    const [now, epochNow] = [clock.now(), clock.epochNow()];
    const context = { now, epochNow, newId, limits, membersMax };
    for (const effect of stepRoom(state, event, context)) {
      if (effect.kind === "evict") {
        close();
        deps.onEvict();
      } else {
        runEffect(deps, state, effect, wait);
      }
    }
    if (!isClosed) alarm.set(nextDueOf(state) as MonotonicMs | undefined);
  };

  function dispatch(event: RoomEvent): void {
    if (isClosed) return;
    mailbox.push(event);
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = mailbox.shift(); next !== undefined; next = mailbox.shift()) take(next);
    } catch (error) { // Actor shell: a step broke an invariant; this room is not to be trusted.
      close();
      deps.onDefect(error);
    }
    isBusy = false;
  }

  wait(openRoom(deps, undefined), (result) => ({ kind: "opened", result }));
  return {
    dispatch,
    close,
    memo: () => memoOfRoom(state, clock.now()),
    memoOfMember: (socket) => memoOfMember(state, socket),
  };
}

/** Fields of a `read` that name who asked. */
type ReadTo = "kind" | "socket";

type Wait = <T>(task: Promise<T>, toEvent: (value: T) => RoomEvent) => void;

function runEffect(
  deps: RoomActorDeps,
  state: RoomState,
  effect: Exclude<RoomEffect, { readonly kind: "evict" }>,
  wait: Wait,
): void {
  const { store, keys, room } = deps;
  switch (effect.kind) {
    case "send":
      return sendFrame(deps, effect);
    case "close":
      return deps.sockets.close(effect.socket, effect.code);
    case "bad-frame":
      return deps.sockets.countBadFrame(effect.socket);
    case "open":
      return wait(openRoom(deps, effect.after), (result) => ({ kind: "opened", result }));
    case "sit": {
      const { socket, device } = effect;
      return wait(clusterOf(deps).sit(room, device), (result) => ({ kind: "sat", socket, result }));
    }
    case "rise":
      // A seat that could not be given back is free once this process has no more of them.
      return deps.track(clusterOf(deps).rise(room, effect.device).then(() => undefined));
    case "tell":
      return clusterOf(deps).tell(room, effect.news);
    case "check-cursor": {
      const { socket } = effect;
      return wait(
        checkCursor(keys, store, room, effect.cursor),
        (result) => ({ kind: "cursor-checked", socket, result }),
      );
    }
    case "find":
      return wait(store.findIds(room, effect.ids), (result) => ({ kind: "found", result }));
    case "commit":
      return wait(commit(deps, effect), (result) => ({ kind: "committed", result }));
    case "read": {
      const { socket } = effect;
      return wait(read(deps, effect), (result) => ({ kind: "read", socket, result }));
    }
    case "page": {
      const { socket, before, entriesMax } = effect;
      return wait(
        readBack(store, room, before, entriesMax, innerLimits.frameBodyBytesMax),
        (result) => ({ kind: "paged", socket, before, result }),
      );
    }
  }
}

function clusterOf({ cluster }: RoomActorDeps): Cluster {
  assert(cluster !== undefined, "Cannot ask other processes: this relay is alone");
  return cluster;
}

/** The log; of a shared room also who sits where, and what is behind `after`. */
async function openRoom(
  deps: RoomActorDeps,
  after: number | undefined,
): Promise<Result<OpenedRoom, StoreError>> {
  const { store, cluster, room, keys } = deps;
  const head = await store.open(room);
  if (!head.ok) return head;
  if (cluster === undefined) return ok({ head: head.value });
  const seats = await cluster.seats(room);
  if (!seats.ok) return seats;
  const opened = { head: head.value, seats: seats.value };
  if (head.value === undefined) {
    const epoch = await cluster.agreeEpoch(room, deps.newId());
    return epoch.ok ? ok({ ...opened, epoch: epoch.value }) : epoch;
  }
  const { epoch, head: last, floor } = head.value;
  const from = Math.max(after === undefined ? last : Math.min(after, last), 1);
  // With the newest entry that is known here: whether it is still the one.
  const reach = { epoch, after: Math.max(from - 1, floor - 1), entriesMax: last - from + 1 };
  const bytesMax = Math.min(deps.limits.windowBytesMax, innerLimits.frameBodyBytesMax) / 4;
  const entriesMax = Math.min(reach.entriesMax, innerLimits.frameEntriesMax);
  const newest = await read({ store, keys, room }, { ...reach, entriesMax, bytesMax });
  return newest.ok ? ok({ ...opened, newest: newest.value }) : newest;
}

function sendFrame(deps: RoomActorDeps, effect: RoomEffect & { readonly kind: "send" }): void {
  const { frame } = effect;
  const taken = deps.sockets.send(effect.sockets, encodeFrame(frame), effect.isDroppable);
  if (frame.t === "entries") deps.tally.delivered += taken * frame.entries.length;
  if (frame.t !== "no") return;
  const { refusedByCode } = deps.tally;
  refusedByCode[frame.code] = (refusedByCode[frame.code] ?? 0) + effect.sockets.length;
}

async function commit(
  { commits, keys, room, tally }: RoomActorDeps,
  { write, marks }: RoomEffect & { readonly kind: "commit" },
): Promise<Result<ReadonlyMap<number, string> | "moved", StoreError>> {
  const committed = await commits.commit(write);
  if (!committed.ok) return committed;
  if (committed.value === "moved") return ok("moved");
  tally.appended += write.entries.length;
  return ok(
    new Map(
      marks.map((entry) => [entry.seq, makeCursorMac(keys, room, write.epoch, entry)] as const),
    ),
  );
}

async function read(
  { store, keys, room }: Pick<RoomActorDeps, "store" | "keys" | "room">,
  { epoch, after, entriesMax, bytesMax }: Omit<RoomEffect & { readonly kind: "read" }, ReadTo>,
): Promise<Result<ReadEntries, StoreError>> {
  const entries = await store.read(room, after, entriesMax, bytesMax);
  if (!entries.ok) return entries;
  const last = entries.value.at(-1);
  const mac = last === undefined ? "" : makeCursorMac(keys, room, epoch, last);
  return ok({ entries: entries.value, mac });
}
