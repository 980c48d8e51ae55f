/** Needs Debian's `redis-server`; where there is none the tests are skipped and say so. */

import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import type { ClusterNews } from "../relay/cluster.ts";
import { startFaultProxy } from "../conformance/fault-proxy.ts";
import { openRedis } from "./open-redis.ts";
import { clusterLimits, decodeNews } from "./redis-cluster.ts";
import { connectRedis, redisKeys } from "./redis-client.ts";
import { findRedis, type RedisServer, startRedis } from "./redis-server.contract.ts";

const hasRedis = findRedis() !== undefined;
if (!hasRedis) console.log("skipped: relay processes on Redis, there is no redis-server here");

let server: RedisServer;
beforeAll(async () => {
  if (hasRedis) server = await startRedis();
});
afterAll(() => server?.remove());

let lastRoom = 0;
const newRoom = (): string => `room-${lastRoom += 1}`;
const never = new AbortController().signal;
const ANSWER_MS_MAX = 5_000;

async function join(name: string, url = server.url, answerMsMax = ANSWER_MS_MAX) {
  const [clock, trace] = [new ManualClock(), new RecordingLog()];
  const opened = await openRedis({ url, answerMsMax, process: name, clock, trace });
  if (!opened.ok) throw new Error(opened.error);
  const { store, cluster } = opened.value;
  onTestFinished(async () => {
    await cluster.close();
    await store.close();
  });
  return { name, clock, store, cluster };
}

type Joined = Awaited<ReturnType<typeof join>>;

/** The process died: nobody renews its pulse, which the test need not wait for. */
async function die({ name, clock }: Joined): Promise<void> {
  const client = await connectRedis({ url: server.url, answerMsMax: 5_000 });
  if (!client.ok) throw new Error(client.error);
  expect(clock.sleepers).toBe(1); // Its beat waits, and no time passes for it.
  await client.value.del(redisKeys.pulseOf(name));
  await client.value.close();
}

/** Takes connections and what is said on them, and says nothing. */
async function startMuteServer() {
  const [sockets, mute] = [new Set<Socket>(), createServer()];
  let bytes = 0;
  mute.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined); // Its other end is reset by the proxy.
    socket.on("data", (data) => bytes += data.length);
  });
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    mute.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (mute.address() as AddressInfo).port, heard: () => bytes };
}

const seatsOf = async ({ cluster }: Joined, room: string) => {
  const seats = await cluster.seats(room);
  if (!seats.ok) throw new Error(seats.error.kind);
  return { here: [...seats.value.here], elsewhere: [...seats.value.elsewhere] };
};

function follow({ cluster }: Joined, room: string): readonly ClusterNews[] {
  const heard: ClusterNews[] = [];
  const following = cluster.follow(room, (news) => void heard.push(news));
  onTestFinished(() => following[Symbol.dispose]());
  return heard;
}

