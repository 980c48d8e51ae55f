/**
 * Character cards of the versions V1, V2 and V3 from JSON (specifications: malfoyslastname's
 * character-card-spec-v2, kwaroran's character-card-spec-v3).
 *
 * Owns what a card's known fields say. The JSON itself is kept as it came: unknown fields and
 * extensions come back when the card is written (PL41).
 *
 *   PL40  A card is told by what it says it is; a newer version is read like V3 with a notice, and
 *         a field of the wrong type counts as empty with a notice.
 */

import { err, ok } from "../../base/result.ts";
import type { Read } from "./card-error.ts";
import { decodeBook, type Lorebook } from "./decode-book.ts";
import { isObject, type Json, type JsonObject, member } from "./json.ts";
import { cardLimits as limits } from "./limits.ts";

export const cardTextFields = [
  "name",
  "nickname",
  "description",
  "personality",
  "scenario",
  "first_mes",
  "mes_example",
  "system_prompt",
  "post_history_instructions",
] as const;
export type CardTextField = (typeof cardTextFields)[number];

/** Known fields that people read and models never do. */
const ABOUT_FIELDS = [
  "creator_notes",
  "creator_notes_multilingual",
  "tags",
  "creator",
  "character_version",
  "source",
  "creation_date",
  "modification_date",
] as const;
const OTHER_FIELDS = [
  "alternate_greetings",
  "group_only_greetings",
  "character_book",
  "extensions",
  "assets",
];

export type CardNotice =
  | { readonly kind: "version-newer"; readonly version: string }
  /** Whole numbers with more digits than an export can have (PL50). */
  | { readonly kind: "numbers-rounded"; readonly count: number }
  | { readonly kind: "field-unread"; readonly field: string };

export interface CharacterCard {
  readonly version: 1 | 2 | 3;
  /** As it came. */
  readonly json: JsonObject;
  /** The part of it that has the fields. */
  readonly data: JsonObject;
  readonly texts: Readonly<Record<CardTextField, string>>;
  readonly greetings: readonly string[];
  readonly book: Lorebook | undefined;
  readonly assets: number;
  /** Names of members that say something about the card only. */
  readonly about: readonly string[];
  /** Names of members that nobody here knows. */
  readonly unknown: readonly string[];
  readonly extensions: JsonObject;
  readonly notices: readonly CardNotice[];
}

/** `rounded`: numbers of it that are not exactly what the file says (json.ts). */
export function decodeCard(json: Json, rounded = 0): Read<CharacterCard> {
  if (!isObject(json)) return err({ kind: "card-unknown" });
  const spec = member(json, "spec");
  if (spec === "lorebook_v3") return err({ kind: "card-is-lorebook" });
  const within = member(json, "data");
  if (typeof spec === "string" && isObject(within)) {
    return decodeData(json, within, versionOf(json, spec), rounded);
  }
  const isFlat = typeof member(json, "name") === "string" &&
    ["description", "personality", "first_mes", "scenario", "mes_example"]
      .some((field) => typeof member(json, field) === "string");
  return isFlat
    ? decodeData(json, json, { version: 1, notices: [] }, rounded)
    : err({ kind: "card-unknown" });
}

function versionOf(json: JsonObject, spec: string): Pick<CharacterCard, "version" | "notices"> {
  const written = member(json, "spec_version");
  const known = { chara_card_v2: 2, chara_card_v3: 3 }[spec];
  const number = typeof written === "string" || typeof written === "number" ? String(written) : "";
  if (known === 2) return { version: 2, notices: [] };
  const isNewer = known === undefined || Number.parseFloat(number) > 3;
  const version = (number === "" ? spec : number).slice(0, limits.nameCharsToldMax);
  return { version: 3, notices: isNewer ? [{ kind: "version-newer", version }] : [] };
}

function decodeData(
  json: JsonObject,
  data: JsonObject,
  { version, notices: first }: Pick<CharacterCard, "version" | "notices">,
  rounded: number,
): Read<CharacterCard> {
  const notices: CardNotice[] = [...first];
  if (rounded > 0) notices.push({ kind: "numbers-rounded", count: rounded });
  const texts: Record<string, string> = {};
  for (const field of cardTextFields) {
    const text = textOf(data, field, notices);
    if (text.length > limits.textCharsMax) {
      return err({ kind: "card-text-too-long", field, charsMax: limits.textCharsMax });
    }
    texts[field] = text;
  }
  for (const field of ["alternate_greetings", "group_only_greetings", "assets"]) {
    const list = member(data, field);
    if (Array.isArray(list) && list.length > limits.listItemsMax) {
      return err({ kind: "card-list-too-long", field, itemsMax: limits.listItemsMax });
    }
  }
  const named = texts as Record<CardTextField, string>;
  if (named.name.trim() === "" && named.nickname.trim() === "") {
    return err({ kind: "card-nameless" });
  }
  const book = decodeBook(member(data, "character_book"), notices);
  if (!book.ok) return book;
  const extensions = member(data, "extensions");
  const known = new Set<string>([...cardTextFields, ...ABOUT_FIELDS, ...OTHER_FIELDS]);
  return ok({
    version,
    json,
    data,
    texts: named,
    greetings: [
      ...textsOf(data, "alternate_greetings", notices),
      ...textsOf(data, "group_only_greetings", notices),
    ],
    book: book.value,
    assets: listOf(data, "assets", notices).length,
    about: ABOUT_FIELDS.filter((field) => !isEmpty(member(data, field))),
    unknown: Object.keys(data).filter((field) => !known.has(field)),
    extensions: isObject(extensions) ? extensions : {},
    notices,
  });
}

function textOf(data: JsonObject, field: string, notices: CardNotice[]): string {
  const value = member(data, field);
  if (typeof value === "string") return value;
  if (value !== undefined && value !== null) notices.push({ kind: "field-unread", field });
  return "";
}

function listOf(data: JsonObject, field: string, notices: CardNotice[]): readonly Json[] {
  const value = member(data, field);
  if (Array.isArray(value)) return value as readonly Json[];
  if (value !== undefined && value !== null) notices.push({ kind: "field-unread", field });
  return [];
}

function textsOf(data: JsonObject, field: string, notices: CardNotice[]): readonly string[] {
  return listOf(data, field, notices).filter((item) => typeof item === "string");
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0);
}
