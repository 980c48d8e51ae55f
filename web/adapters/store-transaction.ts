/**
 * One IndexedDB transaction, driven by its own requests alone.
 *
 * Work is a generator: it waits by `yield*` for requests of this transaction and for nothing else,
 * so a foreign `await`, which would let the transaction commit early, does not compile. Writes are
 * not waited for: one that fails aborts the transaction.
 *
 * Owns the drive from the first request to `complete` or `abort`. Does not own the connection.
 */

import { Defect, err, ok, type Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import { CorruptRow, toStorageError } from "./storage-error.ts";
import type { StoreIndexes, StoreName } from "./storage-schema.ts";

/** Work inside a transaction; `yield*` it from other work. */
export type Step<T> = Generator<IDBRequest, T, unknown>;

export type StoreKey = IDBValidKey | IDBKeyRange;

/** Rows are unknown: whoever asks decodes them. */
export interface StoreTransaction {
  get(store: StoreName, key: StoreKey): Step<unknown>;
  getBy<S extends StoreName>(store: S, index: StoreIndexes[S], key: StoreKey): Step<unknown>;
  /** Rows in key order, at most `rowsMax`. */
  list(store: StoreName, range: StoreKey | undefined, rowsMax: number): Step<readonly unknown[]>;
  /** Rows that the index has in `range`, in the order of index key and key. */
  listBy<S extends StoreName>(
    store: S,
    index: StoreIndexes[S],
    range: StoreKey,
    rowsMax: number,
  ): Step<readonly unknown[]>;
  /** The same, the greatest first. */
  listLastBy<S extends StoreName>(
    store: S,
    index: StoreIndexes[S],
    range: StoreKey,
    rowsMax: number,
  ): Step<readonly unknown[]>;
  /** Primary keys of the rows that the index has in `range`. */
  keysBy<S extends StoreName>(
    store: S,
    index: StoreIndexes[S],
    range: StoreKey,
  ): Step<readonly IDBValidKey[]>;
  /** The greatest key in `range`. */
  lastKey(store: StoreName, range: IDBKeyRange): Step<IDBValidKey | undefined>;
  /** Adds a row and gives its key; an existing key aborts. */
  add(store: StoreName, row: object): Step<IDBValidKey>;
  put(store: StoreName, row: object): void;
  delete(store: StoreName, key: StoreKey): void;
}

/** Every row of a list. */
export const ALL_ROWS = 2 ** 32 - 1;

/** IndexedDB throws for a count that is more than it can count to. */
const countOf = (rowsMax: number): number => Math.min(rowsMax, ALL_ROWS);

/**
 * Runs `work` in `transaction` and resolves once it has committed or aborted. A `CorruptRow` thrown
 * by the work aborts and is named; any other error thrown by it aborts and rejects.
 */
export function runTransaction<T>(
  transaction: IDBTransaction,
  work: (tx: StoreTransaction) => Step<T>,
): Promise<Result<T, StorageError>> {
  return new Promise((resolve, reject) => {
    let value: { readonly of: T } | undefined;
    let thrown: { readonly error: unknown } | undefined;
    transaction.oncomplete = () => {
      if (value === undefined) reject(new Defect("Cannot finish a transaction before its work"));
      else resolve(ok(value.of));
    };
    transaction.onabort = () => {
      const error = thrown === undefined ? transaction.error : thrown.error;
      if (thrown !== undefined && !isStorageFailure(error)) reject(error);
      else resolve(err(toStorageError(error, "transaction")));
    };
    const steps = work(createStoreTransaction(transaction));
    const advance = (result: unknown): void => {
      try {
        const step = steps.next(result);
        if (step.done === true) {
          value = { of: step.value };
        } else {
          const request = step.value;
          request.onsuccess = () => advance(request.result);
        }
      } catch (error) { // The only errors: the work's own, and a transaction that is over.
        thrown = { error };
        abort(transaction);
      }
    };
    advance(undefined);
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch (error) {
    // InvalidStateError: it has aborted by itself and its abort event is on the way.
    if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
  }
}

/** DataCloneError is ours: a row that is not plain data is a defect, not a failing disk. */
function isStorageFailure(error: unknown): boolean {
  if (error instanceof CorruptRow) return true;
  return error instanceof DOMException && error.name !== "DataCloneError";
}

function createStoreTransaction(transaction: IDBTransaction): StoreTransaction {
  const store = (name: StoreName): IDBObjectStore => transaction.objectStore(name);
  return {
    get: (name, key) => wait(store(name).get(key)),
    getBy: (name, index, key) => wait(store(name).index(index).get(key)),
    *list(name, range, rowsMax) {
      // IndexedDB reads a count of 0 as "all".
      return rowsMax <= 0 ? [] : yield* wait(store(name).getAll(range, countOf(rowsMax)));
    },
    *listBy(name, index, range, rowsMax) {
      if (rowsMax <= 0) return [];
      return yield* wait(store(name).index(index).getAll(range, countOf(rowsMax)));
    },
    *listLastBy(name, index, range, rowsMax) {
      const rows: unknown[] = [];
      const cursors = store(name).index(index).openCursor(range, "prev");
      while (rows.length < rowsMax) {
        const cursor = yield* wait(cursors);
        if (cursor === null) break;
        rows.push(cursor.value);
        // Not beyond the last: its answer would come to whatever the work waits for then.
        if (rows.length < rowsMax) cursor.continue();
      }
      return rows;
    },
    keysBy: (name, index, range) => wait(store(name).index(index).getAllKeys(range)),
    *lastKey(name, range) {
      return (yield* wait(store(name).openKeyCursor(range, "prev")))?.key;
    },
    add: (name, row) => wait(store(name).add(row)),
    put: (name, row) => void store(name).put(row),
    delete: (name, key) => void store(name).delete(key),
  };
}

function* wait<T>(request: IDBRequest<T>): Step<T> {
  return (yield request) as T;
}
