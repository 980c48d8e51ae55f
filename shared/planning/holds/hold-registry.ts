/**
 * Hold registry: who holds which artefact or place until when, and who must give it back.
 *
 * Owns the arithmetic of holds; each function returns another registry and leaves the given one as
 * it is. Does not own time (an argument, ms of one monotonic clock) nor the telling: what ended or
 * is asked back is returned for the caller to tell.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP40  A hold is active before its expiry and expired from that instant on; only active holds
 *         count as cost.
 *   TP41  A hold with a known id, an expiry not ahead or a malformed field is refused, and any hold
 *         once the registry is full. An expired hold keeps its id until it is reaped.
 *   TP42  Only an active hold that nobody asked back is renewed, to an instant ahead, earlier or
 *         later than before.
 *   TP43  A present hold can be released, an expired one too; an unknown one is refused.
 *   TP44  Each expired hold is reaped once, in the order of ids.
 *   TP45  A hard hold ends when it is revoked, a graceful one when its grace or its expiry is over,
 *         a pinned one not while it is active.
 */

import { err, ok } from "../../base/result.ts";
import type { Result } from "../../base/result.ts";
import { resourceClasses, silicons } from "../throughput/job.ts";
import type { ResourceClass, TargetSilicon } from "../throughput/job.ts";
import { holdLimits as limits } from "./limits.ts";

/** What happens when a hold is revoked while it is active. */
export type RevocationPolicy = "graceful" | "hard" | "pinned";

/** A hold asked for. */
export interface HoldRequest {
  readonly holdId: string;
  readonly artifactKey: string;
  readonly holderId: string;
  /** The lane it takes a place of; undefined for a hold on an artefact only. */
  readonly laneKey: string | undefined;
  readonly resourceClass: ResourceClass;
  readonly silicon: TargetSilicon;
  readonly costUnits: number;
  readonly expiresAtMs: number;
  readonly revocation: RevocationPolicy;
}

/** A hold given. */
export interface Hold extends HoldRequest {
  readonly acquiredAtMs: number;
  /** When a graceful hold was asked back; undefined while nobody did. */
  readonly revokedAtMs: number | undefined;
}

export type HoldRegistry = ReadonlyMap<string, Hold>;

/** Why nothing was changed. */
export type HoldError =
  | { readonly kind: "hold-malformed"; readonly holdId: string; readonly field: string }
  | { readonly kind: "hold-expired"; readonly holdId: string }
  | { readonly kind: "hold-duplicate"; readonly holdId: string }
  | { readonly kind: "hold-missing"; readonly holdId: string }
  | { readonly kind: "hold-revoked"; readonly holdId: string }
  | { readonly kind: "hold-pinned"; readonly holdId: string }
  | { readonly kind: "holds-full"; readonly holdsMax: number }
  | { readonly kind: "time-malformed" };

/** A registry after a change, and the hold that changed. */
export interface HoldChange {
  readonly registry: HoldRegistry;
  readonly hold: Hold;
}

/** What the holder must be told: the hold is over, or is to be given back in time. */
export interface Revocation extends HoldChange {
  readonly kind: "ended" | "asked-back";
}

export interface HoldSummary {
  /** By id. */
  readonly active: readonly Hold[];
  readonly expired: readonly Hold[];
  /** Of the active holds; silicon that nobody holds is absent. */
  readonly costUnitsBySilicon: ReadonlyMap<TargetSilicon, number>;
}

export const emptyHoldRegistry: HoldRegistry = new Map();

/** Adds a hold (TP41). */
export function acquireHold(
  registry: HoldRegistry,
  request: HoldRequest,
  nowMs: number,
): Result<HoldChange, HoldError> {
  const { holdId } = request;
  if (!isCount(nowMs)) return err({ kind: "time-malformed" });
  const field = findHoldFault(request);
  if (field !== undefined) return err({ kind: "hold-malformed", holdId, field });
  if (request.expiresAtMs <= nowMs) return err({ kind: "hold-expired", holdId });
  if (registry.has(holdId)) return err({ kind: "hold-duplicate", holdId });
  if (registry.size >= limits.holdsMax) {
    return err({ kind: "holds-full", holdsMax: limits.holdsMax });
  }
  return ok(withHold(registry, { ...request, acquiredAtMs: nowMs, revokedAtMs: undefined }));
}

/** Moves the expiry of an active hold (TP42). */
export function renewHold(
  registry: HoldRegistry,
  holdId: string,
  expiresAtMs: number,
  nowMs: number,
): Result<HoldChange, HoldError> {
  const hold = registry.get(holdId);
  if (!isCount(nowMs)) return err({ kind: "time-malformed" });
  if (hold === undefined) return err({ kind: "hold-missing", holdId });
  if (isHoldExpired(hold, nowMs)) return err({ kind: "hold-expired", holdId });
  if (hold.revokedAtMs !== undefined) return err({ kind: "hold-revoked", holdId });
  if (!isCount(expiresAtMs) || expiresAtMs <= nowMs) {
    return err({ kind: "hold-malformed", holdId, field: "expiresAtMs" });
  }
  return ok(withHold(registry, { ...hold, expiresAtMs }));
}

