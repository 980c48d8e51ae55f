/**
 * A persona of the room as a card: what her file said, with what was changed here since.
 *
 *   PL41  See card-file.ts: a field that the room did not change is written as it came.
 */

import { canonicalJson } from "../../base/canonical-json.ts";
import type { Card, CardLore } from "../../protocol/events.ts";
import type { CharacterCard } from "./decode-card.ts";
import { isObject, type Json, type JsonObject, member } from "./json.ts";
import { describedFields, OWN_EXTENSION, proposePersona } from "./propose-persona.ts";
import { toV3 } from "./card-versions.ts";

/** V3 JSON of a persona. `original`: the card that she was imported from, if it is here. */
export function personaToCard(card: Card, original: CharacterCard | undefined): JsonObject {
  const json = toV3(original?.json ?? { name: card.name });
  const data = objectOf(json, "data");
  const changed = original === undefined ? freshFields(card) : changedFields(card, original);
  const extensions = objectOf(data, "extensions");
  const own = { ...objectOf(extensions, OWN_EXTENSION), gist: card.gist, hue: card.hue };
  return {
    ...json,
    ...mirrored(json, data, changed),
    data: { ...data, ...changed, extensions: { ...extensions, [OWN_EXTENSION]: own } },
  };
}

function freshFields({ description, greeting, lore }: Card): JsonObject {
  return {
    description,
    first_mes: greeting,
    ...lore === undefined ? {} : { character_book: bookOf(lore) },
  };
}

function changedFields(card: Card, original: CharacterCard): JsonObject {
  const proposed = proposePersona(original, card.hue).card;
  const nameField = original.texts.nickname.trim() === "" ? "name" : "nickname";
  const emptied = describedFields(original).map((field): [string, Json] => [field, ""]);
  return {
    ...card.name === proposed.name ? {} : { [nameField]: card.name },
    // The description was made of several fields: the changed text stands for all of them.
    ...card.description === proposed.description
      ? {}
      : { ...Object.fromEntries(emptied), description: card.description },
    ...card.greeting === proposed.greeting ? {} : { first_mes: card.greeting },
    ...isSameLore(card.lore, proposed.lore) ? {} : { character_book: bookOf(card.lore) },
  };
}

/** Some programs write V1's fields beside V2's: they would be stale. */
function mirrored(json: JsonObject, data: JsonObject, changed: JsonObject): JsonObject {
  const stale = Object.entries(changed).filter(([field]) =>
    typeof member(json, field) === "string" && member(json, field) === member(data, field)
  );
  return Object.fromEntries(stale);
}

function isSameLore(a: CardLore | undefined, b: CardLore | undefined): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

function bookOf(lore: CardLore | undefined): Json {
  if (lore === undefined) return { extensions: {}, entries: [] };
  return {
    scan_depth: lore.scanLines,
    token_budget: lore.tokensMax,
    recursive_scanning: lore.isRecursive,
    extensions: {},
    entries: lore.entries.map((entry) => ({
      keys: entry.keys,
      secondary_keys: entry.keysToo,
      selective: entry.keysToo.length > 0,
      constant: entry.isConstant,
      use_regex: entry.isPattern,
      case_sensitive: entry.isCaseSensitive,
      insertion_order: entry.order,
      priority: entry.priority,
      enabled: true,
      content: entry.text,
      extensions: { match_whole_words: entry.isWholeWord },
    })),
  };
}

function objectOf(object: JsonObject, key: string): JsonObject {
  const value = member(object, key);
  return isObject(value) ? value : {};
}
