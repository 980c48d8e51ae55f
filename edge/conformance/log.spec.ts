import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import type { RoomKeys } from "#shared/crypto/mod.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import { check, line, ownServer } from "./line.ts";
import { makeFolder, type RelayServer, startRelayServer } from "./relay-server.ts";
import { orderlyEnd } from "./runtime.ts";
import {
  answerTo,
  createDevice,
  createRoom,
  freshId,
  joinFrame,
  joinRoom,
  openSocket,
} from "./room-client.ts";

/** Writers here are faster than people. */
const fast = { appendBurst: 10_000, appendsPerS: 10_000 };

let server: RelayServer;
beforeAll(async () => {
  server = await startRelayServer({ limits: fast });
});
afterAll(async () => {
  await server.end("SIGKILL");
});

const bodyOf = (text: string): string => Buffer.from(text).toString("base64url");

/** The whole log of a room, as a newcomer gets it; entries of the relay itself left out. */
async function readLog(of: RelayServer, room: RoomKeys): Promise<readonly RelayEntry[]> {
  const socket = await joinRoom(of, room);
  const entries = socket.received.flatMap((frame) => frame.t === "entries" ? frame.entries : []);
  socket.close();
  return entries;
}

const written = (entries: readonly RelayEntry[]): readonly RelayEntry[] =>
  entries.filter(({ from }) => from !== "relay");

function keptFolder(): string {
  const folder = makeFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "data");
}

describe("an id", () => {
  line("log: same id same body -> dup, same seq", async () => {
    const room = await createRoom();
    const socket = await joinRoom(server, room);
    const id = freshId();
    const first = await socket.append(id, bodyOf("one"));
    expect(first).toMatchObject({ t: "ok", seq: 1, dup: false });
    expect(await socket.append(id, bodyOf("one"))).toEqual({ ...first, dup: true });
    // Whoever sends it: healing offers entries of others.
    const other = await joinRoom(server, room);
    expect(await other.append(id, bodyOf("one"))).toEqual({ ...first, dup: true });
    expect(written(await readLog(server, room))).toHaveLength(1);
  });

  line("log: same id other body -> conflict", async () => {
    const room = await createRoom();
    const socket = await joinRoom(server, room);
    const id = freshId();
    await socket.append(id, bodyOf("one"));
    const refused = { t: "no", id, code: "conflict", retry: false };
    expect(await socket.append(id, bodyOf("two"))).toMatchObject(refused);
    expect(written(await readLog(server, room)).map(({ body }) => body)).toEqual([bodyOf("one")]);
  });
});

describe("who may write", () => {
  line("log: publish before join refused", async () => {
    const room = await createRoom();
    const socket = await openSocket(server, room.roomId);
    socket.send({ t: "append", id: freshId(), body: bodyOf("early") });
    socket.send(await joinFrame(server, socket, room));
    expect(await socket.closed).toBe(4502);
    expect(await readLog(server, room)).toEqual([]);
  });

  line("log: publish to a room not joined refused (Excalidraw's hole)", async () => {
    const [own, other] = [await createRoom(), await createRoom()];
    const victim = await joinRoom(server, other);
    const socket = await joinRoom(server, own);
    const id = freshId();
    const frame = { t: "append", id, body: bodyOf("x"), room: other.roomId };
    socket.sendText(JSON.stringify(frame));
    // A second join on the same socket moves nobody.
    socket.send(await joinFrame(server, socket, other));
    expect(written(await readLog(server, other))).toEqual([]);
    expect(victim.received.filter(({ t }) => t === "entries")).toEqual([]);
  });

  line("log: `from` in payload ignored", async () => {
    const room = await createRoom();
    const device = await createDevice();
    const socket = await joinRoom(server, room, { device });
    const forged = { from: "relay", seq: 999, ts: 1, epoch: "x", device: "A".repeat(22) };
    const frame = { t: "append", id: freshId(), body: bodyOf("x"), ...forged };
    socket.sendText(JSON.stringify(frame));
    await socket.append(freshId(), bodyOf("y"));
    for (const entry of await readLog(server, room)) {
      expect(entry.from).toBe(device.id);
      expect(entry.seq).toBeLessThan(3);
      expect(entry.ts).toBeGreaterThan(1);
    }
  });
});

