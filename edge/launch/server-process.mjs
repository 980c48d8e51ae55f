/**
 * Builds the page when it is stale and runs the server, on Deno or on Node. Used by `npm start` and
 * by every test that needs the real thing.
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import process from "node:process";
import { hashInputs, isBuildStale } from "./build-inputs.mjs";
import { inTurn } from "./build-turn.mjs";
import { denoPath, packageCommand, ROOT, runProgram } from "./processes.mjs";
import { SERVER_BUNDLE } from "./server-bundle.mjs";

const DIST = join(ROOT, "dist");

/**
 * Builds `dist/` unless it is the build of the sources at hand. Rejects when the build fails.
 *
 * @param {"inherit" | "capture"} output
 */
export async function buildIfStale(output) {
  if (!isBuildStale(DIST, hashInputs(ROOT))) return;
  await inTurn(join(ROOT, ".cache", "build.lock"), async () => {
    // Whoever had the turn before us may have built what we want.
    if (isBuildStale(DIST, hashInputs(ROOT))) await build(output);
  });
}

/** @param {"inherit" | "capture"} output */
async function build(output) {
  if (output === "inherit") console.log("Building the page");
  const [command, args] = packageCommand("vite/bin/vite.js", ["build"]);
  const result = await runProgram(command, args, { output });
  if (result.code !== 0 || !existsSync(join(DIST, "index.html"))) {
    throw new Error(`Failed to build the page: exit code ${result.code}\n${result.output}`);
  }
}

/** Every setting of the server; it may read no other variable. */
export const SETTINGS = [
  "HOST",
  "PORT",
  "CONCLAVE_DATA",
  "CONCLAVE_ORIGINS",
  "CONCLAVE_TRUST_PROXY",
  "CONCLAVE_RELAY_LIMITS",
  "CONCLAVE_OPERATOR",
  "CONCLAVE_REDIS",
  "CONCLAVE_RELAY_SECRET",
];

/**
 * `ws` asks for these before it uses optional native code, which we do not install, and
 * `@redis/client` whether it shall say more.
 */
const ASKED_BY_PACKAGES = [
  "WS_NO_BUFFER_UTIL",
  "WS_NO_UTF_8_VALIDATE",
  "REDIS_DEBUG_MAINTENANCE",
  "REDIS_EMIT_DIAGNOSTICS",
];

/**
 * V8's young generation. Its default of 16 MiB, two or three times over, is as much as 3,000 idle
 * sockets take; what the relay makes and drops for a message fits in far less.
 */
const YOUNG_FLAG = "--max-semi-space-size=4";

/**
 * Paths as the value of a permission. Throws for a path that cannot be one.
 *
 * @param {readonly string[]} paths
 */
export function pathList(paths) {
  const wrong = paths.find((path) => path.includes(","));
  if (wrong !== undefined) throw new Error(`Cannot use "${wrong}": Deno takes no comma in a path`);
  return paths.join(",");
}

/**
 * Starts the server process: on Deno with the least permissions that do, or on Node.
 *
 * @param {Record<string, string | undefined>} environment settings, beside those of this process
 * @param {"inherit" | "pipe"} output where it writes its address and its errors
 * @param {string} [pageFolder] absolute; default `dist/`
 * @param {string} [nodePath] a Node of 22.13 or later, which runs the bundle that is there already;
 *   default is Deno, which runs the sources
 * @param {readonly string[]} [wrapper] a program and its arguments that runs what follows them
 */
export function spawnServer(environment, output, pageFolder = DIST, nodePath, wrapper = []) {
  /** @param {string} name */
  const setting = (name) => (environment[name] ?? process.env[name] ?? "").trim();
  const host = setting("HOST") || "127.0.0.1";
  const operator = setting("CONCLAVE_OPERATOR").replace(/^\[|\]?:\d*$/g, "");
  const redis = setting("CONCLAVE_REDIS");
  const redisHost = URL.canParse(redis) ? new URL(redis).hostname.replace(/^\[|\]$/g, "") : "";
  const dataFolder = resolve(ROOT, setting("CONCLAVE_DATA") || ".conclave");
  const words = ["--stop-with-stdin", `--page=${pageFolder}`];
  const [command = "", ...args] = [
    ...wrapper,
    ...nodePath === undefined
      ? [denoPath(), ...denoArguments([host, operator, redisHost], pageFolder, dataFolder, words)]
      // Of node:sqlite, which is what we ask this Node for.
      : [nodePath, YOUNG_FLAG, "--disable-warning=ExperimentalWarning", SERVER_BUNDLE, ...words],
  ];
  return spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment, CONCLAVE_DATA: dataFolder },
    // The pipe closes when this process ends, however it ends: no server is left behind.
    stdio: ["pipe", output, output === "inherit" ? "inherit" : "pipe"],
  });
}

/**
 * The ports may be the system's choice, so the permission names only addresses; a host name stands
 * for addresses that are not known before it is resolved.
 *
 * @param {readonly string[]} hosts empty ones name nothing
 */
function netPermission(hosts) {
  const named = hosts.filter((host) => host !== "");
  if (named.some((host) => isIP(host) === 0)) return "--allow-net";
  return `--allow-net=${named.map((host) => isIP(host) === 6 ? `[${host}]` : host).join(",")}`;
}

/**
 * @param {readonly string[]} hosts
 * @param {string} pageFolder
 * @param {string} dataFolder
 * @param {readonly string[]} words
 * @returns {string[]}
 */
function denoArguments(hosts, pageFolder, dataFolder, words) {
  const permissions = [
    netPermission(hosts),
    `--allow-read=${pathList([pageFolder, dataFolder])}`,
    `--allow-write=${pathList([dataFolder])}`,
    `--allow-env=${[...SETTINGS, ...ASKED_BY_PACKAGES].join(",")}`,
  ];
  const flags = ["--quiet", "--no-prompt", `--v8-flags=${YOUNG_FLAG}`, ...permissions];
  return ["run", ...flags, "edge/platform/server.ts", ...words];
}

/**
 * Sends a signal. Not `server.kill`: Deno's then reports the signal as the cause of the end even
 * when the server handled it and ended by itself with code 0.
 *
 * @param {import("node:child_process").ChildProcess} server
 * @param {NodeJS.Signals} signal
 */
export function signalServer(server, signal) {
  const hasEnded = server.exitCode !== null || server.signalCode !== null;
  if (server.pid === undefined || hasEnded) return;
  process.kill(server.pid, signal);
}
