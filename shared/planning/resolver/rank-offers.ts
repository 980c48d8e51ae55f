/**
 * Orders offers by named criteria, and says for each which one put it where it stands.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP62  Offers rank by the provider preference, then by the requirement's criteria in order, then
 *         by model and provider id; the order of the list counts only where `listed-first` is
 *         named.
 *   TP71  An unknown figure ranks behind every known one.
 */

import { unreachable } from "../../base/assert.ts";
import type { OfferView } from "./offer.ts";
import type { RankCriterion, RequirementProfile } from "./requirement.ts";

/** A criterion with an offer's figure: the lower the better, undefined where it is unknown. */
export interface RankScore {
  readonly criterion: RankCriterion;
  readonly value: number | undefined;
}

/** The criteria that decide, the provider preference first. */
export function criteriaOf(requirement: RequirementProfile): readonly RankCriterion[] {
  const { providerPolicy, rank } = requirement;
  if (providerPolicy === "prefer-local") return withFirst("local-first", rank);
  if (providerPolicy === "prefer-cloud") return withFirst("cloud-first", rank);
  return rank;
}

function withFirst(
  first: RankCriterion,
  rest: readonly RankCriterion[],
): readonly RankCriterion[] {
  return [first, ...rest.filter((one) => one !== first)];
}

/** The figures of one offer, in the order in which they decide. */
export function scoreOffer(
  offer: OfferView,
  criteria: readonly RankCriterion[],
): readonly RankScore[] {
  return criteria.map((criterion) => ({ criterion, value: figureOf(offer, criterion) }));
}

function figureOf(offer: OfferView, criterion: RankCriterion): number | undefined {
  switch (criterion) {
    case "local-first":
      return offer.locality === "local" ? 0 : 1;
    case "cloud-first":
      return offer.locality === "cloud" ? 0 : 1;
    case "fits-well":
      return fitFigure(offer);
    case "loaded-first":
      return offer.isLoaded ? 0 : 1;
    case "more-parameters":
      return offer.parameters === undefined ? undefined : 0 - offer.parameters;
    case "longer-context":
      return 0 - offer.contextTokens;
    case "less-memory":
      return offer.memoryBytes;
    case "less-download":
      return offer.downloadBytes;
    case "listed-first":
      return offer.listed;
    default:
      return unreachable(criterion);
  }
}

/** What runs elsewhere takes nothing here, so it fits like what runs well. */
function fitFigure(offer: OfferView): number {
  if (offer.fit === undefined) return 0;
  return { "runs-well": 0, "tight": 1, "will-not": 2 }[offer.fit.fit];
}

export interface Scored {
  readonly view: OfferView;
  readonly scores: readonly RankScore[];
}

/** Negative when `a` ranks before `b`; 0 only for the same model of the same provider. */
export function compareScored(a: Scored, b: Scored): number {
  const index = firstDifference(a, b);
  if (index !== undefined) {
    const left = a.scores[index]?.value;
    const right = b.scores[index]?.value;
    if (left === undefined) return 1; // TP71
    return right === undefined ? -1 : left < right ? -1 : 1;
  }
  return compareText(a.view.modelId, b.view.modelId) || // TP62
    compareText(a.view.providerId, b.view.providerId);
}

/** The criterion that separates two offers; `id` where all figures are equal. */
export function decidingCriterion(a: Scored, b: Scored): RankCriterion | "id" {
  const index = firstDifference(a, b);
  return index === undefined ? "id" : a.scores[index]?.criterion ?? "id";
}

function firstDifference(a: Scored, b: Scored): number | undefined {
  const index = a.scores.findIndex((score, at) => score.value !== b.scores[at]?.value);
  return index === -1 ? undefined : index;
}

/** Code-unit order, the same on every device. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
