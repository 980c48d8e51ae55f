import { expect, test } from "vitest";
import type { InputPhase } from "../ports/peer-store.ts";
import { decideTransition, isLivePhase } from "./input-life.ts";

const phases: readonly InputPhase[] = ["queued", "staged", "consumed", "superseded", "abandoned"];

/** Rows: from; columns: to, in the order of `phases`. */
const table: readonly [from: InputPhase, allowed: string][] = [
  ["queued", "-y-yy"],
  ["staged", "y-yyy"],
  ["consumed", "-----"],
  ["superseded", "-----"],
  ["abandoned", "-----"],
];

test.each(table)("[LG1] from %s an input moves only as the table says: %s", (from, allowed) => {
  const decided = phases.map((to) => decideTransition(from, to).ok ? "y" : "-").join("");
  expect(decided).toBe(allowed);
});

test("[LG1] a refused move names both phases", () => {
  expect(decideTransition("consumed", "queued")).toEqual({
    ok: false,
    error: { kind: "transition-illegal", from: "consumed", to: "queued" },
  });
});

test("[LG1] queued and staged are live, the ends are not", () => {
  expect(phases.filter(isLivePhase)).toEqual(["queued", "staged"]);
});
