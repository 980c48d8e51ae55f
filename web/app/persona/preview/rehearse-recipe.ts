/**
 * What a room would do with the next message under a recipe: the room's own fold and planner, run
 * on a copy in which everybody who is asked replies. Pure.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM70  What a recipe is said to do is what fold and planner do with the next message, from what
 *         the room is now, if everybody who is asked replies.
 */

import { toRoomMs } from "#shared/base/mod.ts";
import type { Recipe, RoomEvent } from "#shared/protocol/mod.ts";
import {
  foldEntries,
  possibleHosts,
  recipeRules,
  type RoomState,
  type TurnState,
} from "#shared/room/mod.ts";
import { planOfTurn } from "#shared/turns/mod.ts";

export interface RehearsedTurn {
  /** Who is asked and can answer, in cast order. */
  readonly personas: readonly string[];
  readonly because: TurnState["planInput"]["cast"][number]["because"];
  /** Whom the one asked may choose; undefined where the asked speak themselves. */
  readonly candidates: readonly string[] | undefined;
  /** How many think at the same time, by the plan. */
  readonly atOnce: number;
  /** It answers what personas said, not the message. */
  readonly isReaction: boolean;
}

/** Votes, speeches and reactions of one message; a debate has 16 steps at most. */
const TURNS_MAX = 24;

/** The turns that a message of `device` would open, in order; empty when nobody is asked. */
export function rehearseRecipe(
  state: RoomState,
  recipe: Recipe,
  device: string,
  addressed: readonly string[] = [],
): readonly RehearsedTurn[] {
  const rules = Math.max(state.rules, recipeRules[recipe.kind].rulesMin);
  const room = new Copy({ ...state, recipe, rules, openTurns: [] }, device);
  room.assignHostless();
  const said = room.append({ kind: "say", text: "…", addressed });
  const turns: RehearsedTurn[] = [];
  for (let turn = room.turn(said); turn !== undefined && turns.length < TURNS_MAX;) {
    turns.push(describeTurn(room.state, turn));
    turn = room.turn(room.settle(turn));
  }
  return turns;
}

class Copy {
  state: RoomState;
  readonly #device: string;

  constructor(state: RoomState, device: string) {
    this.state = state;
    this.#device = device;
  }

  append(body: RoomEvent, device = this.#device): number {
    const seq = this.state.head + 1;
    const ts = toRoomMs(this.state.at + 1);
    this.state = foldEntries(this.state, [{ seq, ts, id: `en_${seq}`, device, body }]);
    return seq;
  }

  turn(seq: number): TurnState | undefined {
    return this.state.turns.get(seq);
  }

  /** As the first device that can would do at once. */
  assignHostless(): void {
    for (const persona of [...this.state.personas.values()]) {
      const [host] = possibleHosts(this.state, persona);
      if (persona.removed || persona.assignment !== undefined || host === undefined) continue;
      this.append({ kind: "assign", persona: persona.id }, host);
    }
  }

  /** Everybody replies, and who chooses chooses the first; returns where the turn ended. */
  settle({ turn, vote, entries }: TurnState): number {
    for (const { persona, attempt, settled } of entries) {
      const assignment = this.state.personas.get(persona)?.assignment;
      if (settled !== undefined || assignment === undefined) continue;
      this.append({
        kind: "settle",
        ...{ turn, persona, attempt, assign: assignment.seq },
        outcome: vote === undefined
          ? { kind: "replied", text: "…", finish: "stop" }
          : { kind: "voted", speaker: vote[0] ?? persona },
        seenSeq: this.state.head,
        fingerprint: "",
      }, assignment.device);
    }
    return this.state.head;
  }
}

function describeTurn(state: RoomState, turn: TurnState): RehearsedTurn {
  const { cast, speakers } = turn.planInput;
  const able = cast.filter(({ id }) => state.personas.get(id)?.assignment !== undefined);
  const spans = planOfTurn(turn).personaPlans
    .filter(({ personaId }) => able.some(({ id }) => id === personaId));
  const overlaps = spans.map(({ estimatedStartMs: at }) =>
    spans.filter((one) => one.estimatedStartMs <= at && at < one.estimatedFinishMs).length
  );
  return {
    personas: able.map(({ id }) => id),
    because: cast[0]?.because,
    candidates: turn.vote,
    atOnce: Math.max(0, ...overlaps),
    isReaction: speakers.length > 0 && cast[0]?.because !== "debate-step",
  };
}
