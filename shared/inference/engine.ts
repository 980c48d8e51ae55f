/**
 * The engine port: what every inference back end does, whatever runs behind it.
 *
 * Owns the shapes only. Adapters live in `web/worker` and `edge/host`; supervision owns an engine's
 * life.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN1  Every generation ends with exactly one outcome event, and nothing follows it.
 *   IN2  When an engine generation is declared dead, everything in flight ends `engine-lost` at
 *        once.
 *   IN3  A cancelled generation is acknowledged within `cancelAckMsMax`, or the engine is killed.
 *   IN4  A request is validated before anything reaches a back end.
 *   IN5  A lane is a semaphore that refuses: a request beyond the slots fails `busy`, it never
 *        queues.
 *   IN6  A request cancelled by its owner ends `cancelled`, even when the engine had to be killed
 *        for it.
 *   IN7  Half a stop string is never shown, and nothing behind a stop string is.
 *   IN8  A software WebGPU adapter is never preferred over the cpu lane; a test switch forces it.
 *   IN9  A lane is declared from dispatches counted while a real token was made, never from a flag.
 *   IN10 Equal prompt prefixes are computed once where the engine can fork its cache; usage says
 *        so.
 *   IN11 A model file of the wrong size or hash is refused by name and never kept.
 *   IN13 A reply to a request with choices is exactly one of them and ends there; an engine that
 *        cannot promise that refuses the request by field.
 *   IN20 A reply to a request with a schema, unless `tokensMax` cut it, is one JSON text valid by
 *        it; an engine that cannot promise that refuses the request by field.
 */

import type { Result } from "../base/result.ts";
import type { ModelProfile } from "./model-profile.ts";

export interface PromptSegment {
  /** Content key: equal keys in equal order mean an equal prefix, so that caches can be reused. */
  readonly key: string;
  /** `script` for raw text (starter), else a chat role. */
  readonly role: "script" | "system" | "user" | "assistant";
  readonly text: string;
  /** Of a user's segment, before its text; only for models that see (`seesImages`). */
  readonly images?: readonly PromptImage[];
}

export interface PromptImage {
  /** SHA-256 of `bytes`, lower-case hex: equal pictures have equal keys. */
  readonly sha256: string;
  readonly mimeType: "image/jpeg" | "image/png" | "image/webp";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface GenerateRequest {
  readonly requestId: string;
  readonly persona: string;
  readonly segments: readonly PromptSegment[];
  /** Text of this reply that people have already seen; the engine continues right behind it. */
  readonly continueText: string;
  readonly stop: readonly string[];
  readonly seed: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  readonly tokensMax: number;
  /**
   * The reply is exactly one of these texts (IN13). Goes with an empty `continueText` and a
   * `tokensMax` of at least `choiceTokensMin` (IN14).
   */
  readonly choices?: readonly string[];
  /**
   * The reply is one JSON text valid by `schema`, itself the text of a JSON Schema (IN20). Goes
   * with an empty `continueText` and without `stop` and `choices` (IN21).
   */
  readonly json?: { readonly schema: string };
}

export interface Usage {
  readonly promptTokens: number;
  /** Part of `promptTokens` that was in a cache and not computed again. */
  readonly cachedTokens: number;
  readonly generatedTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  /** True where the back end told no counts and these are estimates (IN34). */
  readonly isEstimated?: true;
}

/** Why an engine could not do something. Plain data: crosses workers and reaches the screen. */
export type EngineError =
  | { readonly kind: "host-unreachable"; readonly host: string; readonly detail: string }
  /** The endpoint does not know us: its key is missing, wrong, or without funds. */
  | { readonly kind: "access-denied"; readonly host: string }
  | { readonly kind: "wrong-bytes"; readonly file: string; readonly detail: string }
  | { readonly kind: "webgpu-missing" }
  | { readonly kind: "feature-missing"; readonly feature: string }
  | { readonly kind: "storage-full"; readonly bytesNeeded: number }
  | { readonly kind: "out-of-memory" }
  | { readonly kind: "device-lost"; readonly detail: string }
  | { readonly kind: "model-unknown"; readonly modelId: string }
  /** Its files are not on this device: never fetched, or cleared by the browser. */
  | { readonly kind: "not-downloaded"; readonly modelId: string }
  | { readonly kind: "not-loaded" }
  | { readonly kind: "prompt-too-long"; readonly tokens: number; readonly tokensMax: number }
  | { readonly kind: "request-invalid"; readonly field: string; readonly detail: string }
  | { readonly kind: "busy"; readonly slots: number }
  | { readonly kind: "deadline"; readonly afterMs: number }
  | { readonly kind: "cancelled" }
  | { readonly kind: "internal"; readonly detail: string };

export type GenerateOutcome =
  | { readonly kind: "done"; readonly finish: "stop" | "length"; readonly usage: Usage }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly error: EngineError }
  | { readonly kind: "engine-lost"; readonly generation: number };

export type GenerateEvent =
  | { readonly kind: "prefilled"; readonly promptTokens: number; readonly cachedTokens: number }
  | { readonly kind: "text"; readonly text: string; readonly tokens: number }
  | { readonly kind: "outcome"; readonly outcome: GenerateOutcome };

/**
 * Where a model really runs. Declared by measurement, never assumed: `cpu` is shown as such, and
 * what runs behind an HTTP endpoint is `unknown`.
 */
export type Lane = "webgpu" | "webgpu-software" | "cpu" | "unknown";

export interface LoadProgress {
  readonly phase: "downloading" | "loading" | "warming-up";
  readonly file: string;
  readonly bytesDone: number;
  /** Undefined while the total is not known. */
  readonly bytesTotal: number | undefined;
}

/**
 * How prompts are laid out so that little is computed twice (D34). `own-script`: every persona has
 * a prompt of her own behind a prefix that all share; for engines whose caches fork or that hold
 * several. `shared-script`: one script that only grows, for engines with one cache that is reused
 * when everything but the newest message is equal.
 */
export type PromptLayoutKind = "own-script" | "shared-script";

export interface LoadedModel {
  readonly modelId: string;
  readonly lane: Lane;
  readonly contextTokens: number;
  readonly slots: number;
  readonly adapter: string;
  /** False where `continueText` is refused (chat templates of web-llm): start the reply again. */
  readonly continuesText: boolean;
  /** False where `choices` are refused: ask for free text, or decide without this engine. */
  readonly constrainsChoice: boolean;
  /** False where `json` is refused: ask for free text and read what came. */
  readonly constrainsJson: boolean;
  readonly promptLayout: PromptLayoutKind;
  /** False where a segment with images is refused. */
  readonly seesImages: boolean;
}

export interface ProbeReport {
  /** Time to one real token. */
  readonly firstTokenMs: number;
}

export interface Engine {
  /** Counts starts of the back end; everything of an earlier generation is dead. */
  readonly generation: number;
  /** Makes `profile` ready to generate. Aborting cancels the work. */
  load(
    profile: ModelProfile,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<LoadedModel, EngineError>>;
  /** Single consumer. Aborting cancels the work; the last event is then `cancelled`. */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>;
  /** Generates one real token: readiness and health. */
  probe(signal: AbortSignal): Promise<Result<ProbeReport, EngineError>>;
  unload(signal: AbortSignal): Promise<void>;
}
