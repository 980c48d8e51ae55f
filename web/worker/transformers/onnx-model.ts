/**
 * A `TokenModel` on transformers.js: its public `forward` with the cache passed explicitly.
 *
 * Owns the tensors of its caches. `forward` neither changes nor frees the cache it is given (read
 * and run), which is what makes forks possible.
 */

import {
  AutoModelForCausalLM,
  AutoTokenizer,
  DynamicCache,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from "@huggingface/transformers";
import {
  type ChoicePath,
  cutBehind,
  joinSegments,
  type PromptSegment,
  toChatMessages,
  type TokenCache,
  type TokenModel,
  type TokenPrompt,
} from "#shared/inference/mod.ts";

export interface OnnxModel extends TokenModel {
  encodePrompt(segments: readonly PromptSegment[], continueText: string): TokenPrompt;
  /** How the tokeniser spells each choice: alone, and as it goes on from the prompt's last part. */
  spellChoices(
    segments: readonly PromptSegment[],
    choices: readonly string[],
  ): readonly ChoicePath[];
  dispose(): Promise<void>;
}

export interface OnnxOptions {
  readonly modelId: string;
  readonly device: "webgpu" | "wasm";
  readonly contextTokens: number;
  readonly dtype: OnnxDtype;
}

/** How the library names a file's weights: `onnx/model_<suffix>.onnx`. */
export type OnnxDtype = "fp32" | "fp16" | "q4" | "q4f16" | "q8";

interface OnnxCache extends TokenCache {
  readonly entries: DynamicCache;
}

/** What this file needs of the library's loosely typed model. */
interface Forward {
  forward(inputs: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, Tensor>>>;
}

const PRESENT = /^present/;

/** Loads tokeniser and weights; rejects with the library's error. */
export async function loadOnnxModel(options: OnnxOptions): Promise<OnnxModel> {
  const tokenizer = await AutoTokenizer.from_pretrained(options.modelId);
  // The config's own dtype wins: the starter is stored as its manifest says.
  const model = await AutoModelForCausalLM.from_pretrained(options.modelId, {
    device: options.device,
    dtype: options.dtype,
  });
  return createOnnxModel(model, tokenizer, options.contextTokens);
}

function createOnnxModel(
  model: PreTrainedModel,
  tokenizer: PreTrainedTokenizer,
  contextTokens: number,
): OnnxModel {
  const { forward } = model as unknown as Forward;
  const encode = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false });
  return {
    contextTokens,
    endTokens: endTokensOf(model, tokenizer),
    encodePrompt: (segments, continueText) =>
      joinSegments(splitPrompt(tokenizer, segments).map(encode), encode(continueText)),
    spellChoices(segments, choices) {
      const before = splitPrompt(tokenizer, segments).at(-1) ?? "";
      const head = encode(before);
      return choices.flatMap((choice) => {
        const whole = encode(before + choice);
        const alone = { choice, tokens: encode(choice) };
        // Where the seam falls inside a token, the prompt's own tokens rule this spelling out.
        const goesOn = head.every((token, index) => whole[index] === token);
        return goesOn ? [alone, { choice, tokens: whole.slice(head.length) }] : [alone];
      });
    },
    decode: (ids) =>
      tokenizer.decode([...ids], {
        skip_special_tokens: true,
        clean_up_tokenization_spaces: false,
      }),
    async run(ids, past) {
      const before = (past as OnnxCache | undefined)?.entries;
      const tokens = (past?.tokens ?? 0) + ids.length;
      const inputs = {
        input_ids: int64(ids, [1, ids.length]),
        attention_mask: int64(Array.from({ length: tokens }, () => 1), [1, tokens]),
        num_logits_to_keep: int64([1], []),
        ...(before === undefined ? {} : { past_key_values: before }),
      };
      const outputs = await forward.call(model, inputs);
      return { logits: lastLogits(outputs), cache: cacheOf(outputs, tokens) };
    },
    release: (cache) => releaseCache(cache as OnnxCache),
    async dispose() {
      await model.dispose();
    },
  };
}

/** Raw script as it stands; chat through the model's template, cut where the segments end. */
function splitPrompt(
  tokenizer: PreTrainedTokenizer,
  segments: readonly PromptSegment[],
): readonly string[] {
  if (segments.every(({ role }) => role === "script")) return segments.map(({ text }) => text);
  const messages = toChatMessages(segments).map(({ role, text }) => ({ role, content: text }));
  const options = { tokenize: false, add_generation_prompt: true } as const;
  return cutBehind(tokenizer.apply_chat_template(messages, options) as string, segments);
}

function endTokensOf(model: PreTrainedModel, tokenizer: PreTrainedTokenizer): ReadonlySet<number> {
  const configured = (model.generation_config as { readonly eos_token_id?: unknown } | null)
    ?.eos_token_id;
  const named = tokenizer.eos_token === null || tokenizer.eos_token === undefined
    ? []
    : tokenizer.encode(tokenizer.eos_token, { add_special_tokens: false });
  return new Set([configured, named].flat().filter((id) => typeof id === "number"));
}

function int64(values: readonly number[], dims: readonly number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values, BigInt), [...dims]);
}

/** The last row of the logits, copied: the runtime reuses its memory. */
function lastLogits(outputs: Readonly<Record<string, Tensor>>): Float32Array {
  const logits = outputs["logits"];
  if (logits === undefined) return new Float32Array();
  const data = logits.to("float32").data as Float32Array; // 16-bit graphs tell them in 16 bits.
  return data.slice(data.length - (logits.dims.at(-1) ?? 0));
}

function cacheOf(outputs: Readonly<Record<string, Tensor>>, tokens: number): OnnxCache {
  const entries: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    if (PRESENT.test(name)) entries[name.replace(PRESENT, "past_key_values")] = tensor;
  }
  return { tokens, entries: new DynamicCache(entries) };
}

function releaseCache(cache: OnnxCache): void {
  // Tensors on the CPU belong to the garbage collector; GPU buffers do not.
  for (const tensor of Object.values(cache.entries as unknown as Record<string, Tensor>)) {
    if (tensor.location === "gpu-buffer") tensor.dispose();
  }
}
