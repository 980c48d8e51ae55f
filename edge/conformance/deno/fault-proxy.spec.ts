import { connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy.ts";

interface Heard {
  readonly socket: Socket;
  bytes: Buffer;
  end: "none" | "end" | "error";
}

const listen = (socket: Socket): Heard => {
  const heard: Heard = { socket, bytes: Buffer.alloc(0), end: "none" };
  socket.on("data", (data: Buffer) => heard.bytes = Buffer.concat([heard.bytes, data]));
  socket.on("end", () => heard.end = "end");
  socket.on("error", () => heard.end = "error");
  return heard;
};

/** A client and a server at the ends of the proxy. */
async function ends(): Promise<{ proxy: FaultProxy; client: Heard; server: Heard }> {
  const random = new SeededRandom("proxy");
  const proxy = await startFaultProxy(() => random.next());
  onTestFinished(() => proxy.close());
  const listener = createServer();
  onTestFinished(() => void listener.close());
  const accepted = new Promise<Heard>((resolve) =>
    listener.on("connection", (socket) => resolve(listen(socket)))
  );
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  proxy.targetPort = (listener.address() as { port: number }).port;
  const client = listen(connect(proxy.port, "127.0.0.1"));
  onTestFinished(() => void client.socket.destroy());
  return { proxy, client, server: await accepted };
}

const bytesOf = (count: number): Buffer => Buffer.from(Array.from({ length: count }, (_, n) => n));

test("[TO18] late, slow and in slices everything comes as it was, in order", async () => {
  const { proxy, client, server } = await ends();
  proxy.setFaults({ delayMs: 5, jitterMs: 20, bytesPerS: 100_000, sliceBytesMax: 7 });
  const sent = bytesOf(20_000);
  for (let at = 0; at < sent.length; at += 1_000) {
    server.socket.write(sent.subarray(at, at + 1_000));
  }
  const beganMs = performance.now();
  client.socket.write("up");
  await expect.poll(() => client.bytes.length, { timeout: 15_000 }).toBe(sent.length);
  expect(client.bytes.equals(sent)).toBe(true);
  // 20,000 bytes at 100,000 a second.
  expect(performance.now() - beganMs).toBeGreaterThan(190);
  expect(server.bytes.toString()).toBe("up");
});

test("[TO18] half-open: nothing passes and nobody is told", async () => {
  const { proxy, client, server } = await ends();
  client.socket.write("before");
  await expect.poll(() => server.bytes.toString()).toBe("before");
  proxy.freeze();
  client.socket.end("after");
  // A second connection shows that the proxy itself goes on.
  const other = listen(connect(proxy.port, "127.0.0.1"));
  onTestFinished(() => void other.socket.destroy());
  await expect.poll(() => proxy.facts().opened).toBe(2);
  expect([server.bytes.toString(), server.end, client.end]).toEqual(["before", "none", "none"]);
  expect(proxy.facts().broken).toBe(1);
});

test("[TO18] a reset ends both sides, and who comes to a closed proxy is reset too", async () => {
  const { proxy, client, server } = await ends();
  proxy.reset();
  await expect.poll(() => [client.end, server.end]).toEqual(["error", "error"]);
  proxy.isClosed = true;
  const late = listen(connect(proxy.port, "127.0.0.1"));
  await expect.poll(() => late.end).toBe("error");
});

test("[TO18] a connection is cut behind so many bytes, which come through", async () => {
  const { proxy, client, server } = await ends();
  proxy.setFaults({ cutAfterBytes: 1_500 });
  const sent = bytesOf(4_000);
  client.socket.write(sent); // Of the client it takes any number.
  await expect.poll(() => server.bytes.length).toBe(4_000);
  for (let at = 0; at < sent.length; at += 1_000) {
    server.socket.write(sent.subarray(at, at + 1_000));
  }
  await expect.poll(() => client.end).not.toBe("none");
  expect(client.bytes.equals(sent.subarray(0, client.bytes.length))).toBe(true);
  expect(client.bytes.length).toBeLessThanOrEqual(1_500);
  expect(proxy.facts().broken).toBe(1);
});

test("[TO18] told to cut behind fewer bytes than came already, it lets none more through", async () => {
  const { proxy, client, server } = await ends();
  const sent = bytesOf(3_000);
  server.socket.write(sent.subarray(0, 2_000));
  await expect.poll(() => client.bytes.length).toBe(2_000);
  proxy.setFaults({ cutAfterBytes: 1_500 });
  server.socket.write(sent.subarray(2_000));
  await expect.poll(() => client.end).not.toBe("none");
  expect(client.bytes.equals(sent.subarray(0, client.bytes.length))).toBe(true);
  expect(client.bytes.length).toBeLessThanOrEqual(2_000);
  expect(proxy.facts().broken).toBe(1);
});

test("[TO18] of the target's bytes runs are overwritten, and counted", async () => {
  const { proxy, client, server } = await ends();
  proxy.setFaults({ corruptEveryBytes: 100 });
  server.socket.write(Buffer.alloc(350));
  client.socket.write(Buffer.alloc(350));
  await expect.poll(() => [client.bytes.length, server.bytes.length]).toEqual([350, 350]);
  const wrong = [...client.bytes.entries()].filter(([, byte]) => byte !== 0).map(([at]) => at);
  expect(wrong).toEqual(
    [100, 200, 300].flatMap((at) => Array.from({ length: 8 }, (_, n) => at + n)),
  );
  expect(server.bytes.every((byte) => byte === 0)).toBe(true);
  expect(proxy.facts().bytesCorrupted).toBe(24);
});
