/** Relay, network and five peers with eight personas, in virtual time, everything from one seed. */

import { createHash } from "node:crypto";
import type { Bytes, SharedRoomKeys } from "#shared/ports/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { createWireNet } from "#shared/testing/fakes/wire-net.ts";
import { SimRelay } from "../sim-relay.contract.ts";
import type { Ability } from "./abilities.contract.ts";
import type { Beginning } from "./beginnings.contract.ts";
import { hostingInvariants } from "./hosting-invariants.ts";
import { HostingPeer } from "./hosting-peer.contract.ts";
import type { HostingFact, HostingNews } from "./hosting-trace.ts";
import { RelayPresence } from "./relay-presence.ts";

const LINES_KEPT = 200;
const never = new AbortController().signal;

export class HostingWorld {
  readonly clock: ManualClock;
  readonly random: SeededRandom;
  readonly crypto;
  readonly net;
  readonly relay: SimRelay;
  readonly relaySecret: Bytes;
  readonly peers: HostingPeer[] = [];
  readonly lines: string[] = [];
  readonly hash = createHash("sha256");
  readonly complaints: string[] = [];
  readonly #presence = new RelayPresence();
  readonly #checks = hostingInvariants.map(({ name, start }) => ({ name, check: start() }));
  readonly #roomId: string;
  readonly #pagesBefore: number;
  #isOver = false;

  /** Goes on from a beginning, or is to make one. */
  constructor(seed: string, beginning?: Beginning) {
    this.random = new SeededRandom(seed);
    this.clock = new ManualClock(beginning && { epochMs: beginning.atMs });
    const { clock, random } = this;
    const crypto = createPlainCrypto(random.fork("crypto"));
    this.crypto = crypto;
    this.net = createWireNet({
      ...{ clock, random: random.fork("net") },
      accept: (wire, facts) => this.relay.accept(wire, facts.relayOrigin),
    });
    this.#roomId = beginning?.roomId ?? "";
    this.#pagesBefore = beginning === undefined ? 0 : 1;
    this.relaySecret = beginning?.relaySecret ?? crypto.randomBytes(32);
    this.relay = new SimRelay({
      ...{ clock, crypto, secret: this.relaySecret, onDefect: this.defect },
      ...beginning && { disk: beginning.relayDisk.crash() },
      note: (fact) => {
        for (const news of this.#presence.take(fact)) this.note(news);
      },
    });
  }

  note = (news: HostingNews): void => {
    if (this.#isOver) return;
    const fact: HostingFact = { ...news, atMs: this.clock.now() };
    const line = JSON.stringify(fact);
    this.hash.update(line);
    this.lines.push(line);
    if (this.lines.length > LINES_KEPT * 2) this.lines.splice(0, LINES_KEPT);
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

  /** Everybody opens a page over what the beginning left. */
  async begin({ roomId, peers }: Beginning): Promise<void> {
    await this.relay.start();
    for (const { name, keys, ability, entries, position } of peers) {
      const peer = this.add(name, keys, ability);
      await peer.disk.replaceEpoch(roomId, entries, position, never);
      peer.open();
    }
    await this.clock.advance(1_000);
  }

  add(name: string, keys: SharedRoomKeys, ability: Ability): HostingPeer {
    const { clock, crypto, random, net, note, defect: onDefect } = this;
    const peer = new HostingPeer(name, keys, ability, {
      ...{ clock, crypto, random, net, note, onDefect, pagesBefore: this.#pagesBefore },
    });
    this.peers.push(peer);
    return peer;
  }

  /** What follows, such as loops that end, is not part of the run. */
  end(): void {
    this.#isOver = true;
    for (const peer of this.peers) peer.close();
  }

  /** Kills the relay and starts another on its disk; everybody's socket ends. */
  async restartRelay(): Promise<void> {
    this.net.strand();
    this.#presence.forget();
    this.note({ kind: "restarted" });
    for (const peer of this.peers) peer.cut();
    await this.relay.restart(this.#roomId, 0);
  }
}
