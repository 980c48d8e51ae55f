import { expect, test } from "vitest";
import { createErrorLog } from "./error-log.ts";
import { createSystemClock, createSystemRandom } from "./system-ports.ts";

test("a wait ends at its time, or at once with the reason of its signal", async () => {
  const clock = createSystemClock();
  const before = clock.now();
  await clock.sleep(5, new AbortController().signal);
  expect(clock.now() - before).toBeGreaterThanOrEqual(5);
  const stop = new AbortController();
  const waiting = clock.sleep(2 ** 40, stop.signal);
  stop.abort("enough");
  await expect(waiting).rejects.toBe("enough");
  await expect(clock.sleep(0, stop.signal)).rejects.toBe("enough");
});

test("a wait for nothing is one turn of the loop, no timer, and ends with its signal", async () => {
  const clock = createSystemClock();
  const { signal } = new AbortController();
  const order: string[] = [];
  const timer = setTimeout(() => order.push("timer"), 40);
  // As many timers would take 100 ms or more.
  for (let turn = 0; turn < 100; turn += 1) await clock.sleep(0, signal);
  order.push("turns");
  clearTimeout(timer);
  expect(order).toEqual(["turns"]);
  const stop = new AbortController();
  const waiting = clock.sleep(0, stop.signal);
  stop.abort("enough");
  await expect(waiting).rejects.toBe("enough");
});

test("chance is in [0, 1) and differs between forks", () => {
  const random = createSystemRandom();
  const values = [random, random.fork("a"), random.fork("b")].map((source) => source.next());
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(values).size).toBe(3);
});

test("the log writes one line of JSON up to its level", () => {
  const lines: string[] = [];
  const log = createErrorLog("warn", (line) => lines.push(line)).with({ part: "relay" });
  log.write("info", "quiet", {});
  log.write("error", "loud", { count: 1 });
  expect(lines).toEqual(['{"level":"error","event":"loud","part":"relay","count":1}']);
});
