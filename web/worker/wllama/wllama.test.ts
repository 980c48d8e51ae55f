import { expect, test } from "vitest";
import {
  findReplyNonsense,
  type GenerateRequest,
  type GenerateSink,
  type ModelProfile,
} from "#shared/inference/mod.ts";
import { text, u32, writeGguf } from "#shared/testing/gguf/write-gguf.ts";
import { createWllamaOn } from "./back-end.ts";
import { createPlainText, toChoiceGrammar, toLlamaRequest } from "./chat-request.ts";
import { checkSchema } from "./check-schema.ts";
import { wllamaLimits } from "./limits.ts";
import { planLoad } from "./plan-load.ts";
import type { LlamaChunk, LlamaOpened } from "./session.ts";
import { emptySlotTable, takeSlot } from "./slot-table.ts";
import type { LlamaEnd } from "./worker-watch.ts";

const never = new AbortController().signal;
const MODEL = { contextTokens: 1024, contextBytes: 64 * 1024 ** 2, parameters: 5e6 };
const hardware = { webgpu: "hardware", features: ["shader-f16"] } as const;

test.each(
  [
    ["hardware with half floats", hardware, undefined, "webgpu"],
    ["hardware without", { ...hardware, features: [] }, undefined, "cpu"],
    ["software with half floats", { ...hardware, webgpu: "software" }, undefined, "cpu"],
    ["software, forced", { ...hardware, webgpu: "software" }, "webgpu", "webgpu"],
    ["hardware, forced off", hardware, "cpu", "cpu"],
    ["none", { webgpu: "none", features: [] }, undefined, "cpu"],
  ] as const,
)("[IN8, IN50] the device for %s", (_, facts, force, device) => {
  expect(planLoad(MODEL, 1, facts, force)).toMatchObject({ ok: true, value: { device } });
});

test("[IN50] a GPU that llama.cpp cannot use is refused by feature when forced", () => {
  const software = { webgpu: "software", features: [] } as const;
  expect(planLoad(MODEL, 1, software, "webgpu")).toEqual({
    ok: false,
    error: { kind: "feature-missing", feature: "shader-f16" },
  });
  expect(planLoad(MODEL, 1, { webgpu: "none", features: [] }, "webgpu")).toEqual({
    ok: false,
    error: { kind: "webgpu-missing" },
  });
});

test.each([
  [wllamaLimits.kvBytesMax * 2, 1],
  [wllamaLimits.kvBytesMax / 3, 3],
  [1, wllamaLimits.kvSlotsMax],
  [undefined, 1],
])("[IN51] contexts of %s bytes have %s slots", (contextBytes, kvSlots) => {
  const plan = planLoad({ ...MODEL, contextBytes }, 1, hardware, undefined);
  expect(plan).toMatchObject({ ok: true, value: { kvSlots } });
});

test("[IN58] what does not fit into llama.cpp's memory is refused on the cpu alone", () => {
  const bytes = wllamaLimits.memoryBytesMax - MODEL.contextBytes;
  expect(planLoad(MODEL, bytes, hardware, "cpu").ok).toBe(true);
  expect(planLoad(MODEL, bytes + 1, hardware, "cpu")).toEqual({
    ok: false,
    error: { kind: "out-of-memory" },
  });
  expect(planLoad(MODEL, bytes + 1, hardware, undefined).ok).toBe(true);
});

test("[IN51] a persona keeps her slot until she is the one who was silent longest", () => {
  const seen: number[] = [];
  let table = emptySlotTable(2);
  for (const persona of ["a", "a", "b", "b", "a", "c", "a", "b"]) {
    const step = takeSlot(table, persona);
    table = step.table;
    seen.push(step.slot);
  }
  expect(seen).toEqual([0, 0, 1, 1, 0, 1, 0, 1]);
});

const request: GenerateRequest = {
  requestId: "rq_1",
  persona: "ps_1",
  segments: [
    { key: "s", role: "system", text: "You are Ada." },
    { key: "u", role: "user", text: "Tom: hi" },
  ],
  continueText: "",
  stop: [],
  seed: 2 ** 40 + 7,
  temperature: 0.5,
  topP: 0.9,
  tokensMax: 8,
};

test("[IN52] half a character becomes U+FFFD and whole ones stay", () => {
  const segments = [{ key: "u", role: "user", text: "\ud800 a 😀 \udc00" }] as const;
  const sent = toLlamaRequest(
    { ...request, segments, continueText: "\udfff b" },
    3,
    createPlainText([]),
  );
  expect(sent.messages).toEqual([
    { role: "user", content: "\ufffd a 😀 \ufffd" },
    { role: "assistant", content: "\ufffd b" },
  ]);
  expect(sent.id_slot).toBe(3);
  expect(sent.seed).toBeLessThan(2 ** 32);
});

test("[IN52] what looks like a sign of the model is broken, also where it begins another", () => {
  const plain = createPlainText(["<s>", "</s>", "[a-b]", "[INST]", "<|a|>", "<|a|>b"]);
  expect(plain("<s> </s> [a-b] [INST] x <|a|>b <|a|> [inst] <|c|>")).toBe(
    "<\u200Bs> <\u200B/s> [\u200Ba-b] [\u200BINST] x <\u200B|a|>b <\u200B|a|> [inst] <|c|>",
  );
});

test("[IN13] choices are alternatives with their quotes escaped", () => {
  expect(toChoiceGrammar(["Ann", 'a "b" \\c'])).toBe(
    String.raw`root ::= "Ann" | "a \"b\" \\c"`,
  );
});

