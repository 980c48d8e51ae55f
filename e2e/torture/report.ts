/** What a run of the torture found, in numbers and as a table. Pure. */

import { formatFigure, markdownTable } from "../bench/table.mjs";
import { median } from "../bench/statistics.mjs";
import type { Findings } from "./history.ts";
import type { People } from "./people.ts";
import type { Round } from "./relay-torture.ts";
import type { TorturedStore } from "./tortured-relay.ts";
import type { Writer } from "./writers.ts";

export interface TortureReport {
  readonly store: TorturedStore;
  readonly seed: number;
  readonly rounds: readonly Round[];
  /** Undefined where there were none. */
  readonly browsers: Counts | undefined;
  readonly writers: Counts;
  /** Answers of "not now" to the fast clients. */
  readonly refused: number;
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
  readonly store: TorturedStore;
  readonly seed: number;
  readonly rounds: readonly Round[];
  readonly people: People | undefined;
  readonly writers: readonly Writer[];
  readonly last: Findings;
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

export function summarize(
  { store, seed, rounds, people, writers, last }: Facts,
): TortureReport {
  const wires = people?.all.map(({ wire }) => wire);
  const epochs = [
    ...wires === undefined ? [] : [new Set(wires.flatMap((wire) => [...wire.epochs]))],
    new Set(writers.flatMap(({ facts }) => [...facts.epochs])),
  ];
  const refused = sum(writers.map(({ facts }) => facts.refused));
  const complaints = [
    ...writers.flatMap(({ facts }) => facts.complaints),
    ...epochs.filter(({ size }) => size !== 1).map(({ size }) => `${size} epochs of one log`),
    // Only a relay whose store is killed beside it has a reason to.
    ...refused > 0 && store !== "redis" ? [`${refused} appends refused for now`] : [],
  ];
  const isClean = complaints.length === 0 &&
    [...rounds, last].every(({ lost, doubled, reordered }) =>
      lost.length + doubled.length + reordered.length === 0
    );
  return {
    ...{ store, seed, rounds, last, refused, complaints, isClean },
    browsers: wires && {
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

const KINDS = [
  ["kill", "kill -9"],
  ["kill-redis", "kill -9 of Redis"],
  ["stop", "SIGSTOP, SIGCONT"],
] as const;

export function drawReport(report: TortureReport): string {
  const { rounds, browsers, writers, last, refused, store } = report;
  const met = KINDS.filter(([kind]) => rounds.some((round) => round.kind === kind));
  const kinds = met.map(([kind]) => rounds.filter((round) => round.kind === kind));
  const row = (title: string, of: (some: readonly Round[]) => string) => [title, ...kinds.map(of)];
  const count = (title: string, of: (round: Round) => number) =>
    row(title, (some) => String(sum(some.map(of))));
  const healed = (some: readonly Round[]): string => {
    const seconds = some.map(({ healedMs }) => healedMs / 1000);
    return `${formatFigure(median(seconds))} (at most ${formatFigure(Math.max(...seconds))})`;
  };
  const ofBrowsers = browsers === undefined ? [] : [
    row(
      "rounds that hit an append of a browser",
      (some) => String(some.filter(({ underWayBrowsers }) => underWayBrowsers > 0).length),
    ),
    count("appends under way at the signal, browsers", (one) => one.underWayBrowsers),
  ];
  const clients = browsers === undefined ? [writers] : [browsers, writers];
  const all = (
    title: string,
    of: (counts: Counts) => number,
  ) => [title, ...clients.map((counts) => String(of(counts)))];
  const names = [...browsers === undefined ? [] : ["two browsers"], "two fast clients"];
  const lines = [
    markdownTable([`The relay on ${storeNames[store]}`, ...met.map(([, title]) => title)], [
      row("rounds", (some) => String(some.length)),
      ...ofBrowsers,
      count("appends under way at the signal, fast clients", (one) => one.underWayWriters),
      row("s until everybody has everything", healed),
      count("lost", ({ lost }) => lost.length),
      count("doubled", ({ doubled }) => doubled.length),
      count("reordered", ({ reordered }) => reordered.length),
    ]),
    markdownTable(["In all", ...names], [
      all("entries sent", ({ appends }) => appends),
      all("entries acknowledged", ({ acknowledged }) => acknowledged),
      all("committed, the answer lost", ({ repeated }) => repeated),
      all("connections", ({ connections }) => connections),
    ]),
    `A newcomer to the fast clients' room at the end: lost ${last.lost.length}, ` +
    `doubled ${last.doubled.length}, reordered ${last.reordered.length}. ` +
    `${refused} appends of theirs were refused for now and came again.`,
  ];
  return [...lines, ...wrongOf(report).map((one) => `WRONG: ${one}`)].join("\n\n");
}

const storeNames: Readonly<Record<TorturedStore, string>> = {
  sqlite: "SQLite",
  redis: "Redis",
  do: "a Durable Object",
};

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
