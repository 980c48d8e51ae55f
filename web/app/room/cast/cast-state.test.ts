/** Where a persona of the cast is said to think. */

import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import type { AnnouncedLane, RoomEvent } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries } from "#shared/room/mod.ts";
import { listCast } from "./cast-state.ts";

const small: AnnouncedLane = {
  ...{ engine: "cloud.example", modelId: "m", lane: "unknown", contextTokens: 1_024, slots: 1 },
  locality: "cloud",
};
const large: AnnouncedLane = {
  ...{ engine: "wllama", modelId: "m", lane: "cpu", contextTokens: 8_192, slots: 1 },
};

/** Ada, who needs so much context, thinks on dv_1; dv_2 announces the same model elsewhere. */
function hostOfAda(lanes: readonly AnnouncedLane[], contextTokensMin: number) {
  const card = { name: "Ada", gist: "g", description: "", greeting: "", hue: 1 };
  const requirement = { modelId: "m", contextTokensMin };
  const persona = { persona: "pe_ada", card, requirement, hosts: "any", removed: false } as const;
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  const events: readonly [device: string, event: RoomEvent][] = [
    ["dv_1", { kind: "genesis", rules: 2, roomId: "rm_1", name: "Room", recipe }],
    ["dv_1", { kind: "device", name: "Mika" }],
    ["dv_2", { kind: "device", name: "Noor" }],
    ["dv_2", { kind: "announce", hostsForOthers: true, lanes: [small] }],
    ["dv_1", { kind: "announce", hostsForOthers: true, lanes }],
    ["dv_1", { kind: "persona", ...persona }],
    ["dv_1", { kind: "assign", persona: "pe_ada" }],
  ];
  const entries = events.map(([device, body], at) => ({
    ...{ seq: at + 1, ts: toRoomMs(at), id: `en_${at}`, device, body },
  }));
  return listCast(foldEntries(emptyState(), entries), [])[0]?.host;
}

test("[HO180] of two lanes of one model she is on the one that meets her requirement", () => {
  const onLarge = { device: "dv_1", lane: "cpu", modelId: "m", leavesFor: undefined };
  const onSmall = { device: "dv_1", lane: "unknown", modelId: "m", leavesFor: "cloud.example" };
  expect(hostOfAda([small, large], 4_096)).toEqual(onLarge);
  expect(hostOfAda([large], 4_096)).toEqual(onLarge);
  expect(hostOfAda([small, large], 0)).toEqual(onSmall);
  expect(hostOfAda([large, small], 0)).toEqual(onLarge);
});
