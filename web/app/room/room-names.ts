/** Names of who takes part, as they may be shown: without direction controls, never empty. */

import type { RoomState } from "#shared/room/mod.ts";
import { t } from "../messages/translate.ts";
import { dropBidi } from "../text/bidi.ts";

export function personaName(state: RoomState, persona: string): string {
  return shownName(state.personas.get(persona)?.card.name);
}

export function personaHue(state: RoomState, persona: string): number {
  return state.personas.get(persona)?.card.hue ?? 0;
}

export function deviceName(state: RoomState, device: string | undefined): string {
  return device === undefined ? t("msg.nobody") : shownName(state.devices.get(device)?.name);
}

/** "this device" for our own; the other's name otherwise. */
export function hostName(state: RoomState, device: string | undefined, own: string): string {
  return device === own ? t("msg.this-device") : deviceName(state, device);
}

function shownName(name: string | undefined): string {
  const clean = dropBidi(name ?? "").trim();
  return clean === "" ? t("msg.unknown") : clean;
}
