/**
 * Decides whether `dist/` is the build of the sources at hand.
 *
 * Compares content, not times: a fresh clone, a checkout and a copy all have new times. The build
 * leaves the hash of its inputs in `dist/.build.json`; the launcher computes it again.
 */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files and folders that the page is built from. */
const INPUTS = ["web", "shared", "vite.config.ts", "package-lock.json"];

/** Neither tests nor prose nor training code ever reaches the page. */
const NOT_BUILT = [
  /\.(test|sim|contract)\.tsx?$/,
  /\.(md|py)$/,
  /tsconfig[^/]*\.json$/,
  /^shared\/testing\//,
  // Beside the model's files: what trained and scored it.
  /^web\/models\/starter\/(?!files\/).*\.(mjs|json|txt|log)$/,
];

const NOTE_NAME = ".build.json";

/**
 * @param {string} root
 * @param {string} path relative to `root`
 * @returns {string[]}
 */
function listInputs(root, path) {
  if (!existsSync(join(root, path))) return [];
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const child = `${path}/${entry.name}`;
    if (entry.isDirectory()) return listInputs(root, child);
    return entry.isFile() && !NOT_BUILT.some((rule) => rule.test(child)) ? [child] : [];
  });
}

/**
 * Returns a hash over names and contents of everything the page is built from.
 *
 * @param {string} root the repository
 * @returns {string}
 */
export function hashInputs(root) {
  const hash = createHash("sha256");
  const paths = INPUTS.flatMap((input) =>
    /\.[a-z]+$/.test(input) ? existsSync(join(root, input)) ? [input] : [] : listInputs(root, input)
  );
  for (const path of paths.sort()) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/**
 * Notes in `folder` which inputs it was built from. The last act of a build.
 *
 * @param {string} folder
 * @param {string} inputsHash
 */
export function writeBuildNote(folder, inputsHash) {
  writeFileSync(join(folder, NOTE_NAME), `${JSON.stringify({ inputsHash })}\n`);
}

/**
 * True when `folder` is missing, unfinished or built from other inputs.
 *
 * @param {string} folder
 * @param {string} inputsHash
 * @returns {boolean}
 */
export function isBuildStale(folder, inputsHash) {
  const path = join(folder, NOTE_NAME);
  if (!existsSync(path)) return true;
  try {
    return JSON.parse(readFileSync(path, "utf8")).inputsHash !== inputsHash;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}
