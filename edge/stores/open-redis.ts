/** Opens what a relay process keeps in Redis: its store, and its place among the others. */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Clock, Log } from "#shared/ports/mod.ts";
import type { Cluster } from "../relay/cluster.ts";
import type { RelayStore } from "../relay/relay-store.ts";
import { connectRedis, type RedisOptions } from "./redis-client.ts";
import { createRedisCluster } from "./redis-cluster.ts";
import { createRedisStore } from "./redis.ts";

export interface OpenRedisOptions extends RedisOptions {
  /** This process among the others: a fresh name at each start. */
  readonly process: string;
  readonly clock: Clock;
  readonly trace: Log;
}

export interface RedisRelay {
  readonly store: RelayStore;
  readonly cluster: Cluster;
}

/** The error is for a person, without the address's password. */
export async function openRedis(options: OpenRedisOptions): Promise<Result<RedisRelay, string>> {
  const client = await connectRedis(options);
  if (!client.ok) return client;
  const subscriber = await connectRedis(options);
  if (!subscriber.ok) {
    client.value.destroy();
    return err(subscriber.error);
  }
  const { process, clock, trace, answerMsMax } = options;
  const lines = { client: client.value, subscriber: subscriber.value };
  return ok({
    store: createRedisStore(client.value, process),
    cluster: createRedisCluster({ ...lines, process, answerMsMax, clock, trace }),
  });
}
