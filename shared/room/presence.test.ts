import { expect, test } from "vitest";
import { decodeRoomEvent } from "../protocol/decode-event.ts";
import { ME, RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { importedState, stateFromBeginning } from "./import-state.ts";
import { roomLimits } from "./limits.ts";
import { hasHeard } from "./presence.ts";
import type { RoomState } from "./room-state.ts";

const present = { kind: "knowledge", scope: "present" } as const;

function setup() {
  const room = roomScript(undefined, ["a"]);
  const before = room.say("before");
  room.add(present);
  const alone = room.say("for A alone");
  room.persona("b");
  room.add({ kind: "assign", persona: "b" });
  return { room, before, alone, both: room.say("for both") };
}

/** Texts that this persona has heard. */
const heardBy = (state: RoomState, persona: string) =>
  state.messages.filter((one) => hasHeard(state, persona, one)).map(({ text }) => text);

const remove = (room: RoomScript, persona: string): void => {
  const known = room.state().personas.get(persona);
  if (known === undefined) throw new Error(`Cannot remove ${persona}: it is not there`);
  const { card, requirement, hosts } = known;
  room.add({ kind: "persona", persona, card, requirement, hosts, removed: true });
};

test("[RM41] who joins later has not heard what was said before, who comes back not what was between", () => {
  const { room } = setup();
  expect(heardBy(room.state(), "a")).toEqual(["before", "for A alone", "for both"]);
  expect(heardBy(room.state(), "b")).toEqual(["for both"]);
  remove(room, "b");
  room.say("while B is away");
  room.persona("b");
  room.say("B is back");
  expect(heardBy(room.state(), "b")).toEqual(["for both", "B is back"]);
  expect(heardBy(room.state(), "a")).toHaveLength(5);
});

test("[RM41] a changed card or a lost host is no absence", () => {
  const { room } = setup();
  room.persona("b");
  room.add({ kind: "left", device: ME }, "sequencer");
  room.say("nobody hosts B");
  expect(heardBy(room.state(), "b")).toEqual(["for both", "nobody hosts B"]);
});

test("[RM42] an edited line was said when it was edited", () => {
  const { room, alone, both } = setup();
  room.add({ kind: "edit", of: alone, text: "now for both" });
  expect(heardBy(room.state(), "b")).toEqual(["now for both", "for both"]);
  remove(room, "b");
  room.say("newest");
  room.add({ kind: "edit", of: both, text: "now for A alone" });
  room.persona("b");
  expect(heardBy(room.state(), "b")).toEqual(["now for both"]);
});

test("[RM40] a room of lower rules ignores it, and a client of lower rules becomes a reader", () => {
  const old = new RoomScript();
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  old.add({ kind: "genesis", rules: 2, roomId: "rm_1", name: "Garden", recipe });
  const seq = old.add(present);
  expect(old.state().ignored).toEqual([{ seq, reason: "rules-older" }]);
  expect(old.state().presence).toBeUndefined();
  old.add({ kind: "rules", rules: 3 });
  old.add(present);
  expect(old.state().presence).toEqual([]);
  old.add({ kind: "knowledge", scope: "everyone" });
  expect(Object.keys(old.state())).not.toContain("presence");
});

test("[RM40] a room of lower rules does not begin with it", () => {
  const beginning = JSON.parse(encodeCheckpoint(importedState(setup().room.state(), ME, ME, "rm")));
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  const begun = (rules: number) => {
    const room = new RoomScript();
    const about = { rules, roomId: "rm", name: "Garden", recipe };
    room.add({ kind: "genesis", ...about, checkpoint: beginning });
    return room.state();
  };
  expect(begun(2).ignored).toEqual([{ seq: 1, reason: "rules-older" }]);
  expect(begun(3).presence).toHaveLength(2);
});

test("[RM40] [PR1] an entry with another scope is malformed", () => {
  expect(decodeRoomEvent(present).ok).toBe(true);
  expect(decodeRoomEvent({ ...present, scope: "nobody" })).toMatchObject({
    ok: false,
    error: { kind: "event-malformed", path: "scope" },
  });
});

test("[RM41] of many stays the oldest that ended are forgotten: nobody hears more by it", () => {
  const { room } = setup();
  for (let stay = 0; stay < roomLimits.presenceSpansMax; stay += 1) {
    remove(room, "b");
    room.persona("b");
  }
  const state = room.state();
  expect(state.presence).toHaveLength(roomLimits.presenceSpansMax);
  expect(heardBy(state, "b")).toEqual([]);
  expect(heardBy(state, "a")).toHaveLength(3);
});

test("[RM43] [RM18] [RM19] who heard what goes along into checkpoints and shared rooms", () => {
  const { room, alone } = setup();
  room.add({ kind: "edit", of: alone, text: "now for both" });
  const state = room.state();
  const restored = decodeCheckpoint(encodeCheckpoint(state));
  const shared = importedState(state, ME, "dv_new", "rm_new");
  const begun = stateFromBeginning(JSON.parse(encodeCheckpoint(shared)));
  if (!restored.ok || !begun.ok) throw new Error("not decoded");
  for (const other of [restored.value, shared, begun.value]) {
    for (const persona of ["a", "b"]) {
      expect(heardBy(other, persona)).toEqual(heardBy(state, persona));
    }
  }
});
