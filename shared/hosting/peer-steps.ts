/**
 * What a peer must tell a room before it can work there: pure, from the state and what this device
 * offers.
 *
 *   HO4  A peer announces what it offers when the room's record differs, before it claims anybody.
 *   HO5  A peer claims every unassigned persona it can host, and none it cannot.
 *   HO6  A peer releases a persona whose requirement its lanes no longer meet.
 *   HO7  In a room it may only read, a peer appends nothing.
 */

import { canonicalJson } from "../base/canonical-json.ts";
import type { AnnouncedLane, RoomEvent } from "../protocol/events.ts";
import { canHost, laneFor } from "../room/hosting-rules.ts";
import type { RoomState } from "../room/room-state.ts";

export interface DeviceOffer {
  readonly device: string;
  readonly name: string;
  readonly lanes: readonly AnnouncedLane[];
  readonly hostsForOthers: boolean;
}

/**
 * The next events to append, in order; empty when the room knows all. Call again after they are
 * folded.
 */
export function peerSteps(state: RoomState, offer: DeviceOffer): readonly RoomEvent[] {
  if (state.roomId === "" || state.readerOnly !== undefined) return []; // HO7
  const known = state.devices.get(offer.device);
  const { hostsForOthers } = offer;
  const lanes = offer.lanes.map((lane) => measuredBefore(lane, known?.announced?.lanes ?? []));
  const steps: RoomEvent[] = [];
  if (known?.name !== offer.name) steps.push({ kind: "device", name: offer.name });
  const said = canonicalJson(known?.announced ?? null);
  if (said !== canonicalJson({ lanes, hostsForOthers })) {
    steps.push({ kind: "announce", lanes, hostsForOthers }); // HO4
  }
  const offered = { id: offer.device, name: offer.name, announced: { lanes, hostsForOthers } };
  for (const persona of state.personas.values()) {
    const { assignment } = persona;
    const isMine = assignment?.device === offer.device;
    if (assignment === undefined && canHost(persona, offered)) { // HO5
      steps.push({ kind: "assign", persona: persona.id });
    } else if (isMine && laneFor(persona, offered) === undefined) { // HO6
      steps.push({
        kind: "release",
        persona: persona.id,
        assign: assignment.seq,
        reason: "model",
      });
    }
  }
  return steps;
}

/** Not knowing the lane yet is no news to a room that was told it after an earlier load. */
function measuredBefore(lane: AnnouncedLane, said: readonly AnnouncedLane[]): AnnouncedLane {
  if (lane.lane !== "unknown") return lane;
  return said.find((one) => one.engine === lane.engine && one.modelId === lane.modelId) ?? lane;
}
