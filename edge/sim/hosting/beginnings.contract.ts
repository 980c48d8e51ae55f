/**
 * How runs of the hosting world begin: a founded room, everybody joined, all personas there.
 *
 * A beginning costs as much as the run behind it, so there are `BEGINNINGS`, made once per process
 * and never changed: who can do what, whose personas they are and what they need differ in each.
 */

import { assert } from "#shared/base/mod.ts";
import { createDeviceKeys, createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import { foundingEntries } from "#shared/hosting/mod.ts";
import type { Bytes, MirroredEntry, SharedRoomKeys, SyncPosition } from "#shared/ports/mod.ts";
import type { MemoryRelayStore } from "../../stores/memory.ts";
import {
  type Ability,
  cardOf,
  drawAbilities,
  drawRequirement,
  PEERS,
  personaEvent,
  PERSONAS,
} from "./abilities.contract.ts";
import { HostingWorld } from "./hosting-world.contract.ts";
import { drawHostingRecipe } from "./people.contract.ts";

const BEGINNINGS = 16;
const RELAY_URL = "ws://relay.test/relay";
/** Personas that the founder brings; the others come from whoever is drawn. */
const FOUNDED = 3;
/** Enough for claims of every rank. */
const BEGIN_MS = 14_000;
const never = new AbortController().signal;

export interface Beginning {
  readonly roomId: string;
  readonly relaySecret: Bytes;
  /** Dead, so that nothing changes it; each run goes on from what it kept. */
  readonly relayDisk: MemoryRelayStore;
  readonly atMs: number;
  readonly peers: readonly {
    readonly name: string;
    readonly keys: SharedRoomKeys;
    readonly ability: Ability;
    readonly entries: readonly MirroredEntry[];
    readonly position: SyncPosition;
  }[];
}

const made = new Map<number, Promise<Beginning>>();

/** The beginning of a seed's runs. */
export function beginningOf(seed: number): Promise<Beginning> {
  const number = seed % BEGINNINGS;
  const known = made.get(number) ?? make(number);
  made.set(number, known);
  return known;
}

async function make(number: number): Promise<Beginning> {
  const world = new HostingWorld(`beginning ${number}`);
  const roomId = await addPeers(world);
  for (const peer of world.peers) {
    peer.engines.isHostile = false;
    peer.open();
  }
  await world.clock.advance(BEGIN_MS / 2);
  await bringPersonas(world);
  await world.clock.advance(BEGIN_MS / 2);
  assert(world.complaints.length === 0, `Cannot begin ${number}: ${world.complaints.join()}`);
  const relayDisk = world.relay.store;
  relayDisk.crash();
  const peers = await Promise.all(world.peers.map(async (peer) => {
    const { name, keys, ability, disk, store } = peer;
    const position = await disk.position(roomId, never);
    assert(
      position.ok && position.value !== undefined && store.unsent.length === 0,
      `Cannot begin ${number}: ${name} is not through`,
    );
    return { name, keys, ability, entries: disk.entriesOf(roomId), position: position.value };
  }));
  const atMs = world.clock.epochNow();
  world.end();
  return { roomId, relaySecret: world.relaySecret, relayDisk, atMs, peers };
}

/** Gives its id. */
async function addPeers(world: HostingWorld): Promise<string> {
  const { crypto } = world;
  const secret = createRoomSecret(crypto);
  const room = await deriveRoom(crypto, { access: "write", secret });
  const { roomId, readSecret, writePublicKey } = room;
  for (const [index, ability] of drawAbilities(world.random.fork("abilities")).entries()) {
    const common = { roomId, relayUrl: RELAY_URL, device: await createDeviceKeys(crypto) };
    const keys: SharedRoomKeys = ability.access === "read"
      ? { ...common, access: "read", secret: readSecret, writePublicKey }
      : { ...common, access: "write", secret };
    world.add(PEERS[index] ?? "", keys, ability);
  }
  const [founder] = world.peers;
  assert(founder !== undefined, "Cannot found a room without a peer");
  const random = world.random.fork("founding");
  const personas = PERSONAS.slice(0, FOUNDED).map((id) => ({
    ...{ id, card: cardOf(id), requirement: drawRequirement(random) },
  }));
  const recipe = drawHostingRecipe(random);
  for (const entry of foundingEntries(roomId, "Sim", recipe, personas, founder.offer)) {
    await founder.store.addOutbox({ roomId, entry }, never);
  }
  return roomId;
}

/** Some of them may be hosted by one or two devices alone. */
async function bringPersonas({ random: seeded, peers }: HostingWorld): Promise<void> {
  const random = seeded.fork("cast");
  const writers = peers.filter(({ ability }) => ability.access === "write");
  for (const persona of PERSONAS.slice(FOUNDED)) {
    const owner = random.pick(writers);
    const two = [owner.id, random.pick(writers).id];
    const hosts = random.next() < 0.2 ? two : "any";
    await owner.append(personaEvent(persona, drawRequirement(random), hosts));
  }
}
