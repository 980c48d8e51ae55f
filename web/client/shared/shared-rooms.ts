/**
 * This tab's way to the device's shared rooms: the code for them, where they are stored, and what
 * every tab must know of each: its own id there, its access, the relay.
 *
 * Owns a copy of the stored keys, read once: a feed needs the device's id before it is opened. Does
 * not own links (shared-links.ts).
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { SharedRoomKeys, SharedRoomStore } from "#shared/ports/mod.ts";
import type { CommandError } from "../app-client.ts";
import type { LoadKit, SharedKit } from "./shared-kit.ts";

type Got<T> = Promise<Result<T, CommandError>>;

export interface SharedRooms {
  /** The code; fetched once, and again after it could not be. */
  kit(): Got<SharedKit>;
  store(): Got<SharedRoomStore>;
  /** The code, if it is here: it is as soon as any shared room is known. */
  kitAtHand(): SharedKit | undefined;
  /** What is known already; undefined for a local room. */
  get(roomId: string): SharedRoomKeys | undefined;
  /** Reads what is not known yet, or `anew`. */
  load(roomId: string, signal: AbortSignal, how?: "anew"): Got<SharedRoomKeys | undefined>;
  /** Stores and knows; a room's link must be started anew when its access changed. */
  save(keys: SharedRoomKeys, signal: AbortSignal): Got<void>;
  forget(roomId: string): void;
}

export interface SharedRoomsDeps {
  readonly loadKit: LoadKit;
  readonly openStore: (kit: SharedKit) => SharedRoomStore;
}

export function createSharedRooms(deps: SharedRoomsDeps): SharedRooms {
  const known = new Map<string, SharedRoomKeys>();
  let opened: SharedRoomStore | undefined;
  let loading: ReturnType<LoadKit> | undefined;
  let atHand: SharedKit | undefined;

  const kit: SharedRooms["kit"] = async () => {
    try {
      const loaded = await (loading ??= deps.loadKit());
      if (loaded.ok) atHand = loaded.value;
      return loaded;
    } catch (error) { // TypeError: the code could not be fetched.
      loading = undefined;
      return err({ kind: "storage-failed", detail: `the code of shared rooms: ${String(error)}` });
    }
  };
  const store: SharedRooms["store"] = async () => {
    const loaded = await kit();
    return loaded.ok ? ok(opened ??= deps.openStore(loaded.value)) : loaded;
  };
  return {
    kit,
    store,
    kitAtHand: () => atHand,
    get: (roomId) => known.get(roomId),
    async load(roomId, signal, how) {
      const cached = how === "anew" ? undefined : known.get(roomId);
      if (cached !== undefined) return ok(cached);
      const open = await store();
      if (!open.ok) return open;
      const read = await open.value.keys(roomId, signal);
      if (read.ok && read.value !== undefined) known.set(roomId, read.value);
      return read;
    },
    async save(keys, signal) {
      const open = await store();
      if (!open.ok) return open;
      const saved = await open.value.saveKeys(keys, signal);
      if (saved.ok) known.set(keys.roomId, keys);
      return saved;
    },
    forget: (roomId) => void known.delete(roomId),
  };
}
