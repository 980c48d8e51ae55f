/**
 * Admission before load: which personas this device takes, and why not the others. Pure.
 *
 * All rooms are decided together, because they share the device's memory: who is held stays before
 * who is free, a device's own before others', and then by id, so that two rooms never claim the
 * same bytes.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO127 A persona that a device does not take has every reason against it told.
 *   HO128 The model's memory counts once however many personas use it, each one's context for
 *         itself; who does not fit is not served. Another's is left to others, and when no more
 *         of them fit the device says so; one's own that nobody else could host stays, and what
 *         is asked of her fails.
 */

import { laneFor } from "../../room/hosting-rules.ts";
import type { PersonaState, RoomState } from "../../room/room-state.ts";
import type { DeviceOffer } from "../peer-steps.ts";
import type { SkipReason } from "./service-status.ts";

export interface AdmissionRoom {
  readonly roomId: string;
  readonly state: RoomState;
  /** Undefined where this device may only read. */
  readonly offer: DeviceOffer | undefined;
}

/** Memory of this device for models, in bytes. */
export interface MemoryBudget {
  /** Undefined for no limit that is known. */
  readonly bytesMax: number | undefined;
  readonly modelBytes: number;
  /** Of one persona's context when it is full. */
  readonly contextBytes: number;
}

/** By {@link serviceKey}: why not; an empty list for who is taken. Removed personas have none. */
export type Admission = ReadonlyMap<string, readonly SkipReason[]>;

export function serviceKey(roomId: string, persona: string): string {
  return `${roomId}/${persona}`;
}

/** Decides about every persona of the rooms. */
export function admitPersonas(rooms: readonly AdmissionRoom[], memory: MemoryBudget): Admission {
  const admission = new Map<string, readonly SkipReason[]>();
  const fitting: Fitting[] = [];
  for (const { roomId, state, offer } of rooms) {
    for (const persona of state.personas.values()) {
      if (persona.removed) continue;
      const key = serviceKey(roomId, persona.id);
      const skips = skipsOf(persona, offer);
      admission.set(key, skips);
      if (skips.length === 0) fitting.push({ key, rank: rankOf(persona, offer) });
    }
  }
  fitting.sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1));
  let bytesUsed = 0;
  for (const { key } of fitting) { // HO128
    const bytesNeeded = memory.contextBytes + (bytesUsed === 0 ? memory.modelBytes : 0);
    const bytesFree = (memory.bytesMax ?? Infinity) - bytesUsed;
    if (bytesNeeded <= bytesFree) bytesUsed += bytesNeeded;
    else admission.set(key, [{ kind: "memory-budget", bytesNeeded, bytesFree }]);
  }
  return admission;
}

/** False when a persona of another is free and does not fit, and none that is free would. */
export function hasRoomForOthers({ roomId, state, offer }: AdmissionRoom, admission: Admission) {
  const reasons = [...state.personas.values()]
    .filter(({ assignment, owner }) => assignment === undefined && owner !== offer?.device)
    .map(({ id }) => admission.get(serviceKey(roomId, id)));
  const hasOver = reasons.some((skips) => skips?.[0]?.kind === "memory-budget");
  return !hasOver || reasons.some((skips) => skips?.length === 0);
}

interface Fitting {
  readonly key: string;
  readonly rank: number;
}

/** Held before free, own before others'. */
function rankOf(persona: PersonaState, offer: DeviceOffer | undefined): number {
  const isHeld = persona.assignment?.device === offer?.device;
  return (isHeld ? 0 : 2) + (persona.owner === offer?.device ? 0 : 1);
}

/** Every reason but memory (HO127). */
function skipsOf(persona: PersonaState, offer: DeviceOffer | undefined): readonly SkipReason[] {
  if (offer === undefined) return [{ kind: "read-only" }];
  const { device, lanes, hostsForOthers } = offer;
  const { assignment, hosts, owner, requirement } = persona;
  const isOwn = owner === device;
  const skips: SkipReason[] = [];
  if (assignment !== undefined && assignment.device !== device) {
    skips.push({ kind: "held-elsewhere", device: assignment.device });
  }
  if (hosts === "any" && !isOwn && !hostsForOthers) skips.push({ kind: "hosts-own-only" });
  if (hosts !== "any" && !hosts.includes(device)) skips.push({ kind: "not-allowed" });
  const announced = { id: device, name: offer.name, announced: { lanes, hostsForOthers } };
  if (lanes.length === 0) skips.push({ kind: "no-model" });
  else if (laneFor(persona, announced) === undefined) {
    const { modelId, contextTokensMin } = requirement;
    const fitting = lanes.filter((lane) => modelId === undefined || lane.modelId === modelId);
    const tokensMax = Math.max(...fitting.map(({ contextTokens }) => contextTokens));
    skips.push(
      modelId !== undefined && fitting.length === 0
        ? { kind: "model-missing", modelId }
        : { kind: "context-too-small", tokensNeeded: contextTokensMin, tokensMax },
    );
  }
  const hasFailed = offer.isStuck === true || offer.hasFailed?.(persona.id) === true;
  if (hasFailed && !isOwn) skips.push({ kind: "failed-here" });
  return skips;
}
