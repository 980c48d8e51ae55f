/** The headless host as a person starts it, `npm run host`, in a folder of the test's own. */

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { isThere } from "../../edge/host/engines/testing/server-binary.contract.ts";
import type { ServerStats } from "../../edge/host/engines/testing/server-process.contract.ts";
import { type Line, startLineChild } from "../../edge/host/testing/line-child.contract.ts";
import { ROOT } from "../../edge/launch/processes.mjs";
import { childrenOf, findProcesses } from "./processes.ts";

const LOOK_MS = 5;

/** What of `GET /health` is looked at. */
export interface HostHealth {
  readonly isReady: boolean;
  readonly engine: { readonly phase: string; readonly restarts: number };
  readonly rooms: readonly {
    readonly link: string;
    readonly personas: readonly { readonly key: string; readonly state: string }[];
  }[];
}

export interface EngineProcess {
  readonly pid: number;
  readonly port: number;
}

export interface HostProcess {
  /** What it wrote so far. */
  readonly lines: readonly Line[];
  /** The first line, from the start, that has these fields; fails when it ends before. */
  line(fields: Line): Promise<Line>;
  /** Of the host itself, which its launcher started; fails when it ends before. */
  pid(): Promise<number>;
  /** Undefined while it does not answer. */
  health(): Promise<HostHealth | undefined>;
  /** The engines that it started, oldest first. */
  engines(): readonly EngineProcess[];
  /** What the server of its newest engine counts; undefined while that does not listen. */
  engineStats(): Promise<ServerStats | undefined>;
  /** SIGKILL to the host itself; resolves when it and its launcher ended. */
  kill(): Promise<void>;
  /** SIGTERM to its launcher; resolves with the exit code. */
  stop(): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

/** Writes a configuration; the host's data will be in `data` beside it. */
export function writeHostConfig(folder: string, config: object): string {
  const path = join(folder, "host.json");
  writeFileSync(path, JSON.stringify({ data: "data", http: { port: 0 }, ...config }));
  return path;
}

/** Ends with this process at the latest. */
export function startHost(configPath: string): HostProcess {
  const node = "deno" in process.versions ? "node" : process.execPath;
  const child = startLineChild([node, join(ROOT, "edge/launch/host.mjs"), configPath], process.env);
  // The host reads a pipe of its launcher and ends with it.
  const killIt = (): void => void child.end("SIGKILL");
  process.once("exit", killIt);
  let hasEnded = false;
  void child.ended.then(() => {
    hasEnded = true;
    process.removeListener("exit", killIt);
  });
  const pid = async (): Promise<number> => {
    for (;;) {
      const [found] = childrenOf(child.pid);
      if (found !== undefined) return found;
      if (hasEnded) throw new Error(`The host has ended: ${JSON.stringify(child.lines)}`);
      await sleep(LOOK_MS);
    }
  };
  const engines = (): readonly EngineProcess[] =>
    child.lines.filter(({ event }) => event === "process-started")
      .map((line) => ({ pid: Number(line["pid"]), port: Number(line["port"]) }));
  return {
    lines: child.lines,
    line: (fields) => child.line(fields),
    ...{ pid, engines },
    health: () => readHealth(child.lines, join(dirname(configPath), "data")),
    engineStats: () => readStats(engines().at(-1)?.port),
    async kill() {
      process.kill(await pid(), "SIGKILL");
      await child.ended;
    },
    stop: () => child.end("SIGTERM"),
    ended: child.ended,
  };
}

async function readHealth(
  lines: readonly Line[],
  data: string,
): Promise<HostHealth | undefined> {
  const port = lines.find(({ event }) => event === "hosting")?.["httpPort"];
  if (port === undefined) return undefined;
  const token = readFileSync(join(data, "host.token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}` };
  try {
    const answer = await fetch(`http://127.0.0.1:${Number(port)}/health`, { headers });
    return await answer.json() as HostHealth;
  } catch { // It is ending.
    return undefined;
  }
}

async function readStats(port: number | undefined): Promise<ServerStats | undefined> {
  try {
    return await (await fetch(`http://127.0.0.1:${port}/stats`)).json() as ServerStats;
  } catch { // Not yet, or no more.
    return undefined;
  }
}

/** Process ids of engines that run a model of `folder`, whoever started them. */
export function enginesOf(folder: string): readonly number[] {
  return findProcesses((words) =>
    words.some((word) => word.endsWith("/starter-server.ts")) &&
    words.some((word) => word.startsWith(`${folder}/`))
  ).filter(isThere);
}
