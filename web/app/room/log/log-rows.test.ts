import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import type { RoomEvent, SettleOutcome } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import type { RunningAttempt } from "../../../client/app-client.ts";
import { buildRows, type Row } from "./log-rows.ts";

const DAY = 86_400_000;
const NOON = new Date(2026, 10, 20, 12).getTime();

function setup() {
  let state: RoomState = emptyState();
  let at = NOON;
  const append = (body: RoomEvent, afterMs = 1_000, device = "dv_1"): number => {
    at += afterMs;
    const seq = state.head + 1;
    state = foldEntries(state, [{ seq, ts: toRoomMs(at), id: `en_${seq}`, device, body }]);
    return seq;
  };
  append({
    kind: "genesis",
    rules: 1,
    roomId: "rm_1",
    name: "Room",
    recipe: { kind: "panel", followUpsMax: 0 },
  });
  append({ kind: "device", name: "Mika" });
  append({
    kind: "announce",
    hostsForOthers: false,
    lanes: [{ engine: "e", modelId: "m", lane: "cpu", contextTokens: 512, slots: 1 }],
  });
  const persona = (id: string, name: string): void => {
    const card = { name, gist: "g", description: "", greeting: "", hue: 1 };
    const requirement = { contextTokensMin: 0 };
    append({ kind: "persona", persona: id, card, requirement, hosts: "any", removed: false });
    append({ kind: "assign", persona: id });
  };
  persona("pe_ada", "Ada");
  persona("pe_bo", "Bo");
  const settle = (turn: number, who: string, outcome: SettleOutcome, attempt = 0): number =>
    append({
      kind: "settle",
      turn,
      persona: who,
      attempt,
      assign: state.personas.get(who)?.assignment?.seq ?? 0,
      outcome,
      seenSeq: state.head,
      fingerprint: "f",
    });
  const rows = (running: readonly RunningAttempt[] = [], open: readonly string[] = []) =>
    buildRows({ state, running, openAsides: new Set(open) });
  return {
    append,
    settle,
    rows,
    say: (text: string, afterMs = 1_000) => append({ kind: "say", text, addressed: [] }, afterMs),
    reply: (turn: number, who: string, text: string, attempt = 0) =>
      settle(turn, who, { kind: "replied", text, finish: "stop" }, attempt),
  };
}

const kinds = (rows: readonly Row[]) => rows.map(({ kind }) => kind);

function running(turn: number, persona: string, phase: RunningAttempt["phase"], attempt = 0) {
  return { roomId: "rm_1", turn, persona, attempt, phase, sinceMs: NOON };
}

test("a silent end is a quiet line in its place in the log", () => {
  const room = setup();
  const turn = room.say("hello");
  room.settle(turn, "pe_bo", { kind: "silent" });
  room.reply(turn, "pe_ada", "hi");
  expect(kinds(room.rows())).toEqual(["day", "person", "quiet", "persona"]);
});

test("a bubble keeps its key from the first token to the settled answer", () => {
  const room = setup();
  const turn = room.say("hello");
  const live = room.rows([running(turn, "pe_ada", "speaking"), running(turn, "pe_bo", "queued")]);
  expect(kinds(live)).toEqual(["day", "person", "persona", "waiting"]);
  room.reply(turn, "pe_ada", "hi");
  const settled = room.rows([
    running(turn, "pe_ada", "speaking"),
    running(turn, "pe_bo", "queued"),
  ]);
  expect(settled[2]?.key).toBe(live[2]?.key);
  // The snapshot may lag behind the log: a settled attempt no longer runs.
  expect(settled[2]).toMatchObject({ kind: "persona", running: undefined });
});

test("an answer given again streams in the same bubble, then both can be walked", () => {
  const room = setup();
  const turn = room.say("hello");
  room.reply(turn, "pe_ada", "one");
  room.settle(turn, "pe_bo", { kind: "silent" });
  room.append({ kind: "again", turn, persona: "pe_ada" });
  const live = room.rows([running(turn, "pe_ada", "speaking", 1)]);
  expect(live[2]).toMatchObject({ kind: "persona", running: { attempt: 1 }, shown: 0 });
  room.reply(turn, "pe_ada", "two", 1);
  const row = room.rows()[2];
  expect(row).toMatchObject({ kind: "persona", shown: 1, message: { text: "two" } });
  room.append({ kind: "pick", turn, persona: "pe_ada", attempt: 0 });
  expect(room.rows()[2]).toMatchObject({ shown: 0, message: { text: "one" } });
});

test("a later attempt without words is noted under the answer that stays", () => {
  const room = setup();
  const turn = room.say("hello");
  room.reply(turn, "pe_ada", "one");
  room.settle(turn, "pe_bo", { kind: "silent" });
  room.append({ kind: "again", turn, persona: "pe_ada" });
  room.settle(turn, "pe_ada", { kind: "failed", reason: "engine", detail: "" }, 1);
  expect(room.rows()[2]).toMatchObject({
    message: { text: "one" },
    note: { outcome: { kind: "failed" } },
  });
});

test("what a rewind set aside is one line until it is opened", () => {
  const room = setup();
  const first = room.say("one");
  room.reply(first, "pe_ada", "a");
  room.settle(first, "pe_bo", { kind: "silent" });
  const second = room.say("two");
  const last = room.reply(second, "pe_ada", "b");
  room.settle(second, "pe_bo", { kind: "silent" });
  room.append({ kind: "rewind", to: first, expect: last });
  const folded = room.rows();
  expect(kinds(folded)).toEqual(["day", "person", "aside"]);
  expect(folded[2]).toMatchObject({ count: 3, open: false });
  const opened = room.rows([], [folded[2]?.key ?? ""]);
  expect(kinds(opened)).toEqual([
    "day",
    "person",
    "aside",
    "persona",
    "quiet",
    "person",
    "persona",
    "quiet",
  ]);
});

test("a new day has its line, and messages of one person join within minutes", () => {
  const room = setup();
  room.say("one");
  room.say("two", 60_000);
  room.say("three", 6 * 60_000);
  room.say("four", DAY);
  const rows = room.rows().filter(({ kind }) => kind !== "quiet");
  expect(kinds(rows)).toEqual(["day", "person", "person", "person", "day", "person"]);
  expect(rows.map((row) => row.kind === "person" && row.joined)).toEqual([
    false,
    false,
    true,
    false,
    false,
    false,
  ]);
});

test("what finds no host stands behind the message that asked, not before it", () => {
  const room = setup();
  room.append({ kind: "left", device: "dv_1" }, 1_000, "sequencer");
  const turn = room.say("Anybody there?");
  const kinds = room.rows().map((row) => row.kind === "quiet" ? row.persona : row.kind);
  expect(kinds).toEqual(["day", "person", "pe_ada", "pe_bo"]);
  expect(room.rows().filter((row) => row.kind === "quiet").map((row) => row.attempt.settledSeq))
    .toEqual([turn, turn]);
});
