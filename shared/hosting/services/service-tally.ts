/**
 * The sums of a persona service: how attempts ended and how long their phases took. Pure.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO120 Each attempt counts once, by its stored end: replied, silent, skipped or errored. Only
 *         phases that finished are measured.
 */

import type { InputRecord } from "../../ports/peer-store.ts";
import type { SettleOutcome } from "../../protocol/events.ts";
import {
  type LatencySum,
  noCounters,
  noLatencies,
  type ServiceCounters,
  type ServiceLatencies,
} from "./service-status.ts";

export interface ServiceTally {
  readonly counters: ServiceCounters;
  readonly latencies: ServiceLatencies;
}

export const emptyTally: ServiceTally = Object.freeze({
  counters: noCounters,
  latencies: noLatencies,
});

/** Which counter the stored end of a turn's input raises; undefined while it lives. */
export function counterOf(
  { phase }: Pick<InputRecord, "phase">,
  /** What its last run came to, when it came to an outcome. */
  settled: SettleOutcome | undefined,
): keyof ServiceCounters | undefined {
  if (phase === "queued" || phase === "staged") return undefined;
  if (phase !== "consumed" || settled === undefined) return "skipped";
  switch (settled.kind) {
    case "replied":
      return "replied";
    case "silent":
    case "voted":
      return "silent";
    case "failed":
      return "errored";
    case "deferred":
      return "skipped";
  }
}

export function countOne(tally: ServiceTally, name: keyof ServiceCounters): ServiceTally {
  const counters = { ...tally.counters, [name]: tally.counters[name] + 1 };
  return { ...tally, counters };
}

export function measureOne(
  tally: ServiceTally,
  phase: keyof ServiceLatencies,
  durationMs: number,
): ServiceTally {
  const ms = Math.round(durationMs);
  const one = { count: 1, totalMs: ms, minMs: ms, maxMs: ms };
  const sum = addLatencies(tally.latencies[phase], one);
  return { ...tally, latencies: { ...tally.latencies, [phase]: sum } };
}

/** The sums of a service's earlier and later life. */
export function addTallies(a: ServiceTally, b: ServiceTally): ServiceTally {
  const counters = { ...a.counters };
  for (const name of Object.keys(counters) as (keyof ServiceCounters)[]) {
    counters[name] += b.counters[name];
  }
  const { retrieval, inference, post } = a.latencies;
  return {
    counters,
    latencies: {
      retrieval: addLatencies(retrieval, b.latencies.retrieval),
      inference: addLatencies(inference, b.latencies.inference),
      post: addLatencies(post, b.latencies.post),
    },
  };
}

function addLatencies(a: LatencySum, b: LatencySum): LatencySum {
  if (a.count === 0 || b.count === 0) return a.count === 0 ? b : a;
  return {
    count: a.count + b.count,
    totalMs: a.totalMs + b.totalMs,
    minMs: Math.min(a.minMs ?? Infinity, b.minMs ?? Infinity),
    maxMs: Math.max(a.maxMs ?? 0, b.maxMs ?? 0),
  };
}
