/** Requests for the planner's tests. */

import type { PersonaCandidate, TurnRequest } from "./turn-request.ts";
import { knownProviders } from "./providers.ts";

export function candidate(
  personaId: string,
  patch: Partial<PersonaCandidate> = {},
): PersonaCandidate {
  return {
    personaId,
    displayName: personaId.toUpperCase(),
    specialty: "code",
    model: "m",
    provider: "scripted",
    device: "dv_1",
    slots: 1,
    isCold: false,
    contextWindow: 8_192,
    maxOutputTokens: 256,
    prefillMilliTokensPerS: 100_000,
    decodeMilliTokensPerS: 20_000,
    replyTokens: 40,
    promptTokens: 100,
    ...patch,
  };
}

export function request(
  personas: readonly PersonaCandidate[],
  patch: Partial<TurnRequest> = {},
): TurnRequest {
  return {
    trigger: { roomId: "rm_1", messageId: "6", text: "hi", timestampMs: 1_000 },
    personas,
    addressed: [],
    rotation: 0,
    ahead: [],
    providers: knownProviders,
    ragSources: [],
    totalInputBudgetTokens: 0,
    firstResponseBudgetMs: undefined,
    allResponsesBudgetMs: undefined,
    ...patch,
  };
}
