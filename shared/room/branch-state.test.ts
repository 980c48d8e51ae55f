import { expect, test } from "vitest";
import { toRoomMs } from "../base/brands.ts";
import { fc } from "../testing/properties.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { roomHistory } from "../testing/fakes/room-histories.ts";
import { branchedState } from "./branch-state.ts";
import { encodeCheckpoint } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import { importedState, stateFromBeginning } from "./import-state.ts";
import type { RoomState } from "./room-state.ts";

/** The new room right after its beginning. */
function begun(branch: RoomState): RoomState {
  const text = encodeCheckpoint(importedState(branch, ME, ME, "rm_new", Infinity));
  const decoded = stateFromBeginning(JSON.parse(text));
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  return decoded.value;
}

test("[RM66] a branch has the talk up to the message, and of its turn who had spoken by then", () => {
  const room = roomScript();
  const first = room.say("one");
  room.settle(first, "a", "one a");
  room.settle(first, "b", { kind: "silent" });
  const second = room.say("two");
  room.settle(second, "b", "two b");
  room.settle(second, "a", "two a");
  const state = room.state();
  const [, , asked, answer] = state.messages;
  const atAnswer = branchedState(state, answer?.seq ?? 0);
  expect(atAnswer?.messages.map(({ text }) => text)).toEqual(["one", "one a", "two", "two b"]);
  expect(atAnswer?.turns.get(first)).toEqual(state.turns.get(first));
  expect(atAnswer?.turns.get(second)?.entries.map(({ persona }) => persona)).toEqual(["b"]);
  const atQuestion = branchedState(state, asked?.seq ?? 0);
  expect(atQuestion?.messages.map(({ text }) => text)).toEqual(["one", "one a", "two"]);
  expect(atQuestion?.turns.get(second)?.entries).toEqual([]);
  expect(branchedState(state, 9_999)).toBeUndefined();
  expect(state).toEqual(room.state());
});

test("[RM66] a message that was edited later stands with the words and the turn it has now", () => {
  const room = roomScript();
  const said = room.say("one");
  const turn = room.add({ kind: "edit", of: said, text: "changed" });
  room.settle(turn, "a", "to the change");
  const branch = branchedState(room.state(), said);
  expect(branch?.messages.map(({ text }) => text)).toEqual(["changed"]);
  expect([...branch?.turns.keys() ?? []]).toContain(turn);
  expect(branch && begun(branch).messages[0]?.text).toBe("changed");
});

test("[RM66] [RM64] a branch keeps pins of messages that are not at hand, and none of later ones", () => {
  const room = roomScript();
  const seqs = ["one", "two", "three"].map((text) => room.say(text));
  for (const of of seqs) room.add({ kind: "pin", of, pinned: true });
  const state = room.state();
  const behind = { ...state, messages: state.messages.slice(1) };
  const branch = branchedState(behind, seqs[1] ?? 0);
  expect(branch?.pins?.map(({ text }) => text)).toEqual(["one", "two"]);
  expect(branch && begun(branch).pins?.length).toBe(2);
});

test("[RM67] cast, recipe, rules, and who heard what are the room's of now", () => {
  const room = roomScript();
  const first = room.say("one");
  room.add({ kind: "rules", rules: 5 });
  room.add({ kind: "knowledge", scope: "present" });
  room.persona("late");
  room.add({ kind: "recipe", recipe: { kind: "addressed", followUpsMax: 0 } });
  const state = room.state();
  const branch = branchedState(state, first);
  expect(branch).toMatchObject({ recipe: state.recipe, rules: 5, presence: state.presence });
  expect([...branch?.personas.keys() ?? []]).toEqual(["a", "b", "late"]);
  expect(branch && begun(branch).presence?.length).toBe(state.presence?.length);
});

test("[RM66] any room can be branched at any message, into a beginning that every client takes", () => {
  const states = roomHistory.map((entries) => foldEntries(emptyState(), entries))
    .filter(({ messages }) => messages.length > 0);
  fc.assert(
    fc.property(states, fc.nat(), (state, which) => {
      const end = which % state.messages.length;
      const branch = branchedState(state, state.messages[end]?.seq ?? 0);
      if (branch === undefined) throw new Error("the message is there");
      const room = begun({ ...branch, at: toRoomMs(0) });
      expect(room.messages.map(({ text, author, aside }) => [text, author, aside]))
        .toEqual(
          state.messages.slice(0, end + 1).map(({ text, author, aside }) => [
            text,
            author,
            aside,
          ]),
        );
      expect(room.openTurns).toEqual([]);
      expect([...room.personas.keys()]).toEqual([...state.personas.keys()]);
    }),
    { numRuns: 100 },
  );
});
