/**
 * Model resolver: which model of those on offer a persona runs on, and why not each other one.
 *
 * Pure and host-local: no plan reads its answer (D17). Owns the choice only; the spawn gate decides
 * whether an engine may start, and a download is the person's to allow. Form: the resolver of
 * the planning study, section 12.2, with its order of filters; its ranking was the catalogue's
 * order and is data here.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP60  A choice asks what a model does, never its name: capabilities, architecture, context,
 *         provider, silicon and fit filter in this order.
 *   TP63  Every offer is reported once: with its rank, its figures and the criterion that put it
 *         behind the one before, or with everything it fails.
 *   TP64  When nothing matches, the refusal names the filter that emptied the list and what was
 *         left after each, and its first candidate is the nearest.
 *   TP65  A requirement of vision and audio input that nothing matches is `no-multimodal-base`.
 *   TP66  Refused silicon is never used, the cloud included; the refusal names the best of them.
 *   TP67  What will not run here is excluded where fit is required, and only reported where it is
 *         advisory.
 *   TP68  Equal questions give equal answers, whatever the order of providers, loaded models and,
 *         unless `listed-first` is named, offers.
 */

import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { FitReason, ModelFit } from "../../inference/fit-model.ts";
import { checkQuery, type ModelQuery, type QueryProblem } from "./check-query.ts";
import { type Locality, type OfferView, type Silicon, viewOffer } from "./offer.ts";
import {
  compareScored,
  criteriaOf,
  decidingCriterion,
  type RankScore,
  type Scored,
  scoreOffer,
} from "./rank-offers.ts";
import {
  type Capability,
  type RankCriterion,
  type RequirementProfile,
  sensoryCapabilities,
} from "./requirement.ts";

/** What an offer fails; one of each kind at most, in the order of the filters. */
export type Unmet =
  | { readonly kind: "capabilities"; readonly missing: readonly Capability[] }
  | { readonly kind: "architecture"; readonly architecture: string }
  | {
    readonly kind: "context";
    readonly contextTokens: number;
    readonly contextTokensMin: number;
  }
  | {
    readonly kind: "provider";
    readonly locality: Locality;
    readonly isDeclared: boolean;
  }
  | { readonly kind: "silicon"; readonly silicon: Silicon }
  | { readonly kind: "fit"; readonly reasons: readonly FitReason[] };

export type Filter = Unmet["kind"];

export interface ModelCandidate {
  readonly modelId: string;
  readonly providerId: string;
  readonly locality: Locality;
  readonly silicon: Silicon;
  readonly isLoaded: boolean;
  /** Undefined where nothing would be loaded here. */
  readonly fit: ModelFit | undefined;
  /** From 0; undefined for an offer that fails something. */
  readonly rank: number | undefined;
  /** What put it behind the rank before; undefined for the first and for the failed. */
  readonly behindBy: RankCriterion | "id" | undefined;
  readonly scores: readonly RankScore[];
  /** Empty for a ranked candidate. */
  readonly unmet: readonly Unmet[];
}

export interface ModelChoice {
  readonly modelId: string;
  readonly providerId: string;
  readonly locality: Locality;
  /** Where it is expected to run; the lane is what was measured. */
  readonly silicon: Silicon;
  /** 0 in the cloud or when loaded already, undefined where a server on this machine keeps it. */
  readonly memoryBytesMore: number | undefined;
  /** The criteria that decided, the provider preference first. */
  readonly rankedBy: readonly RankCriterion[];
  /** The ranked in order, then the failed, nearest first. */
  readonly candidates: readonly ModelCandidate[];
}

interface NoMatch {
  readonly offersCount: number;
  readonly candidatesAfterFilter: 0;
  /** Undefined when there was no offer at all. */
  readonly emptiedBy: Filter | undefined;
  /** Offers left after each filter, in order, up to the one that left none. */
  readonly left: readonly { readonly filter: Filter; readonly offersCount: number }[];
  /** Required capabilities that no offer of an allowed provider has. */
  readonly capabilitiesMissing: readonly Capability[];
  readonly candidates: readonly ModelCandidate[];
}

export type ResolveError =
  | QueryProblem
  | NoMatch & { readonly kind: "no-model-matches" }
  | NoMatch & {
    readonly kind: "no-multimodal-base";
    /** Those of the senses that were required. */
    readonly sensoryCapabilities: readonly Capability[];
  }
  | {
    readonly kind: "silicon-refused";
    /** The model that would have run. */
    readonly modelId: string;
    readonly providerId: string;
    readonly silicon: Silicon;
    readonly candidates: readonly ModelCandidate[];
  }
  | {
    readonly kind: "nothing-fits";
    /** The best of those that match, and what this device lacks for it. */
    readonly modelId: string;
    readonly providerId: string;
    readonly reasons: readonly FitReason[];
    readonly candidates: readonly ModelCandidate[];
  };

/** What a model must be; the silicon and the fit of a device come after. */
const MATCH_FILTERS: readonly Filter[] = ["capabilities", "architecture", "context", "provider"];

interface Judged extends Scored {
  readonly unmet: readonly Unmet[];
}

/**
 * Chooses one model for `query.requirement`. O(n log n) in the offers; every error but
 * `query-invalid` carries all candidates with what they fail.
 */
