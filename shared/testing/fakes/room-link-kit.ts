/** One shared room, a network, and devices by name with room links over it, for tests. */

import { assert } from "../../base/assert.ts";
import { createDeviceKeys } from "../../crypto/device-keys.ts";
import { createRoomSecret, deriveRoom, type WriteRoomKeys } from "../../crypto/room-keys.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { MirroredEntry, SharedRoomKeys } from "../../ports/shared-room-store.ts";
import { createRoomLink } from "../../sync/room-link.ts";
import type { LinkStatus, RoomLink, RoomLinkDeps } from "../../sync/room-link-types.ts";
import { createSharedRoomLog } from "../../sync/shared-room-log.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryPeerStore } from "./memory-peer-store.ts";
import { MemorySharedRoomStore } from "./memory-shared-room-store.ts";
import { createPlainCrypto } from "./plain-crypto.ts";
import { RecordingLog } from "./recording-log.ts";
import { SeededRandom } from "./seeded-random.ts";
import { createWireNet, type WireNet, type WireNetDeps } from "./wire-net.ts";

export const RELAY_URL = "ws://relay.test/relay";

export interface LinkKitOptions extends Pick<WireNetDeps, "accept" | "tap"> {
  readonly seed: string;
}

export interface LinkKit {
  readonly clock: ManualClock;
  readonly random: SeededRandom;
  readonly crypto: Crypto;
  readonly trace: RecordingLog;
  readonly net: WireNet;
  readonly room: WriteRoomKeys;
  /** A device of the room that has not begun. */
  createPeer(name: string, access?: "write" | "read"): Promise<LinkPeer>;
  advance(ms: number): Promise<void>;
}

export async function createLinkKit(options: LinkKitOptions): Promise<LinkKit> {
  const clock = new ManualClock();
  const random = new SeededRandom(options.seed);
  const crypto = createPlainCrypto(random.fork("crypto"));
  const trace = new RecordingLog();
  const net = createWireNet({ ...options, clock, random: random.fork("net") });
  const secret = createRoomSecret(crypto);
  const room = await deriveRoom(crypto, { access: "write", secret });
  assert(room.access === "write", "A full link writes");
  const kit = { clock, random, crypto, trace, net, room };
  return {
    ...kit,
    async createPeer(name, access = "write") {
      const device = await createDeviceKeys(crypto);
      const { roomId, readSecret, writePublicKey } = room;
      const keys: SharedRoomKeys = access === "write"
        ? { roomId, relayUrl: RELAY_URL, access, secret, device }
        : { roomId, relayUrl: RELAY_URL, access, secret: readSecret, writePublicKey, device };
      return new LinkPeer(name, keys, kit);
    },
    advance: (ms) => clock.advance(ms),
  };
}

/** One device: its disk outlives its pages. */
export class LinkPeer {
  readonly name: string;
  readonly keys: SharedRoomKeys;
  readonly disk = new MemorySharedRoomStore();
  readonly outbox = new MemoryPeerStore(this.disk);
  readonly statuses: LinkStatus[] = [];
  readonly problems: (string | undefined)[] = [];
  readonly ephemerals: (readonly [device: string, body: unknown])[] = [];
  /** Of the pages that start from now on. */
  isClosed: RoomLinkDeps["isClosed"];
  readonly #kit: Omit<LinkKit, "createPeer" | "advance">;
  #page: { readonly link: RoomLink; readonly life: AbortController; ended: Promise<void> } | null =
    null;
  #said = 0;

  constructor(
    name: string,
    keys: SharedRoomKeys,
    kit: Omit<LinkKit, "createPeer" | "advance">,
  ) {
    this.name = name;
    this.keys = keys;
    this.#kit = kit;
  }

  get id(): string {
    return this.keys.device.id;
  }

  get link(): RoomLink {
    assert(this.#page !== null, `Cannot use the link of ${this.name}: it has no page`);
    return this.#page.link;
  }

  /** Opens the page: a fresh link over the disk. */
  start(): void {
    assert(this.#page === null, `Cannot start ${this.name} twice`);
    const { clock, crypto, trace, net, random } = this.#kit;
    const link = createRoomLink({
      ...{ keys: this.keys, store: this.disk, outbox: this.outbox, clock, crypto, trace },
      random: random.fork(`${this.name} ${this.statuses.length}`),
      transport: net.transport(this.name),
      onStatus: (status) => void this.statuses.push(status),
      onEphemeral: (device, body) => void this.ephemerals.push([device, body]),
      onProblem: (error) => void this.problems.push(error?.kind),
      isClosed: this.isClosed,
    });
    const life = new AbortController();
    const ended = link.run(life.signal).catch((error: unknown) => {
      if (!life.signal.aborted) throw error;
    });
    this.#page = { link, life, ended };
  }

  /** Settles when the page is over; rejects with a defect of the link. */
  get ended(): Promise<void> {
    return this.#page?.ended ?? Promise.resolve();
  }

  /** Closes the page; resolves when nothing of it runs. */
  async stop(): Promise<void> {
    const page = this.#page;
    this.#page = null;
    page?.life.abort("page closed");
    await page?.ended;
  }

  /** Puts a message into the outbox; `id` names it on this device. */
  async say(text: string, id?: string): Promise<void> {
    await this.write({ kind: "message", text }, id);
  }

  async write(body: unknown, id?: string): Promise<void> {
    this.#said += 1;
    const entry = { id: id ?? `${this.name}-${this.#said}`, device: this.id, body };
    const added = await this.outbox.addOutbox(
      { roomId: this.keys.roomId, entry },
      new AbortController().signal,
    );
    assert(added.ok, "Cannot add a row");
    this.#page?.link.wake();
  }

  /** The room as a log that can be appended to. */
  createLog() {
    const { roomId } = this.keys;
    return createSharedRoomLog({ roomId, outbox: this.outbox, mirror: this.disk.logOf(roomId) });
  }

  get entries(): readonly MirroredEntry[] {
    return this.disk.entriesOf(this.keys.roomId);
  }

  /** What was said, in order: texts, and the kind of any other event in brackets. */
  get heard(): readonly string[] {
    return this.entries.map(({ entry: { body } }) => {
      const event = body as { readonly kind: string; readonly text?: string; reason?: string };
      return event.text ?? `[${[event.kind, event.reason].filter(Boolean).join(" ")}]`;
    });
  }

  get ids(): readonly string[] {
    return this.entries.map(({ entry }) => entry.id);
  }

  /** As it is shown now, such as `live`, `refused badProof`. */
  get phase(): string {
    const link = this.statuses.at(-1)?.link;
    return link === undefined
      ? "none"
      : "reason" in link
      ? `${link.phase} ${link.reason}`
      : link.phase;
  }

  get unsent(): number {
    return this.outbox.unsent.length;
  }
}
