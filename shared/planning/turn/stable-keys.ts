/**
 * Stable keys of a turn (planning study, section 2.4): SHA-256 over length-prefixed parts.
 *
 * Keys that hold the turn's key never hit in another turn; content keys do. "Trimmed" is
 * ECMAScript's `String.prototype.trim`, which takes U+FEFF off and leaves U+0085.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP6  Equal turns have equal keys, and another text, time, message, model or specialty another
 *        one. The provider and the shown name are in no key.
 */

import { stableKey } from "../../base/stable-key.ts";
import type { TurnTrigger } from "./turn-request.ts";

export function turnKeyOf({ roomId, messageId, timestampMs, text }: TurnTrigger): string {
  return stableKey([
    "turn",
    roomId,
    messageId ?? "no-message-id",
    String(timestampMs),
    text.trim(),
  ]);
}

export function sourceCacheKey(turnKey: string, sourceName: string): string {
  return stableKey(["shared-rag", turnKey, sourceName]);
}

/** Hits whenever the same question is put to the same content under the same budget. */
export function sourceContentKey(
  source: { readonly sourceName: string; readonly contentHash: string },
  queryText: string,
  budgetTokens: number,
): string {
  const { sourceName, contentHash } = source;
  return stableKey([
    "shared-content",
    sourceName,
    contentHash,
    queryText.trim(),
    String(budgetTokens),
  ]);
}

interface KeyedPersona {
  readonly personaId: string;
  readonly model: string;
  readonly specialty: string;
}

export function personaContextKey(turnKey: string, persona: KeyedPersona): string {
  const { personaId, model, specialty } = persona;
  return stableKey(["persona-context", turnKey, personaId, model, specialty]);
}

export function personaContentKey({ personaId, model, specialty }: KeyedPersona): string {
  return stableKey(["persona-content", personaId, model, specialty]);
}

/** Source names hold no `|` (TP11), so that the join is unambiguous. */
export function personaRagKey(
  turnKey: string,
  personaId: string,
  sourceNames: readonly string[],
): string {
  return stableKey(["persona-rag", turnKey, personaId, sourceNames.join("|")]);
}
