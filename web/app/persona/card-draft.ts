/** A card while it is being written: what is left of each limit, and what still hinders saving. */

import "../models/models-text.ts";
import { type Card, protocolLimits } from "#shared/protocol/mod.ts";
import type { MessageKey } from "../messages/translate.ts";

export type TextField = "name" | "gist" | "description" | "greeting";

export const FIELD_CHARS_MAX: Readonly<Record<TextField, number>> = {
  name: protocolLimits.nameCharsMax,
  gist: protocolLimits.gistCharsMax,
  description: protocolLimits.descriptionCharsMax,
  greeting: protocolLimits.greetingCharsMax,
};

/** Characters as people count them, so that an emoji is one. Negative: that many too many. */
export function charsLeft(field: TextField, text: string): number {
  // The limit counts UTF-16 units; the stricter of the two counts decides.
  return FIELD_CHARS_MAX[field] - text.length;
}

/** The first hindrance of each field; empty when the card can be saved. */
export function cardProblems(card: Card): Partial<Record<TextField, MessageKey>> {
  const problems: Partial<Record<TextField, MessageKey>> = {};
  for (const field of Object.keys(FIELD_CHARS_MAX) as TextField[]) {
    if (charsLeft(field, card[field]) < 0) problems[field] = "persona.too-long";
  }
  if (card.name.trim() === "") problems.name = "persona.name-missing";
  if (card.gist.trim() === "") problems.gist = "persona.gist-missing";
  return problems;
}

/** The line of the card that is in every prompt. */
export function promptLine(card: Card): string {
  const name = card.name.trim();
  const gist = card.gist.trim();
  return name === "" || gist === "" ? "" : `${name}: ${gist}`;
}

export function trimCard(card: Card): Card {
  return {
    name: card.name.trim(),
    gist: card.gist.trim(),
    description: card.description.trim(),
    greeting: card.greeting.trim(),
    hue: card.hue,
    ...card.lore === undefined ? {} : { lore: card.lore },
  };
}

/** A hue far from those already in the cast, so that two personas are told apart. */
export function freshHue(taken: readonly number[]): number {
  if (taken.length === 0) return 255;
  let best = 0;
  let bestGap = -1;
  for (let hue = 0; hue < 360; hue += 5) {
    const gap = Math.min(...taken.map((other) => hueGap(hue, other)));
    if (gap > bestGap) [best, bestGap] = [hue, gap];
  }
  return best;
}

function hueGap(a: number, b: number): number {
  const gap = Math.abs(a - b) % 360;
  return Math.min(gap, 360 - gap);
}
