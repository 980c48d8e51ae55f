/** The adapter on the installed web-llm's own engine code, and what that code does by itself. */

import type { ChatCompletionRequestStreaming } from "@mlc-ai/web-llm";
import { expect, test } from "vitest";
import {
  emptyStopScan,
  findReplyNonsense,
  flushStopText,
  type GenerateRequest,
  type GenerateSink,
  type ModelProfile,
  type PromptSegment,
  pushStopText,
} from "#shared/inference/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { starterProfile } from "../../models/catalogue.ts";
import { yieldTurn } from "../yield-turn.ts";
import { createWebLlmOn } from "./back-end.ts";
import { openLibraryEngine } from "./library-engine.contract.ts";

const MODEL_ID = "scripted";
const profile: ModelProfile = {
  ...starterProfile,
  id: MODEL_ID,
  engine: "web-llm",
  embedded: false,
  promptFormat: "chat",
  contextTokens: 4096,
};

const asked = (text: string): PromptSegment => ({ key: text, role: "user", text });

function requestOf(
  segments: readonly PromptSegment[],
  overrides: Partial<GenerateRequest> = {},
): GenerateRequest {
  return {
    requestId: "rq_1",
    persona: "ps_1",
    segments: [{ key: "s", role: "system", text: "Ann and Bo talk." }, ...segments],
    continueText: "",
    stop: [],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 64,
    ...overrides,
  };
}

/** What a person sees: as the worker's port cuts it. */
function createSeen(stops: readonly string[], onText: () => void = () => undefined) {
  let scan = emptyStopScan;
  let text = "";
  const sink: GenerateSink = {
    prefilled: () => undefined,
    text(piece) {
      const step = pushStopText(scan, piece, stops);
      scan = step.scan;
      text += step.text;
      onText();
      return Promise.resolve("go-on");
    },
  };
  return { sink, text: () => text + flushStopText(scan) };
}

const settings = { modelHost: { weights: "", libraries: "" }, force: undefined };
const plainDeps = { settings, now: () => 0, findReplyNonsense };

async function openBackEnd() {
  const { engine, model, library } = openLibraryEngine(MODEL_ID);
  const backEnd = createWebLlmOn(() => Promise.resolve(library), plainDeps);
  const loaded = await backEnd.load(profile, () => undefined, noAbort);
  expect(loaded.ok ? undefined : loaded.error).toBeUndefined();
  async function say(request: GenerateRequest, signal: AbortSignal = noAbort, onText?: () => void) {
    const seen = createSeen(request.stop, onText);
    const outcome = await backEnd.generate(request, seen.sink, signal);
    const usage = outcome.kind === "done" ? outcome.usage : undefined;
    return { outcome, usage, text: seen.text(), read: model.prefills.at(-1) };
  }
  return { engine, model, say };
}

test("[IN71] a model that answers a greeting with nonsense does not load", async () => {
  const { model, library } = openLibraryEngine(MODEL_ID);
  model.replies.push(Array.from({ length: 10 }, () => "!"));
  const backEnd = createWebLlmOn(() => Promise.resolve(library), plainDeps);
  const detail = `Cannot use "${profile.id}": it says only "!"`;
  expect(await backEnd.load(profile, () => undefined, noAbort)).toEqual({
    ok: false,
    error: { kind: "internal", detail },
  });
});

test("[IN7] a stop string that came in pieces is not shown, nor is its beginning", async () => {
  const { model, say } = await openBackEnd();
  model.replies.push(["Hello", "Bo", "says:", "no"], ["Well", "Bo", "is", "here"]);
  const stop = ["Bo says:"];
  expect((await say(requestOf([asked("hi")], { stop }))).text).toBe("Hello ");
  expect((await say(requestOf([asked("hi")], { stop }))).text).toBe("Well Bo is here");
});

test("[IN80] told as cached is what the library's own rule leaves in its cache", async () => {
  const { model, say } = await openBackEnd();
  model.replies.push(["Hello", "Bo", "says:"], ["yes", "indeed"], ["then", "that"], ["so"]);
  const stop = ["Bo says:"];
  const talk = [asked("good morning to you both")];
  for (const [at, tokensMax] of [64, 64, 2, 64].entries()) {
    const before = model.cacheTokens;
    const { usage, text, read } = await say(requestOf(talk, { stop, tokensMax }));
    // The first has nothing before it; the last comes behind a reply that met its limit.
    const held = at === 0 || at === 3 ? 0 : before;
    expect(usage?.cachedTokens).toBe(held);
    expect(usage?.promptTokens).toBe(held + (read ?? 0));
    expect((usage?.promptTokens ?? 0) + (usage?.generatedTokens ?? 0) - 1).toBe(model.cacheTokens);
    talk.push({ key: `r${at}`, role: "assistant", text }, asked(`and ${at}?`));
  }
});

