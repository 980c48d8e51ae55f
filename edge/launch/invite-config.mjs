/**
 * A configuration for `npm run host -- --invite LINK`: one room, and for the rest what a
 * configuration that says nothing else means.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO161  An invite link alone makes a host with a persona and the starter; the same link again is
 *          the same host, and what a person changed in its configuration stays.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "./processes.mjs";

/**
 * Puts it where the same link finds it again, with the same device in it. What is there already, a
 * person's changes too, stays.
 *
 * @param {string} link
 * @param {string} [folder] where the folders of such hosts are
 * @returns {string} path of the configuration
 */
export function inviteConfig(link, folder = hostsFolder()) {
  const name = createHash("sha256").update(link.trim()).digest("hex").slice(0, 16);
  const own = join(folder, name);
  const path = join(own, "host.json");
  if (existsSync(path)) return path;
  mkdirSync(own, { recursive: true, mode: 0o700 });
  // A link is a secret: it stands in a file of its own, for this user alone.
  writeFileSync(join(own, "room.link"), `${link.trim()}\n`, { mode: 0o600 });
  const config = {
    data: "data",
    rooms: [{ name: "room", linkFile: "room.link" }],
    http: { port: 0 },
  };
  writeFileSync(path, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}

function hostsFolder() {
  return join(process.env["CONCLAVE_DATA"] || join(ROOT, ".conclave"), "hosts");
}

/**
 * The command line with `--invite LINK` turned into the path of a configuration. One without a link
 * behind it stays, and the host says that it does not know it.
 *
 * @param {readonly string[]} words
 * @param {(link: string) => string} configOf
 * @returns {readonly string[]}
 */
export function takeInvite(words, configOf) {
  const at = words.indexOf("--invite");
  const link = at < 0 ? undefined : words[at + 1];
  if (link === undefined || link.startsWith("-")) return words;
  return [...words.slice(0, at), configOf(link), ...words.slice(at + 2)];
}
