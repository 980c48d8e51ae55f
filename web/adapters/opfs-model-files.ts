/**
 * The model files of this device in the origin private file system, in pages and in workers.
 *
 * A model is written by one at a time, over all tabs and workers: whoever holds its lock. Reading
 * takes no lock: a whole file never changes, and a removed one stays readable to who opened it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY130 A model file is here whole, as its note says once its last byte is on disk, or not here.
 *   SY131 One at a time writes a model's files, over all tabs of this browser.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EngineError } from "#shared/inference/mod.ts";
import type { KeptModel, ModelFiles } from "../worker/model-files.ts";
import {
  type FileWriter,
  listModelFolders,
  type ModelFolder,
  openModelFolder,
  removeModelFolder,
} from "./opfs-model-folder.ts";

/** Runs `work` when nobody else writes this model (SY131). Aborting cancels the wait only. */
export function withModelLock<T>(
  modelId: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const name = `conclave-model:${modelId}`;
  return navigator.locks.request(name, { mode: "exclusive", signal }, work) as Promise<T>;
}

/** Usable in pages and in workers; `adopt` and `remove` wait for the model's lock. */
export function createOpfsModelFiles(): ModelFiles {
  const never = new AbortController().signal; // `remove` waits as long as a writer takes.
  return {
    async open(modelId, path) {
      const folder = await openModelFolder(modelId, false);
      return folder && await openWhole(folder, path);
    },
    async adopt({ modelId, path, source }, onBytes, signal) {
      try {
        return await withModelLock(modelId, async () => {
          const folder = await openModelFolder(modelId, true);
          return await copyIn(folder, { path, source }, onBytes, signal);
        }, signal);
      } catch (error) {
        return err(toFileError(error, source.size, signal));
      }
    },
    async list() {
      const kept: KeptModel[] = [];
      for (const modelId of await listModelFolders()) {
        const folder = await openModelFolder(modelId, false);
        if (folder !== undefined) kept.push(await describeFolder(modelId, folder));
      }
      return kept;
    },
    remove: (modelId) => withModelLock(modelId, () => removeModelFolder(modelId), never),
  };
}

/** The file if its note says whole and the disk agrees (SY130). */
export async function openWhole(folder: ModelFolder, path: string): Promise<File | undefined> {
  const note = await folder.readNote(path);
  if (note?.kind !== "whole") return undefined;
  const file = await folder.readBytes(path);
  return file?.size === note.bytes ? file : undefined;
}

/** What a failure of the file system means. */
export function toFileError(error: unknown, bytesNeeded: number, signal: AbortSignal): EngineError {
  if (signal.aborted) return { kind: "cancelled" };
  const { name, message } = error instanceof Error || error instanceof DOMException
    ? error
    : { name: "", message: String(error) };
  if (name === "QuotaExceededError") return { kind: "storage-full", bytesNeeded };
  return { kind: "internal", detail: `Cannot keep the file: ${name} ${message}` };
}

async function copyIn(
  folder: ModelFolder,
  { path, source }: { readonly path: string; readonly source: Blob },
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Result<void, EngineError>> {
  await folder.dropNote(path);
  const writer = await folder.openWriter(path, "from-empty");
  let isWhole = false;
  try {
    await copyBytes(source, writer, onBytes, signal);
    isWhole = true;
  } finally {
    await writer.close();
    if (!isWhole) await folder.dropBytes(path);
  }
  await folder.writeNote({ kind: "whole", path, bytes: source.size });
  return ok(undefined);
}

async function copyBytes(
  source: Blob,
  writer: FileWriter,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const reader = source.stream().getReader();
  let at = 0;
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = await reader.read();
    if (done) break;
    await writer.write(at, value);
    at += value.byteLength;
    onBytes(value.byteLength);
  }
  if (at !== source.size) throw new Error(`${at} bytes instead of ${source.size}`);
}

async function describeFolder(modelId: string, folder: ModelFolder): Promise<KeptModel> {
  const files = await folder.list();
  const isWhole = (file: (typeof files)[number]): boolean =>
    file.note?.kind === "whole" && file.note.bytes === file.bytesOnDisk;
  const partial = files.filter((file) => !isWhole(file));
  return {
    modelId,
    files: files.filter(isWhole).map(({ path, bytesOnDisk }) => ({ path, bytes: bytesOnDisk })),
    partialBytes: partial.reduce((sum, { bytesOnDisk }) => sum + bytesOnDisk, 0),
  };
}
