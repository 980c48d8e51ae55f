import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { blobEvent, jpegBytes, saidImage } from "#shared/testing/fakes/image-kit.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { MemoryRoomLog } from "#shared/testing/fakes/memory-room-log.ts";
import { createDatabase } from "../../adapters/idb-database.ts";
import { createIdbImageDrafts } from "../../adapters/idb-image-drafts.ts";
import { freshDatabaseName } from "../../adapters/idb-stores.contract.ts";
import { clientLimits } from "../limits.ts";
import {
  attachImage,
  describeImage,
  detachImages,
  listDrafts,
  readImage,
} from "./image-commands.ts";

const ROOM = "rm_1";
const bytesOf = (fill: number) => jpegBytes(4, 3, fill);

/** `tab` opens another handle on the same storage: after a reload, or in a second tab. */
function setup() {
  const name = freshDatabaseName();
  const away: string[] = [];
  let next = 9;
  // Ids that come in no order.
  const ids = { next: (prefix: string) => `${prefix}_${next--}` };
  const tab = () => ({
    ids,
    drafts: createIdbImageDrafts(createDatabase(name)),
    inFlight: () => away,
  });
  return { tab, away, ids };
}

test("[RM53] what was attached is there after a reload, in its order, and in its room alone", async () => {
  const { tab } = setup();
  const first = await attachImage(tab(), ROOM, bytesOf(1), noAbort);
  const second = await attachImage(tab(), ROOM, bytesOf(2), noAbort);
  await attachImage(tab(), "rm_2", bytesOf(3), noAbort);
  expect(first).toEqual(ok({
    ...{ id: "im_9", place: 1, bytes: bytesOf(1) },
    said: saidImage(bytesOf(1), 4, 3),
  }));
  const kept = await listDrafts(tab(), ROOM, noAbort);
  expect(kept.ok && kept.value).toEqual([first, second].map((one) => one.ok && one.value));
});

test("[RM53] what belongs to a message on its way is not attached to the next", async () => {
  const { tab, away } = setup();
  await attachImage(tab(), ROOM, bytesOf(1), noAbort);
  away.push("im_9");
  expect(await listDrafts(tab(), ROOM, noAbort)).toEqual(ok([]));
  const next = await attachImage(tab(), ROOM, bytesOf(1), noAbort);
  expect(await listDrafts(tab(), ROOM, noAbort)).toEqual(ok([next.ok && next.value]));
});

test("[RM53] more than a message may have is refused, and more than the device keeps", async () => {
  const { tab } = setup();
  const attach = (roomId: string) => attachImage(tab(), roomId, bytesOf(1), noAbort);
  const full = (imagesMax: number) => err({ kind: "images-full", imagesMax });
  for (let index = 0; index < protocolLimits.imagesMax; index += 1) {
    expect(await attach(ROOM)).toMatchObject({ ok: true });
  }
  expect(await attach(ROOM)).toEqual(full(protocolLimits.imagesMax));
  const { imageDraftsMax } = clientLimits;
  for (let room = 1; room < imageDraftsMax / protocolLimits.imagesMax; room += 1) {
    for (let index = 0; index < protocolLimits.imagesMax; index += 1) await attach(`rm_${room}x`);
  }
  expect(await attach("rm_last")).toEqual(full(imageDraftsMax));
});

test("[SY276] an image is described and removed in the room that its own became", async () => {
  const { tab } = setup();
  const { drafts } = tab();
  const one = valueOf(await attachImage(tab(), ROOM, bytesOf(1), noAbort), "attach");
  const rooms = [ROOM, "rm_2"];
  const shown = async () =>
    Promise.all(
      rooms.map(async (room) =>
        valueOf(await listDrafts(tab(), room, noAbort), "list").map(({ said }) => said.alt)
      ),
    );
  await drafts.move(ROOM, "rm_2", noAbort);
  await describeImage(tab(), rooms, one, "a boat", noAbort);
  expect(await shown()).toEqual([[], ["a boat"]]);
  await detachImages(tab(), rooms, [one.id], noAbort);
  await describeImage(tab(), rooms, one, "a boat at sea", noAbort);
  expect(await shown(), "it was removed").toEqual([[], []]);
});

test.each([
  ["no JPEG", new TextEncoder().encode("<svg/>")],
  ["too many pixels", jpegBytes(protocolLimits.imageEdgeMax + 1, 3)],
  ["too many bytes", jpegBytes(4, 3, 1, protocolLimits.imageBytesMax + 1)],
])("[RM53] %s is refused by name", async (_title, bytes) => {
  const { tab } = setup();
  expect(await attachImage(tab(), ROOM, bytes, noAbort)).toEqual(err({ kind: "image-unfit" }));
  expect(await listDrafts(tab(), ROOM, noAbort)).toEqual(ok([]));
});

test("[RM55] an image is read from the outbox until it is in the log", async () => {
  const clock = new ManualClock();
  const [log, store, ids] = [new MemoryRoomLog(clock), new MemoryPeerStore(), new CountingIds()];
  const image = saidImage(bytesOf(1), 4, 3);
  const read = (seq?: number) =>
    readImage({ log, store, blobs: [] }, ROOM, seq ? { ...image, seq } : image, noAbort);
  expect(await read()).toEqual(err({ kind: "image-gone" }));
  const entry = { id: ids.next("en"), device: "dv", body: blobEvent(bytesOf(1)) };
  const other = { id: ids.next("en"), device: "dv", body: blobEvent(bytesOf(2)) };
  await store.addOutbox({ roomId: ROOM, entry: other }, noAbort);
  await store.addOutbox({ roomId: ROOM, entry }, noAbort);
  expect(await read()).toEqual(ok(bytesOf(1)));
  const rows = await store.outbox(ROOM, 9, noAbort);
  for (const row of rows.ok ? rows.value : []) await store.removeOutbox(row.order, noAbort);
  await log.append({ id: "en_g", device: "dv", body: { kind: "name", name: "R" } }, noAbort);
  await log.append(entry, noAbort);
  expect(await read()).toEqual(err({ kind: "image-gone" }));
  expect(await read(2)).toEqual(ok(bytesOf(1)));
});
