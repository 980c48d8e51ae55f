/**
 * Refuses questions that no answer could be right for, before anything is chosen.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP69  A malformed, empty, duplicate, unknown or over-limit part of a question is refused by
 *         field and value; nothing is clamped or skipped.
 */

import type { DeviceFacts } from "../../inference/fit-model.ts";
import { resolverLimits as limits } from "./limits.ts";
import {
  type ModelHost,
  modelIdOf,
  type ModelOffer,
  type ModelProvider,
  ownSilicon,
} from "./offer.ts";
import {
  capabilities,
  fitPolicies,
  providerPolicies,
  rankCriteria,
  type RequirementProfile,
  siliconPolicies,
} from "./requirement.ts";

export interface ModelQuery {
  readonly requirement: RequirementProfile;
  readonly offers: readonly ModelOffer[];
  readonly providers: readonly ModelProvider[];
  readonly host: ModelHost;
}

/** One part of a question that is refused; the caller corrects it. */
export interface QueryProblem {
  readonly kind: "query-invalid";
  /** Path in the question, such as `offers[3].contextTokens`. */
  readonly field: string;
  readonly problem:
    | "empty"
    | "unknown"
    | "duplicate"
    | "too-long"
    | "too-many"
    /** Not a number that counts something: not finite, negative, or a fraction of a token. */
    | "not-a-count"
    /** Files to load here from a provider that runs its models elsewhere. */
    | "loadable-from-cloud";
  /** The refused value as text, cut at `refusedValueCharsMax`. */
  readonly value: string;
}

type Problem = QueryProblem | undefined;

/** The first part of `query` that is refused, or undefined. */
export function checkQuery(query: ModelQuery): Problem {
  return checkRequirement(query.requirement) ?? checkProviders(query.providers) ??
    checkOffers(query.offers, query.providers) ?? checkHost(query.host);
}

function checkRequirement(requirement: RequirementProfile): Problem {
  const { contextTokensMin, providerPolicy, silicon, fit } = requirement;
  const at = "requirement";
  return checkWords(`${at}.capabilities`, requirement.capabilities, capabilities) ??
    (requirement.capabilities.length === 0
      ? problem(`${at}.capabilities`, "empty", "")
      : undefined) ??
    checkIds(`${at}.architectures`, requirement.architectures, limits.architecturesMax) ??
    checkTokens(`${at}.contextTokensMin`, contextTokensMin) ??
    checkWord(`${at}.providerPolicy`, providerPolicy, providerPolicies) ??
    checkWord(`${at}.silicon`, silicon, siliconPolicies) ??
    checkWord(`${at}.fit`, fit, fitPolicies) ??
    checkWords(`${at}.rank`, requirement.rank, rankCriteria);
}

function checkProviders(providers: readonly ModelProvider[]): Problem {
  return checkIds("providers", providers.map(({ id }) => id), limits.providersMax) ??
    firstProblem(providers, (provider, index) => {
      const at = `providers[${index}]`;
      return checkWord(`${at}.kind`, provider.kind, ["in-page", "own-machine", "cloud"]) ??
        (provider.kind === "own-machine"
          ? checkWord(`${at}.silicon`, provider.silicon, ownSilicon)
          : undefined);
    });
}

function checkOffers(
  offers: readonly ModelOffer[],
  providers: readonly ModelProvider[],
): Problem {
  if (offers.length > limits.offersMax) {
    return problem("offers", "too-many", offers.length);
  }
  const clouds = new Set(providers.filter((one) => one.kind === "cloud").map(({ id }) => id));
  const seen = new Set<string>();
  return firstProblem(offers, (offer, index) => {
    const at = `offers[${index}]`;
    const wrong = checkOffer(at, offer);
    if (wrong !== undefined) return wrong;
    if (offer.kind === "loadable" && clouds.has(offer.providerId)) {
      return problem(`${at}.providerId`, "loadable-from-cloud", offer.providerId);
    }
    // One provider may offer a model once; two providers may offer the same one.
    const key = JSON.stringify([offer.providerId, modelIdOf(offer)]);
    if (seen.has(key)) return problem(at, "duplicate", key);
    seen.add(key);
    return undefined;
  });
}