describe("the order", () => {
  line("log: seq never skips, never repeats", async () => {
    const dataFolder = keptFolder();
    const room = await createRoom();
    let expected = 0;
    for (let round = 0; round < 2; round += 1) {
      const own = await ownServer({ dataFolder, limits: fast });
      const writers = await Promise.all([1, 2, 3].map(() => joinRoom(own, room)));
      const answers = await Promise.all(writers.map(async (writer) => {
        const ids = Array.from({ length: 50 }, freshId);
        const from = writer.received.length;
        for (const id of ids) writer.send({ t: "append", id, body: bodyOf(id) });
        return await Promise.all(ids.map((id) => answerTo(writer, id, from)));
      }));
      expect(answers.flat().every(({ t }) => t === "ok")).toBe(true);
      const entries = await readLog(own, room);
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
      expected += 150;
      expect(written(entries)).toHaveLength(expected);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
      // Each writer's entries keep the order in which it sent them.
      for (const batch of answers) {
        const seqs = batch.map((answer) => answer.t === "ok" ? answer.seq : 0);
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      }
      expect(await own.end(orderlyEnd.signal)).toBe(orderlyEnd.code);
    }
  });

  line("log: ack never precedes durability", async () => {
    const dataFolder = keptFolder();
    const room = await createRoom();
    const acknowledged = new Map<string, number>();
    let epoch: string | undefined;
    for (let round = 1; round <= 4; round += 1) {
      const own = await ownServer({ dataFolder, limits: fast });
      const writer = await joinRoom(own, room);
      expect(writer.joined.epoch).toBe(epoch ?? writer.joined.epoch);
      epoch = writer.joined.epoch;
      const from = writer.received.length;
      const ids = Array.from({ length: 300 }, freshId);
      for (const id of ids) writer.send({ t: "append", id, body: bodyOf(id.repeat(20)) });
      // The process dies amid its commits, at another point each round.
      await answerTo(writer, ids[round * 20] ?? "", from);
      await own.end("SIGKILL");
      await writer.closed;
      for (const frame of writer.received) {
        if (frame.t === "ok") acknowledged.set(frame.id, frame.seq);
      }
    }
    const own = await ownServer({ dataFolder, limits: fast });
    const entries = await readLog(own, room);
    const seqs = new Map(entries.map(({ id, seq }) => [id, seq]));
    expect(acknowledged.size).toBeGreaterThan(80);
    for (const [id, seq] of acknowledged) expect(seqs.get(id)).toBe(seq);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  });
});

describe("[RL74] a stop", () => {
  check("[RL74] tells every client to come back, keeps every entry and exits with 0", async () => {
    const dataFolder = keptFolder();
    const room = await createRoom();
    const own = await ownServer({ dataFolder, limits: fast });
    const [one, two, waiting] = [
      await joinRoom(own, room),
      await joinRoom(own, room),
      await openSocket(own),
    ];
    const id = freshId();
    expect((await one.append(id, bodyOf("kept"))).t).toBe("ok");
    expect(await own.end("SIGTERM")).toBe(0);
    expect(await Promise.all([one.closed, two.closed, waiting.closed])).toEqual([4001, 4001, 4001]);
    const again = await ownServer({ dataFolder });
    expect(written(await readLog(again, room)).map((entry) => entry.id)).toEqual([id]);
  });

  check("[RL71] the database holds no secret of the relay", async () => {
    const dataFolder = keptFolder();
    const own = await ownServer({ dataFolder });
    await (await joinRoom(own, await createRoom())).append(freshId(), bodyOf("x"));
    await own.end("SIGTERM");
    const secret = readFileSync(join(dataFolder, "relay.secret"));
    const database = readFileSync(join(dataFolder, "relay.db"));
    expect(secret).toHaveLength(32);
    expect(database.includes(secret)).toBe(false);
    expect(database.includes(secret.toString("base64url"))).toBe(false);
  });
});
