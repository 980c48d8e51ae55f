import { expect, test } from "vitest";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { type EndingPart, endParts } from "./end-parts.ts";
import { hostingLimits as limits } from "./limits.ts";

test("[HO135] parts end in reverse, each in its time, and what ignored it is named", async () => {
  const clock = new ManualClock();
  const trace = new RecordingLog();
  const order: string[] = [];
  const part = (name: string, endMs: number, ignored: readonly string[] = []): EndingPart => ({
    part: name,
    async end() {
      order.push(name);
      await clock.sleep(endMs, new AbortController().signal);
      return ignored;
    },
    left: () => [`${name} 1`],
  });
  const parts = [part("engine", 30), part("ledger", 1e9), part("rooms", 0, ["in_1"])];
  const ended = endParts(parts, clock, trace);
  await clock.advance(0);
  expect(order).toEqual(["rooms", "ledger"]);
  await clock.advance(limits.endMsMax - 1);
  expect(order).toEqual(["rooms", "ledger"]);
  await clock.advance(100);
  expect(order).toEqual(["rooms", "ledger", "engine"]);
  expect(await ended).toEqual([
    { part: "rooms", durationMs: 0, isLate: false, ignored: ["in_1"] },
    { part: "ledger", durationMs: limits.endMsMax, isLate: true, ignored: ["ledger 1"] },
    { part: "engine", durationMs: 30, isLate: false, ignored: [] },
  ]);
  expect(trace.lines.map(({ event, fields }) => [event, fields["part"]]))
    .toEqual([["part-late", "rooms"], ["part-late", "ledger"]]);
});
