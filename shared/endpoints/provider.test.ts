import { expect, test } from "vitest";
import { wireLimits } from "./limits.ts";
import { openProvider, type ProviderConfig } from "./provider.ts";
import { decideRefusal, retryAfterMs } from "./refusal.ts";

const config: ProviderConfig = { name: "openai", baseUrl: "https://models.example/v1", slots: 2 };

const reasonsOf = (more: Partial<ProviderConfig>, key?: string): readonly string[] => {
  const opened = openProvider({ ...config, ...more }, (name) => name === "KEY" ? key : undefined);
  return opened.ok ? [] : opened.error.map(({ kind }) => kind);
};

test.each<[title: string, more: Partial<ProviderConfig>, key: string | undefined, kinds: string[]]>(
  [
    ["nothing", {}, undefined, []],
    ["nothing with a key over TLS", { keyVariable: "KEY" }, "sk-1", []],
    [
      "a key over this machine's line",
      {
        baseUrl: "http://127.0.0.1:8080/v1",
        keyVariable: "KEY",
      },
      "sk-1",
      [],
    ],
    ["a key in the clear", { baseUrl: "http://models.example", keyVariable: "KEY" }, "sk-1", [
      "key-in-the-clear",
    ]],
    [
      "a host that only looks like this machine",
      {
        baseUrl: "http://127.0.0.1.example",
        keyVariable: "KEY",
      },
      "sk-1",
      ["key-in-the-clear"],
    ],
    ["a missing key", { keyVariable: "KEY" }, undefined, ["key-missing"]],
    ["an empty key", { keyVariable: "KEY" }, " ", ["key-missing"]],
    ["a key of two lines", { keyVariable: "KEY" }, "a\nb: c", ["key-invalid"]],
    ["credentials in the address", { baseUrl: "https://a:b@models.example" }, undefined, [
      "address-invalid",
    ]],
    ["another protocol", { baseUrl: "file:///etc" }, undefined, ["address-invalid"]],
    ["a query", { baseUrl: "https://models.example/?key=1" }, undefined, ["address-invalid"]],
    ["every reason at once", { baseUrl: "nowhere", slots: 0, keyVariable: "KEY" }, undefined, [
      "address-invalid",
      "slots-invalid",
      "key-missing",
    ]],
  ],
)("[IN35] against the settings stands: %s", (_title, more, key, kinds) => {
  expect(reasonsOf(more, key)).toEqual(kinds);
});

test("[IN35] the reasons repeat neither key nor credentials", () => {
  const opened = openProvider(
    { ...config, baseUrl: "http://user:word@models.example", keyVariable: "KEY" },
    () => "sk secret",
  );
  expect(opened.ok).toBe(false);
  expect(JSON.stringify(opened)).not.toMatch(/word|secret/);
});

test("[IN38] slots are taken up to their number and given back once", () => {
  const opened = openProvider(config, () => undefined);
  if (!opened.ok) throw new Error("not opened");
  const [first, second] = [opened.value.takeSlot(), opened.value.takeSlot()];
  expect(second).toBeDefined();
  expect(opened.value.takeSlot()).toBeUndefined();
  first?.[Symbol.dispose]();
  first?.[Symbol.dispose]();
  expect(opened.value.takeSlot()).toBeDefined();
  expect(opened.value.takeSlot()).toBeUndefined();
});

test.each<[header: string | undefined, ms: number | undefined]>([
  ["2", 2_000],
  ["0.5", 500],
  ["Wed, 21 Oct 2026 07:28:10 GMT", 10_000],
  ["Wed, 21 Oct 2026 07:27:00 GMT", 0],
  ["-1", undefined],
  ["soon", undefined],
  ["2026", 2_026_000],
  [undefined, undefined],
])("[IN32] a retry-after of %s is %s ms", (header, ms) => {
  expect(retryAfterMs(header, Date.UTC(2026, 9, 21, 7, 28, 0))).toBe(ms);
});

const facts = {
  host: "models.example",
  modelId: "m",
  contextTokens: 100,
  promptTokens: 20,
  epochNowMs: 0,
  redact: (text: string) => text,
};
const decide = (status: number, body: unknown) =>
  decideRefusal({ status, body: JSON.stringify(body), retryAfter: undefined }, facts);

test.each<[title: string, status: number, body: unknown, tokens: number, tokensMax: number]>([
  [
    "llama-server with its figures",
    400,
    {
      error: { type: "exceed_context_size_error", n_prompt_tokens: 300, n_ctx: 128 },
    },
    300,
    128,
  ],
  ["OpenAI's code, with ours", 400, { error: { code: "context_length_exceeded" } }, 101, 100],
  ["vLLM's words", 400, { message: "This model's maximum context length is 99" }, 101, 100],
  ["a body that is too large", 413, {}, 101, 100],
])("[IN33] a prompt that is too long: %s", (_title, status, body, tokens, tokensMax) => {
  const error = { kind: "prompt-too-long", tokens, tokensMax };
  expect(decide(status, body)).toEqual({ kind: "fail", error });
});

test("[IN33] an account without funds is denied, not busy", () => {
  const decision = decide(429, { error: { code: "insufficient_quota" } });
  expect(decision).toMatchObject({ error: { kind: "access-denied" } });
});

test("[IN33] an endpoint's words are cut", () => {
  const decision = decide(500, { error: { message: "x".repeat(10_000) } });
  expect(JSON.stringify(decision).length).toBeLessThan(wireLimits.detailCharsMax + 100);
});
