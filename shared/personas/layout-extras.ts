/**
 * Extras: what one persona's lorebook and session add to a prompt, behind everything that is
 * shared.
 *
 *   PL11  What a session adds stands behind the lines of the room, within its own budget, and never
 *         in the newest line's place: results of tools first, then what was told, the newest first
 *         of each, then notes and older private words. A prompt without any of it is the same text
 *         as one that never heard of it.
 *   PL12  A result that does not fit is cut in the middle; anything else is in the prompt whole or
 *         not at all.
 *   PL38  What a lorebook gives stands before what the session adds, within a budget of its own
 *         that the session's does not touch, and never in the newest line's place.
 */

import { cutMiddle, type LayoutRequest, plainLine, plainName } from "./layout-parts.ts";

/** How a format writes extras. Every text is one line of it, which `line` has made plain. */
export interface ExtrasStyle {
  /** Undefined: items stand for themselves. */
  readonly headings: Readonly<Record<ExtrasKind, string>> | undefined;
  readonly item: (from: string, text: string) => string;
  readonly line: (text: string) => string;
  readonly newestLine: (request: LayoutRequest) => string;
  readonly estimate: (text: string) => number;
}

type ExtrasKind = "lore" | "history" | "memory" | "notices" | "results";

interface Item {
  readonly kind: ExtrasKind;
  readonly from: string;
  readonly text: string;
}

export interface FittingExtras {
  readonly texts: readonly string[];
  readonly tokens: number;
}

/** In the order of the prompt. */
const KINDS: readonly ExtrasKind[] = ["lore", "history", "memory", "notices", "results"];

/** What fits of a request's extras; `roomMax` is what they and the room's lines have together. */
export function fitExtras(
  request: LayoutRequest,
  style: ExtrasStyle,
  roomMax: number,
): FittingExtras {
  const lore = (request.lore?.texts ?? [])
    .map(({ text, rank }) => ({ kind: "lore" as const, from: "", text, rank }));
  const own = itemsOf(request);
  const items = [...lore, ...own];
  if (items.length === 0) return { texts: [], tokens: 0 };
  const free = roomMax - style.estimate(style.newestLine(request));
  const loreMax = Math.min(request.lore?.tokensMax ?? 0, free);
  const chosen = new Map<Item, string>();
  const byRank = lore.toSorted((a, b) => a.rank - b.rank);
  const loreTokens = chooseWithin(byRank, loreMax, style, chosen); // PL38
  const ownMax = Math.min(request.extras?.tokensMax ?? 0, free - loreTokens);
  const ownTokens = chooseWithin(own, ownMax, style, chosen);
  const texts = KINDS.flatMap((kind) => sectionOf(kind, items, chosen, style));
  return { texts, tokens: loreTokens + ownTokens };
}

/** Adds what fits to `chosen`, in the order given, and returns what it takes. */
function chooseWithin(
  items: readonly Item[],
  tokensMax: number,
  style: ExtrasStyle,
  chosen: Map<Item, string>,
): number {
  let left = tokensMax;
  const begun = new Set<ExtrasKind>();
  for (const item of items) {
    const heading = begun.has(item.kind) ? "" : style.headings?.[item.kind] ?? "";
    const headingTokens = heading === "" ? 0 : style.estimate(`\n${heading}\n`);
    const text = itemWithin(item, style, left - headingTokens);
    if (text === undefined) continue;
    left -= style.estimate(text) + headingTokens;
    begun.add(item.kind);
    chosen.set(item, text);
  }
  return tokensMax - left;
}

/** The most needed first (PL11). */
function itemsOf({ extras, privately }: LayoutRequest): readonly Item[] {
  const results = (extras?.results ?? []).toReversed().map(({ tool, asked, text, isError }) => ({
    kind: "results" as const,
    from: `${tool}${asked === "" ? "" : ` (${asked})`}${isError ? " failed" : ""}`,
    text,
  }));
  const notices = (extras?.notices ?? []).toReversed()
    .map((notice) => ({ kind: "notices" as const, ...notice }));
  const memory = (extras?.memory ?? [])
    .map((text) => ({ kind: "memory" as const, from: "", text }));
  const history = (privately?.history ?? []).toReversed()
    .map((said) => ({ kind: "history" as const, ...said }));
  const summary = privately?.summary === undefined
    ? []
    : [{ kind: "history" as const, from: "", text: privately.summary }];
  return [...results, ...notices, ...memory, ...history, ...summary];
}

/** The newest stands last, the best note first, lore as it was given. */
function sectionOf(
  kind: ExtrasKind,
  items: readonly Item[],
  chosen: ReadonlyMap<Item, string>,
  style: ExtrasStyle,
): readonly string[] {
  const texts = items.filter((item) => item.kind === kind).flatMap((item) => {
    const text = chosen.get(item);
    return text === undefined ? [] : [text];
  });
  if (texts.length === 0) return [];
  if (kind !== "memory" && kind !== "lore") texts.reverse();
  const heading = style.headings?.[kind];
  return heading === undefined ? texts : ["", heading, ...texts];
}

/** An item's one line of text within its tokens (PL12). */
function itemWithin(item: Item, style: ExtrasStyle, tokensMax: number): string | undefined {
  const from = item.kind === "results" ? cutMiddle(plainLine(item.from), 120) : nameOf(item.from);
  const render = (text: string): string => style.item(from, style.line(text));
  const whole = render(plainLine(item.text).length === 0 ? "(nothing)" : item.text);
  if (style.estimate(whole) <= tokensMax) return whole;
  if (item.kind !== "results") return undefined;
  const text = plainLine(item.text);
  // Characters a token: three or two where the text is ASCII, less where it is not.
  for (const charsMax of [3, 2, 1, 1 / 3].map((chars) => Math.floor(chars * tokensMax))) {
    const cut = charsMax - from.length < 36
      ? ""
      : render(cutMiddle(text, charsMax - from.length - 24));
    if (cut !== "" && style.estimate(cut) <= tokensMax) return cut;
  }
  return undefined;
}

function nameOf(from: string): string {
  return from === "" ? "" : plainName(from);
}
