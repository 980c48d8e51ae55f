/**
 * What is told of the services: each persona's status from what is known of her, and the boot
 * report from all. Pure but for the memory of what was told last, which numbers the revisions.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO132 Hosted means ready: a persona is serving only while her session is open and an engine
 *         gave a real token.
 *   HO133 Every change of a persona's status raises its revision by one.
 *   HO134 A boot report counts as hosted who serves, names every failure by what failed and every
 *         skipped persona with her reasons; it is over when nobody is pending.
 */

import { canonicalJson } from "../../base/canonical-json.ts";
import { serviceKey } from "./admit-personas.ts";
import { failureFrom, restartsOf, type ServiceFacts } from "./service-registry.ts";
import {
  type BootReport,
  noCounters,
  noLatencies,
  type ServiceFailure,
  type ServiceStatus,
  type SkipReason,
} from "./service-status.ts";

export interface EngineFacts {
  readonly isReady: boolean;
  /** What only a person can mend. */
  readonly failure: ServiceFailure | undefined;
}

type Told = Omit<ServiceStatus, "roomId" | "persona" | "revision">;

/** One persona, as far as her service and the engine tell. */
export function statusOf(
  facts: ServiceFacts | undefined,
  skips: readonly SkipReason[],
  engine: EngineFacts,
): Told {
  if (facts === undefined) {
    const phase = skips.length === 0 ? "planned" : "skipped";
    const nothing = { counters: noCounters, latencies: noLatencies, generation: 0, restarts: [] };
    return { phase, skips, ...nothing };
  }
  const { supervision, tally } = facts;
  const { generation, exits } = supervision;
  return {
    ...phaseOf(facts, engine),
    ...{ skips, ...tally, generation, restarts: restartsOf(exits) },
  };
}

function phaseOf(
  { supervision, isPrimed, end, retryAt }: ServiceFacts,
  engine: EngineFacts,
): Pick<Told, "phase" | "failure" | "retryAt" | "reason"> {
  switch (supervision.phase) {
    case "stopped":
    case "stopping":
      if (end === undefined) return { phase: supervision.generation === 0 ? "planned" : "aborted" };
      if (end.kind === "success") return { phase: "finished" };
      return end.kind === "failed"
        ? { phase: "failed", failure: end.failure }
        : { phase: "aborted", reason: end.reason };
    case "starting":
      return { phase: isPrimed ? "primed" : "bootstrapped" };
    case "ready": // HO132
      if (engine.failure !== undefined) return { phase: "failed", failure: engine.failure };
      return { phase: engine.isReady && isPrimed ? "serving" : "primed" };
    case "backing-off":
      return { phase: "restarting", failure: failureFrom(supervision.reason), retryAt };
    case "given-up":
    case "failed":
      return { phase: "failed", failure: failureFrom(supervision.reason) };
  }
}

/** Numbers what is told: the same status is the same object. */
export function createServiceTeller(): (
  roomId: string,
  persona: string,
  told: Told,
) => ServiceStatus {
  const last = new Map<string, { readonly text: string; readonly status: ServiceStatus }>();
  return (roomId, persona, told) => {
    const key = serviceKey(roomId, persona);
    const text = canonicalJson(told);
    const before = last.get(key);
    if (before?.text === text) return before.status;
    const status = { ...told, roomId, persona, revision: (before?.status.revision ?? 0) + 1 };
    last.set(key, { text, status }); // HO133
    return status;
  };
}

/** HO134; a service that ended is nobody's attempt. */
export function bootReportOf(statuses: readonly ServiceStatus[]): BootReport {
  const attempted = statuses.filter(({ phase }) =>
    phase !== "skipped" && phase !== "finished" && phase !== "aborted"
  );
  const hosted = attempted.filter(({ phase }) => phase === "serving").length;
  const failed = attempted.flatMap(({ roomId, persona, phase, failure }) =>
    phase === "failed" && failure !== undefined ? [{ roomId, persona, failure }] : []
  );
  const skipped = statuses.flatMap(({ roomId, persona, phase, skips }) =>
    phase === "skipped" ? [{ roomId, persona, reasons: skips }] : []
  );
  const pending = attempted.length - hosted - failed.length;
  return { attempted: attempted.length, hosted, pending, skipped, failed };
}
