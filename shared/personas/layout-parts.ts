/**
 * What both layouts are made of: the request, the result, and text that cannot break out of its
 * line.
 */

import { sha256Hex } from "../base/stable-key.ts";
import type { PromptSegment } from "../inference/engine.ts";
import { chooseFold, type FoldedTalk } from "./layout/fold-plan.ts";
import { blockTokens } from "./layout/line-window.ts";

export interface LayoutLine {
  readonly author: string;
  readonly isPersona: boolean;
  readonly text: string;
}

export interface LayoutRequest {
  readonly format: "starter-script" | "chat";
  readonly speaker: { readonly name: string; readonly gist: string; readonly description: string };
  /** Names of the other personas and the people of the room. */
  readonly others: readonly { readonly name: string; readonly gist: string }[];
  readonly people: readonly string[];
  /** Visible lines, oldest first. */
  readonly lines: readonly LayoutLine[];
  /** `you`, `all`, or the name of whom the newest message is addressed to. */
  readonly addressed: { readonly kind: "you" | "all" } | {
    readonly kind: "other";
    readonly name: string;
  };
  /** What the prompt may take of the model's window. */
  readonly tokensMax: number;
  /** What may stand for the oldest lines, each for more than the one before (PL68). */
  readonly folds?: readonly FoldedTalk[] | undefined;
  /** Older lines that the turn is about; the same for all its personas. */
  readonly recalled?: {
    /** What they may take of `tokensMax`. */
    readonly tokensMax: number;
    /** In the order they were said. */
    readonly lines: readonly RecalledLine[];
  } | undefined;
  /** What of the speaker's lorebook the talk came to; hers alone (PL38). */
  readonly lore?: {
    /** What it may take of `tokensMax`. */
    readonly tokensMax: number;
    /** In the order of the prompt; the last in rank is left out first. */
    readonly texts: readonly { readonly text: string; readonly rank: number }[];
  } | undefined;
  /** What the speaker's session adds; hers alone. */
  readonly extras?: PromptExtras | undefined;
  /** What only a prompt off the room's turns has; whoever reads it is asked in private. */
  readonly privately?: PrivateParts | undefined;
}

/** What one persona knows besides the room (PL11). */
export interface PromptExtras {
  /** What all of it may take of the request's `tokensMax`. */
  readonly tokensMax: number;
  /** The best first. */
  readonly memory: readonly string[];
  /** Notifications, oldest first. */
  readonly notices: readonly { readonly from: string; readonly text: string }[];
  /** Of tools, oldest first; the texts may have many lines. */
  readonly results: readonly ToolResultText[];
}

export interface ToolResultText {
  readonly tool: string;
  /** The arguments as text. */
  readonly asked: string;
  readonly text: string;
  readonly isError: boolean;
}

export interface PrivateParts {
  /** Stands for what was done before; undefined when nothing was shortened yet. */
  readonly summary: string | undefined;
  /** What was asked and answered in private before, oldest first. */
  readonly history: readonly { readonly from: string; readonly text: string }[];
  /** Undefined: the notices are what it is about. */
  readonly task: { readonly from: string; readonly text: string } | undefined;
}

export interface RecalledLine extends LayoutLine {
  /** 0 for the best: the last in rank is left out first. */
  readonly rank: number;
  /** Where it stands in the request's lines; -1 for one that is older than all of them. */
  readonly lineIndex: number;
}

export interface Layout {
  readonly segments: readonly PromptSegment[];
  readonly stop: readonly string[];
  readonly linesDropped: number;
  readonly tokensEstimated: number;
}

export function segment(role: PromptSegment["role"], text: string): PromptSegment {
  return { key: sha256Hex(`${role}\n${text}`).slice(0, 24), role, text };
}

/**
 * One line of script: no line breaks, no control characters, no bidirectional overrides, no control
 * tokens.
 */
export function plainLine(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g, "")
    // deno-lint-ignore no-control-regex -- control characters are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
    .replaceAll("<|", "< |") // PL3
    .replace(/ {2,}/g, " ")
    .trim();
}

