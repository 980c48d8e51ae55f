/**
 * The prompts of jobs that nobody sees: what to remember, what to keep of it, what a session's log
 * comes to. For models that follow instructions; the starter is never asked (ME10).
 *
 *   PL20  A job's prompt ends in what is asked; what does not fit of the material is left out from
 *         its middle (one text) or its oldest (lines), never the question.
 */

import { chatLine, estimateChatTokens } from "./layout-chat.ts";
import type { Layout, LayoutLine } from "./layout-parts.ts";
import { cutMiddle, newestFitting, plainLine, plainName, segment } from "./layout-parts.ts";

interface JobPrompt {
  readonly tokensMax: number;
  /** Whose job it is. */
  readonly speaker: string;
}

export interface ExtractRequest extends JobPrompt {
  /** Oldest first. */
  readonly lines: readonly LayoutLine[];
  /** What is known already. */
  readonly known: readonly string[];
  readonly notesMax: number;
}

export function layoutExtract(request: ExtractRequest): Layout {
  const name = plainName(request.speaker);
  const system = [
    `You keep the private notes of ${name}, a member of a group conversation.`,
    "Write down what is worth remembering for weeks: facts about people, plans, promises,",
    "decisions, likes and dislikes. Leave out small talk and what is known already.",
    `At most ${request.notesMax} notes, one a line, each beginning with "- ". If there is nothing,`,
    "reply with the single word NONE.",
  ].join("\n");
  const known = request.known.length === 0
    ? []
    : ["Known already:", ...request.known.map((note) => `- ${plainLine(note)}`), ""];
  const cue = `What does ${name} note?`;
  return listPrompt(request, system, known, request.lines.map(chatLine), cue);
}

export interface ConsolidateRequest extends JobPrompt {
  readonly notes: readonly string[];
  readonly notesMax: number;
}

export function layoutConsolidate(request: ConsolidateRequest): Layout {
  const name = plainName(request.speaker);
  const system = [
    `You tidy the private notes of ${name}. Join notes that say the same, correct what newer notes`,
    "(further down) changed, drop what does not matter any more. Invent nothing.",
    `At most ${request.notesMax} notes, one a line, each beginning with "- ".`,
  ].join("\n");
  const notes = request.notes.map((note) => `- ${plainLine(note)}`);
  return listPrompt(request, system, ["Notes, the oldest first:"], notes, "The tidied notes:");
}

export interface SummariseTalkRequest {
  readonly tokensMax: number;
  /** What stands for everything before. */
  readonly summary: string | undefined;
  /** Oldest first. */
  readonly lines: readonly LayoutLine[];
}

/** Of a room's beginning, for everybody who heard it. */
export function layoutSummariseTalk(request: SummariseTalkRequest): Layout {
  const system = [
    "You sum up the beginning of a group conversation, so that its members can go on without it:",
    "who is who, what was asked, told, promised and decided, by whom. Keep names and numbers as they",
    "are. Plain sentences, at most 150 words. Invent nothing.",
  ].join("\n");
  const before = request.summary === undefined
    ? []
    : ["The summary so far:", `- ${plainLine(request.summary)}`, ""];
  const cue = "The summary of all of it:";
  return listPrompt(request, system, before, request.lines.map(chatLine), cue);
}

export interface SummariseRequest extends JobPrompt {
  /** What stands for everything before. */
  readonly summary: string | undefined;
  readonly text: string;
}

export function layoutSummarise(request: SummariseRequest): Layout {
  const name = plainName(request.speaker);
  const system = [
    `You sum up the private work log of ${name}: what was asked, what was found out and with which`,
    "result, what is still open. Plain sentences, at most 150 words. Invent nothing.",
  ].join("\n");
  const before = request.summary === undefined
    ? []
    : [`The summary so far: ${plainLine(request.summary)}`, ""];
  const cue = "The new summary of all of it:";
  const fixed = fixedTokens([system, ...before, cue]);
  let text = request.text.split("\n").map(plainLine).filter((line) => line !== "").join("\n");
  for (let charsMax = text.length; estimateChatTokens(text) > request.tokensMax - fixed;) {
    charsMax = Math.floor(charsMax * 0.75);
    if (charsMax < 32) break;
    text = cutMiddle(text, charsMax); // PL20
  }
  return {
    segments: [
      segment("system", system),
      segment("user", [...before, text, "", cue].join("\n")),
    ],
    stop: [],
    linesDropped: 0,
    tokensEstimated: fixed + estimateChatTokens(text),
  };
}

function listPrompt(
  { tokensMax }: Pick<JobPrompt, "tokensMax">,
  system: string,
  before: readonly string[],
  lines: readonly string[],
  cue: string,
): Layout {
  const fixed = fixedTokens([system, ...before, cue]);
  const roomMax = Math.max(1, tokensMax - fixed);
  const fitting = newestFitting(lines, roomMax, estimateChatTokens); // PL20
  return {
    segments: [
      segment("system", system),
      segment("user", [...before, ...fitting.kept, "", cue].join("\n")),
    ],
    stop: [],
    linesDropped: fitting.dropped,
    tokensEstimated: fixed + fitting.tokens,
  };
}

function fixedTokens(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + estimateChatTokens(text), 32);
}
