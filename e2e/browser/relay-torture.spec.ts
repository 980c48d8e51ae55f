import { tortureRelay } from "../torture/relay-torture.ts";
import { drawReport, wrongOf } from "../torture/report.ts";
import { expect, test } from "../support/fixtures.ts";

const seed = Number(process.env["SEED"] ?? 20_261_121);

/** The small form of `npm run torture -- relay`. */
test("[TO1] [TO2] what a killed or stopped relay acknowledged is in both browsers once, in order", async ({ browser }) => {
  const options = { store: "sqlite", kills: 2, stops: 1, seed } as const;
  const report = await tortureRelay(browser, { ...options, tell: () => {} });
  if (!report.isClean) console.log(drawReport(report));
  expect(report.isClean, wrongOf(report).join("; ")).toBe(true);
  expect(report.rounds).toHaveLength(3);
  // Every signal came amid commits, and both browsers had something to lose.
  for (const { underWayWriters } of report.rounds) expect(underWayWriters).toBeGreaterThan(0);
  expect(report.browsers?.acknowledged).toBeGreaterThan(10);
  expect(report.browsers?.connections).toBeGreaterThanOrEqual(6);
  expect(report.writers.acknowledged).toBeGreaterThan(100);
  console.log(
    `relay torture, seed ${seed}: 2 kills, 1 stop, ` +
      `${
        (report.browsers?.acknowledged ?? 0) + report.writers.acknowledged
      } acknowledged, none lost`,
  );
});
