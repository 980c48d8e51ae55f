/**
 * The server for tests as the binary and the model that a person would name: an executable that
 * reads how to misbehave from a file, so that a test can mend it. For tests only.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { denoPath, ROOT } from "../../../launch/processes.mjs";
import { createSystemClock } from "../../../platform/system-ports.ts";
import type { LlamaServerConfig, LlamaServerDeps } from "../llama-server.ts";
import type { ServerFaults } from "./server-options.ts";
import { profile, SERVER_SCRIPT } from "./server-process.contract.ts";

export interface ServerBinary {
  readonly folder: string;
  readonly config: LlamaServerConfig;
  setFaults(faults: ServerFaults): void;
  /** The arguments and the environment of each start, oldest first. */
  starts(): readonly { readonly args: string; readonly environment: string }[];
  remove(): void;
}

/** `extra` is a line of shell that runs before the server takes the process over. */
export function makeServerBinary(faults: ServerFaults = {}, extra = ""): ServerBinary {
  const folder = mkdtempSync(join(tmpdir(), "conclave-engine-"));
  const binaryPath = join(folder, "llama-server");
  const modelPath = join(folder, "model.gguf");
  const faultsPath = join(folder, "faults.json");
  const startsPath = join(folder, "starts");
  writeFileSync(modelPath, "GGUF\u0003\0\0\0");
  writeFileSync(startsPath, "");
  const run = `exec "${denoPath()}" run -A --quiet "${SERVER_SCRIPT}" "$@"`;
  const script = [
    "#!/bin/sh",
    `cd "${ROOT}"`,
    `{ echo "$@"; env | tr '\\n' ' '; echo; } >> "${startsPath}"`,
    extra,
    `${run} --test-faults "$(cat "${faultsPath}")"`,
  ];
  writeFileSync(binaryPath, `${script.join("\n")}\n`, { mode: 0o755 });
  const setFaults = (next: ServerFaults): void => writeFileSync(faultsPath, JSON.stringify(next));
  setFaults(faults);
  return {
    folder,
    config: {
      backend: "llama-server",
      binaryPath,
      modelPath,
      modelName: profile.id,
      contextTokens: profile.contextTokens,
      slots: 1,
    },
    setFaults,
    starts() {
      const lines = readFileSync(startsPath, "utf8").split("\n");
      return Array.from({ length: Math.floor(lines.length / 2) }, (_, index) => ({
        args: lines[index * 2] ?? "",
        environment: lines[index * 2 + 1] ?? "",
      }));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

let keys = 0;

export const serverDeps: Omit<LlamaServerDeps, "log"> = {
  clock: createSystemClock(),
  environment: process.env,
  makeKey: () => `key${keys += 1}x${process.pid}`,
};

/** True while the process runs. An orphan that ended may stay a zombie where init reaps nothing. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch { // ESRCH: gone.
    return false;
  }
  const path = `/proc/${pid}/stat`;
  return !existsSync(path) || !/\) [ZX] /.test(readFileSync(path, "utf8"));
}
