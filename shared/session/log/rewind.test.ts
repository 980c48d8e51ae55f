import { describe, expect, test } from "vitest";
import {
  asked,
  byChars,
  call,
  end,
  noteOf,
  remembered,
  result,
  rolledBack,
  said,
  segmentEntries,
  start,
} from "../../testing/fakes/segment-kit.ts";
import { foldLog, foldWith } from "./fold-log.ts";
import { segmentLimits as limits } from "./limits.ts";
import { decideRewind, rewindTargets } from "./rewind.ts";
import type { SegmentBody } from "./segments.ts";

const permission = (callId: string, decision: "allow" | "deny"): SegmentBody => ({
  kind: "permission",
  callId,
  decision,
  by: "rule",
});
const log: readonly SegmentBody[] = [
  start("a"), // 0
  asked("a", "First?"),
  call("a", "1", "search"),
  permission("1", "allow"),
  result("1"),
  said("a", "Yes."),
  end("a"),
  start("t", { kind: "turn", turn: 4, attempt: 1 }), // 7
  call("t", "2", "keep"),
  result("2"),
  end("t"),
  start("b"), // 11
  asked("b", "Second?"),
  call("b", "3", "spawn"),
  permission("3", "deny"),
  result("3"),
  call("b", "4", "search"),
  end("b"),
  start("c"), // 18
  asked("c", "Gone?"),
  rolledBack("c", "Gone?"),
];
const state = foldLog(segmentEntries(log), byChars);

test("[SC47] targets are the runs that somebody asked for, newest first, with what ran behind", () => {
  expect(rewindTargets(state)).toEqual([
    { to: 11, run: 3, preview: "Second?", effects: ["search"] },
    { to: 0, run: 1, preview: "First?", effects: ["search", "keep"] },
  ]);
});

test("[SC47] at most rewindTargetsMax are offered, the newest", () => {
  const runs = Array.from({ length: limits.rewindTargetsMax + 1 }, (_, nth) => `${nth}`);
  const many = foldLog(segmentEntries(runs.flatMap((id) => [start(id), asked(id, id), end(id)])));
  const targets = rewindTargets(many);
  expect(targets).toHaveLength(limits.rewindTargetsMax);
  expect(targets.at(-1)).toMatchObject({ run: 2, preview: "1" });
});

describe("a preview", () => {
  const max = limits.previewCharsMax;
  const family = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}";
  test.each<[string, string, string]>([
    ["of as many characters as fit is whole", "x".repeat(max), "x".repeat(max)],
    ["of more ends in an ellipsis", "x".repeat(max + 1), `${"x".repeat(max)}\u2026`],
    ["is one line", " a\n\n b\t", "a b"],
    ["counts whole characters", family.repeat(max), family.repeat(max)],
    ["cuts no character", family.repeat(max + 1), `${family.repeat(max)}\u2026`],
    ["of endless marks is cut", "x".repeat(max - 1) + "e" + "\u0301".repeat(9_999), ""],
  ])("[SC47] %s", (_, text, preview) => {
    const [target] = rewindTargets(foldLog(segmentEntries([start("r"), asked("r", text)])));
    if (preview !== "") expect(target?.preview).toBe(preview);
    else expect(target?.preview.length).toBeLessThan(max * 20);
  });
});

describe("a rewind", () => {
  test("[SC48] gives the words back, and leaves what was before its target", () => {
    const plan = decideRewind(state, 11, state.head);
    if (!plan.ok) throw new Error("Cannot rewind");
    expect(plan.value).toEqual({
      bodies: [{ kind: "rewound", to: 11 }],
      head: 21,
      text: "Second?",
      effects: ["search"],
    });
    const after = foldWith(state, plan.value.bodies, byChars);
    expect(after.entries).toEqual(state.entries.filter(({ index }) => index < 11));
    expect(rewindTargets(after).map(({ to }) => to)).toEqual([0]);
  });

  test("[SC33, SC48] closes no call twice: one that is open behind the target is gone", () => {
    expect(state.openCalls.map(({ callId }) => callId)).toEqual(["4"]);
    const after = foldWith(state, [{ kind: "rewound", to: 11 }], byChars);
    expect(after.openCalls).toEqual([]);
  });

  test("[SC48] by another head than that of the list is refused", () => {
    expect(decideRewind(state, 11, 20)).toEqual({
      ok: false,
      error: { kind: "head-moved", head: 21 },
    });
  });

  test.each([
    ["a turn of the room", 7],
    ["the middle of a run", 12],
    ["a run that was rolled back", 18],
    ["the head", 21],
    ["what never was", 99],
  ])("[SC48] to %s is refused", (_, to) => {
    expect(decideRewind(state, to, 21)).toEqual({
      ok: false,
      error: { kind: "target-unknown", to },
    });
  });

  test("[SC48] to what is in the summary, or set aside already, is refused", () => {
    const short = foldWith(state, [{ kind: "summary", below: 11, text: "s" }], byChars);
    expect(decideRewind(short, 0, short.head)).toMatchObject({ error: { kind: "target-unknown" } });
    const back = foldWith(state, [{ kind: "rewound", to: 11 }], byChars);
    expect(decideRewind(back, 11, back.head)).toMatchObject({ error: { kind: "target-unknown" } });
  });

  test("[SC33] study 3.11: memory and late notes outlive it, wherever they came in", () => {
    const more = [noteOf("late"), remembered("m", "fact")];
    const before = foldLog(segmentEntries([...log, ...more]), byChars);
    const after = foldWith(before, [{ kind: "rewound", to: 0 }], byChars);
    expect(after.unseenNotes.map(({ noteId }) => noteId)).toEqual(["late"]);
    expect([...after.memory.keys()]).toEqual(["m"]);
  });
});