test.each<[unknown, string | undefined]>([
  [{ type: "object", properties: { a: { const: 1 } }, required: ["a"] }, undefined],
  [{ anyOf: [{ type: ["string", "null"], maxLength: 5 }, { enum: [1, "b"] }] }, undefined],
  [{ type: "array", items: { type: "integer", minimum: 0 }, maxItems: 3 }, undefined],
  [{ type: "string", pattern: "a" }, '"pattern"'],
  [{ properties: { a: { $ref: "#/b" } } }, '"$ref"'],
  [{ type: "wat" }, '"type" of this form'],
  [{ properties: 7 }, '"properties" of this form'],
  [{ anyOf: [] }, '"anyOf" of this form'],
  [{ items: [] }, "a schema that is no object"],
  [{ type: "string", maxLength: 1e9 }, '"maxLength" of this form'],
])("[IN52] the schema %j is held to, or its fault is named", (schema, fault) => {
  expect(checkSchema(schema)).toBe(fault);
});

test("[IN52] a schema that is nested too deeply is refused", () => {
  let schema: unknown = {};
  for (let depth = 0; depth < 40; depth += 1) schema = { items: schema };
  expect(checkSchema(schema)).toBe("nested too deeply");
});

const profile = {
  id: "m",
  engine: "wllama",
  promptFormat: "chat",
  ...MODEL,
  files: [{ path: "m.gguf", url: "", bytes: undefined, sha256: undefined }],
} as unknown as ModelProfile;

const timings = { cache_n: 1, prompt_n: 2, prompt_ms: 3, predicted_n: 1, predicted_ms: 1 };
const word: LlamaChunk = { text: "hi", finish: undefined, timings };

/** A llama.cpp that ends its replies one after the other as `ends` says. */
async function loadOn(ends: LlamaEnd[], dispatches: number, said = word) {
  const file = new Blob([writeGguf({ "general.architecture": text("x"), n: u32(1) }, [])]);
  const opened: LlamaOpened = {
    kind: "opened",
    session: {
      contextTokens: 512,
      complete(_request, onChunk, signal) {
        if (signal.aborted) return Promise.resolve({ kind: "aborted" });
        onChunk(said);
        return Promise.resolve(ends.shift() ?? { kind: "ended" });
      },
      dispatchCount: () => Promise.resolve(dispatches),
      close: () => undefined,
    },
  };
  const backEnd = createWllamaOn({
    settings: { modelHost: { weights: "", libraries: "" }, force: undefined },
    now: () => 0,
    findReplyNonsense,
    files: { open: () => Promise.resolve(file) },
    inspectDevice: () =>
      Promise.resolve({
        ...hardware,
        adapter: "A card",
        bufferBytesMax: 0,
        storageBytesFree: undefined,
        memoryGiB: undefined,
      }),
    openLlama: () => Promise.resolve(opened),
  });
  return { backEnd, loaded: await backEnd.load(profile, () => undefined, never) };
}

const sink: GenerateSink = { prefilled: () => undefined, text: () => Promise.resolve("go-on") };

test.each([[0, "cpu", ""], [9, "webgpu", "A card"]] as const)(
  "[IN9] with %s dispatches for a token the lane is %s, whatever was planned",
  async (dispatches, lane, adapter) => {
    const { loaded } = await loadOn([], dispatches);
    expect(loaded).toMatchObject({ ok: true, value: { lane, adapter, contextTokens: 512 } });
  },
);

test("[IN71] a model that answers a greeting with nonsense does not load", async () => {
  const { loaded } = await loadOn([], 0, { ...word, text: "!".repeat(12) });
  const detail = 'Cannot use "m": it says only "!"';
  expect(loaded).toEqual({ ok: false, error: { kind: "internal", detail } });
});

test("[IN54] a model whose template refuses a begun reply does not continue replies", async () => {
  const refused: LlamaEnd = { kind: "refused", refusal: { type: "server_error", message: "no" } };
  const { loaded } = await loadOn([{ kind: "ended" }, refused], 0);
  expect(loaded).toMatchObject({ ok: true, value: { continuesText: false } });
  expect((await loadOn([], 0)).loaded).toMatchObject({ ok: true, value: { continuesText: true } });
});

test.each<[LlamaEnd, unknown, boolean]>([
  [
    {
      kind: "refused",
      refusal: {
        type: "exceed_context_size_error",
        message: "",
        n_prompt_tokens: 900,
        n_ctx: 512,
      },
    },
    { kind: "prompt-too-long", tokens: 900, tokensMax: 512 },
    false,
  ],
  [{ kind: "crashed", detail: "x" }, { kind: "internal", detail: "llama.cpp ended: x" }, true],
  [{ kind: "silent", afterMs: 9 }, { kind: "deadline", afterMs: 9 }, true],
])("[IN53] a reply that ends as %j fails by name", async (end, error, isFatal) => {
  const { backEnd } = await loadOn([{ kind: "ended" }, { kind: "ended" }, end], 0);
  expect(await backEnd.generate(request, sink, never)).toEqual({ kind: "failed", error, isFatal });
});

test("[IN7] a stop string ends the work as done", async () => {
  const { backEnd } = await loadOn([{ kind: "ended" }, { kind: "ended" }, { kind: "aborted" }], 0);
  const stopping: GenerateSink = { ...sink, text: () => Promise.resolve("stop") };
  const outcome = await backEnd.generate(request, stopping, never);
  expect(outcome).toMatchObject({ kind: "done", finish: "stop", usage: { promptTokens: 3 } });
});
