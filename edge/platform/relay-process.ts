/**
 * The relay of one server process: data folder, store, relay, sockets, begun and ended in order.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL74  A stop tells every client to come back, finishes commits under way and closes the store.
 */

import type { Server } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { createWebCrypto } from "#shared/crypto/mod.ts";
import { err, ok, type Result } from "#shared/base/mod.ts";
import { ownOrigins } from "../http/upgrade-decision.ts";
import { createVisitors } from "../http/visitor-limits.ts";
import { createRelay } from "../relay/relay.ts";
import type { Relay } from "../relay/relay-types.ts";
import type { OpenFailure } from "../stores/sqlite-database.ts";
import { openSqliteStore } from "../stores/sqlite.ts";
import type { OperatorDeps } from "../http/operator-app.ts";
import { createBackups } from "./backups.ts";
import { openDataFolder } from "./data-folder.ts";
import { createErrorLog } from "./error-log.ts";
import { createRelayMetrics, type RelayMetrics } from "./relay-metrics.ts";
import { attachRelaySockets, type RelaySockets } from "./relay-sockets.ts";
import type { ServerSettings } from "./settings.ts";
import { createSystemClock } from "./system-ports.ts";

/** A server that is just ending has this long to let go of the data folder. */
const LOCK_WAIT_MS_MAX = 3_000;
/** Clients get the close frame and answer it; more is not waited for. */
const SOCKETS_WAIT_MS_MAX = 500;
const RELAY_CLOSE_MS_MAX = 5_000;
/** sysexits(3): an internal error of the software; a supervisor starts the process anew. */
const DEFECT_EXIT_CODE = 70;

export interface RelayProcess {
  readonly isUp: () => boolean;
  /** What its operator may ask. */
  readonly operator: Omit<OperatorDeps, "reportError">;
  /** Serves upgrades of a listening server. */
  attach(server: Server, port: number): void;
  /** Resolves when every commit is on the disk, at the latest after a few seconds. */
  stop(): Promise<void>;
}

/** Opens everything below the sockets. The error is for a person. */
export async function startRelay(
  settings: ServerSettings,
  dataFolder: string,
  pageFolder: string,
): Promise<Result<RelayProcess, string>> {
  const crypto = createWebCrypto();
  const folder = openDataFolder(dataFolder, pageFolder, (count) => crypto.randomBytes(count));
  if (!folder.ok) return folder;
  const { databasePath, secret } = folder.value;
  const store = openSqliteStore({
    path: databasePath,
    bytesMax: settings.storeBytesMax,
    lockWaitMsMax: LOCK_WAIT_MS_MAX,
  });
  if (!store.ok) return err(describeOpenFailure(databasePath, store.error));
  const clock = createSystemClock();
  const metrics = createRelayMetrics({
    counts: () => relay.counts(),
    residentBytes: () => process.memoryUsage().rss,
    now: clock.now,
  });
  const relay: Relay = createRelay({
    store: metrics.watch(store.value),
    crypto,
    clock,
    trace: createErrorLog("warn"),
    secret,
    limits: settings.relayLimits,
    onDefect(error) {
      console.error("The relay broke an invariant and ends:", error);
      process.exit(DEFECT_EXIT_CODE);
    },
  });
  const lifetime = new AbortController();
  await relay.start(lifetime.signal);
  const backUp = createBackups({
    folder: join(dataFolder, "backups"),
    store: store.value,
    clock,
    signal: lifetime.signal,
  });
  return ok(createProcess({ settings, relay, metrics, backUp, now: clock.now, lifetime }));
}

interface Parts {
  readonly settings: ServerSettings;
  readonly relay: Relay;
  readonly metrics: RelayMetrics;
  readonly backUp: OperatorDeps["backUp"];
  readonly now: () => number;
  readonly lifetime: AbortController;
}

function createProcess(
  { settings, relay, metrics, backUp, now, lifetime }: Parts,
): RelayProcess {
  let sockets: RelaySockets | undefined;
  let phase: "starting" | "up" | "stopping" = "starting";
  return {
    isUp: () => phase === "up",
    operator: {
      metrics: () => metrics.text(),
      notReady: () => phase === "up" ? metrics.storeTrouble() : `the relay is ${phase}`, // RL103
      backUp,
    },
    attach(server, port) {
      phase = "up";
      sockets = attachRelaySockets(server, {
        relay,
        origins: settings.origins ?? ownOrigins(settings.host, port),
        visitors: createVisitors(settings.visitorLimits),
        trustsProxy: settings.trustsProxy,
        frameBytesMax: settings.relayLimits.frameBytesMax,
        now,
      });
    },
    async stop() {
      if (phase === "stopping") return;
      phase = "stopping";
      // In this order: the relay tells every client before its socket is ended.
      const stopped = relay.close().then(() => sockets?.close(SOCKETS_WAIT_MS_MAX));
      const late = new Promise((resolve) => setTimeout(resolve, RELAY_CLOSE_MS_MAX));
      await Promise.race([stopped, late]);
      lifetime.abort(new Error("The server stops"));
    },
  };
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
