/**
 * Takes a GGUF file that a person brought: reads what it is, keeps it on this device's disk.
 *
 * Owns the order: nothing is copied that could not run. The catalogue learns of it by the command
 * `add-model`, which whoever called sends next.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type EngineError,
  ggufProfile,
  type GgufReadError,
  type GgufRefusal,
  type ModelProfile,
  readGguf,
} from "#shared/inference/mod.ts";
import type { ModelFiles } from "../worker/model-files.ts";

export type BringError = GgufReadError | GgufRefusal | EngineError;

/** `onBytes` is told of each piece that is kept. Aborting cancels the work and leaves nothing. */
export async function bringGguf(
  file: File,
  files: Pick<ModelFiles, "adopt">,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Result<ModelProfile, BringError>> {
  const header = await readHeader(file, signal);
  if (!header.ok) return header;
  const profile = ggufProfile(header.value, { name: file.name, bytes: file.size, url: "" });
  if (!profile.ok) return profile;
  const { id: modelId, files: [first] = [] } = profile.value;
  const place = { modelId, path: first?.path ?? "", source: file };
  const kept = await files.adopt(place, onBytes, signal);
  return kept.ok ? ok(profile.value) : kept;
}

async function readHeader(file: File, signal: AbortSignal) {
  try {
    return await readGguf({
      bytes: file.size,
      read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
    }, signal);
  } catch (error) {
    if (signal.aborted) return err({ kind: "cancelled" } as const);
    // NotReadableError, the one thing that reading a file rejects with: moved since it was chosen.
    const detail = error instanceof Error ? error.message : String(error);
    return err({ kind: "gguf-malformed", detail } as const);
  }
}
