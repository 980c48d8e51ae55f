/** One device of a simulated room: its disk outlives its pages, which are the product's own. */

import { assert, stableKey } from "#shared/base/mod.ts";
import {
  createEngineService,
  createPeer,
  createRoomFeeds,
  type Peer,
  type RoomFeed,
} from "#shared/hosting/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type { Crypto, LogEntry, SharedRoomKeys } from "#shared/ports/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import { encodeCheckpoint, roomLimits } from "#shared/room/mod.ts";
import {
  createRoomLink,
  createSharedRoomLog,
  type LinkStatus,
  type RoomLink,
} from "#shared/sync/mod.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import type { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { MemoryCheckpoints } from "#shared/testing/fakes/memory-checkpoints.ts";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { MemorySharedRoomStore } from "#shared/testing/fakes/memory-shared-room-store.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { ScriptedEngine } from "#shared/testing/fakes/scripted-engine.ts";
import type { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import type { WireNet } from "#shared/testing/fakes/wire-net.ts";
import { planOfTurn } from "#shared/turns/mod.ts";
import { MARKER } from "./invariants-view.ts";
import type { SimFact } from "./sim-trace.ts";

const profile: ModelProfile = {
  ...{ id: "scripted", engine: "transformers", name: "Scripted", goodFor: "", licence: "" },
  ...{ parameters: 1, downloadBytes: 1, memoryBytes: 1, contextTokens: 1_024 },
  ...{ requiredFeatures: [], needsWebGpu: false, promptFormat: "starter-script", embedded: true },
  ...{ replyTokensMax: 64, temperature: 0, topP: 1 },
};

const lanes = [{
  ...{ engine: profile.engine, modelId: profile.id, lane: "cpu" as const },
  ...{ contextTokens: profile.contextTokens, slots: 1 },
}] as const;

export interface DeviceDeps {
  readonly clock: ManualClock;
  readonly crypto: Crypto;
  readonly random: SeededRandom;
  readonly net: WireNet;
  readonly note: (fact: SimFact) => void;
  readonly onDefect: (error: unknown) => void;
}

interface Page {
  readonly life: AbortController;
  readonly link: RoomLink;
  readonly feed: RoomFeed;
  readonly peer: Peer;
  readonly engines: ScriptedEngine[];
}

/** As the browser's store: whoever adds a row hints the room, which wakes its link. */
class HintingPeerStore extends MemoryPeerStore {
  onRow: () => void = () => undefined;

  override async addOutbox(...args: Parameters<MemoryPeerStore["addOutbox"]>) {
    const added = await super.addOutbox(...args);
    this.onRow();
    return added;
  }
}

export class SimDevice {
  readonly name: string;
  readonly keys: SharedRoomKeys;
  readonly disk = new MemorySharedRoomStore();
  readonly store = new HintingPeerStore();
  readonly #checkpoints = new MemoryCheckpoints();
  readonly #deps: DeviceDeps;
  #page: Page | undefined;
  #pages = 0;
  #said = 0;
  #status: LinkStatus | undefined;
  #seenHead = "";

  constructor(name: string, keys: SharedRoomKeys, deps: DeviceDeps) {
    [this.name, this.keys, this.#deps] = [name, keys, deps];
  }

  get id(): string {
    return this.keys.device.id;
  }

  get isOpen(): boolean {
    return this.#page !== undefined;
  }

  get feed(): RoomFeed {
    assert(this.#page !== undefined, `Cannot read ${this.name}: it has no page`);
    return this.#page.feed;
  }

  get phase(): string {
    return this.#status?.link.phase ?? "none";
  }

  get reason(): string {
    const link = this.#status?.link;
    return link !== undefined && "reason" in link ? link.reason : "";
  }

  /** Devices to which, as far as this one knows, the relay showed another history. */
  get forkedWith(): readonly string[] {
    return (this.#status?.forks ?? []).map(({ device }) => device);
  }

  get present(): readonly string[] {
    return this.#status?.present ?? [];
  }

  get offer() {
    return { device: this.id, name: this.name, hostsForOthers: true, lanes };
  }

  /** Opens a page over what survived. */
  open(): void {
    assert(this.#page === undefined, `Cannot open ${this.name} twice`);
    this.#pages += 1;
    const { clock, crypto, net, onDefect } = this.#deps;
    const { roomId } = this.keys;
    const life = new AbortController();
    const trace = new RecordingLog();
    const random = this.#deps.random.fork(`${this.name} ${this.#pages}`);
    const counting = new CountingIds();
    const page = `${this.name}.${this.#pages}`;
    const ids = { next: (prefix: string) => counting.next(`${prefix}_${page}`) };
    const link = createRoomLink({
      ...{ keys: this.keys, store: this.disk, outbox: this.store, crypto, clock, trace, random },
      transport: net.transport(this.name),
      onEphemeral: (device, body) => this.#page?.peer.receiveEphemeral(roomId, device, body),
      onStatus: (status) => this.#takeStatus(status),
      onProblem: () => undefined,
    });
    this.store.onRow = () => link.wake();
    const mirror = this.disk.logOf(roomId);
    const log = createSharedRoomLog({ roomId, outbox: this.store, mirror });
    const engines: ScriptedEngine[] = [];
    const engine = createEngine(this.#deps, engines, random, trace);
    const common = { deviceOf: () => this.id, clock, ids, trace, logOf: () => log };
    const feeds = createRoomFeeds({
      ...common,
      checkpoints: this.#checkpoints,
      onReadProblem: () => undefined,
      onDefect: (_room, error) => onDefect(error),
    }, life.signal);
    const peer = createPeer({
      ...{ ...common, feeds, engine, store: this.store, onDefect },
      random: random.fork("services"),
      linkOf: () => link,
      deviceLoad: () => ({ isHidden: false, isOnBattery: undefined }),
      offer: () => this.keys.access === "read" ? undefined : this.offer,
      onFrame: () => undefined,
      onProblem: () => undefined,
    });
    engine.choose(profile);
    peer.addRoom(roomId);
    void peer.run(life.signal).catch((error: unknown) => {
      if (!life.signal.aborted) onDefect(error);
    });
    this.#page = { life, link, peer, engines, feed: feeds.open(roomId) };
  }

  /** As a crash does: nothing that this page started goes on. */
  close(): void {
    const page = this.#page;
    this.#page = undefined;
    this.#status = undefined;
    page?.life.abort("page closed");
    for (const engine of page?.engines ?? []) engine.kill("page closed");
  }

  retryNow(): void {
    this.#page?.link.retryNow();
  }

  async append(body: RoomEvent): Promise<void> {
    this.#said += 1;
    const entry = { id: `${this.name}-${this.#said}`, device: this.id, body };
    if (body.kind === "say") {
      this.#deps.note({ kind: "said", device: this.id, text: body.text });
    }
    const row = { roomId: this.keys.roomId, entry };
    await this.store.addOutbox(row, new AbortController().signal);
  }

  say(addressed: readonly string[] = []): Promise<void> {
    const text = `${MARKER} ${this.name} ${this.#said}`;
    return this.append({ kind: "say", text, addressed });
  }

  /** The room as this device's page has folded it, bit by bit, and what it plans of it. */
  get roomHash(): string {
    const state = this.feed.state();
    const plans = [...state.turns.values()].map((turn) => planOfTurn(turn).fingerprint);
    return stableKey([encodeCheckpoint(state, roomLimits.checkpointMessagesMax), ...plans]);
  }

  get entries(): readonly LogEntry[] {
    return this.disk.entriesOf(this.keys.roomId).map(({ entry }) => entry);
  }

  get ids(): readonly string[] {
    return this.disk.entriesOf(this.keys.roomId).map(({ entry }) => entry.id);
  }

  /** Notes the mirror when it is another than it was. */
  async look(): Promise<void> {
    const { roomId } = this.keys;
    const position = await this.disk.position(roomId, new AbortController().signal);
    const at = position.ok ? position.value : undefined;
    if (at === undefined || this.#seenHead === `${at.epoch}/${at.seq}`) return;
    this.#seenHead = `${at.epoch}/${at.seq}`;
    const entries = this.disk.entriesOf(roomId).map(({ entry, sealed }) => ({
      ...{ seq: entry.seq, id: entry.id, sealed, device: entry.device },
      body: entry.body as { readonly kind: string },
    }));
    this.#deps.note({ kind: "mirror", peer: this.name, epoch: at.epoch, entries });
  }

  #takeStatus(status: LinkStatus): void {
    const before = this.phase;
    this.#status = status;
    if (before === this.phase) return;
    this.#deps.note({ kind: "phase", peer: this.name, phase: `${this.phase} ${this.reason}` });
    this.#page?.peer.wake();
  }
}

function createEngine(
  { clock }: DeviceDeps,
  engines: ScriptedEngine[],
  random: SeededRandom,
  trace: RecordingLog,
) {
  return createEngineService({
    clock,
    random: random.fork("supervision"),
    log: trace,
    startEngine: async (generation, signal) => {
      signal.throwIfAborted();
      const reply = ({ seed }: { readonly seed: number }) => [
        ...[`${MARKER}`, " and", " so,"],
        ...seed % 3 === 0 ? [" says", " ps_b", "."] : [" on", "."],
      ];
      const constrainsChoice = random.next() < 0.5;
      const timing = { loadMs: 50, tokenMs: 40 };
      const engine = new ScriptedEngine({ clock, generation, reply, constrainsChoice, ...timing });
      engines.push(engine);
      return {
        engine,
        exited: engine.exited,
        stop: async () => engine.kill("stopped"),
        kill: () => engine.kill("reaped"),
      };
    },
  });
}
