/**
 * Which of the newest lines a prompt holds, so that its beginning stays the same from turn to turn.
 *
 * Lines are dropped in blocks: where they end depends on the oldest line alone, so a line that is
 * added moves the window only when a block is full. Pure and without memory: every prompt of the
 * same lines begins at the same one.
 *
 *   PL61  Lines leave a prompt in blocks of a fifth of it: between two such moments the prompt of a
 *         room that grows begins with the one before.
 *   PL62  What stays is verbatim: the newest twenty lines, or as many as fit without one block.
 */

/** Part of a prompt that is dropped at once. */
const BLOCK_SHARE = 0.2;

/** The tokens of a block in a prompt of at most `tokensMax`. */
export function blockTokens(tokensMax: number): number {
  return Math.max(1, Math.floor(tokensMax * BLOCK_SHARE));
}

/**
 * Index of the first line that stays; `tokens` of each line, oldest first. The newest line always
 * stays.
 */
export function firstLineKept(
  tokens: readonly number[],
  roomMax: number,
  block: number,
): number {
  const total = tokens.reduce((sum, one) => sum + one, 0);
  // Too little room for blocks: the newest lines that fit.
  if (roomMax < 2 * block && total > roomMax) return newestFrom(tokens, roomMax);
  let before = 0;
  let blockNumber = 0;
  // Only where a new block begins may a prompt begin.
  for (const [index, one] of tokens.entries()) {
    if (total - before <= roomMax && (index === 0 || Math.floor(before / block) > blockNumber)) {
      return index;
    }
    blockNumber = Math.floor(before / block);
    before += one;
  }
  return newestFrom(tokens, roomMax);
}

function newestFrom(tokens: readonly number[], roomMax: number): number {
  let first = tokens.length - 1;
  let sum = tokens[first] ?? 0;
  while (first > 0 && sum + (tokens[first - 1] ?? 0) <= roomMax) {
    first -= 1;
    sum += tokens[first] ?? 0;
  }
  return Math.max(0, first);
}
