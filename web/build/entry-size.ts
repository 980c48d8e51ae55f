/** The budget of JavaScript before the first paint (app.md, Rules). */

import { gzipSync } from "node:zlib";
import type { BuildFile } from "./build-files.ts";

/** 90 kB of gzipped JavaScript: about half a second on a slow phone line. */
export const ENTRY_GZIP_BYTES_MAX = 90_000;

export interface EntrySize {
  readonly gzipBytes: number;
  readonly isOver: boolean;
  /** One line for a person. */
  readonly text: string;
}

/** Measures the entry chunks and all they import statically. */
export function measureEntry(files: readonly BuildFile[]): EntrySize {
  const scripts = files.filter((file) => file.use === "entry" && file.name.endsWith(".js"));
  const gzipBytes = scripts.reduce(
    (sum, file) => sum + gzipSync(file.code, { level: 9 }).length,
    0,
  );
  const isOver = gzipBytes > ENTRY_GZIP_BYTES_MAX;
  const kB = (bytes: number): string => (bytes / 1000).toFixed(1);
  return {
    gzipBytes,
    isOver,
    text:
      `JavaScript before the first paint: ${
        kB(gzipBytes)
      } kB gzipped in ${scripts.length} files, ` +
      `${isOver ? "over" : "within"} the budget of ${kB(ENTRY_GZIP_BYTES_MAX)} kB`,
  };
}
