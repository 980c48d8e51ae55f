import { expect, test } from "vitest";
import type { GenerateRequest, PromptSegment } from "#shared/inference/mod.ts";
import {
  estimateTokens,
  heldTokens,
  toChatRequest,
  toChoiceGrammar,
  toUsage,
} from "./chat-request.ts";
import { toEngineError } from "./library-errors.ts";
import { resolveModelUrls } from "./model-host.ts";
import { decodeChatConfig, decodeTensorCache, isJson, isWasm } from "./model-manifest.ts";

const PREFIX = "https://libs.example/main/web-llm-models/";
const address = {
  model: "https://hub.example/mlc-ai/Small-MLC",
  modelLib: `${PREFIX}v0_2_86/base/small.wasm`,
};

test.each<[title: string, weights: string, libraries: string, urls: readonly [string, string]]>([
  ["the library's own addresses", "", "", [
    "https://hub.example/mlc-ai/Small-MLC/resolve/main/",
    `${PREFIX}v0_2_86/base/small.wasm`,
  ]],
  ["another host for weights", "http://127.0.0.1:9/m", "", [
    "http://127.0.0.1:9/m/mlc-ai/Small-MLC/resolve/main/",
    `${PREFIX}v0_2_86/base/small.wasm`,
  ]],
  ["another host for libraries", "", "https://mirror.example/", [
    "https://hub.example/mlc-ai/Small-MLC/resolve/main/",
    "https://mirror.example/v0_2_86/base/small.wasm",
  ]],
])("files come from %s", (_title, weights, libraries, [model, library]) => {
  expect(resolveModelUrls(address, { weights, libraries }, PREFIX)).toEqual({
    weights: model,
    library,
  });
});

