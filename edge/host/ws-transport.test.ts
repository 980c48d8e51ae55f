import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { SocketEnd } from "#shared/ports/mod.ts";
import { createWsTransport } from "./ws-transport.ts";

const never = new AbortController().signal;
const transport = createWsTransport({ frameBytesMax: 1_000 });

/** A server, what it does with a socket, and what a client of it hears. */
async function listen(serve: (socket: WebSocket) => void) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  server.on("connection", serve);
  await once(server, "listening");
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function listener() {
  const [texts, ends]: [string[], SocketEnd[]] = [[], []];
  let tell = (): void => undefined;
  const ended = new Promise<void>((resolve) => tell = resolve);
  const onText = (text: string): void => void texts.push(text);
  const onEnd = (end: SocketEnd): void => {
    ends.push(end);
    tell();
  };
  return { texts, ends, ended, events: { onText, onEnd } };
}

test("[SY86] texts come and go in order, and an end is told once", async () => {
  const url = await listen((socket) => {
    socket.on("message", (data: Buffer) => {
      socket.send(`echo ${data.toString()}`);
      if (data.toString() === "b") socket.close(4_005, "idle");
    });
  });
  const { texts, ends, ended, events } = listener();
  const socket = await transport.connect(url, events, never);
  socket.send("a");
  socket.send("b");
  await ended;
  socket.send("c");
  socket.close(1_000, "late");
  expect(texts).toEqual(["echo a", "echo b"]);
  expect(ends).toEqual([{ code: 4_005, reason: "idle" }]);
});

test("[SY86] a server that is not there rejects, and is told as an end", async () => {
  const { ends, events } = listener();
  await expect(transport.connect("ws://127.0.0.1:1", events, never)).rejects.toThrow("1006");
  expect(ends).toMatchObject([{ code: 1_006 }]);
});

test("[SY87] a binary message, or one over the limit, ends the socket", async () => {
  for (const [message, code] of [[new Uint8Array(3), 4_500], ["x".repeat(1_001), 1_006]] as const) {
    const url = await listen((socket) => socket.send(message));
    const { texts, ends, ended, events } = listener();
    await transport.connect(url, events, never);
    await ended;
    expect([texts, ends.length, ends[0]?.code]).toEqual([[], 1, code]);
  }
});

test("[SY88] aborting ends a socket that is still opening, not one that is open", async () => {
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  onTestFinished(() => void silent.close());
  await once(silent, "listening");
  const { ends, events } = listener();
  const control = new AbortController();
  const address = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const opening = transport.connect(address, events, control.signal);
  control.abort("gave up");
  await expect(opening).rejects.toBe("gave up");
  expect(ends).toHaveLength(1);
  const late = listener();
  const refused = transport.connect(address, late.events, control.signal);
  await expect(refused).rejects.toBe("gave up");
  let onServerEnd = (): void => undefined;
  const serverEnd = new Promise<void>((resolve) => onServerEnd = resolve);
  const echo = await listen((server) => void server.on("close", () => onServerEnd()));
  const open = listener();
  const life = new AbortController();
  const socket = await transport.connect(echo, open.events, life.signal);
  life.abort("not its business");
  expect(open.ends).toEqual([]);
  socket.close(1_000, "done");
  await serverEnd;
  // By the time another connection is open, what the first one's end brings has come.
  (await transport.connect(echo, listener().events, never)).close(1_000, "done");
  expect(open.ends).toEqual([{ code: 1_000, reason: "done" }]);
});
