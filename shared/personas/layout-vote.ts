/**
 * The prompt of a vote: the talk, and whose line comes next.
 *
 * The starter's script is lines that begin with a name, so that the next name is a question it was
 * trained on; chat models are asked in words.
 *
 *   PL8  A vote's prompt ends where a name follows, and names everybody who can be chosen.
 */

import { chatName, composeChat } from "./layout-chat.ts";
import type { Layout, LayoutRequest } from "./layout-parts.ts";
import { fitLines, plainName, segment, wrongText } from "./layout-parts.ts";
import { estimateStarterTokens, starterLine, starterOpening } from "./layout-starter.ts";

/** `candidates` are names as the room has them; the layout asks for them as `plainName` has them. */
export function layoutVote(
  request: LayoutRequest,
  candidates: readonly string[],
  problem?: string,
): Layout {
  const names = candidates.map(plainName);
  return request.format === "starter-script"
    ? starterVote(request)
    : composeChat(request, { cue: voteCue(request, names, problem), stop: ["\n"] });
}

function starterVote(request: LayoutRequest): Layout {
  const opening = starterOpening(request);
  const roomMax = Math.max(1, request.tokensMax - estimateStarterTokens(opening));
  const fitting = fitLines(request, starterLine, estimateStarterTokens, roomMax, 0);
  return {
    segments: [opening, ...fitting.kept].map((text) => segment("script", text)),
    stop: ["\n"],
    linesDropped: fitting.dropped,
    tokensEstimated: estimateStarterTokens(opening) + fitting.tokens,
  };
}

/** The question who is next; `names` as the answer is read, `problem` with the last one. */
export function voteCue(
  request: LayoutRequest,
  names: readonly string[],
  problem?: string,
): string {
  return [
    `${chatName(request.speaker.name)} directs the conversation now and says nothing.`,
    "Choose whom the newest message concerns most and who has something to add.",
    ...problem === undefined ? [] : [wrongText(problem).trim()],
    `Who speaks next: ${names.join(", ")}? Answer with the name only.`, // PL8
  ].join("\n");
}
