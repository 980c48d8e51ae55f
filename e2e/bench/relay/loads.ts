/**
 * Closed loops of a fixed number of messages in flight: against the relay, and against a bare echo.
 *
 * One room is two people, a writer and a reader. An append is in flight until it is acknowledged,
 * so until it is on the disk; it is delivered when the reader has it. A message of the echo has the
 * text of an append and is in flight until it is back.
 */

import { WebSocket } from "ws";
import type { ServerFrame } from "#shared/protocol/mod.ts";
import {
  createDevice,
  createRoom,
  crypto,
  freshId,
  joinFrame,
  type RoomSocket,
} from "../../../edge/conformance/room-client.ts";

export interface Load {
  /** What happened since the last call: messages done, and how long those delivered took, in ms. */
  take(): { readonly done: number; readonly latenciesMs: readonly number[] };
  /** Sends no more; resolves when nothing is under way. */
  stop(): Promise<void>;
}

export interface LoadShape {
  /** Sockets that send: one a room. */
  readonly senders: number;
  readonly inFlightEach: number;
  readonly bodyBytes: number;
}

const ACK_ENTRIES = 64;

interface Tally {
  done: number;
  latenciesMs: number[];
}

function createLoad(tally: Tally, onStop: () => Promise<void>): Load {
  return {
    take() {
      const taken = { ...tally };
      tally.done = 0;
      tally.latenciesMs = [];
      return taken;
    },
    stop: onStop,
  };
}

/** A body as long as a sealed message's, and like it without order. */
function makeBody({ bodyBytes }: LoadShape): string {
  return Buffer.from(crypto.randomBytes(bodyBytes)).toString("base64url");
}

export async function startRelayLoad(origin: string, shape: LoadShape): Promise<Load> {
  const tally: Tally = { done: 0, latenciesMs: [] };
  const rooms = await Promise.all(
    Array.from({ length: shape.senders }, () => startRoom(origin, shape, tally)),
  );
  for (const room of rooms) room.start();
  return createLoad(tally, async () => void await Promise.all(rooms.map((room) => room.stop())));
}

async function startRoom(origin: string, shape: LoadShape, tally: Tally) {
  const room = await createRoom();
  const sentAtMs = new Map<string, number>();
  const underWay = new Set<string>();
  const body = makeBody(shape);
  let isStopping = false;
  let onDrained = (): void => {};

  const reader = await openMember(origin, room, (frame) => {
    if (frame.t !== "entries") return;
    const nowMs = performance.now();
    for (const { id } of frame.entries) {
      const atMs = sentAtMs.get(id);
      if (atMs === undefined) continue; // Of an earlier load, or the relay's own.
      sentAtMs.delete(id);
      tally.latenciesMs.push(nowMs - atMs);
    }
    drain();
  });
  const writer = await openMember(origin, room, (frame) => {
    if (frame.t === "no") throw new Error(`The relay refused an append: ${frame.code}`);
    if (frame.t !== "ok") return;
    tally.done += 1;
    underWay.delete(frame.id);
    if (!isStopping) append();
    drain();
  });
  const append = (): void => {
    const id = freshId();
    underWay.add(id);
    sentAtMs.set(id, performance.now());
    writer.send(JSON.stringify({ t: "append", id, body }));
  };
  const drain = (): void => {
    if (isStopping && underWay.size === 0 && sentAtMs.size === 0) onDrained();
  };
  return {
    start: () => {
      for (let index = 0; index < shape.inFlightEach; index += 1) append();
    },
    stop: async () => {
      isStopping = true;
      const drained = new Promise<void>((resolve) => onDrained = resolve);
      drain();
      await drained;
      writer.close(1000);
      reader.close(1000);
    },
  };
}

/** Opens and joins; resolves when live. Takes entries in as the product does. */
async function openMember(
  origin: string,
  room: Awaited<ReturnType<typeof createRoom>>,
  onFrame: (frame: ServerFrame) => void,
): Promise<WebSocket> {
  const device = await createDevice();
  const socket = new WebSocket(`${origin.replace("http", "ws")}/relay`, {
    perMessageDeflate: false,
  });
  let ackedSeq = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", (code) => reject(new Error(`The relay closed with ${code}`)));
    socket.on("message", (data) => {
      const frame = JSON.parse((data as Buffer).toString()) as ServerFrame;
      if (frame.t === "hello") {
        const greeted = { hello: frame } as RoomSocket;
        joinFrame({ origin }, greeted, room, { device })
          .then((join) => socket.send(JSON.stringify(join)), reject);
      } else if (frame.t === "live") resolve();
      else if (frame.t === "entries") {
        const seq = frame.entries.at(-1)?.seq ?? 0;
        if (seq - ackedSeq >= ACK_ENTRIES) {
          ackedSeq = seq;
          socket.send(JSON.stringify({ t: "ack", seq }));
        }
      }
      onFrame(frame);
    });
  });
  return socket;
}

export async function startEchoLoad(url: string, shape: LoadShape): Promise<Load> {
  const tally: Tally = { done: 0, latenciesMs: [] };
  const sockets = await Promise.all(
    Array.from({ length: shape.senders }, () => startEchoSocket(url, shape, tally)),
  );
  for (const socket of sockets) socket.start();
  return createLoad(
    tally,
    async () => void await Promise.all(sockets.map((socket) => socket.stop())),
  );
}

async function startEchoSocket(url: string, shape: LoadShape, tally: Tally) {
  const sentAtMs = new Map<string, number>();
  const body = makeBody(shape);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let isStopping = false;
  let onDrained = (): void => {};
  const send = (): void => {
    const id = freshId();
    sentAtMs.set(id, performance.now());
    socket.send(JSON.stringify({ t: "append", id, body }));
  };
  socket.on("message", (data) => {
    const { id } = JSON.parse((data as Buffer).toString()) as { readonly id: string };
    tally.done += 1;
    tally.latenciesMs.push(performance.now() - (sentAtMs.get(id) ?? 0));
    sentAtMs.delete(id);
    if (!isStopping) send();
    if (isStopping && sentAtMs.size === 0) onDrained();
  });
  await new Promise<void>((resolve, reject) => {
    socket.on("open", () => resolve());
    socket.on("error", reject);
  });
  return {
    start: () => {
      for (let index = 0; index < shape.inFlightEach; index += 1) send();
    },
    stop: async () => {
      isStopping = true;
      const drained = new Promise<void>((resolve) => onDrained = resolve);
      if (sentAtMs.size > 0) await drained;
      socket.close();
    },
  };
}
