/**
 * The web-llm back end: MLC models on WebGPU.
 *
 * Owns one library engine, the way to its files, and the truth about its device: the library
 * tells nobody when the device is lost and cannot load again afterwards (run), so a loss is fatal
 * for the worker. One sequence per model: one slot.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN80  What web-llm is said to hold is what it holds: the reply as the library keeps it, and as
 *         many tokens as its cache has.
 *   IN81  A cancel that web-llm did not hear is told again at its next token.
 *   IN98  Between two tokens of web-llm its worker does what waits for it.
 */

import type { AppConfig, InitProgressReport, MLCEngineInterface } from "@mlc-ai/web-llm";
import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type BackEndOutcome,
  type DeviceFacts,
  type EngineError,
  type GenerateRequest,
  type GenerateSink,
  type LoadedModel,
  type LoadProgress,
  type ModelProfile,
  sanityRequest,
} from "#shared/inference/mod.ts";
import { createOpfsModelFiles } from "../../adapters/opfs-model-files.ts";
import type { BackEnd, BackEndDeps } from "../back-end.ts";
import { inspectDevice } from "../device.ts";
import { watchGpu } from "../gpu-watch.ts";
import { createReplySink } from "../reply-sink.ts";
import { yieldTurn } from "../yield-turn.ts";
import {
  estimateTokens,
  type HeldConversation,
  heldTokens,
  restOfStop,
  toChatRequest,
  toUsage,
} from "./chat-request.ts";
import { toEngineError } from "./library-errors.ts";
import { type ModelAddress, type ModelUrls, resolveModelUrls } from "./model-host.ts";
import { installKeptCaches, openKeptCaches } from "./kept-caches.ts";

/** The library as this back end uses it: a test puts a scripted engine in its place. */
export interface WebLlmLibrary {
  /** The prebuilt record of a model, or undefined. */
  findModel(modelId: string): ModelAddress | undefined;
  readonly libraryPrefix: string;
  /** Makes an engine that knows `modelId` at `urls`, with a context of `contextTokens`. */
  createEngine(
    model: {
      readonly modelId: string;
      readonly urls: ModelUrls;
      readonly contextTokens: number;
      readonly seesImages: boolean;
    },
    onReport: (report: InitProgressReport) => void,
  ): Pick<
    MLCEngineInterface,
    "reload" | "unload" | "interruptGenerate" | "getMessage" | "chat"
  >;
  readonly inspectDevice: () => Promise<DeviceFacts>;
  /** Makes the library find the model's files, or says that they are not here (IN69). */
  readonly warmCache: (
    urls: ModelUrls,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
    modelId: string,
  ) => Promise<Result<void, EngineError>>;
  /** GPU dispatches so far, counted on the queue that the engine uses. */
  readonly dispatchCount: () => number;
}

type LibraryEngine = ReturnType<WebLlmLibrary["createEngine"]>;

/** The real library; its 6 MB are fetched when this is called. */
export async function openWebLlm(): Promise<WebLlmLibrary> {
  const library = await import("@mlc-ai/web-llm");
  return {
    findModel(modelId) {
      const record = library.prebuiltAppConfig.model_list.find((one) => one.model_id === modelId);
      if (record === undefined) return undefined;
      const seesImages = record.model_type === library.ModelType.VLM;
      return { model: record.model, modelLib: record.model_lib, seesImages };
    },
    libraryPrefix: library.modelLibURLPrefix,
    createEngine({ modelId, urls, contextTokens, seesImages }, onReport) {
      const overrides = { context_window_size: contextTokens };
      const model = {
        ...{ model: urls.weights, model_id: modelId, model_lib: urls.library, overrides },
        ...seesImages ? { model_type: library.ModelType.VLM } : {},
      };
      const appConfig: AppConfig = { model_list: [model], cacheBackend: "cache" };
      return new library.MLCEngine({ appConfig, initProgressCallback: onReport, logLevel: "WARN" });
    },
    inspectDevice,
    async warmCache(urls, _onProgress, _signal, modelId) {
      const kept = await openKeptCaches(modelId, urls, createOpfsModelFiles());
      if (!kept.ok) return kept;
      installKeptCaches(kept.value);
      return ok(undefined);
    },
    dispatchCount: () => watchGpu().counters().dispatches,
  };
}

