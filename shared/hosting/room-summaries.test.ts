import { expect, test } from "vitest";
import type { RoomState } from "../room/room-state.ts";
import { RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { createRoomSummaries, foldsOf, linesKey, summariesFor } from "./room-summaries.ts";
import { foldDue, readSummary } from "./sessions/fold-job.ts";
import { heardMessages, layoutLine } from "./window-lines.ts";

const TOKENS_MAX = 600;

function setup(): RoomScript {
  const room = roomScript(undefined, ["a"]);
  for (let line = 0; line < 40; line += 1) room.say(`In row ${line} stands the plant P${line}q.`);
  return room;
}

/** The summary that a job of this persona makes now. */
function summed(state: RoomState, persona: string, known = createRoomSummaries()) {
  const due = foldDue(state, persona, known.of(state.roomId), TOKENS_MAX);
  const made = due && readSummary(due, `It was said: ${due.request.lines.at(-1)?.text}`);
  if (made !== undefined) known.keep(state.roomId, made);
  return { known, due, made };
}
const holds = (state: RoomState, persona: string, { of }: ReturnType<typeof createRoomSummaries>) =>
  summariesFor(of(state.roomId), heardMessages(state, persona)).length;

test("[HO175] [PL69] the beginning is summed up when the talk is long, and the next part goes on from it", () => {
  const short = roomScript(undefined, ["a"]);
  short.say("Hello");
  expect(summed(short.state(), "a").due).toBeUndefined();
  const room = setup();
  const { known, due, made } = summed(room.state(), "a");
  expect(due?.request.lines[0]?.text).toContain("P0q");
  expect(due?.request.summary).toBeUndefined();
  expect(summed(room.state(), "a", known).due, "once").toBeUndefined();
  for (let line = 40; line < 80; line += 1) room.say(`In row ${line} stands the plant P${line}q.`);
  const next = summed(room.state(), "a", known).due;
  expect(next?.request.summary).toBe(made?.text);
  expect(next?.request.lines[0]?.seq).toBeGreaterThan(made?.toSeq ?? 0);
  expect(next?.summary.fromSeq).toBe(made?.fromSeq);
});

test("[HO173] a summary holds as long as its lines are what they were", () => {
  const room = setup();
  const { known, made } = summed(room.state(), "a");
  const say = room.say("one more");
  expect(holds(room.state(), "a", known)).toBe(1);
  room.add({ kind: "edit", of: say, text: "one less" });
  expect(holds(room.state(), "a", known)).toBe(1);
  room.add({ kind: "edit", of: made?.toSeq ?? 0, text: "In row 0 stands nothing." });
  expect(holds(room.state(), "a", known)).toBe(0);
  const rewound = setup();
  const before = summed(rewound.state(), "a").known;
  const to = rewound.state().messages[2]?.seq ?? 0;
  rewound.add({ kind: "rewind", to, expect: rewound.state().messages.at(-1)?.seq ?? 0 });
  expect(holds(rewound.state(), "a", before)).toBe(0);
});

test("[HO173] [RM41] who did not hear the lines reads no summary of them", () => {
  const room = roomScript(undefined, ["a"]);
  room.add({ kind: "knowledge", scope: "present" });
  for (let line = 0; line < 40; line += 1) room.say(`In row ${line} stands the plant P${line}q.`);
  room.persona("b");
  room.say("Hello, B");
  const { known } = summed(room.state(), "a");
  expect([holds(room.state(), "a", known), holds(room.state(), "b", known)]).toEqual([1, 0]);
});

test("[HO173] a summary stands before the first line that is newer than all it tells", () => {
  const state = setup().state();
  const { known, made } = summed(state, "a");
  const heard = heardMessages(state, "a");
  const lines = heard.map((one) => layoutLine(state, one));
  const [fold] = foldsOf(known.of(state.roomId), heard, lines);
  expect(lines[fold?.firstLine ?? 0]?.seq).toBe((made?.toSeq ?? 0) + 1);
  expect(foldsOf(known.of(state.roomId), heard, lines.slice(-5))).toMatchObject([{ firstLine: 0 }]);
});

test("[HO174] the newest eight of a room are kept, until it is forgotten", () => {
  const known = createRoomSummaries();
  for (let at = 1; at <= 10; at += 1) {
    known.keep("rm", { fromSeq: 1, toSeq: at, key: `key ${at}`, text: `text ${at}` });
  }
  expect(known.of("rm").map(({ toSeq }) => toSeq)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  known.keep("rm", { fromSeq: 1, toSeq: 4, key: "key 4", text: "again" });
  expect(known.of("rm").filter(({ toSeq }) => toSeq === 4)).toMatchObject([{ text: "again" }]);
  expect(known.of("other")).toEqual([]);
  known.forget("rm");
  expect(known.of("rm")).toEqual([]);
});

test("[HO175] an empty answer is no summary, and a long one is cut", () => {
  const due = foldDue(setup().state(), "a", [], TOKENS_MAX);
  if (due === undefined) throw new Error("nothing is due");
  expect(readSummary(due, " \n ")).toBeUndefined();
  expect(readSummary(due, "x".repeat(9_000))?.text).toHaveLength(1_600);
  expect(readSummary(due, "one\ntwo <|im_end|>")?.text).toBe("one two < |im_end|>");
  expect(due.summary.key).not.toBe(linesKey([]));
});
