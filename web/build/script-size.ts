/**
 * The budget of JavaScript until a room can be typed in (app.md, Rules; issue 9), on a first visit,
 * which also shows the start screen. What the room needs is what it imports statically; that the
 * rest is not needed is tested in a browser (e2e/browser/first-scripts.spec.ts).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY181 A room can be typed in, and what is sent is kept and shown, with at most 90 kB of gzipped
 *         JavaScript; everything else is fetched after that.
 */

import { gzipSync } from "node:zlib";
import type { BuildFile, FileUse } from "./build-files.ts";

/** 90 kB of gzipped JavaScript: about half a second on a slow phone line. */
export const FIRST_GZIP_BYTES_MAX = 90_000;

export interface ScriptSize {
  /** Of the entry chunks and all they import statically. */
  readonly entryGzipBytes: number;
  /** With those of the room's screen, and what the start screen asks for. */
  readonly roomGzipBytes: number;
  readonly isOver: boolean;
  /** One line for a person. */
  readonly text: string;
}

/** Measures what a person waits for, each file gzipped for itself as it is sent. */
export function measureScripts(files: readonly BuildFile[]): ScriptSize {
  const sizeOf = (use: FileUse): { readonly count: number; readonly gzipBytes: number } => {
    const scripts = files.filter((file) => file.use === use && file.name.endsWith(".js"));
    const sizes = scripts.map(({ code }) => gzipSync(code, { level: 9 }).length);
    return { count: sizes.length, gzipBytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
  };
  const entry = sizeOf("entry");
  const start = sizeOf("start");
  const room = sizeOf("room");
  const roomGzipBytes = entry.gzipBytes + start.gzipBytes + room.gzipBytes;
  const isOver = roomGzipBytes > FIRST_GZIP_BYTES_MAX; // SY181
  const kB = (bytes: number): string => (bytes / 1000).toFixed(1);
  return {
    entryGzipBytes: entry.gzipBytes,
    roomGzipBytes,
    isOver,
    text: `JavaScript before the first paint: ${kB(entry.gzipBytes)} kB gzipped in ` +
      `${entry.count} files; until a room can be typed in: ${kB(roomGzipBytes)} kB in ` +
      `${entry.count + start.count + room.count} files, ${
        isOver ? "over" : "within"
      } the budget of ` +
      `${kB(FIRST_GZIP_BYTES_MAX)} kB`,
  };
}
