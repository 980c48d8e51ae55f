import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { createChoiceTrie } from "../choice-trie.ts";
import type { GenerateRequest } from "../engine.ts";
import type { GenerateSink } from "../back-end.ts";
import { generateTokens } from "./generate-tokens.ts";
import { prefillLimits } from "./prefill-plan.ts";
import { createPrefixStore } from "./prefix-store.ts";
import { createSampler } from "./sampling.ts";
import type { TokenCache, TokenModel } from "./token-model.ts";

const END = 0;
const VOCABULARY = 128;
const codes = (text: string): number[] => [...text].map((char) => char.codePointAt(0) ?? 0);

/** A model of letters that wants to say `wish`, with chance by `taste`; counts its runs. */
function setup(wish: string, taste = 0) {
  const runs: number[][] = [];
  const live = new Set<TokenCache>();
  const state = { badAtRun: -1 };
  const chance = createSampler(taste);
  const model: TokenModel = {
    contextTokens: 64,
    endTokens: new Set([END]),
    decode: (ids) => ids.map((id) => (id === END ? "" : String.fromCodePoint(id))).join(""),
    run(ids, past) {
      if (past !== undefined && !live.has(past)) throw new Error("The tensor is disposed");
      runs.push([...ids]);
      const logits = new Float32Array(VOCABULARY).map(() => (taste === 0 ? 0 : chance() * 4));
      const tokens = (past?.tokens ?? 0) + ids.length;
      const wanted = tokens < PROMPT.ids.length ? END : codes(wish)[tokens - PROMPT.ids.length];
      logits[wanted ?? END] = 9;
      if (runs.length === state.badAtRun) logits.fill(Number.NaN);
      const cache = { tokens };
      live.add(cache);
      return Promise.resolve({ logits, cache });
    },
    release: (cache) => void live.delete(cache),
  };
  let clockMs = 0;
  const prefixes = createPrefixStore(model);
  const deps = { model, prefixes, now: () => clockMs++, yieldTurn: () => Promise.resolve() };
  return { deps, runs, live, state, prefixes };
}

const PROMPT = { ids: codes("Who?"), sharedTokens: 2 };

function promptOf(choices: readonly string[]) {
  const paths = choices.map((choice) => ({ choice, tokens: codes(choice) }));
  const trie = createChoiceTrie(paths, new Set([END]));
  if (!trie.ok) throw new Error(trie.error.kind);
  return { ...PROMPT, choices: trie.value };
}

function request(overrides: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    requestId: "r",
    persona: "p",
    segments: [],
    continueText: "",
    stop: [],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 32,
    ...overrides,
  };
}

function recordingSink() {
  const seen: string[] = [];
  const sink: GenerateSink = {
    prefilled: () => undefined,
    text(text) {
      seen.push(text);
      return Promise.resolve("go-on");
    },
  };
  return { seen, sink };
}

const noAbort = new AbortController().signal;

test.each<[wish: string, choices: readonly string[], said: string]>([
  ["Bo, I think", ["Ann", "Bo", "Anna"], "Bo"],
  ["Anna", ["Ann", "Bo", "Anna"], "Anna"],
  ["Ann", ["Ann", "Bo", "Anna"], "Ann"],
  ["Anne", ["Ann", "Bo", "Anna"], "Ann"],
  ["Zoe", ["Ann", "Bo"], "Ann"], // No wish is a choice: the likeliest of equals is the first.
  ["papapapa", ["papapapapa", "papa"], "papapapapa"], // A name may stutter (IN12 is for replies).
])("[IN13, IN16] wishing to say %j among %j it says %j", async (wish, choices, said) => {
  const { deps, live } = setup(wish);
  const { seen, sink } = recordingSink();
  const outcome = await generateTokens(deps, promptOf(choices), request(), sink, noAbort);
  expect(seen.join("")).toBe(said);
  expect(outcome).toMatchObject({ kind: "done", finish: "stop" });
  expect(live.size).toBe(1); // the kept prefix and nothing else
});

