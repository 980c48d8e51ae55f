/** A headless host as a child process of a test, in a folder of its own. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { onTestFinished } from "vitest";
import { denoPath, ROOT } from "../../launch/processes.mjs";
import { type LineChild, startLineChild } from "./line-child.contract.ts";

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
): LineChild {
  const command = [denoPath(), "run", "-A", "--quiet", join(ROOT, script), ...args];
  const child = startLineChild(command, { ...process.env, ...env });
  onTestFinished(async () => void await child.end("SIGKILL"));
  return child;
}
