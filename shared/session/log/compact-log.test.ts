import { describe, expect, test } from "vitest";
import { err, ok } from "../../base/result.ts";
import type { SessionEvent } from "../control/events.ts";
import {
  byChars,
  noteOf,
  remembered,
  said,
  start,
  tinyLimits,
} from "../../testing/fakes/segment-kit.ts";
import { type LogWorld, logWorld } from "../../testing/fakes/session-log-kit.ts";
import { compactLog, type CompactLogDeps } from "./compact-log.ts";
import type { SegmentBody } from "./segments.ts";

const { signal } = new AbortController();
const words = (n: number): readonly SegmentBody[] =>
  Array.from({ length: n }, (_, nth) => said("r", `${nth}`.padStart(10, "0")));

/** A log of `n` answers of 20 characters, and what its observers hear of compactions. */
async function world(n: number, more: readonly SegmentBody[] = []) {
  const made = logWorld({ fold: byChars });
  await made.log.append([...words(n), ...more], signal);
  const heard: string[] = [];
  const watched: CompactLogDeps["log"] = {
    ...made.log,
    publish(event: SessionEvent) {
      if (event.kind === "compaction") heard.push(`${event.status} ${event.detail}`.trim());
      made.log.publish(event);
    },
  };
  const compact = (summarise: CompactLogDeps["summarise"], wait = signal) =>
    compactLog({ log: watched, limits: tinyLimits, fold: byChars, summarise }, wait);
  return { ...made, heard, compact };
}
const same = async ({ log, stored }: LogWorld, n: number): Promise<void> => {
  expect(log.state()).toMatchObject({ head: n, summary: undefined });
  expect(await stored()).toHaveLength(n);
};

describe("a compaction", () => {
  test("[SC49] sums up part by part, keeps the tail and all memory, and is told", async () => {
    const made = await world(30, [remembered("m", "fact")]);
    const asked: (string | undefined)[] = [];
    const outcome = await made.compact(({ summary, text }) => {
      asked.push(summary);
      expect(text).toMatch(/^Answered: 0/u);
      return Promise.resolve(ok(`part ${asked.length}`));
    });
    expect(asked).toEqual([undefined, "part 1"]);
    expect(outcome).toEqual({
      ok: true,
      value: { kind: "compacted", tokensBefore: 600, tokensAfter: 206 },
    });
    expect(made.log.state()).toMatchObject({ summary: "part 2", below: 20 });
    expect([...made.log.state().memory.keys()]).toEqual(["m"]);
    expect(made.heard).toEqual(["started", "done"]);
    expect(await made.stored()).toHaveLength(10 + 1 + 2);
  });

  test("[SC50] study 3.23 incident 4: one that leaves too much changes nothing", async () => {
    const open = [start("r"), ...words(25)];
    const made = await world(2, open);
    const outcome = await made.compact(() => Promise.resolve(ok("short")));
    expect(outcome).toEqual({
      ok: false,
      error: { kind: "compaction-ineffective", tokens: 505, tokensMax: 400 },
    });
    expect(made.heard).toEqual(["started", "failed compaction-ineffective"]);
    await same(made, 28);
  });

  test("[SC50] an empty summary changes nothing, also of a part", async () => {
    for (const answers of [["", "x"], ["x", " \n"]]) {
      const made = await world(30);
      const outcome = await made.compact(() => Promise.resolve(ok(answers.shift() ?? "")));
      expect(outcome).toEqual({ ok: false, error: { kind: "compaction-empty" } });
      await same(made, 30);
    }
  });

  test("[SC50] a model that fails changes nothing", async () => {
    const made = await world(30);
    const failure = { kind: "engine", detail: "busy" } as const;
    expect(await made.compact(() => Promise.resolve(err(failure)))).toEqual(err(failure));
    expect(made.heard).toEqual(["started", "failed engine"]);
    await same(made, 30);
  });

  test("[SC50] one that is cancelled changes nothing", async () => {
    const made = await world(30);
    const own = new AbortController();
    const compacting = made.compact((_, wait) => {
      own.abort("stop");
      return Promise.reject(wait.reason);
    }, own.signal);
    await expect(compacting).rejects.toBe("stop");
    expect(made.heard).toEqual(["started", "failed cancelled"]);
    await same(made, 30);
  });

  test("[SC50] what came in meanwhile is not lost, and the summary is not either", async () => {
    const made = await world(30, [remembered("m", "fact")]);
    const outcome = await made.compact(async () => {
      await made.log.append([noteOf(`${made.log.state().head}`), remembered("m", "new")], signal);
      return ok("short");
    });
    expect(outcome).toMatchObject({ ok: true, value: { kind: "compacted" } });
    expect(made.log.state().unseenNotes.map(({ noteId }) => noteId)).toEqual(["31", "33"]);
    expect(made.log.state().memory.get("m")?.text).toBe("new");
    expect(made.log.state()).toMatchObject({ summary: "short", below: 20 });
  });

  test("[SC39, SC50] what was set aside meanwhile is not summed up: nothing changes", async () => {
    const made = await world(30);
    const outcome = await made.compact(async () => {
      if (made.log.state().head === 30) await made.log.append([{ kind: "rewound", to: 4 }], signal);
      return ok("short");
    });
    expect(outcome).toEqual({ ok: false, error: { kind: "head-moved", head: 31 } });
    expect(made.heard).toEqual(["started", "failed head-moved"]);
    await same(made, 31);
  });

  test("[SC50] of a log that is short enough already is nothing to do, and nobody hears", async () => {
    const made = await world(5);
    const outcome = await made.compact(() => Promise.reject(new Error("Cannot be asked")));
    expect(outcome).toEqual({ ok: true, value: { kind: "nothing", reason: "within-tail" } });
    expect(made.heard).toEqual([]);
  });

  test("[SC50] of a log that is too long and cannot be cut is an error", async () => {
    const made = await world(0, [start("r"), ...words(30)]);
    expect(await made.compact(() => Promise.reject(new Error("Cannot be asked")))).toEqual({
      ok: false,
      error: { kind: "compaction-ineffective", tokens: 600, tokensMax: 400 },
    });
  });
});
