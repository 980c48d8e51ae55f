import { expect, test } from "vitest";
import type { AnnouncedLane } from "../protocol/events.ts";
import { type HostObstacle, hostOutlook } from "./host-outlook.ts";
import type { DeviceState, PersonaState } from "./room-state.ts";

const lane: AnnouncedLane = {
  engine: "web-llm",
  modelId: "large",
  lane: "webgpu",
  contextTokens: 4_096,
  slots: 1,
};

const ada: PersonaState = {
  id: "ps_ada",
  owner: "dv_owner",
  card: { name: "Ada", gist: "", description: "", greeting: "", hue: 0 },
  requirement: { modelId: "large", contextTokensMin: 1_024 },
  hosts: "any",
  removed: false,
};

function device(id: string, announced?: DeviceState["announced"]): DeviceState {
  return { id, name: id, ...announced === undefined ? {} : { announced } };
}

function roomOf(...devices: readonly DeviceState[]) {
  return { devices: new Map(devices.map((one) => [one.id, one])), personas: new Map() };
}

const forAll = (...lanes: readonly AnnouncedLane[]) => ({ lanes, hostsForOthers: true });

test("[HO150] who has a host is hosted there, whatever devices say", () => {
  const hosted = { ...ada, assignment: { device: "dv_b", seq: 4 } };
  expect(hostOutlook(roomOf(), hosted)).toEqual({ phase: "hosted", device: "dv_b" });
});

test("[HO150] free, and somebody could: who may first stands first", () => {
  const room = roomOf(
    device("dv_c", forAll(lane)),
    device("dv_owner", { lanes: [lane], hostsForOthers: false }),
    device("dv_b", forAll(lane)),
    device("dv_a", forAll({ ...lane, modelId: "small" })),
  );
  expect(hostOutlook(room, ada)).toEqual({
    phase: "takeover",
    devices: ["dv_owner", "dv_b", "dv_c"],
  });
});

test.each<[string, Partial<PersonaState>, DeviceState["announced"], HostObstacle]>([
  ["said nothing, or left", {}, undefined, { kind: "away" }],
  ["offers no model", {}, forAll(), { kind: "no-model" }],
  [
    "runs other models",
    {},
    forAll({ ...lane, modelId: "small" }, { ...lane, modelId: "small", slots: 2 }),
    { kind: "model", modelIds: ["small"] },
  ],
  [
    "runs her model too small",
    {},
    forAll({ ...lane, contextTokens: 512 }, { ...lane, modelId: "small" }),
    { kind: "context", contextTokens: 512 },
  ],
  [
    "runs any model too small",
    { requirement: { contextTokensMin: 9_000 } },
    forAll({ ...lane, contextTokens: 512 }, lane),
    { kind: "context", contextTokens: 4_096 },
  ],
  [
    "thinks only for its own",
    {},
    { lanes: [lane], hostsForOthers: false },
    { kind: "not-for-others" },
  ],
  ["is not one of her hosts", { hosts: ["dv_owner"] }, forAll(lane), { kind: "not-allowed" }],
  [
    "is not one of her hosts and thinks only for its own",
    { hosts: ["dv_owner"] },
    { lanes: [lane], hostsForOthers: false },
    { kind: "not-allowed" },
  ],
])("[HO150] a device that %s is said to", (_title, change, announced, obstacle) => {
  expect(hostOutlook(roomOf(device("dv_b", announced)), { ...ada, ...change })).toEqual({
    phase: "nobody",
    missing: obstacle.kind,
    devices: [{ device: "dv_b", obstacle }],
  });
});

test("[HO151] over all, what keeps the nearest device is named", () => {
  const away = device("dv_a");
  const idle = device("dv_b", forAll());
  const other = device("dv_c", forAll({ ...lane, modelId: "small" }));
  const narrow = device("dv_d", forAll({ ...lane, contextTokens: 512 }));
  const closed = device("dv_e", { lanes: [lane], hostsForOthers: false });
  const missing = (...devices: readonly DeviceState[]) => {
    const outlook = hostOutlook(roomOf(...devices), ada);
    return outlook.phase === "nobody" ? outlook.missing : outlook.phase;
  };
  expect(missing(away, idle, other, narrow, closed)).toBe("not-for-others");
  expect(missing(away, idle, other, narrow)).toBe("context");
  expect(missing(away, idle, other)).toBe("model");
  expect(missing(away, idle)).toBe("no-model");
  expect(missing(away)).toBe("away");
  expect(missing()).toBe("away");
});
