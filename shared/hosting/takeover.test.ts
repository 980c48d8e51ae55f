import { expect, test } from "vitest";
import { toMonotonicMs } from "../base/brands.ts";
import { SEQUENCER } from "../protocol/events.ts";
import type { RoomState } from "../room/room-state.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { hostingLimits } from "./limits.ts";
import { type DeviceOffer, nextClaimMs, peerSteps } from "./peer-steps.ts";
import { freeSince } from "./takeover.ts";

const step = hostingLimits.takeoverStepMs;
const lane = {
  engine: "scripted",
  modelId: "m",
  lane: "cpu",
  contextTokens: 512,
  slots: 1,
} as const;
const offerOf = (device: string, name: string): DeviceOffer => ({
  device,
  name,
  lanes: [lane],
  hostsForOthers: true,
});

/** A room of three devices, personas `a` and `b` held by ME, who then leaves. */
function setup(left = ME): RoomScript {
  const room = roomScript();
  for (const id of ["dv_1", "dv_2"]) {
    room.add({ kind: "device", name: id }, id);
    room.announce(id);
  }
  room.add({ kind: "left", device: left }, SEQUENCER);
  return room;
}

const claims = (state: RoomState, offer: DeviceOffer | undefined, ms: number) =>
  peerSteps(state, offer, () => ms).flatMap((event) =>
    event.kind === "assign" ? [event.persona] : []
  );

test("[HO20] another's personas are claimed in the order of ranks, two seconds apart", () => {
  const state = setup().state();
  const [first, second] = ["dv_1", "dv_2"].map((id) => offerOf(id, id));
  expect(claims(state, first, step - 1)).toEqual([]);
  expect(claims(state, first, step)).toEqual(["a", "b"]);
  expect(claims(state, second, step)).toEqual([]);
  expect(claims(state, second, step * 2)).toEqual(["a", "b"]);
  expect(nextClaimMs(state, second, () => 500)).toBe(step * 2 - 500);
  expect(nextClaimMs(state, second, () => step * 2)).toBeUndefined();
});

test("[HO20] who does not fit, or left, has no rank", () => {
  const room = setup();
  room.add({ kind: "left", device: "dv_1" }, SEQUENCER);
  expect(claims(room.state(), offerOf("dv_2", "dv_2"), step)).toEqual(["a", "b"]);
  const unfit = setup();
  unfit.add({ kind: "announce", lanes: [], hostsForOthers: true }, "dv_1");
  expect(claims(unfit.state(), offerOf("dv_2", "dv_2"), step)).toEqual(["a", "b"]);
});

test("[HO20] a device that hosts for nobody else claims its own personas alone", () => {
  const room = setup();
  room.persona("c", "dv_1");
  const state = room.state();
  const own = { ...offerOf("dv_1", "dv_1"), hostsForOthers: false };
  expect(claims(state, own, step * 9)).toEqual(["c"]);
  expect(nextClaimMs(state, own, () => 0)).toBeUndefined();
});

test("[HO20] a persona that allows some devices is claimed by those alone", () => {
  const room = setup();
  room.add({
    kind: "persona",
    persona: "c",
    card: { name: "C", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { contextTokensMin: 0 },
    hosts: ["dv_2"],
    removed: false,
  });
  expect(claims(room.state(), offerOf("dv_1", "dv_1"), step * 9)).toEqual(["a", "b"]);
  expect(claims(room.state(), offerOf("dv_2", "dv_2"), step)).toEqual(["c"]);
});

test("[HO4] [HO20] whom the relay says left while he is here announces again and takes his own back", () => {
  const state = setup().state();
  expect(peerSteps(state, offerOf(ME, "Mika"), () => 0).map((event) => event.kind))
    .toEqual(["announce", "assign", "assign"]);
});

test("[HO7] a member who may only read appends nothing", () => {
  expect(peerSteps(setup().state(), undefined, () => step * 9)).toEqual([]);
  expect(nextClaimMs(setup().state(), undefined, () => 0)).toBeUndefined();
});

test("[HO20] a persona is free since it was first seen so, and not after it was claimed", () => {
  const room = setup();
  const first = freeSince(new Map(), room.state(), toMonotonicMs(10));
  expect([...first]).toEqual([["a", 10], ["b", 10]]);
  room.add({ kind: "assign", persona: "a" }, "dv_1");
  const second = freeSince(first, room.state(), toMonotonicMs(20));
  expect([...second]).toEqual([["b", 10]]);
  room.add({ kind: "left", device: "dv_1" }, SEQUENCER);
  expect([...freeSince(second, room.state(), toMonotonicMs(30))]).toEqual([["a", 30], ["b", 10]]);
});
