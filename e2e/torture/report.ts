/** What a run of the torture found, in numbers and as a table. Pure. */

import { formatFigure, markdownTable } from "../bench/table.mjs";
import { median } from "../bench/statistics.mjs";
import type { Findings } from "./history.ts";
import type { People } from "./people.ts";
import type { Round } from "./relay-torture.ts";
import type { Writer } from "./writers.ts";

export interface TortureReport {
  readonly seed: number;
  readonly rounds: readonly Round[];
  readonly browsers: Counts;
  readonly writers: Counts;
  /** A newcomer's whole log of the fast clients' room, at the end. */
  readonly last: Findings;
  readonly complaints: readonly string[];
  readonly isClean: boolean;
}

export interface Counts {
  readonly appends: number;
  readonly acknowledged: number;
  /** Committed, and the answer never arrived: acknowledged again after the return. */
  readonly repeated: number;
  readonly connections: number;
}

export interface Facts {
  readonly seed: number;
  readonly rounds: readonly Round[];
  readonly people: People;
  readonly writers: readonly Writer[];
  readonly last: Findings;
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

export function summarize({ seed, rounds, people, writers, last }: Facts): TortureReport {
  const wires = people.all.map(({ wire }) => wire);
  const epochs = [
    new Set(wires.flatMap((wire) => [...wire.epochs])),
    new Set(writers.flatMap(({ facts }) => [...facts.epochs])),
  ];
  const complaints = [
    ...writers.flatMap(({ facts }) => facts.complaints),
    ...epochs.filter(({ size }) => size !== 1).map(({ size }) => `${size} epochs of one log`),
  ];
  const isClean = complaints.length === 0 &&
    [...rounds, last].every(({ lost, doubled, reordered }) =>
      lost.length + doubled.length + reordered.length === 0
    );
  return {
    ...{ seed, rounds, last, complaints, isClean },
    browsers: {
      appends: sum(wires.map(({ sent }) => sent.size)),
      acknowledged: sum(wires.map(({ acknowledged }) => acknowledged.size)),
      repeated: sum(wires.map(({ repeated }) => repeated)),
      connections: sum(wires.map(({ sockets }) => sockets)),
    },
    writers: {
      appends: sum(writers.map(({ sent }) => sent.length)),
      acknowledged: sum(writers.map(({ acknowledged }) => acknowledged.size)),
      repeated: sum(writers.map(({ facts }) => facts.repeated)),
      connections: sum(writers.map(({ facts }) => facts.connections)),
    },
  };
}

export function drawReport({ rounds, browsers, writers, last, complaints }: TortureReport): string {
  const kinds = (["kill", "stop"] as const).map((kind) =>
    rounds.filter((round) => round.kind === kind)
  );
  const row = (title: string, of: (some: readonly Round[]) => string) => [title, ...kinds.map(of)];
  const count = (title: string, of: (round: Round) => number) =>
    row(title, (some) => String(sum(some.map(of))));
  const healed = (some: readonly Round[]): string => {
    if (some.length === 0) return "none";
    const seconds = some.map(({ healedMs }) => healedMs / 1000);
    return `${formatFigure(median(seconds))} (at most ${formatFigure(Math.max(...seconds))})`;
  };
  const lines = [
    markdownTable(["The relay, while four clients append", "kill -9", "SIGSTOP, SIGCONT"], [
      row("rounds", (some) => String(some.length)),
      row(
        "rounds that hit an append of a browser",
        (some) => String(some.filter(({ underWayBrowsers }) => underWayBrowsers > 0).length),
      ),
      count("appends under way at the signal, browsers", (one) => one.underWayBrowsers),
      count("appends under way at the signal, fast clients", (one) => one.underWayWriters),
      row("s until everybody has everything", healed),
      count("lost", ({ lost }) => lost.length),
      count("doubled", ({ doubled }) => doubled.length),
      count("reordered", ({ reordered }) => reordered.length),
    ]),
    markdownTable(["In all", "two browsers", "two fast clients"], [
      ["entries sent", String(browsers.appends), String(writers.appends)],
      ["entries acknowledged", String(browsers.acknowledged), String(writers.acknowledged)],
      ["committed, the answer lost", String(browsers.repeated), String(writers.repeated)],
      ["connections", String(browsers.connections), String(writers.connections)],
    ]),
    `A newcomer to the fast clients' room at the end: lost ${last.lost.length}, ` +
    `doubled ${last.doubled.length}, reordered ${last.reordered.length}.`,
  ];
  return [...lines, ...wrongOf({ rounds, last, complaints }).map((one) => `WRONG: ${one}`)]
    .join("\n\n");
}

/** What broke a rule, in words; the first twenty. */
export function wrongOf(
  { rounds, last, complaints }: Pick<TortureReport, "rounds" | "last" | "complaints">,
): readonly string[] {
  const found = [...rounds, last].flatMap((one) => [
    ...one.lost.map((id) => `lost: ${id}`),
    ...one.doubled.map((id) => `doubled: ${id}`),
    ...one.reordered,
  ]);
  return [...complaints, ...found].slice(0, 20);
}
