/**
 * Where web-llm's prebuilt models are, as its own list says; `web/worker/web-llm/prebuilt.test.ts`
 * holds these addresses against the installed library, which would cost a download 6 MB to ask.
 */

import {
  type ModelAddress,
  type ModelUrls,
  resolveModelUrls,
} from "../worker/web-llm/model-host.ts";
import type { ModelHost } from "./model-host.ts";

const HUB = "https://huggingface.co/mlc-ai/";
const LIBRARIES =
  "https://raw.githubusercontent.com/mlc-ai/binary-mlc-llm-libs/main/web-llm-models/";
const LIBRARY_VERSION = "v0_2_86/base/";

/** Models that run on the compiled library of another, by the beginnings of their ids. */
const LIBRARY_OF: Readonly<Record<string, string>> = {
  "Qwen2.5-0.5B-Instruct": "Qwen2-0.5B-Instruct",
  "Qwen2.5-1.5B-Instruct": "Qwen2-1.5B-Instruct",
  "Qwen2.5-7B-Instruct": "Qwen2-7B-Instruct",
  "Hermes-3-Llama-3.2-3B": "Llama-3.2-3B-Instruct",
  "Llama-3.1-8B-Instruct": "Llama-3_1-8B-Instruct",
};

/** Undefined for an id that is not of the form `<model>-<quantisation>-MLC`. */
export function webLlmAddress(modelId: string): ModelAddress | undefined {
  const [, base, quantisation] = /^(.+)-(q\d+f\d+_\d+)-MLC$/.exec(modelId) ?? [];
  if (base === undefined || quantisation === undefined) return undefined;
  const library = `${LIBRARY_OF[base] ?? base}-${quantisation}_cs1k-webgpu.wasm`;
  return { model: HUB + modelId, modelLib: LIBRARIES + LIBRARY_VERSION + library };
}

/** The same at the host that a person set. */
export function webLlmUrls(modelId: string, host: ModelHost): ModelUrls | undefined {
  const address = webLlmAddress(modelId);
  return address && resolveModelUrls(address, host, LIBRARIES);
}
