/**
 * When the beginning of a room's talk is to be summed up for a persona, and what becomes of the
 * answer. Pure; private-jobs.ts asks the model.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO175 Behind a turn's end the beginning of a talk that will not fit for long is summed up, as
 *         work that nobody waits for; who heard the same lines shares the summary.
 */

import { chatLine, estimateChatTokens } from "../../personas/layout-chat.ts";
import type { SummariseTalkRequest } from "../../personas/layout-jobs.ts";
import { linesToFold } from "../../personas/layout/fold-plan.ts";
import type { ScriptLine } from "../../personas/layout/shared-script.ts";
import { plainLine } from "../../personas/layout-parts.ts";
import type { RoomState } from "../../room/room-state.ts";
import { personaOf } from "../../session/children/child-registry.ts";
import { hostingLimits as limits } from "../limits.ts";
import { linesKey, type RoomSummary, summariesFor } from "../room-summaries.ts";
import { heardMessages, layoutLine } from "../window-lines.ts";

export interface DueFold {
  readonly request: Omit<SummariseTalkRequest, "tokensMax"> & {
    readonly lines: readonly ScriptLine[];
  };
  /** The summary that the answer makes. */
  readonly summary: Omit<RoomSummary, "text">;
}

/** 150 words and a margin. */
const SUMMARY_CHARS_MAX = 1_600;

/** What is to be summed up next; undefined while everything fits well. */
export function foldDue(
  state: RoomState,
  session: string,
  summaries: readonly RoomSummary[],
  tokensMax: number,
): DueFold | undefined {
  const heard = heardMessages(state, personaOf(session)).slice(-limits.foldLinesMax);
  const base = summariesFor(summaries, heard).at(-1);
  const open = base === undefined ? heard : heard.filter(({ seq }) => seq > base.toSeq);
  const tokens = open.map((one) => estimateChatTokens(chatLine(layoutLine(state, one))));
  const more = base === undefined ? 0 : estimateChatTokens(base.text);
  const folded = open.slice(0, linesToFold(tokens, tokensMax - more));
  const [first, last] = [folded[0], folded.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const fromSeq = base?.fromSeq ?? first.seq;
  const all = heard.filter(({ seq }) => seq >= fromSeq && seq <= last.seq);
  return {
    request: { summary: base?.text, lines: folded.map((one) => layoutLine(state, one)) },
    summary: { fromSeq, toSeq: last.seq, key: linesKey(all) },
  };
}

/** The summary in a model's answer; undefined when there is none. */
export function readSummary(
  { summary }: DueFold,
  answer: string,
): RoomSummary | undefined {
  const text = plainLine(answer).slice(0, SUMMARY_CHARS_MAX).replace(/\p{Cs}$/u, "");
  return text === "" ? undefined : { ...summary, text };
}
