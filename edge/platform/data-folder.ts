/**
 * The folder of the relay's data: the database, and beside it the secret that makes cursors.
 *
 * Owns names and access rights. A copy of the database alone does not hold the secret, so it cannot
 * vouch for cursors.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL71  The relay's secret is made once, lies outside the database and is readable by its user
 *         alone.
 */

import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { renameSync, writeSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Bytes } from "#shared/ports/mod.ts";

const SECRET_NAME = "relay.secret";
const DATABASE_NAME = "relay.db";
const SECRET_BYTES = 32;

export interface DataFolder {
  readonly databasePath: string;
  readonly secret: Bytes;
}

/** Makes what is missing. The error is for a person; `randomBytes` is used at the first start. */
export function openDataFolder(
  folder: string,
  pageFolder: string,
  randomBytes: (count: number) => Bytes,
): Result<DataFolder, string> {
  const inPage = relative(pageFolder, folder);
  if (!inPage.startsWith("..") && !isAbsolute(inPage)) {
    return err(
      `Cannot use CONCLAVE_DATA "${folder}": everybody may read the files of the page. ` +
        `Choose a folder outside ${pageFolder}`,
    );
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const secret = readSecret(join(folder, SECRET_NAME)) ??
      writeSecret(folder, randomBytes(SECRET_BYTES));
    if (secret.length !== SECRET_BYTES) {
      return err(
        `Cannot use ${join(folder, SECRET_NAME)}: it holds no secret of ${SECRET_BYTES} bytes. ` +
          `Bring it back, or move it away: then clients read their rooms anew`,
      );
    }
    const databasePath = join(folder, DATABASE_NAME);
    // SQLite gives the files beside it the rights of this one.
    closeSync(openSync(databasePath, "a", 0o600));
    return ok({ databasePath, secret });
  } catch (error) { // Whatever the file system says: a person has to act on it.
    const reason = error instanceof Error ? error.message : String(error);
    return err(
      `Cannot use the data folder "${folder}": ${reason}. ` +
        `Choose another by CONCLAVE_DATA=/path/to/folder`,
    );
  }
}

function readSecret(path: string): Bytes | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** By way of a second name, so that a crash leaves the whole secret or none. */
function writeSecret(folder: string, secret: Bytes): Bytes {
  const path = join(folder, SECRET_NAME);
  const draft = `${path}.new`;
  const file = openSync(draft, "w", 0o600);
  try {
    writeSync(file, secret);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(draft, 0o600); // An older draft may have had other rights.
  renameSync(draft, path);
  return secret;
}
