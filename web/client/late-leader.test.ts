import { expect, test } from "vitest";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createLateLeader } from "./late-leader.ts";
import type { TabLeader } from "./tab-leader.ts";

function setup(load: (leader: TabLeader) => Promise<TabLeader>) {
  const clock = new ManualClock();
  const closing = new AbortController();
  const calls: string[] = [];
  const problems: string[] = [];
  const real: TabLeader = {
    start: () => void calls.push("start"),
    peer: () => undefined,
    async close() {
      calls.push("close");
    },
  };
  const leader = createLateLeader({
    clock,
    limits: { leadAgainMs: 5_000 },
    load: () => load(real),
    onProblem: (error) => void problems.push(String(error)),
    signal: closing.signal,
  });
  return { clock, calls, problems, leader, closing };
}

const settle = (clock: ManualClock): Promise<void> => clock.advance(0);

test("[SY180] the code to lead is not asked for before the tab gets in line", async () => {
  let loads = 0;
  const { clock, calls, leader } = setup(async (real) => {
    loads += 1;
    return real;
  });
  await settle(clock);
  expect([loads, calls, leader.peer()]).toEqual([0, [], undefined]);
  leader.start();
  await settle(clock);
  expect([loads, calls]).toEqual([1, ["start"]]);
});

test("[SY180] code that does not come is told once and asked for again", async () => {
  let loads = 0;
  const { clock, calls, problems, leader } = setup(async (real) => {
    loads += 1;
    if (loads < 4) throw new TypeError("offline");
    return real;
  });
  leader.start();
  await clock.advance(14_999);
  expect([loads, calls]).toEqual([3, []]);
  await clock.advance(1);
  expect([loads, calls, problems]).toEqual([4, ["start"], ["TypeError: offline"]]);
});

test("[SY180] a tab that closed before its code came does not lead", async () => {
  let arrive = (): void => undefined;
  const { clock, calls, leader } = setup((real) =>
    new Promise((resolve) => arrive = () => resolve(real))
  );
  leader.start();
  await leader.close();
  arrive();
  await settle(clock);
  expect(calls).toEqual([]);
});
