/**
 * Runs the exported starter model in Node: onnxruntime-web's wasm build and the tokenizer of
 * transformers.js. Owns greedy decoding with a KV cache for the score and the exactness check, with
 * the app's stutter rule (IN12): a run of tokens is not said a third time in a row.
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

  /** Greedy reply to a prompt: its text, token ids, whether it ended by itself, and times. */
  async reply(prompt, limit = 56) {
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
      const best = pick(result.logits.data, out);
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
    const text = out.length ? this.tokenizer.decode(out, { skip_special_tokens: true }) : "";
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

/** The likeliest token that is no stutter, as `web/worker/transformers` draws it. */
function pick(values, said) {
  for (;;) {
    const best = argmax(values);
    if (!isStutter(said, best)) return best;
    values[best] = -Infinity;
  }
}

/** True when `token` completes a third repetition in a row of the last run of up to 8 tokens. */
export function isStutter(said, token) {
  const all = [...said, token];
  for (let length = 1; length <= 8; length += 1) {
    if (all.length < length * 3) return false;
    const last = all.slice(-length).join();
    const before = all.slice(-length * 2, -length).join();
    const first = all.slice(-length * 3, -length * 2).join();
    if (last === before && before === first) return true;
  }
  return false;
}

function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
