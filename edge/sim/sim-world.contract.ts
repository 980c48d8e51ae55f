/** A simulated room: relay, its disk, the network and devices; everything from one seed. */

import { createHash } from "node:crypto";
import { createDeviceKeys, createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import { foundingEntries } from "#shared/hosting/mod.ts";
import type { SharedRoomKeys } from "#shared/ports/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { createWireNet } from "#shared/testing/fakes/wire-net.ts";
import { drawRecipe } from "#shared/testing/sim/local-room-world.ts";
import type { MemoryRelayStore } from "../stores/memory.ts";
import { attack } from "./hostile-peer.contract.ts";
import { invariants } from "./invariants.ts";
import { SimRelay } from "./sim-relay.contract.ts";
import { SimDevice } from "./sim-device.contract.ts";
import type { SimFact } from "./sim-trace.ts";
import { createTamper } from "./tamper.contract.ts";

export const RELAY_URL = "ws://relay.test/relay";
const LINES_KEPT = 200;
const never = new AbortController().signal;

export class SimWorld {
  readonly clock = new ManualClock();
  readonly random: SeededRandom;
  readonly lines: string[] = [];
  readonly hash = createHash("sha256");
  readonly complaints: string[] = [];
  readonly devices: SimDevice[] = [];
  readonly crypto;
  readonly net;
  readonly tamper;
  readonly #relay: SimRelay;
  readonly #checks = invariants.map(({ name, start }) => ({ name, check: start() }));
  #isOver = false;
  readonly #life = new AbortController();
  #attack: () => Promise<void> = () => Promise.resolve();

  constructor(seed: string) {
    this.random = new SeededRandom(seed);
    this.crypto = createPlainCrypto(this.random.fork("crypto"));
    this.tamper = createTamper(this.random.fork("tamper"));
    const secret = this.crypto.randomBytes(32);
    this.net = createWireNet({
      clock: this.clock,
      random: this.random.fork("net"),
      accept: (wire, facts) => this.#relay.accept(wire, facts.relayOrigin),
      tap: (text, to) => this.tamper.pass(text, to),
    });
    const { clock, crypto, note, defect: onDefect } = this;
    this.#relay = new SimRelay({ clock, crypto, secret, note, onDefect });
  }

  note = (fact: SimFact): void => {
    if (this.#isOver) return;
    this.#tell(fact);
    for (const { name, check } of this.#checks) {
      const complaint = check(fact);
      if (complaint !== undefined) this.complaints.push(`${name}: ${complaint}`);
    }
  };

  defect = (error: unknown): void => {
    if (this.#isOver) return;
    const text = error instanceof Error ? error.stack ?? error.message : String(error);
    this.complaints.push(`defect: ${text}`);
  };

  /** Every line goes into the hash of the run; the last ones are kept for the report. */
  #tell(fact: SimFact): void {
    const line = `${this.clock.now()} ${lineOf(fact)}`;
    this.hash.update(line);
    this.lines.push(line);
    if (this.lines.length > LINES_KEPT * 2) this.lines.splice(0, LINES_KEPT);
  }

  /** What follows, such as loops that end, is not part of the run. */
  end(): void {
    this.#isOver = true;
    this.#life.abort("over");
    for (const device of this.devices) device.close();
  }

  /** A founded room on the first device; the others write, or only read. */
  async people(names: readonly string[], readers: number): Promise<void> {
    const { crypto, clock, net, random, note } = this;
    const secret = createRoomSecret(crypto);
    const room = await deriveRoom(crypto, { access: "write", secret });
    const { roomId, readSecret, writePublicKey } = room;
    const mallory = await createDeviceKeys(crypto);
    const enemy = { clock, crypto, net, room, device: mallory, url: RELAY_URL };
    this.#attack = async () => {
      const own = random.fork(`mallory ${this.#relay.wires}`);
      await attack({ ...enemy, random: own }, this.#life.signal);
    };
    for (const [index, name] of names.entries()) {
      const device = await createDeviceKeys(crypto);
      const isReader = index >= names.length - readers;
      const keys: SharedRoomKeys = isReader
        ? {
          roomId,
          relayUrl: RELAY_URL,
          access: "read",
          secret: readSecret,
          writePublicKey,
          device,
        }
        : { roomId, relayUrl: RELAY_URL, access: "write", secret, device };
      const deps = { clock, crypto, random, net, note, onDefect: this.defect };
      this.devices.push(new SimDevice(name, keys, deps));
    }
    const [founder] = this.devices;
    if (founder === undefined) return;
    const recipe = drawRecipe(random.fork("recipe"));
    const rows = foundingEntries(roomId, "Sim", recipe, [personaOf("ps_a")], founder.offer);
    for (const entry of rows) await founder.store.addOutbox({ roomId, entry }, never);
  }

  /** A hostile member comes to the relay; what it does is over soon. */
  attack(): void {
    void this.#attack().catch(this.defect);
  }

  get roomId(): string {
    return this.devices[0]?.keys.roomId ?? "";
  }

  /** Kills the relay and starts another on its disk, without the newest `commitsLost` commits. */
  async restart(commitsLost: number): Promise<void> {
    this.net.strand();
    await this.#relay.restart(this.roomId, commitsLost);
  }

  /** The relay's log as its disk has it. */
  log(): Promise<readonly string[]> {
    return this.#relay.log(this.roomId);
  }

  get store(): MemoryRelayStore {
    return this.#relay.store;
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
    for (const device of this.devices) await device.look();
  }
}

export function personaOf(id: string) {
  const card = { name: id, gist: "", description: "", greeting: "", hue: 0 };
  return { id, card, requirement: { contextTokensMin: 0 } };
}

/** A mirror is told by its last entry: what came before it was told before. */
function lineOf(fact: SimFact): string {
  if (fact.kind !== "mirror") return JSON.stringify(fact);
  const { peer, epoch, entries } = fact;
  return JSON.stringify({ kind: "mirror", peer, epoch, last: entries.at(-1) });
}
