/** What a page, a Deno process and Node are asked for alike: rounds, one by one. */

import {
  type LogSamples,
  measureInputs,
  measureLog,
  type Place,
  type RoundSamples,
} from "./measure-round.ts";

export interface MeasureOrder {
  readonly round: number;
  /** Lengths of the logs to append to and to read. */
  readonly logs: readonly number[];
}

export interface Measured extends RoundSamples {
  readonly logs: readonly LogSamples[];
}

export type Measure = (order: MeasureOrder) => Promise<Measured>;

/** A log of more is filled once and kept: that takes its time, and a few more change little. */
const KEPT_ENTRIES_MIN = 10_000;

/** Everything meets a fresh store in each round, but for the long logs. */
export function createMeasurer(openPlace: () => Promise<Place>): Measure {
  const kept = new Map<number, Place>();
  const placeOf = async (entries: number): Promise<Place> => {
    const known = kept.get(entries);
    if (known !== undefined) return known;
    const place = await openPlace();
    await place.fillLog(personaOf(entries), entries);
    if (entries >= KEPT_ENTRIES_MIN) kept.set(entries, place);
    return place;
  };
  return async ({ round, logs }) => {
    const fresh = await openPlace();
    const inputs = await measureInputs(fresh);
    await fresh.close();
    const measured: LogSamples[] = [];
    for (const entries of logs) {
      const place = await placeOf(entries);
      measured.push(await measureLog(place, personaOf(entries), { entries, round }));
      if (!kept.has(entries)) await place.close();
    }
    return { ...inputs, logs: measured };
  };
}

const personaOf = (entries: number): string => `ps_${entries}`;
