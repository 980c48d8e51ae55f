import { expect, test } from "vitest";
import { ME, roomScript } from "../../testing/fakes/room-script.ts";
import type { DeviceOffer } from "../peer-steps.ts";
import {
  type AdmissionRoom,
  admitPersonas,
  hasRoomForOthers,
  type MemoryBudget,
} from "./admit-personas.ts";

const lane = {
  ...{ engine: "scripted", modelId: "m", lane: "cpu", contextTokens: 512, slots: 1 } as const,
};
const offer: DeviceOffer = { device: ME, name: "Mika", lanes: [lane], hostsForOthers: true };
const unlimited: MemoryBudget = { bytesMax: undefined, modelBytes: 100, contextBytes: 10 };

/** `a` and `b` are held here; `z` is another's and free. */
function room(roomId = "rm_1", change: Partial<DeviceOffer> = {}): AdmissionRoom {
  const script = roomScript();
  script.persona("z", "dv_z");
  return { roomId, state: script.state(), offer: { ...offer, ...change } };
}

const skips = (given: AdmissionRoom, persona: string) =>
  admitPersonas([given], unlimited).get(`${given.roomId}/${persona}`);

test("[HO127] who is not taken has every reason told, and who is has none", () => {
  expect([skips(room(), "a"), skips(room(), "z")]).toEqual([[], []]);
  const own = room("rm_1", { hostsForOthers: false, lanes: [], isStuck: true });
  expect(skips(own, "z")?.map(({ kind }) => kind))
    .toEqual(["hosts-own-only", "no-model", "failed-here"]);
  // Her own engine's failure leaves her here: what waits for her fails with its words.
  expect(skips(own, "a")).toEqual([{ kind: "no-model" }]);
  expect(skips({ ...room(), offer: undefined }, "a")).toEqual([{ kind: "read-only" }]);
  const hasFailed = (persona: string) => persona === "z";
  expect(skips(room("rm_1", { hasFailed }), "z")).toEqual([{ kind: "failed-here" }]);
});

test("[HO127] model, context, allowed devices and holder are told apart", () => {
  const script = roomScript();
  const persona = {
    kind: "persona",
    card: { name: "C", gist: "", description: "", greeting: "", hue: 0 },
    removed: false,
  } as const;
  const any = { contextTokensMin: 0 };
  script.add({ ...persona, persona: "c", requirement: { ...any, modelId: "q" }, hosts: "any" });
  script.add({ ...persona, persona: "d", requirement: { contextTokensMin: 600 }, hosts: "any" });
  script.add({ ...persona, persona: "e", requirement: any, hosts: ["dv_z"] }, "dv_z");
  script.add({ kind: "device", name: "Z" }, "dv_z");
  script.announce("dv_z");
  script.add({ kind: "assign", persona: "e" }, "dv_z");
  script.add({ ...persona, persona: "b", requirement: any, hosts: "any", removed: true });
  const given = { roomId: "rm_1", state: script.state(), offer };
  expect(skips(given, "c")).toEqual([{ kind: "model-missing", modelId: "q" }]);
  expect(skips(given, "d"))
    .toEqual([{ kind: "context-too-small", tokensNeeded: 600, tokensMax: 512 }]);
  expect(skips(given, "e"))
    .toEqual([{ kind: "held-elsewhere", device: "dv_z" }, { kind: "not-allowed" }]);
  expect(skips(given, "b")).toBeUndefined();
});

test("[HO128] the model's bytes count once, contexts each; the held come first, then one's own", () => {
  const rooms = [room("rm_2"), room("rm_1")];
  const admitted = (bytesMax: number) =>
    [...admitPersonas(rooms, { ...unlimited, bytesMax })]
      .filter(([, reasons]) => reasons.length === 0)
      .map(([key]) => key)
      .toSorted();
  const held = ["rm_1/a", "rm_1/b", "rm_2/a", "rm_2/b"];
  expect(admitted(160)).toEqual([...held, "rm_1/z", "rm_2/z"].toSorted());
  expect(admitted(150)).toEqual([...held, "rm_1/z"].toSorted());
  expect(admitted(149)).toEqual(held);
  expect(admitted(110)).toEqual(["rm_1/a"]);
  expect(admitted(109)).toEqual([]);
  const told = admitPersonas(rooms, { ...unlimited, bytesMax: 115 });
  expect(told.get("rm_2/b")).toEqual([{ kind: "memory-budget", bytesNeeded: 10, bytesFree: 5 }]);
  const none = admitPersonas(rooms, { ...unlimited, bytesMax: 50 });
  expect(none.get("rm_1/a")).toEqual([{ kind: "memory-budget", bytesNeeded: 110, bytesFree: 50 }]);
});

test("[HO128] a device has room for others until one that is free does not fit, and none that does is free", () => {
  const script = roomScript();
  script.persona("y", "dv_z");
  script.persona("z", "dv_z");
  const given = { roomId: "rm_1", state: script.state(), offer };
  const hasRoom = (bytesMax: number) =>
    hasRoomForOthers(given, admitPersonas([given], { ...unlimited, bytesMax }));
  expect([140, 139, 130, 129, 120].map(hasRoom)).toEqual([true, true, true, false, false]);
});
