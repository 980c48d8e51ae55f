/**
 * Shared rooms in IndexedDB: their secrets, where this device is in their logs, and the mirror of
 * their entries, which lie in `entries` like a local room's (D29).
 *
 * Owns the `shared-rooms`, `positions` and `origin-keys` rows, and writing the entries of shared
 * rooms. Does not own their reading (idb-room-log.ts) nor their end (idb-room-index.ts).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY71  A room's secret is stored only sealed by a key that never leaves this origin.
 *   SY72  Entries are mirrored with the position behind them in one transaction, and only right
 *         behind the position of before.
 *   SY73  A new epoch's log replaces the old mirror, and its checkpoint, in one transaction.
 *   SY67  A foundation, the entries behind it and their position replace the mirror in one
 *         transaction; a mirror that begins behind no foundation begins with the log.
 *   SY74  Nothing is mirrored of a room that is not here: deleting a room is final.
 *   SY267 A room in the list whose messages or keys are not here is named so, there and on its own
 *         screen, with what can be done; keys that nothing here can open are not here.
 */

import { assert, err, ok, type Result } from "#shared/base/mod.ts";
import type {
  AeadKey,
  Bytes,
  Crypto,
  MirroredEntry,
  MirrorError,
  SharedRoomKeys,
  SharedRoomStore,
  StorageError,
  SyncPosition,
} from "#shared/ports/mod.ts";
import { deleteCheckpoints } from "./idb-checkpoints.ts";
import type { ConclaveDatabase } from "./idb-database.ts";
import type { LogHints } from "./log-hints.ts";
import {
  decodeMirrored,
  decodeOriginKey,
  decodePosition,
  decodeSharedRoom,
} from "./shared-room-rows.ts";
import { checkPage, foundationKey, readFoundation } from "./log-pages.ts";
import { keysUnder } from "./storage-schema.ts";
import type { Step, StoreTransaction } from "./store-transaction.ts";

export interface SharedRoomsDeps {
  readonly database: ConclaveDatabase;
  readonly hints: Pick<LogHints, "notify">;
  readonly crypto: Pick<Crypto, "generateAead" | "open" | "randomBytes" | "seal">;
}

const WRAP_KEY = "wrap";
const NONCE_BYTES = 12;
const encoder = new TextEncoder();

/** Makes a handle on the shared rooms of this device. */
export function createIdbSharedRooms(deps: SharedRoomsDeps): SharedRoomStore {
  const { database, hints } = deps;
  const write = async <E extends MirrorError>(
    roomId: string,
    work: (tx: StoreTransaction) => Step<Result<void, E>>,
    signal: AbortSignal,
  ): Promise<Result<void, E | StorageError>> => {
    const stores = ["rooms", "entries", "positions", "checkpoints"] as const;
    const written = await database.write(
      stores,
      function* (tx) {
        if ((yield* tx.get("rooms", roomId)) === undefined) { // SY74
          return err({ kind: "storage-failed", detail: "the room is not here" } as const);
        }
        return yield* work(tx);
      },
      signal,
      (done) => done.ok && hints.notify(roomId),
    );
    return written.ok ? written.value : written;
  };

  return {
    keys: (roomId, signal) => readKeys(deps, roomId, signal),
    async saveKeys(keys, signal) {
      const wrapKey = await claimWrapKey(deps, signal);
      if (!wrapKey.ok) return wrapKey;
      const { secret, ...rest } = keys;
      const nonce = deps.crypto.randomBytes(NONCE_BYTES);
      const sealed = await deps.crypto.seal(wrapKey.value, nonce, nameOf(keys.roomId), secret);
      // oxlint-disable-next-line require-yield -- a write waits for nothing
      return await database.write(["shared-rooms"], function* (tx) {
        tx.put("shared-rooms", { ...rest, nonce, sealed }); // SY71
      }, signal);
    },
    position(roomId, signal) {
      return database.read(["positions"], (tx) => readPosition(tx, roomId), signal);
    },
    async mirror(roomId, entries, position, signal) {
      const first = entries[0]?.entry.seq ?? position.seq + 1;
      checkSeqs(entries, first, position);
      return await write(roomId, function* (tx): Step<Result<void, MirrorError>> {
        const before = yield* readPosition(tx, roomId);
        const isNext = before === undefined ? first === 1 : first === before.seq + 1 &&
          before.epoch === position.epoch;
        if (!isNext) { // SY72: another tab, which led for a while, has been here.
          return err({ kind: "storage-failed", detail: "the mirror is elsewhere" });
        }
        const ids = new Set(entries.map(({ entry }) => entry.id));
        if (ids.size < entries.length) return err({ kind: "entry-repeated" });
        for (const { entry } of entries) { // Before any is added: a refusal changes nothing.
          const known = yield* tx.getBy("entries", "by-id", [roomId, entry.id]);
          if (known !== undefined) return err({ kind: "entry-repeated" });
        }
        for (const one of entries) yield* tx.add("entries", rowOf(roomId, one));
        tx.put("positions", { roomId, ...position });
        return ok(undefined);
      }, signal);
    },
    async replaceEpoch(roomId, entries, position, signal) {
      checkSeqs(entries, 1, position);
      // oxlint-disable-next-line require-yield -- writes wait for nothing
      return await write(roomId, function* (tx) { // SY73
        replaceMirror(tx, roomId, entries, position);
        return ok(undefined);
      }, signal);
    },
    async found(roomId, foundation, entries, position, signal) {
      checkSeqs(entries, foundation.seq + 1, position);
      // oxlint-disable-next-line require-yield -- writes wait for nothing
      return await write(roomId, function* (tx) { // SY67
        replaceMirror(tx, roomId, entries, position);
        tx.put("positions", { roomId: foundationKey(roomId), ...foundation });
        return ok(undefined);
      }, signal);
    },
    foundation(roomId, signal) {
      return database.read(["positions"], (tx) => readFoundation(tx, roomId), signal);
    },
    mirrored(roomId, afterSeq, entriesMax, signal) {
      return database.read(["entries", "positions"], function* (tx) {
        const range = IDBKeyRange.bound([roomId, afterSeq], [roomId, []], true);
        const page = (yield* tx.list("entries", range, entriesMax)).map(decodeMirrored);
        yield* checkPage(tx, roomId, afterSeq, page.map(({ entry }) => entry));
        return page;
      }, signal);
    },
  };
}

