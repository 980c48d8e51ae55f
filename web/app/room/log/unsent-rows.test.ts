import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import { buildRows } from "./log-rows.ts";
import { matchSent, NO_SENT_ROWS, stillWaiting } from "./unsent-rows.ts";

const NOON = new Date(2026, 10, 20, 12).getTime();

function setup() {
  let state: RoomState = emptyState();
  const append = (body: RoomEvent, device = "own"): RoomState => {
    const seq = state.head + 1;
    const entry = { seq, ts: toRoomMs(NOON + seq), id: `en_${seq}`, device, body };
    state = foldEntries(state, [entry]);
    return state;
  };
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  append({ kind: "genesis", rules: 1, roomId: "rm_1", name: "Room", recipe });
  append({ kind: "device", name: "Mika" });
  append({ kind: "device", name: "Noor" }, "other");
  const say = (text: string, device = "own"): RoomState =>
    append({ kind: "say", text, addressed: [] }, device);
  return { say, start: state };
}

const unsent = (...texts: readonly string[]) =>
  texts.map((text, index) => ({ id: `in_${index}`, text, atMs: NOON }));

/** Row keys of what people said, for the state and the unsent messages of one moment. */
function keysOf(state: RoomState, waiting: ReturnType<typeof unsent>, sent = NO_SENT_ROWS) {
  const matched = matchSent(sent, state, waiting, "own");
  const rows = buildRows({
    state,
    running: [],
    openAsides: new Set(),
    unsent: stillWaiting(waiting, matched),
    ownDevice: "own",
    sentKeys: matched.keys,
  });
  const keys = rows.filter(({ kind }) => kind === "person").map(({ key }) => key);
  return { keys, matched };
}

test("a message keeps its row from waiting to said, also when another said the same", () => {
  const { say, start } = setup();
  const waiting = unsent("yes", "no");
  const first = keysOf(start, waiting);
  expect(first.keys).toEqual(["u/in_0", "u/in_1"]);
  const others = say("yes", "other");
  const second = keysOf(others, waiting, first.matched);
  expect(second.keys).toEqual([`m/${others.head}`, "u/in_0", "u/in_1"]);
  const third = keysOf(say("yes"), waiting.slice(1), second.matched);
  expect(third.keys).toEqual([`m/${others.head}`, "u/in_0", "u/in_1"]);
  const fourth = keysOf(say("no"), [], third.matched);
  expect(fourth.keys).toEqual([`m/${others.head}`, "u/in_0", "u/in_1"]);
});

test("a message that the log has is not drawn twice while the outbox still holds it", () => {
  const { say, start } = setup();
  const waiting = unsent("hello");
  const first = keysOf(start, waiting);
  const second = keysOf(say("hello"), waiting, first.matched);
  expect(second.keys).toEqual(["u/in_0"]);
});

test("the same words twice are two rows in their order", () => {
  const { say, start } = setup();
  const waiting = unsent("hm", "hm");
  const first = keysOf(start, waiting);
  const second = keysOf(say("hm"), waiting.slice(1), first.matched);
  expect(second.keys).toEqual(["u/in_0", "u/in_1"]);
});

test("what was said before this page opened keeps the log's own keys, whatever its words", () => {
  const { say } = setup();
  const state = say("yes");
  expect(keysOf(state, unsent("yes")).keys).toEqual([`m/${state.head}`, "u/in_0"]);
});
