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
 */

import { encodeBase64Url, verifyAdmission } from "#shared/crypto/mod.ts";
import { closeCodes, encodeFrame } from "#shared/protocol/mod.ts";
import { type Alarm, createAlarm } from "./alarm.ts";
import { createGroupCommit } from "./group-commit.ts";
import { innerLimits } from "./limits.ts";
import type { Relay, RelayDeps, Wire, WireFacts } from "./relay-types.ts";
import { createRoomActor, type RoomActor, type RoomSockets } from "./room-actor.ts";
import type { SocketId } from "./room-state.ts";
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

/** Makes a relay over an open store. */
export function createRelay(deps: RelayDeps): Relay {
  const { clock, crypto, limits, store, trace } = deps;
  const sockets = new Map<SocketId, OpenSocket>();
  const rooms = new Map<string, RoomActor>();
  const tasks = new Set<Promise<void>>();
  const tally = {
    ...{ appended: 0, delivered: 0 },
    refusedByCode: {} as Record<string, number>,
    closedByCode: {} as Record<string, number>,
  };
  const closing = new AbortController();
  const commits = createGroupCommit(store, clock, closing.signal);
  let lastSocket = 0;

  const newId = (): string => encodeBase64Url(crypto.randomBytes(ID_BYTES));

  const track = (task: Promise<void>): void => {
    const owned = task.catch(deps.onDefect).finally(() => tasks.delete(owned));
    tasks.add(owned);
  };

  const roomOf = (room: string, isWoken: boolean): RoomActor => {
    const known = rooms.get(room);
    if (known !== undefined) return known;
    const actor = createRoomActor({
      ...{ room, isWoken, store, commits, clock, limits, newId, tally, track },
      keys: { crypto, secret: deps.secret },
      sockets: roomSockets,
      onEvict: () => rooms.delete(room),
      onDefect: deps.onDefect,
    });
    rooms.set(room, actor);
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
          verifyAdmission(crypto, proof, check)
            .then((isAdmitted) => takeEvent(socket, { kind: "verified", isAdmitted })),
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

  const accept = (wire: Wire, facts: WireFacts) => {
    lastSocket += 1;
    const { state, hello } = greetSocket(newId(), clock.epochNow(), { now: clock.now(), limits });
    const alarm = createAlarm(clock, () => takeEvent(socket, { kind: "tick" }));
    const socket: OpenSocket = { id: lastSocket, wire, facts, state, alarm, room: undefined };
    sockets.set(socket.id, socket);
    runEffect(socket, { kind: "send", frame: hello });
    alarm.set(nextSocketDue(state));
    const isHeard = (): boolean => sockets.has(socket.id) && !closing.signal.aborted;
    return {
      onText: (text: string) => {
        if (isHeard()) takeEvent(socket, { kind: "text", text });
      },
      onEnd: (isClean: boolean) => forget(socket, isClean),
    };
  };

  return {
    async start(signal) {
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
    },
    accept(wire, facts) {
      if (!closing.signal.aborted) return accept(wire, facts);
      wire.close(closeCodes.restarting, "restarting");
      return { onText: () => undefined, onEnd: () => undefined };
    },
    counts: () => ({
      ...{ sockets: sockets.size, rooms: rooms.size, ...tally },
      refusedByCode: { ...tally.refusedByCode },
      closedByCode: { ...tally.closedByCode },
    }),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort("closing");
      // No frame is heard any more, so the rooms come to rest (RL39).
      while (tasks.size > 0) await Promise.all(tasks);
      for (const room of rooms.values()) room.close();
      rooms.clear();
      for (const socket of [...sockets.values()]) closeSocket(socket, closeCodes.restarting);
      await store.close();
      trace.write("info", "relay-closed", { ...tally });
    },
  };
}
