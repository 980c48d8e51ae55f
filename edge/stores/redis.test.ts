/** Needs Debian's `redis-server`; where there is none the tests are skipped and say so. */

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CONTRACT_RUNS } from "#shared/testing/contracts/contract-case.ts";
import type { RoomWrite } from "../relay/relay-store.ts";
import { connectRedis } from "./redis-client.ts";
import { createRedisStore } from "./redis.ts";
import { findRedis, type RedisServer, startRedis } from "./redis-server.contract.ts";
import { relayStoreContract, type RelayStoreSubject } from "./relay-store.contract.ts";

const hasRedis = findRedis() !== undefined;
if (!hasRedis) console.log("skipped: the Redis store, there is no redis-server here");

let server: RedisServer;
beforeAll(async () => {
  if (hasRedis) server = await startRedis();
});
afterAll(() => server?.remove());

const open = async (url: string) => {
  const client = await connectRedis({ url, answerMsMax: 5_000 });
  if (!client.ok) throw new Error(client.error);
  return createRedisStore(client.value, "process-1");
};

/** Every subject has the server to itself, emptied. */
async function makeSubject(): Promise<RelayStoreSubject> {
  await flush(server.url);
  let store = await open(server.url);
  return {
    isShared: true,
    store: () => store,
    async reopen() {
      await store.close();
      store = await open(server.url);
    },
    close: () => store.close(),
  };
}

async function flush(url: string): Promise<void> {
  const { createClient } = await import("@redis/client");
  const client = createClient({ url });
  await client.connect();
  await client.flushAll();
  await client.close();
}

function writeOf(room: string, seq: number, body = "b"): RoomWrite {
  const entry = { seq, ts: 1, from: "d1", id: `${room}-${seq}`, body };
  return { room, epoch: "e1", entries: [entry], arrived: ["d1"], gone: [] };
}

describe.skipIf(!hasRedis)("the Redis store keeps the contract (needs redis-server)", () => {
  test.each(relayStoreContract.map((item) => [item.title, item] as const))(
    "%s",
    async (_title, item) => {
      await item.run(makeSubject, Math.ceil(CONTRACT_RUNS / 4));
    },
  );
});

describe.skipIf(!hasRedis)("the Redis store (needs redis-server)", () => {
  test("[RL106] what was committed is there after kill -9 of Redis; meanwhile calls are refused", async () => {
    const own = await startRedis();
    onTestFinished(() => own.remove());
    const store = await open(own.url);
    onTestFinished(() => store.close());
    expect(await store.commit([writeOf("r1", 1), writeOf("r2", 1)])).toMatchObject({ ok: true });
    await own.end();
    expect(await store.commit([writeOf("r1", 2)])).toMatchObject({
      error: { kind: "storage-failed" },
    });
    await own.start();
    await expect.poll(async () => (await store.open("r1")).ok).toBe(true);
    expect(await store.open("r1")).toMatchObject({ value: { head: 1, present: ["d1"] } });
    // The scripts were forgotten with the process.
    expect(await store.commit([writeOf("r1", 2)])).toMatchObject({ ok: true });
    expect(await store.read("r1", 0, 10, 1_000)).toMatchObject({
      value: [{ seq: 1 }, { seq: 2 }],
    });
  });

  test("[RL107] a full Redis says so and changes nothing", async () => {
    const own = await startRedis(["--maxmemory", "3mb", "--maxmemory-policy", "noeviction"]);
    onTestFinished(() => own.remove());
    const store = await open(own.url);
    onTestFinished(() => store.close());
    let seq = 0;
    for (let isFull = false; !isFull && seq < 400;) {
      const written = await store.commit([writeOf("r1", seq + 1, "b".repeat(50_000))]);
      isFull = !written.ok;
      if (!written.ok) expect(written.error).toEqual({ kind: "storage-full" });
      else seq += 1;
    }
    expect(seq).toBeGreaterThan(2);
    expect(seq).toBeLessThan(400);
    expect(await store.open("r1")).toMatchObject({ value: { head: seq } });
  });

  test("[RL107] an address that is none, and a server that is not there, are told", async () => {
    for (const url of ["localhost", "http://127.0.0.1:6379", ""]) {
      expect(await connectRedis({ url, answerMsMax: 100 })).toMatchObject({
        error: expect.stringContaining("must be such as redis://"),
      });
    }
    const own = await startRedis();
    await own.remove();
    const refused = await connectRedis({
      url: own.url.replace("redis://", "redis://user:secret@"),
      answerMsMax: 1_000,
    });
    expect(refused).toMatchObject({ error: expect.stringContaining("Cannot reach Redis at 127.") });
    expect(JSON.stringify(refused)).not.toContain("secret");
  });
});
