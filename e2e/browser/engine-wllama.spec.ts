/** The production wllama back end on real llama.cpp, with the weights of the starter as a GGUF. */

import type { Page } from "@playwright/test";
import type { GenerateRequest, ModelProfile } from "#shared/inference/mod.ts";
import { toolDecision } from "#shared/session/decisions/tool-choice.ts";
import { toolLimits } from "#shared/session/tools/limits.ts";
import type { Tool, ToolArgument } from "#shared/session/tools/tool.ts";
import { makeStarterGguf, SCRIPT_TEMPLATE, toTemplateText } from "../support/gguf/starter-gguf.ts";
import { referenceTexts } from "./starter-references.ts";
import type { Generated } from "./harness/harness.ts";
import {
  defaultSettings,
  expect,
  reportContract,
  ROOM_TEXT,
  starterProfile,
  test,
} from "./engine-fixtures.ts";

const open = { worker: "wllama", settings: defaultSettings } as const;

const profile: ModelProfile = {
  ...starterProfile,
  id: "brought-starter",
  engine: "wllama",
  promptFormat: "chat",
  embedded: false,
  contextTokens: 512,
  contextBytes: 512 * 5 * 192 * 2 * 2,
  files: [{ path: "starter.gguf", url: "", bytes: undefined, sha256: undefined }],
};

const starter = makeStarterGguf({ chatTemplate: SCRIPT_TEMPLATE, contextTokens: 512 });

function request(ask: string, overrides: Partial<GenerateRequest> = {}): GenerateRequest {
  const cue =
    `Mirko: ${ask}\n<|cue|>Rhoda: a household robot that blinks a lot | for all\n<|reply|>`;
  return {
    requestId: "rq_1",
    persona: "ps_rhoda",
    segments: [
      { key: "room", role: "system", text: toTemplateText(ROOM_TEXT) },
      { key: `cue:${ask}`, role: "user", text: toTemplateText(cue) },
    ],
    continueText: "",
    stop: [],
    seed: 3,
    temperature: 0.9,
    topP: 0.95,
    tokensMax: 24,
    ...overrides,
  };
}

test.beforeEach(async ({ page }) => {
  await page.route("**/brought/**", (route) => route.fulfill({ body: Buffer.from(starter) }));
});

test("[IN9, IN50] without a GPU of half floats the lane says cpu", async ({ page }) => {
  const { result, progress } = await page.evaluate(([o, p]) => {
    harness.open(o);
    return harness.load(p);
  }, [open, profile] as const);
  expect(result).toMatchObject({ ok: true, value: { lane: "cpu", adapter: "", slots: 1 } });
  const read = progress.filter(({ phase }) => phase === "loading");
  expect(read.at(-1)?.bytesDone).toBe(starter.length);
  expect(read.map(({ bytesDone }) => bytesDone)).toEqual(
    read.map(({ bytesDone }) => bytesDone).toSorted((a, b) => a - b),
  );
  expect(progress.at(-1)?.phase).toBe("warming-up");
  expect((await page.evaluate(() => harness.probe())).ok).toBe(true);
});

test("[IN50] forced onto a GPU that it cannot use, the model is refused by feature", async ({ page }) => {
  const forced = { ...open, settings: { ...defaultSettings, force: "webgpu" as const } };
  const { result } = await page.evaluate(([o, p]) => {
    harness.open(o);
    return harness.load(p);
  }, [forced, profile] as const);
  const kinds = ["feature-missing", "webgpu-missing"];
  expect(kinds).toContain(!result.ok && result.error.kind);
});

const CONTRACT =
  "[IN1, IN2, IN3, IN4, IN5, IN6, IN7, IN10, IN13, IN14, IN20] the engine contract on llama.cpp";

test(CONTRACT, async ({ page }) => {
  const contract = {
    profile,
    // JSON may come with spaces and line breaks.
    template: request("{ask}", { tokensMax: 64 }),
    forksPrefix: true,
    continuesText: true,
    constrainsChoice: true,
    constrainsJson: true,
  };
  const report = await page.evaluate(([o, c]) => harness.contract(o, c), [open, contract] as const);
  reportContract("wllama on cpu", report);
});

/** Prompts that both tokenisers cut alike: words, no numbers, no contractions, no brackets. */
const PLAIN = /^(?:<\|\w+\|>|[A-Za-z ]|[.,:?!](?=[ \n])|[|]|\n)+$/;

test("[IN1] greedy replies are the starter's own, word for word", async ({ page }) => {
  const plain = referenceTexts().filter(({ prompt }) => PLAIN.test(prompt));
  expect(plain.length).toBeGreaterThan(3);
  const asked = plain.map(({ prompt }) =>
    request("", {
      segments: [{ key: "all", role: "user", text: toTemplateText(prompt) }],
      temperature: 0,
      tokensMax: 56,
    })
  );
  const replies = await ask(page, asked);
  expect(replies.map(({ text }) => text)).toEqual(plain.map(({ text }) => text));
});

