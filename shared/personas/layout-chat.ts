/**
 * Chat models, each persona with a prompt of her own: rules and cast as the system message, then
 * the talk, line by line, and behind all that personas share her own part with the question.
 *
 *   PL60  Everything before the speaker's own part is the same for every persona of the room that
 *         reads the same lines, whatever she is asked: to speak, to choose a tool, in private.
 */

import type { Layout, LayoutLine, LayoutRequest } from "./layout-parts.ts";
import { cutMiddle, fitLines, plainLine, plainName, segment } from "./layout-parts.ts";
import { type ExtrasStyle, fitExtras } from "./layout-extras.ts";

/** Of a longer description prompts have the beginning and the end. */
export const DESCRIPTION_CHARS_MAX = 2_000;
const LINE_CHARS_MAX = 6_000;
const GIST_CHARS_MAX = 200;
const STOPS_MAX = 15;
/** No line of the talk can look like this: each has its author's name and text. */
export const EARLIER = "Earlier in this room:";

/** As little; the text behind it is a line of a list. */
const BEFORE = "What was said before this, in short:";

/** The parts that differ by what is asked. */
export interface ChatParts {
  /** The end of the user message. */
  readonly cue: string;
  readonly stop: readonly string[];
}

export function layoutChat(request: LayoutRequest): Layout {
  return composeChat(request, { cue: chatSpeakCue(request), stop: chatStops(request) });
}

/** Asks for the speaker's line. */
export function chatSpeakCue(request: LayoutRequest): string {
  const speaker = chatName(request.speaker.name);
  return `${chatAddressed(request)} Write ${speaker}'s next line.`; // PL5
}

/** Where a reply would begin to be somebody else's. */
export function chatStops(request: LayoutRequest): readonly string[] {
  const personas = request.others.map((one) => chatName(one.name));
  return [
    // As lines of the talk begin, then as models write them on their own.
    ...personas.map((name) => `\n${name} (AI):`),
    ...[...request.people.map(chatName), ...personas].map((name) => `\n${name}:`),
  ].slice(0, STOPS_MAX);
}

/** What every persona reads first: the rules, and who the personas are. */
export function chatSystem(request: LayoutRequest): string {
  const cast = [request.speaker, ...request.others]
    .map((one) => `- ${chatName(one.name)} (AI): ${cutMiddle(plainLine(one.gist), GIST_CHARS_MAX)}`)
    .sort();
  return [
    "This is a group conversation among people and AI personas; you write for the personas.",
    "The end of each request names the persona whose turn it is. Write as that one, and as nobody else.",
    "Answer in one to four sentences, in the language of the newest message, without a name before it.",
    "If the newest message needs nothing from that persona, reply with the single word PASS.",
    "The personas:",
    ...cast,
  ].join("\n");
}

/** The beginning of the speaker's own part; empty texts are left out of prompts. */
export interface ChatSelf {
  /** The people of the room. */
  readonly here: string;
  /** Who the model is now. */
  readonly who: string;
  readonly description: string;
}

export function chatSelf({ speaker, people }: LayoutRequest): ChatSelf {
  const here = people.map((name) => `${chatName(name)} (person)`).join(", ");
  const name = chatName(speaker.name);
  const gist = cutMiddle(plainLine(speaker.gist), GIST_CHARS_MAX);
  const description = cutMiddle(plainLine(speaker.description), DESCRIPTION_CHARS_MAX);
  return {
    here: here === "" ? "" : `Also here: ${here}.`,
    who: `You are ${name} (AI): ${gist}`,
    description: description === "" ? "" : `About ${name}: ${description}`,
  };
}

/** Whom the newest message is for. */
export function chatAddressed({ addressed, speaker }: LayoutRequest): string {
  const whom = addressed.kind === "other"
    ? chatName(addressed.name)
    : addressed.kind === "you"
    ? `you, ${chatName(speaker.name)}`
    : "everyone";
  return `The newest message is for ${whom}.`;
}

/** The prompt of these parts, with as much of the talk and of the extras as fits. */
export function composeChat(request: LayoutRequest, { cue, stop }: ChatParts): Layout {
  const system = chatSystem(request);
  const { here, who, description } = chatSelf(request);
  const self = [here, who, description].filter((line) => line !== "");
  const fixed = estimateChatTokens(system) + estimateChatTokens([...self, cue].join("\n")) + 32;
  const own = fitExtras(request, chatExtras, request.tokensMax - fixed); // PL11
  const roomMax = Math.max(1, request.tokensMax - fixed - own.tokens);
  const frameTokens = estimateChatTokens(`\n${EARLIER}\n`);
  const fitting = fitLines(request, chatLine, estimateChatTokens, roomMax, frameTokens);
  const { recalled } = fitting;
  const kept = fitting.tokens > roomMax && fitting.kept.length === 1
    ? [cutMiddle(fitting.kept[0] ?? "", roomMax * 2)] // PL6
    : fitting.kept;
  const earlier = recalled.length === 0 ? [] : ["", EARLIER, ...recalled]; // PL10
  return {
    segments: [
      segment("system", system),
      ...fitting.fold === undefined ? [] : [segment("user", `${chatFold(fitting.fold)}\n`)],
      ...kept.map((line) => segment("user", `${line}\n`)),
      segment("user", [...earlier, "", ...self, ...own.texts, "", cue].join("\n")),
    ],
    stop,
    linesDropped: fitting.dropped,
    tokensEstimated: fixed + own.tokens + fitting.tokens,
  };
}

export const chatExtras: ExtrasStyle = {
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

/** What stands for older lines. */
export function chatFold(text: string): string {
  return `${BEFORE}\n- ${plainLine(text)}\n`;
}

/** A name in a chat prompt: the marks of who is an AI cannot be part of one (PL3). */
export function chatName(name: string): string {
  return plainName(name.replace(/[()]/g, " "));
}

/** A line of the talk with its author. */
export function chatLine(line: LayoutLine): string {
  const text = cutMiddle(plainLine(line.text), LINE_CHARS_MAX);
  return `${chatName(line.author)}${line.isPersona ? " (AI)" : ""}: ${text}`; // PL2
}

const encoder = new TextEncoder();

/**
 * Common tokenizers take 3 to 4 bytes of English a token and fewer of other scripts: 3 is on the
 * safe side.
 */
export function estimateChatTokens(text: string): number {
  return 4 + Math.ceil(encoder.encode(text).length / 3);
}
