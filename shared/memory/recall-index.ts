/**
 * Recall index: full-text search over the lines of one room, by BM25+ of the library `minisearch`.
 *
 * Owns what of a room can be found. Does not own which lines are shown to whom (hosting).
 *
 * Rules (shared/SPEC.md, section ME):
 *   ME1  The index holds the visible lines it was last given, however they came, left and changed.
 *   ME3  Its size is bounded: the newest lines are kept, of each its beginning.
 *   ME4  Only lines below the given seq are found; by score, then the newer first.
 *   ME5  A term of more than one in `commonShare` lines finds nothing.
 */

import MiniSearch from "minisearch";
import { memoryLimits as limits } from "./limits.ts";
import { isUnspaced, termsOfLine, termsOfQuery } from "./terms.ts";

/** A visible line of a room. */
export interface RecallLine {
  readonly seq: number;
  readonly text: string;
}

/** An older line and why it was found. */
export interface RecallMatch {
  readonly seq: number;
  /** BM25+ times the terms that were met, in millionths rounded: comparable within one search. */
  readonly score: number;
  /** Terms of the line that were met, in code-unit order. */
  readonly terms: readonly string[];
}

export type RecallFound =
  | { readonly kind: "matches"; readonly matches: readonly RecallMatch[] }
  /** The question has no terms, or only such as most lines have. */
  | { readonly kind: "query-empty" | "query-common" };

export interface RecallIndex {
  /**
   * Takes the room's visible lines as they are now, ascending by seq; works on what changed.
   */
  take(lines: readonly RecallLine[]): void;
  search(queryText: string, belowSeq: number): RecallFound;
  /** Lines that can be found. */
  size(): number;
}

interface Indexed {
  readonly seq: number;
  /** What the line said: the same object of text is recognised without reading it. */
  readonly text: string;
  /** Its terms with a space between. */
  readonly terms: string;
}

export function createRecallIndex(): RecallIndex {
  const library = new MiniSearch<Indexed>({
    idField: "seq",
    fields: ["terms"],
    tokenize: splitTerms,
    processTerm: (term) => term,
  });
  const indexed = new Map<number, Indexed>();
  const linesByTerm = new Map<string, number>();

  const count = (line: Indexed, by: 1 | -1): void => {
    for (const term of new Set(splitTerms(line.terms))) {
      const next = (linesByTerm.get(term) ?? 0) + by;
      if (next === 0) linesByTerm.delete(term);
      else linesByTerm.set(term, next);
    }
  };
  const remove = (line: Indexed): void => {
    library.remove(line);
    indexed.delete(line.seq);
    count(line, -1);
  };
  const isCommon = (term: string): boolean =>
    indexed.size >= limits.commonFromLines &&
    (linesByTerm.get(term) ?? 0) * limits.commonShare > indexed.size; // ME5

  return {
    take(lines) {
      const wanted = new Map(newestWithin(lines).map((line) => [line.seq, line.text]));
      for (const line of [...indexed.values()]) {
        if (wanted.get(line.seq) !== line.text) remove(line); // ME1
      }
      for (const [seq, text] of wanted) {
        if (indexed.has(seq)) continue;
        const terms = termsOfLine(text.slice(0, limits.lineCharsMax)).join(" ");
        const line = { seq, text, terms };
        library.add(line);
        indexed.set(seq, line);
        count(line, 1);
      }
    },
    search(queryText, belowSeq) {
      const all = termsOfQuery(queryText.slice(0, limits.queryCharsMax))
        .slice(0, limits.queryTermsMax);
      if (all.length === 0) return { kind: "query-empty" };
      const terms = all.filter((term) => !isCommon(term));
      if (terms.length === 0) return { kind: "query-common" };
      const found = library.search(terms.join(" "), {
        prefix: (term) =>
          isUnspaced(term) ? [...term].length === 1 : isLong(term, "prefixCharsMin"),
        fuzzy: (term) => !isUnspaced(term) && isLong(term, "fuzzyCharsMin") ? 1 : false,
        boostDocument: (seq) => (seq as number) < belowSeq ? 1 : 0, // ME4: 0 leaves it out
      });
      const matches = found.map(({ id, score, match }) => ({
        seq: id as number,
        // The library's averages depend on the order of changes in their last bits.
        score: Math.round(score * 1_000_000),
        terms: Object.keys(match).sort(),
      }));
      return {
        kind: "matches",
        matches: matches.sort((a, b) => b.score - a.score || b.seq - a.seq),
      };
    },
    size: () => indexed.size,
  };
}

function splitTerms(terms: string): string[] {
  return terms === "" ? [] : terms.split(" ");
}

function isLong(term: string, limit: "prefixCharsMin" | "fuzzyCharsMin"): boolean {
  return term.length >= limits[limit];
}

/** The newest lines within the limits, whole lines only (ME3). */
function newestWithin(lines: readonly RecallLine[]): readonly RecallLine[] {
  let chars = 0;
  const oldest = Math.max(0, lines.length - limits.linesMax);
  let first = lines.length;
  while (first > oldest) {
    chars += Math.min(lines[first - 1]?.text.length ?? 0, limits.lineCharsMax);
    if (chars > limits.charsMax) break;
    first -= 1;
  }
  return lines.slice(first);
}
