/**
 * Refuses a turn request whose numbers and names count nothing.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP11  What all personas of a turn share is refused whole by field: no clamp, no default in
 *         place of a mistake. Source names are trimmed, not empty and without `|`.
 *   TP12  A persona with such figures is refused alone, by field, and the others are planned.
 */

import { planningLimits as limits } from "../limits.ts";
import type {
  LaneFacts,
  PersonaCandidate,
  ProviderDeclaration,
  RagSourcePolicy,
  RequestList,
  TurnRefusal,
  TurnRequest,
} from "./turn-request.ts";

/** The first thing that is wrong with what the turn shares (TP11). */
export function findRequestFault(request: TurnRequest): TurnRefusal | undefined {
  const field = findFieldFault(request);
  if (field !== undefined) return { kind: "field-malformed", field };
  return findCountFault(request) ?? findItemFault(request) ?? findDuplicate(request);
}

function findFieldFault(request: TurnRequest): string | undefined {
  const { trigger } = request;
  if (!isKey(trigger.roomId)) return "trigger.roomId";
  if (trigger.messageId !== undefined && !isKey(trigger.messageId)) return "trigger.messageId";
  if (typeof trigger.text !== "string" || trigger.text.length > limits.textCharsMax) {
    return "trigger.text";
  }
  if (!isWithin(trigger.timestampMs, Number.MAX_SAFE_INTEGER)) return "trigger.timestampMs";
  if (!Number.isSafeInteger(request.rotation)) return "rotation";
  if (!isWithin(request.totalInputBudgetTokens, limits.windowTokensMax)) {
    return "totalInputBudgetTokens";
  }
  for (const field of ["firstResponseBudgetMs", "allResponsesBudgetMs"] as const) {
    const budgetMs = request[field];
    if (budgetMs !== undefined && !isWithin(budgetMs, limits.budgetMsMax)) return field;
  }
  return undefined;
}

function findCountFault(request: TurnRequest): TurnRefusal | undefined {
  const lists: readonly (readonly [RequestList, number])[] = [
    ["personas", limits.candidatesMax],
    ["addressed", limits.candidatesMax],
    ["ahead", limits.aheadMax],
    ["providers", limits.providersMax],
    ["ragSources", limits.sourcesMax],
  ];
  for (const [list, countMax] of lists) {
    const count = request[list].length;
    if (count > countMax) return { kind: "too-many", list, count, countMax };
  }
  return undefined;
}

function findItemFault(request: TurnRequest): TurnRefusal | undefined {
  const checks: readonly (readonly [RequestList, number])[] = [
    ["addressed", request.addressed.findIndex((id) => !isKey(id))],
    ["ahead", request.ahead.findIndex((one) => findLaneFault(one) !== undefined)],
    ["providers", request.providers.findIndex((one) => !isProvider(one))],
    ["ragSources", request.ragSources.findIndex((one) => !isSource(one))],
  ];
  const wrong = checks.find(([, index]) => index >= 0);
  return wrong && { kind: "item-malformed", list: wrong[0], index: wrong[1] };
}

function findDuplicate(request: TurnRequest): TurnRefusal | undefined {
  const provider = firstRepeated(request.providers.map((one) => one.providerId));
  if (provider !== undefined) return { kind: "duplicate", list: "providers", id: provider };
  const source = firstRepeated(request.ragSources.map((one) => one.sourceName));
  return source === undefined ? undefined : { kind: "duplicate", list: "ragSources", id: source };
}

function firstRepeated(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}

/** The first field of a persona that counts nothing (TP12). */
export function findPersonaFault(persona: PersonaCandidate): string | undefined {
  if (!isKey(persona.personaId)) return "personaId";
  if (!isText(persona.displayName)) return "displayName";
  if (!isText(persona.specialty)) return "specialty";
  if (!isWithin(persona.contextWindow, limits.windowTokensMax) || persona.contextWindow === 0) {
    return "contextWindow";
  }
  if (!isWithin(persona.maxOutputTokens, limits.windowTokensMax) || persona.maxOutputTokens === 0) {
    return "maxOutputTokens";
  }
  return findLaneFault(persona);
}

function findLaneFault(lane: LaneFacts): string | undefined {
  if (lane.device !== undefined && !isKey(lane.device)) return "device";
  if (!isText(lane.model)) return "model";
  if (!isText(lane.provider)) return "provider";
  if (!isWithin(lane.slots, Number.MAX_SAFE_INTEGER) || lane.slots === 0) return "slots";
  if (typeof lane.isCold !== "boolean") return "isCold";
  for (const field of ["prefillMilliTokensPerS", "decodeMilliTokensPerS"] as const) {
    if (!isWithin(lane[field], limits.milliTokensPerSMax)) return field;
  }
  for (const field of ["promptTokens", "replyTokens"] as const) {
    if (!isWithin(lane[field], limits.tokensMax)) return field;
  }
  return undefined;
}

function isProvider({ providerId, kind, callsMax }: ProviderDeclaration): boolean {
  return isKey(providerId) && (kind === "local" || kind === "cloud") &&
    (callsMax === undefined || isWithin(callsMax, Number.MAX_SAFE_INTEGER) && callsMax > 0);
}

function isSource(source: RagSourcePolicy): boolean {
  const { sourceName, weight, contentHash, sharedAcrossPersonas } = source;
  return isKey(sourceName) && sourceName === sourceName.trim() && !sourceName.includes("|") &&
    isWithin(weight, limits.weightMax) && typeof sharedAcrossPersonas === "boolean" &&
    (contentHash === undefined || isKey(contentHash));
}

function isWithin(value: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max;
}

function isText(value: string): boolean {
  return typeof value === "string" && value.length <= limits.textCharsMax;
}

function isKey(value: string): boolean {
  return isText(value) && value.length > 0 && value.length <= limits.keyCharsMax;
}