/** Takes a hold out (TP43). */
export function releaseHold(
  registry: HoldRegistry,
  holdId: string,
): Result<HoldChange, HoldError> {
  const hold = registry.get(holdId);
  if (hold === undefined) return err({ kind: "hold-missing", holdId });
  return ok(withoutHold(registry, hold));
}

/** Takes out what has expired (TP44). */
export function reapHolds(
  registry: HoldRegistry,
  nowMs: number,
): Result<{ readonly registry: HoldRegistry; readonly ended: readonly Hold[] }, HoldError> {
  if (!isCount(nowMs)) return err({ kind: "time-malformed" });
  const ended = holdsById(registry).filter((hold) => isHoldExpired(hold, nowMs));
  if (ended.length === 0) return ok({ registry, ended });
  const left = [...registry].filter(([, hold]) => !isHoldExpired(hold, nowMs));
  return ok({ registry: new Map(left), ended });
}

/** Takes a hold back as its policy says (TP45); a graceful one keeps its first grace. */
export function revokeHold(
  registry: HoldRegistry,
  holdId: string,
  graceMs: number,
  nowMs: number,
): Result<Revocation, HoldError> {
  const hold = registry.get(holdId);
  if (!isCount(nowMs)) return err({ kind: "time-malformed" });
  if (hold === undefined) return err({ kind: "hold-missing", holdId });
  if (!isCount(graceMs)) return err({ kind: "hold-malformed", holdId, field: "graceMs" });
  if (!isHoldReclaimable(hold, nowMs)) return err({ kind: "hold-pinned", holdId });
  const isGraceful = hold.revocation === "graceful" && graceMs > 0;
  if (!isGraceful || isHoldExpired(hold, nowMs)) {
    return ok({ kind: "ended", ...withoutHold(registry, hold) });
  }
  const asked = {
    ...hold,
    revokedAtMs: hold.revokedAtMs ?? nowMs,
    expiresAtMs: Math.min(hold.expiresAtMs, nowMs + graceMs),
  };
  return ok({ kind: "asked-back", ...withHold(registry, asked) });
}

/** True from the expiry on. */
export function isHoldExpired(hold: Hold, nowMs: number): boolean {
  return nowMs >= hold.expiresAtMs; // TP40
}

/** True when the hold may be taken back now. */
export function isHoldReclaimable(hold: Hold, nowMs: number): boolean {
  return hold.revocation !== "pinned" || isHoldExpired(hold, nowMs);
}

/** What could be taken back now, by id. */
export function listReclaimableHolds(registry: HoldRegistry, nowMs: number): readonly Hold[] {
  return holdsById(registry).filter((hold) => isHoldReclaimable(hold, nowMs));
}

/** Who holds what at an instant. */
export function summarizeHolds(registry: HoldRegistry, nowMs: number): HoldSummary {
  const holds = holdsById(registry);
  const active = holds.filter((hold) => !isHoldExpired(hold, nowMs));
  const costUnitsBySilicon = new Map<TargetSilicon, number>();
  for (const { silicon, costUnits } of active) {
    costUnitsBySilicon.set(silicon, (costUnitsBySilicon.get(silicon) ?? 0) + costUnits);
  }
  return {
    active,
    expired: holds.filter((hold) => isHoldExpired(hold, nowMs)),
    costUnitsBySilicon,
  };
}

function findHoldFault(hold: HoldRequest): string | undefined {
  if (!isKey(hold.holdId)) return "holdId";
  if (!isKey(hold.artifactKey)) return "artifactKey";
  if (!isKey(hold.holderId)) return "holderId";
  if (hold.laneKey !== undefined && !isKey(hold.laneKey)) return "laneKey";
  if (!resourceClasses.includes(hold.resourceClass)) return "resourceClass";
  if (!silicons.includes(hold.silicon)) return "silicon";
  if (!isCount(hold.costUnits) || hold.costUnits > limits.costUnitsMax) return "costUnits";
  if (!isCount(hold.expiresAtMs)) return "expiresAtMs";
  return ["graceful", "hard", "pinned"].includes(hold.revocation) ? undefined : "revocation";
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isKey(value: string): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= limits.keyCharsMax;
}

function holdsById(registry: HoldRegistry): readonly Hold[] {
  return [...registry.values()].sort((a, b) => a.holdId < b.holdId ? -1 : 1);
}

function withHold(registry: HoldRegistry, hold: Hold): HoldChange {
  return { registry: new Map(registry).set(hold.holdId, hold), hold };
}

function withoutHold(registry: HoldRegistry, hold: Hold): HoldChange {
  const left = new Map(registry);
  left.delete(hold.holdId);
  return { registry: left, hold };
}
