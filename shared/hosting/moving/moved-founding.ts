/**
 * The first events of the room that a shared room goes on as (D32). Pure.
 *
 * Devices keep their ids, since they keep their keys (decision 0037): so authors stay who they
 * were, and owners keep their personas.
 *
 *   HO182 A room that was moved begins with the old one's talk, cast and recipe; a persona whose
 *         owner does not go along is the mover's, and only who goes along may host.
 */

import { toRoomMs } from "../../base/brands.ts";
import { GONE_RULES_MIN, type RoomEvent, RULES_AT_FIRST } from "../../protocol/events.ts";
import { encodeCheckpoint } from "../../room/checkpoint.ts";
import { emptyState } from "../../room/draft.ts";
import { foldEntries } from "../../room/fold.ts";
import { importedState } from "../../room/import-state.ts";
import type { PersonaState, RoomState } from "../../room/room-state.ts";
import { type DeviceOffer, peerSteps } from "../peer-steps.ts";

export interface MovedFounding {
  readonly state: RoomState;
  /** The mover. */
  readonly device: string;
  /** Of the new room. */
  readonly roomId: string;
  /** The devices that will be able to follow, the mover among them. */
  readonly goAlong: ReadonlySet<string>;
  readonly offer: Omit<DeviceOffer, "device">;
}

/** In order, to be appended by the mover; the genesis may be large. */
export function movedFounding(founding: MovedFounding): readonly RoomEvent[] {
  const { state, device, roomId, goAlong, offer } = founding;
  const imported = importedState(state, device, device, roomId);
  const said = [...imported.messages, ...imported.pins ?? []];
  const authors = new Set(said.map(({ author }) => author));
  const devices = [...imported.devices.values()]
    .filter(({ id }) => goAlong.has(id) || authors.has(id))
    .map(({ id, name }) => goAlong.has(id) ? { id, name } : { id, name, gone: true as const });
  const isAnyGone = devices.some((one) => "gone" in one);
  const personas = [...imported.personas.values()].map((one) => handedOn(one, founding));
  const begun: RoomState = {
    ...imported,
    devices: new Map(devices.map((one) => [one.id, one])),
    personas: new Map(personas.map((one) => [one.id, one])),
  };
  const genesis: RoomEvent = {
    kind: "genesis",
    rules: Math.max(isAnyGone ? GONE_RULES_MIN : RULES_AT_FIRST, state.rules),
    roomId,
    name: state.name,
    recipe: state.recipe,
    checkpoint: JSON.parse(encodeCheckpoint(begun)),
  };
  const entry = { seq: 1, ts: toRoomMs(state.at), id: "genesis", device, body: genesis };
  const folded = foldEntries(emptyState(), [entry]);
  // Others cannot have claimed anybody yet, so only the mover's own personas are free to it (HO27).
  return [genesis, ...peerSteps(folded, { ...offer, device }, () => 0)];
}

/** HO182 */
function handedOn(persona: PersonaState, { device, goAlong }: MovedFounding): PersonaState {
  const owner = goAlong.has(persona.owner) ? persona.owner : device;
  if (persona.hosts === "any") return { ...persona, owner };
  const hosts = persona.hosts.filter((host) => goAlong.has(host));
  return { ...persona, owner, hosts: hosts.length > 0 ? hosts : [owner] };
}
