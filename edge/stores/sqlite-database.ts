/**
 * Opens one of our SQLite databases: locks it, checks it, brings it to its newest version.
 *
 * Owns pragmas and version; tables and rows are its caller's. The library is `node:sqlite`, which
 * Deno and Node from 22.13 have; it is asked for when a database is opened, so that this file loads
 * everywhere.
 *
 * Rules (shared/SPEC.md, sections RL, of the relay, and ST, of a peer):
 *   RL61  ST15  One process has a database; a second one is refused and changes nothing.
 *   RL62  ST16  A damaged, foreign or newer database is refused and stays as it was.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";

export type SqliteValue = string | number | null;
export type SqliteRow = Readonly<Record<string, unknown>>;

export interface SqliteStatement {
  run(...values: readonly SqliteValue[]): unknown;
  get(...values: readonly SqliteValue[]): SqliteRow | undefined;
  all(...values: readonly SqliteValue[]): readonly SqliteRow[];
  iterate(...values: readonly SqliteValue[]): Iterable<SqliteRow>;
}

export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface SqliteOptions {
  /** Absolute path of the file; its folder exists. `:memory:` keeps nothing. */
  readonly path: string;
  /** The file never grows beyond it: then writes are refused `storage-full`. */
  readonly bytesMax: number;
  /** How long a process that is just ending may keep the lock. */
  readonly lockWaitMsMax: number;
}

/** What a database is and holds. An upgrade is never edited once released: a change is the next. */
export interface SqliteSchema {
  /** Tells the file from another program's, and our databases from each other. */
  readonly applicationId: number;
  /** Upgrade n is the SQL that brings version n to n + 1; a new file has version 0. */
  readonly upgrades: readonly string[];
}

export type OpenFailure =
  | { readonly kind: "sqlite-missing" }
  | { readonly kind: "in-use" }
  | { readonly kind: "damaged"; readonly detail: string }
  | { readonly kind: "foreign" }
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "unusable"; readonly detail: string };

const PAGE_BYTES = 4_096;
/** A check reads the whole file: about a second for this much, too long beyond. */
const CHECKED_BYTES_MAX = 256 * 2 ** 20;

/** Primary result codes of SQLite; extended ones carry them in the low byte. */
export const sqliteCodes = Object.freeze({
  error: 1,
  permission: 3,
  busy: 5,
  readOnly: 8,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notAuthorized: 23,
  notADatabase: 26,
});

/** The primary code of an error of SQLite, undefined for any other error. */
export function sqliteCodeOf(error: unknown): number | undefined {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") return errcode & 0xff;
  // Deno's `exec` tells that it was SQLite and not what; statements that matter are prepared.
  return code === "ERR_SQLITE_ERROR" ? sqliteCodes.error : undefined;
}

/** Opens, locks and checks. A refusal leaves the file as it was. */
export function openSqliteDatabase(
  options: SqliteOptions,
  schema: SqliteSchema,
): Result<SqliteDatabase, OpenFailure> {
  const library = findLibrary();
  if (library === undefined) return err({ kind: "sqlite-missing" });
  let database: SqliteDatabase | undefined;
  try {
    database = new library.DatabaseSync(options.path);
    const failure = prepareDatabase(database, options, schema);
    if (failure === undefined) return ok(database);
    database.close();
    return err(failure);
  } catch (error) { // SQLite's own errors and the system's: all mean that there is no database.
    database?.close();
    return err(failureOf(error));
  }
}

/** Prepares what runs work as one transaction: all of it is committed, or, when it throws, none. */
export function createTransaction(database: SqliteDatabase): <T>(work: () => T) => T {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const rollBack = database.prepare("ROLLBACK");
  return (work) => {
    begin.run();
    let isCommitted = false;
    try {
      const result = work();
      commit.run();
      isCommitted = true;
      return result;
    } finally {
      if (!isCommitted) endTransaction(rollBack);
    }
  };
}

function endTransaction(rollBack: SqliteStatement): void {
  try {
    rollBack.run();
  } catch (error) {
    // Errors such as a full disk have ended the transaction already.
    if (sqliteCodeOf(error) === undefined) throw error;
  }
}

/** Whether this runtime has SQLite at all. */
export function hasSqlite(): boolean {
  return findLibrary() !== undefined;
}

interface SqliteLibrary {
  readonly DatabaseSync: new (path: string) => SqliteDatabase;
}

function findLibrary(): SqliteLibrary | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): unknown };
  };
  return process?.getBuiltinModule?.("node:sqlite") as SqliteLibrary | undefined;
}

function prepareDatabase(
  database: SqliteDatabase,
  { bytesMax, lockWaitMsMax }: SqliteOptions,
  schema: SqliteSchema,
): OpenFailure | undefined {
  const run = (sql: string): unknown => database.prepare(sql).get();
  run(`PRAGMA busy_timeout = ${Math.ceil(lockWaitMsMax)}`);
  // Held until the process ends, however it ends: no lock file can be left behind (RL61, ST15).
  run("PRAGMA locking_mode = EXCLUSIVE");
  const foreign = readIdentity(database, schema);
  if (foreign !== undefined) return foreign;
  run("PRAGMA journal_mode = WAL");
  run("BEGIN IMMEDIATE");
  run("COMMIT");
  if (pragma(database, "page_count") * PAGE_BYTES <= CHECKED_BYTES_MAX) {
    const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
    if (found !== "ok") return { kind: "damaged", detail: String(found) };
  }
  upgradeDatabase(database, schema);
  // What was acknowledged survives a power cut: each commit is flushed to the disk.
  run("PRAGMA synchronous = FULL");
  run(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytesMax / PAGE_BYTES))}`);
  run(`PRAGMA journal_size_limit = ${64 * 2 ** 20}`);
  return undefined;
}

/** Each upgrade is one transaction: a crash leaves the version before it or the one after it. */
function upgradeDatabase(
  database: SqliteDatabase,
  { applicationId, upgrades }: SqliteSchema,
): void {
  const version = pragma(database, "user_version");
  for (const [index, upgrade] of upgrades.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE;
      ${upgrade};
      PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${index + 1};
      COMMIT;`);
  }
}

/** Whose file it is, read before anything is written (RL62, ST16). */
function readIdentity(
  database: SqliteDatabase,
  { applicationId, upgrades }: SqliteSchema,
): OpenFailure | undefined {
  const id = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  const tables = Number(
    database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"],
  );
  if (id === 0 && version === 0 && tables === 0) return undefined;
  if (id !== applicationId) return { kind: "foreign" };
  return version > upgrades.length ? { kind: "newer", version } : undefined;
}

function pragma(database: SqliteDatabase, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function failureOf(error: unknown): OpenFailure {
  const detail = error instanceof Error ? error.message : String(error);
  switch (sqliteCodeOf(error)) {
    case sqliteCodes.busy:
      return { kind: "in-use" };
    case sqliteCodes.corrupt:
    case sqliteCodes.notADatabase:
      return { kind: "damaged", detail };
    default:
      return { kind: "unusable", detail };
  }
}
