/**
 * What an endpoint's refusal means for a reply: wait and ask again, or a typed error.
 *
 * Pure. Servers say one thing in several shapes; the table holds those of OpenAI, llama-server,
 * vLLM, Ollama and LM Studio. Only here is an endpoint's message read, to tell a prompt that is too
 * long from another bad request where no code says so.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN32  A busy endpoint is asked again after what it says, `busyRetriesMax` times and not beyond
 *         `busyWaitMsMax`; then the reply fails `busy`, and so do others until that time has come.
 *   IN33  What an endpoint refuses is typed: the key, the model, the prompt's length, its own
 *         failure.
 */

import type { EngineError } from "../inference/mod.ts";
import { fieldsOf, parseJson } from "./chat-chunk.ts";
import { wireLimits } from "./limits.ts";

export interface Refusal {
  readonly status: number;
  /** Bounded by `refusalBytesMax`. */
  readonly body: string;
  /** The header as it came. */
  readonly retryAfter: string | undefined;
}

export interface RefusalFacts {
  readonly host: string;
  readonly modelId: string;
  readonly contextTokens: number;
  /** Estimated, for an endpoint that does not tell. */
  readonly promptTokens: number;
  /** Of the wall clock, for a retry-after that names a time. */
  readonly epochNowMs: number;
  readonly redact: (text: string) => string;
}

export type RefusalDecision =
  | { readonly kind: "fail"; readonly error: EngineError }
  /** `afterMs` is undefined where the endpoint does not say. */
  | { readonly kind: "busy"; readonly afterMs: number | undefined };

const TOO_LONG = /context[ _-]?(length|size|window)|maximum context|too long/i;

export function decideRefusal(refusal: Refusal, facts: RefusalFacts): RefusalDecision {
  const { status } = refusal;
  const reason = reasonOf(refusal.body);
  const fail = (error: EngineError): RefusalDecision => ({ kind: "fail", error });
  if (status === 401 || status === 403 || status === 402 || reason.code === "insufficient_quota") {
    return fail({ kind: "access-denied", host: facts.host }); // Its words may repeat the key.
  }
  if (status === 429 || status === 503) {
    return { kind: "busy", afterMs: retryAfterMs(refusal.retryAfter, facts.epochNowMs) };
  }
  if (isTooLong(status, reason)) {
    const tokens = reason.tokens ?? Math.max(facts.promptTokens, facts.contextTokens + 1);
    const tokensMax = reason.tokensMax ?? facts.contextTokens;
    return fail({ kind: "prompt-too-long", tokens, tokensMax });
  }
  if (status === 404) return fail({ kind: "model-unknown", modelId: facts.modelId });
  const words = facts.redact(reason.message).slice(0, wireLimits.detailCharsMax);
  const detail = `${status} ${reason.code} ${words}`.trim();
  if (status === 502 || status === 504) {
    return fail({ kind: "host-unreachable", host: facts.host, detail });
  }
  return status >= 400 && status < 500
    ? fail({ kind: "request-invalid", field: "request", detail })
    : fail({ kind: "internal", detail });
}

/** Seconds or a date, by RFC 9110; undefined for anything else. Never below 0. */
export function retryAfterMs(header: string | undefined, epochNowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}(\.\d{1,3})?$/.test(text)) return Math.round(Number(text) * 1_000);
  const at = text.endsWith("GMT") ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - epochNowMs);
}

interface Reason {
  readonly code: string;
  readonly message: string;
  readonly tokens: number | undefined;
  readonly tokensMax: number | undefined;
}

function reasonOf(body: string): Reason {
  const outer = fieldsOf(parseJson(body)) ?? {};
  const inner = fieldsOf(outer["error"]) ?? outer;
  const textOf = (value: unknown): string => typeof value === "string" ? value : "";
  const countOf = (value: unknown): number | undefined =>
    Number.isSafeInteger(value) && (value as number) > 0 ? value as number : undefined;
  return {
    code: (textOf(inner["code"]) || textOf(inner["type"])).slice(0, wireLimits.detailCharsMax),
    message: textOf(inner["message"]) || textOf(outer["error"]),
    tokens: countOf(inner["n_prompt_tokens"]),
    tokensMax: countOf(inner["n_ctx"]),
  };
}

function isTooLong(status: number, { code, message }: Reason): boolean {
  if (status === 413 || code === "context_length_exceeded") return true;
  if (code === "exceed_context_size_error") return true; // llama-server
  return (status === 400 || status === 422 || status === 500) && TOO_LONG.test(message);
}
