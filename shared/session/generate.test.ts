import { expect, test } from "vitest";
import { type MonotonicMs, toMonotonicMs } from "../base/brands.ts";
import { ok } from "../base/result.ts";
import type { Engine, GenerateEvent, GenerateRequest } from "../inference/engine.ts";
import type { Clock } from "../ports/clock.ts";
import { noAbort } from "../testing/contracts/contract-case.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { createBubble } from "./bubble.ts";
import { generate } from "./generate.ts";
import { sessionLimits as limits } from "./limits.ts";

const HOURS_MS = 8 * 3_600_000;

/** One generation on a clock that goes on while the device sleeps, as some systems' do. */
function setup() {
  const manual = new ManualClock();
  let sleptMs = 0;
  const clock: Clock = {
    epochNow: () => manual.epochNow(),
    now: (): MonotonicMs => toMonotonicMs(manual.now() + sleptMs),
    sleep: (ms, signal) => manual.sleep(ms, signal),
  };
  let give: (next: IteratorResult<GenerateEvent>) => void = () => undefined;
  const stream: AsyncIterableIterator<GenerateEvent> = {
    [Symbol.asyncIterator]: () => stream,
    next: () => new Promise((resolve) => give = resolve),
  };
  const engine = { generate: () => stream } as Partial<Engine> as Engine;
  const bubble = createBubble("", {
    limits,
    onFrame: () => undefined,
    persist: async () => ok(undefined),
    onPersistFailed: () => undefined,
  });
  const deps = { clock, limits, engine, bubble, onFirstText: () => undefined };
  const end = generate(deps, {} as Partial<GenerateRequest> as GenerateRequest, noAbort);
  return {
    end,
    clock: manual,
    /** The device sleeps: no timer runs, and the clock is ahead when it wakes. */
    sleep: (ms: number) => sleptMs += ms,
    say: (text: string) => give({ done: false, value: { kind: "text", text } as GenerateEvent }),
    finish: () =>
      give({
        done: false,
        value: { kind: "outcome", outcome: { kind: "cancelled" } } as unknown as GenerateEvent,
      }),
  };
}

test("[SY270] a device that slept for hours in the prompt goes on with the same generation", async () => {
  const { clock, sleep, say, finish, end } = setup();
  await clock.advance(1_000);
  sleep(HOURS_MS);
  // The timer that was due in the sleep fires now; the engine needs a little longer.
  await clock.advance(limits.tokenGapMsMax - 1_000);
  await clock.advance(5_000);
  say("Good morning.");
  await clock.advance(10);
  finish();
  expect(await end).toMatchObject({ kind: "outcome" });
});

test("[SY270] neither the gap nor the whole is judged by the sleep, and both count on", async () => {
  const { clock, sleep, say, end } = setup();
  say("I");
  await clock.advance(100);
  sleep(HOURS_MS);
  await clock.advance(limits.tokenGapMsMax + limits.frameMs);
  say(" am");
  await clock.advance(limits.tokenGapMsMax + limits.cancelAckMsMax);
  expect(await end).toEqual({ kind: "deadline", detail: "No token for 30000 ms" });
});

test("[SY270] a wait that is a little late is no sleep", async () => {
  const { clock, sleep, end } = setup();
  await clock.advance(1_000);
  sleep(limits.sleptMsMin - 1);
  await clock.advance(limits.tokenGapMsMax - 1_000 + limits.cancelAckMsMax);
  expect(await end).toEqual({ kind: "deadline", detail: "No token for 30000 ms" });
});
