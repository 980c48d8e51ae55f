/**
 * Rescue: everything in this device's database as text, whatever state it is in.
 *
 * Reads without decoding and without asking for a version, so it works for a database that the app
 * itself refuses: damaged rows, missing stores, a newer version. Writes nothing and makes no
 * database.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY13  A database that cannot be read is never deleted or replaced.
 *   SY22  What a person wrote can be saved as text even when the app cannot open its database.
 */

import { err, ok, raceSignal, type Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import { toStorageError } from "./storage-error.ts";
import { DATABASE_NAME } from "./storage-schema.ts";

/** Where the words of people are: rooms, their logs, and what was not sent yet. */
const RESCUED_STORES = ["rooms", "entries", "outbox"];

/**
 * All rooms, log entries and unsent entries as JSON lines `{"store":…,"row":…}`, each store in key
 * order; empty when there is no database. Aborting cancels the wait.
 */
export async function exportRawRooms(
  signal: AbortSignal,
  name: string = DATABASE_NAME,
): Promise<Result<string, StorageError>> {
  signal.throwIfAborted();
  try {
    return ok(await raceSignal(readLines(name), signal));
  } catch (error) { // What IndexedDB refuses with; an abort passes.
    if (signal.aborted) throw error;
    return err(toStorageError(error, "open"));
  }
}

async function readLines(name: string): Promise<string> {
  const database = await openAsItIs(name);
  if (database === undefined) return "";
  try {
    const lines: string[] = [];
    for (const store of RESCUED_STORES) {
      if (!database.objectStoreNames.contains(store)) continue;
      const rows = database.transaction(store).objectStore(store).getAll();
      await settled(rows);
      for (const row of rows.result) lines.push(`${JSON.stringify({ store, row })}\n`);
    }
    return lines.join("");
  } finally {
    database.close();
  }
}

/** Undefined when there is no such database; the upgrade that would make one is aborted. */
function openAsItIs(name: string): Promise<IDBDatabase | undefined> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let isMissing = false;
    request.onupgradeneeded = () => {
      isMissing = true;
      request.transaction?.abort();
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.preventDefault();
      if (isMissing) resolve(undefined);
      else reject(request.error);
    };
  });
}

function settled(request: IDBRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}
