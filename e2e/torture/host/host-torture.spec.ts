/** The small form of `npm run torture -- host`. */

import process from "node:process";
import { expect, test } from "vitest";
import { drawHostReport } from "./host-report.ts";
import { tortureHost } from "./host-torture.ts";

const seed = Number(process.env["SEED"] ?? 20_261_121);
/** The engine amid a reply and while it starts again; the host amid a reply and while it starts. */
const ROUNDS = [5, 4, 9, 10];

test(
  "[TO6] [TO7] [TO8] [TO9] [SV23] a killed host or engine loses nothing and doubles nothing",
  async () => {
    const lines: string[] = [];
    const report = await tortureHost({
      ...{ rounds: ROUNDS, seed, model: "letters" },
      tell: (line) => lines.push(line),
    });
    expect(report.isClean, `${lines.join("\n")}\n${drawHostReport(report)}`).toBe(true);
    expect(report.rounds.map(({ moment }) => moment.kind)).toEqual(
      ["streaming", "streaming", "restarting", "starting"],
    );
    // Four hosts: the first, one for the round in a reply, two for the round of the start.
    expect(report.counts).toMatchObject({ hostsStarted: 4, answers: 2 * (ROUNDS.length + 2) });
    console.log(`host torture, seed ${seed}: ${report.rounds.length} rounds, all whole`);
  },
  120_000,
);
