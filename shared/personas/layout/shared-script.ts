/**
 * One script that only grows, for engines with one cache that is reused when everything before the
 * newest message is equal (D34): every persona's request is the request before it, the reply as
 * the engine held it, and one new message.
 *
 * Owns what the script says and when it begins anew. Does not own what an engine holds
 * (hosting/sessions/held-script.ts). Pure.
 *
 * Rules (shared/SPEC.md, section PL):
 *   PL63  A request continues the script exactly: its segments, the reply verbatim, one message of
 *         what is new with the question behind it.
 *   PL64  A script begins anew, and says why, when anything it says is not so any more: a line
 *         was changed, set aside or replaced, a reply did not come to be said, the cast or a card
 *         changed, the room is another, or nothing more fits.
 *   PL65  What stands as the assistant's is always followed by whose line it was; nobody's line is
 *         in the script twice.
 *   PL66  A script that begins anew leaves room to grow: its lines take at most three fifths.
 *   PL70  What one persona alone is to read, such as her notes, her lore, what she was told or
 *         looked up, is in no script: her prompt is her own then.
 *   PL67  A reply that could be read as more than its speaker's line is not continued.
 */

import { sha256Hex } from "../../base/stable-key.ts";
import type { PromptSegment } from "../../inference/engine.ts";
import {
  chatFold,
  chatLine,
  chatName,
  chatSelf,
  chatSystem,
  EARLIER,
  estimateChatTokens,
} from "../layout-chat.ts";
import {
  cutMiddle,
  type Layout,
  type LayoutLine,
  type LayoutRequest,
  segment,
} from "../layout-parts.ts";
import { chooseFold } from "./fold-plan.ts";
import { blockTokens } from "./line-window.ts";

/** What the room made of a reply. */
export type ReplyFate =
  /** Not settled yet, or nothing that the room is told of. */
  | { readonly kind: "open" }
  | { readonly kind: "silent" }
  /** A line of the room, by its seq. */
  | { readonly kind: "line"; readonly seq: number }
  /** Stopped, failed, or replaced. */
  | { readonly kind: "gone" };

export interface ScriptReply {
  /** Tells the replies of a room apart; hosting knows what it stands for. */
  readonly id: string;
  readonly asked: "line" | "tool" | "vote";
  readonly speaker: string;
  readonly text: string;
}

/** What an engine holds, with what it says of the room. */
export interface SharedScript {
  readonly roomId: string;
  readonly castKey: string;
  /** The last is the assistant's. */
  readonly segments: readonly PromptSegment[];
  readonly tokens: number;
  /** Lines of people, and of personas whom this script did not ask, by seq. */
  readonly lines: ReadonlyMap<number, string>;
  readonly replies: readonly ScriptReply[];
  /** What stands for older lines at its beginning. */
  readonly fold: string | undefined;
  /** What only stands in questions: cards and recalled lines. */
  readonly told: ReadonlySet<string>;
}

export interface ScriptLine extends LayoutLine {
  readonly seq: number;
}

/** {@link isHersAlone} is false of it: whoever speaks next reads all of the script (PL70). */
export interface ScriptRequest extends LayoutRequest {
  readonly roomId: string;
  readonly lines: readonly ScriptLine[];
  /** Of every card as the room has it, so that a changed one is noticed. */
  readonly castKey: string;
  /** Of the reply that is asked for. */
  readonly replyId: string;
  readonly asked: ScriptReply["asked"];
  readonly cue: string;
  readonly stop: readonly string[];
  readonly fateOf: (reply: ScriptReply) => ReplyFate;
}

export type ScriptBegin = "first" | "room" | "cast" | "lines" | "reply" | "full";

/** The script up to a question; {@link keepReply} makes it whole. */
export interface ScriptDraft extends SharedScript {
  readonly awaited: Omit<ScriptReply, "text">;
  /** Beginnings of lines that would be somebody's. */
  readonly names: readonly string[];
}

export interface ScriptStep {
  readonly layout: Layout;
  readonly draft: ScriptDraft;
  /** By upper estimate: all of it, or what is new. */
  readonly prefillTokensExpected: number;
  /** Why it begins anew; undefined where it goes on. */
  readonly begins: ScriptBegin | undefined;
}

