/**
 * How a text is compared when somebody searches: the same on every platform, whatever its language.
 *
 * Words are looked for as parts of texts, not as entries of an index. So Chinese, Japanese or Thai
 * needs no cutting into words, and the beginning of a word finds the word.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY215 A search finds the messages and pictures whose words hold each word of the question,
 *         wherever in them: without regard to case, accents, widths and kinds of quotes, in any
 *         script, and with "ue" for "ü" and the other way round.
 */

/** Accents of Latin, Greek, Cyrillic; points of Hebrew; signs of Arabic; what has no width. */
const MARKS = new RegExp(
  "[\\u0300-\\u036f\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7" +
    "\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u00ad\\u200b-\\u200f\\u2060]",
  "gu",
);
const QUOTES = /[\u2018\u2019\u201a\u201b\u02bc]/g;
const DOUBLE_QUOTES = /[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
// oxlint-disable-next-line no-control-regex -- ASCII is meant, all of it
const ASCII = /^[\x00-\x7f]*$/;
const UMLAUTS = /[äöüÄÖÜ]|[aouAOU]\u0308/;
/** A base with what stands on it, also half as wide, or a Korean syllable in parts. */
const CLUSTERS = /[\u1100-\u115f][\u1160-\u11ff]*\p{M}*|\P{M}[\p{M}\uff9e\uff9f]*|\p{M}+/gsu;

/** A text for comparing. By way of upper case "ß" and "ss" meet; "ẞ" has only a lower "ß". */
export function foldText(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(MARKS, "").normalize("NFC")
    .replace(QUOTES, "'").replace(DOUBLE_QUOTES, '"').replace(DASHES, "-")
    .toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/** The same with "ae" for "ä" and so on. */
export function foldExpanded(text: string): string {
  return foldText(expandUmlauts(text));
}

export function hasUmlaut(text: string): boolean {
  return UMLAUTS.test(text);
}

export interface FoldedPlaces {
  readonly folded: string;
  /** Where in the text the folded character at this index comes from, and one end behind. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** For marks in the text itself; costs some hundred times what {@link foldText} does. */
export function foldWithPlaces(text: string, fold: (text: string) => string): FoldedPlaces {
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = "";
  for (const { 0: cluster, index } of text.matchAll(CLUSTERS)) {
    const part = fold(cluster);
    folded += part;
    for (let count = 0; count < part.length; count += 1) {
      starts.push(index);
      ends.push(index + cluster.length);
    }
  }
  return { folded, starts, ends };
}

function expandUmlauts(text: string): string {
  return text.normalize("NFC").replace(/[äÄ]/g, "ae").replace(/[öÖ]/g, "oe").replace(/[üÜ]/g, "ue");
}
