/** What lines take of a prompt, for who chooses among them. Loaded with the search. */

import { chatLine, estimateChatTokens } from "./layout-chat.ts";
import type { LayoutLine, LayoutRequest } from "./layout-parts.ts";
import { linesToFold } from "./layout/fold-plan.ts";
import { estimateStarterTokens, starterLine } from "./layout-starter.ts";

/** What a line takes of a prompt, in tokens by upper estimate. */
export function lineTokens(format: LayoutRequest["format"], line: LayoutLine): number {
  return format === "starter-script"
    ? estimateStarterTokens(starterLine(line))
    : estimateChatTokens(chatLine(line));
}

/**
 * How many of the newest lines the prompt of any persona holds: all, or what is left when the
 * oldest are folded (PL69), so that a line is in the prompt, in a summary or found.
 */
export function linesInReach({ format, lines, tokensMax }: LayoutRequest): number {
  const [render, estimate] = format === "starter-script"
    ? [starterLine, estimateStarterTokens]
    : [chatLine, estimateChatTokens];
  const tokens = lines.map((line) => estimate(render(line)));
  return tokens.length - linesToFold(tokens, tokensMax);
}