/** Opens, loads and asks one after the other. */
async function ask(page: Page, asked: readonly GenerateRequest[], model = profile) {
  return await page.evaluate(async ([o, p, requests]) => {
    harness.open(o);
    const { result } = await harness.load(p);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const replies = [];
    for (const one of requests) replies.push(await harness.generate(one));
    return replies;
  }, [open, model, asked] as const);
}

const cachedOf = ({ outcome }: Generated) =>
  outcome.kind === "done" ? outcome.usage.cachedTokens : -1;

/** The room's text is 168 tokens of each prompt; what a slot holds is found again in it. */
const ROOM_TOKENS = 168;

test("[IN10, IN51] each persona finds the room's text in her slot", async ({ page }) => {
  const words = ["one", "two", "three", "four", "five", "six"];
  const asked = words.map((word, at) =>
    request(`what about number ${word}`, { persona: `ps_${at % 3}` })
  );
  const replies = await ask(page, asked);
  expect(cachedOf(replies[0]!)).toBe(0);
  for (const again of replies.slice(3)) {
    expect(cachedOf(again)).toBeGreaterThanOrEqual(0.9 * ROOM_TOKENS);
  }
});

test("[IN51] personas beyond the slots take turns and all are answered", async ({ page }) => {
  const one = { ...profile, contextBytes: 512 * 1024 ** 2 };
  const asked = ["ps_1", "ps_2", "ps_1"].map((persona) =>
    request("tell me about the garden", { persona, temperature: 0 })
  );
  const replies = await ask(page, asked, one);
  for (const { outcome, text } of replies) {
    expect(outcome.kind).toBe("done");
    expect(text).toBe(replies[0]!.text);
  }
});

test("[IN52] no text and no schema makes llama.cpp throw", async ({ page }) => {
  const texts = [
    "half \ud800 a \udc00 character",
    "nul \u0000 bell \u0007 none \uffff",
    "\u{1f600}",
  ];
  const schemas = [
    '{"type":"string","pattern":"^(["]"}',
    '{"$ref":"#/nowhere"}',
    '{"type":"wat"}',
    '{"properties":7}',
    `${'{"items":'.repeat(100)}{}${"}".repeat(100)}`,
  ];
  const replies = await ask(page, [
    ...texts.map((text) => request(text)),
    ...schemas.map((schema) => request("tell", { json: { schema } })),
    request("tell"),
  ]);
  const outcomes = replies.map(({ outcome }) => outcome);
  for (const outcome of outcomes.slice(0, texts.length)) expect(outcome.kind).toBe("done");
  for (const outcome of outcomes.slice(texts.length, -1)) {
    const error = { kind: "request-invalid", field: "json" };
    expect(outcome).toMatchObject({ kind: "failed", error });
  }
  expect(outcomes.at(-1)?.kind).toBe("done");
});

test("[IN52] a line that looks like a sign of the model costs more than the sign", async ({ page }) => {
  const [text, sign] = await ask(page, [
    request("tell"),
    request("tell <|end|><|end|><|end|><|end|>"),
  ]);
  const promptOf = ({ outcome }: Generated) =>
    outcome.kind === "done" ? outcome.usage.promptTokens : -1;
  // As signs they would be four tokens.
  expect(promptOf(sign!) - promptOf(text!)).toBeGreaterThan(4 * 4);
});

test("[IN20] the schemas of tools are held to", async ({ page }) => {
  const whole = { type: "integer", isRequired: true, about: "", max: Number.MAX_SAFE_INTEGER };
  const text = { type: "string", isRequired: false, about: "", max: 2_000 };
  const args = [{ name: "sides", ...whole }, { name: "why", ...text }] as readonly ToolArgument[];
  const run = () => Promise.reject(new Error("Cannot run: only its schema is asked for"));
  const tool: Tool = { name: "roll", about: "", args, isRepeatable: true, run };
  const { answers } = toolDecision([tool], [tool], toolLimits);
  if (answers.kind !== "json") throw new Error("A tool's choice is no JSON");
  const { schema } = answers;
  const [reply] = await ask(page, [request("roll", { json: { schema }, tokensMax: 300 })]);
  expect(reply?.outcome).toMatchObject({ kind: "done", finish: "stop" });
  expect(["roll", "none"]).toContain(JSON.parse(reply!.text).tool);
});

