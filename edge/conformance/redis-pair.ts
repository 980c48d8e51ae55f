/**
 * Two relay processes on one Redis behind a balancer that knows nothing: each connection goes to
 * the next of them, byte for byte.
 */

import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll } from "vitest";
import { type RedisServer, startRedis } from "../stores/redis-server.contract.ts";

/** Of every relay on Redis here: 32 bytes in base64url. */
export const REDIS_SECRET = Buffer.alloc(32, 9).toString("base64url");

/** The Redis of each data folder, so that a restart finds what was kept. */
const redisByFolder = new Map<string, RedisServer>();

// Whoever started one and failed, or keeps its folder for a restart, leaves none behind.
afterAll(async () => {
  for (const dataFolder of [...redisByFolder.keys()]) await removeRedis(dataFolder);
});

export async function redisOf(dataFolder: string): Promise<RedisServer> {
  const known = redisByFolder.get(dataFolder);
  if (known !== undefined) return known;
  const redis = await startRedis();
  redisByFolder.set(dataFolder, redis);
  return redis;
}

/** Ends the Redis of a data folder that nobody will use again. */
export async function removeRedis(dataFolder: string): Promise<void> {
  const redis = redisByFolder.get(dataFolder);
  redisByFolder.delete(dataFolder);
  await redis?.remove();
}

export interface Balancer {
  readonly port: number;
  /** Where the next connections go, in turn. */
  targets: readonly number[];
  close(): void;
}

/** Listens at `port`, or where the system chooses. */
export async function startBalancer(port = 0): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const server: Server = createServer((client) => {
    const target = balancer.targets[turn % Math.max(1, balancer.targets.length)];
    turn += 1;
    if (target === undefined) return void client.destroy();
    const upstream = connect(target, "127.0.0.1");
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroySoon();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The balancer has no port");
  const balancer: Balancer = {
    port: address.port,
    targets: [],
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
  return balancer;
}
