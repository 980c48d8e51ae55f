/** Looks at the processes of this machine. Linux only. */

import { readdirSync, readFileSync } from "node:fs";

/** Process ids whose command line, word by word, is so. */
export function findProcesses(isSo: (words: readonly string[]) => boolean): readonly number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .filter((pid) => isSo(read(`/proc/${pid}/cmdline`).split("\0")));
}

/** What the main thread of a process has started and still runs; nothing where it has ended. */
export function childrenOf(pid: number): readonly number[] {
  return read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter((one) => one !== "")
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch { // It has ended meanwhile.
    return "";
  }
}
