/**
 * The relay's store on Redis.
 *
 * Owns the keys; the scripts beside it own every change of them. A commit is as durable as Redis is
 * told to make it: with `appendfsync always` it is on the disk when it is acknowledged, with
 * `everysec` a power cut may lose a second of it, which clients notice by their cursors and heal.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL106  A commit of any number of rooms is one script: all of it, or nothing.
 *   RL107  A Redis that is full, gone or read-only refuses by name; what it answers too late may
 *          have been stored, and is looked at.
 */

import { createHash } from "node:crypto";
import { createClient, ErrorReply } from "@redis/client";
import { assert, Defect, err, ok, type Result } from "#shared/base/mod.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import type { RelayStore, RoomHead, RoomWrite, StoreError } from "../relay/relay-store.ts";
import { COMMIT, FIND_IDS, OPEN, READ } from "./redis-scripts.ts";

export interface RedisOptions {
  /** Such as `redis://127.0.0.1:6379`; a password in it is never logged. */
  readonly url: string;
  /** Connecting, and each answer. */
  readonly answerMsMax: number;
}

const PREFIX = "conclave:";
const PRESENT = `${PREFIX}present`;
const keyOf = (room: string, part: "head" | "log" | "ids" | "present"): string =>
  `${PREFIX}{${room}}:${part}`;

/** An entry of a stream as a script answers it: id, and fields and values in turn. */
type StreamEntry = readonly [id: string, fields: readonly string[]];

/** What a script is asked with; Redis knows it by its hash once it has seen it. */
interface Script {
  readonly source: string;
  readonly sha: string;
}

const scriptOf = (source: string): Script => ({
  source,
  sha: createHash("sha1").update(source).digest("hex"), // How Redis names scripts.
});

const scripts = {
  commit: scriptOf(COMMIT),
  open: scriptOf(OPEN),
  read: scriptOf(READ),
  findIds: scriptOf(FIND_IDS),
};

/** The answer is what the script returns; its shape is the script's promise. */
async function run<T>(
  client: Client,
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

/** Opens the store; the error is for a person, without the address's password. */
export async function openRedisStore(options: RedisOptions): Promise<Result<RelayStore, string>> {
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
  return ok(createStore(client));
}

function makeClient({ url, answerMsMax }: RedisOptions) {
  return createClient({
    url,
    // What cannot be asked now is refused now: rooms retry, and nothing waits out of sight.
    disableOfflineQueue: true,
    commandOptions: { timeout: answerMsMax },
    socket: {
      connectTimeout: answerMsMax,
      reconnectStrategy: (count) => Math.min(count * 50, 1_000),
    },
  });
}

type Client = ReturnType<typeof makeClient>;

type FoundHead =
  | readonly []
  | readonly [string, string, string, string, readonly string[], readonly string[]];

function createStore(client: Client): RelayStore {
  return {
    open: (room) =>
      attempt(async () => {
        const keys = [keyOf(room, "head"), keyOf(room, "present")];
        return toHead(await run<FoundHead>(client, scripts.open, keys));
      }),
    async commit(writes) {
      const committed = await attempt(() => commit(client, writes));
      return committed.ok ? committed.value : committed;
    },
    read: (room, after, entriesMax, bytesMax) =>
      attempt(async () => {
        const limits = [after, entriesMax, bytesMax].map(String);
        const keys = [keyOf(room, "log")];
        return (await run<readonly StreamEntry[]>(client, scripts.read, keys, limits)).map(toEntry);
      }),
    findIds: (room, ids) =>
      attempt(async () => {
        const keys = [keyOf(room, "ids"), keyOf(room, "log")];
        return (await run<readonly StreamEntry[]>(client, scripts.findIds, keys, ids)).map(toEntry);
      }),
    roomsWithPresent: () => attempt(async () => (await client.sMembers(PRESENT)).toSorted()),
    async close() {
      if (client.isOpen) await client.close();
    },
  };
}

async function commit(
  client: Client,
  writes: readonly RoomWrite[],
): Promise<Result<void, StoreError>> {
  const keys = writes.flatMap(({ room }) =>
    (["head", "log", "ids", "present"] as const).map((part) => keyOf(room, part))
  );
  // Lua's empty table is an object: an absent list and an empty one are the same to the script.
  const values = writes.flatMap(({ room, ...write }) => [room, JSON.stringify(write)]);
  const [verdict, at] = await run<readonly [string, number?]>(
    client,
    scripts.commit,
    [...keys, PRESENT],
    values,
  ); // RL106
  if (verdict === "stored") return ok(undefined);
  if (verdict === "id") return err({ kind: "storage-failed", detail: "the id is taken" });
  const { room } = writes[(at ?? 1) - 1] ?? {};
  assert(verdict !== "epoch", "Cannot commit a room's write: the stored epoch is another");
  assert(false, `Cannot commit entries of ${room}: the first is not behind the head`);
}

/** Refusals of Redis and of the line to it become refusals; anything else is a defect (RL107). */
async function attempt<T>(work: () => Promise<T>): Promise<Result<T, StoreError>> {
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

function toHead(found: FoundHead): RoomHead | undefined {
  if (found.length === 0) return undefined;
  const [epoch, head, floor, bytes, checkpoints, present] = found;
  return {
    epoch,
    head: Number(head),
    floor: Number(floor),
    bytes: Number(bytes),
    checkpoints: checkpoints.map(Number),
    present,
  };
}

function toEntry([id, fields]: StreamEntry): RelayEntry {
  const [, ts, , from, , entryId, , body] = fields;
  assert(
    ts !== undefined && from !== undefined && entryId !== undefined && body !== undefined,
    `Cannot read entry ${id}: a field is missing`,
  );
  return { seq: Number(id.split("-")[0]), ts: Number(ts), from, id: entryId, body };
}