/** Whether the speaker is to read what nobody else is: then her prompt is her own (PL70). */
export function isHersAlone(request: LayoutRequest): boolean {
  const { extras, lore, privately } = request;
  const words = [extras?.memory, extras?.notices, extras?.results, lore?.texts];
  return privately !== undefined || words.some((list) => (list?.length ?? 0) > 0);
}

const LINES_SHARE = 0.6;
const FRAME_TOKENS = 32;

/** The next request of the script that the engine holds; undefined begins one. */
export function layoutScript(held: SharedScript | undefined, request: ScriptRequest): ScriptStep {
  if (held === undefined) return beginScript(request, "first");
  const known = linesOf(held, request);
  if (typeof known === "string") return beginScript(request, known);
  return continueScript(held, request, known) ?? beginScript(request, "full");
}

/** The script with this reply at its end; undefined where it may not be continued (PL67). */
export function keepReply(
  { awaited, names, ...script }: ScriptDraft,
  text: string,
  tokens: number,
): SharedScript | undefined {
  const [, ...further] = text.split("\n");
  const isForged = text.includes("<|") ||
    further.some((line) => names.some((name) => line.trimStart().startsWith(name)));
  if (isForged) return undefined;
  return {
    ...script,
    tokens,
    segments: [...script.segments, segment("assistant", text)],
    replies: [...script.replies, { ...awaited, text }],
  };
}

/** Every line that the script says, by seq, or why it says what is not so any more (PL64). */
function linesOf(
  held: SharedScript,
  request: ScriptRequest,
): ReadonlyMap<number, string> | ScriptBegin {
  if (held.roomId !== request.roomId) return "room";
  if (held.castKey !== request.castKey) return "cast";
  // A summary is offered as long as it holds.
  const isFoldSo = held.fold === undefined || request.folds?.some(({ text }) => text === held.fold);
  if (isFoldSo !== true) return "lines";
  const lines = new Map(held.lines);
  for (const reply of held.replies) {
    const fate = request.fateOf(reply);
    if (fate.kind === "gone") return "reply";
    if (fate.kind !== "line") continue;
    lines.set(fate.seq, chatLine({ author: reply.speaker, isPersona: true, text: reply.text }));
  }
  const now = new Map(request.lines.map((line) => [line.seq, chatLine(line)]));
  // Lines below these only left the window.
  const oldest = request.lines[0]?.seq ?? 0;
  const isSame = [...lines].every(([seq, text]) => seq < oldest || now.get(seq) === text);
  return isSame ? lines : "lines";
}

function beginScript(request: ScriptRequest, begins: ScriptBegin): ScriptStep {
  const system = chatSystem(request);
  const nothing: ReadonlySet<string> = new Set();
  const fixed = estimateChatTokens(system) + FRAME_TOKENS;
  const room = Math.max(1, request.tokensMax - fixed - ownPart(request, nothing, nothing).tokens);
  const texts = request.lines.map(chatLine);
  const roomMax = Math.min(room, Math.floor(request.tokensMax * LINES_SHARE)); // PL66
  const { firstLine: first, fold } = chooseFold(
    texts.map(estimateChatTokens),
    request.folds ?? [],
    ({ text }) => estimateChatTokens(chatFold(text)),
    roomMax,
    blockTokens(request.tokensMax),
  );
  const kept = texts.slice(first);
  const before = fold === undefined ? [] : [chatFold(fold.text)];
  const isTooLong = kept.length === 1 && estimateChatTokens(kept[0] ?? "") > room;
  const shown = isTooLong ? [cutMiddle(kept[0] ?? "", room * 2)] : kept; // PL6
  const own = ownPart(request, nothing, new Set(kept));
  const segments = [
    segment("system", system),
    segment("user", [...before, ...shown, ...own.texts].join("\n")),
  ];
  const tokens = fixed + own.tokens +
    [...before, ...shown].reduce((sum, text) => sum + estimateChatTokens(text), 0);
  return {
    begins,
    prefillTokensExpected: tokens,
    layout: { segments, stop: request.stop, linesDropped: first, tokensEstimated: tokens },
    draft: {
      ...{ segments, tokens, replies: [], told: own.told, fold: fold?.text },
      ...{ roomId: request.roomId, castKey: request.castKey },
      lines: new Map(request.lines.slice(first).map((line) => [line.seq, chatLine(line)])),
      ...awaitedOf(request),
    },
  };
}

