import { expect, test } from "vitest";
import { toRoomMs } from "#shared/base/mod.ts";
import type { AnnouncedLane, RoomEvent } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import { describeReading } from "./reads-words.ts";
import { whoReads } from "./who-reads.ts";

const OWN = "dv_own";
const SARI = "dv_sari";

const LANES: Readonly<Record<string, AnnouncedLane>> = {
  tiny: { engine: "transformers", modelId: "tiny", lane: "cpu", contextTokens: 512, slots: 1 },
  cloud: {
    ...{ engine: "api.example.com", modelId: "cloud", lane: "unknown", contextTokens: 8_192 },
    ...{ slots: 1, locality: "cloud", seesImages: true },
  },
};

/** A room with Ada on our tiny model; what happens after is the test's. */
function createRoom() {
  let state: RoomState = emptyState();
  const append = (body: RoomEvent, device = OWN): void => {
    const seq = state.head + 1;
    const ts = toRoomMs(1_000_000 + seq);
    state = foldEntries(state, [{ seq, ts, id: `en_${seq}`, device, body }]);
  };
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  append({ kind: "genesis", rules: 3, roomId: "rm_1", name: "Room", recipe });
  for (const [device, name, lane] of [[OWN, "Mika", "tiny"], [SARI, "Sari", "cloud"]] as const) {
    append({ kind: "device", name }, device);
    const lanes = [LANES[lane] as AnnouncedLane];
    append({ kind: "announce", hostsForOthers: true, lanes }, device);
  }
  const put = (name: string, modelId: string, removed = false): void => {
    const card = { name, gist: "g", description: "", greeting: "", hue: 1 };
    const requirement = { contextTokensMin: 0, modelId };
    const persona = `pe_${name.toLowerCase()}`;
    append({ kind: "persona", persona, card, requirement, hosts: "any", removed });
  };
  const join = (name: string, modelId: string, host: string | undefined): void => {
    const persona = `pe_${name.toLowerCase()}`;
    put(name, modelId);
    if (host !== undefined) append({ kind: "assign", persona }, host);
  };
  join("Ada", "tiny", OWN);
  return {
    append,
    join,
    remove: (name: string, modelId: string) => put(name, modelId, true),
    says: () =>
      whoReads(state).map((one) => describeReading(state, one, OWN, (id) => id.toUpperCase())),
  };
}

test("[RM71] on this device, on another's and out of the room, each says so", () => {
  const room = createRoom();
  room.join("Bo", "cloud", SARI);
  room.join("Cleo", "nothing", undefined);
  expect(room.says()).toEqual([
    [
      "Thinks on this device, with TINY.",
      "Is given the newest of everything said here, as far as its model holds it.",
      "Sees no pictures, and reads your descriptions of them.",
    ],
    [
      "Thinks on Sari's device, with CLOUD; what it reads is at hand there.",
      "What it reads leaves this room for api.example.com.",
      "Is given the newest of everything said here, as far as its model holds it.",
      "Sees pictures.",
    ],
    ["Reads nothing now: no device hosts Cleo."],
  ]);
});

test("[RM71] where personas know what they heard, who joins later is given less", () => {
  const room = createRoom();
  room.append({ kind: "knowledge", scope: "present" });
  room.join("Bo", "tiny", OWN);
  expect(room.says().map(([, given]) => given)).toEqual([
    "Is given the newest of everything said here, as far as its model holds it.",
    "Is given only what was said while it was in the cast.",
  ]);
  room.remove("Ada", "tiny");
  room.join("Ada", "tiny", OWN); // She was there first, and missed what was said meanwhile.
  expect(room.says().map(([, given]) => given)).toEqual([
    "Is given only what was said while it was in the cast.",
    "Is given only what was said while it was in the cast.",
  ]);
  room.append({ kind: "knowledge", scope: "everyone" });
  expect(new Set(room.says().map(([, given]) => given)).size).toBe(1);
});

test("[RM71] whose host leaves reads nothing until another one takes over", () => {
  const room = createRoom();
  room.append({ kind: "left", device: OWN }, "sequencer");
  expect(room.says()).toEqual([["Reads nothing now: no device hosts Ada."]]);
});
