/**
 * The relay's store on Redis, for one process or any number of them.
 *
 * The scripts beside it own every change of the keys. A commit is as durable as Redis is told to
 * make it: with `appendfsync always` it is on the disk when it is acknowledged, with `everysec` a
 * power cut may lose a second of it, which clients notice by their cursors and heal.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL106  A commit of any number of rooms is one script: of each write all or nothing, and of all
 *          of them nothing when Redis refuses.
 *   RL119  A write that does not fit what is stored, or that says of a device which sits at another
 *          living process that it left, is `moved`.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import type {
  RelayStore,
  RoomHead,
  RoomWrite,
  StoreError,
  WriteVerdict,
} from "../relay/relay-store.ts";
import {
  attemptRedis as attempt,
  type RedisClient,
  redisKeys as keys,
  runScript as run,
  scriptOf,
} from "./redis-client.ts";
import { COMMIT, FIND_IDS, OPEN, READ } from "./redis-scripts.ts";

/** An entry of a stream as a script answers it: id, and fields and values in turn. */
type StreamEntry = readonly [id: string, fields: readonly string[]];

const scripts = {
  commit: scriptOf(COMMIT),
  open: scriptOf(OPEN),
  read: scriptOf(READ),
  findIds: scriptOf(FIND_IDS),
};

type FoundHead =
  | readonly []
  | readonly [string, string, string, string, readonly string[], readonly string[]];

/** `process` names this one among those that share the store. */
export function createRedisStore(client: RedisClient, process: string): RelayStore {
  return {
    open: (room) =>
      attempt(async () => {
        const parts = [keys.of(room, "head"), keys.of(room, "present")];
        return toHead(await run<FoundHead>(client, scripts.open, parts));
      }),
    async commit(writes) {
      const committed = await attempt(() => commit(client, process, writes));
      return committed.ok ? committed.value : committed;
    },
    read: (room, after, entriesMax, bytesMax) =>
      attempt(async () => {
        const limits = [after, entriesMax, bytesMax].map(String);
        const found = run<readonly StreamEntry[]>(
          client,
          scripts.read,
          [keys.of(room, "log")],
          limits,
        );
        return (await found).map(toEntry);
      }),
    findIds: (room, ids) =>
      attempt(async () => {
        const parts = [keys.of(room, "ids"), keys.of(room, "log")];
        return (await run<readonly StreamEntry[]>(client, scripts.findIds, parts, ids)).map(
          toEntry,
        );
      }),
    roomsWithPresent: () => attempt(async () => (await client.sMembers(keys.present)).toSorted()),
    async close() {
      if (client.isOpen) await client.close();
    },
  };
}

const WRITE_PARTS = ["head", "log", "ids", "present", "seats", "news"] as const;

async function commit(
  client: RedisClient,
  process: string,
  writes: readonly RoomWrite[],
): Promise<Result<readonly WriteVerdict[], StoreError>> {
  const parts = writes.flatMap(({ room }) => WRITE_PARTS.map((part) => keys.of(room, part)));
  // Lua's empty table is an object: an absent list and an empty one are the same to the script.
  const values = writes.flatMap(({ room, ...write }) => [room, JSON.stringify(write)]);
  const verdicts = await run<readonly string[]>(
    client,
    scripts.commit,
    [...parts, keys.present],
    [process, keys.pulseOf(""), ...values],
  ); // RL106
  if (verdicts[0] === "id") return err({ kind: "storage-failed", detail: "the id is taken" });
  return ok(verdicts.map((verdict) => {
    assert(verdict === "stored" || verdict === "moved", `Cannot read the verdict ${verdict}`);
    return verdict;
  }));
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
