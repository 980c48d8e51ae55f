import { expect, test } from "vitest";
import { toMonotonicMs } from "#shared/base/mod.ts";
import { createPlainCrypto } from "#shared/testing/fakes/plain-crypto.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { innerLimits } from "../../relay/limits.ts";
import { createRelayKit, type RawClient } from "../../testing/relay-kit.ts";
import { createSleepClock, sharedMsMin, shareDue } from "./sleep-clock.ts";

const START = 1_800_000_000_000;

/** A clock on timers that go off when the test says so. */
function setup() {
  let now = START;
  const timers = new Set<{ readonly dueAt: number; readonly ring: () => void }>();
  const alarms: number[] = [];
  const clock = createSleepClock({
    epochNow: () => now,
    setTimer(ms, ring) {
      const timer = { dueAt: now + ms, ring };
      timerMs.push(ms);
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    setAlarm: (epochMs) => void alarms.push(epochMs),
  });
  const timerMs: number[] = [];
  const done: string[] = [];
  const lasting = new AbortController().signal;
  return {
    ...{ clock, alarms, done, timers, timerMs },
    sleep: (name: string, ms: number, signal = lasting) =>
      void clock.sleep(ms, signal).then(() => done.push(name), () => done.push(`${name} aborted`)),
    /** What the platform does: timers, and the alarm. */
    async advance(ms: number) {
      now += ms;
      for (const timer of [...timers]) if (timer.dueAt <= now) timer.ring();
      if ((alarms.at(-1) ?? Infinity) <= now) clock.ring();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

test("[RL88] a short wait is a timer and sets no alarm", async () => {
  const { sleep, advance, alarms, done } = setup();
  sleep("short", 5_000);
  expect(alarms).toEqual([]);
  await advance(4_999);
  expect(done).toEqual([]);
  await advance(1);
  expect(done).toEqual(["short"]);
});

test("[RL88] long waits share the alarm of the earliest, which is set anew for the next", async () => {
  const { sleep, advance, alarms, done } = setup();
  sleep("late", 20_000);
  sleep("early", 15_000);
  sleep("later", 25_000);
  expect(alarms).toEqual([START + 20_000, START + 15_000]);
  await advance(15_000);
  expect(done).toEqual(["early"]);
  expect(alarms.at(-1)).toBe(START + 20_000);
  await advance(5_000);
  expect(done).toEqual(["early", "late"]);
});

test("[RL88] an alarm that comes for a wait taken back, or too early, ends nothing", async () => {
  const { sleep, advance, alarms, clock, done } = setup();
  const gone = new AbortController();
  sleep("gone", 12_000, gone.signal);
  sleep("kept", 20_000);
  gone.abort("test");
  await advance(12_000);
  clock.ring();
  await advance(0);
  expect(done).toEqual(["gone aborted"]);
  expect(alarms.at(-1)).toBe(START + 20_000);
});

test("[RL89] idle waits end together, none too early and none later than its share", async () => {
  const { sleep, alarms, advance, done } = setup();
  for (let count = 0; count < 100; count += 1) {
    sleep(`idle ${count}`, 60_000);
    await advance(250);
  }
  await advance(60_000 - 100 * 250 - 1);
  expect(done).toEqual([]);
  for (let step = 0; step < (25_000 + sharedMsMin) / 250; step += 1) await advance(250);
  expect(done).toHaveLength(100);
  expect(alarms).toEqual([START + 2 * sharedMsMin, START + 3 * sharedMsMin]);
});

test.each([1, 5, 20])("[RL89] the waits of %i idle sockets let their room sleep", async (count) => {
  const { clock, alarms, timerMs, advance } = setup();
  const members: { readonly client: RawClient; readonly bornAt: number }[] = [];
  const step = async (ms: number): Promise<void> => {
    for (const { client, bornAt } of members) {
      // The platform answers its pings; the relay reads when the newest came.
      const pings = Math.floor((clock.now() - bornAt) / innerLimits.pingMs);
      client.heardAt = toMonotonicMs(bornAt + pings * innerLimits.pingMs);
    }
    await advance(ms);
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  };
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 250) await step(250);
  };
  const crypto = createPlainCrypto(new SeededRandom("sleep clock"));
  const ports = { crypto, clock, trace: new RecordingLog(), advance: step, shareDue };
  const kit = await createRelayKit(ports);
  for (let n = 0; n < count; n += 1) {
    members.push({ client: await kit.join(`d${n}`), bornAt: clock.now() });
    await pass(2_750);
  }
  await pass(2 * sharedMsMin);
  timerMs.length = alarms.length = 0;
  await pass(600_000);
  expect(members.map(({ client }) => client.closeCode)).toEqual(members.map(() => undefined));
  expect(timerMs).toEqual([]);
  expect(alarms.length).toBeLessThanOrEqual(600_000 / sharedMsMin);
});

test("a wait that is over, or taken back before it began, touches no timer", async () => {
  const { sleep, advance, alarms, timers, done } = setup();
  sleep("now", 0);
  sleep("never", 5_000, AbortSignal.abort("test"));
  const stopped = new AbortController();
  sleep("stopped", 5_000, stopped.signal);
  stopped.abort("test");
  await advance(0);
  expect(done).toEqual(["now", "never aborted", "stopped aborted"]);
  expect([alarms.length, timers.size]).toEqual([0, 0]);
});

test("monotonic time never goes back", async () => {
  const { clock, advance } = setup();
  const before = clock.now();
  await advance(-3_600_000);
  expect(clock.now()).toBe(before);
  expect(clock.epochNow()).toBe(START - 3_600_000);
});
