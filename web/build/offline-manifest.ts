/**
 * Decides which files are kept for offline use and when. Pure; `web/pwa/service-worker.ts` obeys.
 *
 * - shell: stored while the service worker installs, all or nothing, one cache per build
 * - kept: stored in the background after the first visit, each under its own revision, so that an
 *   update of the shell does not fetch the engine and the model again
 * - everything else of the build is stored when it is first used
 */

import { createHash } from "node:crypto";
import type { FileUse } from "./build-files.ts";

export interface OfflineFile {
  readonly url: string;
  /** Hash of the content, for the key under which the file is kept. */
  readonly revision: string;
}

export interface OfflineManifest {
  readonly buildId: string;
  readonly shell: readonly OfflineFile[];
  readonly kept: readonly OfflineFile[];
  readonly onUse: readonly OfflineFile[];
}

/** A file of the finished `dist/` folder. */
export interface DistFile {
  readonly url: string;
  readonly content: Uint8Array;
  /** `undefined` for files that no bundler made. */
  readonly use: FileUse | undefined;
}

type Shelf = "shell" | "kept" | "onUse";

/** Bytes above which a chunk of the app is stored only when first used. */
const SHELL_FILE_BYTES_MAX = 400_000;

/** Fonts come in a file per script; the first install keeps the Latin ones. */
const isOtherScriptFont = (url: string): boolean =>
  url.endsWith(".woff2") && !/-latin-(?!ext-)/.test(url);

/** Decides where one file belongs. */
export function chooseShelf(file: DistFile): Shelf {
  if (file.url.startsWith("/ort/") || file.url.startsWith("/models/")) return "kept";
  if (/^\/(wllama|screenshots)\//.test(file.url)) return "onUse"; // SY242
  if (file.use === "engine") return "kept";
  if (file.use === "other-engine") return "onUse";
  if (isOtherScriptFont(file.url)) return "onUse";
  return file.content.byteLength <= SHELL_FILE_BYTES_MAX || file.use === "entry"
    ? "shell"
    : "onUse";
}

const revisionOf = (content: Uint8Array): string =>
  createHash("sha256").update(content).digest("hex").slice(0, 16);

/** Makes the manifest of a build. The order of `files` does not matter. */
export function makeOfflineManifest(files: readonly DistFile[]): OfflineManifest {
  const sorted = [...files].sort((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0));
  const shelves: Record<Shelf, OfflineFile[]> = { shell: [], kept: [], onUse: [] };
  for (const file of sorted) {
    shelves[chooseShelf(file)].push({ url: file.url, revision: revisionOf(file.content) });
  }
  const buildId = revisionOf(new TextEncoder().encode(JSON.stringify(shelves)));
  return { buildId, ...shelves };
}
