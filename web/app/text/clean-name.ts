/**
 * Names that others gave, in one line: without what turns it, hides in it or piles up on it, and
 * never mistaken for a word of the page's own.
 *
 * Rule (shared/SPEC.md, section SY):
 *   SY283 A name is shown in one line without direction controls, unseen characters and piles of
 *         marks; one without a visible character is none, and one that reads like the page's own
 *         word for oneself or for the program stands in quotation marks.
 */

import { t } from "../messages/translate.ts";

/** Also direction controls; joiners and what makes an emoji of a sign do their work in names. */
const UNSEEN = /(?!\u200C|\u200D|\uFE0F)[\p{DI}\u2800]/gu;
const SEEN = /[^\s\p{M}\p{C}]/u;
/** No script needs more on one letter. */
const PILE = /(\p{M}{4})\p{M}+/gu;
/** Letters that look like the Latin ones of those words. */
const [ALIKE, LATIN] = ["аеосуүυԁУΥ", "aeocyyudyy"] as const;

/** As it may be shown; never empty. */
export function cleanName(name: string): string {
  const clean = name.replace(UNSEEN, "").replace(/[\s\p{Cc}]+/gu, " ")
    .replace(PILE, "$1").trim();
  if (!SEEN.test(clean)) return t("msg.no-name");
  return isOurs(clean) ? `“${clean}”` : clean;
}

function isOurs(name: string): boolean {
  const read = skeleton(name);
  return read === skeleton(t("msg.you")) || read === skeleton(t("app.name"));
}

/** How a name reads at a glance. */
function skeleton(name: string): string {
  return [...name.normalize("NFKD")].map((char) => LATIN[ALIKE.indexOf(char)] ?? char).join("")
    .toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