function replaceMirror(
  tx: StoreTransaction,
  roomId: string,
  entries: readonly MirroredEntry[],
  position: SyncPosition,
): void {
  tx.delete("entries", keysUnder(roomId));
  deleteCheckpoints(tx, roomId);
  tx.delete("positions", foundationKey(roomId));
  for (const one of entries) tx.put("entries", rowOf(roomId, one));
  tx.put("positions", { roomId, ...position });
}

/** Seqs follow each other up to the position: what else is a defect of the caller. */
function checkSeqs(
  entries: readonly MirroredEntry[],
  first: number,
  position: SyncPosition,
): void {
  entries.forEach(({ entry }, index) => {
    assert(
      entry.seq === first + index,
      `Cannot mirror entry ${entry.seq}: the next is ${first + index}`,
    );
  });
  const last = first + entries.length - 1;
  assert(
    position.seq === last,
    `Cannot mirror up to ${last}: the position is ${position.seq}`,
  );
}

function rowOf(roomId: string, { entry, sealed, from }: MirroredEntry): object {
  return { roomId, ...entry, sealed, from };
}

function* readPosition(tx: StoreTransaction, roomId: string): Step<SyncPosition | undefined> {
  const row = yield* tx.get("positions", roomId);
  return row === undefined ? undefined : decodePosition(row);
}

async function readKeys(
  { database, crypto }: SharedRoomsDeps,
  roomId: string,
  signal: AbortSignal,
): Promise<Result<SharedRoomKeys | undefined, StorageError>> {
  const read = await database.read(["shared-rooms", "origin-keys"], function* (tx) {
    const row = yield* tx.get("shared-rooms", roomId);
    const key = yield* tx.get("origin-keys", WRAP_KEY);
    if (row === undefined || key === undefined) return undefined; // SY267
    return { room: decodeSharedRoom(row), key: decodeOriginKey(key) };
  }, signal);
  if (!read.ok || read.value === undefined) return read.ok ? ok(undefined) : read;
  const { nonce, sealed, ...rest } = read.value.room;
  const secret = await crypto.open(read.value.key, nonce, nameOf(roomId), sealed);
  return ok(secret && { ...rest, secret }); // SY267
}

/** The key of this origin, made at the first use; of tabs that race the first one's stands. */
async function claimWrapKey(
  { database, crypto }: SharedRoomsDeps,
  signal: AbortSignal,
): Promise<Result<AeadKey, StorageError>> {
  signal.throwIfAborted();
  const proposed = await crypto.generateAead();
  return await database.write(["origin-keys"], function* (tx) {
    const row = yield* tx.get("origin-keys", WRAP_KEY);
    if (row !== undefined) return decodeOriginKey(row);
    tx.put("origin-keys", { name: WRAP_KEY, key: proposed });
    return proposed;
  }, signal);
}

function nameOf(roomId: string): Bytes {
  return encoder.encode(`conclave-room-secret/1|${roomId}`);
}
