/** Two servers on one Redis, each reached by its own address, and what becomes of one that dies. */

import { describe, expect, onTestFinished, test } from "vitest";
import type { RoomKeys } from "#shared/crypto/mod.ts";
import type { RelayEntry, ServerFrame } from "#shared/protocol/mod.ts";
import { type RelayPair, type RelayServer, startPair } from "../relay-server.ts";
import {
  answerTo,
  createDevice,
  createRoom,
  type Device,
  freshId,
  type JoinedSocket,
  joinRoom,
} from "../room-client.ts";

const fast = { appendBurst: 10_000, appendsPerS: 10_000 };
const bodyOf = (text: string): string => Buffer.from(text).toString("base64url");

async function pair(): Promise<RelayPair> {
  const own = await startPair({ limits: fast });
  onTestFinished(async () => {
    await own.end("SIGKILL");
  });
  return own;
}

/** A client of one of the two: its sockets go there, while its proofs name the address of both. */
function at(own: RelayPair, index: number): Pick<RelayServer, "origin"> {
  own.balance(index);
  return own;
}

async function enter(
  own: RelayPair,
  index: number,
  room: RoomKeys,
  device?: Device,
): Promise<JoinedSocket> {
  return await joinRoom(at(own, index), room, device === undefined ? {} : { device });
}

const entriesOf = (socket: JoinedSocket): readonly RelayEntry[] =>
  socket.received.flatMap((frame: ServerFrame) => frame.t === "entries" ? frame.entries : []);
const leftsOf = (socket: JoinedSocket): readonly string[] =>
  entriesOf(socket).filter(({ from }) => from === "relay").map(({ body }) =>
    (JSON.parse(body) as { device: string }).device
  );

describe("[RL111] one room at two processes", () => {
  test("[RL111] [RL113] writers at both are in one order, which everybody sees", async () => {
    const own = await pair();
    const room = await createRoom();
    const writers = [await enter(own, 0, room), await enter(own, 1, room)];
    const ids = writers.map(() => Array.from({ length: 100 }, freshId));
    for (let n = 0; n < 100; n += 1) {
      for (const [who, writer] of writers.entries()) {
        const id = ids[who]?.[n] ?? "";
        writer.send({ t: "append", id, body: bodyOf(id) });
      }
    }
    for (const [who, writer] of writers.entries()) {
      for (const id of ids[who] ?? []) {
        expect(await answerTo(writer, id, 0)).toMatchObject({ t: "ok" });
      }
    }
    const all = await enter(own, 1, room);
    const order = entriesOf(all).map(({ seq }) => seq);
    expect(order).toEqual(order.map((_, index) => index + 1));
    expect(new Set(entriesOf(all).map(({ id }) => id)).size).toBe(200);
    for (const writer of writers) {
      await expect.poll(() => entriesOf(writer).length).toBe(200);
      expect(entriesOf(writer).map(({ id }) => id)).toEqual(entriesOf(all).map(({ id }) => id));
    }
  });

  test("[RL114] [RL116] a device that comes to the other process is here once", async () => {
    const own = await pair();
    const room = await createRoom();
    const [device, witness] = [await createDevice(), await enter(own, 1, room)];
    const first = await enter(own, 0, room, device);
    await witness.next("presence");
    const second = await enter(own, 1, room, device);
    expect(await first.closed).toBe(4507);
    expect(second.joined.members).toContain(device.id);
    const told = witness.received.filter((frame) => frame.t === "presence");
    expect(told).toEqual([{ t: "presence", device: device.id, state: "here" }]);
  });

  test("[RL26] ephemerals reach the other process", async () => {
    const own = await pair();
    const room = await createRoom();
    const [one, two] = [await enter(own, 0, room), await enter(own, 1, room)];
    await one.next("presence");
    one.send({ t: "eph", body: bodyOf("typing") });
    expect(await two.next("eph")).toMatchObject({ body: bodyOf("typing") });
  });
});

describe("[RL117] what fails", () => {
  test("[RL117] of a server that was killed only who does not come back has left", async () => {
    const own = await pair();
    const room = await createRoom();
    const [gone, back] = [await createDevice(), await createDevice()];
    const witness = await enter(own, 1, room);
    for (const device of [gone, back]) {
      const socket = await enter(own, 0, room, device);
      expect(await socket.append(freshId(), bodyOf("hello"))).toMatchObject({ t: "ok" });
    }
    await own.servers[0]?.end("SIGKILL");
    const again = await enter(own, 1, room, back);
    expect(entriesOf(again)).toHaveLength(2);
    await expect.poll(() => leftsOf(witness), { timeout: 50_000 }).toEqual([gone.id]);
    expect(await again.append(freshId(), bodyOf("still here"))).toMatchObject({ t: "ok", seq: 4 });
  }, 70_000);

  test("[RL107] [RL17] Redis killed amid appends loses nothing that was acknowledged", async () => {
    const own = await pair();
    const room = await createRoom();
    const writers = [await enter(own, 0, room), await enter(own, 1, room)];
    const acknowledged = (): readonly string[] =>
      writers.flatMap(({ received }) => received.flatMap((one) => one.t === "ok" ? one.id : []));
    for (let n = 0; n < 200; n += 1) {
      const id = freshId();
      writers[n % 2]?.send({ t: "append", id, body: bodyOf(id.repeat(10)) });
    }
    await expect.poll(() => acknowledged().length).toBeGreaterThan(10);
    await own.redis.end("SIGKILL");
    const before = acknowledged();
    await own.redis.start();
    const reader = await untilIn(() => enter(own, 0, room));
    const seqs = new Map(entriesOf(reader).map(({ id, seq }) => [id, seq]));
    expect(before.filter((id) => !seqs.has(id))).toEqual([]);
    expect([...seqs.values()]).toEqual([...seqs.values()].map((_, index) => index + 1));
    const again = await untilIn(() => enter(own, 1, room));
    expect(await again.append(freshId(), bodyOf("on"))).toMatchObject({ t: "ok" });
  }, 60_000);
});

/** Servers refuse while Redis is away; clients come back. */
async function untilIn(join: () => Promise<JoinedSocket>): Promise<JoinedSocket> {
  let socket: JoinedSocket | undefined;
  await expect.poll(async () => {
    socket = await join().catch(() => undefined); // Refused: to be tried again.
    return socket !== undefined;
  }, { timeout: 30_000, interval: 200 }).toBe(true);
  if (socket === undefined) throw new Error("Nobody was let in");
  return socket;
}
