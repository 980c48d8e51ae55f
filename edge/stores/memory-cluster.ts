/**
 * Relay processes on one store in memory: for tests and the simulator, with the faults that a
 * network between them has.
 */

import { ok } from "#shared/base/mod.ts";
import type { Cluster, ClusterNews } from "../relay/cluster.ts";
import type { RelayStore, RoomWrite } from "../relay/relay-store.ts";
import { MemoryRelayStore } from "./memory.ts";

interface Process {
  readonly name: string;
  readonly followers: Map<string, (news: ClusterNews) => void>;
  readonly onGivenUp: Set<() => void>;
  /** Killed: what it asks is never answered, and nothing of it happens. */
  isDead: boolean;
  isLiving: boolean;
}

/** What a dead process hears. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export interface MemoryProcess {
  readonly store: RelayStore;
  readonly cluster: Cluster;
}

export class MemoryClusterHub {
  store: MemoryRelayStore;
  /** Whether a hint arrives; all of them, unless told. */
  arrives: () => boolean = () => true;
  readonly #processes = new Map<string, Process>();
  readonly #epochs = new Map<string, string>();
  /** By room, from device to process. */
  readonly #seats = new Map<string, Map<string, string>>();

  constructor(store = new MemoryRelayStore()) {
    this.store = store;
  }

  /** What the process `name` uses; a name is used once. */
  join(name: string): MemoryProcess {
    const process: Process = {
      ...{ name, isLiving: true, isDead: false },
      ...{ followers: new Map(), onGivenUp: new Set() },
    };
    this.#processes.set(name, process);
    return { store: this.#storeOf(process), cluster: this.#clusterOf(process) };
  }

  /** The process is gone for all others; if it lives on it hears of that. */
  giveUp(name: string): void {
    const process = this.#processes.get(name);
    if (process === undefined) return;
    process.isLiving = false;
    this.#clear(name);
    for (const listener of process.onGivenUp) {
      process.isLiving = true;
      listener();
    }
  }

  /** As `kill -9` does; the others notice when its pulse is gone: `giveUp`. */
  kill(name: string): void {
    const process = this.#processes.get(name);
    if (process === undefined) return;
    process.isDead = true;
    process.followers.clear();
    process.onGivenUp.clear();
  }

  /** The store loses its newest commits, as one that does not flush does in a power cut. */
  loseCommits(count: number): void {
    this.store = this.store.crash(count);
  }

  #clear(name: string): void {
    for (const [room, seats] of this.#seats) {
      const own = [...seats].filter(([, owner]) => owner === name);
      for (const [device] of own) seats.delete(device);
      if (own.length > 0) this.#tell(room, name, { kind: "changed" });
    }
  }

  #storeOf(process: Process): RelayStore {
    const { name } = process;
    const ask = <T>(question: (store: MemoryRelayStore) => Promise<T>): Promise<T> =>
      process.isDead ? never() : question(this.store);
    const sitsElsewhere = (room: string, device: string): boolean => {
      const owner = this.#seats.get(room)?.get(device);
      return owner !== undefined && owner !== name && this.#isLiving(owner);
    };
    return {
      open: (room) => ask((store) => store.open(room)),
      read: (room, after, entriesMax, bytesMax) =>
        ask((store) => store.read(room, after, entriesMax, bytesMax)),
      findIds: (room, ids) => ask((store) => store.findIds(room, ids)),
      roomsWithPresent: () => ask((store) => store.roomsWithPresent()),
      close: () => Promise.resolve(),
      commit: async (writes) => {
        const isHeldBack = ({ room, gone }: RoomWrite): boolean =>
          gone.some((device) => sitsElsewhere(room, device));
        const committed = await ask((store) => store.commit(writes, isHeldBack));
        if (!committed.ok) return committed;
        for (const [at, { room }] of writes.entries()) {
          if (committed.value[at] === "stored") this.#tell(room, name, { kind: "changed" });
        }
        return committed;
      },
    };
  }

  #clusterOf(process: Process): Cluster {
    const { name, followers } = process;
    const seatsIn = (room: string): Map<string, string> => {
      const seats = this.#seats.get(room) ?? new Map<string, string>();
      this.#seats.set(room, seats);
      return seats;
    };
    return {
      begin: () =>
        Promise.resolve(
          [...this.#processes.values()].every((one) => one === process || !one.isLiving),
        ),
      follow(room, onNews) {
        followers.set(room, onNews);
        return {
          [Symbol.dispose]: () => {
            if (followers.get(room) === onNews) followers.delete(room);
          },
        };
      },
      agreeEpoch: (room, proposed) => {
        const epoch = this.#epochs.get(room) ?? proposed;
        this.#epochs.set(room, epoch);
        return Promise.resolve(ok(epoch));
      },
      seats: (room) => {
        const living = [...seatsIn(room)].filter(([, owner]) => this.#isLiving(owner));
        const devices = (isOwn: boolean): ReadonlySet<string> =>
          new Set(living.filter(([, owner]) => (owner === name) === isOwn).map(([one]) => one));
        return Promise.resolve(ok({ here: devices(true), elsewhere: devices(false) }));
      },
      sit: (room, device) => {
        if (process.isDead) return never();
        seatsIn(room).set(device, name);
        this.#tell(room, name, { kind: "changed" });
        return Promise.resolve(ok(undefined));
      },
      rise: (room, device) => {
        if (process.isDead) return never();
        if (seatsIn(room).get(device) === name) {
          seatsIn(room).delete(device);
          this.#tell(room, name, { kind: "changed" });
        }
        return Promise.resolve(ok(undefined));
      },
      tell: (room, news) => this.#tell(room, name, news),
      onGivenUp(listener) {
        process.onGivenUp.add(listener);
        return { [Symbol.dispose]: () => void process.onGivenUp.delete(listener) };
      },
      close: () => {
        process.isLiving = false;
        this.#clear(name);
        return Promise.resolve();
      },
    };
  }

  #isLiving(name: string): boolean {
    return this.#processes.get(name)?.isLiving ?? false;
  }

  /** To all but its teller, as a channel does: later, and not before what was told before. */
  #tell(room: string, by: string, news: ClusterNews): void {
    for (const process of this.#processes.values()) {
      if (process.name === by || !process.isLiving || !this.arrives()) continue;
      queueMicrotask(() => process.followers.get(room)?.(news));
    }
  }
}
