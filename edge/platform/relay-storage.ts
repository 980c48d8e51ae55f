/**
 * What a server process keeps its rooms in: the database of its data folder, or a Redis that it
 * shares with other servers.
 *
 * Redis' code is loaded where it is asked for.
 */

import { join } from "node:path";
import { encodeBase64Url } from "#shared/crypto/mod.ts";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Bytes, Clock, Crypto, Log } from "#shared/ports/mod.ts";
import type { OperatorDeps } from "../http/operator-app.ts";
import type { Cluster } from "../relay/cluster.ts";
import type { RelayStore } from "../relay/relay-store.ts";
import type { OpenFailure } from "../stores/sqlite-database.ts";
import { openSqliteStore } from "../stores/sqlite.ts";
import { createBackups } from "./backups.ts";
import { openDataFolder } from "./data-folder.ts";
import type { ServerSettings } from "./settings.ts";

/** A server that is just ending has this long to let go of the data folder. */
const LOCK_WAIT_MS_MAX = 3_000;
/** Connecting to Redis, and each of its answers. */
const REDIS_ANSWER_MS_MAX = 5_000;

export interface RelayStorage {
  readonly store: RelayStore;
  readonly cluster: Cluster | undefined;
  /** Makes cursors. */
  readonly secret: Bytes;
  readonly backUp: OperatorDeps["backUp"];
}

interface Places {
  readonly dataFolder: string;
  readonly pageFolder: string;
}

interface Ports {
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly trace: Log;
  /** Aborts when the server ends. */
  readonly signal: AbortSignal;
}

/** The error is for a person. */
export async function openRelayStorage(
  settings: ServerSettings,
  places: Places,
  ports: Ports,
): Promise<Result<RelayStorage, string>> {
  return settings.redis === undefined
    ? openFolder(settings, places, ports)
    : await openShared(settings.redis, ports);
}

function openFolder(
  { storeBytesMax }: ServerSettings,
  { dataFolder, pageFolder }: Places,
  { crypto, clock, signal }: Ports,
): Result<RelayStorage, string> {
  const folder = openDataFolder(dataFolder, pageFolder, (count) => crypto.randomBytes(count));
  if (!folder.ok) return folder;
  const { databasePath, secret } = folder.value;
  const store = openSqliteStore({
    path: databasePath,
    bytesMax: storeBytesMax,
    lockWaitMsMax: LOCK_WAIT_MS_MAX,
  });
  if (!store.ok) return err(describeOpenFailure(databasePath, store.error));
  const backUp = createBackups({
    ...{ folder: join(dataFolder, "backups"), store: store.value, clock, signal },
  });
  return ok({ store: store.value, cluster: undefined, secret, backUp });
}

async function openShared(
  { url, secret }: NonNullable<ServerSettings["redis"]>,
  { crypto, clock, trace }: Ports,
): Promise<Result<RelayStorage, string>> {
  const { openRedis } = await import("../stores/open-redis.ts");
  const process = encodeBase64Url(crypto.randomBytes(16));
  const opened = await openRedis({
    ...{ url, answerMsMax: REDIS_ANSWER_MS_MAX, process, clock, trace },
  });
  if (!opened.ok) return opened;
  const detail = "Redis keeps the log: back it up as Redis is backed up";
  const backUp = () => Promise.resolve(err({ kind: "not-here", detail } as const));
  return ok({ ...opened.value, secret, backUp });
}

/** Text for a person about why the relay has no store. */
export function describeOpenFailure(path: string, failure: OpenFailure): string {
  switch (failure.kind) {
    case "sqlite-missing":
      return `Cannot keep rooms: this runtime has no SQLite. Use Deno, or Node 22.13 or later`;
    case "in-use":
      return `Cannot open ${path}: another server uses this data folder. ` +
        `Stop it, or give this one a folder of its own by CONCLAVE_DATA=/path/to/folder`;
    case "damaged":
      return `Cannot open ${path}: it is damaged (${failure.detail}). The file was left as it is. ` +
        `Bring back a copy, or move it away to start with empty rooms: ` +
        `clients offer again what they hold`;
    case "foreign":
      return `Cannot open ${path}: it is the database of another program. ` +
        `Choose another folder by CONCLAVE_DATA=/path/to/folder`;
    case "newer":
      return `Cannot open ${path}: a newer version of Conclave wrote it ` +
        `(format ${failure.version}). Update this one`;
    case "unusable":
      return `Cannot open ${path}: ${failure.detail}`;
  }
}
