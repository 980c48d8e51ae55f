import { expect, test } from "vitest";
import type { GenerateRequest } from "./engine.ts";
import { inferenceLimits } from "./limits.ts";
import { validateRequest } from "./validate-request.ts";

const request = {
  requestId: "rq_1",
  persona: "ps_1",
  segments: [{ key: "u", role: "user", text: "What do you want to do?" }],
  continueText: "",
  stop: [],
  seed: 0,
  temperature: 0.7,
  topP: 0.9,
  tokensMax: 64,
  json: { schema: '{"type":"object"}' },
} as const satisfies GenerateRequest;

test("[IN21] a sound schema passes as it is, and nothing beside it", () => {
  const asked = { ...request, json: { ...request.json, more: 1 } };
  expect(validateRequest(asked, "chat")).toEqual({ ok: true, value: request });
});

test.each<[field: string, title: string, change: Readonly<Record<string, unknown>>]>([
  ["json", "a text", { json: "{}" }],
  ["json", "null", { json: null }],
  ["json", "no schema", { json: {} }],
  ["json", "a schema that is no text", { json: { schema: {} } }],
  ["json", "a schema that is no JSON", { json: { schema: "{" } }],
  ["json", "a schema that is a list", { json: { schema: "[]" } }],
  ["json", "a schema that is null", { json: { schema: "null" } }],
  [
    "json",
    "too long a schema",
    { json: { schema: `{"a":"${"x".repeat(inferenceLimits.schemaCharsMax)}"}` } },
  ],
  ["choices", "choices beside it", { choices: ["Ann"] }],
  ["stop", "a stop string", { stop: ["}"] }],
  ["continueText", "a beginning", { continueText: "{" }],
])("[IN21] %s: %s is refused by name", (field, _title, change) => {
  const result = validateRequest({ ...request, ...change }, "chat");
  expect(result.ok ? undefined : result.error).toMatchObject({ kind: "request-invalid", field });
});
