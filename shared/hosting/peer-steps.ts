/**
 * What a peer must tell a room before it can work there: pure, from the state and what this device
 * offers.
 *
 *   HO4  A peer announces what it offers when the room's record differs, before it claims anybody.
 *   HO5  A peer claims every unassigned persona it can host, each when it may (takeover.ts), and
 *        none it cannot; one that does not fit into its memory is left to others (HO128).
 *   HO6  A peer releases a persona whose requirement its lanes no longer meet.
 *   HO29 A peer whose engine is stuck releases the personas of others and claims none of them.
 *   HO112 A peer whose engine is stuck announces that it is not for others until it works again: a
 *        turn of whom nobody else can host then ends at once instead of waiting for it (D26).
 *   HO7  In a room it may only read, a peer appends nothing.
 *   HO181 In a room that moved, a peer appends nothing.
 */

import { canonicalJson } from "../base/canonical-json.ts";
import type { AnnouncedLane, RoomEvent } from "../protocol/events.ts";
import { laneFor, possibleHosts } from "../room/hosting-rules.ts";
import type { DeviceState, PersonaState, RoomState } from "../room/room-state.ts";
import { claimWaitMs, ENGINE_FAILED } from "./takeover.ts";

export interface DeviceOffer {
  readonly device: string;
  readonly name: string;
  readonly lanes: readonly AnnouncedLane[];
  readonly hostsForOthers: boolean;
  /** The engine cannot work until a person helps: no persona of others is held (HO29). */
  readonly isStuck?: boolean;
  /** A persona's service was given up here: as stuck, for her alone. Absent: none was. */
  readonly hasFailed?: (persona: string) => boolean;
  /** Whether a persona fits into this device's memory (HO128). Absent: everybody does. */
  readonly admits?: (persona: string) => boolean;
}

/** How long a persona has been free, in ms; asked only for those that are. */
export type FreeMs = (persona: string) => number;

/**
 * The next events to append, in order; empty when the room knows all. Call again after they are
 * folded. `offer` is undefined where this device may only read.
 */
export function peerSteps(
  state: RoomState,
  offer: DeviceOffer | undefined,
  freeMs: FreeMs,
): readonly RoomEvent[] {
  if (offer === undefined || isReadOnly(state)) return [];
  const known = state.devices.get(offer.device);
  const { lanes, hostsForOthers } = announcedBy(state, offer);
  const steps: RoomEvent[] = [];
  if (known?.name !== offer.name) steps.push({ kind: "device", name: offer.name });
  const said = canonicalJson(known?.announced ?? null);
  if (said !== canonicalJson({ lanes, hostsForOthers })) {
    steps.push({ kind: "announce", lanes, hostsForOthers }); // HO4
  }
  const offered = offeredBy(state, offer);
  for (const persona of state.personas.values()) {
    const { assignment } = persona;
    const isMine = assignment?.device === offer.device;
    const hasFailed = isFailed(persona, offer);
    const isLeft = isLeftToOthers(state, persona, offer);
    const canClaim = assignment === undefined && !hasFailed && !isLeft;
    const waitMs = canClaim ? claimWaitMs(state, persona, offered) : undefined;
    if (waitMs !== undefined && freeMs(persona.id) >= waitMs) { // HO5, HO20
      steps.push({ kind: "assign", persona: persona.id });
    } else if (isMine && (hasFailed || isLeft || laneFor(persona, offered) === undefined)) {
      // HO6, HO29, HO128
      steps.push({
        kind: "release",
        persona: persona.id,
        assign: assignment.seq,
        reason: hasFailed ? ENGINE_FAILED : isLeft ? "memory" : "model",
      });
    }
  }
  return steps;
}

/** After how many ms a persona may be claimed that may not yet; undefined when there is none. */
export function nextClaimMs(
  state: RoomState,
  offer: DeviceOffer | undefined,
  freeMs: FreeMs,
): number | undefined {
  if (offer === undefined || isReadOnly(state)) return undefined;
  const offered = offeredBy(state, offer);
  const left = [...state.personas.values()]
    .filter((persona) => persona.assignment === undefined && !isFailed(persona, offer))
    .filter((persona) => !isLeftToOthers(state, persona, offer))
    .map((persona) => (claimWaitMs(state, persona, offered) ?? 0) - freeMs(persona.id))
    .filter((ms) => ms > 0);
  return left.length === 0 ? undefined : Math.min(...left);
}

/** One's own personas stay: what waits for them fails with the engine's words (HO16). */
function isFailed(persona: PersonaState, offer: DeviceOffer): boolean {
  const hasFailed = offer.isStuck === true || offer.hasFailed?.(persona.id) === true;
  return hasFailed && persona.owner !== offer.device;
}

/**
 * One that does not fit here. One's own that nobody else could host stays: what waits for her fails
 * with that reason, and the room need not wait until it is stale (HO128).
 */
function isLeftToOthers(state: RoomState, persona: PersonaState, offer: DeviceOffer): boolean {
  if (offer.admits?.(persona.id) !== false) return false;
  return persona.owner !== offer.device ||
    possibleHosts(state, persona).some((device) => device !== offer.device);
}

function isReadOnly(state: RoomState): boolean {
  // HO7, HO181
  return state.roomId === "" || state.readerOnly !== undefined || state.closed !== undefined;
}

function offeredBy(state: RoomState, offer: DeviceOffer): DeviceState {
  return { id: offer.device, name: offer.name, announced: announcedBy(state, offer) };
}

function announcedBy(
  state: RoomState,
  { device, lanes, hostsForOthers, isStuck = false }: DeviceOffer,
): NonNullable<DeviceState["announced"]> {
  const said = state.devices.get(device)?.announced?.lanes ?? [];
  return {
    lanes: lanes.map((lane) => measuredBefore(lane, said)),
    hostsForOthers: hostsForOthers && !isStuck, // HO112
  };
}

/** Not knowing the lane yet is no news to a room that was told it after an earlier load. */
function measuredBefore(lane: AnnouncedLane, said: readonly AnnouncedLane[]): AnnouncedLane {
  if (lane.lane !== "unknown") return lane;
  const before = said.find((one) => one.engine === lane.engine && one.modelId === lane.modelId);
  if (before === undefined) return lane;
  const { seesImages: _declared, ...measured } = before;
  // What is declared and never measured is as it is now (RM52).
  return { ...measured, ...lane.seesImages === true ? { seesImages: true } : {} };
}
