/**
 * The starter's weights as a GGUF file, so that llama.cpp has a model that every checkout holds
 * and whose replies are known.
 *
 * Architecture llama: rows of the queries and keys go from halves to pairs, as ggml turns them.
 * Tokens are looked up whole, as the starter's own tokeniser does; llama.cpp does so for the
 * pre-tokeniser "llama-bpe", which splits numbers and contractions in another way.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  f32,
  type GgufTensor,
  type GgufValue,
  text,
  u32,
  writeGguf,
} from "#shared/testing/gguf/write-gguf.ts";
import { type OnnxWeight, readOnnxWeights } from "./onnx-weights.ts";

const STARTER = join(import.meta.dirname, "../../../web/models/starter/files");

const WIDTH = 192;
const LAYERS = 5;
const HEADS = 4;
const HEAD_SIZE = WIDTH / HEADS;
const INNER = 512;

const [NORMAL_TOKEN, CONTROL_TOKEN] = [1, 3] as const;

/** What stands in a message for a sign of the starter, which no text can name (IN52). */
export const toTemplateText = (script: string): string => script.replace(/<\|(\w+)\|>/g, "[$1]");

/** Renders the messages' texts as they are, with such signs: prompts are the starter's scripts. */
export const SCRIPT_TEMPLATE = "{% for m in messages %}{{ m['content']" +
  ["room", "cue", "reply"].map((sign) => ` | replace('[${sign}]', '<|${sign}|>')`).join("") +
  " }}{% endfor %}";

export interface StarterGgufOptions {
  /** Undefined leaves it out. */
  readonly chatTemplate: string | undefined;
  /** The starter was trained on 384 places; above that it only talks worse. */
  readonly contextTokens: number;
  /** Set in addition, or instead of what is there. */
  readonly metadata?: Readonly<Record<string, GgufValue>>;
}

interface Tokenizer {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

export function makeStarterGguf(options: StarterGgufOptions): Uint8Array<ArrayBuffer> {
  const weights = readOnnxWeights(readFileSync(join(STARTER, "onnx/model.onnx")));
  const metadata = { ...describe(options), ...options.metadata };
  return writeGguf(
    metadata,
    listTensors((name) => {
      const weight = weights.get(name);
      if (weight === undefined) throw new Error(`Cannot find the weight "${name}"`);
      return weight;
    }),
  );
}

function describe(
  { chatTemplate, contextTokens }: StarterGgufOptions,
): Readonly<Record<string, GgufValue>> {
  const tokenizer = JSON.parse(readFileSync(join(STARTER, "tokenizer.json"), "utf8")) as Tokenizer;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(tokenizer.model.vocab)) tokens[id] = token;
  for (const { id, content } of tokenizer.added_tokens) tokens[id] = content;
  const control = new Set(tokenizer.added_tokens.map(({ id }) => id));
  const types = tokens.map((_, id) => (control.has(id) ? CONTROL_TOKEN : NORMAL_TOKEN));
  return {
    "general.architecture": text("llama"),
    "general.name": text("Starter"),
    "general.license": text("apache-2.0"),
    "general.file_type": u32(0),
    "llama.context_length": u32(contextTokens),
    "llama.embedding_length": u32(WIDTH),
    "llama.block_count": u32(LAYERS),
    "llama.feed_forward_length": u32(INNER),
    "llama.attention.head_count": u32(HEADS),
    "llama.attention.head_count_kv": u32(HEADS),
    "llama.attention.layer_norm_rms_epsilon": f32(1e-5),
    "llama.rope.dimension_count": u32(HEAD_SIZE),
    "llama.rope.freq_base": f32(10_000),
    "llama.vocab_size": u32(tokens.length),
    "tokenizer.ggml.model": text("gpt2"),
    "tokenizer.ggml.pre": text("llama-bpe"),
    "tokenizer.ggml.tokens": { kind: "texts", value: tokens },
    "tokenizer.ggml.token_type": { kind: "i32s", value: types },
    "tokenizer.ggml.merges": { kind: "texts", value: [] },
    "tokenizer.ggml.bos_token_id": u32(2),
    "tokenizer.ggml.eos_token_id": u32(1),
    "tokenizer.ggml.padding_token_id": u32(0),
    "tokenizer.ggml.add_bos_token": { kind: "bool", value: false },
    ...(chatTemplate === undefined ? {} : { "tokenizer.chat_template": text(chatTemplate) }),
  };
}

function listTensors(weightOf: (name: string) => OnnxWeight): readonly GgufTensor[] {
  const norm = (name: string, from: string): GgufTensor => ({ name, ...weightOf(from) });
  const layers = Array.from({ length: LAYERS }, (_, layer) => {
    const [from, to] = [`l${layer}_`, `blk.${layer}.`];
    const [q, k, v] = splitRows(transpose(weightOf(`${from}wqkv_h`)), 3);
    const [gate, up] = splitRows(transpose(weightOf(`${from}wgu_h`)), 2);
    return [
      norm(`${to}attn_norm.weight`, `${from}n1`),
      { name: `${to}attn_q.weight`, ...pairRows(q!) },
      { name: `${to}attn_k.weight`, ...pairRows(k!) },
      { name: `${to}attn_v.weight`, ...v! },
      { name: `${to}attn_output.weight`, ...transpose(weightOf(`${from}wo_h`)) },
      norm(`${to}ffn_norm.weight`, `${from}n2`),
      { name: `${to}ffn_gate.weight`, ...gate! },
      { name: `${to}ffn_up.weight`, ...up! },
      { name: `${to}ffn_down.weight`, ...transpose(weightOf(`${from}wd_h`)) },
    ];
  });
  const embedding = { name: "token_embd.weight", ...weightOf("emb_h") };
  return [embedding, ...layers.flat(), norm("output_norm.weight", "nf")];
}

function transpose({ shape, values }: OnnxWeight): OnnxWeight {
  const [rows = 0, columns = 0] = shape;
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      turned[column * rows + row] = values[row * columns + column] ?? 0;
    }
  }
  return { shape: [columns, rows], values: turned };
}

function splitRows({ shape, values }: OnnxWeight, parts: number): readonly OnnxWeight[] {
  const [rows = 0, columns = 0] = shape;
  const size = (rows / parts) * columns;
  return Array.from({ length: parts }, (_, part) => ({
    shape: [rows / parts, columns],
    values: values.slice(part * size, (part + 1) * size),
  }));
}

/** Of each head, row i of the first half and row i of the second become neighbours. */
function pairRows({ shape, values }: OnnxWeight): OnnxWeight {
  const paired = new Float32Array(values.length);
  for (let row = 0; row < WIDTH; row += 1) {
    const [head, place] = [Math.floor(row / HEAD_SIZE), row % HEAD_SIZE];
    const half = (place % 2) * (HEAD_SIZE / 2) + Math.floor(place / 2);
    const from = (head * HEAD_SIZE + half) * WIDTH;
    paired.set(values.subarray(from, from + WIDTH), row * WIDTH);
  }
  return { shape, values: paired };
}
