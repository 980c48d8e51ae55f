/** Starts the server for tests as a process of its own and speaks with it. For tests only. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { GenerateRequest, ModelProfile } from "#shared/inference/mod.ts";
import { denoPath, ROOT } from "../../../launch/processes.mjs";
import type { Fault, ServerFaults } from "./server-options.ts";

export const SERVER_SCRIPT = join(ROOT, "edge/host/engines/testing/starter-server.ts");

export interface ServerStats {
  readonly active: number;
  readonly aborted: number;
  readonly done: number;
  readonly keysRefused: number;
}

export interface TestServer {
  readonly baseUrl: string;
  fault(fault: Fault): Promise<void>;
  stats(): Promise<ServerStats>;
  /** Asks for the counts until they are so. */
  statsUntil(isSo: (stats: ServerStats) => boolean): Promise<ServerStats>;
  kill(): void;
  readonly ended: Promise<unknown>;
}

export interface TestServerOptions {
  readonly slots?: number;
  /** Of one slot; default that of `profile`. */
  readonly contextTokens?: number;
  readonly model?: "letters" | "starter";
  readonly faults?: ServerFaults;
  readonly key?: string;
  /** The origin whose pages may ask it. */
  readonly corsOrigin?: string;
  /** Default one that the system chooses. */
  readonly port?: number;
}

const running = new Set<ChildProcess>();

/** Ends every server that a test left behind. */
export function killServers(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Resolves when the server listens, or as soon as its model is loaded. */
export async function startServer(
  options: TestServerOptions = {},
  until: "listening" | "ready" = "ready",
): Promise<TestServer> {
  const { slots = 1, contextTokens = profile.contextTokens } = options;
  const child = spawn(denoPath(), [
    ...["run", "-A", "--quiet", SERVER_SCRIPT, "--ctx-size", String(contextTokens * slots)],
    ...["--parallel", String(slots), "--alias", profile.id],
    ...["--test-model", options.model ?? "letters"],
    ...["--port", String(options.port ?? 0)],
    ...(options.corsOrigin === undefined ? [] : ["--test-cors-origin", options.corsOrigin]),
    ...["--test-faults", JSON.stringify(options.faults ?? {})],
  ], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      ...(options.key === undefined ? {} : { LLAMA_API_KEY: options.key }),
    },
  });
  running.add(child);
  const ended = once(child, "exit").then(() => running.delete(child));
  let port: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    port = /^listening (\d+)$/.exec(line)?.[1] ?? port;
    if (port !== undefined && (until === "listening" || line === "ready")) break;
  }
  if (port === undefined) throw new Error("the server for tests did not start");
  const origin = `http://127.0.0.1:${port}`;
  const stats = async (): Promise<ServerStats> =>
    await (await fetch(`${origin}/stats`)).json() as ServerStats;
  return {
    baseUrl: `${origin}/v1`,
    async fault(fault) {
      const body = JSON.stringify(fault);
      // A server that is told to crash breaks the line.
      await fetch(`${origin}/fault`, { method: "POST", body }).catch(() => undefined);
    },
    stats,
    async statsUntil(isSo) {
      for (;;) {
        const now = await stats();
        if (isSo(now)) return now;
      }
    },
    kill: () => void child.kill("SIGKILL"),
    ended,
  };
}

/** What the server's letter model is to the engine. */
export const profile: ModelProfile = {
  id: "letters",
  engine: "openai",
  name: "Letters",
  goodFor: "",
  licence: "Apache-2.0",
  parameters: 1,
  downloadBytes: 0,
  memoryBytes: 0,
  contextTokens: 384,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "chat",
  embedded: false,
  replyTokensMax: 64,
  temperature: 0.8,
  topP: 1,
};

export function makeRequest(
  ask: string,
  overrides: Partial<GenerateRequest> = {},
): GenerateRequest {
  return {
    requestId: `r-${ask.slice(0, 8)}`,
    persona: "Ada",
    segments: [
      { key: "system", role: "system", text: "The harbour at night." },
      { key: `ask ${ask.slice(0, 8)}`, role: "user", text: `Please ${ask} of it.` },
    ],
    continueText: "",
    stop: [],
    seed: 7,
    temperature: 0,
    topP: 1,
    tokensMax: 40,
    ...overrides,
  };
}
