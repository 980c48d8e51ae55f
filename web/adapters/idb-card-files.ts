/**
 * The files that personas of this device were imported from (D41): what the room's log cannot hold
 * comes back when a persona is exported.
 *
 * Owns a database of its own, so that 8 MiB of pictures never stand in the way of the rooms' one.
 * Losing it loses no room: an export then has what the room has.
 *
 * Rules (shared/SPEC.md, section PL):
 *   PL49  A card's file is kept where it was imported, the last 64, each at most 8 MiB; the oldest
 *         makes way.
 */

import { type IDBPDatabase, openDB } from "idb";
import { err, ok, raceSignal, type Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import { toStorageError } from "./storage-error.ts";

export interface CardFiles {
  /** Durable when it resolves. Aborting cancels the wait. */
  keep(
    persona: string,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<Result<void, CardFileError>>;
  /** Undefined where none is kept. */
  find(
    persona: string,
    signal: AbortSignal,
  ): Promise<Result<Uint8Array | undefined, CardFileError>>;
  forget(persona: string, signal: AbortSignal): Promise<Result<void, CardFileError>>;
}

export type CardFileError =
  | StorageError
  | { readonly kind: "card-file-too-large"; readonly bytes: number; readonly bytesMax: number };

export const cardFileLimits = Object.freeze({
  /** 64 x 8 MiB = 512 MiB at most; a usual card is a picture of 1 MiB. */
  filesMax: 64,
  fileBytesMax: 8 * 1024 * 1024,
});

const STORE = "files";
const ORDER = "by-number";

/** `name` is other than the default in tests only. */
export function createCardFiles(name = "conclave-cards"): CardFiles {
  const use = async <T>(
    work: (database: IDBPDatabase) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Result<T, StorageError>> => {
    signal.throwIfAborted();
    const done = withDatabase(name, work).then(
      ok,
      (error: unknown) => err(toStorageError(error, "open")),
    );
    return await raceSignal(done, signal);
  };
  return {
    async keep(persona, bytes, signal) {
      const bytesMax = cardFileLimits.fileBytesMax;
      if (bytes.length > bytesMax) {
        return err({ kind: "card-file-too-large", bytes: bytes.length, bytesMax });
      }
      return await use((database) => putFile(database, persona, bytes), signal);
    },
    find: (persona, signal) =>
      use(async (database) => fileOf(await database.get(STORE, persona)), signal),
    forget: (persona, signal) => use((database) => database.delete(STORE, persona), signal),
  };
}

async function withDatabase<T>(
  name: string,
  work: (database: IDBPDatabase) => Promise<T>,
): Promise<T> {
  const database = await openDB(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore(STORE, { keyPath: "persona" }).createIndex(ORDER, "number");
    },
  });
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

async function putFile(
  database: IDBPDatabase,
  persona: string,
  bytes: Uint8Array,
): Promise<void> {
  const tx = database.transaction(STORE, "readwrite", { durability: "strict" });
  const store = tx.objectStore(STORE);
  const index = store.index(ORDER);
  const newest = await index.openKeyCursor(null, "prev");
  const number = Number(newest?.key ?? 0) + 1;
  await store.put({ persona, number, bytes });
  let over = await store.count() - cardFileLimits.filesMax;
  for (let oldest = await index.openCursor(); over > 0 && oldest; over -= 1) {
    await oldest.delete(); // PL49
    oldest = await oldest.continue();
  }
  await tx.done;
}

/** A row that is not what was put counts as none: the export has the room's words then. */
function fileOf(row: unknown): Uint8Array | undefined {
  const isRow = typeof row === "object" && row !== null && "bytes" in row;
  return isRow && row.bytes instanceof Uint8Array ? row.bytes : undefined;
}
