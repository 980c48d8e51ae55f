import { expect, test } from "vitest";
import { noAbort } from "../contracts/contract-case.ts";
import { CountingIds } from "./counting-ids.ts";
import { ManualClock } from "./manual-clock.ts";
import { RecordingLog } from "./recording-log.ts";
import { SeededRandom } from "./seeded-random.ts";

test("advancing stops at every due time in order, equal ones in order of arrival", async () => {
  const clock = new ManualClock();
  const woken: string[] = [];
  const sleep = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms, noAbort);
    woken.push(`${name} at ${clock.now()}`);
  };
  const all = [sleep("late", 30), sleep("first", 10), sleep("second", 10), sleep("after", 31)];
  await clock.advance(30);
  expect(woken).toEqual(["first at 10", "second at 10", "late at 30"]);
  expect([clock.sleepers, clock.nextDueInMs]).toEqual([1, 1]);
  await clock.advance(1);
  await Promise.all(all);
  expect(clock.now()).toBe(31);
});

test("continuations run before the next stop, so a loop wakes at each of its times", async () => {
  const clock = new ManualClock();
  const times: number[] = [];
  const abort = new AbortController();
  const loop = (async () => {
    for (;;) {
      await clock.sleep(7, abort.signal);
      await Promise.resolve();
      times.push(clock.now());
    }
  })();
  await clock.advance(22);
  expect(times).toEqual([7, 14, 21]);
  abort.abort("over");
  await expect(loop).rejects.toBe("over");
  expect(clock.sleepers).toBe(0);
});

test("a sleep of 0 ms or less waits for the next advance, even of 0", async () => {
  const clock = new ManualClock();
  let woken = 0;
  const both = [0, -5].map((ms) => clock.sleep(ms, noAbort).then(() => woken += 1));
  await Promise.resolve();
  expect(woken).toBe(0);
  await clock.advance(0);
  expect(woken).toBe(2);
  await Promise.all(both);
});

test("advancing refuses to nest and to go back", async () => {
  const clock = new ManualClock();
  const first = clock.advance(5);
  await expect(clock.advance(1)).rejects.toThrow("another advance");
  await first;
  await expect(clock.advance(-1)).rejects.toThrow("does not go back");
});

test("an aborted sleep rejects with the reason and leaves no sleeper", async () => {
  const clock = new ManualClock();
  const abort = new AbortController();
  const sleeping = clock.sleep(100, abort.signal);
  abort.abort("gone");
  await expect(sleeping).rejects.toBe("gone");
  await expect(clock.sleep(1, abort.signal)).rejects.toBe("gone");
  expect(clock.sleepers).toBe(0);
});

test("the wall clock may step alone", async () => {
  const clock = new ManualClock({ epochMs: 1_000 });
  await clock.advance(10);
  clock.stepEpoch(-500);
  expect([clock.epochNow(), clock.now()]).toEqual([510, 10]);
});

test("advanceToNext goes to the next sleeper and says when there is none", async () => {
  const clock = new ManualClock();
  const sleeping = clock.sleep(40, noAbort);
  expect(await clock.advanceToNext()).toBe(true);
  await sleeping;
  expect([clock.now(), await clock.advanceToNext()]).toEqual([40, false]);
});

test("equal seeds give equal numbers, other seeds and forks other ones", () => {
  const draw = (random: SeededRandom): readonly number[] =>
    Array.from({ length: 5 }, () => random.next());
  expect(draw(new SeededRandom("a"))).toEqual(draw(new SeededRandom("a")));
  expect(draw(new SeededRandom("a"))).not.toEqual(draw(new SeededRandom("b")));
  const random = new SeededRandom("a");
  const fork = draw(random.fork("turns"));
  random.next();
  expect(draw(random.fork("turns"))).toEqual(fork);
  expect(draw(random.fork("other"))).not.toEqual(fork);
  expect(draw(new SeededRandom("a").fork("b").fork("c")))
    .not.toEqual(draw(new SeededRandom("a").fork("b/1:c")));
});

test("numbers spread evenly over [0, 1)", () => {
  const random = new SeededRandom("spread");
  const counts = Array.from({ length: 10 }, () => 0);
  for (let draw = 0; draw < 10_000; draw += 1) {
    const bucket = random.integer(10);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  expect(["x", "y"]).toContain(random.pick(["x", "y"]));
  expect(() => random.pick([])).toThrow("empty");
});

test("ids count per prefix", () => {
  const ids = new CountingIds();
  expect([ids.next("in"), ids.next("tn"), ids.next("in")]).toEqual(["in_1", "tn_1", "in_2"]);
});

test("a recording log keeps lines with bound fields, the nearest winning", () => {
  const log = new RecordingLog();
  log.with({ room: "rm_1", part: "a" }).with({ part: "b" }).write("warn", "late", { ms: 5 });
  log.write("info", "ready", {});
  expect(log.lines).toEqual([
    { level: "warn", event: "late", fields: { room: "rm_1", part: "b", ms: 5 } },
    { level: "info", event: "ready", fields: {} },
  ]);
  expect(log.eventsAt("warn")).toEqual(["late"]);
});
