/**
 * One peer of the hosting world: a device whose disk outlives its pages, and the page as the
 * product composes it (link, feeds, engine service, peer), with faults at its edges.
 */

import { assert, stableKey } from "#shared/base/mod.ts";
import {
  createEngineService,
  createPeer,
  createRoomFeeds,
  type EngineService,
  type Peer,
  type RoomFeed,
} from "#shared/hosting/mod.ts";
import type { Crypto, LogEntry, SharedRoomKeys, Transport } from "#shared/ports/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import { encodeCheckpoint, roomLimits, type RoomState } from "#shared/room/mod.ts";
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
import type { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import type { WireNet } from "#shared/testing/fakes/wire-net.ts";
import { loadTurnRecallAtOnce } from "#shared/testing/sim/local-room-world.ts";
import { planOfTurn } from "#shared/turns/mod.ts";
import { type Ability, lanesOf } from "./abilities.contract.ts";
import { DeviceClock } from "./device-clock.contract.ts";
import { EngineRoom } from "./engine-room.contract.ts";
import type { HostingNews } from "./hosting-trace.ts";
import { PeerView } from "./peer-view.contract.ts";

export interface HostingPeerDeps {
  readonly clock: ManualClock;
  readonly crypto: Crypto;
  readonly random: SeededRandom;
  readonly net: WireNet;
  /** Its pages of before this run: ids of entries are never used again. */
  readonly pagesBefore: number;
  readonly note: (news: HostingNews) => void;
  readonly onDefect: (error: unknown) => void;
}

interface Page {
  readonly life: AbortController;
  readonly link: RoomLink;
  readonly feed: RoomFeed;
  readonly peer: Peer;
  readonly engine: EngineService;
}

/** How late a slow peer's texts and tokens come. */
const SLOW_TEXT_MS = 700;

const never = new AbortController().signal;

export class HostingPeer {
  readonly name: string;
  readonly keys: SharedRoomKeys;
  readonly ability: Ability;
  readonly clock: DeviceClock;
  readonly engines: EngineRoom;
  readonly disk = new MemorySharedRoomStore();
  readonly store: MemoryPeerStore;
  readonly typed: string[] = [];
  readonly #checkpoints = new MemoryCheckpoints();
  readonly #deps: HostingPeerDeps;
  #page: Page | undefined;
  #pages: number;
  #appended = 0;
  #status: LinkStatus | undefined;
  /** A fault acts on its way to the relay, until its link is live again. */
  #isCut = false;
  #isSlow = false;
  #isFit = false;

  constructor(name: string, keys: SharedRoomKeys, ability: Ability, deps: HostingPeerDeps) {
    [this.name, this.keys, this.ability, this.#deps] = [name, keys, ability, deps];
    this.#pages = deps.pagesBefore;
    this.clock = new DeviceClock(deps.clock);
    this.engines = new EngineRoom(name, this.clock, deps.random.fork(`engines ${name}`), deps.note);
    this.store = new MemoryPeerStore({ notify: () => this.#page?.link.wake() });
  }

  get id(): string {
    return this.keys.device.id;
  }

  get isOpen(): boolean {
    return this.#page !== undefined;
  }

  /** A person can press something here. */
  get isAwake(): boolean {
    return this.isOpen && !this.clock.isPaused;
  }

  get phase(): string {
    return this.#status?.link.phase ?? "none";
  }

  get isStuck(): boolean {
    const phase = this.#page?.engine.status().supervision.phase;
    return phase === "given-up" || phase === "failed";
  }

  get state(): RoomState {
    assert(this.#page !== undefined, `Cannot read ${this.name}: it has no page`);
    return this.#page.feed.state();
  }

  get entries(): readonly LogEntry[] {
    return this.disk.entriesOf(this.keys.roomId).map(({ entry }) => entry);
  }

  get offer() {
    const { hostsForOthers } = this.ability;
    return { device: this.id, name: this.name, hostsForOthers, lanes: lanesOf(this.ability) };
  }

  /** The room as this peer's page has folded it, bit by bit, and what it plans of it. */
  get roomHash(): string {
    const plans = [...this.state.turns.values()].map((turn) => planOfTurn(turn).fingerprint);
    return stableKey([encodeCheckpoint(this.state, roomLimits.checkpointMessagesMax), ...plans]);
  }

  /** Opens a page over what survived. */
  open(): void {
    assert(this.#page === undefined, `Cannot open ${this.name} twice`);
    this.#pages += 1;
    const { note } = this.#deps;
    note({ kind: "page", peer: this.name, isOpen: true });
    const life = new AbortController();
    const { roomId } = this.keys;
    const { link, engine, feeds, peer } = this.#compose(life.signal);
    if (this.ability.profile !== undefined) engine.choose(this.ability.profile);
    peer.addRoom(roomId);
    void peer.run(life.signal).catch((error: unknown) => {
      if (!life.signal.aborted) this.#deps.onDefect(error);
    });
    const feed = feeds.open(roomId);
    this.#page = { life, link, peer, engine, feed };
    const view = new PeerView(this.name, this.id);
    feed.subscribe(() => {
      const seen = view.look(feed.state(), this.entries);
      if (this.#page?.feed === feed && seen !== undefined) note(seen);
    });
  }

  /** As closing the tab: the page ends its loops, its socket says goodbye. */
  close(): void {
    const page = this.#page;
    this.#page = undefined;
    this.#status = undefined;
    this.clock.wake();
    page?.life.abort("page closed");
    this.engines.end("page closed");
    this.#look();
    if (page !== undefined) this.#deps.note({ kind: "page", peer: this.name, isOpen: false });
  }

  /** As kill -9, or power that is lost: nothing is said to anybody. */
  crash(isPowerLost: boolean): void {
    if (isPowerLost) this.#deps.net.freeze(this.name);
    else this.#deps.net.drop(this.name);
    this.close();
  }

  pause(): void {
    this.clock.pause();
    this.#look();
  }

  wake(): void {
    this.clock.wake();
    this.#look();
  }

  cut(): void {
    this.#isCut = true;
    this.#look();
  }

  slow(isSlow: boolean): void {
    this.#isSlow = isSlow;
    this.engines.isSlow = isSlow;
    this.#look();
  }

  /** A person presses "retry now" wherever it is shown. */
  help(): void {
    if (this.phase !== "live") this.#page?.link.retryNow();
    if (!this.isStuck) return;
    this.engines.help();
    this.#page?.engine.retryNow();
  }

  async append(body: RoomEvent): Promise<void> {
    this.#appended += 1;
    const entry = { id: `${this.name}.${this.#pages}-${this.#appended}`, device: this.id, body };
    if (body.kind === "say") {
      this.typed.push(body.text);
      this.#deps.note({ kind: "said", peer: this.name, text: body.text });
    }
    await this.store.addOutbox({ roomId: this.keys.roomId, entry }, never);
  }

  #compose(signal: AbortSignal) {
    const { crypto, onDefect } = this.#deps;
    const { clock } = this;
    const { roomId } = this.keys;
    const trace = new RecordingLog();
    const random = this.#deps.random.fork(`${this.name} ${this.#pages}`);
    const counting = new CountingIds();
    const ids = {
      next: (prefix: string) => counting.next(`${prefix}_${this.name}.${this.#pages}`),
    };
    const link = createRoomLink({
      ...{ keys: this.keys, store: this.disk, outbox: this.store, crypto, clock, trace, random },
      transport: this.#transport(),
      onEphemeral: (device, body) => this.#page?.peer.receiveEphemeral(roomId, device, body),
      onStatus: (status) => this.#takeStatus(status, signal),
      onProblem: () => undefined,
    });
    const mirror = this.disk.logOf(roomId);
    const log = createSharedRoomLog({ roomId, outbox: this.store, mirror });
    const engine = createEngineService({
      ...{ clock, log: trace, random: random.fork("supervision") },
      startEngine: (generation, inner) => this.engines.start(this.#pages, generation, inner),
    });
    engine.subscribe(() => this.#look());
    const common = { deviceOf: () => this.id, clock, ids, trace, logOf: () => log };
    const feeds = createRoomFeeds({
      ...{ ...common, checkpoints: this.#checkpoints, onReadProblem: () => undefined },
      onDefect: (_room, error) => onDefect(error),
    }, signal);
    const peer = createPeer({
      ...{ ...common, feeds, engine, store: this.store, onDefect },
      random: random.fork("services"),
      linkOf: () => link,
      loadTurnRecall: loadTurnRecallAtOnce,
      deviceLoad: () => ({ isHidden: false, isOnBattery: undefined }),
      offer: () => this.ability.access === "read" ? undefined : this.offer,
      onFrame: () => undefined,
      onProblem: () => undefined,
    });
    return { link, engine, feeds, peer };
  }

  /** The way to the relay: what comes waits while it sleeps, and is late while it is slow. */
  #transport(): Transport {
    const way = this.#deps.net.transport(this.name);
    return {
      connect: (url, events, signal) => {
        let last: Promise<void> | undefined;
        const carry = (news: () => void): void => {
          if (last === undefined && !this.#isSlow) return this.clock.deliver(news);
          const before = last;
          const carried = async (): Promise<void> => {
            await before;
            if (this.#isSlow) await this.#deps.clock.sleep(SLOW_TEXT_MS, never);
            this.clock.deliver(news);
          };
          const mine = carried();
          last = mine;
          // Owned by this wire; nothing in it rejects.
          void mine.then(() => last === mine && (last = undefined));
        };
        return way.connect(url, {
          onText: (text) => carry(() => events.onText(text)),
          onEnd: (end) => carry(() => events.onEnd(end)),
        }, signal);
      },
    };
  }

  #takeStatus(status: LinkStatus, signal: AbortSignal): void {
    if (signal.aborted) return;
    const before = this.phase;
    this.#status = status;
    if (before === this.phase) return;
    if (this.phase === "live") this.#isCut = false;
    this.#page?.peer.wake();
    this.#look();
  }

  /** Tells when it becomes fit to host, or is no longer. */
  #look(): void {
    const isFit = this.isAwake && this.phase === "live" && !this.#isCut && !this.#isSlow &&
      !this.isStuck && this.ability.access === "write" && this.ability.profile !== undefined;
    if (isFit === this.#isFit) return;
    this.#isFit = isFit;
    this.#deps.note({ kind: isFit ? "fit" : "unfit", peer: this.name, device: this.id });
  }
}
