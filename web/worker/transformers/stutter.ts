/**
 * Stutter: a token that would say the same few tokens a third time in a row.
 *
 *   IN12  A reply never says the same run of up to eight tokens three times in a row.
 *
 * Small models fall into such loops; leaving the token out makes the model say what it would say
 * next, which is most often the end.
 */

/** Longest run that is looked for: a short phrase of spelled words. */
const RUN_TOKENS_MAX = 8;

/** True when `token` behind `said` completes a third repetition of the last run of some length. */
export function isStutter(said: readonly number[], token: number): boolean {
  for (let length = 1; length <= RUN_TOKENS_MAX; length += 1) {
    if (completesThird(said, token, length)) return true;
  }
  return false;
}

function completesThird(said: readonly number[], token: number, length: number): boolean {
  const first = said.length + 1 - length * 3;
  if (first < 0) return false;
  const at = (index: number): number | undefined => index === said.length ? token : said[index];
  for (let index = first; index < first + length; index += 1) {
    if (at(index) !== at(index + length) || at(index) !== at(index + length * 2)) return false;
  }
  return true;
}
