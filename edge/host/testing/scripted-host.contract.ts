/**
 * The process of a headless host with a scripted engine, for the tests that kill it. Runs on Deno;
 * everything but the engine is the product's own.
 */

import process from "node:process";
import { ok } from "#shared/base/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import { ScriptedEngine } from "#shared/testing/fakes/scripted-engine.ts";
import { runHostProcess } from "../host-process.ts";

const profile: ModelProfile = {
  id: "scripted",
  engine: "transformers",
  name: "Scripted",
  goodFor: "tests",
  licence: "",
  parameters: 1,
  downloadBytes: 1,
  memoryBytes: 1,
  contextTokens: 4_096,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "chat",
  embedded: true,
  replyTokensMax: 64,
  temperature: 0,
  topP: 1,
};

/** Slow enough to be killed between two of them. */
const TOKEN_MS = 30;
const REPLY = Array.from({ length: 20 }, (_, index) => ` word${index}`);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => stop.abort(signal));
}

process.exitCode = await runHostProcess({
  configPath: process.argv[2] ?? "",
  isCheckOnly: process.argv.includes("--check"),
  writeLine: (line) => console.error(line),
  stop: stop.signal,
  openEngine: async (config, { clock }) =>
    ok({
      profile,
      async startEngine(generation) {
        const options = { clock, generation, reply: () => REPLY, tokenMs: TOKEN_MS, loadMs: 1 };
        const engine = new ScriptedEngine({ ...options, contextTokens: profile.contextTokens });
        // One that hears nothing, as a process in the middle of a system call.
        if (config.kind === "openai" && config.model === "stubborn") {
          const never = new Promise<never>(() => undefined);
          return { engine, exited: never, stop: () => never, kill: () => undefined };
        }
        return {
          engine,
          exited: engine.exited,
          stop: async () => engine.kill(),
          kill: () => engine.kill(),
        };
      },
    }),
});
process.exit();
