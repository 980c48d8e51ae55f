/**
 * Makes what cards say the words of one prompt: macros done (PL36), lore chosen (PL30).
 *
 * Pure. Cards of the log keep their macros, so that a renamed persona or another person is met by
 * the right name.
 */

import type { Card, LoreEntry } from "../../protocol/events.ts";
import type { LayoutRequest } from "../layout-parts.ts";
import { chooseLore } from "./choose-lore.ts";
import { createKeyedRandom } from "./keyed-random.ts";
import { expandMacros, type MacroWords } from "./macros.ts";

export interface CardWordsInput {
  /** The speaker's own, as the log has it. */
  readonly card: Card;
  /** Whom she answers. */
  readonly user: string;
  /** The same for a prompt that is made again. */
  readonly turnKey: string;
  /** The same as long as she is. */
  readonly personaKey: string;
  /** What lore may take of the prompt. */
  readonly loreTokensMax: number;
}

/** The request with the words of `card` in it. */
export function withCardWords<R extends LayoutRequest>(request: R, input: CardWordsInput): R {
  const { card } = input;
  const expand = (text: string, char: string, isSearched = false): string =>
    expandMacros(text, wordsOf(input, char, text), isSearched);
  const texts = card.lore === undefined ? [] : chooseLore(
    card.lore,
    request.lines.map((line) => line.text),
    (entry: LoreEntry, isSearched) => expand(entry.text, card.name, isSearched),
  );
  return {
    ...request,
    speaker: {
      name: card.name,
      gist: expand(card.gist, card.name),
      description: expand(card.description, card.name),
    },
    others: request.others.map(({ name, gist }) => ({ name, gist: expand(gist, name) })),
    ...texts.length === 0 ? {} : {
      lore: { texts, tokensMax: Math.min(card.lore?.tokensMax ?? 0, input.loreTokensMax) },
    },
  };
}

/** Each text draws for itself: what one entry drew does not depend on which others were chosen. */
function wordsOf({ user, turnKey, personaKey }: CardWordsInput, char: string, text: string) {
  return {
    char,
    user,
    original: "",
    random: createKeyedRandom(turnKey).fork(text),
    pick: createKeyedRandom(personaKey),
  } satisfies MacroWords;
}
