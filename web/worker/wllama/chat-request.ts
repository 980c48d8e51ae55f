/** From our request to llama.cpp's, and from its figures to ours. Pure. */

import { type GenerateRequest, toChatMessages, type Usage } from "#shared/inference/mod.ts";

/** The fields of a chat completion that are used; llama.cpp ignores none of them. */
export interface LlamaRequest {
  readonly messages: readonly {
    readonly role: "system" | "user" | "assistant";
    readonly content: string;
  }[];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly top_p: number;
  readonly top_k: number;
  readonly min_p: number;
  readonly seed: number;
  readonly id_slot: number;
  readonly cache_prompt: true;
  readonly timings_per_token: true;
  readonly grammar?: string;
  readonly response_format?: {
    readonly type: "json_schema";
    readonly json_schema: { readonly name: string; readonly schema: unknown };
  };
}

/** Seeds are 32 bits there. */
const SEEDS = 2 ** 32 - 1;

/** `plain` makes a text of anybody's harmless for this model (`createPlainText`). */
export function toLlamaRequest(
  request: GenerateRequest,
  slot: number,
  plain: (text: string) => string,
): LlamaRequest {
  const { continueText, choices, json } = request;
  const messages = toChatMessages(request.segments).map(({ role, text }) => ({
    // Scripts are refused by validation for chat models.
    role: role === "script" ? "user" as const : role,
    content: plain(text),
  }));
  // The template opens the assistant's message and leaves it open.
  const begun = { role: "assistant" as const, content: plain(continueText) };
  return {
    messages: continueText === "" ? messages : [...messages, begun],
    max_tokens: request.tokensMax,
    temperature: request.temperature,
    top_p: request.topP,
    // Its own defaults would cut the distribution beside top_p.
    top_k: 0,
    min_p: 0,
    seed: request.seed % SEEDS,
    id_slot: slot,
    cache_prompt: true,
    timings_per_token: true,
    ...(choices === undefined ? {} : { grammar: toChoiceGrammar(choices) }),
    ...(json === undefined ? {} : {
      response_format: {
        type: "json_schema",
        json_schema: { name: "reply", schema: JSON.parse(json.schema) as unknown },
      },
    }),
  };
}

/**
 * Makes texts no more than texts (IN52). Half a character becomes U+FFFD, as every text encoder
 * does: llama.cpp's parser throws at it, and an exception there ends every request. What looks like
 * a sign of the model's own gets U+200B behind its first character: llama.cpp would take it for the
 * sign, and so a line of the room for the end of a turn.
 */
export function createPlainText(controlTokens: readonly string[]): (text: string) => string {
  const signs = controlTokens.map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const sign = signs.length === 0 ? undefined : new RegExp(signs.join("|"), "gu");
  return (text) => {
    const whole = text.replace(/\p{Surrogate}/gu, "\uFFFD");
    return sign === undefined ? whole : whole.replace(sign, breakUp);
  };
}

function breakUp(sign: string): string {
  const [first = "", ...rest] = sign;
  return `${first}\u200B${rest.join("")}`;
}

/** The choices (one line each, IN14) as alternatives of GBNF (IN13). */
export function toChoiceGrammar(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `"${choice.replace(/["\\]/g, "\\$&")}"`);
  return `root ::= ${quoted.join(" | ")}`;
}

/** What every chunk tells about the work so far; `prompt_n` leaves out what was in the cache. */
export interface LlamaTimings {
  readonly cache_n: number;
  readonly prompt_n: number;
  readonly prompt_ms: number;
  readonly predicted_n: number;
  readonly predicted_ms: number;
}

export function toUsage(timings: LlamaTimings): Usage {
  return {
    promptTokens: timings.cache_n + timings.prompt_n,
    cachedTokens: timings.cache_n,
    generatedTokens: timings.predicted_n,
    prefillMs: Math.max(0, timings.prompt_ms),
    decodeMs: Math.max(0, timings.predicted_ms),
  };
}
