/**
 * A `TokenModel` on onnxruntime's wasm, which runs on Deno and Node alike.
 *
 * transformers.js cannot do it there: off a page it knows only a native runtime, a download of
 * 100 MB that this house leaves out. Under it lie the same two packages as here.
 *
 * Owns the session and the tensors of its caches: a run neither changes nor frees what it is given,
 * which is what makes forks possible.
 */

import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { Tokenizer } from "@huggingface/tokenizers";
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import {
  type ChoicePath,
  joinSegments,
  type PromptSegment,
  type TokenCache,
  type TokenModel,
  type TokenPrompt,
} from "#shared/inference/mod.ts";
import type { StarterFiles } from "./starter-files.ts";

export interface OnnxModel extends TokenModel {
  encodePrompt(segments: readonly PromptSegment[], continueText: string): TokenPrompt;
  /** How the tokeniser spells each choice: alone, and as it goes on from the prompt's last part. */
  spellChoices(
    segments: readonly PromptSegment[],
    choices: readonly string[],
  ): readonly ChoicePath[];
  dispose(): Promise<void>;
}

type Tensors = Readonly<Record<string, Tensor>>;

interface OnnxCache extends TokenCache {
  readonly past: Tensors;
}

const PAST = "past_key_values";
const PRESENT = /^present/;

/** Rejects with the runtime's error. */
export async function openOnnxModel(
  files: StarterFiles,
  contextTokens: number,
): Promise<OnnxModel> {
  env.wasm.numThreads = 1; // For so small a model more are no faster.
  const folder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
  env.wasm.wasmPaths = pathToFileURL(`${folder}/`).href;
  const session = await InferenceSession.create(files.weights, { executionProviders: ["wasm"] });
  const tokenizer = new Tokenizer(files.tokenizer, files.tokenizerConfig);
  const encode = (text: string): number[] =>
    tokenizer.encode(text, { add_special_tokens: false }).ids;
  const emptyPast = emptyPastOf(files.config, session.inputNames);
  const hasPositions = session.inputNames.includes("position_ids");
  return {
    contextTokens,
    endTokens: new Set([files.config["eos_token_id"]].filter((id) => typeof id === "number")),
    encodePrompt: (segments, continueText) =>
      joinSegments(segments.map(({ text }) => encode(text)), encode(continueText)),
    spellChoices: (segments, choices) => spell(encode, segments.at(-1)?.text ?? "", choices),
    decode: (ids) =>
      ids.length === 0 ? "" : tokenizer.decode([...ids], {
        skip_special_tokens: true,
        clean_up_tokenization_spaces: false,
      }),
    async run(ids, before) {
      const known = before?.tokens ?? 0;
      const tokens = known + ids.length;
      const positions = hasPositions
        ? { position_ids: int64(ids.map((_, index) => known + index), [1, ids.length]) }
        : {};
      const outputs: Tensors = await session.run({
        ...(before as OnnxCache | undefined)?.past ?? emptyPast,
        ...positions,
        input_ids: int64(ids, [1, ids.length]),
        attention_mask: int64(Array.from({ length: tokens }, () => 1), [1, tokens]),
        num_logits_to_keep: int64([1], []),
      }) as Tensors;
      const cache: OnnxCache = { tokens, past: pastOf(outputs) };
      return { logits: lastLogits(outputs["logits"]), cache };
    },
    release: () => undefined, // Tensors on the CPU belong to the garbage collector.
    dispose: () => session.release(),
  };
}

function spell(
  encode: (text: string) => number[],
  before: string,
  choices: readonly string[],
): readonly ChoicePath[] {
  const head = encode(before);
  return choices.flatMap((choice) => {
    const whole = encode(before + choice);
    const alone = { choice, tokens: encode(choice) };
    // Where the seam falls inside a token, the prompt's own tokens rule this spelling out.
    const goesOn = head.every((token, index) => whole[index] === token);
    return goesOn ? [alone, { choice, tokens: whole.slice(head.length) }] : [alone];
  });
}

/** Each cache tensor is [1, heads, tokens, size]. */
function emptyPastOf(config: StarterFiles["config"], inputNames: readonly string[]): Tensors {
  const dims = [1, Number(config["num_key_value_heads"]), 0, Number(config["head_dim"])];
  return Object.fromEntries(
    inputNames.filter((name) => name.startsWith(PAST))
      .map((name) => [name, new Tensor("float32", new Float32Array(), dims)]),
  );
}

function pastOf(outputs: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(outputs).filter(([name]) => PRESENT.test(name))
      .map(([name, tensor]) => [name.replace(PRESENT, PAST), tensor]),
  );
}

/** The last row, copied: the runtime reuses its memory. */
function lastLogits(logits: Tensor | undefined): Float32Array {
  if (logits === undefined) return new Float32Array();
  const data = logits.data as Float32Array;
  return data.slice(data.length - (logits.dims.at(-1) ?? 0));
}

function int64(values: readonly number[], dims: readonly number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values, BigInt), [...dims]);
}
