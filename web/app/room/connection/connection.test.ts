import { expect, test } from "vitest";
import type { LinkPhase } from "../../../client/app-client.ts";
import {
  type Connection,
  followLink,
  isBriefLoss,
  isFarBehind,
  nameLoss,
  QUIET,
} from "./connection.ts";
import { announceChange, connectionWords } from "./connection-words.ts";

const follow = (links: readonly (LinkPhase | undefined)[], stepMs = 0): readonly Connection[] => {
  let now = 1_000;
  let connection = QUIET;
  return links.map((link) => {
    connection = followLink(connection, link, now);
    now += stepMs;
    return connection;
  });
};

const offline = (retryMs: number, reason = "unreachable"): LinkPhase => ({
  phase: "offline",
  reason,
  retryMs,
});

test("a room on this device only and a live one have nothing to tell", () => {
  expect(follow([undefined, { phase: "live" }])).toEqual([QUIET, QUIET]);
});

test("an attempt after a loss is still offline, until it succeeds", () => {
  const kinds = follow([
    offline(1_000),
    { phase: "connecting" },
    offline(2_000),
    { phase: "connecting" },
    { phase: "live" },
  ]).map(({ kind }) => kind);
  expect(kinds).toEqual(["offline", "offline", "offline", "offline", "quiet"]);
});

test("the countdown starts at the loss and is not moved by hearing of it again", () => {
  const [first, again, trying, next] = follow(
    [offline(4_000), offline(4_000), { phase: "connecting" }, offline(4_000)],
    100,
  );
  expect(first).toMatchObject({ retryAtMs: 5_000 });
  expect(again).toBe(first);
  expect(trying).toMatchObject({ kind: "offline", retryAtMs: undefined });
  expect(next).toMatchObject({ retryAtMs: 5_300 });
});

test("a loss is brief for one and a half seconds, whatever was tried meanwhile", () => {
  const [live, first, trying, next] = follow(
    [{ phase: "live" }, offline(200), { phase: "connecting" }, offline(400)],
    100,
  );
  const isBrief = (connection: Connection | undefined, nowMs: number): boolean =>
    connection !== undefined && isBriefLoss(connection, nowMs);
  for (const connection of [first, trying, next]) {
    expect(connection).toMatchObject({ sinceMs: 1_100 });
    expect([isBrief(connection, 2_599), isBrief(connection, 2_600)]).toEqual([true, false]);
  }
  expect(isBrief(live, 1_000)).toBe(false);
});

test("without a network it is the person who is offline, else the server is missing", () => {
  const words = (link: LinkPhase, isOnline: boolean): string | undefined => {
    const [connection] = follow([nameLoss(link, isOnline)]);
    return connection && connectionWords(connection, true)?.happened;
  };
  expect(words(offline(1_000), false)).toBe("You are offline.");
  expect(words(offline(1_000), true)).toBe("The room's server cannot be reached.");
  expect(words(offline(1_000, "busy"), false)).toBe("The room's server is busy.");
});

test("a refusal is never brief: it does not pass by itself", () => {
  const [refused] = follow([{ phase: "refused", reason: "badProof" }]);
  expect(refused !== undefined && isBriefLoss(refused, 1_000)).toBe(false);
});

test("only a long way is worth a bar, and the bar keeps its beginning", () => {
  const [start, later] = follow([
    { phase: "catching-up", seq: 10, head: 500 },
    { phase: "catching-up", seq: 490, head: 500 },
  ]);
  expect(later).toMatchObject({ from: 10, seq: 490 });
  expect([start, later].map((each) => each !== undefined && isFarBehind(each))).toEqual([
    true,
    true,
  ]);
  const [near] = follow([{ phase: "catching-up", seq: 498, head: 500 }]);
  expect(near !== undefined && isFarBehind(near)).toBe(false);
});

test("one loss and one return are announced, however often it was tried", () => {
  const steps = follow([
    { phase: "connecting" },
    { phase: "live" },
    offline(1_000),
    { phase: "connecting" },
    offline(2_000),
    { phase: "connecting" },
    { phase: "catching-up", seq: 1, head: 9 },
    { phase: "live" },
  ]);
  let said = "";
  const spoken: string[] = [];
  let lost = false;
  for (const [index, connection] of steps.entries()) {
    const change = announceChange(lost, connection, true);
    lost = change.lost;
    if (change.text !== undefined && change.text !== said) {
      said = change.text;
      spoken.push(`${index}: ${change.text}`);
    }
  }
  expect(spoken).toEqual([
    "2: The room's server cannot be reached. What you write is kept and sent when you are back.",
    "7: Connected again. Everything is up to date.",
  ]);
});

test.each([
  "badProof",
  "badVersion",
  "roomFull",
  "replaced",
  "roomClosed",
  "badOrigin",
  "notJoined",
  "crypto-unfit",
  "historyTrimmed",
  "log-full",
  "tooBig",
  "read-only",
  "somethingNew",
])("a refusal (%s) says what happened and what to do", (reason) => {
  const words = connectionWords({ kind: "refused", reason }, true);
  expect(words?.happened).toMatch(/[^.]$/);
  expect(words?.advice).toMatch(/\.$/);
});
