/**
 * The prompts that only one persona's session asks for: its private work, and the unseen question
 * what it wants to do before it speaks (decision 0020).
 *
 *   PL13  A private prompt ends in its task, cut in the middle where it must be, and says that
 *         nobody of the room reads the answer.
 *   PL14  The question names every tool that is offered with its arguments, and what was wrong with
 *         the last answer.
 */

import { chatAddressed, chatName, composeChat, estimateChatTokens } from "./layout-chat.ts";
import type { Layout, LayoutRequest, PrivateParts } from "./layout-parts.ts";
import { cutMiddle, plainLine, plainName, wrongText } from "./layout-parts.ts";
import { composeStarter, estimateStarterTokens, starterGist } from "./layout-starter.ts";

export interface OfferedTool {
  readonly name: string;
  readonly about: string;
  readonly args: readonly {
    readonly name: string;
    readonly type: "string" | "integer";
    readonly isRequired: boolean;
    readonly about: string;
  }[];
}

export interface DecideQuestion {
  readonly tools: readonly OfferedTool[];
  /** Why the last answer could not be read; undefined the first time. */
  readonly problem: string | undefined;
}

/** A task may take this share of the prompt. */
const TASK_SHARE = 0.5;
const NOTICES =
  "Look at what only you were told, and say in a sentence or two what follows from it.";

export function layoutPrivate(request: LayoutRequest): Layout {
  if (request.format === "starter-script") {
    const task = taskLine(request);
    const last = task === undefined
      ? []
      : [{ author: task.from, isPersona: false, text: task.text }];
    return composeStarter(request, last, `${starterGist(request)} | for you`);
  }
  return composeChat(request, { cue: privateCue(request), stop: [] });
}

function privateCue(request: LayoutRequest): string {
  const speaker = chatName(request.speaker.name);
  return [
    "This is private: nobody of the room reads your answer.",
    `${taskText(taskLine(request))} Answer in private, as ${speaker}.`, // PL13
  ].join("\n");
}

/** Asks for one JSON object; `request` is that of the turn or of the private work. */
export function layoutDecide(request: LayoutRequest, question: DecideQuestion): Layout {
  if (request.format === "starter-script") {
    const task = request.privately === undefined ? undefined : taskLine(request);
    const names = question.tools.map((tool) => tool.name);
    const wrong = wrongText(question.problem);
    const last = task === undefined
      ? []
      : [{ author: task.from, isPersona: false, text: task.text }];
    return composeStarter(request, last, `use ${[...names, "none"].join(", ")}?${wrong}`);
  }
  return composeChat(request, { cue: decideCue(request, question), stop: [] });
}

/** The question what to do, with its tools. */
export function decideCue(request: LayoutRequest, { tools, problem }: DecideQuestion): string {
  const speaker = chatName(request.speaker.name);
  const about = request.privately === undefined
    ? chatAddressed(request)
    : taskText(taskLine(request));
  return [
    `Before ${speaker} answers, ${speaker} may use a tool. Nobody sees this step.`,
    "Reply with one JSON object and nothing else:",
    '{"tool": "NAME", "args": {...}} to use a tool, or {"tool": "none"} to answer right away.',
    "Use a tool only when the answer needs it, and never twice for the same thing.",
    "Tools:",
    ...tools.map(toolLine), // PL14
    `${about}${wrongText(problem)} What do you do?`,
  ].join("\n");
}

function toolLine({ name, about, args }: OfferedTool): string {
  const listed = args.map((arg) =>
    `"${arg.name}" (${arg.type}${arg.isRequired ? "" : ", optional"}): ${plainLine(arg.about)}`
  );
  return `- ${name}: ${plainLine(about)}${
    listed.length === 0 ? "" : ` args: ${listed.join("; ")}`
  }`;
}

function taskText(task: PrivateParts["task"]): string {
  return task === undefined ? NOTICES : `${task.from} asks you: ${task.text}`;
}

/** The task as one line that cannot be another's, cut to its share (PL13). */
function taskLine({ privately, format, tokensMax }: LayoutRequest): PrivateParts["task"] {
  if (privately?.task === undefined) return undefined;
  const estimate = format === "chat" ? estimateChatTokens : estimateStarterTokens;
  const text = plainLine(privately.task.text);
  let charsMax = text.length;
  while (charsMax > 24 && estimate(cutMiddle(text, charsMax)) > tokensMax * TASK_SHARE) {
    charsMax = Math.floor(charsMax * 0.75);
  }
  return { from: plainName(privately.task.from), text: cutMiddle(text, charsMax) };
}
