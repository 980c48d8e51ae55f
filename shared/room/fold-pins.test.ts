import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { carriedEntries } from "../hosting/moving/carried-entries.ts";
import { protocolLimits } from "../protocol/limits.ts";
import { roomHistory } from "../testing/fakes/room-histories.ts";
import { ME, RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { decodeCheckpoint, encodeCheckpoint, logCheckpointOf } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import { importedState, stateFromBeginning } from "./import-state.ts";
import { roomLimits } from "./limits.ts";
import type { RoomState } from "./room-state.ts";

const pin = (room: RoomScript, of: number, device = ME, pinned = true): number =>
  room.add({ kind: "pin", of, pinned }, device);
const pinsOf = ({ pins = [] }: RoomState) => pins.map(({ of }) => of);
const reason = (room: RoomScript) => room.state().ignored.at(-1)?.reason;

/** Messages whose turns are stopped at once. */
function talk(room: RoomScript, count: number): readonly number[] {
  return Array.from({ length: count }, (_, number) => {
    const seq = room.say(`line ${number}`);
    room.add({ kind: "stop", scope: { kind: "all" } });
    return seq;
  });
}

test("[RM63] what is pinned stays in the order of pinning until it is unpinned", () => {
  const room = roomScript();
  const [first = 0, second = 0] = talk(room, 2);
  const turn = room.say("and you?");
  room.settle(turn, "a", "Here I am");
  const answer = room.state().head;
  for (const seq of [second, answer, first]) pin(room, seq);
  expect(pinsOf(room.state())).toEqual([second, answer, first]);
  expect(room.state().pins?.[1]).toMatchObject({ kind: "persona", author: "a", device: ME });
  pin(room, answer, ME, false);
  expect(pinsOf(room.state())).toEqual([second, first]);
  for (const seq of [first, second]) pin(room, seq, ME, false);
  expect(Object.keys(room.state())).not.toContain("pins");
});

test("[RM63] a pin of nothing, twice, by a stranger, of what is set aside, or one too many is ignored", () => {
  const room = roomScript();
  const lines = talk(room, protocolLimits.pinsMax + 2);
  const [first = 0] = lines;
  const refused = (why: string, of: number, device = ME, pinned = true): void => {
    const before = pinsOf(room.state());
    pin(room, of, device, pinned);
    expect(reason(room)).toBe(why);
    expect(pinsOf(room.state())).toEqual(before);
  };
  refused("message-unknown", 999);
  refused("message-unknown", 1);
  refused("not-pinned", first, ME, false);
  refused("device-unknown", first, "dv_stranger");
  pin(room, first);
  refused("pinned-before", first);
  room.add({ kind: "rewind", to: lines.at(-2) ?? 0, expect: lines.at(-1) ?? 0 });
  refused("message-unknown", lines.at(-1) ?? 0);
  for (const seq of lines.slice(1, roomLimits.pinsMax)) pin(room, seq);
  refused("pins-full", lines.at(-2) ?? 0);
  expect(pinsOf(room.state())).toEqual(lines.slice(0, roomLimits.pinsMax));
});

test("[RM63] a room of rules below 5 has no pins and does not begin with any", () => {
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  const about = { roomId: "rm_1", name: "Garden", recipe } as const;
  const old = new RoomScript();
  old.add({ kind: "genesis", rules: 4, ...about });
  old.add({ kind: "device", name: "Mika" });
  pin(old, old.say("hi"));
  expect(reason(old)).toBe("rules-older");
  old.add({ kind: "rules", rules: 5 });
  pin(old, 3);
  expect(pinsOf(old.state())).toEqual([3]);
  const checkpoint = JSON.parse(encodeCheckpoint(importedState(old.state(), ME, ME, "rm_1")));
  const begun = (rules: number): RoomState => {
    const room = new RoomScript();
    room.add({ kind: "genesis", rules, ...about, checkpoint });
    return room.state();
  };
  expect(begun(4).ignored).toEqual([{ seq: 1, reason: "rules-older" }]);
  expect(pinsOf(begun(5))).toEqual([-4]);
});

test("[RM64] a pin says what its message says now, cut without half a character", () => {
  const room = roomScript();
  const seq = room.say("x".repeat(protocolLimits.pinCharsMax - 1) + "\u{1f600}");
  pin(room, seq);
  expect(room.state().pins?.[0]?.text).toBe("x".repeat(protocolLimits.pinCharsMax - 1));
  room.add({ kind: "edit", of: seq, text: "shorter" });
  expect(room.state().pins?.[0]?.text).toBe("shorter");
  const turn = room.say("and?");
  room.settle(turn, "a", "one");
  const answer = room.state().head;
  pin(room, answer);
  room.add({ kind: "again", turn, persona: "a" });
  room.settle(turn, "a", "two");
  expect(room.state().pins?.[1]?.text).toBe("two");
  room.add({ kind: "pick", turn, persona: "a", attempt: 0 });
  expect(room.state().pins?.[1]?.text).toBe("one");
});

test("[RM64] [RM21] a pin outlives its message in a log's checkpoint, and hears of its edits there", () => {
  const room = roomScript();
  const [old = 0] = talk(room, 1);
  pin(room, old);
  talk(room, roomLimits.checkpointMessagesMax + 5);
  room.add({ kind: "checkpoint", covers: 9, stateHash: "h", state: "", opener: "" });
  const { length } = room.entries;
  const joined = decodeCheckpoint(logCheckpointOf(room.state()));
  if (!joined.ok) throw new Error(joined.error.detail);
  expect(joined.value.messages.some(({ seq }) => seq === old)).toBe(false);
  room.add({ kind: "edit", of: old, text: "mended" });
  room.add({ kind: "edit", of: old, text: "forged" }, "dv_jon");
  pin(room, old + 2);
  const state = room.state();
  const there = foldEntries(joined.value, room.entries.slice(length));
  for (const { pins } of [state, there]) {
    expect(pins?.map(({ text }) => text)).toEqual(["mended"]); // The other is out of reach.
  }
  expect(logCheckpointOf(there)).toBe(logCheckpointOf(state));
});

test("[RM63] [RM21] a pin ordered between what a first checkpoint covers and its entry is one for all", () => {
  const room = roomScript();
  const [old = 0, kept = 0] = talk(room, roomLimits.checkpointMessagesMax + 1);
  const covered = room.state();
  const { length } = room.entries;
  pin(room, old);
  pin(room, kept);
  const offer = { covers: covered.head, stateHash: "h", state: "", opener: "" } as const;
  room.add({ kind: "checkpoint", ...offer });
  const joined = decodeCheckpoint(logCheckpointOf(covered));
  if (!joined.ok) throw new Error(joined.error.detail);
  const there = foldEntries(joined.value, room.entries.slice(length));
  expect(pinsOf(there)).toEqual([kept]);
  expect(logCheckpointOf(there)).toBe(logCheckpointOf(room.state()));
});

test("[RM64] pins go along into rooms that are shared, moved, saved or imported", () => {
  fc.assert(fc.property(roomHistory, fc.constantFrom(1, 3, 200), (entries, messagesMax) => {
    const state = foldEntries(emptyState(), entries);
    const shared = importedState(state, ME, "dv_new", "rm_new", messagesMax);
    const begun = stateFromBeginning(JSON.parse(encodeCheckpoint(shared)));
    if (!begun.ok) throw new Error(begun.error.detail);
    expect(begun.value.pins).toEqual(shared.pins);
    const place = (seq: number): number => seq - state.head - 1;
    expect(shared.pins).toEqual(
      state.pins?.map((one) => ({
        ...one,
        ...{ of: place(one.of), seq: place(one.seq) },
        device: one.device === ME ? "dv_new" : one.device,
        author: one.author === ME ? "dv_new" : one.author,
      })),
    );
  }));
});

test("[RM64] [HO183] a pin that a room did not get before it moved goes along", () => {
  const entry = (seq: number, of: number) => ({
    ...{ seq, ts: 0 as never, id: `en_${seq}`, device: ME },
    body: { kind: "pin", of, pinned: true },
  });
  const given = { device: ME, covers: 9, entries: [entry(10, 4), entry(12, 11)], rows: [] };
  expect(carriedEntries(given).map(({ body }) => body)).toEqual([
    { kind: "pin", of: -6, pinned: true }, // What it says of a message behind that has no place.
  ]);
});

test("[RM62] an answer to what was not before it is no hindrance to sharing", () => {
  const room = roomScript();
  const first = room.say("one");
  for (const replyTo of [first, 999]) {
    room.add({ kind: "say", text: "two", addressed: [], replyTo });
  }
  const shared = importedState(room.state(), ME, "dv_new", "rm_new");
  expect(stateFromBeginning(JSON.parse(encodeCheckpoint(shared))).ok).toBe(true);
  expect(shared.messages.map(({ replyTo }) => replyTo)).toEqual([
    undefined,
    first - room.state().head - 1,
    undefined,
  ]);
});
