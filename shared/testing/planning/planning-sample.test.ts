import { expect, test } from "vitest";
import { planningDigest } from "./planning-sample.ts";

// Node, Deno (the tier `deno`) and Chromium (e2e/browser/planning.spec.ts) get this same digest.
test("[TP1, TP22] 300 requests of each planner have the plans that every run time makes", () => {
  expect(planningDigest()).toBe("e407f273f813af28af384953");
});
