/**
 * The relay: sockets in, rooms behind them, one store below.
 *
 * Owns the tables of sockets and rooms, and the end. The decisions are in socket-step.ts and
 * room-step.ts; this shell runs their effects.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL35  After a restart devices that were present get `left` unless they are back in time.
 *   RL39  Closing acknowledges what was taken, tells every socket 4001 and closes the store.
 *   RL41  A socket that takes nothing off the wire is closed 4008 at `bufferedBytesMax`, and gets
 *         no ephemerals long before.
 *   RL80  A room named in the address is the only one that the socket may join.
 *   RL118 A process that the others took for dead sends its clients away: they come back.
 *   RL85  A socket that was not at rest is closed 4001 at the waking.
 */

import { encodeBase64Url, verifyAdmission } from "#shared/crypto/mod.ts";
import { closeCodes, encodeFrame } from "#shared/protocol/mod.ts";
import { type Alarm, createAlarms } from "./alarm.ts";
import { createCursorKeys } from "./cursor-mac.ts";
import { createGroupCommit } from "./group-commit.ts";
import { innerLimits } from "./limits.ts";
import { memoOfSocket, type RoomMemo, type SocketMemo, socketOfMemo } from "./memo.ts";
import type { Relay, RelayDeps, RelaySocket, Wire, WireFacts } from "./relay-types.ts";
import { createRoomActor, type RoomActor, type RoomSockets } from "./room-actor.ts";
import type { Sleeper, SocketId } from "./room-state.ts";
import {
  greetSocket,
  nextSocketDue,
  type SocketEffect,
  type SocketEvent,
  type SocketState,
  stepSocket,
} from "./socket-step.ts";

/** 128 bits: nonces, epochs, ids of the relay's own entries. */
const ID_BYTES = 16;

interface OpenSocket {
  readonly id: SocketId;
  readonly wire: Wire;
  readonly facts: WireFacts;
  readonly state: SocketState;
  readonly alarm: Alarm;
  room: string | undefined;
}

const reasonByCode = new Map<number, string>(
  Object.entries(closeCodes).map(([name, code]) => [code, name]),
);

/** Closes a socket that is to come back later. */
function sendAway(wire: Wire): RelaySocket {
  wire.close(closeCodes.restarting, "restarting");
  return { onText: () => undefined, onEnd: () => undefined, memo: () => undefined };
}

