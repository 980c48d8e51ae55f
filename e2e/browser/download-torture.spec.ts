/** The small form of `npm run torture -- download`. */

import { drawDownloadReport, tortureDownload } from "../torture/download/download-torture.ts";
import { expect, test } from "../support/fixtures.ts";

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

test("[TO10] [TO11] [IN68] a hostile host never poisons a model", async ({ browser }) => {
  const lines: string[] = [];
  const report = await tortureDownload(browser, {
    seeds: SEEDS,
    tell: (line) => lines.push(line),
  });
  expect(report.isClean, `${lines.join("\n")}\n${drawDownloadReport(report)}`).toBe(true);
  const endings = new Set(report.seeds.map(({ ending }) => ending));
  expect([...endings]).toContain("done");
  expect(endings.size).toBeGreaterThan(1);
  console.log(`download torture, seeds 1 to ${SEEDS.length}: all whole or named`);
});
