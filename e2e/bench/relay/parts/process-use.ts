/** What processes use, as Linux tells; NaN where it does not. */

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** Processor seconds of a process, to the nanosecond: user and system, all its threads. */
export function cpuSecondsOf(pid: number): number {
  const texts = readProcess(() =>
    readdirSync(`/proc/${pid}/task`).map((task) =>
      readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8")
    )
  );
  if (texts === undefined) return NaN;
  return texts.reduce((sum, text) => sum + Number(text.split(" ")[0]) / 1e9, 0);
}

/** Memory that the process has, without what the kernel keeps for its sockets. */
export function residentBytesOf(pid: number): number {
  const text = readProcess(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "";
  return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? NaN) * 1024;
}

function readProcess<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) { // Not Linux, or a thread that ended meanwhile.
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}

/** Cores that a server and this process used since `start`, as they were in use on average. */
export function watchCores(pid: number) {
  const [startMs, server, own] = [performance.now(), cpuSecondsOf(pid), process.cpuUsage()];
  return () => {
    const seconds = (performance.now() - startMs) / 1000;
    const used = process.cpuUsage(own);
    return {
      seconds,
      serverSeconds: cpuSecondsOf(pid) - server,
      serverCores: (cpuSecondsOf(pid) - server) / seconds,
      clientCores: (used.user + used.system) / 1e6 / seconds,
    };
  };
}
