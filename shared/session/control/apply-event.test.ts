import { describe, expect, test } from "vitest";
import { toEpochMs } from "../../base/brands.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import {
  end,
  remembered,
  result,
  said,
  segmentEntries,
  start,
} from "../../testing/fakes/segment-kit.ts";
import { described } from "../../testing/fakes/session-log-kit.ts";
import type { SegmentBody } from "../log/segments.ts";
import { applyEvent, firstSnapshot } from "./apply-event.ts";
import type { PermissionAsk, SessionEvent, SessionSnapshot } from "./events.ts";
import { snapshotLimits as limits } from "./snapshot-limits.ts";

const first = firstSnapshot(described);

function after(...events: readonly SessionEvent[]): SessionSnapshot {
  return events.reduce((snapshot, event) => {
    const next = applyEvent(snapshot, { revision: snapshot.revision + 1, event });
    if (!next.ok) throw new Error("Cannot apply the next event");
    return next.value;
  }, first);
}
const delta = (text: string, offset: number, block = 0, runId = "r"): SessionEvent => ({
  kind: "delta",
  runId,
  block,
  of: block === 1 ? "thinking" : "text",
  offset,
  text,
});
const entry = (body: SegmentBody, index = 0): SessionEvent => {
  const [made] = segmentEntries([body], index);
  if (made === undefined) throw new Error("Cannot make an entry");
  return { kind: "entry", entry: made };
};
const ask = (callId: string): PermissionAsk => ({
  callId,
  tool: "keep",
  args: {},
  askedAt: toEpochMs(1),
});
const alert = (code: string): SessionEvent => ({
  kind: "alert",
  alert: { at: toEpochMs(1), level: "warn", source: "tools", code, detail: "" },
});
const flying = (...events: readonly SessionEvent[]) =>
  after(...events).inFlight.map(({ block, text }) => `${block} ${text}`);

describe("what is being made", () => {
  const both = [delta("Hello", 0), delta("hm", 0, 1)];
  const settled: SegmentBody = {
    kind: "settled",
    runId: "r",
    turn: 1,
    attempt: 1,
    outcome: "replied",
    seenSeq: 1,
  };
  test.each<[string, readonly SessionEvent[], readonly string[]]>([
    ["grows by what follows", [delta("Hel", 0), delta("lo", 3)], ["0 Hello"]],
    ["begins anew at an earlier offset", [delta("Hello", 0), delta("y", 1)], ["0 Hy"]],
    ["does not show what follows a hole", [delta("Hel", 0), delta("x", 9)], ["0 Hel"]],
    ["is text and thinking at once", both, ["0 Hello", "1 hm"]],
    ["is gone when its block is done", [...both, { kind: "block-done", runId: "r", block: 1 }], [
      "0 Hello",
    ]],
    ["is not that of another run", [...both, { kind: "block-done", runId: "q", block: 1 }], [
      "0 Hello",
      "1 hm",
    ]],
    ["is text no more once it is said", [...both, entry(said("r", "Hello"))], ["1 hm"]],
    ["is text no more once it is settled", [...both, entry(settled)], ["1 hm"]],
    ["stays when another said something", [...both, entry(said("q", "x"))], ["0 Hello", "1 hm"]],
    ["is gone when the run ends", [...both, {
      kind: "run-end",
      runId: "r",
      result: { kind: "cancelled" },
    }], []],
    ["is gone when the run's end is stored", [...both, entry(end("r"))], []],
    ["is nothing when a run begins", [...both, {
      kind: "run-start",
      runId: "s",
      cause: { kind: "task" },
    }], []],
    ["is nothing when a run's start is stored", [...both, entry(start("s"))], []],
  ])("[SC44] %s", (_, events, expected) => {
    expect(flying(...events)).toEqual(expected);
  });

  test("[SC44] has a limit: of characters the first, of blocks the newest", () => {
    const long = after(
      delta("x".repeat(limits.blockCharsMax), 0),
      delta("y", limits.blockCharsMax),
      delta("z", limits.blockCharsMax + 1),
    );
    expect(long.inFlight[0]?.text).toBe("x".repeat(limits.blockCharsMax));
    const blocks = Array.from({ length: limits.blocksMax + 1 }, (_, n) => delta("x", 0, n));
    expect(after(...blocks).inFlight.map(({ block }) => block)).toEqual(
      blocks.slice(1).map((_, n) => n + 1),
    );
  });
});

