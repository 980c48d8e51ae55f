/** Devices, personas and assignments inside the fold. Rules: fold.ts. */

import type { RoomEvent } from "../protocol/events.ts";
import { type Draft, type EntryContext, ignore } from "./draft.ts";
import { canHost } from "./hosting-rules.ts";
import { roomLimits } from "./limits.ts";
import { notePresence } from "./presence.ts";
import type { PersonaState } from "./room-state.ts";

type EventOf<K extends RoomEvent["kind"]> = Extract<RoomEvent, { kind: K }>;

export function foldDevice(draft: Draft, context: EntryContext, event: EventOf<"device">): void {
  const old = draft.devices.get(context.device);
  const { gone: _isBack, ...rest } = old ?? {}; // RM61
  draft.devices.set(context.device, {
    ...rest,
    id: context.device,
    name: event.name,
    signKey: old?.signKey ?? event.signKey,
    sealKey: old?.sealKey ?? event.sealKey,
  });
}

export function foldAnnounce(
  draft: Draft,
  context: EntryContext,
  event: EventOf<"announce">,
): void {
  const device = draft.devices.get(context.device);
  if (device === undefined) return ignore(draft, context.seq, "device-unknown");
  const announced = { lanes: event.lanes, hostsForOthers: event.hostsForOthers };
  draft.devices.set(device.id, { ...device, announced });
}

/** Ends a device's announcement and assignments: the one fact that the orderer writes (D15). */
export function foldLeft(draft: Draft, context: EntryContext, event: EventOf<"left">): void {
  const device = draft.devices.get(event.device);
  if (device === undefined) return;
  const { announced: _ended, ...rest } = device;
  draft.devices.set(device.id, { ...rest, leftSeq: context.seq });
  for (const persona of draft.personas.values()) {
    if (persona.assignment?.device === event.device) {
      draft.personas.set(persona.id, { ...persona, assignment: undefined });
    }
  }
}

export function foldPersona(draft: Draft, context: EntryContext, event: EventOf<"persona">): void {
  const old = draft.personas.get(event.persona);
  if (old === undefined && event.removed) return ignore(draft, context.seq, "persona-unknown");
  if (old !== undefined && old.owner !== context.device) {
    return ignore(draft, context.seq, "not-the-owner"); // D37
  }
  const cast = [...draft.personas.values()].filter((persona) => !persona.removed);
  const joins = !event.removed && old?.removed !== false;
  if (joins && cast.length >= roomLimits.personasMax) {
    return ignore(draft, context.seq, "cast-full");
  }
  if (joins) notePresence(draft, context, event.persona, "joined");
  if (event.removed) notePresence(draft, context, event.persona, "removed");
  draft.personas.set(event.persona, {
    id: event.persona,
    owner: old?.owner ?? context.device,
    card: event.card,
    requirement: event.requirement,
    hosts: event.hosts,
    removed: event.removed,
    assignment: event.removed ? undefined : old?.assignment,
    ...waitingOf(old, context.seq),
  });
}

/** Who joins, or comes back, waits from there on: nobody who waited before is overtaken. */
function waitingOf(
  old: PersonaState | undefined,
  seq: number,
): Pick<PersonaState, "waitingSince" | "passedOver"> {
  if (old === undefined || old.removed) return { waitingSince: seq, passedOver: 0 };
  const { waitingSince, passedOver } = old;
  return {
    ...waitingSince === undefined ? {} : { waitingSince },
    ...passedOver === undefined ? {} : { passedOver },
  };
}

export function foldAssign(draft: Draft, context: EntryContext, event: EventOf<"assign">): void {
  const persona = draft.personas.get(event.persona);
  const device = draft.devices.get(context.device);
  if (persona === undefined || persona.removed) {
    return ignore(draft, context.seq, "persona-unknown");
  }
  if (persona.assignment !== undefined) return ignore(draft, context.seq, "persona-assigned");
  if (device === undefined || !canHost(persona, device)) {
    return ignore(draft, context.seq, "device-cannot-host");
  }
  draft.personas.set(persona.id, {
    ...persona,
    assignment: { device: context.device, seq: context.seq },
  });
}

export function foldRelease(draft: Draft, context: EntryContext, event: EventOf<"release">): void {
  const persona = draft.personas.get(event.persona);
  if (
    persona?.assignment?.device !== context.device || persona.assignment.seq !== event.assign
  ) {
    return ignore(draft, context.seq, "assignment-stale");
  }
  draft.personas.set(persona.id, { ...persona, assignment: undefined });
}
