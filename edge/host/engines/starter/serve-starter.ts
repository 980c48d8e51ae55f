/**
 * The starter's side of its worker: one model, one reply at a time, every message answered.
 *
 * Owns one outcome per reply (IN1), stop strings (IN7), and the news that nothing can run any more:
 * a run of the runtime that failed leaves it in an unknown state. Does not own validation, slots
 * and its own life (starter-engine.ts).
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type BackEndOutcome,
  createPrefixStore,
  emptyStopScan,
  type EngineError,
  flushStopText,
  type GenerateEvent,
  type GenerateRequest,
  type GenerateSink,
  generateTokens,
  type LoadedModel,
  type ModelProfile,
  type PrefixStore,
  pushStopText,
  spellTrie,
} from "#shared/inference/mod.ts";
import type { OnnxModel } from "./onnx-model.ts";
import {
  decodeCommand,
  type StarterCommand,
  type StarterNews,
  type StarterPort,
} from "./starter-messages.ts";

export interface ServeStarterDeps {
  /** Reads and opens the model; aborting cancels the work between two files. */
  readonly openModel: (
    profile: ModelProfile,
    signal: AbortSignal,
  ) => Promise<Result<OnnxModel, EngineError>>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Lets messages in between two runs. */
  readonly yieldTurn: () => Promise<void>;
}

interface Ready {
  readonly model: OnnxModel;
  readonly prefixes: PrefixStore;
}

/** Serves `port` until the worker ends. */
export function serveStarter(port: StarterPort, deps: ServeStarterDeps): void {
  const cancels = new Map<number, AbortController>();
  const never = new AbortController().signal; // A worker whose load is unwanted is ended.
  let ready: Ready | undefined;
  const post = (news: StarterNews): void => port.postMessage(news);

  const load = async (profile: ModelProfile): Promise<void> => {
    await ready?.model.dispose();
    ready = undefined;
    const opened = await deps.openModel(profile, never);
    if (opened.ok) ready = { model: opened.value, prefixes: createPrefixStore(opened.value) };
    post({ kind: "loaded", result: opened.ok ? ok(loadedOf(profile)) : opened });
  };

  const generate = async (id: number, request: GenerateRequest): Promise<void> => {
    const cancel = new AbortController();
    cancels.set(id, cancel);
    const send = (event: GenerateEvent): void => post({ kind: "event", id, event });
    const text = createText(request.stop, send);
    const outcome = await run(ready, deps, request, text.sink, cancel.signal);
    cancels.delete(id);
    text.flush();
    if (outcome.kind === "failed") {
      send({ kind: "outcome", outcome: { kind: "failed", error: outcome.error } });
      if (outcome.isFatal) post({ kind: "broken", error: outcome.error });
    } else send({ kind: "outcome", outcome });
  };

  const obey = async (command: StarterCommand): Promise<void> => {
    switch (command.kind) {
      case "load":
        return await load(command.profile);
      case "generate":
        return await generate(command.id, command.request);
      case "cancel":
        return cancels.get(command.id)?.abort();
      case "unload":
        ready?.prefixes.clear();
        await ready?.model.dispose();
        ready = undefined;
    }
  };

  port.on("message", (message) => {
    const command = decodeCommand(message);
    const broken = (detail: string) =>
      post({ kind: "broken", error: { kind: "internal", detail } });
    if (!command.ok) return broken(`Cannot obey: ${command.error.detail}`);
    // Owned by the worker: its end is told as an event, or as the news that all is over.
    void obey(command.value).catch((error: unknown) => broken(describe(error)));
  });
}

async function run(
  ready: Ready | undefined,
  deps: ServeStarterDeps,
  request: GenerateRequest,
  sink: GenerateSink,
  signal: AbortSignal,
): Promise<BackEndOutcome> {
  if (ready === undefined) return { kind: "failed", error: { kind: "not-loaded" }, isFatal: false };
  const { model, prefixes } = ready;
  const { segments, continueText, choices } = request;
  const prompt = model.encodePrompt(segments, continueText);
  const trie = choices === undefined
    ? undefined
    : spellTrie(model, prompt, choices, model.spellChoices(segments, choices));
  if (trie?.ok === false) return { kind: "failed", error: trie.error, isFatal: false };
  const asked = trie === undefined ? prompt : { ...prompt, choices: trie.value };
  try {
    const tools = { model, prefixes, now: deps.now, yieldTurn: deps.yieldTurn };
    return await generateTokens(tools, asked, request, sink, signal);
  } catch (error) { // The runtime failed; what escapes leaves its state unknown.
    return { kind: "failed", error: { kind: "internal", detail: describe(error) }, isFatal: true };
  }
}

/** Text on its way out, up to the first of `stops` (IN7). */
function createText(stops: readonly string[], send: (event: GenerateEvent) => void) {
  let scan = emptyStopScan;
  let tokensHeld = 0;
  const push = (text: string, tokens: number): void => {
    tokensHeld += tokens;
    if (text === "") return;
    send({ kind: "text", text, tokens: tokensHeld });
    tokensHeld = 0;
  };
  const sink: GenerateSink = {
    prefilled: (promptTokens, cachedTokens) =>
      send({ kind: "prefilled", promptTokens, cachedTokens }),
    text(text, tokens) {
      const step = pushStopText(scan, text, stops);
      scan = step.scan;
      push(step.text, tokens);
      return Promise.resolve(scan.stopped ? "stop" : "go-on");
    },
  };
  return { sink, flush: () => push(flushStopText(scan), 0) };
}

function loadedOf({ id, contextTokens }: ModelProfile): LoadedModel {
  return {
    modelId: id,
    lane: "cpu",
    contextTokens,
    slots: 1, // Two replies at once would only halve each other.
    adapter: "",
    continuesText: true,
    constrainsChoice: true,
    constrainsJson: false,
    promptLayout: "own-script",
    seesImages: false,
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Opens the model with a typed reason where it cannot. */
export async function openOrExplain(
  open: () => Promise<OnnxModel>,
  modelId: string,
): Promise<Result<OnnxModel, EngineError>> {
  try {
    return ok(await open());
  } catch (error) { // The files were whole: what fails now is the model in them or the runtime.
    return err({ kind: "internal", detail: `Cannot open "${modelId}": ${describe(error)}` });
  }
}
