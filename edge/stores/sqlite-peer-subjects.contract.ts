/**
 * Subjects of the peer store contract on SQLite, and what its tests open.
 *
 * A file has one owner, so another handle is either one on the same connection, or the store after
 * a restart: closed and opened again.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { PeerStoreSubject } from "#shared/testing/contracts/peer-store-records.ts";
import { forwardingStore } from "#shared/testing/fakes/forwarding-store.ts";
import { hasSqlite, openSqliteDatabase, type SqliteDatabase } from "./sqlite-database.ts";
import { watchStatements } from "./peer-load.contract.ts";
import { peerSchema } from "./sqlite-peer-rows.ts";
import { createSqlitePeerStore, type SqlitePeerStore } from "./sqlite-peer-store.ts";

/** Why tests are left out, undefined where they can run. */
export const sqliteMissing: string | undefined = hasSqlite()
  ? undefined
  : `left out: Node ${process.versions.node} has no node:sqlite; the deno tier runs it`;

// The reporter tells only how many were left out.
if (sqliteMissing !== undefined) console.log(`SQLite: ${sqliteMissing}`);

/** Of a test's title: what it needs, or why it is left out. */
export const needsSqlite = sqliteMissing ?? "on node:sqlite";

/** A file in a folder of its own that goes with the test. */
export function makePath(): string {
  const folder = mkdtempSync(join(tmpdir(), "conclave-peer-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "peer.db");
}

export const optionsFor = (path: string) => ({ path, bytesMax: 2 ** 30, lockWaitMsMax: 10 });

/** The open database itself, for what no store does. */
export function openPeerDatabase(path: string): SqliteDatabase {
  const opened = openSqliteDatabase(optionsFor(path), peerSchema);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

/** What SQLite throws where a write fails: SQLITE_IOERR_WRITE. */
export function writeFailure(): Error {
  return Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 778 });
}

/** Every handle is on the one connection, or, with `restarts`, on the newest of many. */
export async function makePeerStoreSubject(restarts: boolean): Promise<PeerStoreSubject> {
  const path = makePath();
  let writesLeft = 0;
  const openStore = (): SqlitePeerStore => {
    const database = watchStatements(openPeerDatabase(path), (sql, when) => {
      if (when === "before" || !/^(INSERT|UPDATE|DELETE)/.test(sql)) return;
      writesLeft -= 1;
      if (writesLeft === 0) throw writeFailure();
    });
    return createSqlitePeerStore(database);
  };
  let store = openStore();
  const handle = forwardingStore(() => store);
  return {
    open() {
      if (restarts) {
        // Closing works at once: what the promise holds is only the interface's.
        void store.close();
        store = openStore();
      }
      return handle;
    },
    abortAtWrite(nth) {
      writesLeft = nth;
    },
    close: () => store.close(),
  };
}