/** Makes a relay over an open store. */
export function createRelay(deps: RelayDeps): Relay {
  const { clock, crypto, limits, store, trace, membersMax = innerLimits.membersMax } = deps;
  const sockets = new Map<SocketId, OpenSocket>();
  const rooms = new Map<string, RoomActor>();
  /** Of rooms that nobody has asked for since the sleep. */
  const kept = new Map<string, RoomMemo>();
  const tasks = new Set<Promise<void>>();
  const tally = {
    ...{ appended: 0, delivered: 0 },
    refusedByCode: {} as Record<string, number>,
    closedByCode: {} as Record<string, number>,
  };
  const keys = createCursorKeys(deps.secret);
  const alarms = createAlarms(clock, deps.shareDue);
  const closing = new AbortController();
  const commits = createGroupCommit(store, clock, closing.signal);
  let lastSocket = 0;

  const newId = (): string => encodeBase64Url(crypto.randomBytes(ID_BYTES));

  const track = (task: Promise<void>): void => {
    const owned = task.catch(deps.onDefect).finally(() => tasks.delete(owned));
    tasks.add(owned);
  };

  const roomOf = (
    room: string,
    isWoken: boolean,
    sleepers: readonly Sleeper[] = [],
  ): RoomActor => {
    const known = rooms.get(room);
    if (known !== undefined) return known;
    const actor = createRoomActor({
      ...{ room, isWoken, store, cluster: deps.cluster, commits },
      ...{ clock, alarms, limits, membersMax, newId, tally, track },
      keys,
      sockets: roomSockets,
      onEvict: () => rooms.delete(room),
      onDefect: deps.onDefect,
    });
    rooms.set(room, actor);
    const memo = kept.get(room);
    kept.delete(room);
    if (memo !== undefined || sleepers.length > 0) {
      actor.dispatch({ kind: "resume", sleepers, memo });
    }
    return actor;
  };

  /** Forgets a socket; the room hears of it once. */
  const forget = (socket: OpenSocket, isClean: boolean): void => {
    if (!sockets.delete(socket.id)) return;
    socket.state.life = { phase: "closed" };
    socket.alarm.close();
    if (socket.room === undefined) return;
    rooms.get(socket.room)?.dispatch({ kind: "end", socket: socket.id, isClean });
  };

  const closeSocket = (socket: OpenSocket, code: number): void => {
    if (!sockets.has(socket.id)) return;
    forget(socket, false);
    tally.closedByCode[code] = (tally.closedByCode[code] ?? 0) + 1;
    socket.wire.close(code, reasonByCode.get(code) ?? "");
  };

  const roomSockets: RoomSockets = {
    send(ids, text, isDroppable) {
      let taken = 0;
      for (const id of ids) {
        const socket = sockets.get(id);
        if (socket === undefined) continue;
        const waiting = socket.wire.bufferedBytes();
        if (waiting > innerLimits.bufferedBytesMax) closeSocket(socket, closeCodes.tooSlow); // RL41
        else if (!isDroppable || waiting <= innerLimits.bufferedBytesForEphemeralsMax) {
          socket.wire.send(text);
          taken += 1;
        }
      }
      return taken;
    },
    close(id, code) {
      const socket = sockets.get(id);
      if (socket !== undefined) closeSocket(socket, code);
    },
    countBadFrame(id) {
      const socket = sockets.get(id);
      if (socket !== undefined) takeEvent(socket, { kind: "bad-frame" });
    },
  };

  const runEffect = (socket: OpenSocket, effect: SocketEffect): void => {
    switch (effect.kind) {
      case "send":
        return void roomSockets.send([socket.id], encodeFrame(effect.frame), false);
      case "pong":
        return void roomSockets.send([socket.id], effect.text, false);
      case "close":
        return closeSocket(socket, effect.code);
      case "verify": {
        const { room, device, proof } = effect.join;
        const check = { ...socket.facts, room, device, nonce: effect.nonce, now: clock.epochNow() };
        return track(
          verifyAdmission(crypto, proof, check).then((holds) => {
            const isAdmitted = holds && (socket.facts.room ?? room) === room; // RL80
            takeEvent(socket, { kind: "verified", isAdmitted });
          }),
        );
      }
      case "enter": {
        const { room, device, proof: { access }, cursor } = effect.join;
        socket.room = room;
        socket.wire.admitted?.();
        const event = { kind: "enter", socket: socket.id, device, access, cursor } as const;
        return roomOf(room, false).dispatch(event);
      }
      case "forward":
        return rooms.get(socket.room ?? "")
          ?.dispatch({ kind: "frame", socket: socket.id, frame: effect.frame });
    }
  };

  const takeEvent = (socket: OpenSocket, event: SocketEvent): void => {
    try {
      const effects = stepSocket(socket.state, event, { now: clock.now(), limits });
      for (const effect of effects) runEffect(socket, effect);
      if (sockets.has(socket.id)) socket.alarm.set(nextSocketDue(socket.state));
    } catch (error) { // Socket entry: a platform never hears of our defects.
      deps.onDefect(error);
    }
  };

  const addSocket = (id: SocketId, wire: Wire, facts: WireFacts, state: SocketState) => {
    const tick = (): void => takeEvent(socket, { kind: "tick", heardAt: wire.heardAt?.() });
    const socket: OpenSocket = {
      ...{ id, wire, facts, state },
      alarm: alarms.create(tick),
      room: undefined,
    };
    sockets.set(id, socket);
    socket.alarm.set(nextSocketDue(state));
    return socket;
  };

  const eventsOf = (socket: OpenSocket): RelaySocket => ({
    onText(text) {
      const isHeard = sockets.has(socket.id) && !closing.signal.aborted;
      if (isHeard) takeEvent(socket, { kind: "text", text });
    },
    onEnd: (isClean) => forget(socket, isClean),
    memo() {
      if (!sockets.has(socket.id)) return undefined;
      const member = rooms.get(socket.room ?? "")?.memoOfMember(socket.id);
      return memoOfSocket(socket.id, socket.state, member);
    },
  });

  const accept = (wire: Wire, facts: WireFacts): RelaySocket => {
    lastSocket += 1;
    const { state, hello } = greetSocket(newId(), clock.epochNow(), { now: clock.now(), limits });
    const socket = addSocket(lastSocket, wire, facts, state);
    runEffect(socket, { kind: "send", frame: hello });
    return eventsOf(socket);
  };

  /** A socket of before; it is a member once its room's log is open. */
  const wakeSocket = (wire: Wire, facts: WireFacts, memo: SocketMemo): RelaySocket => {
    lastSocket = Math.max(lastSocket, memo.socket);
    const socket = addSocket(memo.socket, wire, facts, socketOfMemo(memo, clock.now(), limits));
    if (memo.kind === "member") socket.room = memo.member.room;
    return eventsOf(socket);
  };

  const rest = async (): Promise<void> => {
    while (tasks.size > 0) await Promise.all(tasks);
  };

  const start = async (signal: AbortSignal): Promise<void> => {
    const { cluster } = deps;
    cluster?.onGivenUp(() => {
      trace.write("warn", "relay-given-up", { sockets: sockets.size });
      for (const socket of sockets.values()) closeSocket(socket, closeCodes.restarting); // RL118
    });
    // Where others live they know who is present; a room that nobody has open can wait.
    if (cluster !== undefined && !(await cluster.begin(signal))) return;
    for (;;) {
      signal.throwIfAborted();
      const found = await store.roomsWithPresent();
      if (found.ok) {
        for (const room of found.value) roomOf(room, true); // RL35
        return trace.write("info", "relay-started", { roomsWoken: found.value.length });
      }
      trace.write("warn", "relay-store-unreadable", { error: found.error.kind });
      await clock.sleep(innerLimits.storeRetryMs, signal);
    }
  };

  return {
    start,
    resume(slept, memos) {
      const woken = slept.map(({ wire, facts, memo }) =>
        memo === undefined ? sendAway(wire) : wakeSocket(wire, facts, memo) // RL85
      );
      for (const [room, memo] of memos) kept.set(room, memo);
      const members = slept.flatMap(({ memo }) => memo?.kind === "member" ? [memo] : []);
      for (const room of new Set(members.map((one) => one.member.room))) {
        const sleepers = members.filter((one) => one.member.room === room)
          .map(({ socket, member }) => ({ socket, memo: member }));
        roomOf(room, true, sleepers);
      }
      return woken;
    },
    accept: (wire, facts) => closing.signal.aborted ? sendAway(wire) : accept(wire, facts),
    rest,
    memoOfRoom: (room) => rooms.get(room)?.memo(),
    counts: () => ({
      ...{ sockets: sockets.size, rooms: rooms.size, ...tally },
      refusedByCode: { ...tally.refusedByCode },
      closedByCode: { ...tally.closedByCode },
    }),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort("closing");
      // No frame is heard any more, so the rooms come to rest (RL39).
      await rest();
      for (const room of rooms.values()) room.close();
      rooms.clear();
      for (const socket of [...sockets.values()]) closeSocket(socket, closeCodes.restarting);
      await deps.cluster?.close();
      await store.close();
      trace.write("info", "relay-closed", { ...tally });
    },
  };
}
