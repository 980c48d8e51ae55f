import { expect, test } from "vitest";
import { err, ok } from "../base/result.ts";
import { protocolLimits } from "../protocol/limits.ts";
import type { MessageImage } from "../room/room-state.ts";
import { noAbort } from "../testing/contracts/contract-case.ts";
import { createCryptoKit } from "../testing/fakes/crypto-kit.ts";
import { blobEvent, jpegBytes, saidImage } from "../testing/fakes/image-kit.ts";
import { ME, RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { hostingLimits } from "./limits.ts";
import { checkImage, readRoomImage } from "./room-images.ts";

const bytes = jpegBytes(4, 3, 1);
const said = saidImage(bytes, 4, 3);
const { data, sha256 } = blobEvent(bytes);

/** Reads the newest message's first image out of the script's own log. */
function readNewest(room: RoomScript) {
  const state = room.state();
  const image = state.messages.at(-1)?.images?.[0] as MessageImage;
  return readFrom(room, image, state.blobs);
}

function readFrom(
  { entries }: RoomScript,
  image: MessageImage,
  blobs: Parameters<typeof readRoomImage>[2] = [],
) {
  const seen: number[] = [];
  const log = {
    async read(afterSeq: number, entriesMax: number) {
      seen.push(afterSeq + 1);
      return ok(entries.filter(({ seq }) => seq > afterSeq).slice(0, entriesMax));
    },
  };
  return readRoomImage(log, image, blobs, noAbort).then((read) => ({ read, seen }));
}

function say(room: RoomScript, device = ME): void {
  room.add({ kind: "say", text: "look", addressed: [], images: [said] }, device);
}

test("[RM50] an image is read where its author offered it", async () => {
  const room = roomScript();
  const seq = room.add(blobEvent(bytes));
  say(room);
  expect(await readNewest(room)).toEqual({ read: ok(bytes), seen: [seq] });
});

test("[RM49] [RM50] one that its author never offered is read from whoever did, later too", async () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  say(room);
  expect((await readNewest(room)).read).toEqual(err({ kind: "image-gone" }));
  room.add(blobEvent(bytes), "dv_jon");
  expect((await readNewest(room)).read).toEqual(ok(bytes));
});

test("[RM50] a wrong offer is passed over, and named when there is no other", async () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  const lie = { ...blobEvent(jpegBytes(4, 3, 7)), sha256 };
  room.add(blobEvent(bytes));
  room.add(lie, "dv_jon");
  say(room, "dv_jon");
  expect((await readNewest(room)).read).toEqual(ok(bytes));
  const alone = roomScript();
  alone.add(lie);
  say(alone);
  expect((await readNewest(alone)).read).toEqual(err({ kind: "image-wrong", field: "sha256" }));
});

test("[RM50] only so many offers are looked at", async () => {
  const room = roomScript();
  for (let device = 0; device < 9; device += 1) {
    room.add({ kind: "device", name: "Jon" }, `dv_${device}`);
    room.add({ ...blobEvent(jpegBytes(4, 3, 7)), sha256 }, `dv_${device}`);
  }
  say(room);
  expect((await readNewest(room)).seen).toHaveLength(hostingLimits.imageTriesMax);
});

test("[RM50] a place that holds something else, or was trimmed, holds no image", async () => {
  const room = roomScript();
  const seq = room.say("no image");
  expect((await readFrom(room, { ...said, seq })).read).toEqual(err({ kind: "image-gone" }));
  expect((await readFrom(room, { ...said, seq: 999 })).read).toEqual(err({ kind: "image-gone" }));
});

const huge = jpegBytes(protocolLimits.imageEdgeMax + 1, 3);
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, ...jpegBytes(4, 3).slice(4)]);

test.each(
  [
    ["data", said, `${data}=`],
    ["bytes", said, blobEvent(jpegBytes(4, 3, 1, 65)).data],
    [
      "bytes",
      saidImage(jpegBytes(4, 3, 1, protocolLimits.imageBytesMax + 3), 4, 3),
      blobEvent(jpegBytes(4, 3, 1, protocolLimits.imageBytesMax + 3)).data,
    ],
    ["mimeType", saidImage(png, 4, 3), blobEvent(png).data],
    ["size", { ...said, width: 5 }, data],
    ["size", saidImage(huge, protocolLimits.imageEdgeMax + 1, 3), blobEvent(huge).data],
    ["sha256", said, blobEvent(jpegBytes(4, 3, 2)).data],
  ] as const,
)("[RM50] [RM51] wrong by %s is refused by that name", (field, image, text) => {
  expect(checkImage(image, text)).toEqual(err({ kind: "image-wrong", field }));
});

test("[RM50] an image of the greatest size crosses a relay in eight entries, and is whole there", async () => {
  const kit = await createCryptoKit();
  const greatest = jpegBytes(1_536, 1_536, 1, protocolLimits.imageBytesMax);
  const opened = await kit.pass(
    kit.createSealer(),
    kit.createOpener(),
    "in_1",
    blobEvent(greatest),
  );
  expect(opened.map(({ body }) => (body as { kind: string }).kind))
    .toEqual([...Array<string>(7).fill("part"), "blob"]);
  const [last] = opened.slice(-1).map(({ body }) => body as { readonly data: string });
  expect(checkImage(saidImage(greatest, 1_536, 1_536), last?.data ?? "")).toEqual(ok(greatest));
  const bytes = new TextEncoder().encode(JSON.stringify(opened.at(-1))).length;
  expect(bytes).toBeLessThanOrEqual(protocolLimits.blobBytesMax);
});
