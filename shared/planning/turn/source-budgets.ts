/**
 * Divides the budget of the shared sources among them.
 *
 * Largest remainder method (Hamilton 1792), ties by name, so that the parts sum to the total. The
 * form the study describes gave neutral sources a share on top of what the weighted ones had.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP10  The budgets of the shared sources sum to the total; each is within one token of its
 *         exact share. A neutral source weighs like the average of the weighted ones.
 */

import type { RagSourcePolicy } from "./turn-request.ts";

/**
 * Tokens for each source, in its order. Weights are integers from 0 to 1,000,000 of at most 64
 * sources and the total at most 2^24, so that products are exact as BigInt and results as number.
 */
export function divideBudget(
  sources: readonly Pick<RagSourcePolicy, "sourceName" | "weight">[],
  totalTokens: number,
): readonly number[] {
  const weighted = sources.filter((one) => one.weight > 0);
  const weightedSum = weighted.reduce((sum, one) => sum + one.weight, 0);
  // Scaled by the count, so that the average is a whole number.
  const shares = sources.map(({ weight }) => {
    if (weighted.length === 0) return 1n;
    return weight > 0 ? BigInt(weight) * BigInt(weighted.length) : BigInt(weightedSum);
  });
  const sum = shares.reduce((all, one) => all + one, 0n);
  if (sum === 0n) return [];
  const exact = shares.map((share) => BigInt(totalTokens) * share);
  const tokens = exact.map((product) => Number(product / sum));
  const left = totalTokens - tokens.reduce((all, one) => all + one, 0);
  const byRemainder = sources
    .map(({ sourceName }, index) => ({ sourceName, index, rest: (exact[index] ?? 0n) % sum }))
    .sort((a, b) =>
      a.rest === b.rest ? (a.sourceName < b.sourceName ? -1 : 1) : a.rest > b.rest ? -1 : 1
    );
  for (const { index } of byRemainder.slice(0, left)) tokens[index] = (tokens[index] ?? 0) + 1;
  return tokens; // TP10
}