export function createWebLlm(deps: BackEndDeps): BackEnd {
  return createWebLlmOn(openWebLlm, deps);
}

/** The same back end on another library object; for tests. */
export function createWebLlmOn(
  openLibrary: () => Promise<WebLlmLibrary>,
  deps: BackEndDeps,
): BackEnd {
  let engine: LibraryEngine | undefined;
  let held: HeldConversation | undefined;

  async function load(
    profile: ModelProfile,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<LoadedModel, EngineError>> {
    const library = await openLibrary();
    const address = library.findModel(profile.id);
    if (address === undefined) return err({ kind: "model-unknown", modelId: profile.id });
    const facts = await library.inspectDevice();
    const unfit = missingOn(facts, profile);
    if (unfit !== undefined) return err(unfit);
    const urls = withoutLocalName(
      resolveModelUrls(address, deps.settings.modelHost, library.libraryPrefix),
    );
    const warmed = await library.warmCache(urls, onProgress, signal, profile.id);
    if (!warmed.ok) return warmed;
    const { id: modelId, contextTokens } = profile;
    const seesImages = profile.seesImages === true && address.seesImages === true;
    const wanted = { modelId, urls, contextTokens, seesImages };
    const made = library.createEngine(wanted, (report) => {
      const bytesDone = Math.round(report.progress * profile.downloadBytes);
      const bytesTotal = profile.downloadBytes;
      onProgress({ phase: "loading", file: "", bytesDone, bytesTotal });
    });
    const loaded = await reload(made, modelId);
    if (!loaded.ok) return loaded;
    onProgress({ phase: "warming-up", file: "", bytesDone: 0, bytesTotal: undefined });
    const before = library.dispatchCount();
    const warm = await warmUp(made, profile, deps, signal);
    if (!warm.ok) return warm;
    // This library has no other way to compute; no dispatch means that the count is blind (IN9).
    if (library.dispatchCount() === before) {
      return err({ kind: "internal", detail: "a token was made without work on the GPU" });
    }
    engine = made;
    held = undefined;
    const lane = facts.webgpu === "software" ? "webgpu-software" : "webgpu";
    const { adapter } = facts;
    const can = { continuesText: false, constrainsChoice: true, constrainsJson: true };
    const prompt = { promptLayout: "shared-script", seesImages } as const;
    return ok({ modelId, lane, contextTokens, slots: 1, adapter, ...can, ...prompt });
  }

  return {
    load,
    async generate(request, sink, signal) {
      if (engine === undefined) {
        return { kind: "failed", error: { kind: "not-loaded" }, isFatal: false };
      }
      const cachedTokens = heldTokens(held, request.segments);
      held = undefined;
      const streamed = await streamReply(engine, request, { sink, cachedTokens, deps }, signal);
      held = streamed.held;
      return streamed.outcome;
    },
    async unload() {
      watchGpu().expectLoss();
      await engine?.unload();
      engine = undefined;
    },
  };
}

/** The library fetches a model library from "localhost" past its cache; files come from disk. */
function withoutLocalName({ weights, library }: ModelUrls): ModelUrls {
  return { weights, library: library.replace("//localhost", "//127.0.0.1") };
}

function missingOn(facts: DeviceFacts, profile: ModelProfile): EngineError | undefined {
  if (facts.webgpu === "none") return { kind: "webgpu-missing" };
  const feature = profile.requiredFeatures.find((name) => !facts.features.includes(name));
  return feature === undefined ? undefined : { kind: "feature-missing", feature };
}

async function reload(engine: LibraryEngine, modelId: string): Promise<Result<void, EngineError>> {
  try {
    return ok(await engine.reload(modelId));
  } catch (error) {
    return err(toEngineError(error, 0));
  }
}

async function warmUp(
  engine: LibraryEngine,
  profile: ModelProfile,
  deps: BackEndDeps,
  signal: AbortSignal,
): Promise<Result<void, EngineError>> {
  const reply = createReplySink();
  const streaming: Streaming = { sink: reply.sink, cachedTokens: 0, deps };
  const { outcome } = await streamReply(engine, sanityRequest(profile), streaming, signal);
  if (outcome.kind === "failed") return err(outcome.error);
  if (outcome.kind === "cancelled") return err({ kind: "cancelled" });
  const nonsense = deps.findReplyNonsense(reply.text()); // IN71
  if (nonsense === undefined) return ok(undefined);
  return err({ kind: "internal", detail: `Cannot use "${profile.id}": ${nonsense}` });
}

interface Streaming {
  readonly sink: GenerateSink;
  readonly cachedTokens: number;
  readonly deps: BackEndDeps;
}

interface Streamed {
  readonly outcome: BackEndOutcome;
  readonly held: HeldConversation | undefined;
}

async function streamReply(
  engine: LibraryEngine,
  request: GenerateRequest,
  { sink, cachedTokens, deps }: Streaming,
  signal: AbortSignal,
): Promise<Streamed> {
  if (signal.aborted) return { outcome: { kind: "cancelled" }, held: undefined };
  const startedAtMs = deps.now();
  let firstAtMs: number | undefined;
  let text = "";
  let finish: "stop" | "length" | "abort" | "tool_calls" = "abort";
  let counts = { prompt: 0, completion: 0 };
  // One flag per engine; the slot guarantees that it is this generation's.
  const interrupt = () => engine.interruptGenerate();
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    for await (const chunk of await engine.chat.completions.create(toChatRequest(request))) {
      if (firstAtMs === undefined) {
        firstAtMs = deps.now();
        sink.prefilled(estimateTokens(request.segments), cachedTokens);
      }
      if (chunk.usage) {
        counts = { prompt: chunk.usage.prompt_tokens, completion: chunk.usage.completion_tokens };
      }
      const choice = chunk.choices[0];
      if (choice === undefined) continue;
      finish = choice.finish_reason ?? finish;
      const piece = choice.delta.content ?? "";
      text += piece;
      if (!signal.aborted && piece !== "") await sink.text(piece, 1, signal);
      // After a cancel the stream is drained to its end, which frees the library's lock. It clears
      // the flag when it begins: an earlier interrupt is lost and told again (IN81).
      if (signal.aborted) interrupt();
      // IN98: else the library computes the next token within the GPU's answer to this one, which
      // took a tenth longer for each (run; decision 0034).
      await yieldTurn();
    }
    if (finish === "stop" && !signal.aborted) {
      const kept = await engine.getMessage();
      const rest = restOfStop(text, kept, request.stop);
      if (rest !== "") await sink.text(rest, 0, signal); // IN7: the port cuts what is whole.
      text = kept; // IN80
    }
  } catch (error) {
    const failure = toEngineError(error, request.tokensMax);
    const isFatal = !["prompt-too-long", "not-loaded"].includes(failure.kind);
    return { outcome: { kind: "failed", error: failure, isFatal }, held: undefined };
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
  if (signal.aborted) return { outcome: { kind: "cancelled" }, held: undefined };
  const detail = leftForm(request, text, finish);
  if (detail !== undefined) {
    const error = { kind: "internal", detail } as const;
    return { outcome: { kind: "failed", error, isFatal: false }, held: undefined };
  }
  const endedAtMs = deps.now();
  const timing = { startedAtMs, firstAtMs: firstAtMs ?? endedAtMs, endedAtMs };
  const usage = toUsage(counts.prompt, counts.completion, cachedTokens, timing);
  const isWhole = finish === "stop";
  return {
    outcome: { kind: "done", finish: isWhole ? "stop" : "length", usage },
    held: isWhole
      // The token sampled last ended the reply and was not fed back (read; IN80).
      ? holdReply(request, text, usage.promptTokens + usage.generatedTokens - 1)
      : undefined,
  };
}

/**
 * IN13, IN20: whatever the model's library made of the grammar or the schema, no other text passes
 * for a choice or for JSON. Undefined when the reply has the form that was asked for.
 */
function leftForm(request: GenerateRequest, text: string, finish: string): string | undefined {
  if (request.choices?.includes(text) === false) return "the library left the grammar";
  const isCut = finish !== "stop";
  if (request.json !== undefined && !isCut && !isJson(text)) return "the library left the schema";
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch { // It throws for nothing else.
    return false;
  }
}

function holdReply(request: GenerateRequest, text: string, tokens: number): HeldConversation {
  const reply = { key: "", role: "assistant", text } as const;
  return { segments: [...request.segments, reply], tokens };
}
