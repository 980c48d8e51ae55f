/** What somebody searches for: its words, which texts hold them all, and where in a text. Pure. */

import { foldExpanded, foldText, foldWithPlaces, hasUmlaut } from "./fold-text.ts";
import { searchLimits as limits } from "./limits.ts";

interface Word {
  readonly folded: string;
  /** With "ue" for "ü"; undefined where the word has none. */
  readonly expanded: string | undefined;
  /** Whether it may be the spelling of a word with an umlaut. */
  readonly hasDigraph: boolean;
}

/** Empty where nothing can be found. */
export type FindQuery = readonly Word[];

/** A part of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What stands in quotes is one word. */
const WORDS = /"([^"]+)"|[^\s"]+/g;

export function parseQuery(text: string): FindQuery {
  const asked = text.slice(0, limits.queryCharsMax).replace(/[“”„«»]/g, '"');
  const words = new Map<string, Word>();
  for (const [plain, quoted] of asked.matchAll(WORDS)) {
    const given = (quoted ?? plain).trim();
    const folded = foldText(given);
    if (folded === "" || words.size === limits.queryWordsMax) continue;
    const expanded = hasUmlaut(given) ? foldExpanded(given) : undefined;
    words.set(folded, { folded, expanded, hasDigraph: /[aou]e/.test(folded) });
  }
  return [...words.values()];
}

/** Whether `text`, which is `folded` for comparing, holds every word (SY215). */
export function holdsAll(query: FindQuery, folded: string, text: string): boolean {
  return query.every(({ folded: word, expanded, hasDigraph }) =>
    folded.includes(word) ||
    (expanded !== undefined && folded.includes(expanded)) ||
    (hasDigraph && hasUmlaut(text) && foldExpanded(text).includes(word))
  );
}

/** Where the words stand in `text`, in order and apart from each other; at most `spansMax`. */
export function spansOf(query: FindQuery, text: string): readonly Span[] {
  if (query.length === 0) return [];
  const found = new Map<number, number>();
  const look = (fold: (text: string) => string, words: readonly string[]): void => {
    if (words.length === 0) return;
    const { folded, starts, ends } = foldWithPlaces(text, fold);
    for (const word of words) {
      for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
        const start = starts[at] ?? 0;
        const end = ends[at + word.length - 1] ?? start;
        found.set(start, Math.max(end, found.get(start) ?? 0));
        if (found.size >= limits.spansMax) return;
      }
    }
  };
  look(
    foldText,
    query.flatMap(({ folded, expanded }) => expanded === undefined ? [folded] : [folded, expanded]),
  );
  if (hasUmlaut(text)) {
    look(foldExpanded, query.filter((word) => word.hasDigraph).map((word) => word.folded));
  }
  return joined([...found].map(([start, end]) => ({ start, end })));
}

/** One line round the first word, cut from a longer text. */
export interface Snippet {
  readonly text: string;
  readonly spans: readonly Span[];
}

export function snippetOf(query: FindQuery, text: string): Snippet {
  const line = text.replace(/\s+/g, " ").trim();
  const all = spansOf(query, line);
  const first = all[0]?.start ?? 0;
  const from = wordStart(line, first - limits.snippetBeforeChars, first);
  const cut = line.slice(from, from + limits.snippetCharsMax).replace(/[\ud800-\udbff]$/u, "");
  const before = from > 0 ? "…" : "";
  const shift = before.length - from;
  const spans = all.filter(({ end }) => end <= from + cut.length)
    .map(({ start, end }) => ({ start: start + shift, end: end + shift }));
  return { text: before + cut + (from + cut.length < line.length ? "…" : ""), spans };
}

/** The first beginning of a word at or behind `from`, or `from` where words have no spaces. */
function wordStart(line: string, from: number, before: number): number {
  if (from <= 0) return 0;
  const space = line.indexOf(" ", from);
  if (space >= 0 && space < before) return space + 1;
  const isInsidePair = /[\udc00-\udfff]/.test(line[from] ?? "");
  return isInsidePair ? from + 1 : from;
}

function joined(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  const out: Span[] = [];
  for (const span of sorted) {
    const last = out.at(-1);
    if (last === undefined || span.start >= last.end) out.push(span);
    else out[out.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return out;
}
