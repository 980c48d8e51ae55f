/**
 * The first events of a shared room that a local room becomes (D30). Pure.
 *
 *   HO27  A shared room's founder announces and assigns his personas right after its beginning: it
 *         can answer before anybody else is there.
 */

import { type RoomEvent, RULES_AT_FIRST } from "../protocol/events.ts";
import { encodeCheckpoint } from "../room/checkpoint.ts";
import { foldEntries } from "../room/fold.ts";
import { emptyState } from "../room/draft.ts";
import { importedState } from "../room/import-state.ts";
import type { RoomState } from "../room/room-state.ts";
import { toRoomMs } from "../base/brands.ts";
import { type DeviceOffer, peerSteps } from "./peer-steps.ts";

/**
 * The events in order, to be appended by `newDevice`, which is what this device is called in
 * `roomId`. The genesis may be large: whoever seals cuts it in parts.
 */
export function sharedFounding(
  state: RoomState,
  oldDevice: string,
  newDevice: string,
  roomId: string,
  offer: Omit<DeviceOffer, "device">,
): readonly RoomEvent[] {
  const imported = importedState(state, oldDevice, newDevice, roomId);
  const genesis: RoomEvent = {
    kind: "genesis",
    rules: Math.max(RULES_AT_FIRST, state.rules),
    roomId,
    name: state.name,
    recipe: state.recipe,
    checkpoint: JSON.parse(encodeCheckpoint(imported)),
  };
  const entry = { seq: 1, ts: toRoomMs(state.at), id: "genesis", device: newDevice, body: genesis };
  const begun = foldEntries(emptyState(), [entry]);
  // Others cannot have claimed anybody yet, so only this device's own personas are free to it.
  return [genesis, ...peerSteps(begun, { ...offer, device: newDevice }, () => 0)]; // HO27
}
