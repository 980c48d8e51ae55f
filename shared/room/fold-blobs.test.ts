import { expect, test } from "vitest";
import { blobEvent, jpegBytes, saidImage } from "../testing/fakes/image-kit.ts";
import { ME, RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { decodeCheckpoint, encodeCheckpoint, logCheckpointOf } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { foldEntries } from "./fold.ts";
import { seesImages } from "./hosting-rules.ts";
import { importedState, stateFromBeginning } from "./import-state.ts";
import { roomLimits } from "./limits.ts";

const cat = jpegBytes(4, 3, 1);
const dog = jpegBytes(4, 3, 2);
const catSaid = saidImage(cat, 4, 3, "a cat");
const dogSaid = saidImage(dog, 4, 3);
const recipe = { kind: "panel", followUpsMax: 0 } as const;

function sayImages(room: RoomScript, text = "look", device = ME): number {
  return room.add({ kind: "say", text, addressed: [], images: [catSaid, dogSaid] }, device);
}

function newestImages(room: RoomScript) {
  return room.state().messages.at(-1)?.images;
}

test("[RM47] an image of a message is at its author's newest blob of that hash before it", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  room.add(blobEvent(cat));
  const second = room.add(blobEvent(cat));
  room.add(blobEvent(cat), "dv_jon");
  room.add(blobEvent(dog), "dv_jon");
  sayImages(room);
  room.add(blobEvent(dog));
  // The dog was offered by another, and by the author behind the message.
  expect(newestImages(room)).toEqual([{ ...catSaid, seq: second }, dogSaid]);
});

test("[RM47] a device that says no device event offers nothing", () => {
  const room = roomScript();
  room.add(blobEvent(cat), "dv_stranger");
  expect(room.state().blobs).toEqual([]);
  expect(room.state().ignored.at(-1)?.reason).toBe("device-unknown");
});

test("[RM46] in a room of older rules a blob is ignored and a message counts without images", () => {
  const room = new RoomScript();
  room.add({ kind: "genesis", rules: 2, roomId: "rm_1", name: "Garden", recipe });
  room.add({ kind: "device", name: "Mika" });
  room.add(blobEvent(cat));
  sayImages(room);
  sayImages(room, "  ");
  const { messages, blobs, ignored } = room.state();
  expect(messages.map((one) => [one.text, "images" in one])).toEqual([["look", false]]);
  expect([blobs, ignored.map((one) => one.reason)]).toEqual([
    [],
    ["rules-older", "malformed: text"],
  ]);
  room.add({ kind: "rules", rules: 3 });
  const seq = room.add(blobEvent(cat));
  sayImages(room, "");
  expect(newestImages(room)?.[0]).toEqual({ ...catSaid, seq });
});

test("[RM48] a state remembers the newest blobs and where they are, and no bytes", () => {
  const room = roomScript();
  const first = room.entries.length + 1;
  for (let fill = 0; fill <= roomLimits.blobsMax; fill += 1) {
    room.add(blobEvent(jpegBytes(4, 3, fill)));
  }
  const { blobs } = room.state();
  expect([blobs.length, blobs[0]?.seq]).toEqual([roomLimits.blobsMax, first + 1]);
  expect(encodeCheckpoint(room.state())).not.toContain(blobEvent(jpegBytes(4, 3, 9)).data);
});

test("[RM48] a checkpoint keeps places, and without images has the text of before there were any", () => {
  const room = roomScript();
  room.say("hi");
  expect(encodeCheckpoint(room.state())).not.toContain("blobs");
  const older = JSON.parse(encodeCheckpoint(room.state())) as unknown;
  expect(decodeCheckpoint(JSON.stringify(older))).toEqual({ ok: true, value: room.state() });
  room.add(blobEvent(cat));
  sayImages(room);
  const text = logCheckpointOf(room.state());
  expect(decodeCheckpoint(text)).toEqual({
    ok: true,
    value: { ...room.state(), ignored: [], importedBy: undefined, readerOnly: undefined },
  });
});

test("[RM21] [RM48] who began behind a checkpoint finds a later message's image where all do", () => {
  const room = roomScript();
  room.add(blobEvent(cat));
  const before = decodeCheckpoint(logCheckpointOf(room.state()));
  const { length } = room.entries;
  sayImages(room);
  const joined = foldEntries(before.ok ? before.value : emptyState(), room.entries.slice(length));
  expect(joined.messages.at(-1)?.images).toEqual(newestImages(room));
  expect(logCheckpointOf(joined)).toBe(logCheckpointOf(room.state()));
});

test("[RM49] images of a room's beginning have no place", () => {
  const room = roomScript();
  room.add(blobEvent(cat));
  sayImages(room);
  const imported = importedState(room.state(), ME, "dv_new", "rm_2");
  expect(imported.messages.at(-1)?.images).toEqual([catSaid, dogSaid]);
  const begun = stateFromBeginning(JSON.parse(encodeCheckpoint(imported)));
  const images = begun.ok ? begun.value.messages.at(-1)?.images : begun.error;
  expect(images).toEqual([catSaid, dogSaid]);
});

test("[RM52] a persona sees what her holder's lane for her sees", () => {
  const room = roomScript();
  const lane = { engine: "openai", lane: "unknown", contextTokens: 512, slots: 1 } as const;
  room.add({
    kind: "announce",
    lanes: [{ ...lane, modelId: "eye", seesImages: true }, { ...lane, modelId: "m" }],
    hostsForOthers: true,
  });
  const requirement = { modelId: "m", contextTokensMin: 0 };
  const card = { name: "C", gist: "", description: "", greeting: "", hue: 0 };
  const persona = { kind: "persona", persona: "c", card, hosts: "any", removed: false } as const;
  room.add({ ...persona, requirement });
  const sees = (id: string) => {
    const state = room.state();
    const found = state.personas.get(id);
    return found && seesImages(state, found);
  };
  expect([sees("a"), sees("c")]).toEqual([true, undefined]);
  room.add({ kind: "assign", persona: "c" });
  expect(sees("c")).toBe(false);
});
