export { isLoopback, placeOf, readBase } from "./address.ts";
export { decideReach, type ReachEvidence, refuseAddress, type Unreached } from "./decide-reach.ts";
export { LATE, within } from "./endpoint.ts";
export { type HttpEngineLimits, httpEngineLimits, wireLimits } from "./limits.ts";
export { type ListAnswer, type ListedModel, listModels } from "./list-models.ts";
export { createOpenAiEngine, type OpenAiEngine, type OpenAiEngineDeps } from "./openai-engine.ts";
export {
  openProvider,
  type Provider,
  type ProviderConfig,
  type ProviderRefusal,
} from "./provider.ts";
