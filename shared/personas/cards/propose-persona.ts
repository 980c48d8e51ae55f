/**
 * What of a card becomes a persona of the room, and what does not.
 *
 * Owns the mapping of fields, both ways. A person sees and edits the proposal before it is saved;
 * the file itself stays with whoever imported it (D41).
 *
 *   PL47  Only the fields that a model reads become the persona's: what people note about a card,
 *         its assets, scripts and unknown fields never do, and each is named.
 *   PL48  What does not fit the room's limits is left out whole and named; nothing is cut.
 *   PL39  A lorebook enters the log within its limits: the entries that its priorities name first.
 */

import type { Card, CardLore, LoreEntry } from "../../protocol/events.ts";
import { protocolLimits } from "../../protocol/limits.ts";
import { loreChars } from "../../protocol/lore-chars.ts";
import { DESCRIPTION_CHARS_MAX } from "../layout-chat.ts";
import { compilePattern } from "../lore/pattern.ts";
import type { CardNotice, CardTextField, CharacterCard } from "./decode-card.ts";
import type { BookEntry, Lorebook } from "./decode-book.ts";
import { isObject, member } from "./json.ts";
import { cardLimits as limits } from "./limits.ts";

/** A text of the card and where it went. */
export interface EnteringPart {
  readonly field: CardTextField;
  readonly chars: number;
}

export type LeftOut =
  | { readonly kind: "part"; readonly field: CardTextField; readonly chars: number }
  /** The first line: the persona has it, no prompt does. */
  | { readonly kind: "first-line"; readonly chars: number }
  /** Of a description that is longer than prompts have it. */
  | { readonly kind: "middle"; readonly chars: number }
  | { readonly kind: "about"; readonly fields: readonly string[] }
  | { readonly kind: "assets"; readonly count: number }
  | { readonly kind: "scripts"; readonly count: number }
  | {
    readonly kind: "extensions" | "unknown";
    readonly names: readonly string[];
    readonly more: number;
  }
  | { readonly kind: "greetings"; readonly count: number }
  | { readonly kind: "lore-off"; readonly count: number }
  | { readonly kind: "lore-over"; readonly count: number }
  | { readonly kind: "lore-patterns"; readonly count: number }
  | { readonly kind: "remote"; readonly count: number };

export interface PersonaProposal {
  readonly card: Card;
  readonly enters: readonly EnteringPart[];
  readonly leftOut: readonly LeftOut[];
  readonly notices: readonly CardNotice[];
}

/** The member of `extensions` that is ours. */
export const OWN_EXTENSION = "conclave";

/** In the order of the description, with what stands before each. */
const PARTS: readonly (readonly [CardTextField, string])[] = [
  ["system_prompt", ""],
  ["description", ""],
  ["personality", "Personality: "],
  ["scenario", "Scenario: "],
  ["mes_example", "How {{char}} talks: "],
  ["post_history_instructions", ""],
];
const SCAN_LINES_USUAL = 4;
const LORE_TOKENS_USUAL = 500;

/** `hue` is for a card that brings none. */
export function proposePersona(card: CharacterCard, hue: number): PersonaProposal {
  const { texts } = card;
  const own = ownExtension(card);
  const described = composeDescription(texts);
  const lore = loreOf(card.book);
  const hasGreeting = texts.first_mes.trim().length <= protocolLimits.greetingCharsMax;
  const called = (texts.nickname.trim() || texts.name.trim()).replace(/\s+/g, " ");
  const hasName = called.length <= protocolLimits.nameCharsMax;
  const name = hasName ? called : "";
  const greeting = hasGreeting ? texts.first_mes.trim() : "";
  const middle = described.text.length - DESCRIPTION_CHARS_MAX;
  return {
    card: {
      name,
      gist: own.gist ?? proposeGist(texts, name),
      description: described.text,
      greeting,
      hue: own.hue ?? hue,
      ...lore.lore === undefined ? {} : { lore: lore.lore },
    },
    enters: described.enters,
    leftOut: [
      ...middle > 0 ? [{ kind: "middle" as const, chars: middle }] : [],
      ...described.over,
      ...hasName ? [] : [{ kind: "part" as const, field: "name" as const, chars: called.length }],
      ...greeting === "" ? [] : [{ kind: "first-line" as const, chars: greeting.length }],
      ...hasGreeting ? [] : [{ kind: "part" as const, ...partOf("first_mes", texts) }],
      ...lore.leftOut,
      ...leftOutOf(card),
    ],
    notices: card.notices,
  };
}

