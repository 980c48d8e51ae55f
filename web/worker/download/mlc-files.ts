/** The files of an MLC model on this device. Pure. */

import { decodeChatConfig, decodeTensorCache } from "../web-llm/model-manifest.ts";

export const MLC_FILES = Object.freeze({
  config: "mlc-chat-config.json",
  tensors: "tensor-cache.json",
  /** The compiled model library, whatever its host calls it. */
  library: "library.wasm",
});

/** Tokeniser and shards that the two lists name; undefined when one is no such list. */
export function mlcShardNames(
  config: Uint8Array,
  tensors: Uint8Array,
): readonly string[] | undefined {
  const [chat, shards] = [decodeChatConfig(config), decodeTensorCache(tensors)];
  if (chat === undefined || shards === undefined) return undefined;
  return [chat.tokenizerFile, ...shards.map(({ file }) => file)];
}
