/**
 * The bare engine: transformers.js and ONNX Runtime in a worker with nothing around them.
 *
 * No Comlink, batches, credit, kept prefixes, cancellation or supervision; the prompt is read in
 * one run and the tokens follow without a pause. Model files, runtime, device and sampling are
 * those of the app: only then does the difference say what the app costs.
 */

import {
  AutoModelForCausalLM,
  AutoTokenizer,
  DynamicCache,
  env,
  type PreTrainedTokenizer,
  Tensor,
} from "@huggingface/transformers";
import { createSampler, sampleToken } from "#shared/inference/mod.ts";

/** What the page asks for. Exactly `tokens` are made: an end token does not end it. */
export interface BareRequest {
  readonly segments: readonly string[];
  readonly seed: number;
  readonly temperature: number;
  readonly topP: number;
  readonly tokens: number;
}

export interface BareUsage {
  readonly promptTokens: number;
  readonly generatedTokens: number;
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly text: string;
}

export type BareMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "first-token" }
  | { readonly kind: "done"; readonly usage: BareUsage }
  | { readonly kind: "failed"; readonly detail: string };

interface Model {
  forward(inputs: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, Tensor>>>;
}

const MODEL_ID = "starter";
const ORT_URL = `${self.location.origin}/ort/ort-wasm-simd-threaded.asyncify`;

const scope = self as unknown as {
  postMessage(message: BareMessage): void;
  onmessage: ((event: MessageEvent<BareRequest>) => void) | null;
};

function configureLibrary(): void {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "/models/";
  env.useBrowserCache = false;
  // It would import the runtime from a blob: address, which the server's policy refuses.
  env.useWasmCache = false;
  const { wasm } = env.backends.onnx;
  if (wasm === undefined) throw new Error("Cannot find the wasm back end");
  wasm.wasmPaths = { mjs: `${ORT_URL}.mjs`, wasm: `${ORT_URL}.wasm` };
  wasm.numThreads = 1; // As in the app.
}

async function load(): Promise<{ model: Model; tokenizer: PreTrainedTokenizer }> {
  configureLibrary();
  const tokenizer = await AutoTokenizer.from_pretrained(MODEL_ID);
  const options = { device: "wasm", dtype: "fp32" } as const;
  const model = await AutoModelForCausalLM.from_pretrained(MODEL_ID, options);
  return { model: model as unknown as Model, tokenizer };
}

function int64(values: readonly number[], dims: readonly number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values, BigInt), [...dims]);
}

async function run(
  model: Model,
  ids: readonly number[],
  past: DynamicCache | undefined,
  at: number,
) {
  const tokens = at + ids.length;
  const outputs = await model.forward({
    input_ids: int64(ids, [1, ids.length]),
    attention_mask: int64(Array.from({ length: tokens }, () => 1), [1, tokens]),
    num_logits_to_keep: int64([1], []),
    ...(past === undefined ? {} : { past_key_values: past }),
  });
  const logits = outputs["logits"];
  if (logits === undefined) throw new Error("The model gave no logits");
  const data = logits.data as Float32Array;
  const entries: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith("present")) entries[name.replace("present", "past_key_values")] = tensor;
  }
  return {
    logits: data.slice(data.length - (logits.dims.at(-1) ?? 0)),
    past: new DynamicCache(entries),
    tokens,
  };
}

async function generate(
  { model, tokenizer }: Awaited<ReturnType<typeof load>>,
  request: BareRequest,
): Promise<BareUsage> {
  // Piece by piece, as the app does: the same tokens, whatever could merge across a boundary.
  const prompt = request.segments.flatMap((text) =>
    tokenizer.encode(text, { add_special_tokens: false })
  );
  const next = createSampler(request.seed);
  const ids: number[] = [];
  const startedAtMs = performance.now();
  let step = await run(model, prompt, undefined, 0);
  const prefilledAtMs = performance.now();
  for (;;) {
    ids.push(sampleToken(step.logits, request.temperature, request.topP, next));
    if (ids.length === 1) scope.postMessage({ kind: "first-token" });
    if (ids.length >= request.tokens) break;
    step = await run(model, ids.slice(-1), step.past, step.tokens);
  }
  const decodeMs = performance.now() - prefilledAtMs;
  return {
    promptTokens: prompt.length,
    generatedTokens: ids.length,
    prefillMs: prefilledAtMs - startedAtMs,
    decodeMs,
    text: tokenizer.decode(ids, {
      skip_special_tokens: true,
      clean_up_tokenization_spaces: false,
    }),
  };
}

/** The edge of the bench: whatever goes wrong here ends the run with its words. */
function fail(error: unknown): void {
  scope.postMessage({ kind: "failed", detail: String(error) });
}

load().then((loaded) => {
  scope.onmessage = (event) => {
    generate(loaded, event.data).then((usage) => scope.postMessage({ kind: "done", usage }), fail);
  };
  scope.postMessage({ kind: "ready" });
}, fail);
