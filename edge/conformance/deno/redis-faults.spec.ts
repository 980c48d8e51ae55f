/** Our own links on relays that share a Redis whose disk or line fails. */

import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findRedis, type RedisServer, startRedis } from "../../stores/redis-server.contract.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy.ts";
import { beginTalk, expectWhole, speak, type Talk, untilLive } from "../judge-peers.ts";
import { ownServer } from "../line.ts";
import { REDIS_SECRET } from "../redis-pair.ts";
import type { RelayServer } from "../relay-server.ts";

const limits = { appendBurst: 10_000, appendsPerS: 10_000 };
const SAID_EACH = 8;

async function ownRedis(): Promise<RedisServer> {
  const redis = await startRedis();
  onTestFinished(() => redis.remove());
  return redis;
}

/** A relay on this Redis, by whatever way to it. */
const relayOn = (url: string): Promise<RelayServer> =>
  ownServer({ limits, settings: { CONCLAVE_REDIS: url, CONCLAVE_RELAY_SECRET: REDIS_SECRET } });

/** Two relays on one Redis, the second by a proxy, and a peer at each. */
async function setup(): Promise<{ proxy: FaultProxy; talk: Talk; first: RelayServer }> {
  const redis = await ownRedis();
  const proxy = await startFaultProxy(() => 0);
  onTestFinished(() => proxy.close());
  proxy.targetPort = Number(new URL(redis.url).port);
  const first = await relayOn(redis.url);
  const second = await relayOn(`redis://127.0.0.1:${proxy.port}`);
  const talk = await beginTalk([first.port, second.port]);
  await untilLive(talk);
  await speak(talk, SAID_EACH);
  await expectWhole(talk, first.origin);
  return { proxy, talk, first };
}

describe.skipIf(findRedis() === undefined)("a Redis that fails (needs redis-server)", () => {
  test("[TO20] its log torn at any byte: nothing is lost that a peer has", async () => {
    const redis = await ownRedis();
    const server = await relayOn(redis.url);
    const talk = await beginTalk([server.port, server.port]);
    await untilLive(talk);
    for (const share of [0.5, 0.9]) {
      await speak(talk, SAID_EACH);
      await expectWhole(talk, server.origin);
      await redis.end("SIGKILL");
      const [log, bytes] = commandsOf(redis.folder);
      truncateSync(log, Math.floor(bytes * share));
      await redis.start();
      await speak(talk, 1);
      await expectWhole(talk, server.origin);
    }
  }, 180_000);

  test("[TO20] a relay whose lines to it are reset hears what it missed meanwhile", async () => {
    const { proxy, talk, first } = await setup();
    proxy.reset();
    await speak(talk, SAID_EACH);
    await expectWhole(talk, first.origin);
    expect(proxy.facts().broken).toBe(2);
  }, 120_000);

  test("[TO20] a relay whose lines to it are half-open makes others", async () => {
    const { proxy, talk, first } = await setup();
    proxy.freeze();
    await speak(talk, SAID_EACH);
    await expectWhole(talk, first.origin);
    expect(proxy.facts().broken).toBe(2);
  }, 120_000);
});

/** Redis' append-only file of the newest commands. */
function commandsOf(folder: string): readonly [path: string, bytes: number] {
  const name = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .find((one) => one.endsWith(".incr.aof"));
  if (name === undefined) throw new Error(`No append-only file lies in ${folder}`);
  return [join(folder, name), statSync(join(folder, name)).size];
}
