/**
 * The starter's script: shared transcript first, then the cue with the speaker's card
 * (web/models/starter).
 */

import type { Layout, LayoutLine, LayoutRequest } from "./layout-parts.ts";
import { cutMiddle, fitLines, plainLine, plainName, segment } from "./layout-parts.ts";
import { type ExtrasStyle, fitExtras } from "./layout-extras.ts";

/** The model was trained on gists of about 30 words. */
const GIST_CHARS_MAX = 200;
/** One line of a person: more than the window would push everything else out. */
const LINE_CHARS_MAX = 320;

/**
 * Who has given no name is "You" on the screen. The model was taught that people have names, and
 * copies best those that it spells (measured on 8 greetings: "Neighbour" 8 right, "You" 0).
 */
const NAMELESS = "You";
const NAME_FOR_NAMELESS = "Neighbour";

export function layoutStarter(request: LayoutRequest): Layout {
  const whom = request.addressed.kind === "other"
    ? plainName(request.addressed.name)
    : request.addressed.kind;
  return composeStarter(request, [], `${starterGist(request)} | for ${whom}`); // PL5
}

/** What the cue says of the speaker. */
export function starterGist({ speaker }: LayoutRequest): string {
  return cutMiddle(plainLine(speaker.gist), GIST_CHARS_MAX);
}

/** The script with these lines at its end and this in its cue. */
export function composeStarter(
  request: LayoutRequest,
  last: readonly LayoutLine[],
  asked: string,
): Layout {
  const here = starterOpening(request);
  const cue = `<|cue|>${plainName(request.speaker.name)}: ${asked}\n<|reply|>`;
  const end = [...last.map(starterLine), cue];
  const fixed = [here, ...end].reduce((sum, text) => sum + estimateStarterTokens(text), 0);
  const own = fitExtras(request, starterExtras, request.tokensMax - fixed); // PL11
  const roomMax = Math.max(1, request.tokensMax - fixed - own.tokens);
  // Recalled lines are plain lines of script: headings are not among what the model was taught.
  const fitting = fitLines(request, starterLine, estimateStarterTokens, roomMax, 0);
  const kept = fitting.tokens > roomMax && fitting.kept.length === 1
    ? [`${cutMiddle((fitting.kept[0] ?? "").trimEnd(), roomMax)}\n`] // PL6
    : fitting.kept;
  const texts = [here, ...fitting.recalled, ...kept, ...own.texts, ...end]; // PL4
  return {
    segments: texts.map((text) => segment("script", text)),
    stop: ["\n"],
    linesDropped: fitting.dropped,
    tokensEstimated: fixed + own.tokens + fitting.tokens,
  };
}

/** Lines as of somebody by the name of Note, which the model reads like any other. */
const starterExtras: ExtrasStyle = {
  headings: undefined,
  item: (from, text) => `Note: ${from === "" ? "" : `${from} - `}${text}\n`,
  line: (text) => cutMiddle(plainQuotes(plainLine(text)), LINE_CHARS_MAX),
  newestLine: ({ lines }) => lines.slice(-1).map(starterLine).join(""),
  estimate: estimateStarterTokens,
};

/** Who is here: the beginning of every script. */
export function starterOpening(request: LayoutRequest): string {
  const personas = [request.speaker, ...request.others].map((one) => plainName(one.name)).sort();
  return `<|room|>Here: ${listNames([...personas, ...request.people.map(starterName)])}.\n`;
}

/** A line of the talk as a line of script. */
export function starterLine(line: LayoutLine): string {
  const text = cutMiddle(plainQuotes(plainLine(line.text)), LINE_CHARS_MAX);
  return `${starterName(line.author)}: ${text}\n`; // PL2
}

function starterName(name: string): string {
  const plain = plainName(name);
  return plain === NAMELESS ? NAME_FOR_NAMELESS : plain;
}

/** Curly quotes as the straight ones of the training text. */
function plainQuotes(text: string): string {
  return text.replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"');
}

/** "Ada, Bo and Mika". */
function listNames(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

const encoder = new TextEncoder();

/**
 * Upper estimate: known words are one token, unknown ones a token a letter. Half the characters
 * holds for ordinary talk full of names; every byte counts where the text is not ASCII.
 */
export function estimateStarterTokens(text: string): number {
  const bytes = encoder.encode(text).length;
  const isAscii = bytes === text.length;
  return 1 + (isAscii ? Math.ceil(bytes / 2) : bytes);
}
