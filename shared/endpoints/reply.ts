/**
 * The stream of one reply: from bytes to events of the engine port.
 *
 * Owns the text that is held back, the counts and the deadlines. Does not own the request, which
 * its caller aborts when the reply is over, whatever ended it.
 *
 * Rules (shared/SPEC.md, section IN): IN7, IN13, IN20, IN30 and
 *   IN34  Where an endpoint tells no counts, usage is estimated and says so.
 *   IN36  An endpoint that is silent for `silenceMsMax`, or talks for longer than `replyMsMax`,
 *         ends its reply as `deadline`; comments of a stream are no sign of life. However a reply
 *         ends, its connection does.
 */

import type { Clock, HttpResponse } from "../ports/mod.ts";
import {
  emptyStopScan,
  type EngineError,
  flushStopText,
  type GenerateEvent,
  type GenerateOutcome,
  type GenerateRequest,
  pushStopText,
  type StopScan,
  type Usage,
} from "../inference/mod.ts";
import { type ChatPiece, decodeChatEvent, parseJson, type ReportedUsage } from "./chat-chunk.ts";
import { estimatePromptTokens, estimateTokens, readChoice } from "./chat-request.ts";
import { describeFetchError, LATE, within } from "./endpoint.ts";
import { createEventReader, type StreamEvent } from "./event-stream.ts";
import { type HttpEngineLimits, wireLimits } from "./limits.ts";

export type ReplyEnd =
  | { readonly kind: "outcome"; readonly outcome: GenerateOutcome }
  | { readonly kind: "silent" }
  | { readonly kind: "broken"; readonly detail: string };

export interface ReplyDeps {
  readonly clock: Clock;
  readonly limits: HttpEngineLimits;
  readonly request: GenerateRequest;
  /** Monotonic time at which the endpoint was asked. */
  readonly startedAtMs: number;
  /** What an error inside the stream means. */
  readonly errorOf: (status: number, body: string) => EngineError;
}

type Body = NonNullable<HttpResponse["body"]>;
type Chunk = Extract<ChatPiece, { readonly kind: "chunk" }>;

/** What has come of a reply. */
interface Progress {
  scan: StopScan;
  /** All text, as it came. */
  whole: string;
  pieces: number;
  /** Pieces since the last text event. */
  piecesHeld: number;
  firstAtMs: number | undefined;
  finish: Chunk["finish"];
  usage: ReportedUsage | undefined;
}

