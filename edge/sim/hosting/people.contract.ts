/** What people do in the hosting world: say, stop, ask again, edit, rewind, change the room. */

import type { Recipe, RoomEvent } from "#shared/protocol/mod.ts";
import { drawRecipe } from "#shared/testing/sim/local-room-world.ts";
import type { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { MARKER } from "../invariants-view.ts";
import { cardOf, PERSONAS } from "./abilities.contract.ts";
import type { HostingPeer } from "./hosting-peer.contract.ts";

/** Mostly without follow-ups: eight personas say much in one turn already. */
export function drawHostingRecipe(random: SeededRandom): Recipe {
  return {
    ...drawRecipe(random),
    followUpsMax: random.next() < 0.2 ? 1 : 0,
    rounds: 1,
    director: random.pick([...PERSONAS.slice(0, 3), "ps_none"]),
  };
}

/** Somebody with a page that is awake does something; its name, or undefined when nobody can. */
export async function press(
  random: SeededRandom,
  peers: readonly HostingPeer[],
): Promise<{ readonly name: string; readonly peer: string } | undefined> {
  const awake = peers.filter((peer) => peer.isAwake && peer.ability.access === "write");
  if (awake.length === 0) return undefined;
  const peer = random.pick(awake);
  const { name, event } = drawEvent(random, peer);
  await peer.append(event);
  return { name, peer: peer.name };
}

function drawEvent(
  random: SeededRandom,
  peer: HostingPeer,
): { readonly name: string; readonly event: RoomEvent } {
  const { state } = peer;
  const turn = random.pick([...state.turns.values(), undefined]);
  const persona = turn === undefined ? undefined : random.pick(turn.entries)?.persona;
  const mine = state.messages.findLast(({ author }) => author === peer.id);
  const tail = state.messages.findLast(({ aside }) => !aside);
  const draw = random.next();
  if (draw < 0.1 && turn !== undefined && persona !== undefined) {
    return { name: "again", event: { kind: "again", turn: turn.turn, persona } };
  }
  if (draw < 0.16) return { name: "stop", event: { kind: "stop", scope: { kind: "all" } } };
  if (draw < 0.22 && turn !== undefined && persona !== undefined) {
    const scope = { kind: "persona", turn: turn.turn, persona } as const;
    return { name: "stop", event: { kind: "stop", scope } };
  }
  if (draw < 0.28 && mine !== undefined) {
    return { name: "edit", event: { kind: "edit", of: mine.seq, text: `${MARKER} edited` } };
  }
  if (draw < 0.33 && tail !== undefined) {
    const to = Math.max(0, tail.seq - 1 - random.integer(10));
    return { name: "rewind", event: { kind: "rewind", to, expect: tail.seq } };
  }
  if (draw < 0.41) {
    return { name: "recipe", event: { kind: "recipe", recipe: drawHostingRecipe(random) } };
  }
  const own = [...state.personas.values()].find(({ owner }) => owner === peer.id);
  if (draw < 0.45 && own !== undefined) {
    const { id, requirement, hosts } = own;
    const removed = random.next() < 0.4;
    const event = { kind: "persona", persona: id, card: cardOf(id), requirement, hosts } as const;
    return { name: "cast", event: { ...event, removed } };
  }
  const addressed = random.next() < 0.3 ? [random.pick(PERSONAS)] : [];
  const text = `${MARKER} ${peer.name} ${peer.typed.length}`;
  return { name: "say", event: { kind: "say", text, addressed } };
}
