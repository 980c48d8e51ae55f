/**
 * The data folder of a headless host: its two databases, the key that seals room keys, and the
 * token of its loopback doors.
 *
 * Owns names and access rights. Does not own what is in the databases.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO92  A host's folder and the files in it are its user's alone. A key file that is missing
 *         beside a database is not replaced: what it sealed would be lost unsaid.
 */

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { Bytes, Crypto } from "#shared/ports/mod.ts";
import { createRoomHints, type RoomHints } from "../stores/room-hints.ts";
import { createRoomKeyVault, type RoomKeyVault } from "../stores/room-key-vault.ts";
import type { OpenFailure } from "../stores/sqlite-database.ts";
import { openSqlitePeerStore, type SqlitePeerStore } from "../stores/sqlite-peer-store.ts";
import { openSqliteSharedRooms, type SqliteSharedRooms } from "../stores/sqlite-shared-rooms.ts";
import { openSessionToken } from "./session-token.ts";

export interface HostFolder {
  readonly store: SqlitePeerStore;
  readonly rooms: SqliteSharedRooms;
  readonly vault: RoomKeyVault;
  readonly hints: RoomHints;
  /** Of the session socket and the webhook. */
  readonly token: string;
  readonly tokenPath: string;
  close(): Promise<void>;
}

export type FolderError =
  | { readonly kind: "folder-unusable"; readonly detail: string }
  | { readonly kind: "key-missing"; readonly path: string }
  | { readonly kind: "database-unusable"; readonly path: string; readonly failure: OpenFailure };

const KEY_NAME = "rooms.key";
const TOKEN_NAME = "host.token";
const PEER_NAME = "peer.db";
const ROOMS_NAME = "rooms.db";

const limits = Object.freeze({
  /** Policy: writes beyond are refused `storage-full`, and said. */
  databaseBytesMax: 4 * 2 ** 30,
  /** A host that is just ending has this long to let go of its databases. */
  lockWaitMsMax: 3_000,
});

/** Makes what is missing. `crypto` is the platform's suite. */
export async function openHostFolder(
  folder: string,
  crypto: Crypto,
): Promise<Result<HostFolder, FolderError>> {
  const unusable = (detail: string) => err({ kind: "folder-unusable", detail } as const);
  const [keyPath, roomsPath] = [join(folder, KEY_NAME), join(folder, ROOMS_NAME)];
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(keyPath) && existsSync(roomsPath)) { // HO92
      return err({ kind: "key-missing", path: keyPath });
    }
  } catch (error) { // Whatever the file system says: a person has to act on it.
    return unusable(error instanceof Error ? error.message : String(error));
  }
  const randomBytes = (count: number): Bytes => crypto.randomBytes(count);
  // The same form as a token: 32 bytes in a file that its user alone may read.
  const key = openSessionToken(keyPath, randomBytes);
  if (!key.ok) return unusable(key.error);
  const tokenPath = join(folder, TOKEN_NAME);
  const token = openSessionToken(tokenPath, randomBytes);
  if (!token.ok) return unusable(token.error);
  const vault = await createRoomKeyVault(crypto, new Uint8Array(Buffer.from(key.value, "hex")));
  const hints = createRoomHints();
  const options = (path: string) => ({
    path,
    bytesMax: limits.databaseBytesMax,
    lockWaitMsMax: limits.lockWaitMsMax,
  });
  const peerPath = join(folder, PEER_NAME);
  const store = openSqlitePeerStore(options(peerPath), hints);
  if (!store.ok) return err({ kind: "database-unusable", path: peerPath, failure: store.error });
  const rooms = openSqliteSharedRooms(options(roomsPath), { vault, hints });
  if (!rooms.ok) {
    await store.value.close();
    return err({ kind: "database-unusable", path: roomsPath, failure: rooms.error });
  }
  return ok({
    ...{ vault, hints, tokenPath, token: token.value },
    store: store.value,
    rooms: rooms.value,
    async close() {
      await rooms.value.close();
      await store.value.close();
    },
  });
}
