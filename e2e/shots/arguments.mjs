/** What was asked for on the command line of the shots. Pure. */

export const USAGE =
  "npm run shots [-- --only NAME | --keep] [--full]   (a picture of every screen whose " +
  "name begins with NAME, in shots/; --full: of the whole page, not of what a window shows; --keep: " +
  "the few that the repository keeps, and into web/public/screenshots/)";

/**
 * @typedef {object} ShotArguments
 * @property {string} only what names begin with; empty for all
 * @property {boolean} isFull
 * @property {boolean} isKept
 *
 * @param {readonly string[]} words
 * @returns {{ readonly ok: true, readonly value: ShotArguments } |
 *   { readonly ok: false, readonly error: string }}
 */
export function parseArguments(words) {
  let only = "";
  let isFull = false;
  let isKept = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === "--full") isFull = true;
    else if (word === "--keep") isKept = true;
    else if (word === "--only") {
      index += 1;
      only = words[index] ?? "";
      if (!/^[a-z]/.test(only)) return { ok: false, error: `--only takes a name\n${USAGE}` };
    } else return { ok: false, error: `Unknown: ${word}\n${USAGE}` };
  }
  if (isKept && (isFull || only !== "")) {
    return { ok: false, error: `--keep stands alone\n${USAGE}` };
  }
  return { ok: true, value: { only, isFull, isKept } };
}
