/**
 * Chooses a host's engine by its configuration.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO101  Settings of an engine are judged before it is started, and answered with every reason.
 */

import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import { err, ok, unreachable } from "#shared/base/mod.ts";
import { createWebCrypto } from "#shared/crypto/mod.ts";
import { createOpenAiEngine, openProvider } from "#shared/endpoints/mod.ts";
import { type ModelProfile, starterProfile } from "#shared/inference/mod.ts";
import { endpointLimits } from "#shared/supervision/mod.ts";
import type { EngineConfig } from "./config/host-config.ts";
import { createLlamaServer } from "./engines/llama-server.ts";
import { startStarterThread } from "./engines/starter/start-thread.ts";
import { createStarterEngine } from "./engines/starter/starter-engine.ts";
import { readStarterFiles } from "./engines/starter/starter-files.ts";
import type { OpenEngine, OpenEngineDeps } from "./host-process.ts";

type ConfigOf<Kind extends EngineConfig["kind"]> = Extract<EngineConfig, { readonly kind: Kind }>;
type Opened = ReturnType<OpenEngine>;

export interface Environment {
  /** A key stands nowhere else. */
  read(name: string): string | undefined;
  /** All of it; asked for only where a process is started. */
  all(): Readonly<Record<string, string | undefined>>;
}

const KEY_BYTES = 24;

/** Where the model lies in the repository; `host-permissions.mjs` lets it be read. */
const STARTER_FOLDER = fileURLToPath(new URL("../../web/models/starter/files", import.meta.url));

export function createOpenEngine(environment: Environment): OpenEngine {
  return async (config, deps) => {
    switch (config.kind) {
      case "openai":
        return await openEndpoint(config, deps, environment);
      case "llama-server":
        return await openProcess(config, deps, environment);
      case "starter":
        return await openStarter(deps);
      default:
        return unreachable(config);
    }
  };
}

async function openStarter({ clock }: OpenEngineDeps): Opened {
  // Judged before it is started, like a process: the worker reads them again.
  const files = await readStarterFiles(STARTER_FOLDER, new AbortController().signal);
  if (!files.ok) return err([files.error]); // HO101
  return ok({
    profile: starterProfile,
    startEngine: async (generation) =>
      createStarterEngine({
        ...{ generation, clock },
        startThread: () => startStarterThread(STARTER_FOLDER),
      }),
  });
}

async function openEndpoint(
  config: ConfigOf<"openai">,
  { clock }: OpenEngineDeps,
  environment: Environment,
): Opened {
  const { url, keyEnv, slots, constrainsJson } = config;
  const provider = openProvider(
    {
      ...{ name: config.kind, slots },
      ...constrainsJson === undefined ? {} : { constrainsJson },
      baseUrl: url,
      ...keyEnv === undefined ? {} : { keyVariable: keyEnv },
    },
    (name) => environment.read(name),
  );
  if (!provider.ok) return provider; // HO101
  return ok({
    profile: { ...profileOf(config), endpoint: provider.value.place }, // HO180
    limits: endpointLimits, // HO162
    startEngine: async (generation) =>
      createOpenAiEngine({
        ...{ generation, clock, fetch },
        provider: provider.value,
        modelName: config.model,
      }),
  });
}

async function openProcess(
  config: ConfigOf<"llama-server">,
  { clock, log }: OpenEngineDeps,
  environment: Environment,
): Opened {
  const crypto = createWebCrypto();
  const { model, contextTokens, slots } = config;
  const server = createLlamaServer({
    ...{ backend: config.kind, contextTokens, slots },
    binaryPath: config.binary,
    modelPath: config.modelFile,
    modelName: model,
    extraArguments: config.arguments,
  }, {
    ...{ clock, log },
    environment: environment.all(),
    makeKey: () => Buffer.from(crypto.randomBytes(KEY_BYTES)).toString("hex"),
  });
  const decision = await server.gate();
  if (decision.kind === "refuse") return err(decision.reasons); // HO101
  return ok({
    profile: profileOf(config),
    startEngine: (generation, signal) => server.startEngine(generation, signal),
  });
}

/** What is not known of a model behind an endpoint counts as nothing. */
function profileOf(config: ConfigOf<"openai" | "llama-server">): ModelProfile {
  const { model, contextTokens, replyTokensMax } = config;
  return {
    ...{ id: model, engine: config.kind, name: model, contextTokens, replyTokensMax },
    goodFor: "",
    licence: "",
    parameters: 0,
    downloadBytes: 0,
    memoryBytes: 0,
    requiredFeatures: [],
    needsWebGpu: false,
    promptFormat: "chat",
    embedded: false,
    temperature: config.temperature,
    topP: config.topP,
    ...config.seesImages === true ? { seesImages: true } : {},
  };
}
