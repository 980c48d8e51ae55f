import { expect, test } from "vitest";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createLeadWait } from "./lead-wait.ts";
import { clientLimits } from "./limits.ts";

function startWaiting() {
  const clock = new ManualClock();
  const wait = createLeadWait({ clock, limits: clientLimits });
  const ends: string[] = [];
  const closing = new AbortController();
  const begin = () =>
    wait.wait(closing.signal).then(() => void ends.push("leads"), () => void ends.push("aborted"));
  return { clock, wait, ends, closing, begin };
}

test("[SY180] a tab leads as soon as there is a reason, also one from before the boot", async () => {
  const { clock, wait, ends, begin } = startWaiting();
  const waiting = begin();
  await clock.advance(clientLimits.leadWaitMsMax - 1);
  expect(ends).toEqual([]);
  wait.want();
  await waiting;
  expect(ends).toEqual(["leads"]);

  wait.want();
  await begin();
  expect(ends).toEqual(["leads", "leads"]);
});

test("[SY180] a screen that never says that it can be used is waited for 3 s", async () => {
  const { clock, ends, begin } = startWaiting();
  void begin();
  await clock.advance(2_999);
  expect(ends).toEqual([]);
  await clock.advance(1);
  expect(ends).toEqual(["leads"]);
});

test("a client that closes before leads nothing", async () => {
  const { ends, closing, begin } = startWaiting();
  const waiting = begin();
  closing.abort("client closes");
  await waiting;
  expect(ends).toEqual(["aborted"]);
});
