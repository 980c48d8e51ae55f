/**
 * The files of one folder as `StaticFiles`, for every platform with `node:fs` (Deno and Node).
 *
 * Lists the folder once: a path that was not there at start does not exist, so no request can reach
 * outside. A rebuilt folder needs a new list (the launcher starts a new process anyway).
 */

import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Encoding } from "../http/content-encoding.ts";
import type { StaticFile, StaticFiles } from "../http/static-files.ts";

/** Endings that the build puts on a compressed copy beside the plain file. */
const ENDINGS: Readonly<Record<Encoding, string>> = { br: ".br", gzip: ".gz" };

function listPaths(folder: string, prefix: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    // Dot files are notes of the build, not part of the page.
    if (entry.name.startsWith(".")) return [];
    const path = `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return listPaths(join(folder, entry.name), path);
    return entry.isFile() ? [path] : [];
  });
}

function openFile(path: string): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
}

/** Lists `folder` and all below it. Throws what the file system throws. */
export function createFolderFiles(folder: string): StaticFiles {
  const paths = new Set(listPaths(folder, ""));
  const files = new Map<string, StaticFile>();
  for (const path of paths) {
    const compressed = (Object.keys(ENDINGS) as Encoding[])
      .filter((encoding) => paths.has(path + ENDINGS[encoding]));
    const { size, mtimeMs } = statSync(join(folder, path));
    const sizes = compressed.map((encoding) =>
      [encoding, statSync(join(folder, path + ENDINGS[encoding])).size] as const
    );
    files.set(path, {
      version: `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`,
      sizeBytes: { plain: size, ...Object.fromEntries(sizes) },
      open: (encoding) =>
        openFile(join(folder, encoding === undefined ? path : path + ENDINGS[encoding])),
    });
  }
  return { find: (path) => files.get(path) };
}
