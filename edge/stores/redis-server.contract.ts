/** A real `redis-server` for a test: a port of the system's choice, a folder of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { findProgram } from "../launch/debian.mjs";

export interface RedisServer {
  readonly url: string;
  /** Holds what it keeps. */
  readonly folder: string;
  /** Ends it as a power cut does, unless asked to end well; resolves when it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** Its path; undefined where there is none: `npm test` installs it where it may. */
export const findRedis = (): string | undefined => findProgram("redis-server");

/** Durable at each command, as the relay needs it. `words` are more of its options. */
export async function startRedis(words: readonly string[] = []): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "conclave-redis-"));
  const port = await freePort();
  const settings = [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
    ...["--appendonly", "yes", "--appendfsync", "always", "--loglevel", "notice"],
  ];
  let server: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();

  const start = async (): Promise<void> => {
    const child = spawn(findRedis() ?? "redis-server", [...settings, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    server = child;
    ended = new Promise((resolve) => child.once("close", resolve));
    let text = "";
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (data: Buffer) => {
        text += data.toString();
        if (text.includes("Ready to accept connections")) resolve();
      });
      child.once("error", reject);
      child.once("close", (code) => reject(new Error(`Redis ended with ${code}: ${text}`)));
    });
  };
  const end = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    if (server?.pid !== undefined && server.exitCode === null && server.signalCode === null) {
      process.kill(server.pid, signal);
    }
    await ended;
  };
  await start();
  return {
    ...{ url: `redis://127.0.0.1:${port}`, folder },
    ...{ start, end },
    async remove() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("No port is free");
  return address.port;
}
