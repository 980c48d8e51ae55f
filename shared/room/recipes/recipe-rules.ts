/**
 * Recipes as data: what each kind does with a message, and how long anybody waits under it.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM30  Under every recipe a persona of the cast who has a host is offered a generation within
 *         `offerTurnsMax` turns of speech that name nobody, counted from her last one or from her
 *         joining; a follow-up of what she alone said does not count.
 */

import type { Recipe, RecipeKind } from "../../protocol/events.ts";
import { roomLimits as limits } from "../limits.ts";

export interface RecipeRules {
  /** The rules number that a room needs for it (D38). */
  readonly rulesMin: number;
  /** Who answers a message that names nobody. */
  readonly unnamed: "everybody" | "first-of-cast" | "longest-waiting" | "drawn" | "vote";
  /** Whom a message names: a fact in the prompt, the only speakers, or the debaters. */
  readonly named: "a-fact" | "alone" | "debaters";
  /** After a settled turn: reactions of the others (D21), or the next step. */
  readonly next: "reactions" | "steps";
}

export const recipeRules: Readonly<Record<RecipeKind, RecipeRules>> = Object.freeze({
  "panel": { rulesMin: 1, unnamed: "everybody", named: "a-fact", next: "reactions" },
  "addressed": { rulesMin: 1, unnamed: "first-of-cast", named: "alone", next: "reactions" },
  "round-robin": { rulesMin: 2, unnamed: "longest-waiting", named: "alone", next: "reactions" },
  "pooled": { rulesMin: 2, unnamed: "drawn", named: "alone", next: "reactions" },
  "debate": { rulesMin: 2, unnamed: "longest-waiting", named: "debaters", next: "steps" },
  "director": { rulesMin: 2, unnamed: "vote", named: "alone", next: "reactions" },
});

/** How many answer one message under a recipe that counts. */
export function seatsOf(recipe: Recipe): number {
  const isCounted = recipe.kind === "round-robin" || recipe.kind === "pooled";
  return isCounted ? recipe.speakersPerTurn ?? 1 : 1;
}

/** Steps of a debate among so many after one message. */
export function debateSteps(recipe: Recipe, debaters: number): number {
  if (debaters < 2) return debaters;
  return Math.min((recipe.rounds ?? limits.debateRoundsDefault) * debaters, limits.debateStepsMax);
}

/** After being passed over so often a persona speaks without a vote. */
export function passedOverMax(castSize: number): number {
  return 2 * castSize;
}

/**
 * The bound of RM30 in turns that name nobody, for a cast that was never larger than `castSize`;
 * undefined for `addressed`, where only who is named, or the first of the cast, is asked.
 */
export function offerTurnsMax(recipe: Recipe, castSize: number): number | undefined {
  const rotation = Math.ceil(castSize / seatsOf(recipe));
  switch (recipeRules[recipe.kind].unnamed) {
    case "everybody":
      return 1;
    case "first-of-cast":
      return undefined;
    case "longest-waiting":
      return rotation;
    case "drawn":
      // Early in one round and late in the next; who joins waits for the next one.
      return 2 * rotation;
    case "vote":
      // Those who are overdue at the same time come one after another.
      return passedOverMax(castSize) + castSize;
  }
}
