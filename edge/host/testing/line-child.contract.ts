/** A child process whose error output is lines of JSON, as a headless host's is. For tests only. */

import { spawn } from "node:child_process";
import { ROOT } from "../../launch/processes.mjs";
import { signalServer } from "../../launch/server-process.mjs";

export type Line = Readonly<Record<string, unknown>>;

export interface LineChild {
  readonly pid: number;
  readonly lines: readonly Line[];
  /** The first line, from the start, that has these fields; fails when the process ends before. */
  line(fields: Line): Promise<Line>;
  /** Sends a signal to this one process; resolves when it and all that hold its output ended. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

/** `command` begins with the program and runs in the repository's root. */
export function startLineChild(
  command: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): LineChild {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const lines: Line[] = [];
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
function parseLine(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return { event: "not-json", line };
  }
}
