/**
 * Where model files lie on this device: one folder for each model in the origin private file
 * system, and in it two entries for each file, its bytes and its note.
 *
 * Owns names and layout. Does not own what a note means (opfs-file-note.ts) nor who may write
 * (opfs-model-files.ts takes the model's lock).
 */

import { decodeNote, encodeNote, type FileNote } from "./opfs-file-note.ts";

/** Writes one file in place; pages and workers have different ways. */
export interface FileWriter {
  write(at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Resolves when everything written so far is on disk. Closes the file. */
  close(): Promise<void>;
}

export interface StoredFile {
  readonly path: string;
  /** Undefined where there is none that decodes. */
  readonly note: FileNote | undefined;
  readonly bytesOnDisk: number;
}

export interface ModelFolder {
  readNote(path: string): Promise<FileNote | undefined>;
  writeNote(note: FileNote): Promise<void>;
  dropNote(path: string): Promise<void>;
  /** Undefined where nothing of it is here. A snapshot on disk, not in memory. */
  readBytes(path: string): Promise<File | undefined>;
  /** Opens the file for writing; `from-empty` throws away what it held. */
  openWriter(path: string, mode: "keep" | "from-empty"): Promise<FileWriter>;
  dropBytes(path: string): Promise<void>;
  list(): Promise<readonly StoredFile[]>;
}

const ROOT = "models";
/** So that no id, "..", say, is a name that file systems refuse. */
const FOLDER = "m-";
const BYTES = ".bytes";
const NOTE = ".note";

/** What workers have beside the page's way; the page's types do not know it. */
interface SyncHandle {
  read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  truncate(bytes: number): void;
  flush(): void;
  close(): void;
}

interface InWorker {
  createSyncAccessHandle?(): Promise<SyncHandle>;
}

/** Names of the models that have a folder, whatever is in it. */
export async function listModelFolders(): Promise<readonly string[]> {
  const root = await findRoot();
  if (root === undefined) return [];
  const ids: string[] = [];
  for await (const [name, handle] of entriesOf(root)) {
    if (handle.kind === "directory") ids.push(decodeURIComponent(name.slice(FOLDER.length)));
  }
  return ids;
}

/** Throws away a model's folder; nothing happens where there is none. */
export async function removeModelFolder(modelId: string): Promise<void> {
  const root = await findRoot();
  if (root === undefined) return;
  await unlessMissing(root.removeEntry(folderName(modelId), { recursive: true }));
}

/** Undefined where the model has no folder and `create` is false. */
export async function openModelFolder(modelId: string, create: true): Promise<ModelFolder>;
export async function openModelFolder(
  modelId: string,
  create: boolean,
): Promise<ModelFolder | undefined>;
export async function openModelFolder(
  modelId: string,
  create: boolean,
): Promise<ModelFolder | undefined> {
  const root = await findRoot();
  if (root === undefined) {
    if (create) throw new Error("this browser keeps no files at this address");
    return undefined;
  }
  const folder = await unlessMissing(root.getDirectoryHandle(folderName(modelId), { create }));
  return folder && createModelFolder(folder);
}

function createModelFolder(folder: FileSystemDirectoryHandle): ModelFolder {
  const handleOf = (name: string, create: boolean) =>
    unlessMissing(folder.getFileHandle(name, { create }));
  const drop = async (name: string): Promise<void> => {
    await unlessMissing(folder.removeEntry(name));
  };
  const openWriter: ModelFolder["openWriter"] = async (path, mode) => {
    const handle = await folder.getFileHandle(encodeURIComponent(path) + BYTES, { create: true });
    return await openHandle(handle, mode);
  };
  const readNote = async (path: string): Promise<FileNote | undefined> => {
    const handle = await handleOf(encodeURIComponent(path) + NOTE, false);
    const text = handle && await textOf(handle);
    return text === undefined ? undefined : decodeNote(text);
  };
  return {
    readNote,
    openWriter,
    async writeNote(note) {
      const name = encodeURIComponent(note.path) + NOTE;
      const handle = await folder.getFileHandle(name, { create: true });
      const writer = await openHandle(handle, "from-empty");
      await writer.write(0, encodeNote(note));
      await writer.close();
    },
    dropNote: (path) => drop(encodeURIComponent(path) + NOTE),
    async readBytes(path) {
      const handle = await handleOf(encodeURIComponent(path) + BYTES, false);
      return handle && await handle.getFile();
    },
    dropBytes: (path) => drop(encodeURIComponent(path) + BYTES),
    async list() {
      const names = await unlessMissing(namesOf(folder)) ?? []; // Removed meanwhile.
      const files: StoredFile[] = [];
      for (const name of names.filter((one) => one.endsWith(BYTES))) {
        const path = decodeURIComponent(name.slice(0, -BYTES.length));
        const file = await (await handleOf(name, false))?.getFile().catch(missing);
        if (file === undefined) continue;
        files.push({ path, note: await readNote(path), bytesOnDisk: file.size });
      }
      return files;
    },
  };
}

/** Undefined while somebody writes or removes it. */
async function textOf(handle: FileSystemFileHandle): Promise<string | undefined> {
  try {
    return await (await handle.getFile()).text();
  } catch (error) {
    const isChanging = error instanceof DOMException && error.name === "NotReadableError";
    return isChanging ? undefined : missing(error);
  }
}

async function openHandle(
  handle: FileSystemFileHandle & InWorker,
  mode: "keep" | "from-empty",
): Promise<FileWriter> {
  if (handle.createSyncAccessHandle !== undefined) {
    const sync = await handle.createSyncAccessHandle();
    if (mode === "from-empty") sync.truncate(0);
    return {
      // oxlint-disable-next-line require-await -- a full disk rejects here too
      async write(at, bytes) {
        const written = sync.write(bytes, { at });
        // Safari and older Chromium say so instead of throwing.
        if (written < bytes.byteLength) throw new DOMException("disk full", "QuotaExceededError");
      },
      // oxlint-disable-next-line require-await -- like the page's
      async close() {
        try {
          sync.flush();
        } finally {
          sync.close();
        }
      },
    };
  }
  const stream = await handle.createWritable({ keepExistingData: mode === "keep" });
  return {
    write: (at, bytes) => stream.write({ type: "write", position: at, data: bytes }),
    close: () => stream.close(),
  };
}

const folderName = (modelId: string): string => FOLDER + encodeURIComponent(modelId);

/** Undefined where this browser keeps no files: an insecure address, or a private window. */
async function findRoot(): Promise<FileSystemDirectoryHandle | undefined> {
  // The types say that it is always there.
  const storage = navigator.storage as StorageManager | undefined;
  if (storage?.getDirectory === undefined) return undefined;
  try {
    const directory = await storage.getDirectory();
    return await directory.getDirectoryHandle(ROOT, { create: true });
  } catch (error) {
    if (error instanceof DOMException && error.name === "SecurityError") return undefined;
    throw error;
  }
}

async function namesOf(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const [name] of entriesOf(folder)) names.push(name);
  return names;
}

/** The types of pages and of workers name this differently. */
function entriesOf(folder: FileSystemDirectoryHandle): AsyncIterable<[string, FileSystemHandle]> {
  return folder as unknown as AsyncIterable<[string, FileSystemHandle]>;
}

/** Undefined for what is not there; every other failure is the caller's. */
async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  return await work.catch(missing);
}

/** Undefined for what is not there; throws everything else. */
function missing(error: unknown): undefined {
  if (error instanceof DOMException && error.name === "NotFoundError") return undefined;
  throw error;
}