function checkOffer(at: string, offer: ModelOffer): Problem {
  const wrong = checkWord(`${at}.kind`, offer.kind, ["loadable", "served"]) ??
    checkId(`${at}.modelId`, modelIdOf(offer)) ??
    checkId(`${at}.providerId`, offer.providerId) ??
    checkId(`${at}.architecture`, offer.architecture) ??
    checkWords(`${at}.capabilities`, offer.capabilities, capabilities);
  if (wrong !== undefined) return wrong;
  if (offer.kind === "served") {
    return checkTokens(`${at}.contextTokens`, offer.contextTokens) ??
      checkAmount(`${at}.parameters`, offer.parameters ?? 0);
  }
  const { profile } = offer;
  return checkTokens(`${at}.profile.contextTokens`, profile.contextTokens) ??
    checkAmount(`${at}.profile.parameters`, profile.parameters) ??
    checkAmount(`${at}.profile.memoryBytes`, profile.memoryBytes) ??
    checkAmount(`${at}.profile.downloadBytes`, profile.downloadBytes);
}

function checkHost(host: ModelHost): Problem {
  const device: DeviceFacts = host.device;
  const at = "host.device";
  return checkIds("host.loadedModelIds", host.loadedModelIds, limits.loadedModelsMax) ??
    checkWord(`${at}.webgpu`, device.webgpu, ["hardware", "software", "none"]) ??
    checkAmount(`${at}.bufferBytesMax`, device.bufferBytesMax) ??
    checkAmount(`${at}.storageBytesFree`, device.storageBytesFree ?? 0) ??
    checkAmount(`${at}.memoryGiB`, device.memoryGiB ?? 0);
}

function checkIds(field: string, ids: readonly string[], countMax: number): Problem {
  if (ids.length > countMax) return problem(field, "too-many", ids.length);
  const seen = new Set<string>();
  return firstProblem(ids, (id, index) => {
    const wrong = checkId(`${field}[${index}]`, id);
    if (wrong === undefined && seen.has(id)) return problem(`${field}[${index}]`, "duplicate", id);
    seen.add(id);
    return wrong;
  });
}

function checkId(field: string, id: string): Problem {
  if (id === "") return problem(field, "empty", id);
  return id.length > limits.idCharsMax ? problem(field, "too-long", id) : undefined;
}

/** Words of a closed list, each at most once; so there are never more than the list has. */
function checkWords(field: string, words: readonly string[], known: readonly string[]): Problem {
  const seen = new Set<string>();
  return firstProblem(words, (word, index) => {
    const at = `${field}[${index}]`;
    const wrong = checkWord(at, word, known);
    if (wrong === undefined && seen.has(word)) return problem(at, "duplicate", word);
    seen.add(word);
    return wrong;
  });
}

function checkWord(field: string, word: string, known: readonly string[]): Problem {
  return known.includes(word) ? undefined : problem(field, "unknown", word);
}

function checkTokens(field: string, tokens: number): Problem {
  return Number.isSafeInteger(tokens) && tokens >= 0
    ? undefined
    : problem(field, "not-a-count", tokens);
}

/** Bytes, parameters and GiB: the catalogue's own figures are products and may have a fraction. */
function checkAmount(field: string, amount: number): Problem {
  return amount >= 0 && amount <= Number.MAX_SAFE_INTEGER
    ? undefined
    : problem(field, "not-a-count", amount);
}

function firstProblem<T>(
  items: readonly T[],
  check: (item: T, index: number) => Problem,
): Problem {
  for (const [index, item] of items.entries()) {
    const found = check(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function problem(
  field: string,
  what: QueryProblem["problem"],
  value: string | number,
): QueryProblem {
  const text = String(value).slice(0, limits.refusedValueCharsMax);
  return { kind: "query-invalid", field, problem: what, value: text };
}
