export type * from "./engine.ts";
export {
  type ChoiceNode,
  type ChoiceOptions,
  choiceOptions,
  type ChoicePath,
  type ChoiceTrie,
  type ChoiceTrieError,
  createChoiceTrie,
} from "./choice-trie.ts";
export { checkChoices, choiceTokensMin } from "./check-choices.ts";
export type { ModelProfile } from "./model-profile.ts";
export { inferenceLimits } from "./limits.ts";
export {
  type DeviceFacts,
  type Fit,
  fitModel,
  type FitReason,
  type ModelFit,
} from "./fit-model.ts";
export {
  emptyStopScan,
  flushStopText,
  pushStopText,
  type StopScan,
  type StopStep,
} from "./stop-strings.ts";
export { validateRequest } from "./validate-request.ts";
