import { expect, test } from "vitest";
import { inferenceLimits } from "../inference/limits.ts";
import { checkPulse, hearBeat, markLoading, startPulse } from "./worker-pulse.ts";

const { heartbeatMs, heartbeatLostMs, heartbeatLostLoadingMs, workerStartMsMax } = inferenceLimits;

/** Checks every heartbeat until `untilMs`; gives the time of death, or undefined. */
function watch(state: ReturnType<typeof startPulse>, fromMs: number, untilMs: number) {
  let pulse = state;
  for (let now = fromMs; now <= untilMs; now += heartbeatMs) {
    const verdict = checkPulse(pulse, now);
    if (verdict.kind === "lost") return now;
    pulse = verdict.state;
  }
  return undefined;
}

test.each([
  ["before the first sign", startPulse(0), workerStartMsMax],
  ["while it runs", hearBeat(startPulse(0), 0), heartbeatLostMs],
  ["while it loads", markLoading(hearBeat(startPulse(0), 0), 0, true), heartbeatLostLoadingMs],
])("[IN2] %s silence is death only beyond its limit", (_title, pulse, limitMs) => {
  expect(watch(pulse, heartbeatMs, limitMs)).toBeUndefined();
  const diedAtMs = watch(pulse, heartbeatMs, limitMs * 3);
  expect(diedAtMs).toBeGreaterThan(limitMs);
  expect(diedAtMs).toBeLessThanOrEqual(limitMs + heartbeatMs);
});

test("[IN2] a page that slept gives the worker a fresh start", () => {
  const pulse = hearBeat(startPulse(0), 0);
  const woken = checkPulse(pulse, 3_600_000);
  expect(woken).toMatchObject({ kind: "alive", state: { heardAtMs: 3_600_000 } });
});

test("[IN2] a beat moves the limit", () => {
  const pulse = hearBeat(
    { ...startPulse(0), checkedAtMs: heartbeatLostMs },
    heartbeatLostMs,
  );
  expect(checkPulse(pulse, heartbeatLostMs + heartbeatMs).kind).toBe("alive");
});
