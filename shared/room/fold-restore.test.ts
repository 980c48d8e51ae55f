import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { roomHistory } from "../testing/fakes/room-histories.ts";
import { ME, RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { decodeCheckpoint, encodeCheckpoint, logCheckpointOf } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import { rewindToRestore } from "./fold-talk.ts";
import { importedState } from "./import-state.ts";

const visible = (room: RoomScript) =>
  room.state().messages.filter(({ aside }) => !aside).map(({ text }) => text);
const reason = (room: RoomScript) => room.state().ignored.at(-1)?.reason;
const restore = (room: RoomScript, rewind: number, device = ME) =>
  room.add({ kind: "restore", rewind }, device);

function rewind(room: RoomScript, to: number): number {
  const tail = room.state().messages.findLast(({ aside }) => !aside)?.seq ?? 0;
  return room.add({ kind: "rewind", to, expect: tail });
}

function threeLines(room = roomScript()) {
  const seqs = ["one", "two", "three"].map((text) => room.say(text));
  return { room, seqs };
}

test("[RM65] a rewind that is taken back leaves the talk exactly as it was", () => {
  fc.assert(fc.property(roomHistory, fc.nat(40), (entries, to) => {
    const room = roomScript();
    room.entries.splice(0, Infinity, ...entries);
    room.atMs = entries.at(-1)?.ts ?? 0;
    room.add({ kind: "stop", scope: { kind: "all" } }); // What runs is stopped by a rewind.
    const before = room.state();
    if (before.closed !== undefined || !before.devices.has(ME)) return;
    const seq = rewind(room, to);
    const rewound = room.state();
    restore(room, seq);
    const after = room.state();
    expect(after.messages).toEqual(before.messages);
    expect(after.turns).toEqual(before.turns);
    const isChanged = rewound.messages.some((one, at) => one.aside !== before.messages[at]?.aside);
    expect(rewindToRestore(rewound)).toBe(isChanged ? seq : rewindToRestore(before));
  }));
});

test("[RM65] nothing is taken back once somebody spoke, answered, or asked anew", () => {
  const spoken = threeLines();
  const first = rewind(spoken.room, spoken.seqs[0] ?? 0);
  spoken.room.say("four");
  restore(spoken.room, first);
  expect(visible(spoken.room)).toEqual(["one", "four"]);
  expect(reason(spoken.room)).toBe("said-since");

  const edited = threeLines();
  const second = rewind(edited.room, edited.seqs[0] ?? 0);
  edited.room.add({ kind: "edit", of: edited.seqs[0] ?? 0, text: "uno" });
  restore(edited.room, second);
  expect(visible(edited.room)).toEqual(["uno"]);

  const answered = threeLines();
  const third = rewind(answered.room, answered.seqs[0] ?? 0);
  answered.room.add({ kind: "again", turn: answered.seqs[0] ?? 0, persona: "a" });
  answered.room.settle(answered.seqs[0] ?? 0, "a", "late");
  restore(answered.room, third);
  expect(visible(answered.room)).toEqual(["one", "late"]);
});

test("[RM65] rewinds are taken back the newest first, each by what it set aside itself", () => {
  const { room, seqs } = threeLines();
  const near = rewind(room, seqs[1] ?? 0);
  const far = rewind(room, seqs[0] ?? 0);
  restore(room, near);
  expect(visible(room)).toEqual(["one"]);
  restore(room, far);
  expect(visible(room)).toEqual(["one", "two"]);
  expect(rewindToRestore(room.state())).toBe(near);
  restore(room, near);
  expect(visible(room)).toEqual(["one", "two", "three"]);
  restore(room, near);
  expect(reason(room)).toBe("said-since");
  expect(JSON.stringify(room.state().messages)).not.toContain("asideBy");
});

/** Half of an answer to "three" comes after what `meanwhile` does behind the rewind. */
function halfAnswer(meanwhile: (room: RoomScript, rewind: number) => void) {
  const { room, seqs } = threeLines();
  const seq = rewind(room, seqs[1] ?? 0);
  meanwhile(room, seq);
  const attempt = { turn: seqs[2] ?? 0, persona: "a", attempt: 0, assign: 5 } as const;
  room.add({ kind: "partial", ...attempt, text: "half" });
  return { room, seq };
}

test("[RM65] half an answer that a rewind stopped is set aside by it, and comes back with it", () => {
  const { room, seq } = halfAnswer(() => {});
  expect(visible(room)).toEqual(["one", "two"]);
  expect(rewindToRestore(room.state())).toBe(seq);
  restore(room, seq);
  expect(visible(room)).toEqual(["one", "two", "three", "half"]);
  expect(room.state().messages.at(-1)).toMatchObject({ stopped: true });
  expect(JSON.stringify(room.state().messages)).not.toContain("asideBy");

  const spoken = halfAnswer((there) => there.say("four"));
  expect(visible(spoken.room)).toEqual(["one", "two", "four"]);
  const restored = halfAnswer((there, done) => restore(there, done));
  expect(visible(restored.room)).toEqual(["one", "two", "three", "half"]);
  const stopped = roomScript();
  const turn = stopped.say("one");
  stopped.add({ kind: "stop", scope: { kind: "all" } });
  stopped.add({ kind: "partial", turn, persona: "a", attempt: 0, assign: 5, text: "half" });
  expect(visible(stopped)).toEqual(["one", "half"]);
});

test("[RM65] half an answer to an earlier rewind is no hindrance to the newest", () => {
  let far = 0;
  const { room, seq } = halfAnswer((there) =>
    far = rewind(there, there.state().messages[0]?.seq ?? 0)
  );
  expect(visible(room)).toEqual(["one"]);
  restore(room, far);
  expect(visible(room)).toEqual(["one", "two"]);
  restore(room, seq);
  expect(visible(room)).toEqual(["one", "two", "three", "half"]);
});

test("[RM65] a stranger, a room of lower rules and a room's beginning take nothing back", () => {
  const { room, seqs } = threeLines();
  const seq = rewind(room, seqs[0] ?? 0);
  restore(room, seq, "dv_stranger");
  expect(reason(room)).toBe("device-unknown");
  expect(rewindToRestore(importedState(room.state(), ME, ME, "rm_2"))).toBeUndefined();
  const old = new RoomScript();
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  old.add({ kind: "genesis", rules: 4, roomId: "rm_1", name: "Garden", recipe });
  old.add({ kind: "device", name: "Mika" });
  threeLines(old);
  const unmarked = rewind(old, 3);
  expect(JSON.stringify(old.state().messages)).not.toContain("asideBy");
  restore(old, unmarked);
  expect(reason(old)).toBe("rules-older");
});

test("[RM65] [RM18] [RM21] a rewind is taken back behind a checkpoint too", () => {
  const { room, seqs } = threeLines();
  const seq = rewind(room, seqs[1] ?? 0);
  const joined = decodeCheckpoint(logCheckpointOf(room.state()));
  if (!joined.ok) throw new Error(joined.error.detail);
  const { length } = room.entries;
  restore(room, seq);
  const there = foldEntries(joined.value, room.entries.slice(length));
  expect(there.messages.map(({ aside }) => aside)).toEqual([false, false, false]);
  expect(encodeCheckpoint(there, 200)).toBe(encodeCheckpoint(room.state(), 200));
  expect(foldEntries(emptyState(), room.entries).messages).toEqual(there.messages);
});