describe("what waits for a person", () => {
  const asks = (...events: readonly SessionEvent[]) =>
    after(...events).asks.map(({ callId }) => callId);
  const two: readonly SessionEvent[] = [{ kind: "ask", ask: ask("1") }, {
    kind: "ask",
    ask: ask("2"),
  }];
  test.each<[string, readonly SessionEvent[], readonly string[]]>([
    ["is asked once", [...two, { kind: "ask", ask: ask("1") }], ["2", "1"]],
    ["is over when it is told so", [...two, { kind: "ask-over", callId: "1" }], ["2"]],
    ["is over when the call has a result", [...two, entry(result("2"))], ["1"]],
    ["is nothing when a run begins", [...two, entry(start("s"))], []],
  ])("[SC40] %s", (_, events, expected) => {
    expect(asks(...events)).toEqual(expected);
  });
});

test("[SC45] the newest alerts are kept, older ones counted", () => {
  const alerts = Array.from({ length: limits.alertsMax + 3 }, (_, n) => alert(`${n}`));
  const { alerts: kept, alertsDropped } = after(...alerts);
  expect(kept.map(({ code }) => code)).toEqual(alerts.slice(3).map((_, n) => `${n + 3}`));
  expect(alertsDropped).toBe(3);
});

test("[SC40] the newest entries are kept, with the index of the first and of the next", () => {
  const events = Array.from({ length: limits.entriesMax + 2 }, (_, n) => entry(end("r"), n + 5));
  const snapshot = after(...events);
  expect(snapshot).toMatchObject({ first: 7, head: limits.entriesMax + 7 });
  expect(snapshot.entries).toHaveLength(limits.entriesMax);
  expect(after(entry(end("r"), 5))).toMatchObject({ first: 5, head: 6 });
});

test("[SC40] memory follows its entries and what is told of it", () => {
  const note = remembered("b", "y");
  if (note.kind !== "memory") throw new Error("Cannot test without a note");
  const snapshot = after(
    entry(remembered("a", "x"), 0),
    { kind: "memory", note: note.note },
    entry(remembered("c", "z"), 1),
    entry(remembered("a", "new"), 2),
    entry(remembered("c", undefined), 3),
  );
  expect(snapshot.memory.map(({ id, text }) => [id, text])).toEqual([["b", "y"], ["a", "new"]]);
});

describe("inputs", () => {
  const input = (order: number, phase: InputRecord["phase"]): InputRecord =>
    inputOf({ id: `${order}`, order, phase });
  const told = (...inputs: readonly InputRecord[]) =>
    after(...inputs.map((one): SessionEvent => ({ kind: "input", input: one }))).inputs;

  test("[SC40] are each there once, by their order", () => {
    const inputs = told(input(2, "queued"), input(1, "staged"), input(2, "consumed"));
    expect(inputs.map(({ order, phase }) => `${order} ${phase}`)).toEqual([
      "1 staged",
      "2 consumed",
    ]);
  });

  test("[SC40] of too many the oldest that ended goes", () => {
    const many = Array.from(
      { length: limits.inputsMax },
      (_, n) => input(n, n === 3 || n === 9 ? "consumed" : "queued"),
    );
    const orders = told(...many, input(1_000, "queued")).map(({ order }) => order);
    expect(orders).toHaveLength(limits.inputsMax);
    expect(orders).not.toContain(3);
    expect(orders).toContain(9);
  });
});

test("[SC40] status, greeting and rules are what was told last; other events leave nothing", () => {
  const greeting = { ...described.greeting, name: "Ada II" };
  const status = { phase: "paused", run: undefined, revision: 3 } as const;
  const rules = [{ tool: "*", decision: "ask" } as const];
  const snapshot = after(
    { kind: "greeting", greeting },
    { kind: "status", status },
    { kind: "rules", rules },
    { kind: "compaction", status: "started", detail: "" },
    { kind: "shutdown" },
  );
  expect(snapshot).toEqual({ ...first, revision: 5, greeting, status, rules });
});

describe("revisions", () => {
  const now = after(alert("a"), alert("b"));
  test("[SC46] a gap is told and changes nothing", () => {
    expect(applyEvent(now, { revision: 4, event: alert("x") })).toEqual({
      ok: false,
      error: { kind: "gap", expected: 3, got: 4 },
    });
  });
  test("[SC46] an event that is in the snapshot already changes nothing", () => {
    for (const revision of [0, 1, 2]) {
      expect(applyEvent(now, { revision, event: alert("x") })).toEqual({ ok: true, value: now });
    }
  });
  test("[SC46] a resync heals a gap; an old one changes nothing", () => {
    const snapshot = { ...now, revision: 9 };
    const resync = { kind: "resync", snapshot } as const;
    expect(applyEvent(now, { revision: 9, event: resync })).toEqual({ ok: true, value: snapshot });
    const old = { kind: "resync", snapshot: first } as const;
    expect(applyEvent(now, { revision: 0, event: old })).toEqual({ ok: true, value: now });
  });
});
