/**
 * Takes a GGUF model that a person brought: reads what the file is, and keeps a file of this device
 * on its disk. One at an address is only read from; the model manager downloads it.
 *
 * Owns the order: nothing is copied that could not run. The catalogue learns of it by the command
 * `add-model`, which whoever called sends next.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type ByteSource,
  type EngineError,
  ggufProfile,
  type GgufReadError,
  type GgufRefusal,
  type ModelProfile,
  readGguf,
} from "#shared/inference/mod.ts";
import { type AskHost, HostFault, openHttpSource } from "../adapters/http-byte-source.ts";
import type { ModelFiles } from "../worker/model-files.ts";

export type BringError =
  | GgufReadError
  | GgufRefusal
  | EngineError
  | { readonly kind: "url-invalid" };

/** `onBytes` is told of each piece that is kept. Aborting cancels the work and leaves nothing. */
export async function bringGguf(
  file: File,
  files: Pick<ModelFiles, "adopt">,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Result<ModelProfile, BringError>> {
  const source = {
    bytes: file.size,
    readFirst: async (bytes: number) => new Uint8Array(await file.slice(0, bytes).arrayBuffer()),
  };
  const header = await readHeader(source, signal);
  if (!header.ok) return header;
  const profile = ggufProfile(header.value, { name: file.name, bytes: file.size, url: "" });
  if (!profile.ok) return profile;
  const { id: modelId, files: [first] = [] } = profile.value;
  const place = { modelId, path: first?.path ?? "", source: file };
  const kept = await files.adopt(place, onBytes, signal);
  return kept.ok ? ok(profile.value) : kept;
}

/** The model at `url`; resolves with `url-invalid` where no page may read. Aborting cancels. */
export async function bringGgufUrl(
  url: string,
  askHost: AskHost,
  signal: AbortSignal,
): Promise<Result<ModelProfile, BringError>> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return err({ kind: "url-invalid" });
  }
  const source = await openHttpSource(url, askHost, signal);
  if (!source.ok) return source;
  const header = await readHeader(source.value, signal);
  if (!header.ok) return header;
  const name = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
  return ggufProfile(header.value, { name, bytes: source.value.bytes, url });
}

async function readHeader(source: ByteSource, signal: AbortSignal) {
  try {
    return await readGguf(source, signal);
  } catch (error) {
    if (signal.aborted) return err({ kind: "cancelled" } as const);
    if (error instanceof HostFault) return err(error.error);
    // NotReadableError, the one thing that reading a file rejects with: moved since it was chosen.
    const detail = error instanceof Error ? error.message : String(error);
    return err({ kind: "gguf-malformed", detail } as const);
  }
}
