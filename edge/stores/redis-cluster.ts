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
 *   RL125 A line to Redis that gives no answer within `answerMsMax`, or none to its handshake in
 *         15 s, is given up and made anew; what was asked on it is refused.
 *   RL126 News is heard once, however often the line to the channels broke.
 */

import { TimeoutError } from "@redis/client";
import { raceFirst } from "#shared/base/mod.ts";
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
  /** On either line, from the question to the answer. */
  readonly answerMsMax: number;
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
  /** With what hears their channels: the same each time, so that it is known as the same. */
  const followers = new Map<string, { readonly listener: Listener; hear(text: string): void }>();
  const givenUpListeners = new Set<() => void>();
  const life = new AbortController();
  let beating: Promise<void> = Promise.resolve();

  const subscribe = (room: string, hear: (text: string) => void): void => {
    // What cannot be followed now is followed when the line is back (RL120).
    subscriber.subscribe(keys.of(room, "news"), hear).catch(() => undefined);
  };
  subscriber.on("ready", () => {
    for (const [room, { listener, hear }] of followers) {
      subscribe(room, hear); // RL126
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

  /** Undefined when it took longer than `answerMsMax`; it may go on for as long as its line. */
  const inTime = <T extends {}>(
    work: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | undefined> =>
    raceFirst<T | undefined>([
      work,
      (inner) => clock.sleep(deps.answerMsMax, inner).then(() => undefined),
    ], signal);

  /** RL125: a half-open line looks like one on which nobody has anything to say. */
  const renewSilent = async (line: RedisClient): Promise<void> => {
    if (!line.isReady) return; // It comes back by itself.
    // A refusal is an answer too, unless it says that the line took no more.
    const ping = () => line.ping().then(() => true, (error) => !(error instanceof TimeoutError));
    if (await inTime(ping, life.signal) === true) return;
    trace.write("warn", "relay-line-silent", { ofChannels: line === subscriber });
    line.destroy();
    // Tries for as long as it is not destroyed again; the beat behind this shall not miss it.
    await inTime(() => line.connect().then(() => true, () => true), life.signal);
  };

  const keepBeating = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(clusterLimits.beatMs, life.signal);
      await Promise.all([client, subscriber].map(renewSilent));
      const beaten = await inTime(() => attempt(beat), life.signal);
      if (beaten?.ok === true) continue;
      trace.write("warn", "relay-pulse-failed", { error: beaten?.error.kind ?? "silent" });
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
          beating = keepBeating().catch((error: unknown) => {
            if (!life.signal.aborted) throw error;
          });
          return begun.value;
        }
        await clock.sleep(clusterLimits.beatMs, signal);
      }
    },
    follow(room, onNews) {
      const hear = (text: string): void => {
        const news = decodeNews(text, process);
        if (news !== undefined) followers.get(room)?.listener(news);
      };
      followers.set(room, { listener: onNews, hear });
      if (subscriber.isReady) subscribe(room, hear);
      return {
        [Symbol.dispose]() {
          if (followers.get(room)?.listener !== onNews) return;
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
      const ended = () => attempt(() => end(process, "closing"));
      // The store's own end waits for what is under way on this line.
      if (await inTime(ended, new AbortController().signal) === undefined) client.destroy();
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
