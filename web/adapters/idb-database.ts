/**
 * This origin's one database: opens it, upgrades it, and runs transactions on it.
 *
 * Owns the connection: it is opened at the first use, given up when another tab needs a newer
 * schema or the browser ends it, and opened again by the next use. Does not own any row.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY11  A store that cannot work says full, denied, corrupt or failed; nothing is thrown.
 *   SY12  A transaction resolves after it is durable, and what aborts it is its error.
 *   SY13  A database that cannot be read is never deleted or replaced.
 *   SY100 Whoever must hear of a commit hears of it, also when nobody waits for it any more.
 *   SY39  When the browser itself threw a damaged database away, that is remembered.
 *   SY265 A page whose database is removed while it lives is told at once and never goes on in an
 *         empty one; what it shows stays.
 */

import { type IDBPDatabase, openDB, unwrap } from "idb";
import { err, raceSignal, type Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import { DatabaseLost, toStorageError } from "./storage-error.ts";
import {
  DATA_LOSS,
  DATABASE_NAME,
  DATABASE_VERSION,
  type StoreName,
  upgrades,
} from "./storage-schema.ts";
import { runTransaction, type Step, type StoreTransaction } from "./store-transaction.ts";

export interface ConclaveDatabase {
  /** Opens the connection; for a boot that wants to know before anything else. */
  open(signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** Calls back after the browser ended the connection by itself: what was stored may be gone. */
  onEnded(observer: () => void): void;
  /** One transaction that only reads. Aborting cancels the wait. */
  read<T>(
    stores: readonly StoreName[],
    work: (tx: StoreTransaction) => Step<T>,
    signal: AbortSignal,
  ): Promise<Result<T, StorageError>>;
  /**
   * One transaction, durable when it resolves. Aborting cancels the wait: it may still commit.
   * `onCommit` is called after it did, whether or not anybody waits.
   */
  write<T>(
    stores: readonly StoreName[],
    work: (tx: StoreTransaction) => Step<T>,
    signal: AbortSignal,
    onCommit?: (value: T) => void,
  ): Promise<Result<T, StorageError>>;
  /** Gives the connection up; transactions under way end first. The next use opens it again. */
  close(): Promise<void>;
}

/**
 * Makes the handle; nothing is opened yet. `name` is other than the default in tests only. Without
 * `mayCreate` there must be a database already: another handle of the page made sure of it.
 */
export function createDatabase(name: string = DATABASE_NAME, mayCreate = true): ConclaveDatabase {
  let connection: Promise<IDBPDatabase> | undefined;
  let wasOpen = false;
  /** Remembered: a database that somebody else makes under its name is another one (SY265). */
  let lost: unknown;
  const observers: (() => void)[] = [];

  const connect = (): Promise<IDBPDatabase> => {
    const forget = (): void => {
      if (connection === opening) connection = undefined;
    };
    const opening = openConnection(name, {
      mayCreate: mayCreate && !wasOpen,
      onGone: forget,
      onEnded() {
        forget();
        for (const observer of observers) observer();
      },
    });
    // A failed opening is forgotten, so that the next use tries again.
    opening.then(() => wasOpen = true, (error: unknown) => {
      forget();
      if (error instanceof DatabaseLost) lost = error;
    });
    return opening;
  };

  const transact = async <T>(
    stores: readonly StoreName[],
    mode: "readonly" | "readwrite",
    work: (tx: StoreTransaction) => Step<T>,
  ): Promise<Result<T, StorageError>> => {
    if (lost !== undefined) return err(toStorageError(lost, "open"));
    let database: IDBPDatabase;
    try {
      database = await (connection ??= connect());
    } catch (error) { // What IndexedDB refused to open with.
      return err(toStorageError(error, "open"));
    }
    let transaction: IDBTransaction;
    try {
      transaction = unwrap(database).transaction(stores, mode, { durability: "strict" });
    } catch (error) { // NotFoundError: a store is missing; InvalidStateError: just closed.
      return err(toStorageError(error, "transaction"));
    }
    return runTransaction(transaction, work);
  };

  return {
    onEnded: (observer) => void observers.push(observer),
    async open(signal) {
      signal.throwIfAborted();
      return raceSignal(transact(["settings"], "readonly", nothing), signal);
    },
    async read(stores, work, signal) {
      signal.throwIfAborted();
      return raceSignal(transact(stores, "readonly", work), signal);
    },
    async write(stores, work, signal, onCommit) {
      signal.throwIfAborted();
      const written = transact(stores, "readwrite", work).then((result) => {
        if (result.ok) onCommit?.(result.value); // SY100
        return result;
      });
      return raceSignal(written, signal);
    },
    async close() {
      const closing = connection;
      connection = undefined;
      const database = await closing?.catch(() => undefined); // Never opened: nothing to close.
      database?.close();
    },
  };
}

interface OpenHow {
  /** False once there was one: a new one in its place would hide that it is gone (SY265). */
  readonly mayCreate: boolean;
  readonly onGone: () => void;
  readonly onEnded: () => void;
}

async function openConnection(
  name: string,
  { mayCreate, onGone, onEnded }: OpenHow,
): Promise<IDBPDatabase> {
  if ((globalThis.indexedDB as IDBFactory | undefined | null) == null) {
    throw new DOMException("This browser offers no IndexedDB here", "NotAllowedError");
  }
  let isLost = false;
  const opening = openDB(name, DATABASE_VERSION, {
    upgrade(database, oldVersion, _newVersion, transaction, event) {
      if (oldVersion === 0 && !mayCreate) { // SY265
        isLost = true;
        transaction.done.catch(() => undefined); // The opening tells it.
        return unwrap(transaction).abort();
      }
      for (const upgrade of upgrades.slice(oldVersion)) {
        upgrade(unwrap(database), unwrap(transaction));
      }
      const loss = describeLoss(event);
      if (loss === undefined) return;
      // Not waited for: a failure aborts the upgrade, and the next opening tries again.
      unwrap(transaction).objectStore("settings").put({ key: DATA_LOSS, value: loss }); // SY39
    },
    blocking(_currentVersion, _blockedVersion, event) {
      // Another tab waits to upgrade: closing lets it, and this tab then learns of the new version.
      onGone();
      (event.target as IDBDatabase).close();
    },
    terminated: onEnded,
  });
  try {
    return await opening;
  } catch (error) {
    throw isLost ? new DatabaseLost(`${name} was removed while it was open`) : error;
  }
}

/** Chromium replaces a database whose files are damaged, and says so here alone, once. */
function describeLoss(event: IDBVersionChangeEvent): string | undefined {
  const { dataLoss, dataLossMessage } = event as IDBVersionChangeEvent & {
    readonly dataLoss?: unknown;
    readonly dataLossMessage?: unknown;
  };
  return dataLoss === "total" ? String(dataLossMessage) : undefined;
}

function* nothing(tx: StoreTransaction): Step<void> {
  yield* tx.get("settings", "device-id");
}
