/**
 * Adds to `package-lock.json` the optional packages of other platforms that the registry at hand
 * did not offer when the lockfile was made. Without them npm 11 calls the lockfile out of step and
 * refuses `npm ci`. Run it after every `npm install`; the tidy test says when it is needed.
 *
 * The entries carry no integrity: what was never downloaded has no hash we could vouch for.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../edge/launch/processes.mjs";

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {Record<string, string>} [optionalDependencies]
 */

const SYSTEMS = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const PROCESSORS = ["arm64", "x64", "ia32", "ppc64", "riscv64", "s390x", "arm"];

/** workerd's packages call them so. @type {Record<string, string>} */
const ALIASES = { "64": "x64", windows: "win32" };

/**
 * Reads from a package's name where it runs: "@oxlint/binding-linux-x64-musl".
 *
 * @param {string} name
 */
function platformOf(name) {
  const parts = name.split(/[/-]/).map((part) => ALIASES[part] ?? part);
  const os = SYSTEMS.filter((system) => parts.includes(system));
  const cpu = PROCESSORS.filter((processor) => parts.includes(processor));
  const isMusl = parts.some((part) => part.startsWith("musl"));
  const isGlibc = parts.some((part) => part.startsWith("gnu") || part === "glibc");
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`Cannot tell the platform of "${name}"`);
  const libc = os[0] !== "linux" ? [] : isMusl ? ["musl"] : isGlibc ? ["glibc"] : [];
  return { os, cpu, ...(libc.length > 0 ? { libc } : {}) };
}

const path = join(ROOT, "package-lock.json");
const lockfile = JSON.parse(readFileSync(path, "utf8"));
const entries = /** @type {[string, LockedPackage][]} */ (Object.entries(lockfile.packages));
const locked = new Map(entries);
let addedCount = 0;
for (const [parentPath, parent] of entries) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const isLocked = locked.has(`${parentPath}/node_modules/${name}`) ||
      locked.has(`node_modules/${name}`);
    if (isLocked) continue;
    const dev = parent.dev === true ? { dev: true } : {};
    const entry = { version, ...dev, optional: true, ...platformOf(name) };
    locked.set(`node_modules/${name}`, entry);
    addedCount += 1;
  }
}
lockfile.packages = Object.fromEntries(
  [...locked].sort(([a], [b]) => a.localeCompare(b, "en")),
);
writeFileSync(path, `${JSON.stringify(lockfile, undefined, 2)}\n`);
console.log(`Added ${addedCount} optional packages of other platforms`);
