/** The budgets of a room's devices: appends, ephemerals and pages, each with a rate of its own. */

import type { RelayLimits } from "#shared/protocol/mod.ts";
import { type BucketRate, createBucket, isFull } from "./bucket.ts";
import { innerLimits } from "./limits.ts";
import type { Meters, RoomState, StepContext } from "./room-state.ts";

export const appendRate = (limits: RelayLimits): BucketRate => ({
  burst: limits.appendBurst,
  perS: limits.appendsPerS,
});

/** In bytes; two seconds' worth at once, so that a whole text fits behind small frames. */
export const ephemeralRate = (limits: RelayLimits): BucketRate => ({
  burst: 2 * limits.ephemeralBytesPerS,
  perS: limits.ephemeralBytesPerS,
});

export const pageRate: BucketRate = {
  burst: innerLimits.pageBurst,
  perS: innerLimits.pagesPerS,
};

/** A device's meters; they outlive its sockets, so that reconnecting refills nothing. */
export function metersOf(state: RoomState, device: string, context: StepContext): Meters {
  const known = state.meters.get(device);
  if (known !== undefined) return known;
  if (state.meters.size >= innerLimits.metersMax) forgetRested(state, context);
  const { now, limits } = context;
  const meters = {
    append: createBucket(appendRate(limits), now),
    ephemeral: createBucket(ephemeralRate(limits), now),
    page: createBucket(pageRate, now),
  };
  state.meters.set(device, meters);
  return meters;
}

function forgetRested(state: RoomState, { now, limits }: StepContext): void {
  for (const [device, { append, ephemeral, page }] of state.meters) {
    const isRested = isFull(append, appendRate(limits), now) &&
      isFull(ephemeral, ephemeralRate(limits), now) && isFull(page, pageRate, now);
    if (isRested && !state.socketByDevice.has(device)) state.meters.delete(device);
  }
}
