import { drawTabReport } from "../torture/tab/tab-report.ts";
import { tortureTab } from "../torture/tab/tab-torture.ts";
import { expect, test } from "../support/fixtures.ts";

const seed = Number(process.env["SEED"] ?? 20_261_121);
/** In a reply and in its repair, right after Enter, around a settlement; all with one cast. */
const ROUNDS = [4, 6, 10];

/** The small form of `npm run torture -- tab`. */
test("[TO4] [TO5] [SY102] [SY103] a room is whole after its browser was killed in a turn", async ({ baseURL }) => {
  test.setTimeout(180_000);
  const lines: string[] = [];
  const report = await tortureTab({
    ...{ rounds: ROUNDS, seed, origin: baseURL ?? "" },
    tell: (line) => lines.push(line),
  });
  expect(report.isClean, `${lines.join("\n")}\n${drawTabReport(report)}`).toBe(true);
  expect(report.rounds).toHaveLength(ROUNDS.length);
  console.log(`tab torture, seed ${seed}: ${lines.length} rounds, all whole`);
});
