/**
 * Images that were attached to a message which is not sent yet, on this device.
 *
 * Owns the `settings` rows whose key begins with `image-draft`. Whose message they are of is their
 * client's matter.
 */

import type { Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { SaidImage } from "#shared/protocol/mod.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import { CorruptRow } from "./storage-error.ts";
import { ALL_ROWS } from "./store-transaction.ts";

export interface ImageDraft {
  readonly id: string;
  /** Among those of its room; ids are in no order. */
  readonly place: number;
  readonly said: SaidImage;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface ImageDraftRows {
  /** In the order of their places, at most `rowsMax`. */
  list(
    roomId: string,
    rowsMax: number,
    signal: AbortSignal,
  ): Promise<Result<readonly ImageDraft[], StorageError>>;
  /** Adds it, or stands for the one of its id; false when `rowsMax` others are kept already. */
  put(
    roomId: string,
    draft: ImageDraft,
    rowsMax: number,
    signal: AbortSignal,
  ): Promise<Result<boolean, StorageError>>;
  /** Those of `from` are of `to` from now on, behind its own. */
  move(from: string, to: string, signal: AbortSignal): Promise<Result<void, StorageError>>;
  remove(
    roomId: string,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>>;
}

const PREFIX = "image-draft";

/** Makes a handle on the rows. */
export function createIdbImageDrafts(database: ConclaveDatabase): ImageDraftRows {
  return {
    list(roomId, rowsMax, signal) {
      return database.read(["settings"], function* (tx) {
        const rows = yield* tx.list("settings", rangeOf(`${PREFIX}:${roomId}:`), rowsMax);
        return rows.map(decodeRow).toSorted((a, b) => a.place - b.place);
      }, signal);
    },
    put(roomId, draft, rowsMax, signal) {
      return database.write(["settings"], function* (tx) {
        const key = `${PREFIX}:${roomId}:${draft.id}`;
        const kept = yield* tx.list("settings", rangeOf(`${PREFIX}:`), rowsMax);
        const others = kept.filter((row) => (row as { readonly key: string }).key !== key);
        if (others.length >= rowsMax) return false;
        tx.put("settings", { key, value: draft });
        return true;
      }, signal);
    },
    move(from, to, signal) {
      return database.write(["settings"], function* (tx) {
        const there = yield* tx.list("settings", rangeOf(`${PREFIX}:${to}:`), ALL_ROWS);
        const last = Math.max(0, ...there.map(decodeRow).map(({ place }) => place));
        for (const row of yield* tx.list("settings", rangeOf(`${PREFIX}:${from}:`), ALL_ROWS)) {
          const draft = decodeRow(row);
          const value = { ...draft, place: last + draft.place };
          tx.put("settings", { key: `${PREFIX}:${to}:${draft.id}`, value });
          tx.delete("settings", `${PREFIX}:${from}:${draft.id}`);
        }
      }, signal);
    },
    remove(roomId, ids, signal) {
      // oxlint-disable-next-line require-yield -- a write waits for nothing
      return database.write(["settings"], function* (tx) {
        for (const id of ids) tx.delete("settings", `${PREFIX}:${roomId}:${id}`);
      }, signal);
    },
  };
}

function rangeOf(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

function decodeRow(row: unknown): ImageDraft {
  const { key, value } = row as { readonly key: string; readonly value?: unknown };
  const draft = value as Partial<ImageDraft> | undefined;
  const isDraft = typeof draft?.id === "string" && typeof draft.place === "number" &&
    draft.bytes instanceof Uint8Array &&
    typeof draft.said?.sha256 === "string";
  if (!isDraft) throw new CorruptRow(`settings: ${key} is no image`);
  return draft as ImageDraft;
}
