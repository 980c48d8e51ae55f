/** Programs that the tests need and Debian has: found, or installed where root may. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";

/** @param {string} name */
export function findProgram(name) {
  const found = spawnSync("which", [name], { encoding: "utf8" });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

/**
 * @param {string} name of the program
 * @param {string} debianPackage that has it
 * @returns {string | undefined} its path; undefined where it is missing and cannot be installed
 */
export function ensureProgram(name, debianPackage) {
  const found = findProgram(name);
  if (found !== undefined) return found;
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) return undefined;
  console.log(`Installing ${debianPackage} with apt-get`);
  const install = `apt-get update && apt-get install -y --no-install-recommends ${debianPackage}`;
  spawnSync("sh", ["-c", install], { stdio: "inherit" });
  return findProgram(name);
}
