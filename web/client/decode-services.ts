/**
 * Statuses of persona services, as the leading tab posted them.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO140 How each persona is served is told to every tab: a malformed status is left out, those
 *         beyond `servicesMax` too, and a tab of an earlier version means that nothing is known.
 */

import {
  type ServiceFailure,
  serviceFailureKinds,
  servicePhases,
  type ServiceStatus,
} from "#shared/hosting/mod.ts";
import { clientLimits } from "./limits.ts";

type Fields = Readonly<Record<string, unknown>>;

const phases: ReadonlySet<unknown> = new Set(servicePhases);
const failureKinds: ReadonlySet<unknown> = new Set(serviceFailureKinds);

export function decodeServices(value: unknown): readonly ServiceStatus[] {
  if (!Array.isArray(value)) return [];
  const told = value.slice(0, clientLimits.servicesMax);
  return told.filter((one: unknown): one is ServiceStatus => isStatus(one)); // HO140
}

function isStatus(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { roomId, persona, phase, revision, generation, failure, retryAt, reason } = value;
  const { skips, counters, latencies, restarts } = value;
  return isText(roomId) && isText(persona) && phases.has(phase) &&
    isCount(revision) && isCount(generation) &&
    (failure === undefined || isFailure(failure)) && (retryAt === undefined || isCount(retryAt)) &&
    (reason === undefined || isText(reason)) && Array.isArray(skips) && skips.every(isSkip) &&
    isRecord(counters) &&
    ["replied", "silent", "skipped", "errored"].every((name) => isCount(counters[name])) &&
    isRecord(latencies) &&
    ["retrieval", "inference", "post"].every((name) => isLatency(latencies[name])) &&
    Array.isArray(restarts) && restarts.every(isRestart);
}

/** A reason of a newer version is shown as one that is not known. */
function isSkip(value: unknown): boolean {
  return isRecord(value) && isText(value["kind"]);
}

function isFailure(value: unknown): value is ServiceFailure {
  return isRecord(value) && failureKinds.has(value["kind"]) && typeof value["detail"] === "string";
}

function isLatency(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { count, totalMs, minMs, maxMs } = value;
  return isCount(count) && [totalMs, ...count === 0 ? [] : [minMs, maxMs]].every(isDuration);
}

function isRestart(value: unknown): boolean {
  return isRecord(value) && isCount(value["at"]) && isCount(value["generation"]) &&
    isFailure(value["failure"]);
}

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isDuration = (value: unknown): value is number =>
  Number.isFinite(value) && Number(value) >= 0;
