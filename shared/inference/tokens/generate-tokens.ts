/**
 * The generation loop: prefill in pieces from the longest kept prefix, then token by token.
 *
 * Owns the order of runs, cancellation between them and the usage figures. Does not own the model,
 * the kept prefixes or where text goes.
 *
 * Rules: IN3 (a cancel is seen between two runs, and runs are short), IN10, IN99 (messages are let
 * in each `yieldMs`, and not between any two tokens).
 */

import type { GenerateRequest, Usage } from "../engine.ts";
import type { BackEndOutcome, GenerateSink } from "../back-end.ts";
import { inferenceLimits } from "../limits.ts";
import { decodeChoice } from "./decode-choice.ts";
import { createDetokeniser } from "./detokeniser.ts";
import { adaptPiece, nextPiece, prefillLimits, type TokenPrompt } from "./prefill-plan.ts";
import { createSampler, hasBadLogits, sampleToken } from "./sampling.ts";
import { isStutter } from "./stutter.ts";
import type { TokenCache, TokenModel, TokenRun } from "./token-model.ts";
import {
  badLogitsOutcome,
  detokeniseContext,
  type GenerateDeps,
  type TokenReply,
} from "./token-reply.ts";

/** Rejects only when the runtime fails, after which nothing can run in this worker. */
export async function generateTokens(
  deps: GenerateDeps,
  prompt: TokenPrompt,
  request: GenerateRequest,
  sink: GenerateSink,
  signal: AbortSignal,
): Promise<BackEndOutcome> {
  // A choice takes no more than its longest spelling and an end.
  const replyTokensMax = prompt.choices === undefined
    ? request.tokensMax
    : prompt.choices.pathTokensMax + 1;
  const promptTokensMax = deps.model.contextTokens - replyTokensMax;
  if (prompt.ids.length > promptTokensMax) {
    const tokens = prompt.ids.length;
    const error = { kind: "prompt-too-long", tokens, tokensMax: promptTokensMax } as const;
    return { kind: "failed", error, isFatal: false };
  }
  const startedAtMs = deps.now();
  const prefill = await prefillPrompt(deps, prompt, signal);
  if (prefill === undefined) return { kind: "cancelled" };
  const prefilledAtMs = deps.now();
  const counted = { promptTokens: prompt.ids.length, cachedTokens: prefill.cachedTokens };
  sink.prefilled(counted.promptTokens, counted.cachedTokens);
  const usageOf = (generatedTokens: number): Usage => ({
    ...counted,
    generatedTokens,
    prefillMs: prefilledAtMs - startedAtMs,
    decodeMs: deps.now() - prefilledAtMs,
  });
  const reply: TokenReply = { prompt, prefilled: prefill.run, request, sink, usageOf };
  return prompt.choices === undefined
    ? await decodeReply(deps, reply, signal)
    : await decodeChoice(deps, prompt.choices, reply, signal);
}

interface Prefill {
  readonly run: TokenRun;
  readonly cachedTokens: number;
}

async function prefillPrompt(
  { model, prefixes, now, yieldTurn }: GenerateDeps,
  prompt: TokenPrompt,
  signal: AbortSignal,
): Promise<Prefill | undefined> {
  const prefix = prefixes.find(prompt);
  const cachedTokens = prefix?.ids.length ?? 0;
  let past: TokenCache | undefined = prefix?.cache;
  let run: TokenRun | undefined;
  let pieceTokens: number = prefillLimits.pieceTokensFirst;
  for (let from = cachedTokens;;) {
    const piece = nextPiece(prompt, from, pieceTokens);
    if (piece === undefined) break;
    const startedAtMs = now();
    run = await model.run(prompt.ids.slice(piece.from, piece.to), past);
    pieceTokens = adaptPiece(pieceTokens, now() - startedAtMs);
    prefixes.releaseUnkept(past);
    past = run.cache;
    from = piece.to;
    if (piece.isShared) prefixes.keep({ ids: prompt.ids.slice(0, piece.to), cache: run.cache });
    await yieldTurn();
    if (signal.aborted) {
      prefixes.releaseUnkept(past);
      return undefined;
    }
  }
  return run === undefined ? undefined : { run, cachedTokens };
}

async function decodeReply(
  deps: GenerateDeps,
  { prompt, prefilled, request, sink, usageOf }: TokenReply,
  signal: AbortSignal,
): Promise<BackEndOutcome> {
  const { model, prefixes } = deps;
  const next = createSampler(request.seed);
  const text = createDetokeniser((ids) => model.decode(ids), detokeniseContext(prompt));
  let run = prefilled;
  let finish: "stop" | "length" = "length";
  let count = 0;
  const said: number[] = [];
  let yieldedAtMs = deps.now();
  while (count < request.tokensMax) {
    if (hasBadLogits(run.logits)) return badLogitsOutcome;
    const token = nextToken(run.logits, request, said, model.decode, next);
    said.push(token);
    count += 1;
    if (model.endTokens.has(token)) {
      finish = "stop";
      break;
    }
    const verdict = await sink.text(text.push(token), 1, signal);
    if (verdict === "stop") finish = "stop";
    if (deps.now() - yieldedAtMs >= inferenceLimits.yieldMs) { // IN99
      await deps.yieldTurn();
      yieldedAtMs = deps.now();
    }
    if (signal.aborted || verdict === "stop" || count === request.tokensMax) break;
    const past = run.cache;
    run = await model.run([token], past);
    prefixes.releaseUnkept(past);
  }
  prefixes.releaseUnkept(run.cache);
  if (signal.aborted) return { kind: "cancelled" };
  const rest = text.flush();
  if (rest !== "") await sink.text(rest, 0, signal);
  return { kind: "done", finish, usage: usageOf(count) };
}

/** Draws until the token is no stutter (IN12); each one that was is left out of the next draw. */
function nextToken(
  logits: Float32Array,
  { temperature, topP }: GenerateRequest,
  said: readonly number[],
  decode: TokenModel["decode"],
  next: () => number,
): number {
  for (;;) {
    const token = sampleToken(logits, temperature, topP, next);
    if (!isStutter(said, token, decode) || logits[token] === -Infinity) return token;
    logits[token] = -Infinity;
  }
}
