import { expect, test } from "vitest";
import { nodeProblem } from "./node-version.mjs";

test.each([
  ["22.13.0", undefined, true],
  ["22.13.0-nightly", undefined, true],
  ["23.0.0", undefined, true],
  ["100.1.0", undefined, true],
  ["22.12.9", undefined, false],
  ["20.19.6", undefined, false],
  ["24.1.0", "2.9.6", false],
])("Node %s, Deno %s can serve as Node: %s", (node, deno, can) => {
  const problem = nodeProblem({ node, ...deno === undefined ? {} : { deno } });
  expect(problem === undefined).toBe(can);
  if (!can) expect(problem).toMatch(deno === undefined ? `Node ${node}` : "Deno 2.9.6");
});
