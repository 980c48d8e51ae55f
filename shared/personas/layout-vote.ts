/**
 * The prompt of a vote: the talk, and whose line comes next.
 *
 * The starter's script is lines that begin with a name, so that the next name is a question it was
 * trained on; chat models are asked in words.
 *
 *   PL8  A vote's prompt ends where a name follows, and names everybody who can be chosen.
 */

import { estimateChatTokens } from "./layout-chat.ts";
import type { Layout, LayoutRequest } from "./layout-parts.ts";
import { newestFitting, plainLine, plainName, segment } from "./layout-parts.ts";
import { estimateStarterTokens, starterLine, starterOpening } from "./layout-starter.ts";

/** `candidates` are names as the room has them; the layout asks for them as `plainName` has them. */
export function layoutVote(request: LayoutRequest, candidates: readonly string[]): Layout {
  const names = candidates.map(plainName);
  return request.format === "starter-script" ? starterVote(request) : chatVote(request, names);
}

function starterVote(request: LayoutRequest): Layout {
  const opening = starterOpening(request);
  const roomMax = Math.max(1, request.tokensMax - estimateStarterTokens(opening));
  const fitting = newestFitting(request.lines.map(starterLine), roomMax, estimateStarterTokens);
  return {
    segments: [opening, ...fitting.kept].map((text) => segment("script", text)),
    stop: ["\n"],
    linesDropped: fitting.dropped,
    tokensEstimated: estimateStarterTokens(opening) + fitting.tokens,
  };
}

function chatVote(request: LayoutRequest, names: readonly string[]): Layout {
  const director = plainName(request.speaker.name);
  const members = [request.speaker, ...request.others]
    .map((one) => `- ${plainName(one.name)}: ${plainLine(one.gist)}`);
  const system = [
    `You are ${director} and direct a group conversation: you choose who speaks next.`,
    "Choose whom the newest message concerns most and who has something to add.",
    "Members:",
    ...members,
  ].join("\n");
  const cue = `Who speaks next: ${names.join(", ")}? Answer with the name only.`; // PL8
  const fixed = estimateChatTokens(system) + estimateChatTokens(cue) + 32;
  const lines = request.lines.map((line) => `${plainName(line.author)}: ${plainLine(line.text)}`);
  const fitting = newestFitting(lines, Math.max(1, request.tokensMax - fixed), estimateChatTokens);
  return {
    segments: [segment("system", system), segment("user", [...fitting.kept, "", cue].join("\n"))],
    stop: ["\n"],
    linesDropped: fitting.dropped,
    tokensEstimated: fixed + fitting.tokens,
  };
}
