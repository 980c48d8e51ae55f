import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import {
  type DeviceOffer,
  fittingRoom,
  type RoomFeed,
  type RoomFeeds,
} from "#shared/hosting/mod.ts";
import type { NewEntry } from "#shared/ports/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { blobEvent, jpegBytes, saidImage } from "#shared/testing/fakes/image-kit.ts";
import { ME, RoomScript, roomScript } from "#shared/testing/fakes/room-script.ts";
import { createDatabase } from "../adapters/idb-database.ts";
import { createIdbImageDrafts } from "../adapters/idb-image-drafts.ts";
import { freshDatabaseName } from "../adapters/idb-stores.contract.ts";
import type { RoomIndex } from "../adapters/idb-room-index.ts";
import type { RoomRow } from "../adapters/stored-rows.ts";
import { runRoomCommand } from "./room-commands.ts";

const ROOM = "room";
const images = createIdbImageDrafts(createDatabase(freshDatabaseName()));
const offer: DeviceOffer = { device: "dv_me", name: "Ada", hostsForOthers: true, lanes: [] };

/** A feed that never appends: what a shared room's does while its relay is out of reach. */
function setup(access: "write" | "read" | undefined) {
  const queued: NewEntry[] = [];
  const appended: string[] = [];
  const feed: Partial<RoomFeed> = {
    roomId: ROOM,
    device: "me-here",
    state: () => new RoomScript().state(),
    async append(event, _signal, id) {
      appended.push(`${event.kind} ${id}`);
      return err({ kind: "storage-full" });
    },
  };
  const deps = {
    ids: new CountingIds(),
    feeds: { get: () => feed as RoomFeed } as Partial<RoomFeeds> as RoomFeeds,
    index: { rename: async () => ok({}) } as unknown as RoomIndex,
    offer: () => offer,
    imageDrafts: () => images,
    accessOf: () => access,
    queue: async ({ entry }: { readonly entry: NewEntry }) => {
      queued.push(entry);
      return ok(undefined);
    },
  };
  const say = { kind: "say", roomId: ROOM, id: "msg_1", text: "hello", addressed: [] } as const;
  return { deps, say, queued, appended };
}

test("[SY97] in a shared room a command is done once its entry is in the outbox", async () => {
  const { deps, say, queued, appended } = setup("write");
  const rename = { kind: "rename-room", roomId: ROOM, name: "Attic" } as const;
  const done = ok({ kind: "done" });
  expect(await runRoomCommand(deps, say, noAbort)).toEqual(done);
  expect(await runRoomCommand(deps, rename, noAbort)).toEqual(done);
  expect([queued.map(({ id, device, body }) => [id, device, body]), appended]).toEqual([[
    ["msg_1", "me-here", { kind: "say", text: "hello", addressed: [] }],
    [expect.any(String), "me-here", { kind: "name", name: "Attic" }],
  ], []]);
});

test("[RM46] [RM54] images go to the log before their message, once each, and raise its rules", async () => {
  const { deps, say, queued } = setup("write");
  const bytes = jpegBytes(4, 3, 1);
  const drafts = ["im_1", "im_2"].map((id, place) => ({
    id,
    place,
    said: saidImage(bytes, 4, 3, id),
    bytes,
  }));
  for (const draft of drafts) await images.put(ROOM, draft, 9, noAbort);
  const shown = { ...say, text: "", attachments: ["im_1", "im_2"] };
  expect(await runRoomCommand(deps, shown, noAbort)).toEqual(ok({ kind: "done" }));
  expect(queued.map(({ body }) => body)).toEqual([
    { kind: "rules", rules: 3 },
    blobEvent(bytes),
    { kind: "say", text: "", addressed: [], images: drafts.map(({ said }) => said) },
  ]);
  expect(queued.at(-1)?.id).toBe(say.id);
  const gone = { ...say, attachments: ["im_1", "im_3"] };
  const { deps: others, queued: none } = setup("write");
  expect(await runRoomCommand(others, gone, noAbort))
    .toEqual(err({ kind: "not-found", what: "image" }));
  expect(none).toEqual([]);
});

test("[RM53] a message with more images than one may have is refused, and nothing of it said", async () => {
  const { deps, say, queued } = setup("write");
  const imagesMax = protocolLimits.imagesMax;
  const attachments = Array.from({ length: imagesMax + 1 }, (_, at) => `im_${at}`);
  expect(await runRoomCommand(deps, { ...say, attachments }, noAbort))
    .toEqual(err({ kind: "images-full", imagesMax }));
  expect(queued).toEqual([]);
});

test("[SY97] who may only read appends nothing", async () => {
  const { deps, say, queued, appended } = setup("read");
  expect(await runRoomCommand(deps, say, noAbort)).toEqual(err({ kind: "room-read-only" }));
  expect([queued, appended]).toEqual([[], []]);
});

test("a local room's command is done when its log has the entry, or not", async () => {
  const { deps, say, queued, appended } = setup(undefined);
  expect(await runRoomCommand(deps, say, noAbort)).toEqual(err({ kind: "storage-full" }));
  expect([queued, appended]).toEqual([[], ["say msg_1"]]);
});

