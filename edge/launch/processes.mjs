/** Finds and runs the programs that the tools start, alike on Node and Deno. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const require = createRequire(join(ROOT, "package.json"));

/** True when this tool itself runs on Deno. */
export const isDeno = process.versions["deno"] !== undefined;

/**
 * Path of the Deno binary that `npm ci` installed. The package's own launcher is a Node script that
 * would stand between us and the signals we send; where install scripts may not run, the binary
 * lies only in the package of the platform.
 *
 * @returns {string}
 */
export function denoPath() {
  if (isDeno) return process.execPath;
  const { optionalDependencies } = require("deno/package.json");
  const name = process.platform === "win32" ? "deno.exe" : "deno";
  const paths = ["deno", ...Object.keys(optionalDependencies)]
    .map((folder) => join(ROOT, "node_modules", folder, name));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error('Cannot find Deno in node_modules: run "npm ci" first');
  return found;
}

/**
 * Command line that runs a script of an installed package on the runtime at hand.
 *
 * @param {string} script path below node_modules, such as "vite/bin/vite.js"
 * @param {readonly string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function packageCommand(script, args) {
  const path = join(ROOT, "node_modules", script);
  return [process.execPath, isDeno ? ["run", "-A", path, ...args] : [path, ...args]];
}

/**
 * The same on Node whatever runs us, for packages that know no other runtime (Playwright's runner).
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function nodeCommand(script, args) {
  return [isDeno ? "node" : process.execPath, [join(ROOT, "node_modules", script), ...args]];
}

/**
 * @typedef {object} RunOptions
 * @property {Record<string, string>} [env] added to the environment
 * @property {"inherit" | "capture"} [output] default "inherit"
 * @property {number} [timeoutMs] after it the program and its children are killed
 */

/**
 * @typedef {object} RunResult
 * @property {number | null} code exit code; `null` when a signal ended it
 * @property {string} output what it wrote, when captured
 * @property {boolean} isTimedOut
 */

/**
 * Runs a program to its end. Rejects when it cannot be started.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function runProgram(command, args, options = {}) {
  const isCaptured = options.output === "capture";
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", isCaptured ? "pipe" : "inherit", isCaptured ? "pipe" : "inherit"],
      // A group of its own, so that a timeout ends browsers and workers of the child as well.
      detached: true,
    });
    let output = "";
    let isTimedOut = false;
    child.stdout?.on("data", (/** @type {Buffer} */ data) => output += data.toString());
    child.stderr?.on("data", (/** @type {Buffer} */ data) => output += data.toString());
    const endGroup = () => {
      if (child.pid !== undefined) killGroup(child.pid, "SIGKILL");
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => {
      isTimedOut = true;
      endGroup();
    }, options.timeoutMs);
    // Ctrl-C reaches only our own group; hand it on.
    const onInterrupt = () => {
      endGroup();
      process.exit(130);
    };
    process.once("SIGINT", onInterrupt);
    process.once("SIGTERM", onInterrupt);
    const finish = () => {
      clearTimeout(timer);
      process.removeListener("SIGINT", onInterrupt);
      process.removeListener("SIGTERM", onInterrupt);
    };
    child.once("error", (error) => {
      finish();
      reject(error);
    });
    child.once("close", (code) => {
      finish();
      resolve({ code, output, isTimedOut });
    });
  });
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function killGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself meanwhile.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
  }
}
