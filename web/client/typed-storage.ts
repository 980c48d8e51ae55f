/**
 * Where drafts and unsent messages are kept: in `localStorage` within the same task, and a moment
 * later durably in the database.
 *
 * `localStorage` alone outlives a page that dies, but the browser writes it to the disk seconds
 * later: what is killed or loses power in between has lost it. The database alone loses what a page
 * that dies had not committed. Both carry a version that grows with every change, so that after
 * either death it is known which of them is newer.
 *
 * Owns the changes that the database does not have yet. Does not own keys or values.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY102 A change of what is typed or unsent is durable within `typedKeepMs` and a write; after
 *         the browser died the newer of the two copies stands, the whole of it.
 *   SY103 A message goes to its log after its keeping and the clearing of its draft are durable, in
 *         one transaction.
 */

import { createLatch, err, ok, raceFirst, type Result } from "#shared/base/mod.ts";
import type { Clock, Log, StorageError } from "#shared/ports/mod.ts";
import type { TypedRows, TypedState } from "../adapters/idb-typed-rows.ts";
import type { DraftStorage } from "./drafts.ts";

export interface TypedStorageDeps {
  /** Asked at each use: merely naming `localStorage` throws where it is forbidden. */
  readonly openLocal: () => DraftStorage | undefined;
  readonly clock: Pick<Clock, "sleep">;
  readonly trace: Log;
  readonly limits: { readonly typedKeepMs: number };
}

export interface TypedStorage {
  /** The storage of this tab; what is changed in it is kept in the database too. */
  open(): DraftStorage | undefined;
  /**
   * Makes both copies equal to the newer one, and keeps every change from now on. Aborting ends
   * the keeping.
   */
  attach(rows: TypedRows, signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** Resolves when every change so far is durable, or could not be made so. Cannot be aborted. */
  flush(): Promise<void>;
}

/** What is kept; other keys of the storage are others'. */
const PREFIXES = ["conclave-draft:", "conclave-unsent:"];
const VERSION = "conclave-typed-version";

/** Makes the storage of this tab; nothing is kept in the database before `attach`. */
export function createTypedStorage(deps: TypedStorageDeps): TypedStorage {
  const keeper = createKeeper(deps);
  let version = 0;

  return {
    open() {
      const local = deps.openLocal();
      if (local === undefined) return undefined;
      const change = (key: string, value: string | undefined, make: () => void): void => {
        version = Math.max(version, versionOf(local)) + 1;
        // First: the database may have room where this one is full.
        if (isTyped(key)) keeper.note(key, value, version);
        make();
        local.setItem(VERSION, String(version));
      };
      return {
        get length() {
          return local.length;
        },
        key: (index) => local.key(index),
        getItem: (key) => local.getItem(key),
        setItem: (key, value) => change(key, value, () => local.setItem(key, value)),
        removeItem: (key) => change(key, undefined, () => local.removeItem(key)),
      };
    },
    async attach(rows, signal) {
      const stored = await rows.read(signal);
      if (!stored.ok) return stored;
      const local = openQuietly(deps);
      if (local !== undefined) {
        const missing = settle(local, stored.value);
        if (!missing.ok) return missing;
        version = versionOf(local);
        if (missing.value.size > 0) {
          const written = await rows.write(missing.value, version, signal);
          if (!written.ok) return written;
        }
      }
      keeper.start(rows, signal);
      return ok(undefined);
    },
    flush: () => keeper.flush(),
  };
}

/** Writes what was noted, one batch after another, `typedKeepMs` after its first change. */
function createKeeper({ clock, trace, limits }: TypedStorageDeps) {
  const pending = new Map<string, string | undefined>();
  const bell = createLatch();
  const hurry = createLatch();
  let version = 0;
  let isKeeping = false;
  /** Who waits for the batch that is written, and for the one after it. */
  let writing: (() => void)[] | undefined;
  let next: (() => void)[] = [];

  const keep = async (rows: TypedRows, signal: AbortSignal): Promise<void> => {
    for (;;) {
      while (pending.size === 0) await bell.wait(signal);
      await raceFirst([
        (inner) => clock.sleep(limits.typedKeepMs, inner),
        (inner) => hurry.wait(inner),
      ], signal);
      const batch = new Map(pending);
      pending.clear();
      [writing, next] = [next, []];
      const written = await rows.write(batch, version, signal);
      if (!written.ok) {
        trace.write("warn", "typed-not-kept", { kind: written.error.kind });
        for (const [key, value] of batch) if (!pending.has(key)) pending.set(key, value);
      }
      for (const wake of writing) wake();
      writing = undefined;
      // What could not be written is tried again with the next change: no hot loop.
      if (!written.ok) await bell.wait(signal);
    }
  };

  return {
    note(key: string, value: string | undefined, raised: number): void {
      pending.set(key, value);
      version = raised;
      bell.ring();
    },
    start(rows: TypedRows, signal: AbortSignal): void {
      isKeeping = true;
      // Owned by `signal`, whose abort is its only end.
      void keep(rows, signal).catch(() => {
        isKeeping = false;
        for (const wake of [...writing ?? [], ...next]) wake();
      });
    },
    async flush(): Promise<void> {
      if (!isKeeping) return;
      const waiters = pending.size > 0 ? next : writing;
      if (waiters === undefined) return;
      const written = new Promise<void>((resolve) => void waiters.push(resolve));
      if (waiters === next) hurry.ring();
      await written;
    },
  };
}

/** Makes the local copy equal to a newer stored one; gives what the stored one lacks of a newer. */
function settle(
  local: DraftStorage,
  stored: TypedState,
): Result<ReadonlyMap<string, string | undefined>, StorageError> {
  const keys = Array.from({ length: local.length }, (_, index) => local.key(index))
    .filter((key) => key !== null).filter(isTyped);
  const missing = new Map<string, string | undefined>();
  if (stored.version > versionOf(local)) { // SY102
    try {
      for (const [key, value] of stored.rows) local.setItem(key, value);
      for (const key of keys) if (!stored.rows.has(key)) local.removeItem(key);
      local.setItem(VERSION, String(stored.version));
    } catch { // QuotaExceededError: the database stays the newer one.
      return err({ kind: "storage-full" });
    }
    return ok(missing);
  }
  for (const key of keys) {
    const value = local.getItem(key) ?? undefined;
    if (value !== stored.rows.get(key)) missing.set(key, value);
  }
  for (const key of stored.rows.keys()) if (!keys.includes(key)) missing.set(key, undefined);
  return ok(missing);
}

function isTyped(key: string): boolean {
  return PREFIXES.some((prefix) => key.startsWith(prefix));
}

function versionOf(local: DraftStorage): number {
  const version = Number(local.getItem(VERSION) ?? 0);
  return Number.isSafeInteger(version) ? version : 0;
}

function openQuietly(deps: TypedStorageDeps): DraftStorage | undefined {
  try {
    return deps.openLocal();
  } catch { // SecurityError: forbidden, so nothing was kept in it.
    return undefined;
  }
}
