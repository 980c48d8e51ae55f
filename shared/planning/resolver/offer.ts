/**
 * What could be chosen and where: the answer half of the model resolver.
 *
 * Owns the shapes of offers, providers and the host, and the facts that follow from them. It does
 * not gather them: device facts come from the worker, offers from the catalogue and from endpoints
 * that a person added.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP61  Locality is the provider's declared kind; a provider nobody declared counts as cloud.
 *   TP67  A model that is loaded already fits.
 */

import { type DeviceFacts, fitModel, type ModelFit } from "../../inference/fit-model.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import type { Capability } from "./requirement.ts";

/** Where a model is expected to run; what it does is measured later and called its lane. */
export type Silicon = "gpu" | "unified-memory" | "software-gpu" | "cpu" | "cloud";

/** `local` is the person's own machines, not only this device. */
export type Locality = "local" | "cloud";

/** Silicon of the person's own machines. */
export const ownSilicon = ["gpu", "unified-memory", "software-gpu", "cpu"] as const;

/** Who runs models: this page's engines, a server on the person's machine, or somebody else. */
export type ModelProvider =
  | { readonly id: string; readonly kind: "in-page" }
  | {
    readonly id: string;
    readonly kind: "own-machine";
    readonly silicon: typeof ownSilicon[number];
  }
  | { readonly id: string; readonly kind: "cloud" };

interface OfferFacts {
  readonly providerId: string;
  /** Family such as `qwen2`; compared as is. */
  readonly architecture: string;
  readonly capabilities: readonly Capability[];
}

/** `loadable` has files that an engine here would load; `served` answers behind an endpoint. */
export type ModelOffer =
  | OfferFacts & { readonly kind: "loadable"; readonly profile: ModelProfile }
  | OfferFacts & {
    readonly kind: "served";
    readonly modelId: string;
    readonly contextTokens: number;
    /** Undefined where the endpoint does not tell. */
    readonly parameters: number | undefined;
  };

/** The device that asks. */
export interface ModelHost {
  readonly device: DeviceFacts;
  /** Models that run here now: a further persona on one of them needs no more memory. */
  readonly loadedModelIds: readonly string[];
}

/** An offer with all that the choice reads, derived once. */
export interface OfferView {
  readonly modelId: string;
  readonly providerId: string;
  /** Place in the caller's list, from 0. */
  readonly listed: number;
  readonly architecture: string;
  readonly capabilities: readonly Capability[];
  readonly contextTokens: number;
  readonly parameters: number | undefined;
  /** Memory it takes here: 0 in the cloud, undefined where a server on this machine keeps it. */
  readonly memoryBytes: number | undefined;
  readonly downloadBytes: number;
  readonly locality: Locality;
  readonly isProviderDeclared: boolean;
  readonly silicon: Silicon;
  readonly isLoaded: boolean;
  /** Undefined where nothing is loaded here. */
  readonly fit: ModelFit | undefined;
}

/** The offer of a profile of this app's catalogue; `more` are capabilities beyond writing text. */
export function profileOffer(
  profile: ModelProfile,
  architecture: string,
  more: readonly Capability[] = [],
): ModelOffer {
  const chat: readonly Capability[] = profile.promptFormat === "chat" ? ["chat"] : [];
  const sight: readonly Capability[] = profile.seesImages === true ? ["vision"] : [];
  const own: readonly Capability[] = ["text-generation", "streaming", ...chat, ...sight];
  return {
    kind: "loadable",
    profile,
    providerId: inPageProvider.id,
    architecture,
    capabilities: [...own, ...more.filter((one) => !own.includes(one))],
  };
}

/** The provider of every {@link profileOffer}. */
export const inPageProvider: ModelProvider = Object.freeze({ id: "this-page", kind: "in-page" });

/** The id of an offer's model. */
export function modelIdOf(offer: ModelOffer): string {
  return offer.kind === "loadable" ? offer.profile.id : offer.modelId;
}

/** Derives what the choice reads of `offer`; `provider` is undefined when nobody declared it. */
export function viewOffer(
  offer: ModelOffer,
  listed: number,
  provider: ModelProvider | undefined,
  host: ModelHost,
): OfferView {
  const isLocal = provider !== undefined && provider.kind !== "cloud"; // TP61
  const modelId = modelIdOf(offer);
  const isLoaded = isLocal && host.loadedModelIds.includes(modelId);
  const { providerId, architecture } = offer;
  const profile = offer.kind === "loadable" && isLocal ? offer.profile : undefined;
  const needsWebGpu = profile?.needsWebGpu ?? false;
  return {
    modelId,
    providerId,
    listed,
    architecture,
    capabilities: offer.capabilities,
    contextTokens: offer.kind === "loadable" ? offer.profile.contextTokens : offer.contextTokens,
    parameters: offer.kind === "loadable" ? offer.profile.parameters : offer.parameters,
    memoryBytes: isLocal ? profile?.memoryBytes : 0,
    downloadBytes: profile?.downloadBytes ?? 0,
    locality: isLocal ? "local" : "cloud",
    isProviderDeclared: provider !== undefined,
    silicon: siliconOf(provider, needsWebGpu, host.device),
    isLoaded,
    fit: profile && (isLoaded ? { fit: "runs-well", reasons: [] } : fitModel(profile, host.device)),
  };
}

/** The device's own silicon; what can do without a software adapter runs beside it (IN8). */
function siliconOf(
  provider: ModelProvider | undefined,
  needsWebGpu: boolean,
  device: DeviceFacts,
): Silicon {
  if (provider === undefined || provider.kind === "cloud") return "cloud";
  if (provider.kind === "own-machine") return provider.silicon;
  if (device.webgpu === "hardware") return "gpu";
  return device.webgpu === "software" && needsWebGpu ? "software-gpu" : "cpu";
}
