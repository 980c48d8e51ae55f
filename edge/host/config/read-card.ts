/**
 * A persona's card file becomes typed here: the configuration's own form, or a character card of
 * any kind that the app imports (V1, V2, V3; JSON, PNG, CHARX).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO164  A card file is read by what its bytes are; what of it no prompt will have is told.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { proposePersona, readCardFile } from "#shared/personas/mod.ts";
import type { Card } from "#shared/protocol/mod.ts";
import { type ConfigError, decodeCard } from "./host-config.ts";

export interface FoundCard {
  readonly card: Card;
  /** Kinds of what stays in the file, such as `assets` and `scripts`. */
  readonly leftOut: readonly string[];
}

/** For a card that brings no colour. */
const HUE = 210;

/** `at` is the file's place in the configuration. */
export function decodeCardBytes(
  bytes: Uint8Array,
  at: string,
): Result<FoundCard, readonly ConfigError[]> {
  const own = decodeOwn(bytes, at);
  if (own?.ok === true) return ok({ card: own.value, leftOut: [] });
  const file = readCardFile(bytes);
  if (!file.ok) {
    // A file of our own form with a mistake in it is told of that mistake.
    const isForeign = own === undefined || file.error.kind !== "card-unknown";
    return isForeign ? err([{ kind: "card-unusable", at, detail: file.error.kind }]) : own;
  }
  const { card: { lore, ...card }, leftOut } = proposePersona(file.value.card, HUE);
  const checked = decodeCard(card, at);
  if (!checked.ok) return checked;
  const kinds = [...new Set(leftOut.map(({ kind }) => kind))];
  return ok({ card: { ...checked.value, ...lore && { lore } }, leftOut: kinds });
}

function decodeOwn(bytes: Uint8Array, at: string) {
  try {
    return decodeCard(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)), at);
  } catch { // Neither JSON nor UTF-8: a picture or an archive.
    return undefined;
  }
}
