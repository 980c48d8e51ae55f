/**
 * Makes a backup the log of a data folder: `restore.ts BACKUP DATA_FOLDER`. Started by
 * `npm run restore`; the server of that folder must not run.
 */

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { createWebCrypto, encodeBase64Url } from "#shared/crypto/mod.ts";
import { restoreRelay } from "../stores/sqlite-backup.ts";
import { relaySchema } from "../stores/sqlite.ts";
import { describeOpenFailure } from "./relay-storage.ts";

const EPOCH_BYTES = 16;

function main([backup, folder]: readonly string[]): string {
  if (backup === undefined || folder === undefined) {
    throw new Error("Name a backup: npm run restore -- FILE");
  }
  const to = join(resolve(folder), "relay.db");
  mkdirSync(resolve(folder), { recursive: true, mode: 0o700 });
  const crypto = createWebCrypto();
  const restored = restoreRelay(
    resolve(backup),
    to,
    relaySchema,
    () => encodeBase64Url(crypto.randomBytes(EPOCH_BYTES)),
  );
  if (restored.ok) {
    const { rooms, entries } = restored.value;
    return `Restored ${rooms} rooms with ${entries} entries to ${to}. Start the server: clients ` +
      `offer again what came after the backup`;
  }
  const { error } = restored;
  throw new Error(
    error.kind === "exists"
      ? `Cannot restore: ${to} is there already. Stop the server and move that file away, with ` +
        `the ones beside it whose names begin the same`
      : describeOpenFailure(backup, error.failure),
  );
}

try {
  console.log(main(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
