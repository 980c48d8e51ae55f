/**
 * What a device announces of its engine.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO153 An engine that a person stopped offers no model until one is chosen or tried again.
 *   HO180 A lane behind an address is announced under the address's host and says whether that is
 *         on the device: what every member of the room is shown as leaving it.
 */

import type { AnnouncedLane } from "../protocol/events.ts";
import type { EngineService } from "./engine-service.ts";

export function announcedLanes(engine: EngineService): readonly AnnouncedLane[] {
  const { profile } = engine.status();
  if (profile === undefined || engine.isStopped()) return []; // HO153
  const model = engine.ready()?.model;
  const { endpoint } = profile;
  return [{
    engine: endpoint?.host ?? profile.engine,
    modelId: profile.id,
    lane: model?.lane ?? "unknown",
    contextTokens: model?.contextTokens ?? profile.contextTokens,
    slots: model?.slots ?? 1,
    replyTokensMax: profile.replyTokensMax,
    ...(model?.seesImages ?? profile.seesImages) === true ? { seesImages: true } : {},
    ...endpoint === undefined ? {} : { locality: endpoint.isLocal ? "local" : "cloud" },
  }];
}