test("[IN13] whatever the model wants, the reply is a choice, the same for the same seed", async () => {
  const choicesOf = fc.uniqueArray(fc.stringMatching(/^[ab]{1,5}$/), { minLength: 1 });
  const sampling = fc.record({
    seed: fc.nat(),
    temperature: fc.constantFrom(0, 0.5, 1, 2),
    topP: fc.constantFrom(0.1, 0.9, 1),
  });
  const property = fc.asyncProperty(
    choicesOf,
    sampling,
    fc.string(),
    fc.nat(),
    async (choices, how, wish, taste) => {
      const replies = [];
      for (const _ of [1, 2]) {
        const { deps, live } = setup(wish, taste);
        const { seen, sink } = recordingSink();
        const outcome = await generateTokens(deps, promptOf(choices), request(how), sink, noAbort);
        expect(choices).toContain(seen.join(""));
        expect(outcome).toMatchObject({ kind: "done", finish: "stop" });
        expect(live.size).toBe(1);
        replies.push(seen.join(""));
      }
      expect(replies[1]).toBe(replies[0]);
    },
  );
  await fc.assert(property);
});

test("[IN15] at temperature 1 every choice comes up", async () => {
  const choices = ["Ann", "Anna", "Bo"];
  const said = new Set<string>();
  for (let seed = 0; seed < 100; seed += 1) {
    const { deps } = setup("", 3);
    const { seen, sink } = recordingSink();
    const asked = request({ seed, temperature: 2 });
    await generateTokens(deps, promptOf(choices), asked, sink, noAbort);
    said.add(seen.join(""));
  }
  expect([...said].toSorted()).toEqual(choices);
});

test("[IN15] where one token can follow the model is not run, and what was said is run at once", async () => {
  const { deps, runs } = setup("Maria");
  const { sink } = recordingSink();
  const prompt = promptOf(["Marit", "Maria", "Bo"]);
  const outcome = await generateTokens(deps, prompt, request(), sink, noAbort);
  expect(runs.slice(2)).toEqual([codes("Mari")]); // the prompt took two
  expect(outcome).toMatchObject({ usage: { promptTokens: 4, generatedTokens: 5 } });
});

test("[IN1] usage counts an end that was drawn", async () => {
  const { deps } = setup("Ann");
  const prompt = promptOf(["Ann", "Anna"]);
  const outcome = await generateTokens(deps, prompt, request(), recordingSink().sink, noAbort);
  expect(outcome).toMatchObject({ usage: { generatedTokens: 4 } });
});

test("[IN3] a long stretch without a fork is run in short pieces", async () => {
  const { pieceTokensMin } = prefillLimits;
  const name = "x".repeat(pieceTokensMin + 5);
  const { deps, runs } = setup(`${name}a`);
  const prompt = promptOf([`${name}a`, `${name}b`]);
  await generateTokens(deps, prompt, request(), recordingSink().sink, noAbort);
  expect(runs.slice(2).map((ids) => ids.length)).toEqual([pieceTokensMin, 5]);
});

test.each([1, 2, 3, 4])("[IN3] an abort at turn %i ends cancelled and frees all", async (at) => {
  const { deps, live, prefixes } = setup("Anna");
  const controller = new AbortController();
  let turns = 0;
  const yieldTurn = () => {
    turns += 1;
    if (turns === at) controller.abort();
    return Promise.resolve();
  };
  const { seen, sink } = recordingSink();
  const prompt = promptOf(["Ann", "Anna", "Bo"]);
  const tools = { ...deps, yieldTurn };
  const outcome = await generateTokens(tools, prompt, request(), sink, controller.signal);
  expect(outcome).toEqual({ kind: "cancelled" });
  expect(seen.join("")).toBe("Anna".slice(0, Math.max(0, at - 2))); // the prompt takes two turns
  prefixes.clear();
  expect(live.size).toBe(0);
});

test("logits that are no numbers fail the worker, not only the choice", async () => {
  const { deps, state } = setup("Anna");
  state.badAtRun = 3;
  const prompt = promptOf(["Ann", "Anna"]);
  const outcome = await generateTokens(deps, prompt, request(), recordingSink().sink, noAbort);
  expect(outcome).toMatchObject({ kind: "failed", isFatal: true });
});

test("a prompt needs room for the longest choice, not for all of tokensMax", async () => {
  const { deps } = setup("Ann");
  const sink = recordingSink().sink;
  const choices = promptOf(["Ann", "Anna"]);
  const fits = { ...choices, ids: codes("x".repeat(59)) };
  const asked = request({ tokensMax: 60 });
  expect((await generateTokens(deps, fits, asked, sink, noAbort)).kind).toBe("done");
  const tooLong = { ...choices, ids: codes("x".repeat(60)) };
  expect(await generateTokens(deps, tooLong, asked, sink, noAbort)).toMatchObject({
    error: { kind: "prompt-too-long", tokens: 60, tokensMax: 59 },
  });
});
