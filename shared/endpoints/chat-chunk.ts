/**
 * What one event of a chat completion stream says. Pure; unknown members are read over.
 *
 * The shape is that of OpenAI's `chat.completion.chunk`, as llama-server, vLLM, Ollama and LM
 * Studio send it too.
 */

import { err, ok, type Result } from "../base/mod.ts";
import type { StreamEvent } from "./event-stream.ts";

export interface ReportedUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly generatedTokens: number;
}

export type ChatPiece =
  | { readonly kind: "end" }
  /** The endpoint's own error inside a stream, in the shape of its refusals. */
  | { readonly kind: "error"; readonly status: number; readonly body: string }
  | {
    readonly kind: "chunk";
    readonly text: string;
    readonly finish: "stop" | "length" | "filtered" | undefined;
    readonly usage: ReportedUsage | undefined;
  };

type Fields = Readonly<Record<string, unknown>>;

/** The error says what is not of the shape; it holds nothing of the content. */
export function decodeChatEvent(event: StreamEvent): Result<ChatPiece, string> {
  if (event.data.trim() === "[DONE]") return ok({ kind: "end" });
  const value = parseJson(event.data);
  const fields = fieldsOf(value);
  if (fields === undefined) return err("an event is no JSON object");
  if (event.name === "error" || isThere(fields["error"])) {
    const { code } = fieldsOf(fields["error"]) ?? fields;
    const isStatus = Number.isSafeInteger(code) && (code as number) >= 400 &&
      (code as number) < 600;
    return ok({ kind: "error", status: isStatus ? code as number : 500, body: event.data });
  }
  const choices = fields["choices"];
  if (!Array.isArray(choices)) return err("a chunk has no choices");
  const choice = fieldsOf(choices[0]); // the chunk with the usage has none
  const content = fieldsOf(choice?.["delta"])?.["content"];
  if (isThere(content) && typeof content !== "string") return err("a chunk's content is no text");
  return ok({
    kind: "chunk",
    text: typeof content === "string" ? content : "",
    finish: finishOf(choice?.["finish_reason"]),
    usage: usageOf(fields["usage"]),
  });
}

function finishOf(reason: unknown): "stop" | "length" | "filtered" | undefined {
  if (!isThere(reason)) return undefined;
  if (reason === "length") return "length";
  return reason === "content_filter" ? "filtered" : "stop";
}

function usageOf(value: unknown): ReportedUsage | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const promptTokens = countOf(fields["prompt_tokens"]);
  const generatedTokens = countOf(fields["completion_tokens"]);
  if (promptTokens === undefined || generatedTokens === undefined) return undefined;
  const cached = countOf(fieldsOf(fields["prompt_tokens_details"])?.["cached_tokens"]) ?? 0;
  return { promptTokens, cachedTokens: Math.min(cached, promptTokens), generatedTokens };
}

function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? value as number : undefined;
}

/** Neither absent nor null. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function fieldsOf(value: unknown): Fields | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value as Fields : undefined;
}

/** Undefined for text that is no JSON: the caller names it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch { // It throws for nothing but text that is not JSON.
    return undefined;
  }
}
