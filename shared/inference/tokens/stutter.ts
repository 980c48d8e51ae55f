/**
 * Stutter: a token that would say the same thing over and over.
 *
 *   IN12  A reply never says the same run of up to three tokens three times in a row, nor the same
 *         four to forty-eight characters, with a letter among them and whatever the case, twice.
 *
 * Small models fall into such loops; leaving the token out makes the model say what it would say
 * next, which is most often the end. Short runs are told by tokens, so that "1000000" and "..." are
 * none; long ones by their text, because a loop may spell itself anew each time.
 */

const RUN_TOKENS_MAX = 3;
const RUN_CHARS = { min: 4, max: 48 };

/** True when `token` behind `said` says something over again; `decode` gives the text of tokens. */
export function isStutter(
  said: readonly number[],
  token: number,
  decode: (tokens: readonly number[]) => string,
): boolean {
  for (let length = 1; length <= RUN_TOKENS_MAX; length += 1) {
    if (completesThird(said, token, length)) return true;
  }
  // A token has a character or more, of which each counts once.
  const recent = [...said.slice(1 - RUN_CHARS.max * 2), token];
  return endsTwice(decode(recent).toLowerCase());
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

function endsTwice(text: string): boolean {
  const charsMax = Math.min(RUN_CHARS.max, Math.floor(text.length / 2));
  for (let length = RUN_CHARS.min; length <= charsMax; length += 1) {
    const run = text.slice(-length);
    if (text.slice(-length * 2, -length) === run && /\p{L}/u.test(run)) return true;
  }
  return false;
}