/** Which fields the proposed description holds. */
export function describedFields(card: CharacterCard): readonly CardTextField[] {
  return composeDescription(card.texts).enters.map(({ field }) => field);
}

type Texts = CharacterCard["texts"];

function composeDescription(texts: Texts) {
  let text = "";
  const enters: EnteringPart[] = [];
  const over: LeftOut[] = [];
  // The description first: it is what the others are about.
  const wanted = new Map<CardTextField, string>();
  const isIn = (): string =>
    PARTS.filter(([field]) => wanted.has(field)).map(([field]) => wanted.get(field)).join("\n\n");
  for (const [field, lead] of PARTS.toSorted(([a], [b]) => rankOf(a) - rankOf(b))) {
    const part = texts[field].trim();
    if (part === "") continue;
    wanted.set(field, `${lead}${part}`);
    if (isIn().length <= protocolLimits.descriptionCharsMax) continue;
    wanted.delete(field); // PL48
    over.push({ kind: "part", field, chars: part.length });
  }
  for (const [field] of PARTS) if (wanted.has(field)) enters.push(partOf(field, texts));
  text = isIn();
  return { text, enters, over };
}

function rankOf(field: CardTextField): number {
  return field === "description" ? -1 : PARTS.findIndex(([known]) => known === field);
}

function partOf(field: CardTextField, texts: Texts): EnteringPart {
  return { field, chars: texts[field].trim().length };
}

