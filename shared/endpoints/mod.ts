export { LATE, within } from "./endpoint.ts";
export { type HttpEngineLimits, httpEngineLimits } from "./limits.ts";
export { createOpenAiEngine, type OpenAiEngine, type OpenAiEngineDeps } from "./openai-engine.ts";
export {
  openProvider,
  type Provider,
  type ProviderConfig,
  type ProviderRefusal,
} from "./provider.ts";
