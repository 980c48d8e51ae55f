import { expect, test } from "vitest";
import { Defect } from "../base/assert.ts";
import { toMonotonicMs as at } from "../base/brands.ts";
import type { ChildExit } from "./child.ts";
import { decideRestart, emptyHistory, type RestartLimits } from "./restart-policy.ts";

const limits: RestartLimits = {
  whenSpent: "give-up",
  restartsMax: 3,
  windowMs: 60_000,
  delayMsMin: 500,
  delayMsMax: 10_000,
  jitterMax: 0,
  healthyUptimeMs: 20_000,
};
const reason = { kind: "crashed", detail: "" };
const failed: ChildExit = { kind: "failed", reason };

/** Feeds ends one after another and returns what was decided each time. */
function decideAll(
  ends: readonly { readonly now: number; readonly readyMs: number }[],
  used: RestartLimits = limits,
): readonly string[] {
  let history = emptyHistory;
  return ends.map(({ now, readyMs }) => {
    const step = decideRestart(history, { exit: failed, readyMs }, at(now), used);
    history = step.history;
    const { decision } = step;
    return decision.kind === "restart" ? `${decision.delayMs}` : decision.kind;
  });
}

test.each<[title: string, exit: ChildExit, decided: string]>([
  ["[SV1] a finished child stays stopped", { kind: "finished" }, "stop"],
  ["[SV1] a cancelled child stays stopped", { kind: "cancelled" }, "stop"],
  ["[SV4] a defect gives up at once", { kind: "defect", reason }, "give-up"],
  ["[SV6] a fatal end fails at once", { kind: "fatal", reason }, "fail"],
  ["[SV2] a first failure is restarted", failed, "restart"],
])("%s", (_title, exit, decided) => {
  const step = decideRestart(emptyHistory, { exit, readyMs: 0 }, at(0), limits);
  expect(step.decision.kind).toBe(decided);
  if (decided !== "restart") expect(step.history).toBe(emptyHistory);
});

test("[SV2] exactly restartsMax restarts happen, so a child is started one time more", () => {
  const ends = [0, 1, 2, 3].map((now) => ({ now, readyMs: 0 }));
  expect(decideAll(ends)).toEqual(["500", "1000", "2000", "give-up"]);
});

test("[SV2] a restart exactly windowMs ago no longer counts", () => {
  const healthy = limits.healthyUptimeMs;
  const ends = [0, 1, 2, 60_000].map((now) => ({ now, readyMs: healthy }));
  expect(decideAll(ends)).toEqual(["500", "500", "500", "500"]);
  const sooner = [0, 1, 2, 59_999].map((now) => ({ now, readyMs: healthy }));
  expect(decideAll(sooner)).toEqual(["500", "500", "500", "give-up"]);
});

test("[SV2] restarts far apart but never healthy end too", () => {
  const ends = [0, 100_000, 200_000, 300_000].map((now) => ({ now, readyMs: 19_999 }));
  expect(decideAll(ends)).toEqual(["500", "1000", "2000", "give-up"]);
});

test("[SV3] the delay doubles up to delayMsMax and never overflows", () => {
  const many = { ...limits, restartsMax: 2_000 };
  const ends = Array.from({ length: 1_100 }, (_, now) => ({ now, readyMs: 0 }));
  const delays = decideAll(ends, many);
  expect(delays.slice(0, 6)).toEqual(["500", "1000", "2000", "4000", "8000", "10000"]);
  expect(delays.at(-1)).toBe("10000");
});

test("[SV5] becoming ready does not reset the delay, staying ready does", () => {
  const flapping = [0, 1_000, 2_000].map((now) => ({ now, readyMs: 900 }));
  expect(decideAll(flapping)).toEqual(["500", "1000", "2000"]);
  const healed = [{ now: 0, readyMs: 0 }, { now: 1_000, readyMs: 0 }, {
    now: 22_000,
    readyMs: 20_000,
  }];
  expect(decideAll(healed)).toEqual(["500", "1000", "500"]);
});

test("[SV3] limits that contradict each other are a defect", () => {
  const wrong = { ...limits, delayMsMin: 20_000 };
  expect(() => decideRestart(emptyHistory, { exit: failed, readyMs: 0 }, at(0), wrong))
    .toThrow(Defect);
});

test("[HO162] what somebody else runs is tried for ever, at most every delayMsMax", () => {
  const patient: RestartLimits = { ...limits, whenSpent: "keep-trying" };
  const ends = Array.from({ length: 2_000 }, (_, index) => ({ now: index * 10_000, readyMs: 0 }));
  const decided = decideAll(ends, patient);
  expect(decided.slice(0, 6)).toEqual(["500", "1000", "2000", "4000", "8000", "10000"]);
  expect(new Set(decided.slice(5))).toEqual(new Set(["10000"]));
  const fatal = decideRestart(
    emptyHistory,
    { exit: { kind: "fatal", reason }, readyMs: 0 },
    at(0),
    patient,
  );
  expect(fatal.decision.kind, "a refused key is not asked again").toBe("fail");
});

test("[HO162] its history says when the budget is spent, and not after a healthy uptime", () => {
  const patient: RestartLimits = { ...limits, whenSpent: "keep-trying" };
  let history = emptyHistory;
  const endAt = (now: number, readyMs: number): void => {
    history = decideRestart(history, { exit: failed, readyMs }, at(now), patient).history;
  };
  const spent = [0, 1, 2, 3, 4].map((now) => {
    endAt(now, 0);
    return history.isSpent;
  });
  expect(spent).toEqual([false, false, false, true, true]);
  endAt(limits.windowMs + 4, limits.healthyUptimeMs);
  expect(history).toMatchObject({ isSpent: false, streak: 1 });
});