/** A first sentence, as a draft: the person edits it. */
function proposeGist(texts: Texts, name: string): string {
  const source = [texts.personality, texts.description, texts.scenario]
    .map((text) => text.slice(0, 4_000).replace(/\{\{char\}\}|<(bot|char)>/gi, (as) => name || as))
    .map((text) => text.replace(/[[\]*#_`]+/g, " ").replace(/\s+/g, " ").trim())
    .find((text) => text !== "") ?? "";
  const bare = [texts.name.trim(), name]
    .filter((lead) => lead !== "" && source.toLowerCase().startsWith(`${lead.toLowerCase()} is `))
    .reduce((text, lead) => text === source ? source.slice(lead.length + 4) : text, source);
  const end = bare.slice(0, limits.gistCharsProposed).search(/[.!?](\s|$)/);
  if (end >= 0) return bare.slice(0, end + 1);
  if (bare.length <= limits.gistCharsProposed) return bare;
  return bare.slice(0, limits.gistCharsProposed).replace(/\s+\S*$/, "").replace(/[\s,;:]+$/, "");
}

function ownExtension({ extensions }: CharacterCard) {
  const own = member(extensions, OWN_EXTENSION);
  const gist = isObject(own) ? member(own, "gist") : undefined;
  const hue = isObject(own) ? member(own, "hue") : undefined;
  const isGist = typeof gist === "string" && gist.length <= protocolLimits.gistCharsMax;
  const isHue = typeof hue === "number" && Number.isSafeInteger(hue) && hue >= 0 && hue <= 359;
  return { gist: isGist ? gist : undefined, hue: isHue ? hue : undefined };
}

function leftOutOf(card: CharacterCard): readonly LeftOut[] {
  const names = Object.keys(card.extensions).filter((name) => name !== OWN_EXTENSION);
  const scripts = countScripts(card.extensions);
  const texts = Object.values(card.texts).join("\n");
  const remote = (texts.match(/https?:\/\/|<[a-z][^<>]*>/gi) ?? [])
    .filter((found) => !/^<(user|bot|char)>$/i.test(found)).length;
  const counted: readonly LeftOut[] = [
    { kind: "greetings", count: card.greetings.length },
    { kind: "assets", count: card.assets },
    { kind: "scripts", count: scripts },
    { kind: "remote", count: remote },
    { kind: "about", fields: card.about },
    { kind: "extensions", ...firstNames(names) },
    { kind: "unknown", ...firstNames(card.unknown) },
  ];
  return counted.filter((one) =>
    "count" in one
      ? one.count > 0
      : "names" in one
      ? one.names.length > 0
      : !("fields" in one) || one.fields.length > 0
  );
}

/** A file may have half a million members, and one of them a name of megabytes. */
function firstNames(all: readonly string[]) {
  const names = all.slice(0, limits.namesToldMax)
    .map((name) => name.slice(0, limits.nameCharsToldMax));
  return { names, more: all.length - names.length };
}

/** Lists and texts that programs run: of SillyTavern, Risuai and others by the name. */
function countScripts(extensions: CharacterCard["extensions"]): number {
  let count = 0;
  const visit = (value: unknown, depth: number): void => {
    if (depth > 4 || typeof value !== "object" || value === null || Array.isArray(value)) return;
    for (const [name, inner] of Object.entries(value)) {
      if (/script|regex|trigger/i.test(name)) count += Array.isArray(inner) ? inner.length : 1;
      else visit(inner, depth + 1);
    }
  };
  visit(extensions, 0);
  return count;
}

function loreOf(book: Lorebook | undefined) {
  if (book === undefined) return { lore: undefined, leftOut: [] as readonly LeftOut[] };
  const usable = book.entries.filter((entry) =>
    entry.text !== "" && (entry.isConstant || entry.keys.length > 0)
  );
  const ranked = usable.toSorted((a, b) =>
    Number(b.isConstant) - Number(a.isConstant) || b.priority - a.priority || a.order - b.order
  );
  const { kept, patterns } = keepEntries(ranked);
  const off = book.disabled + book.entries.length - usable.length;
  const over = ranked.length - kept.length - patterns;
  const leftOut: readonly LeftOut[] = [
    ...off > 0 ? [{ kind: "lore-off" as const, count: off }] : [],
    ...over > 0 ? [{ kind: "lore-over" as const, count: over }] : [],
    ...patterns > 0 ? [{ kind: "lore-patterns" as const, count: patterns }] : [],
  ];
  const lore: CardLore | undefined = kept.length === 0 ? undefined : {
    scanLines: within(book.scanDepth ?? SCAN_LINES_USUAL, protocolLimits.loreScanLinesMax),
    tokensMax: within(book.tokenBudget ?? LORE_TOKENS_USUAL, protocolLimits.loreTokensMax),
    isRecursive: book.isRecursive,
    entries: kept.toSorted((a, b) => a.order - b.order),
  };
  return { lore, leftOut };
}

/**
 * PL39: what fits, of entries in the order of their priorities. A pattern is looked into only where
 * its entry would fit, and only so many are: past that, entries with patterns count as too many.
 */
function keepEntries(ranked: readonly BookEntry[]) {
  const kept: LoreEntry[] = [];
  let chars = 0;
  let patterns = 0;
  let left = limits.lorePatternsReadMax;
  for (const entry of ranked) {
    const own = loreChars([entry]);
    const isIn = kept.length < protocolLimits.loreEntriesMax && fits(entry) &&
      chars + own <= protocolLimits.loreCharsMax;
    if (!isIn) continue;
    if (entry.isPattern && !entry.isConstant) {
      if (entry.keys.length > left) continue;
      left -= entry.keys.length;
      if (!entry.keys.some((key) => compilePattern(key, entry.isCaseSensitive).ok)) {
        patterns += 1;
        continue;
      }
    }
    kept.push({ ...entry });
    chars += own;
  }
  return { kept, patterns };
}

function fits(entry: BookEntry): boolean {
  const { loreKeysMax, loreKeyCharsMax, loreTextCharsMax, loreOrderMax } = protocolLimits;
  return [entry.keys, entry.keysToo].every((keys) =>
    keys.length <= loreKeysMax && keys.every((key) => key.length <= loreKeyCharsMax)
  ) && entry.text.length <= loreTextCharsMax &&
    Math.abs(entry.order) <= loreOrderMax && Math.abs(entry.priority) <= loreOrderMax;
}

/** A book may ask for more than a room gives; what it gets is shown. */
function within(wanted: number, most: number): number {
  return Math.max(0, Math.min(wanted, most));
}
