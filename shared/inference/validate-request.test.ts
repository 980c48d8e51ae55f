import { expect, test } from "vitest";
import type { GenerateRequest } from "./engine.ts";
import { inferenceLimits } from "./limits.ts";
import { validateRequest } from "./validate-request.ts";

const chat: GenerateRequest = {
  requestId: "rq_1",
  persona: "ps_1",
  segments: [
    { key: "s", role: "system", text: "Be kind." },
    { key: "u", role: "user", text: "Hello" },
  ],
  continueText: "",
  stop: ["\n"],
  seed: 0,
  temperature: 0.7,
  topP: 0.9,
  tokensMax: 16,
};

const script = [{ key: "a", role: "script", text: "<|room|>" }];

test("[IN4] a sound request passes as it is, without what it does not know", () => {
  expect(validateRequest({ ...chat, extra: 1 }, "chat")).toEqual({ ok: true, value: chat });
  expect(validateRequest({ ...chat, segments: script }, "starter-script").ok).toBe(true);
});

const many = (count: number): unknown[] => Array.from({ length: count }, () => chat.segments[1]);
const half = "x".repeat(inferenceLimits.promptBytesMax / 2);

test.each<[field: string, title: string, change: Readonly<Record<string, unknown>>]>([
  ["requestId", "empty", { requestId: "" }],
  ["requestId", "a number", { requestId: 1 }],
  ["requestId", "too long", { requestId: "x".repeat(inferenceLimits.idCharsMax + 1) }],
  ["persona", "missing", { persona: undefined }],
  ["continueText", "null", { continueText: null }],
  ["stop", "a text", { stop: "x" }],
  ["stop", "an empty text in it", { stop: [""] }],
  ["stop", "too many", {
    stop: Array.from({ length: inferenceLimits.stopStringsMax + 1 }, () => "x"),
  }],
  ["stop", "too long a text", { stop: ["x".repeat(inferenceLimits.stopCharsMax + 1)] }],
  ["seed", "a fraction", { seed: 0.5 }],
  ["seed", "negative", { seed: -1 }],
  ["temperature", "NaN", { temperature: Number.NaN }],
  ["temperature", "negative", { temperature: -0.1 }],
  ["temperature", "hot", { temperature: 2.1 }],
  ["topP", "nothing", { topP: 0 }],
  ["topP", "above 1", { topP: 1.1 }],
  ["tokensMax", "0", { tokensMax: 0 }],
  ["tokensMax", "too many", { tokensMax: inferenceLimits.tokensMaxMax + 1 }],
  ["segments", "missing", { segments: undefined }],
  ["segments", "none", { segments: [] }],
  ["segments", "too many", { segments: many(inferenceLimits.segmentsMax + 1) }],
  ["segments", "null in it", { segments: [null] }],
  ["segments", "no key", { segments: [{ role: "user", text: "x" }] }],
  ["segments", "an unknown role", { segments: [{ key: "k", role: "tool", text: "x" }] }],
  ["segments", "script in a chat", { segments: script }],
  ["segments", "the system behind", { segments: [...chat.segments].toReversed() }],
  ["segments", "an assistant last", { segments: [{ key: "k", role: "assistant", text: "x" }] }],
  ["segments", "too many bytes", {
    segments: [{ key: "k", role: "user", text: half }],
    continueText: `${half}!`,
  }],
])("[IN4] %s: %s is refused by name", (field, _title, change) => {
  const result = validateRequest({ ...chat, ...change }, "chat");
  expect(result.ok ? undefined : result.error).toMatchObject({ kind: "request-invalid", field });
});

test.each([undefined, null, "text", 4])("[IN4] %s is no request", (value) => {
  expect(validateRequest(value, "chat").ok).toBe(false);
});

test("[IN4] chat roles are refused by a script model", () => {
  expect(validateRequest(chat, "starter-script").ok).toBe(false);
});
