/** A person's device in a shared room, as a test plays it: makes the room, speaks, and listens. */

import { createScope, type Result } from "#shared/base/mod.ts";
import {
  createDeviceKeys,
  createRoomSecret,
  createWebCrypto,
  deriveRoom,
  formatRoomLink,
} from "#shared/crypto/mod.ts";
import { closedEvent, companionsOf, createRoomFeed, movedFounding } from "#shared/hosting/mod.ts";
import type { LogEntry, SharedRoomKeys } from "#shared/ports/mod.ts";
import { type RoomEvent, RULES_NUMBER } from "#shared/protocol/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { createRoomLink, createSharedRoomLog } from "#shared/sync/mod.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { MemoryCheckpoints } from "#shared/testing/fakes/memory-checkpoints.ts";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { MemorySharedRoomStore } from "#shared/testing/fakes/memory-shared-room-store.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createSystemClock, createSystemRandom } from "../../platform/system-ports.ts";
import { createWsTransport } from "../ws-transport.ts";

export interface RoomGuest {
  readonly roomId: string;
  /** For whoever is invited to write. */
  readonly link: string;
  state(): RoomState;
  /** Of the room's log as far as this device has it, opened, from the first. */
  entries(): readonly LogEntry[];
  say(text: string): Promise<void>;
  /** Says anything else. */
  send(event: RoomEvent): Promise<void>;
  /** Resolves when the room's state is so. */
  until(isSo: (state: RoomState) => boolean): Promise<RoomState>;
  /** Resolves with what another device says next in passing, such as a part of a reply. */
  hear(): Promise<unknown>;
  /** Moves the room without these devices; resolves with the guest in the new one. */
  move(without: readonly string[]): Promise<RoomGuest>;
  close(): Promise<void>;
}

const crypto = createWebCrypto();

/** Makes a room at the relay of `origin` and begins it. */
export async function makeRoom(origin: string): Promise<RoomGuest> {
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  const keys = await makeKeys(origin, await createDeviceKeys(crypto));
  const { roomId } = keys;
  return await openGuest(origin, keys, [
    { kind: "genesis", rules: RULES_NUMBER, roomId, name: "Attic", recipe },
    { kind: "device", name: "Guest" },
  ]);
}

async function makeKeys(
  origin: string,
  device: SharedRoomKeys["device"],
): Promise<SharedRoomKeys> {
  const relayUrl = `${origin.replace("http", "ws")}/relay`;
  const room = { access: "write", secret: createRoomSecret(crypto) } as const;
  const { roomId } = await deriveRoom(crypto, room);
  return { roomId, relayUrl, ...room, device };
}

/** In the room that `beginning` begins. */
async function openGuest(
  origin: string,
  keys: SharedRoomKeys,
  beginning: readonly RoomEvent[],
): Promise<RoomGuest> {
  const { roomId, relayUrl, access, secret } = keys;
  const signal = new AbortController().signal;
  const [mirror, outbox] = [new MemorySharedRoomStore(), new MemoryPeerStore()];
  const [ids, clock, trace] = [new CountingIds(), createSystemClock(), new RecordingLog()];
  await mirror.saveKeys(keys, signal);
  const listeners = new Set<(body: unknown) => void>();
  const link = createRoomLink({
    ...{ keys, outbox, crypto, clock, trace },
    store: mirror,
    transport: createWsTransport({ frameBytesMax: 2 ** 22 }),
    random: createSystemRandom(),
    onStatus: () => undefined,
    onProblem: () => undefined,
    onEphemeral: (_device, body) => {
      for (const tell of [...listeners]) tell(body);
      listeners.clear();
    },
  });
  const feed = createRoomFeed({
    ...{ roomId, ids, clock, trace },
    device: keys.device.id,
    log: createSharedRoomLog({ roomId, outbox, mirror: mirror.logOf(roomId) }),
    checkpoints: new MemoryCheckpoints(),
    onReadProblem: () => undefined,
  });
  const send = async (body: RoomEvent): Promise<void> => {
    const entry = { id: ids.next("guest"), device: keys.device.id, body };
    const added: Result<unknown, unknown> = await outbox.addOutbox({ roomId, entry }, signal);
    if (!added.ok) throw new Error(JSON.stringify(added.error));
    link.wake();
  };
  for (const event of beginning) await send(event);
  const scope = createScope(signal, (error) => {
    throw error;
  });
  scope.start((inner) => feed.run(inner));
  scope.start((inner) => link.run(inner));
  return {
    roomId,
    link: `${origin}/#${formatRoomLink({ access, secret, relayHint: relayUrl })}`,
    state: () => feed.state(),
    entries: () => mirror.entriesOf(roomId).map(({ entry }) => entry),
    send,
    say: (text) => send({ kind: "say", text, addressed: [] }),
    async until(isSo) {
      for (;;) {
        let wake = (): void => undefined;
        const changed = new Promise<void>((resolve) => wake = resolve);
        using _change = feed.subscribe(() => wake());
        if (isSo(feed.state())) return feed.state();
        await changed;
      }
    },
    hear: () => new Promise((resolve) => void listeners.add(resolve)),
    async move(without) {
      const state = feed.state();
      const position = await mirror.position(roomId, signal);
      const opener = position.ok ? position.value?.opener ?? "" : "";
      const companions = companionsOf(state, opener, without);
      if (!companions.ok) throw new Error(companions.error.kind);
      const next = await makeKeys(origin, keys.device);
      const goAlong = new Set(companions.value.keys.keys());
      const given = { state, device: keys.device.id, roomId: next.roomId, goAlong };
      const offer = { name: "Guest", lanes: [], hostsForOthers: false };
      const there = await openGuest(origin, next, movedFounding({ ...given, offer }));
      await there.until(({ head }) => head > 0);
      await send(await closedEvent(crypto, { old: keys, next }, state.head, companions.value));
      return there;
    },
    close: () => scope.close("the guest leaves"),
  };
}
