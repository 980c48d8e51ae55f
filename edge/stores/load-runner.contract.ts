/** Runs a load of a store as a process that is killed, for the crash tests beside it. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { denoPath, ROOT } from "../launch/processes.mjs";

export interface LoadEnd {
  readonly lines: readonly string[];
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** Runs `file` on Deno as a child of `shell` words; `onLine` may kill it. Resolves at its end. */
export function createLoadRunner<Order>(file: string) {
  return (
    order: Order,
    shell: (command: string) => readonly [string, ...string[]] = (command) => [
      "sh",
      "-c",
      `exec ${command}`,
    ],
    onLine: (line: string, kill: () => void) => void = () => {},
  ): Promise<LoadEnd> => {
    const command = `"${denoPath()}" run -A "${join(ROOT, file)}" '${JSON.stringify(order)}'`;
    const [program, ...args] = shell(command);
    const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let [text, errors] = ["", ""];
    child.stderr.on("data", (data: Buffer) => errors += data.toString());
    child.stdout.on("data", (data: Buffer) => {
      const before = text.split("\n").length;
      text += data.toString();
      for (const line of text.split("\n").slice(before - 1, -1)) {
        onLine(line, () => child.kill("SIGKILL"));
      }
    });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (_code, signal) => {
        resolve({ lines: text.split("\n").slice(0, -1), signal, errors });
      });
    });
  };
}

/** Steps that were acknowledged, and whether SQLite had committed one more. */
export function readLines(lines: readonly string[], from: number) {
  const acknowledged = lines.filter((line) => /^\d+$/.test(line));
  acknowledged.forEach((line, index) => expect(Number(line)).toBe(from + index));
  return { steps: from + acknowledged.length, isCommitted: lines.at(-1) === "committed" };
}
