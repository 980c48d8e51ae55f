/** Where a download keeps the files of one model while it runs: a port. */

import type { KeptFile } from "#shared/inference/mod.ts";

export interface DownloadStore {
  /** What is here of the file, by its note. */
  keptOf(path: string): Promise<KeptFile | undefined>;
  write(path: string, at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Resolves when everything written to the file is on disk, and then its note. */
  note(path: string, kept: KeptFile): Promise<void>;
  /** Throws away bytes and note. */
  erase(path: string): Promise<void>;
  /** What is on disk; undefined where nothing is. */
  read(path: string): Promise<Blob | undefined>;
  /** Bytes that this origin may still write; undefined where nobody knows. */
  bytesFree(): Promise<number | undefined>;
  close(): Promise<void>;
}