test("[IN80] a reply that was cancelled leaves nothing that is told as cached", async () => {
  const { model, say } = await openBackEnd();
  model.replies.push(["one", "two", "three"], ["four"]);
  const controller = new AbortController();
  const cut = await say(requestOf([asked("count")]), controller.signal, () => controller.abort());
  expect(cut.outcome).toEqual({ kind: "cancelled" });
  const again = [asked("count"), { key: "r", role: "assistant", text: cut.text } as const];
  const next = await say(requestOf([...again, asked("go on")]));
  expect(next.usage?.cachedTokens).toBe(0);
  expect(next.usage?.promptTokens).toBe(next.read);
});

test("[IN81] a cancel before the library listens is told again", async () => {
  const { engine, model, say } = await openBackEnd();
  model.replies.push(Array.from({ length: 40 }, (_, at) => `w${at}`), ["well"]);
  const controller = new AbortController();
  const { create } = engine.chat.completions;
  // Between the request and the stream's first step, where the library clears the flag.
  engine.chat.completions.create = (async (request: Parameters<typeof create>[0]) => {
    const stream = await create.call(engine.chat.completions, request);
    controller.abort();
    return stream;
  }) as typeof create;
  let tokens = 0;
  model.onToken = () => tokens += 1;
  const { outcome } = await say(requestOf([asked("count")]), controller.signal);
  expect(outcome).toEqual({ kind: "cancelled" });
  expect(tokens).toBeLessThan(4);
  engine.chat.completions.create = create;
  expect((await say(requestOf([asked("hi")]))).text).toBe("well");
});

test("[IN98] between two tokens the worker does what waits for it", async () => {
  const { engine, model, say } = await openBackEnd();
  model.replies.push(["one", "two", "three"]);
  const create = engine.chat.completions.create.bind(engine.chat.completions);
  const done: boolean[] = [];
  async function* watch(request: ChatCompletionRequestStreaming) {
    for await (const chunk of await create(request)) {
      let isDone = false;
      void yieldTurn().then(() => (isDone = true)); // Settles with the next task, whoever waits.
      yield chunk;
      if (chunk.choices.length > 0) done.push(isDone); // The last chunk only counts.
    }
  }
  const watched = (request: ChatCompletionRequestStreaming) => Promise.resolve(watch(request));
  engine.chat.completions.create = watched as unknown as typeof create;
  await say(requestOf([asked("count")]));
  expect(done.length).toBeGreaterThan(3);
  expect(done).not.toContain(false);
});

const bare = (text: string) => ({ messages: [{ role: "user" as const, content: text }] });

test("the library frees its queue when a stream is left (0.2.79 does not)", async () => {
  const { engine, model } = openLibraryEngine(MODEL_ID);
  model.replies.push(["one", "two", "three"], ["well"]);
  for await (
    const chunk of await engine.chat.completions.create({
      ...bare("count"),
      stream: true,
    })
  ) {
    if (chunk.choices[0]?.delta.content === "one") break;
  }
  const next = await engine.chat.completions.create(bare("hi"));
  expect(next.choices[0]?.message.content).toBe("well");
});

test("the library forgets an interrupt of nothing (0.2.79 ends the next reply)", async () => {
  const { engine, model } = openLibraryEngine(MODEL_ID);
  model.replies.push(["well", "then"]);
  await engine.interruptGenerate();
  const next = await engine.chat.completions.create(bare("hi"));
  expect(next.choices[0]).toMatchObject({
    finish_reason: "stop",
    message: { content: "well then" },
  });
});

test.each<[what: string, change: object, message: RegExp]>([
  ["a grammar", { response_format: { type: "grammar", grammar: 'root ::= "a"' } }, /grammar/],
  ["several replies", { n: 2 }, /n <= 1/],
])("the library journals no request with %s (decision 0030)", async (_what, change, message) => {
  const { engine } = openLibraryEngine(MODEL_ID);
  const request = { ...bare("hi"), extra_body: { resumable: { enabled: true } }, ...change };
  await expect(engine.chat.completions.create(request)).rejects.toThrow(message);
});
