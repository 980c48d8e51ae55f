/** A room with devices to seal and open in, for tests. */

import { createDeviceKeys } from "../../crypto/device-keys.ts";
import { createOpener, type Opener } from "../../crypto/opener.ts";
import {
  createRoomSecret,
  deriveRoom,
  type ReadRoomKeys,
  type WriteRoomKeys,
} from "../../crypto/room-keys.ts";
import { createSealer, type Sealer } from "../../crypto/sealer.ts";
import type { Bytes, Crypto } from "../../ports/crypto.ts";
import type { LogEntry } from "../../ports/room-log.ts";
import type { SealedPart } from "../../ports/peer-store.ts";
import type { SharedRoomKeys } from "../../ports/shared-room-store.ts";
import type { RelayEntry } from "../../protocol/relay-frames.ts";
import { createPlainCrypto } from "./plain-crypto.ts";
import { SeededRandom } from "./seeded-random.ts";

export type DeviceKeys = SharedRoomKeys["device"];

export interface CryptoKit {
  readonly crypto: Crypto;
  readonly secret: Bytes;
  readonly room: WriteRoomKeys;
  /** The same room by its read-only link. */
  readonly readRoom: ReadRoomKeys;
  readonly device: DeviceKeys;
  createDevice(): Promise<DeviceKeys>;
  createSealer(device?: DeviceKeys): Sealer;
  createOpener(savedState?: string): Opener;
  /** Numbers what the relay would order; one order per kit. */
  order(part: SealedPart, from?: string): RelayEntry;
  /** Seals, orders and opens an event; what each part opened to. */
  pass(sealer: Sealer, opener: Opener, entryId: string, event: unknown): Promise<LogEntry[]>;
}

export async function createCryptoKit(
  crypto: Crypto = createPlainCrypto(new SeededRandom("kit")),
): Promise<CryptoKit> {
  const secret = createRoomSecret(crypto);
  const room = await deriveRoom(crypto, { access: "write", secret });
  if (room.access !== "write") throw new Error("Cannot set up: a full link writes");
  const { readSecret, writePublicKey } = room;
  const readRoom = await deriveRoom(crypto, {
    access: "read",
    secret: readSecret,
    writePublicKey,
  });
  if (readRoom.access !== "read") throw new Error("Cannot set up: a read-only link reads");
  const device = await createDeviceKeys(crypto);
  let seq = 0;
  const order = (part: SealedPart, from = device.id): RelayEntry => {
    seq += 1;
    return { seq, ts: 1_000 + seq, from, id: part.id, body: part.body };
  };
  return {
    crypto,
    secret,
    room,
    readRoom,
    device,
    createDevice: () => createDeviceKeys(crypto),
    createSealer: (own = device) => createSealer(crypto, room, own),
    createOpener: (savedState) => createOpener(crypto, room, savedState, { epoch: "epoch" }),
    order,
    async pass(sealer, opener, entryId, event) {
      const parts = await sealer.seal({ entryId, event, prev: opener.lastHash() });
      return await Promise.all(parts.map((part) => opener.open(order(part))));
    },
  };
}
