import { expect, test } from "vitest";
import type { GenerateRequest } from "../engine.ts";
import type { GenerateSink } from "../back-end.ts";
import { inferenceLimits } from "../limits.ts";
import { generateTokens } from "./generate-tokens.ts";
import { prefillLimits } from "./prefill-plan.ts";
import { createPrefixStore } from "./prefix-store.ts";
import type { TokenCache, TokenModel } from "./token-model.ts";

const END = 0;

/**
 * Says token n + 1 after token n, and ends behind 9; counts what it computes and holds. A run takes
 * `runMs`.
 */
function setup(runMs: number = inferenceLimits.yieldMs) {
  let clockMs = 0;
  const runs: number[] = [];
  const live = new Set<TokenCache>();
  const state = { runs, live, badAtRun: -1, failAtRun: -1 };
  const model: TokenModel = {
    contextTokens: 64,
    endTokens: new Set([END]),
    decode: (ids) => ids.map((id) => ` ${id}`).join(""),
    run(ids, past) {
      if (past !== undefined && !live.has(past)) throw new Error("The tensor is disposed");
      runs.push(ids.length);
      clockMs += runMs;
      if (runs.length === state.failAtRun) return Promise.reject(new Error("run failed"));
      const logits = new Float32Array(10);
      logits[((ids.at(-1) ?? 0) + 1) % 10] = 5;
      if (runs.length === state.badAtRun) logits.fill(Number.NaN);
      const cache = { tokens: (past?.tokens ?? 0) + ids.length };
      live.add(cache);
      return Promise.resolve({ logits, cache });
    },
    release: (cache) => void live.delete(cache),
  };
  const prefixes = createPrefixStore(model);
  const deps = { model, prefixes, now: () => clockMs, yieldTurn: () => Promise.resolve() };
  return { ...state, state, deps, prefixes };
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
    tokensMax: 20,
    ...overrides,
  };
}

function recordingSink(stopAfter = Infinity) {
  const seen: unknown[] = [];
  const sink: GenerateSink = {
    prefilled: (...counts) => void seen.push(counts),
    text(text) {
      seen.push(text);
      return Promise.resolve(seen.length > stopAfter ? "stop" : "go-on");
    },
  };
  return { seen, sink };
}

const prompt = { ids: [3, 4, 5, 6], sharedTokens: 2 };
const noAbort = new AbortController().signal;

test("[IN1] runs the prompt, then token by token to the end token", async () => {
  const { deps, runs, live } = setup();
  const { seen, sink } = recordingSink();
  const outcome = await generateTokens(deps, prompt, request(), sink, noAbort);
  expect(seen).toEqual([[4, 0], " 7", " 8", " 9"]);
  expect(outcome).toMatchObject({ kind: "done", finish: "stop", usage: { generatedTokens: 4 } });
  expect(runs).toEqual([2, 2, 1, 1, 1]);
  expect(live.size).toBe(1); // the kept prefix and nothing else
});

test("[IN10] a second persona starts behind the shared part", async () => {
  const { deps, runs } = setup();
  await generateTokens(deps, prompt, request({ tokensMax: 1 }), recordingSink().sink, noAbort);
  const other = { ids: [3, 4, 8], sharedTokens: 2 };
  const { seen, sink } = recordingSink();
  await generateTokens(deps, other, request({ tokensMax: 1 }), sink, noAbort);
  expect(runs).toEqual([2, 2, 1]);
  expect(seen[0]).toEqual([3, 2]);
});

test("[IN10] beyond its limit the oldest prefix is freed, and all are with the store", async () => {
  const { deps, live, prefixes } = setup();
  for (let first = 1; first <= prefillLimits.prefixesMax + 2; first += 1) {
    const own = { ids: [first, 4, 5], sharedTokens: 2 };
    await generateTokens(deps, own, request(), recordingSink().sink, noAbort);
  }
  expect(live.size).toBe(prefillLimits.prefixesMax);
  prefixes.clear();
  expect(live.size).toBe(0);
});

test("a prompt that leaves no room for the reply is refused with both figures", async () => {
  const { deps, runs } = setup();
  const ids = Array.from({ length: 45 }, () => 1);
  const long = { ids, sharedTokens: 0 };
  const outcome = await generateTokens(deps, long, request(), recordingSink().sink, noAbort);
  const error = { kind: "prompt-too-long", tokens: 45, tokensMax: 44 };
  expect(outcome).toEqual({ kind: "failed", error, isFatal: false });
  expect(runs).toEqual([]);
});

test.each([1, 2, 3])("[IN3] an abort before run %i ends cancelled and frees all", async (at) => {
  const { deps, live, prefixes, runs } = setup();
  const controller = new AbortController();
  const yieldTurn = () => {
    if (runs.length === at) controller.abort();
    return Promise.resolve();
  };
  const outcome = await generateTokens(
    { ...deps, yieldTurn },
    prompt,
    request(),
    recordingSink().sink,
    controller.signal,
  );
  expect(outcome).toEqual({ kind: "cancelled" });
  expect(runs.length).toBe(at);
  prefixes.clear();
  expect(live.size).toBe(0);
});

test.each([
  { ofYieldMs: 1, at: [1, 2, 3, 4, 5] },
  { ofYieldMs: 1 / 2, at: [1, 3, 5] },
  { ofYieldMs: 1 / 4, at: [1, 5] },
])("[IN99] runs of $ofYieldMs yieldMs let messages in behind $at", async ({ ofYieldMs, at }) => {
  const { deps, runs } = setup(inferenceLimits.yieldMs * ofYieldMs);
  const yields: number[] = [];
  const yieldTurn = () => Promise.resolve(void yields.push(runs.length));
  const own = { ids: [4], sharedTokens: 0 };
  await generateTokens({ ...deps, yieldTurn }, own, request(), recordingSink().sink, noAbort);
  expect(runs.length).toBe(6); // The prompt in one, and what follows 5 to 9.
  expect(yields).toEqual(at);
});

test("[IN7] a stop string ends the reply as stop", async () => {
  const { deps, live } = setup();
  const { seen, sink } = recordingSink(1);
  const outcome = await generateTokens(deps, prompt, request(), sink, noAbort);
  expect(seen).toEqual([[4, 0], " 7"]);
  expect(outcome).toMatchObject({ kind: "done", finish: "stop", usage: { generatedTokens: 1 } });
  expect(live.size).toBe(1);
});

test("tokensMax ends the reply as length", async () => {
  const { deps } = setup();
  const { sink } = recordingSink();
  const outcome = await generateTokens(deps, prompt, request({ tokensMax: 2 }), sink, noAbort);
  expect(outcome).toMatchObject({ finish: "length", usage: { generatedTokens: 2 } });
});

test("logits that are no numbers fail the worker, not only the reply", async () => {
  const { deps, state } = setup();
  state.badAtRun = 2;
  const broken = { ...deps };
  const { sink } = recordingSink();
  const outcome = await generateTokens(broken, prompt, request(), sink, noAbort);
  expect(outcome).toMatchObject({ kind: "failed", isFatal: true });
});

test("a failed run rejects: the worker core makes it fatal", async () => {
  const { deps, state } = setup();
  state.failAtRun = 3;
  const { sink } = recordingSink();
  await expect(generateTokens(deps, prompt, request(), sink, noAbort)).rejects.toThrow(
    "run failed",
  );
});
