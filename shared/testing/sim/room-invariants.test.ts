import { expect, test } from "vitest";
import type { RoomState, TurnState } from "../../room/room-state.ts";
import { planOf } from "../../turns/project-plan.ts";
import { type RoomScript, roomScript } from "../fakes/room-script.ts";
import { roomComplaints, roomInvariants, type RoomStep, roomSteps } from "./room-invariants.ts";

/** A directed room: twice a message, a vote and an answer, as an honest host settles them. */
function talk(): { readonly room: RoomScript; readonly votes: readonly number[] } {
  const room = roomScript({ kind: "director", followUpsMax: 0, director: "a" }, ["a", "b", "c"]);
  const honest = (turn: number) => ({
    fingerprint: planOf(room.state(), turn)?.fingerprint ?? "",
  });
  const votes = [0, 1].map(() => {
    const vote = room.say("hi");
    const turn = room.settle(vote, "a", { kind: "voted", speaker: "b" }, honest(vote));
    room.settle(turn, "b", "x", honest(turn));
    return vote;
  });
  return { room, votes };
}

/** Changes what is behind each step from `seq` on. */
function broken(
  seq: number,
  change: (state: RoomState, at: number) => Partial<RoomState>,
): readonly RoomStep[] {
  const steps = roomSteps(talk().room.entries);
  const spoil = (state: RoomState): RoomState =>
    state.head < seq ? state : { ...state, ...change(state, state.head) };
  return steps.map(({ entry, before, after }) => ({
    ...{ entry, before: spoil(before), after: spoil(after) },
  }));
}

const withTurn = (state: RoomState, number: number, patch: Partial<TurnState>) => {
  const turn = state.turns.get(number);
  if (turn === undefined) return {};
  return { turns: new Map(state.turns).set(number, { ...turn, ...patch }) };
};
const without = (state: RoomState, number: number) => ({
  turns: new Map([...state.turns].filter(([turn]) => turn !== number)),
});
const inputOf = (state: RoomState, number: number) => {
  const found = state.turns.get(number)?.planInput;
  if (found === undefined) throw new Error(`no turn ${number}`);
  return found;
};

const { votes: [vote = 0, last = 0], room } = talk();
const choice = vote + 1;
const cast = (state: RoomState, ids: readonly string[], number: number) => ({
  planInput: {
    ...inputOf(state, number),
    cast: ids.map((id) => ({ ...inputOf(state, last + 1).cast[0]!, id })),
  },
});

/** What each must complain about. */
const traces: Readonly<Record<string, readonly (readonly RoomStep[])[]>> = {
  RM3: [
    broken(last + 1, (state) => {
      const [entry] = state.turns.get(vote)?.entries ?? [];
      const attempts = (entry?.attempts ?? [])
        .map((one) => ({ ...one, outcome: { kind: "silent" } as const }));
      return withTurn(state, vote, {
        entries: entry === undefined ? [] : [{ ...entry, attempts }],
      });
    }),
    broken(last + 1, (state) => {
      const [entry] = state.turns.get(vote)?.entries ?? [];
      const attempts = [...entry?.attempts ?? [], ...entry?.attempts ?? []];
      return withTurn(state, vote, {
        entries: entry === undefined ? [] : [{ ...entry, attempts }],
      });
    }),
  ],
  RM8: [
    broken(last, (state) => withTurn(state, vote, { planInput: { ...inputOf(state, vote) } })),
    broken(vote, ({ openTurns }) => ({ openTurns: [vote, ...openTurns] })),
  ],
  RM6: [broken(vote, ({ personas }) => ({
    personas: new Map([...personas].map(([id, one]) => [id, { ...one, removed: true }])),
  }))],
  RM36: [
    broken(
      vote,
      (state) => withTurn(state, vote, { planInput: { ...inputOf(state, vote), leftOut: [] } }),
    ),
  ],
  RM10: [broken(vote, (state) => without(state, vote))],
  RM37: [
    broken(vote + 1, ({ messages }) => ({
      messages: messages.map((one) => ({ ...one, kind: "persona", turn: vote } as const)),
    })),
    broken(choice, (state) => without(state, choice)),
    broken(choice, (state) => withTurn(state, choice, { root: 1 })),
    broken(last + 1, (state) => withTurn(state, last + 1, cast(state, ["b", "c"], last + 1))),
    broken(last + 1, (state) => withTurn(state, last + 1, cast(state, ["c"], last + 1))),
    broken(last + 1, (state) => withTurn(state, last + 1, cast(state, ["nobody"], last + 1))),
  ],
  TE4: [roomSteps(
    talk().room.entries.map((entry) => ({
      ...entry,
      body: { ...entry.body as object, fingerprint: "another" },
    })),
  )],
  RM30: [
    // Round-robin that asks the same again and again.
    roomSteps(talk().room.entries).flatMap((step) => {
      const recipe = { kind: "round-robin", followUpsMax: 0 } as const;
      const turns = [...step.after.turns.values()].map((turn) => ({
        ...turn,
        planInput: {
          ...turn.planInput,
          recipe,
          cast: turn.planInput.cast.map((one) => ({ ...one, because: "longest-waiting" as const })),
        },
      }));
      const after = { ...step.after, recipe, turns: new Map(turns.map((one) => [one.turn, one])) };
      return Array<RoomStep>(3).fill({ ...step, after });
    }),
  ],
};

test.each(roomInvariants)("[SM2] $name is broken by what breaks it: $title", (invariant) => {
  expect(roomComplaints(roomSteps(room.entries), [invariant])).toEqual([]);
  const found = (traces[invariant.name] ?? []).map((steps) => roomComplaints(steps, [invariant]));
  expect(found.length).toBeGreaterThan(0);
  for (const complaints of found) expect(complaints).not.toEqual([]);
});
