/**
 * Texts for people, by key. Owns the chosen language; English stands in for a key that a language
 * lacks.
 */

import { messages } from "./en.ts";
import type { attention } from "./english/attention.ts";
import type { bring } from "./english/bring.ts";
import type { cards } from "./english/cards.ts";
import type { check } from "./english/check.ts";
import type { connection } from "./english/connection.ts";
import type { endpoints } from "./english/endpoints.ts";
import type { diagnostics } from "./english/diagnostics.ts";
import type { downloads } from "./english/downloads.ts";
import type { errors } from "./english/errors.ts";
import type { goodFor } from "./english/good-for.ts";
import type { handedIn } from "./english/handed-in.ts";
import type { hosting } from "./english/hosting.ts";
import type { images } from "./english/images.ts";
import type { invite } from "./english/invite.ts";
import type { keys } from "./english/keys.ts";
import type { leaving } from "./english/leaving.ts";
import type { personaAndModels } from "./english/persona-models.ts";
import type { reads } from "./english/reads.ts";
import type { recipes } from "./english/recipes.ts";
import type { people } from "./english/people.ts";
import type { lost } from "./english/lost.ts";
import type { moving } from "./english/moving.ts";
import type { newRoom } from "./english/new-room.ts";
import type { roomFile } from "./english/room-file.ts";
import type { roomOptions } from "./english/room-options.ts";
import type { search } from "./english/search.ts";
import type { session } from "./english/session.ts";
import type { side } from "./english/side.ts";
import type { spoken } from "./english/spoken.ts";
import type { talk } from "./english/talk.ts";

export type English =
  & typeof messages
  & typeof attention
  & typeof bring
  & typeof cards
  & typeof check
  & typeof connection
  & typeof endpoints
  & typeof errors
  & typeof diagnostics
  & typeof downloads
  & typeof goodFor
  & typeof handedIn
  & typeof hosting
  & typeof images
  & typeof invite
  & typeof keys
  & typeof leaving
  & typeof personaAndModels
  & typeof reads
  & typeof recipes
  & typeof people
  & typeof lost
  & typeof moving
  & typeof newRoom
  & typeof roomFile
  & typeof roomOptions
  & typeof search
  & typeof session
  & typeof side
  & typeof spoken
  & typeof talk;
export type MessageKey = keyof English;

/** The names in braces of a text: "{name} is next" has "name". */
type Holes<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Holes<Rest>
  : never;

type Filler = string | number;
type Values<Name extends string> = Readonly<Record<Name, Filler>>;

/** No second argument for a text without placeholders, and exactly its placeholders otherwise. */
type Arguments<Text extends string> = [Holes<Text>] extends [never] ? []
  : [values: Values<Holes<Text>>];

/** "aside.count" for the pair "aside.count.one" and "aside.count.other". */
export type PluralKey = MessageKey extends infer Key
  ? Key extends `${infer Base}.other` ? Base : never
  : never;

type PluralValues<Base extends PluralKey> = Exclude<Holes<English[`${Base}.other`]>, "count">;
type PluralArguments<Base extends PluralKey> = [PluralValues<Base>] extends [never] ? []
  : [values: Values<PluralValues<Base>>];

/** A part of the catalogue in another language, complete. */
export type Translated<Part> = Readonly<Record<keyof Part, string>>;

export type Catalogue = Partial<Readonly<Record<MessageKey, string>>>;

/** English at hand: what comes with the page, and what screens brought along. */
let english: Catalogue = messages;
let chosen: Catalogue = english;
let locale = "en";
let rules = new Intl.PluralRules(locale);

/**
 * Makes `catalogue` the language of the page; call before the first render. `region` is the tag for
 * dates and numbers: "en-GB" writes 14:02 where "en" writes 02:02 PM.
 */
export function setCatalogue(region: string, catalogue: Catalogue): void {
  chosen = catalogue;
  locale = region;
  rules = new Intl.PluralRules(region);
}

/** Adds the English of a screen that is loaded later: its module does so before it draws. */
export function addEnglish(part: Catalogue): void {
  english = { ...english, ...part };
}

/** BCP 47 tag for dates and numbers. */
export function currentLocale(): string {
  return locale;
}

/** The text of `key` with its placeholders filled. */
export function t<Key extends MessageKey>(key: Key, ...values: Arguments<English[Key]>): string {
  return fill(textOf(key), values[0] ?? {});
}

/** The text of `key` in the plural form for `count`. */
export function plural<Base extends PluralKey>(
  key: Base,
  count: number,
  ...values: PluralArguments<Base>
): string {
  const text = textOfForm(`${key}.${rules.select(count)}`) ?? textOfForm(`${key}.other`) ?? key;
  return fill(text, { ...values[0], count: formatNumber(count) });
}

/** True when `key` names a text: for keys that arrive as data (`ModelRow.reasons`). */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(english, key);
}

/** Fills a text whose key arrived as data, so that its placeholders cannot be checked by type. */
export function tData(key: MessageKey, values: Readonly<Record<string, Filler>>): string {
  return fill(textOf(key), values);
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** "Ada, Bo and Cleo" in the page's language. */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
}

function textOf(key: MessageKey): string {
  return chosen[key] ?? english[key] ?? key;
}

function textOfForm(key: string): string | undefined {
  const own: Readonly<Record<string, string | undefined>> = chosen;
  const standIn: Readonly<Record<string, string | undefined>> = english;
  return own[key] ?? standIn[key];
}

function fill(text: string, values: Readonly<Record<string, Filler>>): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    return value === undefined ? hole : String(value);
  });
}
