/**
 * Shapes of a turn plan. Times are whole ms from the turn's opening. Names follow the planning
 * study, section 2.3.
 */

/** What one shared source may take, and the keys under which its result is kept. */
export interface SharedRagSourcePlan {
  readonly sourceName: string;
  /** Of this turn. */
  readonly cacheKey: string;
  /** Of the source's content, the question and the budget: equal in later turns, too. */
  readonly contentKey: string | undefined;
  readonly budgetTokens: number;
}

/** Why a persona stands where she stands and when; one of each kind at most. */
export type PlanReason =
  /** Order: the message names her. */
  | { readonly kind: "addressed" }
  /** Order: the cast from place `from` on. */
  | { readonly kind: "rotated"; readonly from: number }
  /** Start: waits for this persona of the turn to finish on her slot. */
  | { readonly kind: "waits-for"; readonly personaId: string }
  /** Start: her slot still owes earlier turns this much. */
  | { readonly kind: "lane-busy"; readonly busyMs: number }
  /** Start: so many calls of her provider run at once. */
  | { readonly kind: "provider-cap"; readonly provider: string; readonly callsMax: number }
  /** The model has to be loaded first. */
  | { readonly kind: "model-loads"; readonly loadMs: number }
  /** Nothing was measured on this lane yet. */
  | { readonly kind: "speed-assumed" }
  /** The shared sources take more than her window leaves for the prompt. */
  | { readonly kind: "sources-exceed-window"; readonly inputBudgetTokens: number };

export interface PersonaTurnPlan {
  readonly personaId: string;
  readonly displayName: string;
  readonly specialty: string;
  readonly model: string;
  readonly provider: string;
  readonly localModel: boolean;
  readonly device: string;
  /** Place in line over all lanes, from 0. */
  readonly generationOrder: number;
  /** Place in line in its slot, from 0. */
  readonly generationWave: number;
  /** `device/model/slot`, for the cloud `device/provider/slot`. */
  readonly lane: string;
  /** Of this turn, persona, model and specialty. */
  readonly personaContextKey: string;
  /** The same without the turn: equal in later turns. */
  readonly personaContentKey: string;
  readonly ragCacheKey: string;
  readonly inputBudgetTokens: number;
  readonly maxOutputTokens: number;
  readonly estimatedStartMs: number;
  readonly estimatedFirstTextMs: number;
  readonly estimatedFinishMs: number;
  readonly sourceNames: readonly string[];
  readonly reasons: readonly PlanReason[];
}

/** Why a verdict is false. */
export type VerdictReason =
  | { readonly kind: "nobody-planned" }
  | { readonly kind: "without-host"; readonly personaIds: readonly string[] }
  | { readonly kind: "refused"; readonly personaIds: readonly string[] }
  | { readonly kind: "first-late"; readonly personaId: string; readonly byMs: number }
  | { readonly kind: "all-late"; readonly personaId: string; readonly byMs: number };

export interface TurnPlan {
  readonly turnKey: string;
  readonly roomId: string;
  readonly messageId: string | undefined;
  /** As it was written. */
  readonly queryText: string;
  readonly sharedSources: readonly SharedRagSourcePlan[];
  /** In generation order. */
  readonly personaPlans: readonly PersonaTurnPlan[];
  /** Candidates without a host at the opening, in cast order. */
  readonly withoutHostPersonaIds: readonly string[];
  /** Candidates whose figures count nothing, by the first such field. */
  readonly refusedPersonas: readonly { readonly personaId: string; readonly field: string }[];
  /** Each repetition of an id; the first counts. */
  readonly skippedDuplicatePersonaIds: readonly string[];
  readonly maxConcurrentLocalGenerations: number;
  /** First and last finish over all lanes, the cloud's too; undefined when nobody is planned. */
  readonly estimatedFirstResponseMs: number | undefined;
  readonly estimatedAllResponsesMs: number | undefined;
  /** Never vacuous: false when nobody is planned. */
  readonly meetsFirstResponseBudget: boolean;
  readonly meetsAllResponsesBudget: boolean;
  /** Empty when both are met. */
  readonly verdictReasons: readonly VerdictReason[];
  /** Equal on every peer with the same prefix (D2). */
  readonly fingerprint: string;
}