test("[RM38] a recipe that the room's rules do not know raises them first", async () => {
  const { deps, queued } = setup("write");
  const choose = (kind: "panel" | "debate") =>
    runRoomCommand(
      deps,
      { kind: "set-recipe", roomId: ROOM, recipe: { kind, followUpsMax: 0 } },
      noAbort,
    );
  await choose("panel");
  await choose("debate");
  expect(queued.map(({ body }) => body)).toEqual([
    { kind: "recipe", recipe: { kind: "panel", followUpsMax: 0 } },
    { kind: "rules", rules: 2 },
    { kind: "recipe", recipe: { kind: "debate", followUpsMax: 0 } },
  ]);
});

test("[RM40] personas that know what they heard raise the room's rules first", async () => {
  const { deps, queued } = setup("write");
  const command = { kind: "set-knowledge", roomId: ROOM, knowledge: "present" } as const;
  await runRoomCommand(deps, command, noAbort);
  expect(queued.map(({ body }) => body)).toEqual([
    { kind: "rules", rules: 3 },
    { kind: "knowledge", scope: "present" },
  ]);
});

test("[RM65] [SY200] a rewind raises the room's rules first, so that it can be taken back", async () => {
  const { deps, queued } = setup("write");
  const room = roomScript();
  const first = room.say("one");
  const last = room.say("two");
  const state = () => ({ ...room.state(), rules: 3 });
  const feed = { ...deps.feeds.get(ROOM), state } as RoomFeed;
  const given = { ...deps, feeds: { get: () => feed } as Partial<RoomFeeds> as RoomFeeds };
  await runRoomCommand(given, { kind: "rewind", roomId: ROOM, to: first }, noAbort);
  await runRoomCommand(given, { kind: "pin", roomId: ROOM, of: first, pinned: true }, noAbort);
  const raised = { kind: "rules", rules: 5 };
  expect(queued.map(({ body }) => body)).toEqual([
    raised,
    { kind: "rewind", to: first, expect: last },
    raised,
    { kind: "pin", of: first, pinned: true },
  ]);
});

/** As it is read from a file. */
function savedState(): RoomState {
  const room = roomScript().state();
  const fitting = fittingRoom(room, ME, offer.device);
  if (!fitting.ok) throw new Error(fitting.error.kind);
  return { ...fitting.value.state, recipe: room.recipe, rules: room.rules };
}

test("[PL52] a saved room becomes a new one of this device, whole, or the store's error", async () => {
  const { deps } = setup(undefined);
  const created: { readonly name: string; readonly kinds: readonly string[] }[] = [];
  const create: RoomIndex["create"] = async ({ roomId, name }, entries) => {
    created.push({ name, kinds: entries.map(({ body }) => (body as { kind: string }).kind) });
    return name === "Full" ? err({ kind: "storage-full" }) : ok({ roomId } as RoomRow);
  };
  const index = { ...deps.index, create } as RoomIndex;
  const state = savedState();
  const importOf = (name: string) =>
    runRoomCommand(
      { ...deps, index },
      {
        kind: "import-room",
        saved: { name, recipe: state.recipe, state },
      },
      noAbort,
    );
  expect(await importOf("Garden")).toMatchObject({ ok: true, value: { kind: "room-created" } });
  expect(await importOf("Full")).toEqual(err({ kind: "storage-full" }));
  // This device of the test offers no lane: it can assign nobody.
  expect(created[0]).toEqual({ name: "Garden", kinds: ["genesis", "device", "announce"] });
});

test("[PL53] a saved room that would begin empty is refused, and none is made", async () => {
  const { deps } = setup(undefined);
  const state = { ...savedState(), rules: 2 };
  const devices = new Map([["dv_1", { id: "dv_1", name: "Ada", gone: true as const }]]);
  const saved = { name: "Garden", recipe: state.recipe, state: { ...state, devices } };
  // The index of these tests has no `create`: it is not asked.
  expect(await runRoomCommand(deps, { kind: "import-room", saved }, noAbort))
    .toMatchObject({ ok: false, error: { kind: "storage-corrupt" } });
});

test("[SY157] in a room that moved only who goes along says anything, and changes nothing else", async () => {
  const rename = { kind: "rename-room", roomId: ROOM, name: "Attic" } as const;
  for (const device of ["me-here", "somebody-else"]) {
    const { deps, say, queued } = setup("write");
    const room = roomScript();
    const boxes = [{ device, sealed: "S".repeat(64) }];
    const keys = { to: "A".repeat(22), covers: 1, sealKey: "K".repeat(43), boxes };
    room.add({ kind: "closed", ...keys });
    const feed = { ...deps.feeds.get(ROOM), state: () => room.state() } as RoomFeed;
    const moved = { ...deps, feeds: { get: () => feed } as Partial<RoomFeeds> as RoomFeeds };
    const isAlong = device === "me-here";
    expect(await runRoomCommand(moved, say, noAbort))
      .toEqual(isAlong ? ok({ kind: "done" }) : err({ kind: "room-moved" }));
    expect(await runRoomCommand(moved, rename, noAbort)).toEqual(err({ kind: "room-moved" }));
    expect(queued.map(({ body }) => (body as { kind: string }).kind))
      .toEqual(isAlong ? ["say"] : []);
  }
});