/** Undefined when it does not fit any more. */
function continueScript(
  held: SharedScript,
  request: ScriptRequest,
  known: ReadonlyMap<number, string>,
): ScriptStep | undefined {
  // What is older than the script was dropped when it began.
  const oldest = Math.min(...known.keys(), Infinity);
  const isFresh = ({ seq }: ScriptLine): boolean =>
    !known.has(seq) && (known.size === 0 || seq > oldest);
  const fresh = request.lines.filter(isFresh);
  const own = ownPart(request, held.told, new Set(known.values()));
  const texts = [...afterReply(held, request), ...fresh.map(chatLine), ...own.texts];
  const message = segment("user", texts.join("\n"));
  const added = estimateChatTokens(message.text);
  const tokens = held.tokens + added;
  if (tokens > request.tokensMax) return undefined;
  const segments = [...held.segments, message]; // PL63
  const freshBySeq = fresh.map((line) => [line.seq, chatLine(line)] as const);
  const linesDropped = request.lines.filter(({ seq }) => seq < oldest).length;
  return {
    begins: undefined,
    prefillTokensExpected: added,
    layout: { segments, stop: request.stop, linesDropped, tokensEstimated: tokens },
    draft: {
      ...held,
      ...{ segments, tokens, told: own.told },
      lines: new Map([...held.lines, ...freshBySeq]),
      ...awaitedOf(request),
    },
  };
}

/** Whose line the reply at the script's end was (PL65). */
function afterReply({ replies }: SharedScript, { fateOf }: ScriptRequest): readonly string[] {
  const reply = replies.at(-1);
  if (reply === undefined) return [];
  const name = `${chatName(reply.speaker)} (AI)`;
  if (reply.asked === "vote") return ["(That chose who is next; nobody said it.)"];
  if (reply.asked === "tool") return [`(That was ${name} before answering; nobody saw it.)`];
  return fateOf(reply).kind === "silent" ? [`(${name} said nothing.)`] : [`(${name} said that.)`];
}

interface OwnPart {
  readonly texts: readonly string[];
  readonly tokens: number;
  readonly told: ReadonlySet<string>;
}

/** The end of a message: who is next, what the room said long ago, the question. */
function ownPart(
  request: ScriptRequest,
  told: ReadonlySet<string>,
  said: ReadonlySet<string>,
): OwnPart {
  const speaker = request.speaker.name;
  const { here, who, description } = chatSelf(request);
  const self = [
    ...told.has(toldKey("", here)) ? [] : [here],
    who,
    ...told.has(toldKey(speaker, description)) ? [] : [description],
  ].filter((text) => text !== "");
  const earlier = recalledOf(request, told, said);
  const texts = [
    ...earlier.length === 0 ? [] : ["", EARLIER, ...earlier],
    ...["", ...self, "", request.cue],
  ];
  return {
    texts,
    tokens: estimateChatTokens(texts.join("\n")),
    told: new Set([
      ...told,
      toldKey(speaker, description),
      ...[here, ...earlier].map((text) => toldKey("", text)),
    ]),
  };
}

/** The best recalled lines that fit and that the script does not say yet (PL9). */
function recalledOf(
  { recalled }: ScriptRequest,
  told: ReadonlySet<string>,
  said: ReadonlySet<string>,
): readonly string[] {
  if (recalled === undefined) return [];
  let left = recalled.tokensMax - estimateChatTokens(`\n${EARLIER}\n`);
  const chosen = new Set<string>();
  for (const line of recalled.lines.toSorted((a, b) => a.rank - b.rank)) {
    const text = chatLine(line);
    if (said.has(text) || told.has(toldKey("", text))) continue;
    if (estimateChatTokens(text) > left) continue;
    left -= estimateChatTokens(text);
    chosen.add(text);
  }
  return recalled.lines.map(chatLine).filter((text) => chosen.has(text));
}

function toldKey(speaker: string, text: string): string {
  return sha256Hex(`${speaker}\n${text}`).slice(0, 24);
}

function awaitedOf(request: ScriptRequest): Pick<ScriptDraft, "awaited" | "names"> {
  const { replyId: id, asked, speaker, others, people } = request;
  return {
    awaited: { id, asked, speaker: speaker.name },
    names: [
      ...[speaker, ...others].flatMap((
        { name },
      ) => [`${chatName(name)}:`, `${chatName(name)} (AI)`]),
      ...people.map((name) => `${chatName(name)}:`),
    ],
  };
}
