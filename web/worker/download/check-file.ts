/**
 * Whether a fetched file is what it should be: its size, its hash, and where nobody published one,
 * at least its form.
 */

import { createSha256 } from "#shared/base/mod.ts";
import type { ModelFile } from "#shared/inference/mod.ts";

/** Larger ones would stand in memory as a whole to be parsed. */
const JSON_BYTES_MAX = 64 * 1024 ** 2;

const MAGICS: Readonly<Record<string, readonly number[]>> = {
  wasm: [0x00, 0x61, 0x73, 0x6d],
  gguf: [0x47, 0x47, 0x55, 0x46],
};

/** What is wrong with it; undefined when nothing is. Aborting cancels the work. */
export async function findFault(
  file: ModelFile,
  found: Blob,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (file.bytes !== undefined && found.size !== file.bytes) {
    return `${found.size} bytes instead of ${file.bytes}`;
  }
  if (file.sha256 !== undefined) {
    const hex = await hashOf(found, signal);
    return hex === file.sha256 ? undefined : `SHA-256 ${hex.slice(0, 12)}…`;
  }
  const hasForm = await looksLike(file.path.split(".").at(-1) ?? "", found);
  return hasForm ? undefined : "not what its name says";
}

async function hashOf(found: Blob, signal: AbortSignal): Promise<string> {
  const hash = createSha256();
  const reader = found.stream().getReader();
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = await reader.read();
    if (done) return hash.hex();
    hash.update(value);
  }
}

async function looksLike(extension: string, found: Blob): Promise<boolean> {
  if (extension === "json") {
    return found.size <= JSON_BYTES_MAX && isJson(await found.text());
  }
  const magic = MAGICS[extension];
  if (magic === undefined) return true;
  const head = new Uint8Array(await found.slice(0, magic.length).arrayBuffer());
  return magic.every((byte, at) => head[at] === byte);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch { // It throws for nothing else.
    return false;
  }
}
