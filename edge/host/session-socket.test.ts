import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { type BoundedQueue, createBoundedQueue, toEpochMs } from "#shared/base/mod.ts";
import {
  applyEvent,
  type Attachment,
  type NumberedEvent,
  type SessionReply,
  type SessionRequest,
  type SessionSnapshot,
} from "#shared/session/mod.ts";
import type { HostedSessions } from "./session-connection.ts";
import { openSessionSocket } from "./session-socket.ts";
import { type SessionSocketLimits, sessionSocketLimits } from "./session-socket-limits.ts";
import { openSessionToken } from "./session-token.ts";
import { SESSION_PROTOCOL } from "./session-upgrade.ts";

const TOKEN = "a".repeat(64);
const OF = { roomId: "rm_1", session: "ada" };

/** One session whose log is what the test says; keeps `eventsMax` events for who is slow. */
class ScriptedSessions implements HostedSessions {
  snapshot: SessionSnapshot = emptySnapshot();
  readonly eventsMax: number;
  readonly #attached = new Set<BoundedQueue<NumberedEvent>>();
  readonly handled: SessionRequest[] = [];
  /** Replies wait for this; settled unless a test says otherwise. */
  replying: Promise<void> = Promise.resolve();

  constructor(eventsMax = 10_000) {
    this.eventsMax = eventsMax;
  }

  get attachedCount(): number {
    return this.#attached.size;
  }

  note(text: string): void {
    const { head, revision } = this.snapshot;
    const body = { kind: "note", noteId: `n${head}`, from: "person", text } as const;
    const entry = { index: head, at: toEpochMs(head), body };
    const event: NumberedEvent = { revision: revision + 1, event: { kind: "entry", entry } };
    const applied = applyEvent(this.snapshot, event);
    if (!applied.ok) throw new Error("The script leaves a gap");
    this.snapshot = applied.value;
    for (const queue of this.#attached) {
      if (queue.push(event).kind === "added") continue;
      // As the session's own log does: everything it had is replaced by one snapshot.
      while (queue.tryTake() !== undefined);
      queue.push({ revision: revision + 1, event: { kind: "resync", snapshot: this.snapshot } });
    }
  }

  attach(_roomId: string, session: string): Attachment | undefined {
    if (session !== OF.session) return undefined;
    const queue = createBoundedQueue<NumberedEvent>({
      itemsMax: this.eventsMax,
      whenFull: "refuse",
    });
    this.#attached.add(queue);
    const closing = new AbortController();
    return {
      snapshot: this.snapshot,
      events: take(queue, closing.signal),
      [Symbol.dispose]: () => {
        this.#attached.delete(queue);
        closing.abort("disposed");
      },
    };
  }

  async handle(request: SessionRequest): Promise<SessionReply> {
    this.handled.push(request);
    await this.replying;
    return { requestId: request.requestId, ok: true, answer: { kind: "done" } };
  }
}

async function* take(
  queue: BoundedQueue<NumberedEvent>,
  signal: AbortSignal,
): AsyncGenerator<NumberedEvent> {
  while (true) yield await queue.take(signal);
}

function emptySnapshot(): SessionSnapshot {
  return {
    revision: 0,
    greeting: {
      session: OF.session,
      name: "Ada",
      parent: undefined,
      modelId: undefined,
      lane: undefined,
      contextTokens: 512,
      tools: [],
    },
    status: { phase: "idle", revision: 0 },
    first: 0,
    head: 0,
    entries: [],
    inFlight: [],
    inputs: [],
    memory: [],
    rules: [],
    asks: [],
    alerts: [],
    alertsDropped: 0,
  };
}

/** A frame as the client reads it. */
type Frame = Readonly<Record<string, unknown>> & {
  readonly snapshot?: SessionSnapshot;
  readonly event?: NumberedEvent;
  readonly reply?: SessionReply;
};

interface Client {
  readonly socket: WebSocket;
  readonly frames: Frame[];
  readonly closed: Promise<number>;
  send(frame: unknown): void;
  /** Waits for a frame that `is` is true of, from the first on. */
  waitFor(is: (frame: Frame) => boolean): Promise<Frame>;
}

