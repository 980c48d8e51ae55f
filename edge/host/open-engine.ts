/**
 * Chooses a host's engine by its configuration.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO101  Settings of an engine are judged before it is started, and answered with every reason.
 */

import { ok } from "#shared/base/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type { EngineConfig } from "./config/host-config.ts";
import { createOpenAiEngine } from "./engines/openai-engine.ts";
import { openProvider } from "./engines/provider.ts";
import type { OpenEngine } from "./host-process.ts";

/** `readVariable` is the environment's: a key stands nowhere else. */
export function createOpenEngine(
  readVariable: (name: string) => string | undefined,
): OpenEngine {
  return async (config, { clock }) => {
    const { url, keyEnv, slots } = config;
    const provider = openProvider(
      {
        ...{ name: config.kind, slots, constrainsJson: config.constrainsJson },
        baseUrl: url,
        ...keyEnv === undefined ? {} : { keyVariable: keyEnv },
      },
      readVariable,
    );
    if (!provider.ok) return provider; // HO101
    return ok({
      profile: profileOf(config),
      startEngine: async (generation) =>
        createOpenAiEngine({
          ...{ generation, clock },
          provider: provider.value,
          modelName: config.model,
        }),
    });
  };
}

/** What is not known of a model behind an endpoint counts as nothing. */
function profileOf(config: EngineConfig): ModelProfile {
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
  };
}
