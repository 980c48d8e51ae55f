import { expect, test } from "vitest";
import type { InputPhase } from "../ports/peer-store.ts";
import { decideTransition, isLivePhase, type LifeStage } from "./input-life.ts";
import { firstMove, moveInput } from "./input-moves.ts";
import { ledgerLimits } from "./limits.ts";
import { inputOf } from "../testing/fakes/input-records.ts";
import { toEpochMs } from "../base/brands.ts";

const phases: readonly InputPhase[] = ["queued", "staged", "consumed", "superseded", "abandoned"];

/** Rows: from; columns: to, in the order of `phases`. */
const table: readonly [from: LifeStage, allowed: string][] = [
  ["new", "y-y--"],
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

test("[LG25] each move is kept with time and reason, the newest at the limit", () => {
  let input = inputOf();
  for (let n = 1; n <= ledgerLimits.inputMovesMax; n += 1) {
    input = moveInput(input, n % 2 === 1 ? "staged" : "queued", toEpochMs(n), `move ${n}`);
  }
  expect(input.moves).toHaveLength(ledgerLimits.inputMovesMax);
  expect(input.moves[0]).toEqual({ at: 1, from: "queued", to: "staged", reason: "move 1" });
  expect(input.moves).not.toContainEqual(firstMove(toEpochMs(0)));
  expect(input).toMatchObject({ phase: "queued", reason: `move ${ledgerLimits.inputMovesMax}` });
});
