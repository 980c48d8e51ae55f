/** A persona's choice of who speaks, as the screens tell it: under way, made, and by whom. */

import { possibleHosts, type RoomState, type TurnState } from "#shared/room/mod.ts";

/** True for a turn in which a persona chooses and nobody speaks. */
export function isChoice(state: RoomState, turn: number): boolean {
  return state.turns.get(turn)?.vote !== undefined;
}

/** The choice that opened `turn`: the fold opens the turn of a choice where it settled. */
export function choiceBefore(state: RoomState, { turn, root }: TurnState): TurnState | undefined {
  const all = [...state.turns.values()];
  for (let index = all.length - 1; index >= 0; index--) {
    const one = all[index];
    if (one === undefined || one.turn < root) return undefined;
    if (one.vote !== undefined && one.settledSeq === turn && one.turn !== turn) return one;
  }
  return undefined;
}

/** Who decides in a room where one persona does. */
export type Director =
  | { readonly kind: "here" | "gone" | "away"; readonly persona: string }
  | { readonly kind: "unnamed" };

/** Undefined under every other recipe. */
export function directorOf(state: RoomState): Director | undefined {
  const { kind, director } = state.recipe;
  if (kind !== "director") return undefined;
  const persona = director === undefined ? undefined : state.personas.get(director);
  if (persona === undefined) return { kind: "unnamed" };
  if (persona.removed) return { kind: "gone", persona: persona.id };
  const isHosted = persona.assignment !== undefined || possibleHosts(state, persona).length > 0;
  return { kind: isHosted ? "here" : "away", persona: persona.id };
}
