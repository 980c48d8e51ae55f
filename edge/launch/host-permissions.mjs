/**
 * What a headless host may do: read its configuration and the files that it names, write its data
 * folder, read the one variable with its key, and use the network. One with the starter reads that
 * model's files and the code of its worker, all of it of this program. One that starts a model
 * server may besides run programs and read its environment, which both are all or nothing to Deno:
 * it ends the server by a signal and passes on where its libraries are. To see whether it may run
 * the binary it asks who its user is.
 */

import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ROOT } from "./processes.mjs";
import { pathList } from "./server-process.mjs";

/** The starter: its files, and the code of its worker, which Deno does not count as the program. */
const STARTER_READS = ["web/models/starter/files", "edge/host/engines", "shared", "node_modules"];

/** `ws` asks for these before it uses optional native code, which we do not install. */
const ASKED_BY_PACKAGES = ["WS_NO_BUFFER_UTIL", "WS_NO_UTF_8_VALIDATE"];

/**
 * The arguments of Deno for these words of the command line.
 *
 * @param {readonly string[]} words
 */
export function hostCommand(words) {
  const path = words.find((word) => !word.startsWith("-"));
  const { read, write, env, runs } = needsOf(path === undefined ? undefined : resolve(path));
  const permissions = [
    "--allow-net",
    ...read.length === 0 ? [] : [`--allow-read=${pathList(read)}`],
    ...write.length === 0 ? [] : [`--allow-write=${pathList(write)}`],
    ...runs
      ? ["--allow-run", "--allow-env", "--allow-sys=uid,gid"]
      : [`--allow-env=${[...env, ...ASKED_BY_PACKAGES].join(",")}`],
  ];
  const own = words.map((word) => word === path ? resolve(word) : word);
  return [
    ...["run", "--quiet", "--no-prompt", ...permissions],
    ...["edge/host/main.ts", "--stop-with-stdin", ...own],
  ];
}

/**
 * Judges nothing: of a file that is not what it should be the host itself says why.
 *
 * @param {string | undefined} path absolute
 * @returns {{
 *   read: readonly string[], write: readonly string[], env: readonly string[], runs: boolean
 * }}
 */
function needsOf(path) {
  if (path === undefined) return { read: [], write: [], env: [], runs: false };
  const config = readJson(path);
  const folder = dirname(path);
  /** @param {unknown} value */
  const inFolder = (value) => typeof value === "string" ? [resolve(folder, value)] : [];
  const data = inFolder(config?.["data"]);
  const files = [
    ...listOf(config?.["rooms"]).flatMap((room) => inFolder(room["linkFile"])),
    ...listOf(config?.["personas"]).flatMap((persona) => inFolder(persona["cardFile"])),
  ];
  const [engine] = listOf([config?.["engine"]]);
  const hasStarter = config !== undefined &&
    (config["engine"] === undefined || engine?.["kind"] === "starter");
  const key = engine?.["keyEnv"];
  const isName = typeof key === "string" && /^[A-Z_][A-Z0-9_]*$/.test(key);
  return {
    read: [
      path,
      ...files,
      ...data,
      ...inFolder(engine?.["binary"]),
      ...inFolder(engine?.["modelFile"]),
      ...hasStarter ? STARTER_READS.map((one) => join(ROOT, one)) : [],
    ],
    write: data,
    env: isName ? [key] : [],
    runs: engine?.["kind"] === "llama-server",
  };
}

/**
 * @param {string} path
 * @returns {Record<string, unknown> | undefined}
 */
function readJson(path) {
  try {
    return listOf([JSON.parse(readFileSync(path, "utf8"))])[0];
  } catch { // Unreadable or no JSON: the host says so.
    return undefined;
  }
}

/**
 * The objects of a list.
 *
 * @param {unknown} value
 * @returns {Record<string, unknown>[]}
 */
function listOf(value) {
  return Array.isArray(value)
    ? value.filter((one) => typeof one === "object" && one !== null && !Array.isArray(one))
    : [];
}
