/** What a run of the host's torture found, as a table. Pure. */

import { median } from "../../bench/statistics.mjs";
import { formatFigure, markdownTable } from "../../bench/table.mjs";
import { describeMoment, type Moment, MOMENTS, type Victim } from "./plan-round.ts";

export interface HostRound {
  readonly round: number;
  readonly victim: Victim;
  readonly moment: Moment;
  /** How far the turn was at the kill. */
  readonly hit: string;
  /** From the last kill until everything was whole. */
  readonly healedMs: number;
  /** Empty when every promise was kept. */
  readonly findings: readonly string[];
}

export interface HostTortureReport {
  readonly seed: number;
  /** Rounds; those behind a wrong one are not run. */
  readonly planned: number;
  readonly rounds: readonly HostRound[];
  /** After the last round: a clean stop, the disk, processes left. */
  readonly last: readonly string[];
  readonly counts: {
    readonly answers: number;
    readonly entries: number;
    readonly enginesStarted: number;
    readonly hostsStarted: number;
  };
  readonly isClean: boolean;
}

const FINDINGS_MAX = 20;

export function drawHostReport({ rounds, last, seed, planned, counts }: HostTortureReport): string {
  const wrong = [
    ...rounds.filter(({ findings }) => findings.length > 0).map((round) =>
      [
        `WRONG: round ${round.round} of seed ${seed} (${round.victim}, ` +
        `${describeMoment(round.moment)}; hit "${round.hit}")`,
        ...round.findings.slice(0, FINDINGS_MAX).map((finding) => `  ${finding}`),
      ].join("\n")
    ),
    ...last.map((finding) => `WRONG: at the end: ${finding}`),
  ];
  const whole = rounds.filter(({ findings }) => findings.length === 0).length;
  return [
    ...wrong,
    ...(["engine", "host"] as const).map((victim) =>
      drawVictim(victim, rounds.filter((round) => round.victim === victim))
    ),
    `${whole} of ${planned} rounds whole; ${counts.answers} answers in a log of ` +
    `${counts.entries} entries; ${counts.enginesStarted} engines and ${counts.hostsStarted} ` +
    "hosts started.",
  ].join("\n\n");
}

function drawVictim(victim: Victim, rounds: readonly HostRound[]): string {
  const columns = [
    ...MOMENTS[victim].map((kind) => rounds.filter(({ moment }) => moment.kind === kind)),
    rounds,
  ];
  const count = (title: string, isIt: (round: HostRound) => boolean) => [
    title,
    ...columns.map((some) => String(some.filter(isIt).length)),
  ];
  const healed = columns.map((some) => {
    const seconds = some.map(({ healedMs }) => healedMs / 1000);
    if (seconds.length === 0) return "none";
    return `${formatFigure(median(seconds))} (at most ${formatFigure(Math.max(...seconds))})`;
  });
  return markdownTable([`kill -9 of the ${victim}`, ...MOMENTS[victim], "all"], [
    count("rounds", () => true),
    count("whole again", ({ findings }) => findings.length === 0),
    count("before the turn was over", ({ hit }) => hit !== "after the turn"),
    ["s until whole", ...healed],
  ]);
}
