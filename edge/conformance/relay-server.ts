/** The real server process for the conformance suite: its runtime, SQLite, a port, a folder. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RelayLimits } from "#shared/protocol/mod.ts";
import { signalServer, spawnServer } from "../launch/server-process.mjs";
import { nodeOfTests } from "./runtime.ts";

export interface RelayServer {
  /** Such as `http://127.0.0.1:40001`: the page's origin and what a proof names. */
  readonly origin: string;
  readonly port: number;
  readonly dataFolder: string;
  /** What it wrote so far. */
  output(): string;
  /** Resident memory in bytes; undefined where the system does not tell. */
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
}

/** Starts a server. Rejects with what it wrote when it ends before it listens. */
export async function startRelayServer(options: ServerOptions = {}): Promise<RelayServer> {
  const folder = makeFolder();
  const page = join(folder, "page");
  mkdirSync(page);
  writeFileSync(join(page, "index.html"), "<!doctype html><title>page</title>");
  const dataFolder = options.dataFolder ?? join(folder, "data");
  const environment = {
    ...options.settings,
    ...(options.limits && { CONCLAVE_RELAY_LIMITS: JSON.stringify(options.limits) }),
    HOST: "127.0.0.1",
    PORT: String(options.port ?? 0),
    CONCLAVE_DATA: dataFolder,
  };
  const child = spawnServer(environment, "pipe", page, nodeOfTests());
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
