/** The IndexedDB store beside a bare strict put, in a page. */

import { createDatabase } from "../../../../web/adapters/idb-database.ts";
import { createIdbPeerStore } from "../../../../web/adapters/idb-peer-store.ts";
import { keysUnder } from "../../../../web/adapters/storage-schema.ts";
import type { Place } from "../measure-round.ts";
import { createMeasurer, type Measure } from "../measurer.ts";
import { segmentRows } from "../store-calls.ts";

const never = new AbortController().signal;
let places = 0;

async function openIdbPlace(): Promise<Place> {
  places += 1;
  const name = `bench-${places}`;
  const database = createDatabase(name);
  const opened = await database.open(never);
  if (!opened.ok) throw new Error(`Cannot open ${name}: ${opened.error.kind}`);
  const own = await openRaw(name);
  const plain = await openRaw(`${name}-plain`, (made) => void made.createObjectStore("plain"));
  return {
    store: createIdbPeerStore(database),
    putPlain: (key, row) =>
      transact(plain, "plain", "readwrite", (rows) => rows.put(row, key)).then(() => undefined),
    async fillLog(persona, count) {
      await transact(own, "segments", "readwrite", (rows) => {
        let last: IDBRequest | undefined;
        for (const row of segmentRows(persona, count)) last = rows.put(row);
        return last;
      });
    },
    async readPlain(persona) {
      const range = keysUnder("rm_bench", persona);
      const all = await transact(own, "segments", "readonly", (rows) => rows.getAll(range));
      return (all as readonly unknown[]).length;
    },
    async close() {
      for (const raw of [own, plain]) raw.close();
      await database.close();
    },
  };
}

function openRaw(name: string, upgrade?: (made: IDBDatabase) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => upgrade?.(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves with the last request's result when the transaction is durable. */
function transact(
  database: IDBDatabase,
  store: string,
  mode: IDBTransactionMode,
  work: (rows: IDBObjectStore) => IDBRequest | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

declare global {
  var benchRuntime: Measure;
}

globalThis.benchRuntime = createMeasurer(openIdbPlace);
