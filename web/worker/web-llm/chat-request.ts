/**
 * From our request to the library's, and from its figures to ours. Pure.
 *
 * Rules (shared/SPEC.md, section IN): IN24 (images, byte for byte).
 */

import {
  type ChatMessage,
  type GenerateRequest,
  imageUrl,
  type PromptSegment,
  toChatMessages,
  type Usage,
} from "#shared/inference/mod.ts";
import type { ChatCompletionMessageParam, ChatCompletionRequestStreaming } from "@mlc-ai/web-llm";

export function toChatRequest(request: GenerateRequest): ChatCompletionRequestStreaming {
  return {
    messages: toChatMessages(request.segments).map(toMessage),
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: request.tokensMax,
    temperature: request.temperature,
    top_p: request.topP,
    seed: request.seed,
    stop: [...request.stop],
    ...(request.choices === undefined ? {} : {
      response_format: { type: "grammar", grammar: toChoiceGrammar(request.choices) },
    }),
    // IN20: the library makes a grammar of the schema, and masks as it does for choices.
    ...(request.json === undefined ? {} : {
      response_format: { type: "json_object", schema: request.json.schema },
    }),
  };
}

/**
 * The choices (one line each, IN14) as alternatives of the library's EBNF; its grammar engine then
 * masks every token that leads to none, and the end before a whole one (IN13, IN15).
 */
export function toChoiceGrammar(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `"${choice.replace(/["\\]/g, "\\$&")}"`);
  return `root ::= ${quoted.join(" | ")}`;
}

function toMessage({ role, text, images = [] }: ChatMessage): ChatCompletionMessageParam {
  if (images.length > 0) { // IN24; IN22 lets a user's through alone.
    const shown = images.map((image) => {
      return { type: "image_url", image_url: { url: imageUrl(image) } } as const;
    });
    return { role: "user", content: [{ type: "text", text }, ...shown] };
  }
  switch (role) {
    case "system":
      return { role: "system", content: text };
    case "assistant":
      return { role: "assistant", content: text };
    case "user":
    case "script": // refused by validation for chat models
      return { role: "user", content: text };
  }
}

/**
 * What the library holds after a reply. It reuses its cache only when everything before the new
 * last message equals this, and only when the reply ended by itself (read in 0.2.86).
 */
export interface HeldConversation {
  readonly segments: readonly PromptSegment[];
  readonly tokens: number;
}

/** Tokens that the library will not prefill again: its own rule, computed beside it. */
export function heldTokens(
  held: HeldConversation | undefined,
  segments: readonly PromptSegment[],
): number {
  if (held === undefined) return 0;
  const [before, now] = [toChatMessages(held.segments), toChatMessages(segments)];
  if (now.length !== before.length + 1) return 0;
  const isSame = before.every((message, index) => sayOf(message) === sayOf(now[index]));
  return isSame ? held.tokens : 0;
}

function sayOf(message: ChatMessage | undefined): string {
  const pictures = message?.images?.map(({ sha256 }) => sha256) ?? [];
  return JSON.stringify([message?.role, message?.text, ...pictures]);
}

/**
 * What is missing of a stop string whose beginning was shown. The library streams each token as it
 * comes, but cuts its own `kept` text once a stop string is whole, without a word (IN7).
 */
export function restOfStop(shown: string, kept: string, stops: readonly string[]): string {
  if (kept.length >= shown.length) return "";
  const stop = stops.find((one) => (kept + one).startsWith(shown));
  return stop === undefined ? "" : (kept + stop).slice(shown.length);
}

/** About four bytes a token: the library tells its count only at the end. */
export function estimateTokens(segments: readonly PromptSegment[]): number {
  const bytes = segments.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
  return Math.ceil(bytes / 4);
}

export interface Timing {
  readonly startedAtMs: number;
  readonly firstAtMs: number;
  readonly endedAtMs: number;
}

/** `prefilled` and `generated` are the library's counts; it leaves out what it had in its cache. */
export function toUsage(
  prefilled: number,
  generated: number,
  cachedTokens: number,
  timing: Timing,
): Usage {
  return {
    promptTokens: prefilled + cachedTokens,
    cachedTokens,
    generatedTokens: generated,
    prefillMs: timing.firstAtMs - timing.startedAtMs,
    decodeMs: timing.endedAtMs - timing.firstAtMs,
  };
}
