/** What lines take of a prompt, for who chooses among them. Loaded with the search. */

import { chatLine, estimateChatTokens } from "./layout-chat.ts";
import { type LayoutLine, type LayoutRequest, newestFitting } from "./layout-parts.ts";
import { estimateStarterTokens, starterLine } from "./layout-starter.ts";

/** What a line takes of a prompt, in tokens by upper estimate. */
export function lineTokens(format: LayoutRequest["format"], line: LayoutLine): number {
  return format === "starter-script"
    ? estimateStarterTokens(starterLine(line))
    : estimateChatTokens(chatLine(line));
}

/** How many of the newest lines the prompt of any persona could hold: all of it for the lines. */
export function linesInReach({ format, lines, tokensMax }: LayoutRequest): number {
  const [render, estimate] = format === "starter-script"
    ? [starterLine, estimateStarterTokens]
    : [chatLine, estimateChatTokens];
  return newestFitting(lines.map(render), tokensMax, estimate).kept.length;
}
