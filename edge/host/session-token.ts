/**
 * The token of the session socket: a file that its user alone may read.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO51  The token is made once, lies in a file readable by its user alone, and one that others
 *         may read is refused.
 */

import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync } from "node:fs";
import { unlinkSync, writeSync } from "node:fs";
import process from "node:process";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Bytes } from "#shared/ports/mod.ts";

const TOKEN_BYTES = 32;
const TOKEN = /^[0-9a-f]{64}$/;
/** Rights of everybody but the user. */
const OTHERS = 0o077;

/** Reads the token at `path`, or makes one there. The error is for a person. */
export function openSessionToken(
  path: string,
  randomBytes: (count: number) => Bytes,
): Result<string, string> {
  try {
    const known = readToken(path);
    if (known !== undefined) return known;
    writeToken(path, randomBytes(TOKEN_BYTES));
    // Read back: another process may have been first.
    return readToken(path) ?? err(`Cannot use the token ${path}: it is gone again`);
  } catch (error) { // Whatever the file system says: a person has to act on it.
    const reason = error instanceof Error ? error.message : String(error);
    return err(`Cannot use the token ${path}: ${reason}`);
  }
}

/** Undefined when there is no file. */
function readToken(path: string): Result<string, string> | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    // Windows has no such rights; a user's folder is the user's there.
    if (process.platform !== "win32" && (fstatSync(file).mode & OTHERS) !== 0) {
      return err(
        `Cannot use the token ${path}: other users may read it. ` +
          `Delete it, and a new one is made`,
      );
    }
    const token = readFileSync(file, "utf8").trim();
    return TOKEN.test(token) ? ok(token) : err(
      `Cannot use the token ${path}: it holds no token. Delete it, and a new one is made`,
    );
  } finally {
    closeSync(file);
  }
}

/** By way of a second name: a reader finds the whole token or none, and never replaces one. */
function writeToken(path: string, bytes: Bytes): void {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, `${Buffer.from(bytes).toString("hex")}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
}
