/**
 * The tokens of a turn, expected and actual. Pure.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY258 A turn tells for each persona, and for all, how many tokens of her prompt were expected
 *         to be computed, how many were, how many were remembered, and how many she made.
 */

import type { TurnState } from "#shared/room/mod.ts";

export interface TokenRow {
  /** What the plan reckoned with: her model's average there; undefined before a first reply. */
  readonly expected: number | undefined;
  /** Undefined until she settled, and where nothing was told. */
  readonly computed: number | undefined;
  readonly remembered: number | undefined;
  readonly made: number | undefined;
}

const NOTHING: TokenRow = {
  expected: undefined,
  computed: undefined,
  remembered: undefined,
  made: undefined,
};

/** By persona, in the order of the turn. */
export function tokensOf({ planInput, entries }: TurnState): ReadonlyMap<string, TokenRow> {
  return new Map(entries.map(({ persona, settled, attempts, picked }) => {
    const shown = attempts.find(({ attempt }) => attempt === picked) ?? settled;
    const usage = shown?.usage;
    const promptTokens = planInput.cast.find(({ id }) => id === persona)?.promptTokens ?? 0;
    return [persona, {
      expected: promptTokens > 0 ? promptTokens : undefined,
      computed: usage && Math.max(0, usage.promptTokens - usage.cachedTokens),
      remembered: usage?.cachedTokens,
      made: usage?.generatedTokens,
    }];
  }));
}

/** Sums of what is known. */
export function sumTokens(rows: Iterable<TokenRow>): TokenRow {
  const add = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined ? b : a + (b ?? 0);
  return [...rows].reduce((sum, row) => ({
    expected: add(sum.expected, row.expected),
    computed: add(sum.computed, row.computed),
    remembered: add(sum.remembered, row.remembered),
    made: add(sum.made, row.made),
  }), NOTHING);
}
