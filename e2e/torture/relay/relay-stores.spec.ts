import { expect, test } from "vitest";
import { tortureRelay } from "../relay-torture.ts";
import { drawReport, wrongOf } from "../report.ts";

const seed = Number(process.env["SEED"] ?? 20_261_121);

/** The small form of `npm run torture -- relay --store …`; the Worker is bundled by globalSetup. */
test.each(["sqlite", "redis", "do"] as const)(
  "[TO17] on %s a killed and stopped relay keeps what it acknowledged, once and in the order sent",
  async (store) => {
    const options = { store, kills: 4, stops: 1, seed } as const;
    const report = await tortureRelay(undefined, { ...options, tell: () => {} });
    if (!report.isClean) console.log(drawReport(report));
    expect(report.isClean, wrongOf(report).join("; ")).toBe(true);
    expect(report.rounds).toHaveLength(5);
    // Every signal came amid appends.
    for (const { underWayWriters } of report.rounds) expect(underWayWriters).toBeGreaterThan(0);
    expect(report.writers.acknowledged).toBeGreaterThan(100);
    if (store === "redis") expect(report.refused).toBeGreaterThan(0);
  },
  120_000,
);
