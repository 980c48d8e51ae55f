/** The real server process for the conformance suite: its runtime, SQLite, a port, a folder. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import { ownOrigins } from "../http/upgrade-decision.ts";
import { signalServer, spawnServer } from "../launch/server-process.mjs";
import { WORKER_BUNDLE } from "../launch/worker-bundle.mjs";
import type { RedisServer } from "../stores/redis-server.contract.ts";
import { REDIS_SECRET, redisOf, removeRedis, startBalancer } from "./redis-pair.ts";
import { nodeOfTests, runtime } from "./runtime.ts";
import { findFreePort, spawnWorkerd } from "./workerd-process.ts";

export interface RelayServer {
  /** Such as `http://127.0.0.1:40001`: the page's origin and what a proof names. */
  readonly origin: string;
  readonly port: number;
  readonly dataFolder: string;
  /** What it wrote so far. */
  output(): string;
  /** Resident memory of a process, the largest; undefined where the system does not tell. */
  residentBytes(): number | undefined;
  /** Sends a signal; resolves with the exit code when it ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  ended: Promise<number | null>;
}

export interface ServerOptions {
  readonly limits?: Partial<RelayLimits> & Readonly<Record<string, number>>;
  readonly settings?: Readonly<Record<string, string>>;
  /** Kept by the caller; default is one that ends with the process. */
  readonly dataFolder?: string;
  readonly port?: number;
  /** A program and its arguments that runs the server. */
  readonly wrapper?: readonly string[];
  /** Limits of visitors are each server's own: of several all connections go to the first. */
  readonly isOneServer?: true;
}

/** Where workerd says that it listens. */
const CONTROL_STREAM = 3;
/** Of every relay on Cloudflare here: 32 bytes in base64url. */
const SECRET = Buffer.alloc(32, 7).toString("base64url");

/** Starts a server. Rejects with what it wrote when it ends before it listens. */
export async function startRelayServer(options: ServerOptions = {}): Promise<RelayServer> {
  if (runtime === "redis") return await startPair(options);
  const folder = makeFolder();
  const dataFolder = options.dataFolder ?? join(folder, "data");
  const start = runtime === "workerd" ? startWorkerd : startServer;
  return await openServer(await start({ ...options, dataFolder }, folder), folder, dataFolder);
}

async function openServer(
  child: ChildProcess,
  folder: string,
  dataFolder: string,
): Promise<RelayServer> {
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  void ended.then(() => rmSync(folder, { recursive: true, force: true }));
  let text = "";
  const address = await new Promise<string>((resolve, reject) => {
    const read = (data: Buffer): void => {
      text += data.toString();
      const found = /Conclave is at (http:\S+)\//.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.stdio[CONTROL_STREAM]?.on("data", (data: Buffer) => {
      const found = /"port":(\d+)/.exec(data.toString())?.[1];
      if (found !== undefined) resolve(`http://127.0.0.1:${found}`);
    });
    void ended.then((code) => reject(new Error(`The server ended with code ${code}: ${text}`)));
  });
  return {
    origin: address,
    port: Number(new URL(address).port),
    dataFolder,
    output: () => text,
    residentBytes: () => residentBytes(child.pid ?? 0),
    end: async (signal) => {
      signalServer(child, signal);
      return await ended;
    },
    ended,
  };
}

export interface RelayPair extends RelayServer {
  /** The two behind the balancer. */
  readonly servers: readonly RelayServer[];
  readonly redis: RedisServer;
  /** From now on all connections go to this one. */
  balance(index: number): void;
}

/** Two servers on one Redis, seen as one: its address is the balancer's, its end that of both. */
export async function startPair(options: ServerOptions = {}): Promise<RelayPair> {
  const folder = makeFolder();
  const dataFolder = options.dataFolder ?? join(folder, "data");
  const redis = await redisOf(dataFolder);
  const balancer = await startBalancer(options.port);
  const settings = {
    CONCLAVE_ORIGINS: ownOrigins("127.0.0.1", balancer.port).join(","),
    ...options.settings,
    CONCLAVE_REDIS: redis.url,
    CONCLAVE_RELAY_SECRET: REDIS_SECRET,
  };
  const servers = await Promise.all([1, 2].map(async () => {
    const own = makeFolder();
    const child = await startServer({ ...options, port: 0, settings, dataFolder }, own);
    return await openServer(child, own, dataFolder);
  }));
  const ports = servers.map(({ port }) => port);
  balancer.targets = options.isOneServer === true ? ports.slice(0, 1) : ports;
  const ended = Promise.all(servers.map((one) => one.ended)).then(async (codes) => {
    balancer.close();
    rmSync(folder, { recursive: true, force: true });
    // A caller's folder may be used again, and its Redis with it.
    if (options.dataFolder === undefined) await removeRedis(dataFolder);
    return codes.find((code) => code !== 0) ?? codes[0] ?? null;
  });
  return {
    ...{ servers, redis, dataFolder, ended },
    balance: (index) => balancer.targets = ports.slice(index, index + 1),
    origin: `http://127.0.0.1:${balancer.port}`,
    port: balancer.port,
    output: () => servers.map((one) => one.output()).join("\n"),
    residentBytes: () => Math.max(...servers.map((one) => one.residentBytes() ?? 0)),
    async end(signal) {
      await Promise.all(servers.map((one) => one.end(signal)));
      return await ended;
    },
  };
}

type StartOptions = ServerOptions & { readonly dataFolder: string };

function startServer(options: StartOptions, folder: string): Promise<ChildProcess> {
  const page = join(folder, "page");
  mkdirSync(page);
  writeFileSync(join(page, "index.html"), "<!doctype html><title>page</title>");
  const environment = {
    ...variablesOf(options),
    HOST: "127.0.0.1",
    PORT: String(options.port ?? 0),
    CONCLAVE_DATA: options.dataFolder,
  };
  return Promise.resolve(spawnServer(environment, "pipe", page, nodeOfTests(), options.wrapper));
}

async function startWorkerd(options: StartOptions, folder: string): Promise<ChildProcess> {
  const port = options.port ?? await findFreePort();
  const variables = {
    CONCLAVE_ORIGINS: ownOrigins("127.0.0.1", port).join(","),
    CONCLAVE_RELAY_SECRET: SECRET,
    ...variablesOf(options),
  };
  const { dataFolder } = options;
  return spawnWorkerd({ modulePath: WORKER_BUNDLE, folder, dataFolder, port, variables });
}

function variablesOf({ settings, limits }: ServerOptions): Record<string, string> {
  return { ...settings, ...(limits && { CONCLAVE_RELAY_LIMITS: JSON.stringify(limits) }) };
}

/** A temporary folder; the caller removes it. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "conclave-conformance-"));
}

function residentBytes(pid: number): number | undefined {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined; // Not Linux.
    throw error;
  }
}
