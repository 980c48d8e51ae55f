/**
 * Who a turn is for: the recipe's meaning (decision 0002: it lives in the fold, because settlements
 * are checked against it; planning decides order, lane and time).
 *
 *   RM10  Panel: the whole cast takes part. Whom the message addresses is a fact in each prompt.
 *   RM11  Addressed: who is addressed; with nobody addressed, the first of the cast.
 *   RM12  A follow-up is for those to whom somebody else spoke: nobody answers only himself.
 */

import type { Recipe } from "../protocol/events.ts";

/**
 * Persona ids in cast order. `cast` holds the ids of personas that are not removed, in cast order.
 */
export function participantsOf(
  recipe: Recipe,
  cast: readonly string[],
  addressed: readonly string[],
  speakers: readonly string[],
): readonly string[] {
  if (speakers.length > 0) { // RM12
    return cast.filter((persona) => speakers.some((speaker) => speaker !== persona));
  }
  if (recipe.kind === "panel") return cast; // RM10
  const named = cast.filter((persona) => addressed.includes(persona));
  return named.length > 0 ? named : cast.slice(0, 1); // RM11
}
