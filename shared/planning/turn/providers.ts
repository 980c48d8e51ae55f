/**
 * Providers as data: where each runs and how many calls one key takes at once.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP8  Locality is the provider's declared kind; one that nobody declared counts as cloud.
 *   TP9  Calls of one device to one cloud provider never exceed the provider's cap.
 */

import { planningLimits as limits } from "../limits.ts";
import type { ProviderDeclaration } from "./turn-request.ts";

const local = (providerId: string): ProviderDeclaration => ({
  providerId,
  kind: "local",
  callsMax: undefined,
});
const cloud = (providerId: string, callsMax: number): ProviderDeclaration => ({
  providerId,
  kind: "cloud",
  callsMax,
});

/** The engines of this project, and caps that keep a key clear of its provider's rate limit. */
export const knownProviders: readonly ProviderDeclaration[] = Object.freeze([
  local("transformers"),
  local("web-llm"),
  local("wllama"),
  local("llama-server"),
  local("scripted"),
  cloud("openai", 4),
  cloud("anthropic", 4),
  cloud("google", 4),
  cloud("deepseek", 2),
]);

/** How a provider's lanes are counted. */
export interface ProviderFacts {
  readonly kind: "local" | "cloud";
  readonly callsMax: number;
}

export function providerFacts(
  providersById: ReadonlyMap<string, ProviderDeclaration>,
  providerId: string,
): ProviderFacts {
  const declared = providersById.get(providerId);
  return {
    kind: declared?.kind ?? "cloud", // TP8
    callsMax: declared?.callsMax ?? limits.cloudCallsDefault,
  };
}
