/**
 * The line to a Redis: its keys, its scripts, and what its refusals are called.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL107  A Redis that is full, gone or read-only refuses by name; what it answers too late may
 *          have been stored, and is looked at.
 */

import { createHash } from "node:crypto";
import { createClient, ErrorReply } from "@redis/client";
import { Defect, err, ok, type Result } from "#shared/base/mod.ts";
import type { StoreError } from "../relay/relay-store.ts";

export interface RedisOptions {
  /** Such as `redis://127.0.0.1:6379`; a password in it is never logged. */
  readonly url: string;
  /** Connecting, and each answer. */
  readonly answerMsMax: number;
  /** Without a byte; every beat sends some. Ends a handshake that gets no answer (RL125). */
  readonly silentMsMax?: number;
}

type RoomPart = "head" | "log" | "ids" | "present" | "seats" | "epoch" | "news";

/** What every key begins with. */
export const REDIS_PREFIX = "conclave:";
const PREFIX = REDIS_PREFIX;

export const redisKeys = Object.freeze({
  present: `${PREFIX}present`,
  processes: `${PREFIX}processes`,
  /** There while the process lives. */
  pulseOf: (process: string) => `${PREFIX}process:${process}`,
  /** Rooms in which the process has seats. */
  roomsOf: (process: string) => `${PREFIX}process:${process}:rooms`,
  of: (room: string, part: RoomPart) => `${PREFIX}{${room}}:${part}`,
});

/** What a script is asked with; Redis knows it by its hash once it has seen it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

export const scriptOf = (source: string): Script => ({
  source,
  sha: createHash("sha1").update(source).digest("hex"), // How Redis names scripts.
});

/** The answer is what the script returns; its shape is the script's promise. */
export async function runScript<T>(
  client: RedisClient,
  { source, sha }: Script,
  keys: readonly string[],
  values: readonly string[] = [],
): Promise<T> {
  const given = { keys: [...keys], arguments: [...values] };
  try {
    return await client.evalSha(sha, given) as T;
  } catch (error) {
    // A Redis that was restarted has forgotten it.
    if (!(error instanceof ErrorReply && error.message.startsWith("NOSCRIPT"))) throw error;
    return await client.eval(source, given) as T;
  }
}

/** A client that is connected; the error is for a person, without the address's password. */
export async function connectRedis(options: RedisOptions): Promise<Result<RedisClient, string>> {
  const { url } = options;
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    return err("Cannot use the address of Redis: it must be such as redis://127.0.0.1:6379");
  }
  const client = makeClient(options);
  client.on("error", () => {}); // Every call under way, and the next ones, say it themselves.
  const first = new Promise<never>((_resolve, reject) => client.once("error", reject));
  try {
    await Promise.race([client.connect(), first]);
  } catch (error) { // The system's, or Redis' refusal: a person has to act on it.
    client.destroy();
    return err(`Cannot reach Redis at ${new URL(url).host}: ${(error as Error).message}`);
  }
  first.catch(() => undefined);
  return ok(client);
}

/** Five beats. */
const SILENT_MS_MAX = 15_000;

function makeClient({ url, answerMsMax, silentMsMax = SILENT_MS_MAX }: RedisOptions) {
  return createClient({
    url,
    // What cannot be asked now is refused now: rooms retry, and nothing waits out of sight.
    disableOfflineQueue: true,
    // Of what is not sent yet; what is, ends with its line (RL125).
    commandOptions: { timeout: answerMsMax },
    socket: {
      connectTimeout: answerMsMax,
      socketTimeout: silentMsMax,
      reconnectStrategy: (count) => Math.min(count * 50, 1_000),
    },
  });
}

export type RedisClient = ReturnType<typeof makeClient>;

/** Refusals of Redis and of the line to it become refusals; anything else is a defect (RL107). */
export async function attemptRedis<T>(work: () => Promise<T>): Promise<Result<T, StoreError>> {
  try {
    return ok(await work());
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof ErrorReply && message.startsWith("OOM ")) {
      return err({ kind: "storage-full" });
    }
    if (error instanceof Defect || error instanceof TypeError) throw error;
    return err({ kind: "storage-failed", detail: message });
  }
}
