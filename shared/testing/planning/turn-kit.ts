/** Requests for the planner's tests and bench. */

import { fc } from "../properties.ts";
import type { PersonaCandidate, TurnRequest } from "../../planning/turn/turn-request.ts";
import { knownProviders } from "../../planning/turn/providers.ts";

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

/** Numbers as bad input has them. */
const odd = fc.constantFrom(NaN, -1, Infinity, 0.5, 2 ** 60);
const personas = fc.array(
  fc.record({
    personaId: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"),
    device: fc.constantFrom("dv_1", "dv_1", "dv_2", undefined),
    model: fc.constantFrom("m", "n"),
    provider: fc.constantFrom("scripted", "transformers", "openai", "deepseek", "unheard-of"),
    slots: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.constant(Number.MAX_SAFE_INTEGER) },
    ),
    isCold: fc.boolean(),
    prefillMilliTokensPerS: fc.nat(500_000),
    decodeMilliTokensPerS: fc.oneof({ weight: 20, arbitrary: fc.nat(90_000) }, odd),
    replyTokens: fc.nat(300),
    promptTokens: fc.nat(4_000),
    contextWindow: fc.integer({ min: 1, max: 40_000 }),
    maxOutputTokens: fc.integer({ min: 1, max: 4_000 }),
  }).map(({ personaId, ...patch }) => candidate(personaId, patch)),
  { maxLength: 14 },
);
export const anyTurnRequest: fc.Arbitrary<TurnRequest> = fc.record({
  personas,
  addressed: fc.array(fc.constantFrom("a", "c", "nobody"), { maxLength: 3 }),
  rotation: fc.integer(),
  ahead: fc.array(
    fc.record({
      device: fc.constantFrom("dv_1", "dv_2"),
      model: fc.constantFrom("m", "n"),
      replyTokens: fc.nat(200),
    }).map((patch) => candidate("x", patch)),
    { maxLength: 4 },
  ),
}).map(({ personas: list, ...patch }) => request(list, patch));