test("a branch in the address and a library of another origin stay as they are", () => {
  const own = { model: "https://hub.example/a/b/resolve/v2", modelLib: "https://x.example/y.wasm" };
  expect(resolveModelUrls(own, { weights: "", libraries: "https://m.example" }, PREFIX)).toEqual({
    weights: "https://hub.example/a/b/resolve/v2/",
    library: "https://x.example/y.wasm",
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each<[text: string, shards: number | undefined]>([
  [`{"records":[{"dataPath":"a.bin","nbytes":4},{"dataPath":"b.bin","nbytes":0}]}`, 2],
  [`{"records":[{"dataPath":"a.bin"}]}`, undefined],
  [`{"records":[{"dataPath":"a.bin","nbytes":-1}]}`, undefined],
  [`{"records":{}}`, undefined],
  [`{"records":[`, undefined],
  [`<!doctype html>`, undefined],
  [``, undefined],
])("[IN11] the shard list %s is read as %s", (text, shards) => {
  expect(decodeTensorCache(bytes(text))?.length).toBe(shards);
});

test.each<[text: string, file: string | undefined]>([
  [`{"tokenizer_files":["merges.txt","tokenizer.json"]}`, "tokenizer.json"],
  [`{"tokenizer_files":["tokenizer.model"]}`, "tokenizer.model"],
  [`{"tokenizer_files":["vocab.txt"]}`, undefined],
  [`{"tokenizer_files":[`, undefined],
  [`null`, undefined],
])("[IN11] the chat config %s names the tokeniser %s", (text, file) => {
  expect(decodeChatConfig(bytes(text))?.tokenizerFile).toBe(file);
});

test("[IN11] a page in place of a file is neither JSON nor a library", () => {
  expect(isJson(bytes("<html>"))).toBe(false);
  expect(isJson(bytes("{}"))).toBe(true);
  expect(isWasm(bytes("<html></html>"))).toBe(false);
  expect(isWasm(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1))).toBe(true);
  expect(isWasm(Uint8Array.of(0, 0x61, 0x73, 0x6d))).toBe(false);
});

const segment = (role: PromptSegment["role"], text: string): PromptSegment => ({
  key: text,
  role,
  text,
});
const request: GenerateRequest = {
  requestId: "r",
  persona: "p",
  segments: [segment("system", "Be kind."), segment("user", "Hi")],
  continueText: "",
  stop: ["#"],
  seed: 7,
  temperature: 0.5,
  topP: 0.9,
  tokensMax: 9,
};

test("a request becomes the library's, streaming and with usage", () => {
  expect(toChatRequest(request)).toEqual({
    messages: [{ role: "system", content: "Be kind." }, { role: "user", content: "Hi" }],
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 9,
    temperature: 0.5,
    top_p: 0.9,
    seed: 7,
    stop: ["#"],
  });
});

test("[IN13] choices become a grammar of exactly these texts", () => {
  const { response_format } = toChatRequest({ ...request, choices: ["Ann", "Anna"] });
  expect(response_format).toEqual({ type: "grammar", grammar: 'root ::= "Ann" | "Anna"' });
  // What the library's grammar engine (web-xgrammar 0.1.27) reads back as it was (run).
  expect(toChoiceGrammar(['a"b\\c', "Jörg | [x]*", "\\n"])).toBe(
    'root ::= "a\\"b\\\\c" | "Jörg | [x]*" | "\\\\n"',
  );
});

test("[IN20] a schema goes to the library as the format of a JSON reply", () => {
  const schema = '{"type":"object"}';
  const { response_format } = toChatRequest({ ...request, json: { schema } });
  expect(response_format).toEqual({ type: "json_object", schema });
});

const shown = (fill: number): PromptSegment => ({
  ...segment("user", "Look"),
  images: [{ sha256: `${fill}`, mimeType: "image/png", bytes: Uint8Array.of(fill, 255) }],
});

test("[IN24] images go to the library as data addresses beside one text", () => {
  expect(toChatRequest({ ...request, segments: [shown(1)] }).messages).toEqual([{
    role: "user",
    content: [
      { type: "text", text: "Look" },
      { type: "image_url", image_url: { url: "data:image/png;base64,Af8=" } },
    ],
  }]);
});

test("[IN10] [IN24] the library's cache counts with the same images alone", () => {
  const before = { segments: [shown(1), segment("assistant", "Nice")], tokens: 30 };
  const [, reply] = before.segments as [PromptSegment, PromptSegment];
  const last = segment("user", "And?");
  expect(heldTokens(before, [shown(1), reply, last])).toBe(30);
  expect(heldTokens(before, [shown(2), reply, last])).toBe(0);
});

const held = { segments: [...request.segments, segment("assistant", "Hello")], tokens: 30 };

test.each<[title: string, segments: readonly PromptSegment[], tokens: number]>([
  ["exactly one message more", [...held.segments, segment("user", "And you?")], 30],
  ["the same messages", held.segments, 0],
  ["one message more in two parts", [
    ...held.segments,
    segment("user", "a"),
    segment("user", "b"),
  ], 30],
  ["three messages more", [
    ...held.segments,
    segment("user", "a"),
    segment("assistant", "b"),
    segment("user", "c"),
  ], 0],
  ["one space more in an old reply", [
    ...request.segments,
    segment("assistant", "Hello "),
    segment("user", "And you?"),
  ], 0],
])("[IN10, IN80] the library's cache counts with %s", (_title, segments, tokens) => {
  expect(heldTokens(held, segments)).toBe(tokens);
  expect(heldTokens(undefined, segments)).toBe(0);
});

test("usage adds what the library left out", () => {
  const timing = { startedAtMs: 10, firstAtMs: 30, endedAtMs: 90 };
  expect(toUsage(5, 12, 30, timing)).toEqual({
    promptTokens: 35,
    cachedTokens: 30,
    generatedTokens: 12,
    prefillMs: 20,
    decodeMs: 60,
  });
  expect(estimateTokens([segment("user", "12345")])).toBe(2);
});

function named(name: string): Error {
  const error = new Error("why");
  error.name = name;
  return error;
}

test.each([
  ["WebGPUNotAvailableError", "webgpu-missing"],
  ["WebGPUNotFoundError", "webgpu-missing"],
  ["ShaderF16SupportError", "feature-missing"],
  ["DeviceLostError", "device-lost"],
  ["GPUOutOfMemoryError", "out-of-memory"],
  ["IntegrityError", "wrong-bytes"],
  ["CompileError", "wrong-bytes"],
  ["ModelNotLoadedError", "not-loaded"],
  ["ContextWindowSizeExceededError", "prompt-too-long"],
  ["Error", "internal"],
])("the library's %s means %s", (name, kind) => {
  expect(toEngineError(named(name), 9).kind).toBe(kind);
});

test("whatever else is thrown is internal and says what it was", () => {
  expect(toEngineError("gone", 9)).toEqual({ kind: "internal", detail: "gone" });
});
