/**
 * How a prompt is fed to the model: which cached prefix it starts from, and in pieces of what size.
 *
 * Pure. Pieces are bounded so that a cancel is heard in time (IN3); the boundary before the last
 * segment is always the end of a piece, because its cache is what other personas fork from (IN10).
 */

import type { ChoiceTrie } from "../choice-trie.ts";

/** Tokens of a prompt with the place where the shared part ends. */
export interface TokenPrompt {
  readonly ids: readonly number[];
  /** Tokens before the last segment: the transcript all personas share. 0 for a single segment. */
  readonly sharedTokens: number;
  /** What the reply must be; without it anything may follow. */
  readonly choices?: ChoiceTrie;
}

/** A piece to run: tokens `from` (inclusive) to `to` (exclusive). */
export interface PrefillPiece {
  readonly from: number;
  readonly to: number;
  /** True when the cache after this piece is worth keeping for other personas. */
  readonly isShared: boolean;
}

/** Joins the segments' tokens; the last segment and what was already said are not shared. */
export function joinSegments(
  segments: readonly (readonly number[])[],
  continued: readonly number[],
): TokenPrompt {
  const shared = segments.slice(0, -1).flat();
  return {
    ids: [...shared, ...(segments.at(-1) ?? []), ...continued],
    sharedTokens: shared.length,
  };
}

/**
 * Picks the longest kept prefix that the prompt begins with. At least one token is left to run: the
 * next token's logits are not part of a cache.
 */
export function pickPrefix<P extends { readonly ids: readonly number[] }>(
  kept: readonly P[],
  prompt: TokenPrompt,
): P | undefined {
  let best: P | undefined;
  for (const prefix of kept) {
    const isLonger = prefix.ids.length > (best?.ids.length ?? 0);
    if (!isLonger || prefix.ids.length >= prompt.ids.length) continue;
    if (prefix.ids.every((id, index) => id === prompt.ids[index])) best = prefix;
  }
  return best;
}

/** The next piece behind `from`, or undefined when the prompt is through. */
export function nextPiece(
  prompt: TokenPrompt,
  from: number,
  tokensMax: number,
): PrefillPiece | undefined {
  if (from >= prompt.ids.length) return undefined;
  const end = from < prompt.sharedTokens ? prompt.sharedTokens : prompt.ids.length;
  const to = Math.min(end, from + tokensMax);
  return { from, to, isShared: to === prompt.sharedTokens };
}

export const prefillLimits = Object.freeze({
  pieceTokensMin: 16,
  pieceTokensFirst: 32,
  pieceTokensMax: 512,
  /** A piece aims below this, a quarter of `cancelAckMsMax`. */
  pieceMsAim: 250,
  /** Kept prefixes: one shared transcript, the one before it, and one of another room. */
  prefixesMax: 3,
});

/** The size of the next piece after one of `tokens` took `ms`. */
export function adaptPiece(tokens: number, ms: number): number {
  const { pieceTokensMin, pieceTokensMax, pieceMsAim } = prefillLimits;
  const scaled = ms > pieceMsAim ? tokens / 2 : ms < pieceMsAim / 3 ? tokens * 2 : tokens;
  return Math.min(pieceTokensMax, Math.max(pieceTokensMin, Math.round(scaled)));
}
