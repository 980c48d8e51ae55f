/** Whether an answer came from another device than the one that hosted her when she was asked. */

import type { RoomState } from "#shared/room/mod.ts";

/** The device that was planned, where `by` answered in its place; `hasLeft`: since the question. */
export function hostTakenOver(
  state: Pick<RoomState, "turns" | "devices">,
  turn: number,
  persona: string,
  by: string | undefined,
): { readonly device: string; readonly hasLeft: boolean } | undefined {
  const { cast = [] } = state.turns.get(turn)?.planInput ?? {};
  const device = cast.find(({ id }) => id === persona)?.device;
  if (device === undefined || by === undefined || device === by) return undefined;
  return { device, hasLeft: (state.devices.get(device)?.leftSeq ?? 0) > turn };
}
