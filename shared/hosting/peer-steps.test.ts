import { expect, test } from "vitest";
import { foldEntries } from "../room/fold.ts";
import { emptyState } from "../room/draft.ts";
import { ME, RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { toRoomMs } from "../base/brands.ts";
import { foundingEntries } from "./founding.ts";
import { type DeviceOffer, nextClaimMs, peerSteps } from "./peer-steps.ts";

const lane = {
  engine: "scripted",
  modelId: "m",
  lane: "cpu",
  contextTokens: 512,
  slots: 1,
} as const;
const offer: DeviceOffer = { device: ME, name: "Mika", lanes: [lane], hostsForOthers: true };
/** Nobody has been free for any time. */
const atOnce = () => 0;
const kinds = (room: RoomScript, made: DeviceOffer = offer) =>
  peerSteps(room.state(), made, atOnce).map((one) => one.kind);

test("[HO4] a room that knows all gets nothing; a changed offer is announced first", () => {
  const room = roomScript();
  expect(kinds(room)).toEqual([]);
  expect(kinds(room, { ...offer, lanes: [{ ...lane, lane: "webgpu" }] })).toEqual(["announce"]);
  expect(kinds(room, { ...offer, name: "Mika B" })).toEqual(["device"]);
});

test("[HO4] a lane not measured yet is no news where it was measured before", () => {
  const room = roomScript();
  expect(kinds(room, { ...offer, lanes: [{ ...lane, lane: "unknown" }] })).toEqual([]);
  expect(kinds(room, { ...offer, lanes: [{ ...lane, modelId: "n", lane: "unknown" }] }))
    .toContain("announce");
});

test("[HO4] [RM52] that a lane sees is declared, never measured: a change of it is news", () => {
  const room = roomScript();
  const eye: DeviceOffer = { ...offer, lanes: [{ ...lane, lane: "unknown", seesImages: true }] };
  expect(kinds(room, eye)).toEqual(["announce"]);
  const [step] = peerSteps(room.state(), eye, atOnce);
  expect(step).toMatchObject({ lanes: [{ lane: "cpu", seesImages: true }] });
  if (step !== undefined) room.add(step);
  expect(kinds(room, eye)).toEqual([]);
  expect(kinds(room, { ...eye, lanes: [{ ...lane, lane: "unknown" }] })).toEqual(["announce"]);
});

test("[HO5] unassigned personas are claimed, those that need another model are not", () => {
  const room = roomScript();
  room.persona("c");
  room.add({
    kind: "persona",
    persona: "d",
    card: { name: "D", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { modelId: "big", contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  });
  expect(peerSteps(room.state(), offer, atOnce)).toEqual([{ kind: "assign", persona: "c" }]);
});

test("[HO6] a persona whose model is no longer offered is released with the assignment it ends", () => {
  const room = roomScript();
  room.add({
    kind: "persona",
    persona: "a",
    card: { name: "A", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { modelId: "big", contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  });
  const assign = room.state().personas.get("a")?.assignment?.seq;
  expect(peerSteps(room.state(), offer, atOnce)).toEqual([
    { kind: "release", persona: "a", assign, reason: "model" },
  ]);
});

test("[HO128] who does not fit is left to others who could host her, and one's own stays otherwise", () => {
  const room = roomScript();
  room.persona("c");
  room.add({ kind: "device", name: "Z" }, "dv_z");
  room.persona("y", "dv_z");
  room.persona("z", "dv_z");
  room.add({ kind: "assign", persona: "z" });
  const small: DeviceOffer = { ...offer, admits: () => false };
  const assign = room.state().personas.get("z")?.assignment?.seq;
  // Her owner announces no lane: nobody else could host anybody.
  expect(peerSteps(room.state(), small, atOnce)).toEqual([
    { kind: "assign", persona: "c" },
    { kind: "release", persona: "z", assign, reason: "memory" },
  ]);
  expect(nextClaimMs(room.state(), small, () => 0)).toBeUndefined();
  expect(nextClaimMs(room.state(), offer, () => 0)).toBeGreaterThan(0);
  room.announce("dv_z");
  expect(
    peerSteps(room.state(), small, atOnce).map((one) =>
      `${one.kind} ${(one as { persona: string }).persona}`
    ),
  ).toEqual(["release a", "release b", "release z"]);
});

test("[HO7] nothing is appended to a room this client may only read", () => {
  const room = roomScript();
  room.persona("c");
  room.add({ kind: "rules", rules: 99 });
  expect(kinds(room)).toEqual([]);
});

test("[HO8] a founded room hosts its personas before anybody speaks, and founding twice adds nothing", () => {
  const card = { name: "A", gist: "", description: "", greeting: "", hue: 0 };
  const personas = [{ id: "ps_1", card, requirement: { contextTokensMin: 0 } }];
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  const entries = foundingEntries("rm_1", "Garden", recipe, personas, offer);
  const state = foldEntries(
    emptyState(),
    entries.map((entry, index) => ({ ...entry, seq: index + 1, ts: toRoomMs(1) })),
  );
  expect(peerSteps(state, offer, atOnce)).toEqual([]);
  expect(state.personas.get("ps_1")?.assignment?.device).toBe(ME);
  const again = foundingEntries("rm_1", "Garden", recipe, personas, offer);
  expect(again.map((entry) => entry.id)).toEqual(entries.map((entry) => entry.id));
});

test("[HO152] a device that is not for others any more keeps whom it hosts and claims nobody", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Far" }, "dv_far");
  room.persona("held", "dv_far");
  room.add({ kind: "assign", persona: "held" });
  room.persona("free", "dv_far");
  const longAgo = () => 60_000;
  const steps = (made: DeviceOffer) => peerSteps(room.state(), made, longAgo);
  expect(steps(offer)).toEqual([{ kind: "assign", persona: "free" }]);
  const low = { ...offer, hostsForOthers: false };
  expect(steps(low)).toEqual([{ kind: "announce", lanes: [lane], hostsForOthers: false }]);
  room.add({ kind: "announce", lanes: [lane], hostsForOthers: false });
  expect(steps(low)).toEqual([]);
  expect(room.state().personas.get("held")?.assignment?.device).toBe(ME);
});

test("[HO181] in a room that moved a peer says nothing, whatever changed here", () => {
  const room = roomScript();
  room.persona("c");
  const keys = { to: "A".repeat(22), sealKey: "K".repeat(43) };
  expect(kinds(room, { ...offer, name: "Mika B" })).toEqual(["device", "assign"]);
  room.add({ kind: "closed", ...keys, covers: 1, boxes: [] });
  expect(kinds(room, { ...offer, name: "Mika B" })).toEqual([]);
  expect(nextClaimMs(room.state(), offer, atOnce)).toBeUndefined();
});
