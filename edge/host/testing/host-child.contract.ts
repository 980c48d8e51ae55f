/** A headless host as a child process of a test, in a folder of its own. */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { onTestFinished } from "vitest";
import { denoPath, ROOT } from "../../launch/processes.mjs";
import { signalServer } from "../../launch/server-process.mjs";

export type HostLine = Readonly<Record<string, unknown>>;

export interface HostChild {
  readonly pid: number;
  readonly lines: readonly HostLine[];
  /** The first line, from the start, that has these fields; fails when the process ends before. */
  line(fields: HostLine): Promise<HostLine>;
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

/** A folder with a configuration; the host's data is beside it. */
export function makeHostFolder(config: object): { readonly path: string; readonly data: string } {
  const folder = mkdtempSync(join(tmpdir(), "conclave-host-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "host.json");
  writeFileSync(path, JSON.stringify({ data: "data", ...config }));
  return { path, data: join(folder, "data") };
}

export const tokenOf = (data: string): string =>
  readFileSync(join(data, "host.token"), "utf8").trim();

/** Starts `script` on Deno; what it started is ended with the test at the latest. */
export function startHost(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): HostChild {
  const child = spawn(denoPath(), ["run", "-A", "--quiet", join(ROOT, script), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    signalServer(child, "SIGKILL");
    await ended;
  });
  const lines: HostLine[] = [];
  const waiting = new Set<() => void>();
  let rest = "";
  const tell = (): void => {
    for (const wake of [...waiting]) wake();
    waiting.clear();
  };
  child.stderr.on("data", (data: Buffer) => {
    const all = (rest + data.toString()).split("\n");
    rest = all.pop() ?? "";
    lines.push(...all.map(parseLine));
    tell();
  });
  let code: number | null | undefined;
  void ended.then((value) => {
    code = value;
    tell();
  });
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    async line(fields) {
      const wanted = Object.entries(fields);
      for (;;) {
        const found = lines.find((one) => wanted.every(([key, value]) => one[key] === value));
        if (found !== undefined) return found;
        if (code !== undefined) throw new Error(`Ended with ${code}: ${JSON.stringify(lines)}`);
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    end(signal) {
      signalServer(child, signal);
      return ended;
    },
  };
}

/** What is no JSON is a crash's own words. */
function parseLine(line: string): HostLine {
  try {
    return JSON.parse(line) as HostLine;
  } catch {
    return { event: "not-json", line };
  }
}