export function resolveModel(query: ModelQuery): Result<ModelChoice, ResolveError> {
  const problem = checkQuery(query);
  if (problem !== undefined) return err(problem);
  const { requirement, host } = query;
  const rankedBy = criteriaOf(requirement);
  const providersById = new Map(query.providers.map((one) => [one.id, one]));
  const ranked = query.offers
    .map((offer, listed): Judged => {
      const view = viewOffer(offer, listed, providersById.get(offer.providerId), host);
      return { view, scores: scoreOffer(view, rankedBy), unmet: unmetBy(view, requirement) };
    })
    .sort(compareScored);
  const candidates = reportOf(ranked);
  const matching = withoutUnmet(ranked, MATCH_FILTERS);
  const best = matching[0];
  if (best === undefined) return err(noMatch(requirement, ranked, candidates));
  const onSilicon = withoutUnmet(matching, ["silicon"]);
  const bestOnSilicon = onSilicon[0];
  if (bestOnSilicon === undefined) { // TP66
    const { modelId, providerId, silicon } = best.view;
    return err({ kind: "silicon-refused", modelId, providerId, silicon, candidates });
  }
  const chosen = withoutUnmet(onSilicon, ["fit"])[0];
  if (chosen === undefined) { // TP67
    const { modelId, providerId, fit } = bestOnSilicon.view;
    const reasons = fit?.reasons ?? [];
    return err({ kind: "nothing-fits", modelId, providerId, reasons, candidates });
  }
  const { modelId, providerId, locality, silicon, isLoaded, memoryBytes } = chosen.view;
  assert(candidates[0]?.rank === 0, "Cannot choose a model: no candidate has rank 0");
  const memoryBytesMore = isLoaded ? 0 : memoryBytes;
  return ok({ modelId, providerId, locality, silicon, memoryBytesMore, rankedBy, candidates });
}

/** Everything that `view` fails, in the order of the filters (TP60). */
function unmetBy(view: OfferView, requirement: RequirementProfile): readonly Unmet[] {
  const { architectures, contextTokensMin, providerPolicy } = requirement;
  const { architecture, contextTokens, locality, silicon, fit } = view;
  const unmet: Unmet[] = [];
  const missing = requirement.capabilities.filter((one) => !view.capabilities.includes(one));
  if (missing.length > 0) unmet.push({ kind: "capabilities", missing });
  if (architectures.length > 0 && !architectures.includes(architecture)) {
    unmet.push({ kind: "architecture", architecture });
  }
  if (contextTokens < contextTokensMin) {
    unmet.push({ kind: "context", contextTokens, contextTokensMin });
  }
  if (providerPolicy === `${locality === "local" ? "cloud" : "local"}-only`) {
    unmet.push({ kind: "provider", locality, isDeclared: view.isProviderDeclared });
  }
  const isGpu = silicon === "gpu" || silicon === "unified-memory";
  if (requirement.silicon === "gpu-or-unified-memory" && !isGpu) { // TP66
    unmet.push({ kind: "silicon", silicon });
  }
  if (requirement.fit === "required" && fit?.fit === "will-not") { // TP67
    unmet.push({ kind: "fit", reasons: fit.reasons });
  }
  return unmet;
}

function withoutUnmet(offers: readonly Judged[], filters: readonly Filter[]): readonly Judged[] {
  return offers.filter(({ unmet }) => !unmet.some(({ kind }) => filters.includes(kind)));
}

/** One report for each offer, given in rank order (TP63). */
function reportOf(ranked: readonly Judged[]): readonly ModelCandidate[] {
  const passed = ranked.filter(({ unmet }) => unmet.length === 0);
  const failed = ranked
    .filter(({ unmet }) => unmet.length > 0)
    .sort((a, b) => unmetCount(a.unmet) - unmetCount(b.unmet));
  return [...passed, ...failed].map((one, index) => {
    const { modelId, providerId, locality, silicon, isLoaded, fit } = one.view;
    const isRanked = one.unmet.length === 0;
    const before = isRanked ? passed[index - 1] : undefined;
    return {
      modelId,
      providerId,
      locality,
      silicon,
      isLoaded,
      fit,
      rank: isRanked ? index : undefined,
      behindBy: before && decidingCriterion(before, one),
      scores: one.scores,
      unmet: one.unmet,
    };
  });
}

/** Each missing capability counts, so that the nearest lacks least. */
function unmetCount(unmet: readonly Unmet[]): number {
  return unmet.reduce(
    (count, one) => count + (one.kind === "capabilities" ? one.missing.length : 1),
    0,
  );
}

function noMatch(
  requirement: RequirementProfile,
  ranked: readonly Judged[],
  candidates: readonly ModelCandidate[],
): ResolveError {
  const left: { readonly filter: Filter; readonly offersCount: number }[] = [];
  let offers = ranked;
  for (const filter of MATCH_FILTERS) {
    if (offers.length === 0) break;
    offers = withoutUnmet(offers, [filter]);
    left.push({ filter, offersCount: offers.length });
  }
  const allowed = withoutUnmet(ranked, ["provider"]);
  const facts: NoMatch = {
    offersCount: ranked.length,
    candidatesAfterFilter: 0,
    emptiedBy: left.at(-1)?.filter, // TP64
    left,
    capabilitiesMissing: requirement.capabilities.filter((capability) =>
      !allowed.some(({ view }) => view.capabilities.includes(capability))
    ),
    candidates,
  };
  const senses = requirement.capabilities.filter((one) => sensoryCapabilities.includes(one));
  return senses.includes("vision") && senses.includes("audio-input") // TP65
    ? { kind: "no-multimodal-base", sensoryCapabilities: senses, ...facts }
    : { kind: "no-model-matches", ...facts };
}
