/**
 * Runs the exported starter model in Node: onnxruntime-web's wasm build and the tokenizer of
 * transformers.js. Owns greedy decoding with a KV cache for the score and the exactness check, with
 * the app's stutter rule (IN12): a run of tokens is not said over and over.
 * Limits: batch of one, CPU only; the app itself runs the files through transformers.js.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Tokenizer } from "@huggingface/tokenizers";
import * as ort from "onnxruntime-web";

const END = 1;

export async function loadStarter(folder) {
  const read = async (name) => JSON.parse(await readFile(join(folder, name), "utf8"));
  const config = await read("config.json");
  const settings = await read("tokenizer_config.json");
  const tokenizer = new Tokenizer(await read("tokenizer.json"), settings);
  ort.env.wasm.numThreads = 1;
  const dist = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
  ort.env.wasm.wasmPaths = pathToFileURL(`${dist}/`).href;
  const weights = await readFile(join(folder, "onnx/model.onnx"));
  const session = await ort.InferenceSession.create(weights, { executionProviders: ["wasm"] });
  return new Starter(config, tokenizer, session);
}

class Starter {
  constructor(config, tokenizer, session) {
    Object.assign(this, { config, tokenizer, session });
  }

  encode(text) {
    return this.tokenizer.encode(text, { add_special_tokens: false }).ids;
  }

  decode(ids) {
    return ids.length ? this.tokenizer.decode(ids, { skip_special_tokens: true }) : "";
  }

  /** Greedy reply to a prompt: its text, token ids, whether it ended by itself, and times. */
  async reply(prompt, limit = 80) {
    const began = performance.now();
    let fresh = typeof prompt === "string" ? this.encode(prompt) : prompt;
    const promptTokens = fresh.length;
    const out = [];
    let past = this.emptyCache();
    let length = 0;
    let prefill = 0;
    let ended = false;
    while (out.length < limit) {
      length += fresh.length;
      const result = await this.session.run(this.feeds(fresh, length, past));
      prefill ||= performance.now() - began;
      const best = pick(result.logits.data, out, (ids) => this.decode(ids));
      past = Object.fromEntries(
        Object.entries(result).filter(([k]) => k !== "logits")
          .map(([k, v]) => [k.replace("present", "past_key_values"), v]),
      );
      if (best === END) {
        ended = true;
        break;
      }
      out.push(best);
      fresh = [best];
    }
    const text = this.decode(out);
    const decode = performance.now() - began - prefill;
    return { text, ids: out, ended, promptTokens, prefill, decode };
  }

  emptyCache() {
    const { num_hidden_layers: layers, num_attention_heads: heads, head_dim: size } = this.config;
    const cache = {};
    for (let i = 0; i < layers; i++) {
      for (const kind of ["key", "value"]) {
        const empty = new ort.Tensor("float32", new Float32Array(0), [1, heads, 0, size]);
        cache[`past_key_values.${i}.${kind}`] = empty;
      }
    }
    return cache;
  }

  feeds(fresh, length, past) {
    const big = (values, dims) => new ort.Tensor("int64", BigInt64Array.from(values, BigInt), dims);
    const first = length - fresh.length;
    return {
      ...past,
      input_ids: big(fresh, [1, fresh.length]),
      attention_mask: big(Array.from({ length }, () => 1), [1, length]),
      position_ids: big(fresh.map((_, i) => first + i), [1, fresh.length]),
      num_logits_to_keep: new ort.Tensor("int64", BigInt64Array.from([1n]), []),
    };
  }
}

/** The likeliest token that is no stutter, as `shared/inference/tokens` draws it. */
function pick(values, said, decode) {
  for (;;) {
    const best = argmax(values);
    if (!isStutter(said, best, decode)) return best;
    values[best] = -Infinity;
  }
}

/** True when `token` says a run of up to 3 tokens a third time, or up to 48 characters twice. */
export function isStutter(said, token, decode) {
  const all = [...said, token];
  for (let length = 1; length <= 3 && length * 3 <= all.length; length += 1) {
    const runs = [1, 2, 3].map((n) =>
      all.slice(all.length - n * length, all.length - (n - 1) * length).join()
    );
    if (new Set(runs).size === 1) return true;
  }
  return twice(decode(all.slice(-96)).toLowerCase());
}

function twice(text) {
  for (let length = 4; length <= 48 && length * 2 <= text.length; length += 1) {
    const run = text.slice(-length);
    if (text.slice(-length * 2, -length) === run && /\p{L}/u.test(run)) return true;
  }
  return false;
}

function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
