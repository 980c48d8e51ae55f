/**
 * The store of a running download in the origin private file system; in workers only, and under the
 * model's lock (opfs-model-files.ts).
 */

import type { KeptFile } from "#shared/inference/mod.ts";
import type { DownloadStore } from "../worker/download/download-store.ts";
import { type FileWriter, type ModelFolder, openModelFolder } from "./opfs-model-folder.ts";

export async function openOpfsDownloadStore(modelId: string): Promise<DownloadStore> {
  const folder = await openModelFolder(modelId, true);
  const writers = new Map<string, FileWriter>();
  const closeWriter = async (path: string): Promise<void> => {
    const writer = writers.get(path);
    writers.delete(path);
    await writer?.close();
  };
  return {
    keptOf: (path) => takeKept(folder, path),
    async write(path, at, bytes) {
      let writer = writers.get(path);
      if (writer === undefined) {
        writer = await folder.openWriter(path, "keep");
        writers.set(path, writer);
      }
      await writer.write(at, bytes);
    },
    async note(path, kept) {
      await closeWriter(path); // SY130: the bytes are on disk before their note.
      await folder.writeNote({ ...kept, path });
    },
    async erase(path) {
      await closeWriter(path);
      await folder.dropNote(path);
      await folder.dropBytes(path);
    },
    read: (path) => folder.readBytes(path),
    async bytesFree() {
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0));
    },
    async close() {
      for (const path of [...writers.keys()]) await closeWriter(path);
    },
  };
}

/** Bytes whose note is missing, or contradicts the disk, are thrown away. */
async function takeKept(folder: ModelFolder, path: string): Promise<KeptFile | undefined> {
  const note = await folder.readNote(path);
  const bytesOnDisk = (await folder.readBytes(path))?.size ?? 0;
  const isTrue = note?.kind === "whole"
    ? bytesOnDisk === note.bytes
    : bytesOnDisk >= (note?.spans.at(-1)?.to ?? 0);
  if (note !== undefined && isTrue) return note;
  await folder.dropNote(path);
  await folder.dropBytes(path);
  return undefined;
}
