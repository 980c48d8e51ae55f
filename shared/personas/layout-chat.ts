/**
 * Chat models: rules and cast sheet as the system message, the transcript and the cue as one user
 * message.
 */

import type { Layout, LayoutLine, LayoutRequest } from "./layout-parts.ts";
import { cutMiddle, fitLines, plainLine, plainName, segment } from "./layout-parts.ts";

const DESCRIPTION_CHARS_MAX = 2_000;
const LINE_CHARS_MAX = 6_000;
/** No line of the talk can look like these: each has its author's name and text. */
const EARLIER = "Earlier in this room:";
const NOW = "Now:";

export function layoutChat(request: LayoutRequest): Layout {
  const speaker = plainName(request.speaker.name);
  const others = request.others
    .map((one) => `- ${plainName(one.name)} (AI): ${cutMiddle(plainLine(one.gist), 200)}`);
  const people = request.people.map((name) => `- ${plainName(name)} (person)`);
  const system = [
    "This is a group conversation among people and AI personas.",
    `You write the next line of ${speaker}, and of nobody else. Never speak for another member.`,
    "Answer in one to four sentences, in the language of the newest message, without your name before it.",
    "If the newest message needs nothing from you, reply with the single word PASS.",
    "Here:",
    ...others,
    ...people,
    `- ${speaker} (AI): you. ${plainLine(request.speaker.gist)}`,
    cutMiddle(plainLine(request.speaker.description), DESCRIPTION_CHARS_MAX),
  ].filter((line) => line !== "").join("\n");
  const whom = request.addressed.kind === "other"
    ? plainName(request.addressed.name)
    : request.addressed.kind === "you"
    ? `you, ${speaker}`
    : "everyone";
  const cue = `The newest message is for ${whom}. Write ${speaker}'s next line.`; // PL5
  const fixed = estimateChatTokens(system) + estimateChatTokens(cue) + 32;
  const roomMax = Math.max(1, request.tokensMax - fixed);
  const frameTokens = estimateChatTokens([EARLIER, "", NOW].join("\n"));
  const fitting = fitLines(request, chatLine, estimateChatTokens, roomMax, frameTokens);
  const { recalled } = fitting;
  const earlier = recalled.length === 0 ? [] : [EARLIER, ...recalled, "", NOW]; // PL10
  const kept = fitting.tokens > roomMax && fitting.kept.length === 1
    ? [cutMiddle(fitting.kept[0] ?? "", roomMax * 2)] // PL6
    : fitting.kept;
  return {
    segments: [
      segment("system", system),
      segment("user", [...earlier, ...kept, "", cue].join("\n")),
    ],
    stop: [...request.others.map((one) => one.name), ...request.people]
      .slice(0, 15)
      .map((name) => `\n${plainName(name)}:`),
    linesDropped: fitting.dropped,
    tokensEstimated: fixed + fitting.tokens,
  };
}

/** A line of the talk with its author. */
export function chatLine(line: LayoutLine): string {
  const text = cutMiddle(plainLine(line.text), LINE_CHARS_MAX);
  return `${plainName(line.author)}${line.isPersona ? " (AI)" : ""}: ${text}`; // PL2
}

const encoder = new TextEncoder();

/**
 * Common tokenizers take 3 to 4 bytes of English a token and fewer of other scripts: 3 is on the
 * safe side.
 */
export function estimateChatTokens(text: string): number {
  return 4 + Math.ceil(encoder.encode(text).length / 3);
}
