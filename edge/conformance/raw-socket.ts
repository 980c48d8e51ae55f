/**
 * A web socket client that does what a good one never would: any header, any bit, any pace.
 *
 * Owns one TCP connection; knows just enough of RFC 6455 to read what the server answers.
 */

import { connect, type Socket } from "node:net";
import type { RelayServer } from "./relay-server.ts";
import { socketPath } from "./runtime.ts";

export interface ServerMessage {
  readonly opcode: number;
  readonly payload: Buffer;
}

export interface RawSocket {
  /** Of the HTTP answer; 0 when the server hung up without one. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Body of a refusal. */
  readonly body: string;
  /** Resolves when the bytes are handed over or the connection is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** The next frame that is no pong, undefined when the connection ends first. */
  next(): Promise<ServerMessage | undefined>;
  /** The code of the server's close frame; undefined when it hung up without one. */
  closeCode(): Promise<number | undefined>;
  isGone(): boolean;
  /** From now on the server's bytes stay in the system's buffers. */
  stopReading(): void;
  destroy(): void;
}

export interface Handshake {
  readonly path?: string;
  readonly method?: string;
  /** Undefined removes a header that stands there by default. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

export interface FrameShape {
  readonly opcode: number;
  readonly payload: Uint8Array | string;
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
}

/** Bytes of one frame. The mask is zero, so the payload goes as it is. */
export function frame(shape: FrameShape): Buffer {
  const payload = Buffer.from(shape.payload as string);
  const { length } = payload;
  const first = (shape.isFinal === false ? 0 : 0x80) | ((shape.reserved ?? 0) << 4) | shape.opcode;
  const mask = shape.isMasked === false ? 0 : 0x80;
  const size = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  size[0] = first;
  if (length < 126) size[1] = mask | length;
  else if (length < 65_536) {
    size[1] = mask | 126;
    size.writeUInt16BE(length, 2);
  } else {
    size[1] = mask | 127;
    size.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([size, Buffer.alloc(mask === 0 ? 0 : 4), payload]);
}

/** Opens a connection and sends the handshake; resolves with the server's answer. */
export async function openRaw(server: RelayServer, handshake: Handshake = {}): Promise<RawSocket> {
  const headers: Record<string, string | undefined> = {
    Host: `127.0.0.1:${server.port}`,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...handshake.headers,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`]
  );
  const start = `${handshake.method ?? "GET"} ${handshake.path ?? socketPath()} HTTP/1.1`;
  const socket = connect(server.port, "127.0.0.1");
  socket.setNoDelay(true);
  socket.write([start, ...lines, "", ""].join("\r\n"));
  return await readAnswer(createReader(socket), socket);
}

interface Reader {
  /** Takes what `take` finds at the front; undefined when the connection ended before. */
  read<T>(
    take: (bytes: Buffer) => { value: T; length: number } | undefined,
  ): Promise<T | undefined>;
  isGone(): boolean;
}

function createReader(socket: Socket): Reader {
  let bytes = Buffer.alloc(0);
  let isGone = false;
  let onChange = (): void => {};
  socket.on("data", (data: Buffer) => {
    bytes = Buffer.concat([bytes, data]);
    onChange();
  });
  socket.on("error", () => {}); // A reset is an end like any other; "close" follows.
  socket.on("close", () => {
    isGone = true;
    onChange();
  });
  socket.on("end", () => socket.end());
  return {
    isGone: () => isGone,
    async read(take) {
      for (;;) {
        const found = take(bytes);
        if (found !== undefined) {
          bytes = bytes.subarray(found.length);
          return found.value;
        }
        if (isGone) return undefined;
        await new Promise<void>((resolve) => onChange = resolve);
      }
    },
  };
}

async function readAnswer(reader: Reader, socket: Socket): Promise<RawSocket> {
  const head = await reader.read((bytes) => {
    const end = bytes.indexOf("\r\n\r\n");
    return end < 0 ? undefined : { value: bytes.toString("latin1", 0, end), length: end + 4 };
  }) ?? "";
  const [start = "", ...lines] = head.split("\r\n");
  const headers = new Map(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  }));
  const status = Number(start.split(" ")[1] ?? 0);
  const bodyBytes = status === 101 ? 0 : Number(headers.get("content-length") ?? 0);
  const body =
    await reader.read((bytes) =>
      bytes.length < bodyBytes
        ? undefined
        : { value: bytes.toString("utf8", 0, bodyBytes), length: bodyBytes }
    ) ?? "";
  const next = (): Promise<ServerMessage | undefined> => reader.read(takeFrame);
  return {
    status,
    headers,
    body,
    next,
    isGone: reader.isGone,
    write: (bytes) =>
      new Promise((resolve) => {
        if (reader.isGone() || socket.destroyed || !socket.writable) return resolve();
        const finish = (): void => {
          socket.removeListener("close", finish);
          resolve();
        };
        socket.once("close", finish);
        socket.write(bytes, finish);
      }),
    async closeCode() {
      for (;;) {
        const message = await next();
        if (message === undefined) return undefined;
        if (message.opcode === opcodes.close) {
          return message.payload.length >= 2 ? message.payload.readUInt16BE(0) : 1005;
        }
      }
    },
    stopReading: () => void socket.pause(),
    destroy: () => void socket.destroy(),
  };
}

/** The server neither masks nor fragments; pongs are skipped by the caller's own choice. */
function takeFrame(bytes: Buffer): { value: ServerMessage; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < headBytes) return undefined;
  const size = short < 126
    ? short
    : short === 126
    ? bytes.readUInt16BE(2)
    : Number(bytes.readBigUInt64BE(2));
  const length = headBytes + size;
  if (bytes.length < length) return undefined;
  const opcode = (bytes[0] ?? 0) & 0x0f;
  return { value: { opcode, payload: Buffer.from(bytes.subarray(headBytes, length)) }, length };
}
