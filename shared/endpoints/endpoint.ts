/**
 * One endpoint as the engine asks it: for a reply, and whether it is there.
 *
 * Owns the waits for an answer and the asking again. Does not own the reply's stream (reply.ts) nor
 * what a broken line means for the engine (openai-engine.ts).
 *
 * Rules (shared/SPEC.md, section IN): IN32, IN35, IN40.
 */

import { raceFirst } from "../base/mod.ts";
import type { EngineError, GenerateRequest } from "../inference/mod.ts";
import type { Clock, HttpFetch, HttpResponse } from "../ports/mod.ts";
import { estimatePromptTokens, toChatBody } from "./chat-request.ts";
import { type HttpEngineLimits, wireLimits } from "./limits.ts";
import type { Provider } from "./provider.ts";
import { decideRefusal, type Refusal, retryAfterMs } from "./refusal.ts";

export interface EndpointDeps {
  readonly provider: Provider;
  readonly clock: Clock;
  readonly fetch: HttpFetch;
  readonly limits: HttpEngineLimits;
  /** What the endpoint calls the model. */
  readonly modelName: string;
  /** Asked to see whether the endpoint is there, and whether it still loads (503). */
  readonly healthUrl: string;
}

export type Answer =
  | { readonly kind: "stream"; readonly body: NonNullable<HttpResponse["body"]> }
  | { readonly kind: "failed"; readonly error: EngineError }
  /** No answer within `silenceMsMax`. */
  | { readonly kind: "silent" }
  /** The connection failed: refused, reset, no such host. */
  | { readonly kind: "broken"; readonly detail: string };

/** Time ran out before the work was done. */
export const LATE = Symbol("late");

/** Aborting cancels the wait; the work belongs to whoever began it. */
export async function within<T>(
  clock: Clock,
  ms: number,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T | typeof LATE> {
  return await raceFirst<T | typeof LATE>([
    work,
    async (inner) => {
      await clock.sleep(ms, inner);
      return LATE;
    },
  ], signal);
}

/**
 * Asks for a reply, again where the endpoint is busy for a while. Aborting cancels the work: the
 * request's connection closes, then and later, while its body is read.
 */
export async function askForReply(
  deps: EndpointDeps,
  request: GenerateRequest,
  contextTokens: number,
  signal: AbortSignal,
): Promise<Answer> {
  const { provider, clock, limits } = deps;
  const busy: Answer = { kind: "failed", error: { kind: "busy", slots: provider.slots } };
  const body = JSON.stringify(toChatBody(request, deps.modelName, provider));
  for (let retries = 0;; retries += 1) {
    const waitMs = provider.busyUntilMs - clock.now();
    if (waitMs > limits.busyWaitMsMax || retries > limits.busyRetriesMax) return busy; // IN32
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    const response = await sendRequest(deps, provider.urlOf("chat/completions"), body, signal);
    if ("kind" in response) return response;
    if (response.ok) {
      return isEventStream(response) && response.body !== null
        ? { kind: "stream", body: response.body }
        : failedInternal(`The endpoint ${provider.host} does not stream`);
    }
    const refusal = await readRefusal(deps, response, signal);
    const decision = decideRefusal(refusal, {
      host: provider.host,
      modelId: deps.modelName,
      contextTokens,
      promptTokens: estimatePromptTokens(request),
      epochNowMs: clock.epochNow(),
      redact: (text) => provider.redact(text),
    });
    if (decision.kind === "fail") return { kind: "failed", error: decision.error };
    markBusy(provider, clock, limits, decision.afterMs ?? limits.busyWaitMsDefault);
  }
}

function markBusy(
  provider: Provider,
  clock: Clock,
  { retryAfterMsMax }: HttpEngineLimits,
  afterMs: number,
): void {
  const untilMs = clock.now() + Math.min(afterMs, retryAfterMsMax);
  provider.busyUntilMs = Math.max(provider.busyUntilMs, untilMs);
}

function failedInternal(detail: string): Answer {
  return { kind: "failed", error: { kind: "internal", detail } };
}

async function sendRequest(
  deps: EndpointDeps,
  url: string,
  body: string,
  signal: AbortSignal,
): Promise<HttpResponse | Answer> {
  const headers = deps.provider.headers();
  try {
    const response = await within(
      deps.clock,
      deps.limits.silenceMsMax,
      // IN35: a redirect could carry the key to another host.
      () => deps.fetch(url, { method: "POST", headers, body, signal, redirect: "error" }),
      signal,
    );
    return response === LATE ? { kind: "silent" } : response;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return { kind: "broken", detail: describeFetchError(error) };
  }
}

/**
 * The endpoint's status when it is looked at, or undefined when it does not answer in time. One
 * that is busy and says for how long is remembered so (IN40).
 */
export async function lookAt(
  { provider, clock, fetch, limits, healthUrl }: EndpointDeps,
  signal: AbortSignal,
): Promise<number | undefined> {
  const request = new AbortController();
  const either = AbortSignal.any([signal, request.signal]);
  try {
    const { authorization } = provider.headers();
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const options = { method: "GET", headers, signal: either, redirect: "error" } as const;
    const response = await within(clock, limits.lookMsMax, () => fetch(healthUrl, options), signal);
    if (response === LATE) return undefined;
    const { status } = response;
    const retryAfter = response.headers.get("retry-after") ?? undefined;
    if (status === 429 || status === 503) {
      markBusy(provider, clock, limits, retryAfterMs(retryAfter, clock.epochNow()) ?? 0);
    }
    return status;
  } catch { // Only the connection fails here: then the endpoint is not there.
    signal.throwIfAborted();
    return undefined;
  } finally {
    request.abort("looked"); // nobody reads the body
  }
}

async function readRefusal(
  { clock, limits }: EndpointDeps,
  response: HttpResponse,
  signal: AbortSignal,
): Promise<Refusal> {
  const retryAfter = response.headers.get("retry-after") ?? undefined;
  const body = await within(
    clock,
    limits.lookMsMax,
    () => readStart(response, wireLimits.refusalBytesMax),
    signal,
  );
  return { status: response.status, retryAfter, body: body === LATE ? "" : body };
}

/** The first bytes of a body; one that breaks off says what had come. */
export async function readStart(response: HttpResponse, bytesMax: number): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    while (reader !== undefined && bytes < bytesMax) {
      const { done, value } = await reader.read();
      if (done || value === undefined) break;
      bytes += value.byteLength;
      text += decoder.decode(value, { stream: true });
    }
  } catch { // The connection broke: the status says enough.
    return text;
  }
  // Owned by nobody: what the endpoint still has to say about its refusal is not wanted.
  void reader?.cancel().catch(() => undefined);
  return text;
}

function isEventStream(response: HttpResponse): boolean {
  return (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
}

/** The cause's code (`ECONNREFUSED`) where there is one; never an address with a key. */
export function describeFetchError(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === "object" && cause !== null && "code" in cause
    ? cause.code
    : undefined;
  if (typeof code === "string") return code;
  return cause instanceof Error ? cause.message.slice(0, wireLimits.detailCharsMax) : "no answer";
}
