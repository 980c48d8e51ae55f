/**
 * One room on Cloudflare: a relay in a Durable Object whose sockets outlive it.
 *
 * Owns the object's sockets, its alarm and what is written down for the next waking. The platform
 * takes the object out of memory after some ten idle seconds and keeps the sockets; the next
 * message, alarm or visitor makes a new one. It goes on from the store, from the memo attached to
 * each socket and from the room's own memo. After each event, once all of it is at rest, the memos
 * are written anew: the platform tells nobody before it puts an object to sleep.
 *
 * Rules (shared/SPEC.md, section RL): RL80, RL82 to RL90, and
 *   RL69  Messages reach the relay as text and in order, the end exactly once; a binary message
 *         ends its socket with 4500.
 *   RL91  On Cloudflare a `ping` is answered without waking the room, and counts as heard.
 *   RL92  Who only knocks makes its object store nothing.
 */

import type { DurableObjectState, Response as Answer, WebSocket } from "@cloudflare/workers-types";
import { createWebCrypto } from "#shared/crypto/mod.ts";
import { toMonotonicMs } from "#shared/base/mod.ts";
import { closeCodes } from "#shared/protocol/mod.ts";
import { createVisitors, type Visit } from "../../http/visitor-limits.ts";
import { createRelay } from "../../relay/relay.ts";
import type { RoomMemo, SocketMemo } from "../../relay/memo.ts";
import type { RelaySocket, Wire } from "../../relay/relay-types.ts";
import { createDurableObjectStore } from "../../stores/durable-object.ts";
import { createErrorLog } from "../error-log.ts";
import { createSleepClock, shareDue } from "./sleep-clock.ts";
import { refuseVisit } from "./refusals.ts";
import { Response, WebSocketPair } from "./workerd.ts";
import type { WorkerSettings } from "./worker-settings.ts";

/** What the Worker found out about who knocks. */
export interface Knock {
  readonly relayOrigin: string;
  readonly room: string;
  readonly visitor: string;
}

/** Attached to each socket; 16,384 bytes at most, these are some 500. */
interface Attachment extends Knock {
  readonly memo: SocketMemo | undefined;
}

interface OpenSocket {
  readonly knock: Knock;
  readonly visit: Visit;
  readonly relaySocket: RelaySocket;
  isListening: boolean;
}

export interface RoomObject {
  /** Takes a socket; the response gives the visitor its other end. */
  knock(knock: Knock): Promise<Answer>;
  takeMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void>;
  takeEnd(socket: WebSocket, code: number, reason: string): Promise<void>;
  takeAlarm(): Promise<void>;
}

/** Under it lies the memo of the room whose object this is. */
const MEMO_KEY = "room-memo";
const NOT_OPEN = 3;
/** No close frame came. */
const LOST = 1006;
/** One came without a code. */
const NO_CODE = 1005;

interface StoredMemo {
  readonly room: string;
  readonly memo: RoomMemo;
}

