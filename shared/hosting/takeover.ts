/**
 * Takeover: when this device may claim a persona that nobody hosts (D40, simple form).
 *
 * Owns the arithmetic. Who waits counts on his own clock, from the first look at which the persona
 * was free; the fold decides who was first.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO20  A persona of this device is claimed at once. Another's is claimed only after she was free
 *         for (rank + 1) x 2 s, where rank counts the fitting devices with lesser ids.
 *   HO29  A device whose engine cannot work without a person's help releases the personas that it
 *         took over, and claims each again only after 5 minutes, and the wait of HO20, have passed.
 *         The minutes are of its own clock: room time stands still in a quiet room.
 */

import { type MonotonicMs, toMonotonicMs } from "../base/brands.ts";
import type { RoomEvent } from "../protocol/events.ts";
import { canHost, possibleHosts } from "../room/hosting-rules.ts";
import type { DeviceState, PersonaState, RoomState } from "../room/room-state.ts";
import { hostingLimits as limits } from "./limits.ts";

/** Since when, on this device's clock, each persona that is free now has been free. */
export type FreeSince = ReadonlyMap<string, MonotonicMs>;

/** Until when, on this device's clock, it does not claim the personas it failed (HO29). */
export type PausedUntil = ReadonlyMap<string, MonotonicMs>;

/**
 * Who is free now; those that were free before keep their time. Who is paused counts as free only
 * when her pause ends, which may lie ahead.
 */
export function freeSince(
  before: FreeSince,
  state: RoomState,
  now: MonotonicMs,
  paused: PausedUntil = new Map(),
): FreeSince {
  const free = [...state.personas.values()]
    .filter((persona) => persona.assignment === undefined && !persona.removed);
  const since = (id: string): MonotonicMs => toMonotonicMs(Math.max(now, paused.get(id) ?? now));
  return new Map(free.map(({ id }) => [id, before.get(id) ?? since(id)]));
}

/** The pauses that go on at `now`, and one for each persona that `events` release as failed. */
export function pausedUntil(
  before: PausedUntil,
  events: readonly RoomEvent[],
  now: MonotonicMs,
): PausedUntil {
  const failed = events.flatMap((event) =>
    event.kind === "release" && event.reason === ENGINE_FAILED ? [event.persona] : []
  );
  const until = toMonotonicMs(now + limits.takeoverPauseMs);
  return new Map([
    ...[...before].filter(([, end]) => end > now),
    ...failed.map((id) => [id, until] as const),
  ]);
}

/** Why a failed host releases a persona, as the entry says it. */
export const ENGINE_FAILED = "engine";

/**
 * How long `device`, as it would be announced, waits before it claims a free persona; undefined
 * when it may or can not host her.
 */
export function claimWaitMs(
  state: RoomState,
  persona: PersonaState,
  device: DeviceState,
): number | undefined {
  if (!canHost(persona, device)) return undefined;
  if (persona.owner === device.id) return 0; // HO20
  const devices = new Map(state.devices).set(device.id, device);
  const rank = possibleHosts({ ...state, devices }, persona).indexOf(device.id);
  return (rank + 1) * limits.takeoverStepMs;
}
