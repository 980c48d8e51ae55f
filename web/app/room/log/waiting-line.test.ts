import { expect, test } from "vitest";
import type { RunningAttempt } from "../../../client/app-client.ts";
import { describeWait } from "./waiting-line.ts";

test.each<[waits: RunningAttempt["waits"], words: string]>([
  [undefined, "Ada is next"],
  [{ kind: "next" }, "Ada is next"],
  [{ kind: "places-used", placesMax: 1 }, "Ada is next"],
  [{ kind: "engine-not-ready" }, "Ada waits for the model"],
  [{ kind: "service-not-ready" }, "Ada tries again in a moment"],
  [{ kind: "persona-busy" }, "Ada finishes another answer first"],
  [{ kind: "behind" }, "Ada finishes another answer first"],
  [{ kind: "reserved" }, "Ada lets people's questions go first"],
  [
    { kind: "yields", directedWaiting: 1, workWaiting: 0 },
    "Ada lets people's questions go first",
  ],
  [{ kind: "session-held", state: "paused" }, "Ada is paused on this device"],
  [{ kind: "session-held", state: "stopped" }, "Ada is switched off on this device"],
  [{ kind: "retry", atMs: 9 }, "Ada tries again in a moment"],
])("[HO41] why an attempt waits, in words: %j", (waits, words) => {
  expect(describeWait(waits, "Ada", false)).toBe(words);
  const isNext = words === "Ada is next";
  expect(describeWait(waits, "Ada", true))
    .toBe(isNext ? "Ada is about to choose who speaks" : words);
});
