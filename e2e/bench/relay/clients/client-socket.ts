/**
 * The cheapest sockets of a client that Node has: bytes out as they are, bytes in by one buffer
 * that all sockets share. A benchmark's client must not be what is measured.
 */

import { connect, type Socket } from "node:net";
import { randomBytes } from "node:crypto";

export interface ClientSocket {
  write(bytes: Uint8Array): void;
  /** Ends it without a word. */
  cut(): void;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export interface ClientEvents {
  /** The bytes are the receiver's until it returns. */
  onBytes(bytes: Buffer): void;
  onEnd(): void;
}

const READ_BYTES = 64 * 1024;
const shared = Buffer.alloc(READ_BYTES);

/** Resolves when connected. */
export async function openTcp(port: number, events: ClientEvents): Promise<ClientSocket> {
  return await new Promise((resolve, reject) => {
    const socket: Socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: shared,
        callback(length) {
          events.onBytes(shared.subarray(0, length));
          return true;
        },
      },
    });
    socket.on("error", reject); // Later ones change nothing: "close" follows.
    socket.once("close", () => events.onEnd());
    socket.once("connect", () =>
      resolve({
        write: (bytes) => void socket.write(bytes),
        cut: () => void socket.destroy(),
        get bytesRead() {
          return socket.bytesRead;
        },
        get bytesWritten() {
          return socket.bytesWritten;
        },
      }));
  });
}

/** A client's frame around a text. Its mask is zero: as long as any other, and nothing to undo. */
export function clientFrame(payload: Uint8Array, opcode = 1): Buffer {
  const { length } = payload;
  const head = length < 126
    ? Buffer.from([0x80 | opcode, 0x80 | length])
    : Buffer.from([0x80 | opcode, 0x80 | 126, length >> 8, length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

/** Cuts a server's stream into its frames. Returns what is not whole yet, as its own copy. */
export function readFrames(
  bytes: Buffer,
  onFrame: (opcode: number, payload: Buffer) => void,
): Buffer | undefined {
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] ?? 0) & 127;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    if (bytes.length < start) break;
    const length = short < 126
      ? short
      : short === 126
      ? bytes.readUInt16BE(at + 2)
      : Number(bytes.readBigUInt64BE(at + 2));
    const end = start + length;
    if (bytes.length < end) break;
    onFrame((bytes[at] ?? 0) & 15, bytes.subarray(start, end));
    at = end;
  }
  return at === bytes.length ? undefined : Buffer.from(bytes.subarray(at));
}

export interface WebSocketEvents {
  /** The bytes are the receiver's until it returns; the first may come before the socket is. */
  onText(text: Buffer, socket: ClientSocket): void;
  onEnd(): void;
}

const PING_FRAME = 9;
const PONG_FRAME = 10;

/** Resolves when the server has taken the upgrade; rejects with its status line when it has not. */
export async function openWebSocket(
  { port, path }: { readonly port: number; readonly path: string },
  events: WebSocketEvents,
): Promise<ClientSocket> {
  let rest: Buffer | undefined;
  let isOpen = false;
  let onHead = (_refusal?: string): void => {};
  const onFrame = (opcode: number, payload: Buffer): void => {
    if (opcode === 1) events.onText(payload, socket);
    else if (opcode === PING_FRAME) socket.write(clientFrame(payload, PONG_FRAME));
  };
  const onBytes = (taken: Buffer): void => {
    let bytes = rest === undefined ? taken : Buffer.concat([rest, taken]);
    rest = undefined;
    if (!isOpen) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return void (rest = Buffer.from(bytes));
      const head = bytes.toString("latin1", 0, end);
      if (!head.startsWith("HTTP/1.1 101")) return onHead(head.split("\r\n")[0]);
      isOpen = true;
      bytes = bytes.subarray(end + 4);
      onHead();
    }
    rest = readFrames(bytes, onFrame);
  };
  const head = new Promise<void>((resolve, reject) => {
    onHead = (refusal) => refusal === undefined ? resolve() : reject(new Error(refusal));
  });
  head.catch(() => undefined); // Awaited below, once there is a socket.
  const socket = await openTcp(port, {
    onBytes,
    onEnd() {
      onHead("ended");
      events.onEnd();
    },
  });
  socket.write(Buffer.from([
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    "\r\n",
  ].join("\r\n")));
  await head;
  return socket;
}
