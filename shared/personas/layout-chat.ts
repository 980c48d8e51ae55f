/**
 * Chat models: rules and cast sheet as the system message, the transcript and the cue as one user
 * message.
 */

import type { Layout, LayoutLine, LayoutRequest } from "./layout-parts.ts";
import { cutMiddle, fitLines, plainLine, plainName, segment } from "./layout-parts.ts";
import { type ExtrasStyle, fitExtras } from "./layout-extras.ts";

/** Of a longer description prompts have the beginning and the end. */
export const DESCRIPTION_CHARS_MAX = 2_000;
const LINE_CHARS_MAX = 6_000;
/** No line of the talk can look like these: each has its author's name and text. */
const EARLIER = "Earlier in this room:";
const NOW = "Now:";

/** The parts that differ by what is asked. */
export interface ChatParts {
  readonly system: string;
  /** The end of the user message. */
  readonly cue: string;
  readonly stop: readonly string[];
}

export function layoutChat(request: LayoutRequest): Layout {
  const speaker = plainName(request.speaker.name);
  const system = [
    "This is a group conversation among people and AI personas.",
    `You write the next line of ${speaker}, and of nobody else. Never speak for another member.`,
    "Answer in one to four sentences, in the language of the newest message, without your name before it.",
    "If the newest message needs nothing from you, reply with the single word PASS.",
    ...chatCast(request),
  ].filter((line) => line !== "").join("\n");
  return composeChat(request, {
    system,
    cue: `${chatAddressed(request)} Write ${speaker}'s next line.`, // PL5
    stop: [...request.others.map((one) => one.name), ...request.people]
      .slice(0, 15)
      .map((name) => `\n${plainName(name)}:`),
  });
}

/** Who is here, and who the model is. */
export function chatCast(request: LayoutRequest): readonly string[] {
  const { speaker } = request;
  return [
    "Here:",
    ...request.others
      .map((one) => `- ${plainName(one.name)} (AI): ${cutMiddle(plainLine(one.gist), 200)}`),
    ...request.people.map((name) => `- ${plainName(name)} (person)`),
    `- ${plainName(speaker.name)} (AI): you. ${plainLine(speaker.gist)}`,
    cutMiddle(plainLine(speaker.description), DESCRIPTION_CHARS_MAX),
  ];
}

/** Whom the newest message is for. */
export function chatAddressed({ addressed, speaker }: LayoutRequest): string {
  const whom = addressed.kind === "other"
    ? plainName(addressed.name)
    : addressed.kind === "you"
    ? `you, ${plainName(speaker.name)}`
    : "everyone";
  return `The newest message is for ${whom}.`;
}

/** The prompt of these parts, with as much of the talk and of the extras as fits. */
export function composeChat(request: LayoutRequest, { system, cue, stop }: ChatParts): Layout {
  const fixed = estimateChatTokens(system) + estimateChatTokens(cue) + 32;
  const own = fitExtras(request, chatExtras, request.tokensMax - fixed); // PL11
  const roomMax = Math.max(1, request.tokensMax - fixed - own.tokens);
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
      segment("user", [...earlier, ...kept, ...own.texts, "", cue].join("\n")),
    ],
    stop,
    linesDropped: fitting.dropped,
    tokensEstimated: fixed + own.tokens + fitting.tokens,
  };
}

const chatExtras: ExtrasStyle = {
  headings: {
    lore: "You know:",
    history: "In private before:",
    memory: "You keep in mind:",
    notices: "Only you were told:",
    results: "You looked up:",
  },
  item: (from, text) => `- ${from === "" ? "" : `${from}: `}${text}`,
  line: (text) => cutMiddle(plainLine(text), LINE_CHARS_MAX),
  newestLine: ({ lines }) => lines.slice(-1).map(chatLine).join(""),
  estimate: estimateChatTokens,
};

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
