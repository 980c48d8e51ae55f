import { createServer } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { createVisitors, visitorLimits } from "../http/visitor-limits.ts";
import type { Wire, WireEvents } from "../relay/relay-types.ts";
import { attachRelaySockets } from "./relay-sockets.ts";

interface Accepted {
  readonly wire: Wire;
  readonly relayOrigin: string;
  /** What the relay heard: texts, and `isClean` of each end. */
  readonly heard: (string | boolean)[];
  readonly ended: Promise<boolean>;
}

/** A server whose relay only writes down what it hears. */
async function setup(onAccept: (accepted: Accepted) => Partial<WireEvents> = () => ({})) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const accepted: Accepted[] = [];
  const sockets = attachRelaySockets(server, {
    relay: {
      accept(wire, { relayOrigin }) {
        const heard: (string | boolean)[] = [];
        let end = (_isClean: boolean): void => {};
        const ended = new Promise<boolean>((resolve) => end = resolve);
        const entry = { wire, relayOrigin, heard, ended };
        accepted.push(entry);
        const more = onAccept(entry);
        return {
          onText(text) {
            heard.push(text);
            more.onText?.(text);
          },
          onEnd(isClean) {
            heard.push(isClean);
            end(isClean);
          },
        };
      },
    },
    origins: [`http://127.0.0.1:${port}`],
    visitors: createVisitors(visitorLimits),
    trustsProxy: false,
    frameBytesMax: 65_536,
    now: () => 0,
  });
  onTestFinished(async () => {
    await sockets.close(0);
    server.close();
  });
  const open = async (): Promise<{ socket: WebSocket; closed: Promise<number> }> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/relay`);
    const closed = new Promise<number>((resolve) => socket.on("close", resolve));
    await new Promise((resolve) => socket.once("open", resolve));
    return { socket, closed };
  };
  return { open, accepted, sockets, port, server };
}

test("[RL69] texts arrive in order, the end once, and both only while the socket lives", async () => {
  const { open, accepted, port } = await setup();
  const { socket } = await open();
  const texts = Array.from({ length: 500 }, (_, index) => `${index}`);
  for (const text of texts) socket.send(text);
  socket.close(1000);
  expect(await accepted[0]?.ended).toBe(true);
  expect(accepted[0]?.heard).toEqual([...texts, true]);
  expect(accepted[0]?.relayOrigin).toBe(`http://127.0.0.1:${port}`);
  accepted[0]?.wire.send("too late");
  accepted[0]?.wire.close(4000, "too late");
});

test("[RL69] a client reads every text as it was sent, and then the end", async () => {
  const { open, accepted } = await setup();
  const { socket, closed } = await open();
  const got: string[] = [];
  socket.on("message", (data: Buffer) => got.push(data.toString("utf8")));
  const texts = [
    "",
    "héllo 👋".repeat(30),
    ...[125, 126, 65_535, 65_536].map((n) => "x".repeat(n)),
  ];
  for (const text of texts) accepted[0]?.wire.send(text);
  accepted[0]?.wire.close(4001, "restarting");
  expect(await closed).toBe(4001);
  expect(got).toEqual(texts);
});

test("[RL69] after the relay closed a socket it hears no more text, only the end", async () => {
  const { open, accepted } = await setup(({ wire }) => ({
    onText: () => wire.close(4500, "enough"),
  }));
  const { socket, closed } = await open();
  for (const text of ["one", "two", "three"]) socket.send(text);
  expect(await closed).toBe(4500);
  expect(await accepted[0]?.ended).toBe(false);
  expect(accepted[0]?.heard).toEqual(["one", false]);
});

test("[RL69] who asks and leaves in one packet gets no answer behind the end", async () => {
  const { accepted, port, server } = await setup(({ wire }) => ({
    onText: () => wire.send("answer"),
  }));
  const problems: string[] = [];
  server.on("connection", (one) => one.on("error", ({ message }) => problems.push(message)));
  const socket = connect(port, "127.0.0.1");
  const got: Buffer[] = [];
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const upgraded = new Promise<void>((resolve) => socket.once("data", () => resolve()));
  socket.write([
    "GET /relay HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
    "\r\n",
  ].join("\r\n"));
  await upgraded;
  socket.on("data", (bytes: Buffer) => got.push(bytes));
  const mask = [0, 0, 0, 0];
  const close = [0x03, 0xe8]; // 1000
  socket.write(Buffer.from([0x81, 0x81, ...mask, 0x61, 0x88, 0x82, ...mask, ...close]));
  await ended;
  expect(await accepted[0]?.ended).toBe(true);
  expect([...Buffer.concat(got)]).toEqual([0x88, 0x02, ...close]);
  expect([accepted[0]?.heard, problems]).toEqual([["a", true], []]);
});

test("[RL69] a binary message ends its socket and is not heard", async () => {
  const { open, accepted } = await setup();
  const { socket, closed } = await open();
  socket.send(Buffer.from("one"));
  socket.send("two");
  expect(await closed).toBe(4500);
  expect(await accepted[0]?.ended).toBe(false);
  expect(accepted[0]?.heard).toEqual([false]);
});

test.each([[1000, true], [1001, true], [4999, false], [undefined, false]])(
  "[RL69] an end with %s is clean: %s",
  async (code, isClean) => {
    const { open, accepted } = await setup();
    const { socket } = await open();
    if (code === undefined) socket.terminate();
    else socket.close(code);
    expect(await accepted[0]?.ended).toBe(isClean);
  },
);

test("[RL70] a reader that stopped is ended before what it is owed grows large", async () => {
  const { open, accepted } = await setup();
  const { socket } = await open();
  socket.pause();
  const wire = accepted[0]?.wire;
  const text = "x".repeat(2 ** 20);
  let peak = 0;
  for (let sent = 0; sent < 64; sent += 1) {
    wire?.send(text);
    peak = Math.max(peak, wire?.bufferedBytes() ?? 0);
  }
  expect(await accepted[0]?.ended).toBe(false);
  expect(peak).toBeLessThan(6 * 2 ** 20);
});

test("[RL74] closing ends what is open and takes no more", async () => {
  const { open, sockets, port } = await setup();
  const { closed } = await open();
  await sockets.close(0);
  expect(await closed).toBe(1006);
  const late = new WebSocket(`ws://127.0.0.1:${port}/relay`);
  const problem = await new Promise<Error>((resolve) => late.once("error", resolve));
  expect(problem.message).toContain("503");
});
