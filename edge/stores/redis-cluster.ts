/**
 * Relay processes that share a Redis, as one of them sees the others.
 *
 * Owns the pulse, the seats and the channels of rooms. A process lives while its pulse is there: it
 * renews it every `beatMs`, and the others give it up when it is gone.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL117 The seats of a process that died are free, and whoever follows its rooms hears of it.
 *   RL118 A process that the others took for dead sends its clients away: they come back.
 *   RL120 After its line to the channels broke, a process looks at every room that it follows.
 */

import type { Clock, Log } from "#shared/ports/mod.ts";
import type { Cluster, ClusterNews } from "../relay/cluster.ts";
import {
  attemptRedis as attempt,
  REDIS_PREFIX,
  type RedisClient,
  redisKeys as keys,
  runScript as run,
  scriptOf,
} from "./redis-client.ts";
import { BEAT, END_PROCESS, RISE, SEATS, SIT } from "./redis-scripts.ts";

export const clusterLimits = Object.freeze({
  beatMs: 3_000,
  /** Three beats may fail. */
  pulseMs: 10_000,
  /** An agreed epoch that no entry followed is forgotten. */
  epochMs: 24 * 60 * 60_000,
});

export interface RedisClusterDeps {
  /** For commands. */
  readonly client: RedisClient;
  /** For channels alone; closed with the cluster. */
  readonly subscriber: RedisClient;
  /** This process among the others: a fresh name at each start. */
  readonly process: string;
  readonly clock: Clock;
  readonly trace: Log;
}

type Listener = (news: ClusterNews) => void;

const scripts = {
  beat: scriptOf(BEAT),
  sit: scriptOf(SIT),
  rise: scriptOf(RISE),
  seats: scriptOf(SEATS),
  end: scriptOf(END_PROCESS),
};

export function createRedisCluster(deps: RedisClusterDeps): Cluster {
  const { client, subscriber, process, clock, trace } = deps;
  const followers = new Map<string, Listener>();
  const givenUpListeners = new Set<() => void>();
  const life = new AbortController();
  let beating: Promise<void> = Promise.resolve();

  const subscribe = (room: string): void => {
    const hear = (text: string): void => {
      const news = decodeNews(text, process);
      if (news !== undefined) followers.get(room)?.(news);
    };
    // What cannot be followed now is followed when the line is back (RL120).
    subscriber.subscribe(keys.of(room, "news"), hear).catch(() => undefined);
  };
  subscriber.on("ready", () => {
    for (const [room, listener] of followers) {
      subscribe(room);
      listener({ kind: "changed" }); // RL120
    }
  });

  /** How many rooms it had; null when it lives, or another process ended it. */
  const end = (name: string, why: "dead" | "closing"): Promise<number | null> =>
    run<number | null>(
      client,
      scripts.end,
      [keys.processes, keys.pulseOf(name), keys.roomsOf(name)],
      [name, why, REDIS_PREFIX],
    );

  /** One pulse, and a look at who has none. */
  const beat = async (): Promise<void> => {
    const parts = [keys.pulseOf(process), keys.processes];
    const ms = String(clusterLimits.pulseMs);
    if (await run<number>(client, scripts.beat, parts, [process, ms]) === 0) {
      await enrol();
      for (const listener of givenUpListeners) listener(); // RL118
    }
    for (const other of await others()) {
      const rooms = await end(other, "dead"); // RL117
      if (rooms !== null) trace.write("warn", "relay-process-died", { process: other, rooms });
    }
  };

  const others = async (): Promise<readonly string[]> =>
    (await client.sMembers(keys.processes)).filter((name) => name !== process);

  const enrol = async (): Promise<void> => {
    await client.sAdd(keys.processes, process);
    await client.set(keys.pulseOf(process), "1", { PX: clusterLimits.pulseMs });
  };

  const keepBeating = async (): Promise<void> => {
    while (!life.signal.aborted) {
      await clock.sleep(clusterLimits.beatMs, life.signal).catch(() => undefined);
      if (life.signal.aborted) return;
      const beaten = await attempt(beat);
      if (!beaten.ok) trace.write("warn", "relay-pulse-failed", { error: beaten.error.kind });
    }
  };

  const seat = (script: typeof scripts.sit, room: string, device: string) =>
    attempt(async () => {
      const parts = [keys.of(room, "seats"), keys.of(room, "news"), keys.roomsOf(process)];
      await run(client, script, parts, [process, room, device]);
    });

  return {
    async begin(signal) {
      for (;;) {
        signal.throwIfAborted();
        const begun = await attempt(async () => {
          await enrol();
          const named = await others();
          const pulses = await Promise.all(named.map((name) => client.exists(keys.pulseOf(name))));
          return pulses.every((pulse) => pulse === 0);
        });
        if (begun.ok) {
          beating = keepBeating();
          return begun.value;
        }
        await clock.sleep(clusterLimits.beatMs, signal);
      }
    },
    follow(room, onNews) {
      followers.set(room, onNews);
      if (subscriber.isReady) subscribe(room);
      return {
        [Symbol.dispose]() {
          if (followers.get(room) !== onNews) return;
          followers.delete(room);
          if (subscriber.isReady) {
            subscriber.unsubscribe(keys.of(room, "news")).catch(() => undefined);
          }
        },
      };
    },
    agreeEpoch: (room, proposed) =>
      attempt(async () => {
        const key = keys.of(room, "epoch");
        const options = { NX: true, PX: clusterLimits.epochMs, GET: true } as const;
        return await client.set(key, proposed, options) ?? proposed;
      }),
    seats: (room) =>
      attempt(async () => {
        const found = await run<readonly string[]>(
          client,
          scripts.seats,
          [keys.of(room, "seats")],
          [keys.pulseOf("")],
        );
        return toSeats(found, process);
      }),
    sit: (room, device) => seat(scripts.sit, room, device),
    rise: (room, device) => seat(scripts.rise, room, device),
    tell(room, news) {
      const text = JSON.stringify({ by: process, ...news });
      client.publish(keys.of(room, "news"), text).catch(() => undefined); // A hint may be lost.
    },
    onGivenUp(listener) {
      givenUpListeners.add(listener);
      return { [Symbol.dispose]: () => void givenUpListeners.delete(listener) };
    },
    async close() {
      life.abort("closed");
      await beating;
      followers.clear();
      await attempt(() => end(process, "closing"));
      if (subscriber.isOpen) subscriber.destroy();
    },
  };
}

function toSeats(found: readonly string[], process: string) {
  const here = new Set<string>();
  const elsewhere = new Set<string>();
  for (let at = 0; at + 1 < found.length; at += 2) {
    (found[at + 1] === process ? here : elsewhere).add(found[at] ?? "");
  }
  return { here, elsewhere };
}

/** News of other processes; what is malformed is no news, and this one's own is known. */
export function decodeNews(text: string, process: string): ClusterNews | undefined {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
    if (typeof value !== "object" || value === null || value["by"] === process) return undefined;
    if (value["kind"] === "changed") return { kind: "changed" };
    const { from, body } = value;
    const isEphemeral = value["kind"] === "eph" && typeof from === "string" &&
      typeof body === "string";
    return isEphemeral ? { kind: "eph", from, body } : undefined;
  } catch { // Not JSON: not of a process of ours.
    return undefined;
  }
}
