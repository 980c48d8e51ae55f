import { drawTabReport } from "../torture/tab/tab-report.ts";
import { tortureTab } from "../torture/tab/tab-torture.ts";
import { expect, test } from "../support/fixtures.ts";

const seed = Number(process.env["SEED"] ?? 20_261_121);
/** Right after Enter; while a reply is on its way, and in its repair; after all, with a draft. */
const ROUNDS = [1, 4, 5];

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
