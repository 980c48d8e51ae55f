/** A device in a shared room with our own link over a real socket, for tests. */

import { setTimeout as sleep } from "node:timers/promises";
import {
  createDeviceKeys,
  createRoomSecret,
  createWebCrypto,
  deriveRoom,
  type RoomKeys,
} from "#shared/crypto/mod.ts";
import type { SharedRoomKeys } from "#shared/ports/mod.ts";
import { createRoomLink, type LinkStatus } from "#shared/sync/mod.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { MemorySharedRoomStore } from "#shared/testing/fakes/memory-shared-room-store.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createWsTransport } from "../host/ws-transport.ts";
import { createSystemClock, createSystemRandom } from "../platform/system-ports.ts";

export interface SharedSecret {
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly room: RoomKeys;
}

export interface LinkPeer {
  readonly device: string;
  status(): LinkStatus;
  /** Puts it into the outbox. */
  say(text: string): Promise<void>;
  /** What it said and the log has not, as far as it knows. */
  unsent(): number;
  /** Ids of the log as it has it, in order. */
  ids(): readonly string[];
  /** Device and text of what was said, in order. */
  said(): readonly (readonly [device: string, text: string])[];
  /** Rows that the relay refused for good. */
  readonly problems: readonly unknown[];
  /** As a person who presses "Try again". */
  retryNow(): void;
  close(): void;
}

const crypto = createWebCrypto();
const never = new AbortController().signal;

const LOOK_MS = 50;
const LOOKS_PER_PRESS = 20;

export async function makeSecret(): Promise<SharedSecret> {
  const secret = createRoomSecret(crypto);
  return { secret, room: await deriveRoom(crypto, { access: "write", secret }) };
}

/** `relayUrl` such as `ws://127.0.0.1:40001/relay`. */
export async function openPeer(
  relayUrl: string,
  { secret, room: { roomId } }: SharedSecret,
): Promise<LinkPeer> {
  const device = await createDeviceKeys(crypto);
  const keys: SharedRoomKeys = { roomId, relayUrl, access: "write", secret, device };
  const [mirror, outbox, ids] = [
    new MemorySharedRoomStore(),
    new MemoryPeerStore(),
    new CountingIds(),
  ];
  await mirror.saveKeys(keys, never);
  const problems: unknown[] = [];
  const life = new AbortController();
  const link = createRoomLink({
    ...{ keys, store: mirror, outbox, crypto, trace: new RecordingLog() },
    clock: createSystemClock(),
    random: createSystemRandom(),
    transport: createWsTransport({ frameBytesMax: 2 ** 22 }),
    onStatus: () => undefined,
    onProblem: (problem) => problem === undefined ? undefined : void problems.push(problem),
    onEphemeral: () => undefined,
  });
  link.run(life.signal).catch((error: unknown) => {
    if (!life.signal.aborted) problems.push(error); // Ended by `close` only.
  });
  const rows = () => mirror.entriesOf(roomId).map(({ entry }) => entry);
  return {
    device: device.id,
    status: () => link.status(),
    async say(text) {
      const body = { kind: "say", text, addressed: [] } as const;
      const entry = { id: ids.next(`said_${device.id}`), device: device.id, body };
      const added = await outbox.addOutbox({ roomId, entry }, never);
      if (!added.ok) throw new Error(JSON.stringify(added.error));
      link.wake();
    },
    unsent: () => outbox.unsent.length,
    ids: () => rows().map(({ id }) => id),
    said: () =>
      rows().flatMap((entry) => {
        const { kind, text } = entry.body as { readonly kind?: string; readonly text?: string };
        return kind === "say" && text !== undefined ? [[entry.device, text] as const] : [];
      }),
    problems,
    retryNow: () => link.retryNow(),
    close: () => life.abort("the peer leaves"),
  };
}

/**
 * Waits until it is so, with people who press "Try again" where a link is not live. Rejects with
 * what `describe` says.
 */
export async function untilSo(
  peers: readonly LinkPeer[],
  isSo: () => boolean,
  describe: () => string,
  msMax: number,
): Promise<void> {
  const endMs = performance.now() + msMax;
  for (let look = 0; !isSo(); look += 1) {
    if (performance.now() > endMs) throw new Error(`Not so in ${msMax} ms: ${describe()}`);
    for (const peer of look % LOOKS_PER_PRESS === 0 ? peers : []) {
      // Where it is live a press checks the connection, which may be half-open.
      if (peer.status().link.phase !== "live" || look % (10 * LOOKS_PER_PRESS) === 0) {
        peer.retryNow();
      }
    }
    await sleep(LOOK_MS);
  }
}
