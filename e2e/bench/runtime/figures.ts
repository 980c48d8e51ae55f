/** From the samples of all rounds to figures: ratios to the plain store, and what they are of. */

import { percentile } from "../relay/figures.mjs";
import { compare, summarize, type Summary } from "../statistics.mjs";
import type { LogSamples } from "./measure-round.ts";
import type { Measured } from "./measurer.ts";

type Compared = ReturnType<typeof compare>;

export interface StoreFigures {
  readonly store: string;
  /** Accept to durable, ms; `app` the product, `bare` the plain write. */
  readonly admitP50: Compared;
  readonly admitP95: Compared;
  /** Inputs a second, sixteen at once. */
  readonly perS: Compared;
  /** Admission to committed end, ms, beside one plain write. */
  readonly turn: Compared;
  readonly logs: readonly LogFigures[];
}

export interface LogFigures {
  readonly entries: number;
  readonly append: Compared;
  readonly read: Compared;
  readonly readUsPerEntry: Summary;
}

/** `rounds` of one store, in their order; throws when there is none. */
export function figuresOf(store: string, rounds: readonly Measured[]): StoreFigures {
  const sides = (of: (round: Measured) => readonly [number, number]): Compared =>
    compare(rounds.map((round) => of(round)[0]), rounds.map((round) => of(round)[1]));
  const at = (share: number) =>
    sides(({ admitMs, plainMs }) => [percentile(admitMs, share), percentile(plainMs, share)]);
  return {
    store,
    admitP50: at(0.5),
    admitP95: at(0.95),
    perS: sides(({ admitsPerS, plainPerS }) => [admitsPerS, plainPerS]),
    turn: sides(({ turnMs, plainMs }) => [percentile(turnMs, 0.5), percentile(plainMs, 0.5)]),
    logs: (rounds[0]?.logs ?? []).map((_, index) =>
      logFiguresOf(rounds.flatMap(({ logs }) => logs[index] ?? []))
    ),
  };
}

function logFiguresOf(rounds: readonly LogSamples[]): LogFigures {
  const middle = (samples: readonly number[]): number => percentile(samples, 0.5);
  return {
    entries: rounds[0]?.entries ?? 0,
    append: compare(
      rounds.map(({ appendMs }) => middle(appendMs)),
      rounds.map(({ plainMs }) => middle(plainMs)),
    ),
    read: compare(
      rounds.map(({ readMs }) => middle(readMs)),
      rounds.map(({ plainReadMs }) => middle(plainReadMs)),
    ),
    readUsPerEntry: summarize(
      rounds.map(({ readMs, entriesRead }) => middle(readMs) * 1_000 / entriesRead),
    ),
  };
}
