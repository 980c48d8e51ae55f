/** Whether a device is one that people should know to be new (SY160). */

import type { RoomState } from "#shared/room/mod.ts";
import type { Comparison } from "../../../client/app-client.ts";
import { namesakesOf } from "./device-facts.ts";

/**
 * Its keys are not those that were compared, or somebody of the same name was compared on another
 * device. Who never compares anything is never told of it.
 */
export function isNewBehindName(
  state: Pick<RoomState, "devices">,
  compared: Readonly<Record<string, Comparison>>,
  device: string,
): boolean {
  const own = compared[device]?.kind;
  if (own !== undefined && own !== "none") return own === "changed";
  return namesakesOf(state, device).some((other) => compared[other]?.kind === "same");
}
