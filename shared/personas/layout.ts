/**
 * Prompt layout: the only maker of prompts (D34).
 *
 * Owns what a model reads and how it is cut into segments with content keys, so that equal prefixes
 * can be reused. Does not own the transcript (room log), sampling or the engine.
 *
 * Rules (shared/SPEC.md, section PL):
 *   PL1  The newest line is always in the prompt; older lines are dropped first, whole, oldest
 *        first.
 *   PL2  Every line carries its author's name: one's own lines are attributed like everybody's.
 *   PL3  Text of people and cards cannot forge a control token, another line or another author.
 *   PL4  Personas that read the same lines share the prompt's prefix; who speaks comes last.
 *   PL5  Whom the newest message is for is stated as a fact: for you, for somebody by name, for
 *        all.
 *   PL6  A prompt whose estimate exceeds the budget even with one line has that line cut in the
 *        middle.
 *   PL10  Recalled lines stand before the newest, whole, within their own budget: the newest line
 *        never makes way for them.
 *   PL9  No line is in a prompt twice.
 *   PL84 What a line says stands in that line and in the note of one that answers it: never in
 *        rules, cue, choices or ends.
 */

import { layoutChat } from "./layout-chat.ts";
import type { Layout, LayoutRequest } from "./layout-parts.ts";
import { layoutStarter } from "./layout-starter.ts";

export type {
  Layout,
  LayoutLine,
  LayoutRequest,
  PrivateParts,
  PromptExtras,
  RecalledLine,
} from "./layout-parts.ts";

export function layoutPrompt(request: LayoutRequest): Layout {
  return request.format === "starter-script" ? layoutStarter(request) : layoutChat(request);
}
