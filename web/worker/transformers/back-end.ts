/**
 * The transformers.js back end: the embedded starter, and ONNX models kept on this device.
 *
 * Owns the library's global settings (nothing is ever fetched from a CDN), the choice of device and
 * the declaration of the lane. After one failed run every later run of this library fails (run), so
 * every failure of a run is fatal for the worker.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN69 An engine fetches no model but the embedded starter: what is not on this device ends its
 *        load as `not-downloaded`.
 */

import { env } from "@huggingface/transformers";
import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  createPrefixStore,
  type DeviceFacts,
  type EngineError,
  findNonsense,
  type GenerateRequest,
  generateTokens,
  type LoadedModel,
  type LoadProgress,
  type ModelProfile,
  type PrefixStore,
  probeRequest,
  spellTrie,
  type TokenPrompt,
} from "#shared/inference/mod.ts";
import type { BackEnd, BackEndDeps } from "../back-end.ts";
import { inspectDevice } from "../device.ts";
import { watchGpu } from "../gpu-watch.ts";
import { yieldTurn } from "../yield-turn.ts";
import { chooseDevice, laneOf } from "./choose-device.ts";
import { createOpfsModelFiles } from "../../adapters/opfs-model-files.ts";
import { dtypeOf, fetchModelFiles, type ModelCache, readModelFiles } from "./model-files.ts";
import { loadOnnxModel, type OnnxModel } from "./onnx-model.ts";

const MODELS_PATH = "/models/";
const ORT_PATH = "/ort/ort-wasm-simd-threaded.asyncify";

/** KV tensors grow with each run, so two generations at once would only halve each other. */
const SLOTS = 1;

interface Ready {
  readonly model: OnnxModel;
  readonly prefixes: PrefixStore;
}

export function createTransformers(deps: BackEndDeps): BackEnd {
  let ready: Ready | undefined;

  async function load(
    profile: ModelProfile,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<Result<LoadedModel, EngineError>> {
    const facts = await inspectDevice();
    const device = chooseDevice(facts, deps.settings.force);
    if (!device.ok) return device;
    const folderUrl = new URL(`${MODELS_PATH}${profile.id}/`, self.location.origin).href;
    const files = profile.embedded
      ? await fetchModelFiles(folderUrl, onProgress, signal)
      : await readModelFiles(profile, createOpfsModelFiles(), MODELS_PATH); // IN69
    if (!files.ok) return files;
    configureLibrary(files.value);
    onProgress({ phase: "loading", file: "", bytesDone: 0, bytesTotal: undefined });
    const { contextTokens } = profile;
    const loaded = await openModel(
      profile,
      () =>
        loadOnnxModel({
          ...{ modelId: profile.id, device: device.value, contextTokens },
          dtype: dtypeOf(profile),
        }),
    );
    if (!loaded.ok) return loaded;
    if (signal.aborted) return err({ kind: "cancelled" });
    onProgress({ phase: "warming-up", file: "", bytesDone: 0, bytesTotal: undefined });
    const model = loaded.value;
    ready = { model, prefixes: createPrefixStore(model) };
    return await warmUp(profile, model, facts);
  }

  return {
    load,
    async generate(request, sink, signal) {
      if (ready === undefined) {
        return { kind: "failed", error: { kind: "not-loaded" }, isFatal: false };
      }
      const { model, prefixes } = ready;
      const prompt = encodeRequest(model, request);
      if (!prompt.ok) return { kind: "failed", error: prompt.error, isFatal: false };
      const tools = { model, prefixes, now: deps.now, yieldTurn };
      return await generateTokens(tools, prompt.value, request, sink, signal);
    },
    async unload() {
      watchGpu().expectLoss();
      ready?.prefixes.clear();
      await ready?.model.dispose();
      ready = undefined;
    },
  };
}

function encodeRequest(
  model: OnnxModel,
  { segments, continueText, choices }: GenerateRequest,
): Result<TokenPrompt, EngineError> {
  const prompt = model.encodePrompt(segments, continueText);
  if (choices === undefined) return ok(prompt);
  const trie = spellTrie(model, prompt, choices, model.spellChoices(segments, choices));
  return trie.ok ? ok({ ...prompt, choices: trie.value }) : trie;
}

function configureLibrary(files: ModelCache): void {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = MODELS_PATH;
  env.useBrowserCache = false;
  // It would import the runtime from a blob: address, which the page's policy refuses.
  env.useWasmCache = false;
  env.useCustomCache = true;
  env.customCache = files as unknown as NonNullable<typeof env.customCache>;
  const { wasm } = env.backends.onnx;
  if (wasm === undefined) return;
  wasm.wasmPaths = {
    mjs: new URL(`${ORT_PATH}.mjs`, self.location.origin).href,
    wasm: new URL(`${ORT_PATH}.wasm`, self.location.origin).href,
  };
  wasm.numThreads = 1; // More would need COOP and COEP; for a small model one is as fast.
}

/** The files were whole, so what fails now is the model in them or the runtime. */
async function openModel(
  profile: ModelProfile,
  open: () => Promise<OnnxModel>,
): Promise<Result<OnnxModel, EngineError>> {
  try {
    return ok(await open());
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return err({ kind: "internal", detail: `Cannot open model "${profile.id}": ${detail}` });
  }
}

/** Runs one token and counts the GPU's work for it: the lane is what happened (IN9). */
async function warmUp(
  profile: ModelProfile,
  model: OnnxModel,
  facts: DeviceFacts,
): Promise<Result<LoadedModel, EngineError>> {
  const gpu = watchGpu();
  const before = gpu.counters().dispatches;
  const prompt = model.encodePrompt(probeRequest(profile).segments, "");
  const { logits, cache } = await model.run(prompt.ids, undefined);
  model.release(cache);
  const nonsense = findNonsense(logits); // IN70
  if (nonsense !== undefined) {
    return err({ kind: "internal", detail: `Cannot use "${profile.id}": ${nonsense}` });
  }
  const lane = laneOf(facts, gpu.counters().dispatches - before);
  return ok({
    modelId: profile.id,
    lane,
    contextTokens: profile.contextTokens,
    slots: SLOTS,
    adapter: lane === "cpu" ? "" : facts.adapter,
    continuesText: true,
    constrainsChoice: true,
    constrainsJson: false,
    promptLayout: "own-script",
    seesImages: false,
  });
}
