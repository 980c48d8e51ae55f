/** What this device offers its rooms: itself, its lanes, and how fast its model speaks. Pure. */

import { announcedLanes, type DeviceOffer, type EngineService } from "#shared/hosting/mod.ts";
import type { LeaderPeerDeps } from "./leader-peer.ts";
import { hostsForOthers } from "./power.ts";

/** This device's id in a room: shared rooms have their own. */
export function deviceIn({ shared, device }: LeaderPeerDeps, roomId: string): string {
  return shared.get(roomId)?.device.id ?? device;
}

/** Undefined where this device may only read. */
export function offerOf(
  deps: LeaderPeerDeps,
  engine: EngineService,
  roomId: string,
): DeviceOffer | undefined {
  if (deps.shared.get(roomId)?.access === "read") return undefined;
  return {
    device: deviceIn(deps, roomId),
    name: deps.deviceName(),
    hostsForOthers: hostsForOthers(deps.power.battery()),
    lanes: announcedLanes(engine),
  };
}

/** What the newest room measured for the model that is loaded. */
export function tokensPerS(deps: LeaderPeerDeps, engine: EngineService): number | undefined {
  const modelId = engine.status().profile?.id;
  const speeds = deps.feeds.all().flatMap((feed) => [...feed.state().speeds.values()]);
  const measured = speeds.find((speed) =>
    speed.device === deps.device && speed.modelId === modelId && speed.decodeMilliTokensPerS > 0
  );
  return measured && measured.decodeMilliTokensPerS / 1000;
}