describe.skipIf(!hasRedis)("relay processes on Redis (needs redis-server)", () => {
  test("[RL111] the first to begin is told that it is alone", async () => {
    const one = await join("alone-1");
    expect(await one.cluster.begin(never)).toBe(true);
    const two = await join("alone-2");
    expect(await two.cluster.begin(never)).toBe(false);
    await one.cluster.close();
    await two.cluster.close();
    expect(await (await join("alone-3")).cluster.begin(never)).toBe(true);
  });

  test("[RL114] the newest to sit down has the seat, and only it can give it back", async () => {
    const [one, two, room] = [await join("seat-1"), await join("seat-2"), newRoom()];
    for (const { cluster } of [one, two]) await cluster.begin(never);
    await one.cluster.sit(room, "ada");
    expect(await seatsOf(two, room)).toEqual({ here: [], elsewhere: ["ada"] });
    await two.cluster.sit(room, "ada");
    await one.cluster.rise(room, "ada");
    expect(await seatsOf(one, room)).toEqual({ here: [], elsewhere: ["ada"] });
    await two.cluster.rise(room, "ada");
    expect(await seatsOf(one, room)).toEqual({ here: [], elsewhere: [] });
  });

  test("[RL115] a store refuses to say left of who sits at another living process", async () => {
    const [one, two, room] = [await join("left-1"), await join("left-2"), newRoom()];
    for (const { cluster } of [one, two]) await cluster.begin(never);
    const entry = { seq: 1, ts: 1, from: "ada", id: "id-1", body: "b" };
    const write = { room, epoch: "e", entries: [entry], arrived: ["ada"], gone: [] };
    expect(await one.store.commit([write])).toMatchObject({ value: ["stored"] });
    await two.cluster.sit(room, "ada");
    const left = { room, epoch: "e", entries: [], arrived: [], gone: ["ada"] };
    expect(await one.store.commit([left])).toMatchObject({ value: ["moved"] });
    await die(two);
    expect(await one.store.commit([left])).toMatchObject({ value: ["stored"] });
  });

  test("[RL116] what one process does the others hear, and it does not hear itself", async () => {
    const [one, two, room] = [await join("news-1"), await join("news-2"), newRoom()];
    const [own, others] = [follow(one, room), follow(two, room)];
    await expect.poll(async () => {
      await one.cluster.sit(room, "ada");
      return others.length;
    }).toBeGreaterThan(0);
    one.cluster.tell(room, { kind: "eph", from: "ada", body: "YQ" });
    await expect.poll(() => others.at(-1)).toEqual({ kind: "eph", from: "ada", body: "YQ" });
    expect(own).toEqual([]);
  });

  test("[RL117] a living process frees the seats of a dead one and says so", async () => {
    const [one, two, room] = [await join("dead-1"), await join("dead-2"), newRoom()];
    for (const { cluster } of [one, two]) await cluster.begin(never);
    await two.cluster.sit(room, "ada");
    const heard = follow(one, room);
    await die(two);
    await expect.poll(async () => {
      await one.clock.advance(clusterLimits.beatMs);
      return heard.length;
    }).toBeGreaterThan(0);
    expect(await seatsOf(one, room)).toEqual({ here: [], elsewhere: [] });
  });

  test("[RL118] a process that was given up hears of it at its next beat", async () => {
    const [one, two] = [await join("back-1"), await join("back-2")];
    for (const { cluster } of [one, two]) await cluster.begin(never);
    let isGivenUp = false;
    two.cluster.onGivenUp(() => isGivenUp = true);
    await die(two);
    const client = await connectRedis({ url: server.url, answerMsMax: 5_000 });
    if (!client.ok) throw new Error(client.error);
    await expect.poll(async () => {
      await one.clock.advance(clusterLimits.beatMs);
      return await client.value.sIsMember(redisKeys.processes, "back-2");
    }).toBe(0);
    await client.value.close();
    expect(isGivenUp).toBe(false);
    await expect.poll(async () => {
      await two.clock.advance(clusterLimits.beatMs);
      return isGivenUp;
    }).toBe(true);
  });

  test("[RL120] after its line broke a process is told to look at what it follows", async () => {
    const own = await startRedis();
    onTestFinished(() => own.remove());
    const one = await join("line-1", own.url);
    const heard = follow(one, newRoom());
    await own.end();
    await own.start();
    await expect.poll(() => heard, { timeout: 10_000 }).toContainEqual({ kind: "changed" });
  });

  test("[RL125] half-open lines are given up, what waits is refused, and others are made", async () => {
    const proxy = await startFaultProxy(() => 0);
    onTestFinished(() => proxy.close());
    proxy.targetPort = Number(new URL(server.url).port);
    const one = await join("silent-1", `redis://127.0.0.1:${proxy.port}`);
    const [two, room] = [await join("silent-2"), newRoom()];
    await one.cluster.begin(never);
    const heard = follow(one, room);
    expect(await one.store.open(room)).toMatchObject({ ok: true });
    proxy.freeze();
    const waiting = one.store.open(room);
    let answer: unknown;
    void waiting.then((found) => answer = found); // Awaited below.
    await expect.poll(async () => {
      await one.clock.advance(clusterLimits.beatMs);
      return answer;
    }, { timeout: 10_000 }).toBeDefined();
    await expect.poll(async () => (await one.store.open(room)).ok, { timeout: 10_000 }).toBe(true);
    expect(await waiting).toMatchObject({ ok: false, error: { kind: "storage-failed" } });
    // Both lines are new: the process that follows is told to look, and hears again.
    await expect.poll(() => heard).toContainEqual({ kind: "changed" });
    await expect.poll(() => {
      two.cluster.tell(room, { kind: "eph", from: "ada", body: "YQ" });
      return heard.at(-1);
    }).toMatchObject({ body: "YQ" });
  });

  test("[RL125] a line that takes not even the ping any more is given up", async () => {
    const proxy = await startFaultProxy(() => 0);
    onTestFinished(() => proxy.close());
    proxy.targetPort = Number(new URL(server.url).port);
    const one = await join("full-1", `redis://127.0.0.1:${proxy.port}`, 300);
    await one.cluster.begin(never);
    expect(proxy.facts().opened).toBe(2); // For commands, and for channels.
    proxy.freeze();
    const much = ["x".repeat(4 * 2 ** 20)];
    const asked: Promise<{ readonly ok: boolean }>[] = [];
    let isFull = false; // What the line took is never answered; what it does not take is refused.
    const askMuch = (): void => {
      for (let count = 0; count < 3; count += 1) { // A full line takes one of each turn.
        const found = one.store.findIds(newRoom(), much);
        asked.push(found);
        void found.then(({ ok }) => isFull ||= !ok); // Awaited below.
      }
    };
    await expect.poll(() => {
      askMuch();
      return isFull;
    }, { timeout: 10_000 }).toBe(true);
    askMuch();
    await one.clock.advance(clusterLimits.beatMs);
    // No time passes for who waits for an answer: the ping itself is refused, behind what waits.
    await expect.poll(() => {
      if (proxy.facts().opened < 3) askMuch();
      return proxy.facts().opened;
    }, { timeout: 10_000 }).toBe(3);
    for (const found of await Promise.all(asked)) expect(found.ok).toBe(false);
  });

  test("[RL125] a process whose lines are half-open can end", async () => {
    const proxy = await startFaultProxy(() => 0);
    onTestFinished(() => proxy.close());
    proxy.targetPort = Number(new URL(server.url).port);
    const one = await join("end-1", `redis://127.0.0.1:${proxy.port}`);
    await one.cluster.begin(never);
    proxy.freeze();
    let isClosed = false;
    const closed = one.cluster.close().then(() => one.store.close()).then(() => isClosed = true);
    await expect.poll(async () => {
      await one.clock.advance(ANSWER_MS_MAX);
      return isClosed;
    }).toBe(true);
    await closed;
  });

  test("[RL125] a line whose handshake gets no answer is given up, and another is made", async () => {
    const [proxy, mute] = [await startFaultProxy(() => 0), await startMuteServer()];
    onTestFinished(() => proxy.close());
    proxy.targetPort = Number(new URL(server.url).port);
    const options = { url: `redis://127.0.0.1:${proxy.port}`, answerMsMax: ANSWER_MS_MAX };
    const client = await connectRedis({ ...options, silentMsMax: 200 });
    if (!client.ok) throw new Error(client.error);
    onTestFinished(() => client.value.destroy());
    proxy.targetPort = mute.port;
    proxy.reset();
    await expect.poll(mute.heard).toBeGreaterThan(0);
    expect(client.value.isReady).toBe(false);
    proxy.targetPort = Number(new URL(server.url).port);
    await expect.poll(() => client.value.isReady, { timeout: 5_000 }).toBe(true);
  });

  test("[RL125] the beat that found its lines half-open goes out on the new ones", async () => {
    const proxy = await startFaultProxy(() => 0);
    onTestFinished(() => proxy.close());
    proxy.targetPort = Number(new URL(server.url).port);
    const one = await join("anew-1", `redis://127.0.0.1:${proxy.port}`);
    await one.cluster.begin(never);
    await die(one);
    const client = await connectRedis({ url: server.url, answerMsMax: ANSWER_MS_MAX });
    if (!client.ok) throw new Error(client.error);
    onTestFinished(() => client.value.destroy());
    proxy.freeze();
    await one.clock.advance(clusterLimits.beatMs);
    await expect.poll(() => one.clock.sleepers).toBe(2); // Of either line a ping is out.
    await one.clock.advance(ANSWER_MS_MAX);
    await expect.poll(() => client.value.exists(redisKeys.pulseOf("anew-1"))).toBe(1);
  });

  test("[RL126] what is told after the line broke twice is heard once", async () => {
    const proxy = await startFaultProxy(() => 0);
    onTestFinished(() => proxy.close());
    proxy.targetPort = Number(new URL(server.url).port);
    const one = await join("twice-1", `redis://127.0.0.1:${proxy.port}`);
    const [two, room] = [await join("twice-2"), newRoom()];
    const heard = follow(one, room);
    for (const times of [1, 2]) {
      proxy.reset();
      await expect.poll(() => heard.length).toBe(times);
    }
    two.cluster.tell(room, { kind: "eph", from: "ada", body: "Yg" });
    two.cluster.tell(room, { kind: "eph", from: "ada", body: "Yw" });
    await expect.poll(() => heard.at(-1)).toMatchObject({ body: "Yw" });
    expect(heard.slice(2)).toMatchObject([{ body: "Yg" }, { body: "Yw" }]);
  });

  test("[RL111] processes agree on the epoch of a room without log", async () => {
    const [one, two, room] = [await join("epoch-1"), await join("epoch-2"), newRoom()];
    expect(await one.cluster.agreeEpoch(room, "first")).toEqual({ ok: true, value: "first" });
    expect(await two.cluster.agreeEpoch(room, "second")).toEqual({ ok: true, value: "first" });
  });
});

test.each([
  ["not JSON", "nonsense"],
  ["null", "null"],
  ["its own", '{"by":"me","kind":"changed"}'],
  ["of no kind", '{"by":"you","kind":"else"}'],
  ["an ephemeral without a body", '{"by":"you","kind":"eph","from":"ada"}'],
])("[RL112] news that is %s is none", (_title, text) => {
  expect(decodeNews(text, "me")).toBeUndefined();
});
