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
export { type ChatMessage, toChatMessages } from "./chat-messages.ts";
export { checkChoices, choiceTokensMin } from "./check-choices.ts";
export type { EndpointPlace, ModelFile, ModelProfile } from "./model-profile.ts";
export { imageUrl } from "./image-url.ts";
export { inferenceLimits } from "./limits.ts";
export {
  asksForRoom,
  type DeviceFacts,
  type Fit,
  fitModel,
  type FitReason,
  type GpuRoom,
  isRefusedRoom,
  memoryBytesMaxOf,
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
export type { BackEndOutcome, GenerateSink } from "./back-end.ts";
export { probeRequest } from "./probe-request.ts";
export { findReplyNonsense, sanityRequest } from "./sanity.ts";
export { starterProfile } from "./starter-profile.ts";
export { cutBehind } from "./tokens/cut-behind.ts";
export { generateTokens } from "./tokens/generate-tokens.ts";
export { joinSegments, type TokenPrompt } from "./tokens/prefill-plan.ts";
export { createPrefixStore, type PrefixStore } from "./tokens/prefix-store.ts";
export { createSampler, sampleToken } from "./tokens/sampling.ts";
export { spellTrie } from "./tokens/spell-trie.ts";
export { findNonsense } from "./tokens/nonsense.ts";
export { isStutter } from "./tokens/stutter.ts";
export type { TokenCache, TokenModel } from "./tokens/token-model.ts";
export { type ByteSpan } from "./models/byte-spans.ts";
export { beginDownload, decideDownload, hostOf } from "./models/decide-download.ts";
export * from "./models/download-state.ts";
export type { HostAnswer } from "./models/judge-answer.ts";
export { type DownloadLimits, downloadLimits } from "./models/limits.ts";
export { type ByteSource, type GgufReadError, readGguf } from "./gguf/read-gguf.ts";
export type { GgufHeader } from "./gguf/gguf-header.ts";
export { GGUF_ID, type GgufFile, ggufProfile, type GgufRefusal } from "./gguf/gguf-profile.ts";