/** Aborting cancels the wait for the next bytes and rejects with `signal.reason`. */
export async function* readReply(
  body: Body,
  deps: ReplyDeps,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, ReplyEnd> {
  const progress: Progress = {
    scan: emptyStopScan,
    whole: "",
    pieces: 0,
    piecesHeld: 0,
    firstAtMs: undefined,
    finish: undefined,
    usage: undefined,
  };
  for await (const event of readEvents(body, deps, signal)) {
    signal.throwIfAborted(); // IN31: one piece of the stream may hold several events.
    if ("kind" in event) {
      // The rest of a reply that said it was over may be missing: it would be its usage.
      return progress.finish === undefined ? event : yield* endReply(progress, deps);
    }
    const piece = decodeChatEvent(event);
    if (!piece.ok) return failed({ kind: "internal", detail: `Cannot read: ${piece.error}` });
    switch (piece.value.kind) {
      case "end":
        return yield* endReply(progress, deps);
      case "error":
        return failed(deps.errorOf(piece.value.status, piece.value.body));
      case "chunk":
        yield* takeChunk(progress, piece.value, deps);
    }
    if (progress.scan.stopped) return yield* endReply(progress, deps); // IN7
    const charsMax = deps.request.tokensMax * wireLimits.charsPerTokenMax;
    if (progress.whole.length > charsMax) return yield* endReply(progress, deps);
  }
  return { kind: "broken", detail: "The stream ended" };
}

/** The events of a stream; the last item says how it ended where it did not end by itself. */
async function* readEvents(
  body: Body,
  { clock, limits, startedAtMs }: ReplyDeps,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent | ReplyEnd> {
  const source = body.getReader();
  const events = createEventReader(wireLimits.eventCharsMax);
  let heardAtMs = clock.now();
  try {
    for (;;) {
      const leftMs = startedAtMs + limits.replyMsMax - clock.now();
      // Comments keep a line open, as llama-server's pings do; they say nothing of the reply.
      const quietMs = heardAtMs + limits.silenceMsMax - clock.now();
      const waitMs = Math.min(quietMs, leftMs);
      // Asked first: bytes that are here already would win every race against no time at all.
      const read = waitMs <= 0 ? LATE : await within(clock, waitMs, () => source.read(), signal);
      if (read === LATE && leftMs <= quietMs) { // IN36
        return yield failed({ kind: "deadline", afterMs: limits.replyMsMax });
      }
      if (read === LATE) return yield { kind: "silent" };
      if (read.done || read.value === undefined) {
        return yield { kind: "broken", detail: "The stream ended in the middle" };
      }
      const pushed = events.push(read.value);
      if (!pushed.ok) return yield failed({ kind: "internal", detail: pushed.error.kind }); // IN30
      if (pushed.value.length > 0) heardAtMs = clock.now();
      yield* pushed.value;
    }
  } catch (error) {
    signal.throwIfAborted();
    yield { kind: "broken", detail: describeFetchError(error) };
  } finally {
    // Node 20 can lose the signal of a request whose answer has begun to a garbage collection; its
    // stream ends the connection all the same. Not waited for: what is left of it is nobody's.
    source.cancel("reply over").catch(() => undefined);
  }
}

function* takeChunk(
  progress: Progress,
  chunk: Chunk,
  { clock, request }: ReplyDeps,
): Generator<GenerateEvent> {
  progress.usage = chunk.usage ?? progress.usage;
  progress.finish = chunk.finish ?? progress.finish;
  if (chunk.text === "") return;
  if (progress.firstAtMs === undefined) {
    progress.firstAtMs = clock.now();
    yield prefilledOf(progress, request);
  }
  progress.whole += chunk.text;
  progress.pieces += 1;
  progress.piecesHeld += 1;
  if (request.choices !== undefined) return; // Shown when it is whole (IN13).
  const step = pushStopText(progress.scan, chunk.text, request.stop);
  progress.scan = step.scan;
  if (step.text !== "") yield textEvent(progress, step.text);
}

function* endReply(progress: Progress, deps: ReplyDeps): Generator<GenerateEvent, ReplyEnd> {
  const { request, clock } = deps;
  const { choices, json } = request;
  if (progress.finish === "filtered") {
    return failed({ kind: "internal", detail: "The endpoint filtered the reply" });
  }
  if (progress.firstAtMs === undefined) yield prefilledOf(progress, request);
  const firstAtMs = progress.firstAtMs ?? clock.now();
  if (choices !== undefined) {
    const choice = readChoice(parseJson(progress.whole), choices);
    if (choice === undefined) return failed({ kind: "internal", detail: "The reply is no choice" });
    yield textEvent(progress, choice);
  } else {
    const held = flushStopText(progress.scan);
    if (held !== "") yield textEvent(progress, held);
  }
  const wasCut = progress.finish === "length" ||
    progress.finish === undefined && !progress.scan.stopped;
  if (json !== undefined && !wasCut && parseJson(progress.whole) === undefined) {
    return failed({ kind: "internal", detail: "The reply is no JSON" }); // IN20
  }
  const usage: Usage = {
    ...countsOf(progress, request),
    prefillMs: firstAtMs - deps.startedAtMs,
    decodeMs: clock.now() - firstAtMs,
  };
  const finish = wasCut && choices === undefined ? "length" : "stop";
  return { kind: "outcome", outcome: { kind: "done", finish, usage } };
}

function countsOf(
  { usage, whole, pieces }: Progress,
  request: GenerateRequest,
): Omit<Usage, "prefillMs" | "decodeMs"> {
  if (usage !== undefined) return usage;
  return { // IN34
    promptTokens: estimatePromptTokens(request),
    cachedTokens: 0,
    generatedTokens: Math.min(request.tokensMax, Math.max(pieces, estimateTokens(whole))),
    isEstimated: true,
  };
}

function prefilledOf({ usage }: Progress, request: GenerateRequest): GenerateEvent {
  const promptTokens = usage?.promptTokens ?? estimatePromptTokens(request);
  return { kind: "prefilled", promptTokens, cachedTokens: usage?.cachedTokens ?? 0 };
}

function textEvent(progress: Progress, text: string): GenerateEvent {
  const tokens = progress.piecesHeld;
  progress.piecesHeld = 0;
  return { kind: "text", text, tokens };
}

function failed(error: EngineError): ReplyEnd {
  return { kind: "outcome", outcome: { kind: "failed", error } };
}
