import { expect, test } from "vitest";
import { listDisputes } from "./people.ts";

test("who disputes whose checkpoint is listed once, however many checkpoints", () => {
  const made = { covers: 1, stateHash: "h", device: "dv_a" };
  const checkpoints = [
    { ...made, seq: 2, disputedBy: ["dv_b"] },
    { ...made, seq: 3, disputedBy: ["dv_b", "dv_c"] },
  ];
  expect(listDisputes({ checkpoints })).toEqual([
    { device: "dv_b", maker: "dv_a" },
    { device: "dv_c", maker: "dv_a" },
  ]);
  expect(listDisputes({ checkpoints: [] })).toEqual([]);
});
