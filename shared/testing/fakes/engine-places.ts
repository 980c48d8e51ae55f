import { createWorkPlaces, type WorkPlaces } from "../../hosting/work/work-places.ts";
import type { Clock } from "../../ports/clock.ts";

/** The product's own places, over an engine that only has slots; 0 for one that is not ready. */
export function enginePlaces(clock: Clock, slots: () => number): WorkPlaces {
  return createWorkPlaces({
    clock,
    engine: () =>
      slots() > 0 ? { engine: "transformers", lane: "webgpu", slots: slots() } : undefined,
    device: () => ({ isHidden: false, isOnBattery: undefined }),
    onFree: () => undefined,
    onWaits: () => undefined,
  });
}