async function setup(
  options: { limits?: Partial<SessionSocketLimits>; sessions?: ScriptedSessions } = {},
) {
  const sessions = options.sessions ?? new ScriptedSessions();
  const defects: unknown[] = [];
  const opened = await openSessionSocket({
    sessions,
    token: TOKEN,
    host: "127.0.0.1",
    port: 0,
    origins: ["http://localhost:5173"],
    limits: { ...sessionSocketLimits, ...options.limits },
    onDefect: (error) => defects.push(error),
  });
  if (!opened.ok) throw new Error(opened.error.code);
  const socket = opened.value;
  onTestFinished(async () => {
    await socket.close();
    expect(defects).toEqual([]);
  });
  const url = `ws://127.0.0.1:${socket.port}/sessions`;
  const headers = { authorization: `Bearer ${TOKEN}` };
  const connect = async (): Promise<Client> => await clientOf(new WebSocket(url, { headers }));
  return { sessions, socket, url, headers, connect };
}

async function clientOf(socket: WebSocket): Promise<Client> {
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data) => {
    frames.push(JSON.parse((data as Buffer).toString("utf8")) as Frame);
    for (const wake of [...waiting]) wake();
  });
  socket.on("error", () => undefined);
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  onTestFinished(() => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return {
    socket,
    frames,
    closed,
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    waitFor: (is) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = frames.find(is);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** How a connection that is refused was refused: its HTTP status. */
function refusedStatus(url: string, protocols: string[], headers: Record<string, string>) {
  const socket = new WebSocket(url, protocols, { headers });
  return new Promise<number>((resolve) => {
    socket.once("unexpected-response", (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("error", () => undefined);
  });
}

const request = (requestId: string) => ({ requestId, ...OF, call: { method: "pause" } });

/** The texts of a session as one client has them: its snapshot and what came behind it. */
function textsOf(frames: readonly Frame[]): readonly string[] {
  const first = frames.find(({ snapshot }) => snapshot !== undefined)?.snapshot;
  if (first === undefined) throw new Error("No snapshot came");
  const last = frames.reduce((snapshot, { event }) => {
    if (event === undefined) return snapshot;
    const applied = applyEvent(snapshot, event);
    if (!applied.ok) throw new Error("A gap came");
    return applied.value;
  }, first);
  return last.entries.flatMap(({ body }) => body.kind === "note" ? [body.text] : []);
}

test("[HO54] what was and what comes reach a program without gap or overlap", async () => {
  const { sessions, connect } = await setup();
  for (let index = 0; index < 20; index++) sessions.note(`before ${index}`);
  const client = await connect();
  client.send({ attach: OF });
  const first = await client.waitFor(({ snapshot }) => snapshot !== undefined);
  expect(first["of"]).toEqual(OF);
  for (let index = 0; index < 300; index++) sessions.note(`after ${index}`);
  await client.waitFor(({ event }) => event?.revision === 320);
  const revisions = client.frames.flatMap(({ event }) => event?.revision ?? []);
  expect(revisions).toEqual(Array.from({ length: 300 }, (_, index) => index + 21));
  // A snapshot keeps the newest 200 entries; the last of them are those that came last.
  const told = Array.from({ length: 200 }, (_, index) => `after ${index + 100}`);
  expect(textsOf(client.frames)).toEqual(told);
  client.send({ detach: OF });
  client.send({ detach: OF });
  await client.waitFor(({ error }) => error !== undefined);
  expect(client.frames.at(-1)).toEqual({ error: { kind: "not-attached", session: "ada" } });
  expect(sessions.attachedCount).toBe(0);
});

test("[HO54] a program that stops reading is owed little and catches up by a resync", async () => {
  const sessions = new ScriptedSessions(50);
  const { connect } = await setup({ sessions });
  const client = await connect();
  client.send({ attach: OF });
  await client.waitFor(({ snapshot }) => snapshot !== undefined);
  client.socket.pause();
  const text = "x".repeat(16 * 1024);
  // Let the loop send what it would: far more than sockets and buffers hold.
  for (let index = 0; index < 3_000; index++) {
    sessions.note(`${index} ${text}`.slice(0, index % 10 === 0 ? 16_384 : 8));
    if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  client.socket.resume();
  await client.waitFor(({ event }) =>
    event?.revision === 3_000 || event?.event.kind === "resync" && event.revision === 3_000
  );
  const resyncs = client.frames.filter(({ event }) => event?.event.kind === "resync");
  expect(resyncs.length).toBeGreaterThan(0);
  expect(client.frames.length).toBeLessThan(2_900);
  const texts = textsOf(client.frames);
  expect(texts).toHaveLength(200);
  expect(texts.map((told) => Number.parseInt(told, 10))).toEqual(
    Array.from({ length: 200 }, (_, index) => index + 2_800),
  );
});

test("[HO54] each request has its reply, and too many at once are refused by name", async () => {
  const { sessions, connect } = await setup({ limits: { requestsMax: 3 } });
  let go = (): void => undefined;
  sessions.replying = new Promise((resolve) => go = resolve);
  const client = await connect();
  for (const id of ["r1", "r2", "r3", "r4"]) client.send(request(id));
  const refused = await client.waitFor(({ reply }) => reply?.requestId === "r4");
  expect(refused.reply).toMatchObject({ error: { kind: "too-many-requests", requestsMax: 3 } });
  go();
  for (const id of ["r1", "r2", "r3"]) {
    const { reply } = await client.waitFor((frame) => frame.reply?.requestId === id);
    expect(reply).toEqual({ requestId: id, ok: true, answer: { kind: "done" } });
  }
  client.send(request("r5"));
  await client.waitFor(({ reply }) => reply?.requestId === "r5" && reply.ok);
  expect(sessions.handled.map(({ requestId }) => requestId)).toEqual(["r1", "r2", "r3", "r5"]);
});

test("[HO54] more sessions than attachmentsMax, and unknown ones, are refused by name", async () => {
  const { connect } = await setup({ limits: { attachmentsMax: 2 } });
  const client = await connect();
  for (const roomId of ["a", "b", "b"]) client.send({ attach: { ...OF, roomId } });
  client.send({ attach: { ...OF, roomId: "c" } });
  await client.waitFor(({ error }) => error !== undefined);
  expect(client.frames.at(-1)).toEqual({
    error: { kind: "too-many-attachments", attachmentsMax: 2 },
  });
  client.send({ detach: { ...OF, roomId: "a" } });
  client.send({ attach: { ...OF, session: "nobody" } });
  await client.waitFor(({ error }) => (error as { kind: string })?.kind === "session-unknown");
});

test.each<[string, unknown, unknown]>([
  ["not JSON", "{", { kind: "frame-malformed", detail: "not JSON" }],
  ["not an object", "[]", { kind: "frame-malformed", detail: "not an object" }],
  ["an attach to nothing", { attach: 5 }, { kind: "frame-malformed", detail: "attach" }],
  ["an id that is none", { detach: { roomId: "", session: "ada" } }, {
    kind: "frame-malformed",
    detail: "detach",
  }],
  ["no text", Buffer.from("x"), { kind: "frame-malformed", detail: "not a text" }],
])("[HO53] %s is answered with its error, and the connection stays", async (_what, sent, error) => {
  const { connect } = await setup();
  const client = await connect();
  if (Buffer.isBuffer(sent)) client.socket.send(sent);
  else client.send(sent);
  await client.waitFor((frame) => frame["error"] !== undefined);
  expect(client.frames).toEqual([{ error }]);
  client.send(request("r1"));
  await client.waitFor(({ reply }) => reply?.ok === true);
});

test("[HO53] a request that is none is answered with the refusal of its field", async () => {
  const { sessions, connect } = await setup();
  const client = await connect();
  client.send({ ...request("r1"), call: 5 });
  await client.waitFor(({ reply }) => reply !== undefined);
  expect(client.frames[0]?.reply).toMatchObject({ ok: false });
  expect(sessions.handled).toEqual([]);
});

test.each<[string, string, string[], Record<string, string>, number]>([
  ["no token", "", [], {}, 401],
  ["a wrong token", "", [], { authorization: `Bearer ${"b".repeat(64)}` }, 401],
  ["a shorter token", "", [], { authorization: "Bearer a" }, 401],
  ["a token in the address", `?token=${TOKEN}`, [], {}, 404],
  ["another address", "/other", [], { authorization: `Bearer ${TOKEN}` }, 404],
  ["a page of elsewhere", "", [], {
    authorization: `Bearer ${TOKEN}`,
    origin: "https://evil.example",
  }, 403],
  ["a page without an origin", "", [], {
    authorization: `Bearer ${TOKEN}`,
    origin: "null",
  }, 403],
  ["a name that was bent to this machine", "", [], {
    authorization: `Bearer ${TOKEN}`,
    host: "evil.example",
  }, 403],
  ["a page that is allowed", "", [SESSION_PROTOCOL, `conclave.token.${TOKEN}`], {
    origin: "http://localhost:5173",
  }, 101],
  ["the token as a subprotocol, and wrong", "", [SESSION_PROTOCOL, "conclave.token.bb"], {}, 401],
])("[HO52] %s", async (_who, address, protocols, headers, status) => {
  const { url } = await setup();
  expect(await refusedStatus(`${url}${address}`, protocols, headers)).toBe(status);
});

test("[HO52] the token is not sent back among the subprotocols", async () => {
  const { url } = await setup();
  const socket = new WebSocket(url, [`conclave.token.${TOKEN}`, SESSION_PROTOCOL]);
  const client = await clientOf(socket);
  expect(client.socket.protocol).toBe(SESSION_PROTOCOL);
});

test("[HO50] a frame over the limit ends its connection and no other", async () => {
  const { connect } = await setup({ limits: { frameBytesMax: 1_024 } });
  const [large, small] = [await connect(), await connect()];
  large.send("x".repeat(1_025));
  expect(await large.closed).toBe(1009);
  small.send(request("r1"));
  await small.waitFor(({ reply }) => reply?.ok === true);
});

test("[HO50] more connections than connectionsMax are refused until one ends", async () => {
  const { connect, url, headers } = await setup({ limits: { connectionsMax: 2 } });
  const [one] = [await connect(), await connect()];
  expect(await refusedStatus(url, [], headers)).toBe(503);
  one.socket.close();
  await one.closed;
  await connect();
});

test("[HO50] closing lets go of every session, also of one whose program does not answer", async () => {
  const { sessions, socket, connect } = await setup({ limits: { closeMsMax: 50 } });
  const [polite, silent] = [await connect(), await connect()];
  for (const client of [polite, silent]) {
    client.send({ attach: OF });
    await client.waitFor(({ snapshot }) => snapshot !== undefined);
  }
  silent.socket.pause();
  await socket.close();
  expect(await polite.closed).toBe(1001);
  expect(sessions.attachedCount).toBe(0);
  await expect(connect()).rejects.toThrow();
});

test("[HO50] it listens on the loopback address alone", async () => {
  const { socket } = await setup();
  const taken = await openSessionSocket({
    sessions: new ScriptedSessions(),
    token: TOKEN,
    host: "127.0.0.1",
    port: socket.port,
    origins: [],
    limits: sessionSocketLimits,
    onDefect: () => undefined,
  });
  expect(taken).toEqual({ ok: false, error: { kind: "listen-failed", code: "EADDRINUSE" } });
  const other = new WebSocket(`ws://127.0.0.2:${socket.port}/sessions`);
  const code = await new Promise((resolve) =>
    other.once("error", (error: Error & { readonly code?: string }) => resolve(error.code))
  );
  // 127.0.0.2 is this machine too; a socket on every address would answer there.
  expect(["ECONNREFUSED", "EADDRNOTAVAIL"]).toContain(code);
});

test.skipIf(process.platform === "win32")(
  "[HO51] the token is made once, for its user alone, and one that others read is refused",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "conclave-token-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "session.token");
    let drawn = 0;
    const random = (count: number) => new Uint8Array(count).fill(drawn += 1);
    const first = openSessionToken(path, random);
    expect(first).toEqual({ ok: true, value: "01".repeat(32) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(openSessionToken(path, random)).toEqual(first);
    chmodSync(path, 0o640);
    expect(openSessionToken(path, random)).toMatchObject({
      error: expect.stringContaining("other users may read it"),
    });
    chmodSync(path, 0o600);
    writeFileSync(path, "short\n");
    expect(openSessionToken(path, random)).toMatchObject({
      error: expect.stringContaining("holds no token"),
    });
    expect(openSessionToken(join(folder, "none", "session.token"), random).ok).toBe(false);
  },
);
