/**
 * The shell of one room: one mailbox, one event at a time, effects run in order.
 *
 * Owns the room's state and timer. What an effect waits for comes back as an event; a rejection is
 * a defect and goes to `onDefect`.
 */

import { type MonotonicMs, ok, type Result } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import { encodeFrame, type RelayEntry, type RelayLimits } from "#shared/protocol/mod.ts";
import { createAlarm } from "./alarm.ts";
import { checkCursor, type CursorKeys, makeCursorMac } from "./cursor-mac.ts";
import type { GroupCommit } from "./group-commit.ts";
import { innerLimits } from "./limits.ts";
import { type MemberMemo, memoOfMember, memoOfRoom, type RoomMemo } from "./memo.ts";
import { readBack } from "./read-back.ts";
import type { RelayStore, StoreError } from "./relay-store.ts";
import {
  createRoomState,
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
  readonly commits: GroupCommit;
  readonly keys: CursorKeys;
  readonly clock: Clock;
  readonly limits: RelayLimits;
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
  const { clock, limits, newId } = deps;
  const state = createRoomState(deps.room, deps.isWoken, clock.now());
  const mailbox: RoomEvent[] = [];
  let isBusy = false;
  let isClosed = false;
  const alarm = createAlarm(clock, () => dispatch({ kind: "tick" }));

  const close = (): void => {
    isClosed = true;
    mailbox.length = 0;
    alarm.close();
  };

  const wait = <T>(task: Promise<T>, toEvent: (value: T) => RoomEvent): void => {
    deps.track(task.then((value) => dispatch(toEvent(value)), deps.onDefect));
  };

  const take = (event: RoomEvent): void => {
    const context = { now: clock.now(), epochNow: clock.epochNow(), newId, limits };
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

  wait(deps.store.open(deps.room), (result) => ({ kind: "opened", result }));
  return {
    dispatch,
    close,
    memo: () => memoOfRoom(state, clock.now()),
    memoOfMember: (socket) => memoOfMember(state, socket),
  };
}

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
      return wait(store.open(room), (result) => ({ kind: "opened", result }));
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

function sendFrame(deps: RoomActorDeps, effect: RoomEffect & { readonly kind: "send" }): void {
  const { frame } = effect;
  const taken = deps.sockets.send(effect.sockets, encodeFrame(frame), effect.isDroppable);
  if (frame.t === "entries") deps.tally.delivered += taken * frame.entries.length;
  if (frame.t !== "no") return;
  const { refusedByCode } = deps.tally;
  refusedByCode[frame.code] = (refusedByCode[frame.code] ?? 0) + effect.sockets.length;
}

/** The MACs are made while the store writes; nobody sees them before it has. */
async function commit(
  { commits, keys, room, tally }: RoomActorDeps,
  { write, marks }: RoomEffect & { readonly kind: "commit" },
): Promise<Result<ReadonlyMap<number, string>, StoreError>> {
  const mark = async (entry: RelayEntry) =>
    [entry.seq, await makeCursorMac(keys, room, write.epoch, entry)] as const;
  const [committed, macs] = await Promise.all([
    commits.commit(write),
    Promise.all(marks.map(mark)),
  ]);
  if (!committed.ok) return committed;
  tally.appended += write.entries.length;
  return ok(new Map(macs));
}

async function read(
  { store, keys, room }: RoomActorDeps,
  { epoch, after, entriesMax, bytesMax }: RoomEffect & { readonly kind: "read" },
): Promise<Result<ReadEntries, StoreError>> {
  const entries = await store.read(room, after, entriesMax, bytesMax);
  if (!entries.ok) return entries;
  const last = entries.value.at(-1);
  const mac = last === undefined ? "" : await makeCursorMac(keys, room, epoch, last);
  return ok({ entries: entries.value, mac });
}
