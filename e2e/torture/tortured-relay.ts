/**
 * The real relay under torture, on each store that outlives it: SQLite and Redis on Deno, a Durable
 * Object's in workerd.
 *
 * Every start is over the same folder; what a signal hits is the process itself.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { findFreePort, spawnWorkerd } from "../../edge/conformance/workerd-process.ts";
import { ownOrigins } from "../../edge/http/upgrade-decision.ts";
import { signalServer } from "../../edge/launch/server-process.mjs";
import { WORKER_BUNDLE } from "../../edge/launch/worker-bundle.mjs";
import { type RedisServer, startRedis } from "../../edge/stores/redis-server.contract.ts";
import { copyPage, type RelayProcess, startRelay } from "./relay-process.ts";

/** `do`: a Durable Object. */
export type TorturedStore = "sqlite" | "redis" | "do";

export interface TorturedRelay {
  /** Starts it at `port`, 0 for the system's choice, over what was kept. */
  start(port: number): Promise<RelayProcess>;
  /** Killed in turn with the relay. */
  readonly redis: RedisServer | undefined;
  /** Ends what is beside the relay; the folder is the caller's. */
  close(): Promise<void>;
}

export interface TorturedOptions {
  readonly store: TorturedStore;
  readonly folder: string;
  /** Whether browsers will come: else there is nothing to build. */
  readonly hasPage: boolean;
  readonly limits: Readonly<Record<string, number>>;
}

/** Of this torture alone: 32 bytes in base64url. */
const SECRET = Buffer.alloc(32, 5).toString("base64url");
/** Where workerd says that it listens. */
const CONTROL_STREAM = 3;

/** Of a Durable Object's the Worker is bundled already: `bundleWorker`. */
export async function prepareRelay(options: TorturedOptions): Promise<TorturedRelay> {
  const { store, folder, hasPage } = options;
  const limits = { CONCLAVE_RELAY_LIMITS: JSON.stringify(options.limits) };
  if (store === "do") {
    const start = (port: number) => startWorkerd(folder, port, limits);
    return { start, redis: undefined, close: () => Promise.resolve() };
  }
  const pageFolder = join(folder, "page");
  if (hasPage) copyPage(pageFolder);
  else {
    mkdirSync(pageFolder);
    writeFileSync(join(pageFolder, "index.html"), "<!doctype html><title>page</title>");
  }
  const redis = store === "redis" ? await startRedis() : undefined;
  const shared = redis && { CONCLAVE_REDIS: redis.url, CONCLAVE_RELAY_SECRET: SECRET };
  const place = { dataFolder: join(folder, "data"), pageFolder };
  return {
    redis,
    start: (port) => startRelay({ ...place, port, settings: { ...limits, ...shared } }),
    close: async () => await redis?.remove(),
  };
}

/** The relay of Cloudflare in workerd; `settings` add to its own, or stand in their place. */
export async function startWorkerd(
  folder: string,
  wantedPort: number,
  settings: Readonly<Record<string, string>>,
): Promise<RelayProcess> {
  const port = wantedPort === 0 ? await findFreePort() : wantedPort;
  const variables = {
    CONCLAVE_ORIGINS: ownOrigins("127.0.0.1", port).join(","),
    CONCLAVE_RELAY_SECRET: SECRET,
    ...settings,
  };
  const dataFolder = join(folder, "data");
  const modulePath = WORKER_BUNDLE;
  const child = spawnWorkerd({ modulePath, folder, dataFolder, port, variables });
  const killIt = (): void => signalServer(child, "SIGKILL");
  process.once("exit", killIt);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => text += data.toString());
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  void ended.then(() => process.removeListener("exit", killIt));
  await new Promise<void>((resolve, reject) => {
    child.stdio[CONTROL_STREAM]?.once("data", () => resolve());
    void ended.then((code) => reject(new Error(`workerd ended with ${code}: ${text}`)));
  });
  return {
    ...{ origin: `http://127.0.0.1:${port}`, port, pid: child.pid ?? 0, ended },
    output: () => text,
    signal: (name) => signalServer(child, name),
  };
}
