/**
 * The model files of this device, as a back end and the model manager see them.
 *
 * Owns the shape only (web/adapters keeps them). A file is here whole and verified, or not at all.
 */

import type { Result } from "#shared/base/mod.ts";
import type { EngineError } from "#shared/inference/mod.ts";

export interface KeptModel {
  readonly modelId: string;
  /** Whole files only. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** What unfinished downloads of it take besides. */
  readonly partialBytes: number;
}

export interface ModelFiles {
  /** Undefined where it is not kept. Reads from disk, not from memory. */
  open(modelId: string, path: string): Promise<Blob | undefined>;
  /**
   * Keeps a file that a person brought, streamed to disk; `onBytes` is told of each piece. Aborting
   * cancels the copy and leaves nothing.
   */
  adopt(
    file: { readonly modelId: string; readonly path: string; readonly source: Blob },
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<Result<void, EngineError>>;
  list(): Promise<readonly KeptModel[]>;
  remove(modelId: string): Promise<void>;
}
