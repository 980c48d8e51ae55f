/** The product's relay in a simulation: killed, started anew on its disk, told frame by frame. */

import type { Bytes, Clock, Crypto } from "#shared/ports/mod.ts";
import type { ClientFrame, ServerFrame } from "#shared/protocol/mod.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import type { NetWire, NetWireEvents } from "#shared/testing/fakes/wire-net.ts";
import { createRelay, type Relay, relayLimits } from "../relay/mod.ts";
import { MemoryRelayStore } from "../stores/memory.ts";
import type { RelayFact } from "./sim-trace.ts";

export interface SimRelayDeps {
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** Of its cursors and proofs; the same after a restart. */
  readonly secret: Bytes;
  readonly note: (fact: RelayFact) => void;
  readonly onDefect: (error: unknown) => void;
  /** What an earlier relay left; nothing unless told. */
  readonly disk?: MemoryRelayStore;
}

export class SimRelay {
  store: MemoryRelayStore;
  /** Wires so far; the newest has this number. */
  wires = 0;
  readonly #deps: SimRelayDeps;
  readonly #trace = new RecordingLog();
  #relay: Relay;

  constructor(deps: SimRelayDeps) {
    this.#deps = deps;
    this.store = deps.disk ?? new MemoryRelayStore();
    this.#relay = this.#create();
  }

  /**
   * Ends the relay and starts another on its disk, without the newest `commitsLost` commits. Its
   * wires must have been stranded.
   */
  async restart(roomId: string, commitsLost: number): Promise<void> {
    this.store.releaseCommits();
    this.store = this.store.crash(commitsLost);
    const head = await this.store.open(roomId);
    if (head.ok && head.value !== undefined) {
      this.#deps.note({ kind: "killed", epoch: head.value.epoch, head: head.value.head });
    }
    this.#relay = this.#create();
    await this.start();
  }

  /** Takes up what the disk has; a relay on an empty one need not. */
  async start(): Promise<void> {
    await this.#relay.start(new AbortController().signal);
  }

  /** Ids of the room's log as the disk has it. */
  async log(roomId: string): Promise<readonly string[]> {
    const read = await this.store.read(roomId, 0, 100_000, Number.MAX_SAFE_INTEGER);
    return read.ok ? read.value.map((entry) => entry.id) : [];
  }

  accept(wire: NetWire, relayOrigin: string): NetWireEvents {
    this.wires += 1;
    const number = this.wires;
    const relay = this.#relay;
    const { note } = this.#deps;
    const isNow = (): boolean => relay === this.#relay;
    const events = relay.accept({
      ...{ bufferedBytes: () => wire.bufferedBytes() },
      send: (text) => {
        if (!isNow()) return;
        const frame = parse<ServerFrame>(text);
        if (frame !== undefined) note({ kind: "out", wire: number, frame });
        wire.send(text);
      },
      close: (code, reason) => wire.close(code, reason),
    }, { relayOrigin });
    return {
      onText: (text: string) => {
        if (isNow()) note({ kind: "in", wire: number, frame: parse<ClientFrame>(text) });
        events.onText(text);
      },
      onEnd: (isClean: boolean) => {
        note({ kind: "closed", wire: number });
        events.onEnd(isClean);
      },
    };
  }

  #create(): Relay {
    const { clock, crypto, secret, onDefect } = this.#deps;
    return createRelay({
      ...{ store: this.store, crypto, clock, trace: this.#trace, secret },
      ...{ limits: relayLimits, onDefect },
    });
  }
}

function parse<F>(text: string): F | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "t" in value ? value as F : undefined;
  } catch {
    return undefined;
  }
}
