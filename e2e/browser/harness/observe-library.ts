/**
 * The real library, seen from its inside: tells a test how much its cache holds, and takes its GPU
 * device away.
 *
 * Also makes up for two differences of the only version that runs here (read in both): 0.2.79
 * leaves the token that a prefill ends with out of its count, and goes on from a reply that was cut
 * by its limit or an interrupt, where 0.2.86 begins anew.
 */

import type {
  ChatCompletionChunk,
  ChatCompletionRequestStreaming,
  MLCEngineInterface,
} from "@mlc-ai/web-llm";
import type { WebLlmLibrary } from "../../../web/worker/web-llm/back-end.ts";

type Engine = ReturnType<WebLlmLibrary["createEngine"]>;

/** What the page may ask of the worker beside the protocol of the product. */
export type Ask = "cache-tokens" | "lose-device";

/** What is read of the library's own state; none of it is public. */
interface Inside {
  readonly loadedModelIdToPipeline?: ReadonlyMap<string, { readonly filledKVCacheLength: number }>;
}

/** 0.2.79, as it stands in the addresses of its model libraries. */
const OLD_VERSION: string = "v0_2_48";

export async function observeLibrary(
  library: WebLlmLibrary,
  scope: typeof self,
): Promise<WebLlmLibrary> {
  const { modelVersion } = await import("@mlc-ai/web-llm");
  let engine: Engine | undefined;
  const devices: GPUDevice[] = [];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    devices.push(device);
    return device;
  };
  scope.addEventListener("message", ({ data, ports }) => {
    const ask = (data as { readonly ask?: Ask } | null)?.ask;
    if (ask === "lose-device") { for (const device of devices.splice(0)) device.destroy(); }
    if (ask === "cache-tokens") ports[0]?.postMessage(cacheTokens(engine));
  });
  return {
    ...library,
    createEngine(model, onReport) {
      engine = library.createEngine(model, onReport);
      return modelVersion === OLD_VERSION ? asNewer(engine) : engine;
    },
  };
}

function cacheTokens(engine: Engine | undefined): number | undefined {
  const pipelines = (engine as Inside | undefined)?.loadedModelIdToPipeline;
  return [...pipelines?.values() ?? []][0]?.filledKVCacheLength;
}

function asNewer(engine: Engine): Engine {
  let isWhole = true;
  async function* adjust(chunks: AsyncIterable<ChatCompletionChunk>) {
    isWhole = false;
    for await (const chunk of chunks) {
      const { usage } = chunk;
      isWhole ||= chunk.choices[0]?.finish_reason === "stop";
      yield usage === undefined
        ? chunk
        : { ...chunk, usage: { ...usage, completion_tokens: usage.completion_tokens + 1 } };
    }
  }
  const create = async (request: ChatCompletionRequestStreaming) => {
    if (!isWhole) await (engine as MLCEngineInterface).resetChat();
    return adjust(await engine.chat.completions.create(request));
  };
  return {
    reload: (modelId) => engine.reload(modelId),
    unload: () => engine.unload(),
    interruptGenerate: () => engine.interruptGenerate(),
    getMessage: (modelId) => engine.getMessage(modelId),
    chat: { completions: { create } } as unknown as Engine["chat"],
  };
}