/** Goes on where an earlier object stopped; no event comes before it is done. */
export function createRoomObject(
  context: DurableObjectState,
  settings: WorkerSettings,
): RoomObject {
  const { storage } = context;
  const sockets = new Map<WebSocket, OpenSocket>();
  /** Whose memo may be another than the one attached. */
  const changed = new Set<WebSocket>();
  const visitors = createVisitors(settings.visitorLimits);
  const trace = createErrorLog(settings.logLevel);
  let storedMemo: string | undefined;

  const onDefect = (error: unknown): void => {
    console.error("The relay of a room broke an invariant and begins anew:", error);
    context.abort("defect");
  };
  const clock = createSleepClock({
    epochNow: () => Date.now(),
    setTimer(ms, ring) {
      const timer = setTimeout(() => {
        ring();
        // Owned by the object; what is begun by the timer comes to rest in it.
        void afterTurn().catch(onDefect);
      }, ms);
      return () => clearTimeout(timer);
    },
    // It is stored before anything that is sent after it.
    setAlarm: (epochMs) => void storage.setAlarm(epochMs).catch(onDefect),
  });
  const relay = createRelay({
    ...{ clock, trace, onDefect, crypto: createWebCrypto() },
    store: createDurableObjectStore(storage),
    secret: settings.secret,
    limits: settings.relayLimits,
    membersMax: settings.membersMax,
    shareDue,
  });

  const wireOf = (socket: WebSocket, visit: Visit): Wire => ({
    send(text) {
      changed.add(socket);
      if (socket.readyState < NOT_OPEN && sockets.get(socket)?.isListening !== false) {
        socket.send(text);
      }
    },
    close(code, reason) {
      changed.add(socket);
      const open = sockets.get(socket);
      if (open !== undefined) open.isListening = false;
      if (socket.readyState < NOT_OPEN) socket.close(code, reason);
    },
    bufferedBytes: () => 0, // The platform does not tell.
    admitted: () => visit.admit(),
    heardAt() {
      const answeredAt = context.getWebSocketAutoResponseTimestamp(socket); // RL91
      return answeredAt === null ? undefined : toMonotonicMs(answeredAt.getTime());
    },
  });

  /** Once nothing is under way, what a later object needs is written down. */
  const settle = async (): Promise<void> => {
    await relay.rest();
    for (const socket of changed) {
      const open = sockets.get(socket);
      if (open === undefined || socket.readyState === NOT_OPEN) continue;
      const attachment: Attachment = { ...open.knock, memo: open.relaySocket.memo() };
      socket.serializeAttachment(attachment);
    }
    changed.clear();
    storeMemo();
  };

  /** The room's; only when it changed. A room without a member has none to keep (RL92). */
  const storeMemo = (): void => {
    const room = sockets.values().next().value?.knock.room ?? storedRoom();
    const memo = room === undefined ? undefined : relay.memoOfRoom(room);
    if (room === undefined || memo === undefined) return;
    const stored: StoredMemo = { room, memo };
    const text = JSON.stringify(stored);
    if (text === storedMemo) return;
    storedMemo = text;
    storage.kv.put(MEMO_KEY, stored);
  };

  const storedRoom = (): string | undefined => storage.kv.get<StoredMemo>(MEMO_KEY)?.room;

  /** As `settle`, behind what a resolved wait begins. */
  const afterTurn = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await settle();
  };

  const wake = async (): Promise<void> => {
    const stored = storage.kv.get<StoredMemo>(MEMO_KEY);
    const memos = new Map(stored === undefined ? [] : [[stored.room, stored.memo]]);
    const slept = context.getWebSockets().flatMap((socket) => {
      const attachment = socket.deserializeAttachment() as Attachment | null;
      // Accepted in the moment the object died: it knows nothing yet, and comes back.
      if (attachment === null) return (socket.close(closeCodes.restarting, "restarting"), []);
      const { memo, ...knock } = attachment;
      const visit = enterAgain(knock.visitor, memo?.kind === "member");
      return [{ socket, knock, visit, memo, facts: knock, wire: wireOf(socket, visit) }];
    });
    const woken = relay.resume(slept, memos);
    for (const [at, { socket, knock, visit }] of slept.entries()) {
      const relaySocket = woken[at];
      if (relaySocket === undefined) continue;
      sockets.set(socket, { knock, visit, relaySocket, isListening: true });
      changed.add(socket);
    }
    await relay.start(new AbortController().signal);
    trace.write("info", "room-woken", { sockets: slept.length });
    await afterTurn();
  };

  /** Its socket is there already, so a refusal changes nothing. */
  const enterAgain = (visitor: string, isMember: boolean): Visit => {
    visitors.ask(visitor, clock.now());
    const visit = visitors.enter(visitor);
    if (isMember) visit.admit();
    return visit;
  };

  // The promise is the platform's: it holds back every event until then, and ends a failed object.
  void context.blockConcurrencyWhile(wake);

  return {
    async knock(knock) {
      const asked = visitors.ask(knock.visitor, clock.now());
      if (!asked.ok) return refuseVisit(asked.error);
      const { 0: client, 1: socket } = new WebSocketPair();
      context.acceptWebSocket(socket);
      const visit = visitors.enter(knock.visitor);
      const relaySocket = relay.accept(wireOf(socket, visit), knock);
      sockets.set(socket, { knock, visit, relaySocket, isListening: true });
      changed.add(socket);
      await settle();
      return new Response(null, { status: 101, webSocket: client });
    },
    async takeMessage(socket, message) {
      const open = sockets.get(socket);
      if (open === undefined || !open.isListening) return;
      changed.add(socket);
      if (typeof message === "string") open.relaySocket.onText(message);
      else {
        open.isListening = false;
        socket.close(closeCodes.badFrame, "binary message"); // RL69
      }
      await settle();
    },
    async takeEnd(socket, code, reason) {
      const open = sockets.get(socket);
      if (open === undefined) return;
      sockets.delete(socket);
      open.visit.leave();
      open.relaySocket.onEnd(code === 1000 || code === 1001);
      // Hibernated sockets are not answered by the platform; some codes may not be sent.
      if (code !== LOST && socket.readyState !== NOT_OPEN) {
        if (code === NO_CODE) socket.close();
        else socket.close(code, reason);
      }
      await settle();
    },
    async takeAlarm() {
      clock.ring();
      await afterTurn();
    },
  };
}
