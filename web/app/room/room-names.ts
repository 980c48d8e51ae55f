/** Names of who takes part, as they may be shown: without direction controls, never empty. */

import type { RoomState } from "#shared/room/mod.ts";
import { givenName } from "../../client/device-name.ts";
import { t } from "../messages/translate.ts";
import { cleanName } from "../text/clean-name.ts";

export function personaName(state: RoomState, persona: string): string {
  return shownName(state.personas.get(persona)?.card.name);
}

export function personaHue(state: RoomState, persona: string): number {
  return state.personas.get(persona)?.card.hue ?? 0;
}

export function deviceName(state: RoomState, device: string | undefined): string {
  return device === undefined ? t("msg.nobody") : shownName(state.devices.get(device)?.name);
}

/** As `deviceName`; our own device without a name given is ourselves, and nobody posing as us. */
export function personName(state: RoomState, device: string, own: string): string {
  const isUnnamed = device === own && givenName(state.devices.get(own)?.name ?? "") === "";
  return isUnnamed ? t("msg.you") : deviceName(state, device);
}

/** Of a person's device or a persona, by id. */
export function authorNameIn(state: RoomState, author: string): string {
  return state.personas.has(author) ? personaName(state, author) : deviceName(state, author);
}

/** "this device" for our own, "Mika's computer" otherwise. */
export function hostName(state: RoomState, device: string | undefined, own: string): string {
  if (device === own) return t("msg.this-device");
  const name = deviceName(state, device);
  return device === undefined ? name : t("people.computer", { name });
}

/** A colour for a person, always the same for one device; undefined keeps our own face plain. */
export function personTint(device: string, own: string): number | undefined {
  if (device === own) return undefined;
  let sum = 7;
  for (const char of device) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return sum;
}

function shownName(name: string | undefined): string {
  return name === undefined ? t("msg.unknown") : cleanName(name);
}
