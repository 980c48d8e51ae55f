/**
 * Recall: older lines of a room that a turn is about, found once per turn for all its personas.
 *
 * Owns the rooms' indexes and the answers kept under the planner's keys. Does not own the lines
 * (room) or what of an answer enters a prompt (hosting, personas).
 *
 * Rules (shared/SPEC.md, section ME):
 *   ME6  A malformed part of a question is refused by field; a question without an answer gets an
 *        empty one with its reason.
 *   ME7  An answer fits its budget: the best lines that fit, at most `recalledLinesMax`, none far
 *        below the best, told in the order they were said.
 *   ME8  One cache key, or one content key, is searched for once per room.
 *   ME9  Indexes and answers are bounded: the longest unused goes first; a forgotten room leaves
 *        nothing.
 */

import { err, ok, type Result } from "../base/result.ts";
import { memoryLimits as limits } from "./limits.ts";
import {
  createRecallIndex,
  type RecallIndex,
  type RecallLine,
  type RecallMatch,
} from "./recall-index.ts";

/** What a turn's plan says of a source that its personas share. */
export interface RecallSource {
  readonly sourceName: string;
  /** The same for all personas of a turn. */
  readonly cacheKey: string;
  /** The same for the same question about the same content; undefined where nobody hashed it. */
  readonly contentKey: string | undefined;
  readonly budgetTokens: number;
}

export interface RecallQuestion {
  readonly roomId: string;
  readonly source: RecallSource;
  /** The room's visible lines, ascending by seq. */
  readonly lines: readonly RecallLine[];
  readonly queryText: string;
  /** Only older lines are found. */
  readonly belowSeq: number;
  /** What a line takes of the budget. */
  readonly tokensOf: (line: RecallLine) => number;
}

export interface RecalledLine extends RecallMatch {
  readonly tokens: number;
}

export interface RecallAnswer {
  /** Ascending by seq. */
  readonly lines: readonly RecalledLine[];
  /** Why there are none; undefined when there are. */
  readonly empty?: "query-empty" | "query-common" | "no-match" | "over-budget" | undefined;
}

export interface RecallError {
  readonly kind: "recall-malformed";
  readonly field: string;
}

export interface Recall {
  /** The lines of the room are read only when its keys are new. */
  ask(question: RecallQuestion): Result<RecallAnswer, RecallError>;
  /** Drops what is kept of a room. */
  forget(roomId: string): void;
  /** Searches made so far. */
  searchCount(): number;
}

export function createRecall(): Recall {
  const rooms = new Map<string, RecallIndex>();
  /** Both keys of a source lead to one answer. */
  const answers = new Map<string, RecallAnswer>();
  let searches = 0;

  const find = (question: RecallQuestion): RecallAnswer => {
    const { roomId, lines, queryText, belowSeq } = question;
    const index = rooms.get(roomId) ?? createRecallIndex();
    keep(rooms, roomId, index, limits.roomsMax);
    index.take(lines);
    searches += 1;
    const found = index.search(queryText, belowSeq);
    if (found.kind !== "matches") return { lines: [], empty: found.kind };
    return chooseLines(found.matches, question);
  };

  return {
    ask(question) {
      const field = malformedField(question);
      if (field !== undefined) return err({ kind: "recall-malformed", field });
      const { roomId, source } = question;
      const keys = [`turn ${source.cacheKey}`, `content ${source.contentKey ?? ""}`]
        .slice(0, source.contentKey === undefined ? 1 : 2)
        .map((key) => JSON.stringify([roomId, source.sourceName, key]));
      const known = keys.map((key) => answers.get(key)).find((one) => one !== undefined);
      const answer = known ?? find(question); // ME8
      for (const key of keys) keep(answers, key, answer, limits.answersMax);
      return ok(onlyBelow(answer, question.belowSeq));
    },
    forget(roomId) {
      rooms.delete(roomId);
      const prefix = `${JSON.stringify([roomId]).slice(0, -1)},`;
      for (const key of [...answers.keys()]) if (key.startsWith(prefix)) answers.delete(key);
    },
    searchCount: () => searches,
  };
}

/** Sets an entry as the newest and drops the oldest beyond the limit (ME9). */
function keep<V>(entries: Map<string, V>, key: string, value: V, entriesMax: number): void {
  entries.delete(key);
  entries.set(key, value);
  for (const oldest of entries.keys()) {
    if (entries.size <= entriesMax) return;
    entries.delete(oldest);
  }
}

/** The best lines that fit, in the order they were said; one that does not fit is passed over. */
function chooseLines(
  matches: readonly RecallMatch[],
  { source, lines, tokensOf }: RecallQuestion,
): RecallAnswer {
  if (matches.length === 0) return { lines: [], empty: "no-match" };
  const scoreMin = (matches[0]?.score ?? 0) * limits.scoreShareMin;
  const lineBySeq = new Map(lines.map((line) => [line.seq, line]));
  const chosen: RecalledLine[] = [];
  let left = source.budgetTokens;
  for (const match of matches) {
    if (chosen.length === limits.recalledLinesMax || match.score < scoreMin) break;
    const line = lineBySeq.get(match.seq);
    const tokens = line === undefined ? Infinity : tokensOf(line);
    if (tokens > left) continue;
    left -= tokens;
    chosen.push({ ...match, tokens });
  }
  if (chosen.length === 0) return { lines: [], empty: "over-budget" };
  return { lines: chosen.sort((a, b) => a.seq - b.seq) };
}

/** An answer of the same content may have been given to a later question. */
function onlyBelow(answer: RecallAnswer, belowSeq: number): RecallAnswer {
  const lines = answer.lines.filter((line) => line.seq < belowSeq);
  if (lines.length === answer.lines.length) return answer;
  return lines.length === 0 ? { lines, empty: "no-match" } : { lines };
}

function malformedField({ roomId, source, lines, belowSeq }: RecallQuestion): string | undefined {
  const isKey = (key: string): boolean => key !== "" && key.length <= limits.keyCharsMax;
  const { sourceName, cacheKey, contentKey, budgetTokens } = source;
  if (!isKey(roomId)) return "roomId";
  if (!isKey(sourceName)) return "sourceName";
  if (!isKey(cacheKey)) return "cacheKey";
  if (contentKey !== undefined && !isKey(contentKey)) return "contentKey";
  const isBudget = Number.isSafeInteger(budgetTokens) && budgetTokens >= 0 &&
    budgetTokens <= limits.budgetTokensMax;
  if (!isBudget) return "budgetTokens";
  if (!Number.isSafeInteger(belowSeq)) return "belowSeq";
  const isAscending = lines.every(({ seq }, index) =>
    Number.isSafeInteger(seq) && (index === 0 || seq > (lines[index - 1]?.seq ?? seq))
  );
  return isAscending ? undefined : "lines";
}
