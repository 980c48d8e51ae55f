/** Small facts of devices for the screens. */

import type { RoomState } from "#shared/room/mod.ts";
import { dropBidi } from "../../text/bidi.ts";

const GROUP_CHARS = 4;

/** "1a2b 3c4d …", as people read it to each other. */
export function groupHex(hex: string): string {
  return hex.replace(new RegExp(`.{${GROUP_CHARS}}(?=.)`, "g"), "$& ");
}

/** Other devices that show the same name, in the order of coming. */
export function namesakesOf(
  state: Pick<RoomState, "devices">,
  device: string,
): readonly string[] {
  const shown = (id: string): string =>
    dropBidi(state.devices.get(id)?.name ?? "").trim().toLocaleLowerCase();
  const name = shown(device);
  if (name === "") return [];
  return [...state.devices.keys()].filter((id) => id !== device && shown(id) === name);
}
