/**
 * Tells scores that no working model gives: a graphics card short of memory computes zeros or no
 * numbers at all instead of failing. Pure.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN70 A model whose first scores are no numbers, or all the same, does not load: it would talk
 *        nonsense.
 */

/** What is wrong with the scores of a token; undefined when nothing is. */
export function findNonsense(logits: Float32Array): string | undefined {
  if (logits.length === 0) return "no scores";
  const first = logits[0] ?? NaN;
  let isFlat = true;
  for (const score of logits) {
    // Minus infinity is what a graph gives for tokens that it rules out.
    if (Number.isNaN(score) || score === Infinity) return "scores that are no numbers";
    if (score !== first) isFlat = false;
  }
  return isFlat ? "the same score for every token" : undefined;
}
