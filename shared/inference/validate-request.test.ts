import { expect, test } from "vitest";
import type { GenerateRequest, PromptSegment } from "./engine.ts";
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

const image = {
  sha256: "0a".repeat(32),
  mimeType: "image/jpeg",
  bytes: new Uint8Array(3),
} as const;
const [system, user] = chat.segments;
const showing = (images: unknown, at = user) =>
  validateRequest({ ...chat, segments: [system, user, { ...at, images }, user] }, "chat", true);

test("[IN22] images of a user's segment reach a model that sees, without what is not known", () => {
  const images = [image, { ...image, sha256: "0b".repeat(32) }];
  expect(showing(images.map((one) => ({ ...one, extra: 1 })))).toEqual({
    ok: true,
    value: { ...chat, segments: [system, user, { ...user, images }, user] },
  });
});

test.each<[title: string, images: unknown, at?: PromptSegment | undefined]>([
  ["no list", image],
  ["the system's", [image], system],
  ["an assistant's", [image], { key: "a", role: "assistant", text: "x" }],
  ["nothing in it", [null]],
  ["no hash", [{ ...image, sha256: "cat" }]],
  ["a kind that scripts", [{ ...image, mimeType: "image/svg+xml" }]],
  ["no bytes", [{ ...image, bytes: new Uint8Array(0) }]],
  ["bytes as text", [{ ...image, bytes: "x" }]],
  ["too many bytes", [{ ...image, bytes: new Uint8Array(inferenceLimits.imageBytesMax + 1) }]],
  ["too many", Array(inferenceLimits.imagesMax + 1).fill(image)],
])("[IN22] images: %s is refused by field", (_title, images, at = user) => {
  const segments = [{ ...at, images }, user];
  expect(validateRequest({ ...chat, segments }, "chat", true)).toMatchObject({
    error: { kind: "request-invalid", field: "images" },
  });
});

test("[IN22] a model that does not see is shown nothing", () => {
  const segments = [{ ...user, images: [image] }];
  expect(validateRequest({ ...chat, segments }, "chat")).toMatchObject({
    error: { field: "images", detail: "this model sees no images" },
  });
});
