/** What a run of the tab's torture found, as numbers and as a table. Pure. */

import { median } from "../../bench/statistics.mjs";
import { formatFigure, markdownTable } from "../../bench/table.mjs";
import { draftKeptMsMax } from "./judge-round.ts";
import { describeInstant, type Instant, KINDS } from "./plan-round.ts";

export interface TabRound {
  readonly round: number;
  readonly personas: number;
  readonly instant: Instant;
  readonly againAfterMs: number | undefined;
  /** How far the turn was at the kill. */
  readonly hit: string;
  /** From the browser's last start until everything was whole. */
  readonly healedMs: number;
  /** Undefined when nothing was typed and not sent. */
  readonly draftAgeMs: number | undefined;
  /** Empty when every promise was kept. */
  readonly findings: readonly string[];
}

export interface TabTortureReport {
  readonly seed: number;
  readonly rounds: readonly TabRound[];
  readonly isClean: boolean;
}

const FINDINGS_MAX = 20;

export function drawTabReport({ rounds, seed }: TabTortureReport): string {
  const isWhole = ({ findings }: TabRound): boolean => findings.length === 0;
  const kinds = KINDS.map((kind) => rounds.filter(({ instant }) => instant.kind === kind));
  const count = (title: string, isIt: (round: TabRound) => boolean) => [
    title,
    ...[...kinds, rounds].map((some) => String(some.filter(isIt).length)),
  ];
  const healed = [...kinds, rounds].map((some) => {
    const seconds = some.filter(isWhole).map(({ healedMs }) => healedMs / 1000);
    if (seconds.length === 0) return "none";
    return `${formatFigure(median(seconds))} (at most ${formatFigure(Math.max(...seconds))})`;
  });
  const table = markdownTable(["The browser is killed", ...KINDS, "all"], [
    count("rounds", () => true),
    count("whole again", isWhole),
    count("killed in the repair as well", ({ againAfterMs }) => againAfterMs !== undefined),
    count("before the turn was over", ({ hit }) => hit !== "after the turn"),
    count(
      `with a text of over ${draftKeptMsMax} ms in the composer`,
      ({ draftAgeMs = 0 }) => draftAgeMs >= draftKeptMsMax,
    ),
    count("with a younger one", ({ draftAgeMs = Infinity }) => draftAgeMs < draftKeptMsMax),
    ["s until whole", ...healed],
  ]);
  const wrong = rounds.filter((round) => !isWhole(round)).map((round) =>
    [
      `WRONG: round ${round.round} of seed ${seed} (${describeInstant(round.instant)}); ` +
      `alone: npm run torture -- tab --seed ${seed} --only ${round.round}`,
      ...round.findings.slice(0, FINDINGS_MAX).map((finding) => `  ${finding}`),
    ].join("\n")
  );
  const whole = rounds.filter(isWhole).length;
  return [table, `${whole} of ${rounds.length} rounds whole.`, ...wrong].join("\n\n");
}
