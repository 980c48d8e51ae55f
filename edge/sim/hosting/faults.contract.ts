/** What goes wrong in the hosting world, and how it heals. */

import { due } from "#shared/turns/mod.ts";
import type { HostingPeer } from "./hosting-peer.contract.ts";
import type { HostingWorld } from "./hosting-world.contract.ts";

/** How often who has work in hand is struck, when anybody has. */
const BUSY_SHARE = 0.7;

type Strike = (world: HostingWorld, peer: HostingPeer) => Promise<void> | void;

/** By name; each on a peer that is drawn, some on more. */
const strikes: Readonly<Record<string, Strike>> = {
  "worker death": (_world, { engines }) => engines.end("worker-error"),
  "engine hangs": (_world, { engines }) => engines.inject({ kind: "hang-in-prefill" }),
  "engine breaks": (_world, { engines }) => {
    engines.isBroken = true;
    engines.end("worker-error");
  },
  "engine is mended": (_world, peer) => {
    peer.engines.isBroken = false;
    peer.help();
  },
  "model is damaged": (_world, { engines }) => {
    engines.isDamaged = true;
    engines.end("worker-error");
  },
  "device lost": (_world, { engines }) => engines.end("device-lost"),
  "tab closes": (_world, peer) => peer.close(),
  "tab crashes": (_world, peer) => peer.crash(false),
  "power is lost": (_world, peer) => peer.crash(true),
  "tab opens": (_world, peer) => {
    if (!peer.isOpen) peer.open();
  },
  "host pauses": (_world, peer) => peer.pause(),
  "host wakes": (_world, peer) => peer.wake(),
  "partition": ({ net, peers, random }) => {
    const apart = peers.filter(() => random.next() < 0.4);
    for (const peer of apart) {
      net.setDoor("silence", peer.name);
      net.freeze(peer.name);
      peer.cut();
    }
  },
  "partition heals": ({ net }) => net.setDoor("open"),
  "socket drops": ({ net }, peer) => {
    peer.cut();
    net.drop(peer.name);
  },
  "relay restarts": (world) => world.restartRelay(),
  "peer slows down": (_world, peer) => peer.slow(true),
  "peer speeds up": (_world, peer) => peer.slow(false),
  "retry is pressed": (_world, peer) => peer.help(),
};

export const faultNames: readonly string[] = Object.keys(strikes);

/** Something happens to somebody, rather to who has work in hand; its name. */
export async function strike(world: HostingWorld): Promise<{ name: string; peer: string }> {
  const { random, peers } = world;
  const name = random.pick(faultNames);
  const busy = peers.filter((peer) => peer.isOpen && due(peer.state, peer.id).length > 0);
  const peer = random.pick(busy.length > 0 && random.next() < BUSY_SHARE ? busy : peers);
  await strikes[name]?.(world, peer);
  return { name, peer: peer.name };
}

/** Ends every fault: doors and pages open, everybody awake, and no new fault in any engine. */
export function heal({ net, peers }: HostingWorld): void {
  net.setDoor("open");
  for (const peer of peers) {
    peer.engines.isHostile = false;
    peer.engines.isBroken = false;
    peer.slow(false);
    peer.wake();
    if (!peer.isOpen) peer.open();
  }
}
