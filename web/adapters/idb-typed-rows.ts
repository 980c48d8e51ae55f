/**
 * The database's copy of what a person typed and sent (client/typed-storage.ts).
 *
 * Owns the `settings` rows whose key begins with `typed`. The keys and values are its client's.
 */

import type { Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import { CorruptRow } from "./storage-error.ts";
import { ALL_ROWS } from "./store-transaction.ts";

export interface TypedState {
  /** Grows with every change of any row; 0 before the first. */
  readonly version: number;
  readonly rows: ReadonlyMap<string, string>;
}

export interface TypedRows {
  read(signal: AbortSignal): Promise<Result<TypedState, StorageError>>;
  /** One transaction. An undefined value forgets its row; a lower version than stored is kept. */
  write(
    changes: ReadonlyMap<string, string | undefined>,
    version: number,
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
}

const PREFIX = "typed:";
const VERSION = "typed-version";

/** Makes a handle on the rows. */
export function createIdbTypedRows(database: ConclaveDatabase): TypedRows {
  return {
    read(signal) {
      return database.read(["settings"], function* (tx) {
        const version = decodeVersion(yield* tx.get("settings", VERSION));
        const range = IDBKeyRange.bound(PREFIX, `${PREFIX}\uffff`);
        const rows = yield* tx.list("settings", range, ALL_ROWS);
        return { version, rows: new Map(rows.map(decodeRow)) };
      }, signal);
    },
    write(changes, version, signal) {
      return database.write(["settings"], function* (tx) {
        const stored = decodeVersion(yield* tx.get("settings", VERSION));
        tx.put("settings", { key: VERSION, value: Math.max(stored, version) });
        for (const [key, value] of changes) {
          if (value === undefined) tx.delete("settings", PREFIX + key);
          else tx.put("settings", { key: PREFIX + key, value });
        }
      }, signal);
    },
  };
}

function decodeVersion(row: unknown): number {
  if (row === undefined) return 0;
  const { value } = row as { readonly value?: unknown };
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new CorruptRow(`settings: ${VERSION} is not a number`);
}

function decodeRow(row: unknown): readonly [string, string] {
  const { key, value } = row as { readonly key: string; readonly value?: unknown };
  if (typeof value === "string") return [key.slice(PREFIX.length), value];
  throw new CorruptRow(`settings: ${key} is not text`);
}
