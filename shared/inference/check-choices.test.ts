import { expect, test } from "vitest";
import { choiceTokensMin } from "./check-choices.ts";
import type { GenerateRequest } from "./engine.ts";
import { inferenceLimits } from "./limits.ts";
import { validateRequest } from "./validate-request.ts";

const request = {
  requestId: "rq_1",
  persona: "ps_1",
  segments: [{ key: "u", role: "user", text: "Who speaks next?" }],
  continueText: "",
  stop: ["\n"],
  seed: 0,
  temperature: 0.7,
  topP: 0.9,
  tokensMax: 64,
  choices: ["Ann", "Anna", "Jörg Ö.", "  "],
} as const satisfies GenerateRequest;

test("[IN14] sound choices pass as they are", () => {
  expect(validateRequest(request, "chat")).toEqual({ ok: true, value: request });
  const choices = Array.from({ length: inferenceLimits.choicesMax }, (_, index) => `N${index}`);
  expect(validateRequest({ ...request, choices }, "chat").ok).toBe(true);
  const longest = ["x".repeat(inferenceLimits.choiceCharsMax)];
  const tokensMax = choiceTokensMin(longest);
  expect(validateRequest({ ...request, choices: longest, tokensMax }, "chat").ok).toBe(true);
});

test("[IN14] a request without choices has none afterwards either", () => {
  const { choices: _, ...free } = request;
  expect(validateRequest({ ...free, choices: undefined }, "chat")).toEqual({
    ok: true,
    value: free,
  });
});

const many = Array.from({ length: inferenceLimits.choicesMax + 1 }, (_, index) => `N${index}`);

test.each<[field: string, title: string, change: Readonly<Record<string, unknown>>]>([
  ["choices", "a text", { choices: "Ann" }],
  ["choices", "null", { choices: null }],
  ["choices", "none", { choices: [] }],
  ["choices", "too many", { choices: many }],
  ["choices", "a number in it", { choices: ["Ann", 4] }],
  ["choices", "an empty text in it", { choices: ["Ann", ""] }],
  ["choices", "too long a text", { choices: ["x".repeat(inferenceLimits.choiceCharsMax + 1)] }],
  ["choices", "the same twice", { choices: ["Ann", "Bo", "Ann"] }],
  ["choices", "a line break", { choices: ["Ann\nBo"] }],
  ["choices", "a carriage return", { choices: ["Ann\r"] }],
  ["choices", "a line separator", { choices: ["Ann\u2028Bo"] }],
  ["choices", "a control character", { choices: ["Ann\u0000"] }],
  ["choices", "half a character", { choices: ["Ann\uD83D"] }],
  ["continueText", "a beginning", { continueText: "An" }],
  ["stop", "a stop string inside a choice", { stop: ["\n", "nn"] }],
  ["tokensMax", "less than the longest needs", { tokensMax: choiceTokensMin(request.choices) - 1 }],
])("[IN14] %s: %s is refused by name", (field, _title, change) => {
  const result = validateRequest({ ...request, ...change }, "chat");
  expect(result.ok ? undefined : result.error).toMatchObject({ kind: "request-invalid", field });
});

test("[IN14] a choice may take a token a byte, one to begin with and one to end", () => {
  expect(choiceTokensMin(["Ann", "Jörg"])).toBe(5 + 2);
  expect(choiceTokensMin([])).toBe(2);
});