/** A name inside a line: what ends a name in the script cannot be part of one. */
export function plainName(name: string): string {
  const plain = plainLine(name).replace(/[:|\n]/g, " ").replace(/ {2,}/g, " ").trim();
  // Half a character, or a space at the cut, could never be said (SC20).
  return plain.slice(0, 40).replace(/\p{Cs}/gu, "").trim() || "Someone";
}

/** Keeps head and tail of a text that is too long and says that it was cut. */
export function cutMiddle(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const half = Math.max(1, Math.floor((charsMax - 3) / 2));
  return `${text.slice(0, half)}...${text.slice(-half)}`;
}

/** The newest lines that fit; always at least one (PL1, PL6). */
export function newestFitting(
  lines: readonly string[],
  tokensMax: number,
  estimate: (text: string) => number,
): { readonly kept: readonly string[]; readonly dropped: number; readonly tokens: number } {
  let tokens = 0;
  let first = lines.length;
  while (first > 0) {
    const next = tokens + estimate(lines[first - 1] ?? "");
    if (next > tokensMax && first < lines.length) break;
    tokens = next;
    first -= 1;
  }
  return { kept: lines.slice(first), dropped: first, tokens };
}

/** A prompt's lines within their room. */
export interface FittingLines {
  readonly recalled: readonly string[];
  /** Stands for lines before `kept`. */
  readonly fold: string | undefined;
  readonly kept: readonly string[];
  readonly dropped: number;
  readonly tokens: number;
}

/**
 * The newest lines that fit (PL61, PL62, PL68), and what was recalled of older ones, within its own
 * budget and never in the newest line's place (PL1, PL10). `frameTokens` is what a section of them
 * takes besides. Whole lines only; the best by rank first.
 */
export function fitLines(
  request: LayoutRequest,
  render: (line: LayoutLine) => string,
  estimate: (text: string) => number,
  roomMax: number,
  frameTokens: number,
): FittingLines {
  const lines = request.lines.map(render);
  const { lines: found, tokensMax } = request.recalled ?? { lines: [], tokensMax: 0 };
  let left = Math.min(tokensMax, roomMax - estimate(lines.at(-1) ?? "")) - frameTokens;
  const chosen = new Map<RecalledLine, string>();
  for (const line of found.toSorted((a, b) => a.rank - b.rank)) {
    const text = render(line);
    if (estimate(text) > left) continue;
    left -= estimate(text);
    chosen.set(line, text);
  }
  const tokensOf = (texts: readonly string[]): number =>
    texts.reduce((sum, text) => sum + estimate(text), texts.length === 0 ? 0 : frameTokens);
  const tokens = lines.map(estimate);
  const fit = (max: number) => {
    const block = blockTokens(request.tokensMax);
    const foldTokens = ({ text }: FoldedTalk): number => estimate(text) + frameTokens;
    const folds = request.folds ?? [];
    const { firstLine: dropped, fold } = chooseFold(tokens, folds, foldTokens, max, block);
    const sum = tokens.slice(dropped).reduce((all, one) => all + one, 0);
    const more = fold === undefined ? 0 : foldTokens(fold);
    return { kept: lines.slice(dropped), dropped, fold: fold?.text, tokens: sum + more };
  };
  const beside = fit(roomMax - tokensOf([...chosen.values()]));
  // One that is among the newest lines is there already (PL9).
  const recalled = found.filter((line) => chosen.has(line) && line.lineIndex < beside.dropped)
    .map((line) => chosen.get(line) ?? "");
  const fitting = recalled.length > 0 ? beside : fit(roomMax);
  return { ...fitting, recalled, tokens: fitting.tokens + tokensOf(recalled) };
}

/** Tells a model that is asked again what was wrong; empty the first time. */
export function wrongText(problem: string | undefined): string {
  return problem === undefined ? "" : ` Your last answer was wrong: ${plainLine(problem)}.`;
}
