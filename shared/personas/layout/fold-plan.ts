/**
 * Folding: when lines do not fit any more, a short text stands for the oldest of them. Pure.
 *
 * Owns which summary a prompt has and which lines are to be summed up next. Does not own the
 * summing up (hosting/sessions/private-jobs.ts) nor whether a summary still holds
 * (hosting/room-summaries.ts).
 *
 *   PL68  Lines that do not fit give way to a summary of the oldest, if there is one behind which
 *         all others fit; else they are dropped in blocks, and the newest summary of dropped lines
 *         stands for what it tells.
 *   PL69  The oldest lines are summed up before the room is full: behind them stay those that fill
 *         half a prompt, or the newest twenty if these fit seven tenths of it.
 */

import { firstLineKept } from "./line-window.ts";

/** A text that stands for the request's lines before `firstLine`, and for older ones. */
export interface FoldedTalk {
  /** 0 where all it stands for is older than the request's lines. */
  readonly firstLine: number;
  readonly text: string;
}

export interface ChosenFold {
  readonly firstLine: number;
  readonly fold: FoldedTalk | undefined;
}

const KEEP_SHARE = 0.5;
const FULL_SHARE = 0.7;
const LINES_MIN = 20;

/** What stays of lines of these tokens, and what stands for the rest (PL68). */
export function chooseFold(
  tokens: readonly number[],
  folds: readonly FoldedTalk[],
  estimate: (fold: FoldedTalk) => number,
  roomMax: number,
  block: number,
): ChosenFold {
  const from = (first: number): number => tokens.slice(first).reduce((sum, one) => sum + one, 0);
  const older = folds.filter(({ firstLine }) => firstLine === 0).at(-1);
  if (from(0) + (older === undefined ? 0 : estimate(older)) <= roomMax) {
    return { firstLine: 0, fold: older };
  }
  // The one that stands for the least: the beginning stays the same for the longest.
  const fitting = folds.find((one) =>
    one.firstLine > 0 && one.firstLine < tokens.length &&
    from(one.firstLine) + estimate(one) <= roomMax
  );
  if (fitting !== undefined) return { firstLine: fitting.firstLine, fold: fitting };
  const last = folds.at(-1);
  const lastTokens = last === undefined ? 0 : estimate(last);
  const isRoom = last !== undefined && lastTokens < roomMax / 2;
  const firstLine = firstLineKept(tokens, isRoom ? roomMax - lastTokens : roomMax, block);
  const fold = isRoom ? folds.filter((one) => one.firstLine <= firstLine).at(-1) : undefined;
  return { firstLine, fold };
}

/** How many of the oldest lines are to be summed up now; 0: none yet (PL69). */
export function linesToFold(tokens: readonly number[], tokensMax: number): number {
  const total = tokens.reduce((sum, one) => sum + one, 0);
  if (total <= tokensMax * FULL_SHARE) return 0;
  let first = tokens.length - 1; // The newest always stays.
  let kept = tokens[first] ?? 0;
  while (first > 0) {
    const next = kept + (tokens[first - 1] ?? 0);
    const share = tokens.length - first < LINES_MIN ? FULL_SHARE : KEEP_SHARE;
    if (next > tokensMax * share) break;
    kept = next;
    first -= 1;
  }
  return first;
}
