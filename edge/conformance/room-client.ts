/** A well-behaved client of the relay, for tests: proves, joins, appends, keeps what it hears. */

import { WebSocket } from "ws";
import {
  createDeviceKeys,
  createRoomSecret,
  createWebCrypto,
  deriveRoom,
  proveAdmission,
  type RoomKeys,
} from "#shared/crypto/mod.ts";
import type { SharedRoomKeys } from "#shared/ports/mod.ts";
import type { AdmissionProof, ClientFrame, Cursor, ServerFrame } from "#shared/protocol/mod.ts";
import type { RelayServer } from "./relay-server.ts";
import { socketPath } from "./runtime.ts";

export const crypto = createWebCrypto();

export type Device = SharedRoomKeys["device"];
export type FrameOf<T extends ServerFrame["t"]> = Extract<ServerFrame, { t: T }>;

export const createRoom = async (): Promise<RoomKeys> =>
  await deriveRoom(crypto, { access: "write", secret: createRoomSecret(crypto) });
export const createDevice = (): Promise<Device> => createDeviceKeys(crypto);

/** A fresh id of an entry: 22 characters. */
export const freshId = (): string => Buffer.from(crypto.randomBytes(16)).toString("base64url");

export interface RoomSocket {
  readonly hello: FrameOf<"hello">;
  /** Everything received after `hello`, in order. */
  readonly received: readonly ServerFrame[];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  send(frame: ClientFrame): void;
  /** As it is, whatever it is. */
  sendText(text: string): void;
  /** The first frame that fits, received at index `from` or later; fails when the socket closes. */
  find<F extends ServerFrame>(fits: (frame: ServerFrame) => frame is F, from: number): Promise<F>;
  /** The next frame of a type, from where the last call stopped. */
  next<T extends ServerFrame["t"]>(t: T): Promise<FrameOf<T>>;
  close(code?: number): void;
  terminate(): void;
}

/**
 * Opens a socket, of the room with this id or of any, and waits for `hello`. It acknowledges what
 * it gets unless told not to.
 */
export async function openSocket(
  server: Pick<RelayServer, "origin">,
  roomId?: string,
  { acknowledges = true } = {},
): Promise<RoomSocket> {
  const socket = new WebSocket(`${server.origin.replace("http", "ws")}${socketPath(roomId)}`);
  const received: ServerFrame[] = [];
  let closeCode: number | undefined;
  const waiting = new Set<() => void>();
  const tellWaiting = (): void => {
    for (const resolve of [...waiting]) resolve();
    waiting.clear();
  };
  socket.on("error", () => {}); // "close" follows.
  socket.on("message", (data) => {
    const text = (data as Buffer).toString();
    if (text === "pong") return;
    const frame = JSON.parse(text) as ServerFrame;
    received.push(frame);
    // Taken in as it came: the relay may send on.
    const seq = frame.t === "entries" ? frame.entries.at(-1)?.seq : undefined;
    if (seq !== undefined && acknowledges) socket.send(JSON.stringify({ t: "ack", seq }));
    tellWaiting();
  });
  const closed = new Promise<number>((resolve) =>
    socket.on("close", (code) => {
      closeCode = code;
      tellWaiting();
      resolve(code);
    })
  );
  const find: RoomSocket["find"] = async (fits, from) => {
    for (let index = from;; index += 1) {
      while (index >= received.length) {
        if (closeCode !== undefined) throw new Error(`Closed with ${closeCode} before the frame`);
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
      const frame = received[index];
      if (frame !== undefined && fits(frame)) return frame;
    }
  };
  let position = 0;
  const next: RoomSocket["next"] = async (t) => {
    const frame = await find((found): found is FrameOf<typeof t> => found.t === t, position);
    position = received.indexOf(frame) + 1;
    return frame;
  };
  return {
    hello: await next("hello"),
    received,
    closed,
    find,
    next,
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendText: (text) => socket.send(text),
    close: (code = 1000) => socket.close(code),
    terminate: () => socket.terminate(),
  };
}

export interface JoinOptions {
  readonly cursor?: Cursor;
  readonly device?: Device;
  /** Changes what was proven. */
  readonly proof?: (proof: AdmissionProof) => AdmissionProof | Promise<AdmissionProof>;
  /** What the proof names instead of the truth. */
  readonly claims?: Partial<{ relayOrigin: string; nonce: string; notAfter: number }>;
  /** Of the frame, instead of the proven one. */
  readonly room?: string;
  /** The room that the socket's address names, instead of the frame's. */
  readonly address?: string;
}

/** The `join` of a device into a room over this socket. */
export async function joinFrame(
  server: Pick<RelayServer, "origin">,
  socket: RoomSocket,
  room: RoomKeys,
  options: JoinOptions = {},
): Promise<ClientFrame> {
  const device = options.device ?? await createDevice();
  const proof = await proveAdmission(crypto, room, device, {
    relayOrigin: server.origin,
    nonce: socket.hello.nonce,
    notAfter: socket.hello.now + 30_000,
    ...options.claims,
  });
  return {
    t: "join",
    v: socket.hello.v,
    room: options.room ?? room.roomId,
    device: device.id,
    proof: await options.proof?.(proof) ?? proof,
    ...(options.cursor && { cursor: options.cursor }),
  };
}

export interface JoinedSocket extends RoomSocket {
  readonly joined: FrameOf<"joined">;
  readonly live: FrameOf<"live">;
  /** Appends and waits for the answer. */
  append(id: string, body: string): Promise<FrameOf<"ok"> | FrameOf<"no">>;
}

/** Opens, joins and reads on until live. */
export async function joinRoom(
  server: Pick<RelayServer, "origin">,
  room: RoomKeys,
  options: JoinOptions = {},
): Promise<JoinedSocket> {
  const socket = await openSocket(server, options.address ?? options.room ?? room.roomId);
  socket.send(await joinFrame(server, socket, room, options));
  const joined = await socket.next("joined");
  const live = await socket.next("live");
  return {
    ...socket,
    joined,
    live,
    async append(id, body) {
      const from = socket.received.length;
      socket.send({ t: "append", id, body });
      return await answerTo(socket, id, from);
    },
  };
}

/** The `ok` or `no` to `id` among what arrives from index `from` on. */
export function answerTo(
  socket: RoomSocket,
  id: string,
  from: number,
): Promise<FrameOf<"ok"> | FrameOf<"no">> {
  return socket.find(
    (frame): frame is FrameOf<"ok"> | FrameOf<"no"> =>
      (frame.t === "ok" || frame.t === "no") && frame.id === id,
    from,
  );
}