test("[IN3] a cancel while the prompt is computed is heard, and the worker lives", async ({ page }) => {
  const contextTokens = 4096;
  const long = makeStarterGguf({ chatTemplate: SCRIPT_TEMPLATE, contextTokens });
  await page.route("**/brought/**", (route) => route.fulfill({ body: Buffer.from(long) }));
  const model = { ...profile, contextTokens, contextBytes: 16 * 1024 ** 2 };
  const text = request("the garden and the old trees there. ".repeat(190));
  const [cancelled, next] = await page.evaluate(async ([o, p, r, after]) => {
    harness.open(o);
    await harness.load(p);
    // All of it takes seconds.
    const first = await harness.generate(r, { abortAfterMs: 200 });
    return [first, await harness.generate(after)] as const;
  }, [open, model, text, request("tell")] as const);
  expect(cancelled.events).toEqual([{ kind: "outcome", outcome: { kind: "cancelled" } }]);
  expect(next.outcome.kind).toBe("done");
});

test("[IN53] unloaded and loaded again it answers as before", async ({ page }) => {
  const asked = request("tell me about the garden", { temperature: 0 });
  const [first, second] = await page.evaluate(async ([o, p, r]) => {
    harness.open(o);
    await harness.load(p);
    const before = await harness.generate(r);
    await harness.unload();
    await harness.load(p);
    return [before, await harness.generate(r)] as const;
  }, [open, profile, asked] as const);
  expect(first.outcome.kind).toBe("done");
  expect(second.text).toBe(first.text);
});

test("[IN3] a cancelled load says cancelled, and the next one works", async ({ page }) => {
  const [cancelled, next] = await page.evaluate(async ([o, p]) => {
    harness.open(o);
    return [await harness.load(p, 1), await harness.load(p)] as const;
  }, [open, profile] as const);
  expect(cancelled.result).toEqual({ ok: false, error: { kind: "cancelled" } });
  expect(next.result.ok).toBe(true);
});

test.describe("[IN55] a file that is no whole model is refused by name", () => {
  const bodies = [
    ["garbage", Buffer.alloc(5_000, 7), /gguf-not/],
    ["cut in its tensors", Buffer.from(starter.subarray(0, 3_000_000)), /gguf-cut 3000000 1\d{7}/],
    ["cut in its header", Buffer.from(starter.subarray(0, 20_000)), /gguf-cut 20000/],
  ] as const;
  for (const [title, body, detail] of bodies) {
    test(title, async ({ page }) => {
      await page.route("**/brought/bad/**", (route) => route.fulfill({ body }));
      const [bad, good] = await page.evaluate(async ([o, p]) => {
        harness.open(o);
        return [await harness.load({ ...p, id: "bad" }), await harness.load(p)] as const;
      }, [open, profile] as const);
      expect(bad.result).toMatchObject({
        ok: false,
        error: { kind: "wrong-bytes", file: "starter.gguf", detail: expect.stringMatching(detail) },
      });
      expect(good.result.ok).toBe(true);
    });
  }
});

test("[IN53] a whole file that llama.cpp does not know is refused with its words", async ({ page }) => {
  const metadata = { "general.architecture": { kind: "text", value: "unheard-of" } as const };
  const body = Buffer.from(
    makeStarterGguf({ chatTemplate: SCRIPT_TEMPLATE, contextTokens: 512, metadata }),
  );
  await page.route("**/brought/**", (route) => route.fulfill({ body }));
  const { result } = await page.evaluate(([o, p]) => {
    harness.open(o);
    return harness.load(p);
  }, [open, profile] as const);
  const detail = expect.stringMatching(/unheard-of/);
  expect(result).toMatchObject({ ok: false, error: { kind: "internal", detail } });
});

test("[IN58] a context above all memory is refused before it is read", async ({ page }) => {
  const huge = { ...profile, contextBytes: 8 * 1024 ** 3 };
  const { result } = await page.evaluate(([o, p]) => {
    harness.open(o);
    return harness.load(p);
  }, [open, huge] as const);
  expect(result).toEqual({ ok: false, error: { kind: "out-of-memory" } });
});

test("[IN53] without its WebAssembly the load fails at once", async ({ page }) => {
  await page.route("**/wllama/wllama.wasm", (route) => route.fulfill({ status: 404, body: "" }));
  const { result } = await page.evaluate(([o, p]) => {
    harness.open(o);
    return harness.load(p);
  }, [open, profile] as const);
  const detail = expect.stringMatching(/llama\.cpp ended: .*WebAssembly/);
  expect(result).toMatchObject({ ok: false, error: { kind: "internal", detail } });
});

test("[IN53] a model that is not on this device is unknown", async ({ page }) => {
  await page.route("**/brought/**", (route) => route.fulfill({ status: 404, body: "" }));
  const { result } = await page.evaluate(([o, p]) => {
    harness.open(o);
    return harness.load(p);
  }, [open, profile] as const);
  expect(result).toEqual({ ok: false, error: { kind: "model-unknown", modelId: profile.id } });
});
