import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import { createDeviceKeys, createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import { closedEvent } from "#shared/hosting/mod.ts";
import type { Bytes, SharedRoomKeys } from "#shared/ports/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { followRoom } from "./follow-room.ts";
import { moveRoom } from "./move-room.ts";
import { crypto, makeMovingDevice, tick } from "./moving-device.contract.ts";

type Device = Awaited<ReturnType<typeof makeMovingDevice>>;
type Page = Awaited<ReturnType<Device["openPage"]>>;

const relayUrl = "wss://r/relay";
const recipe = { kind: "panel", followUpsMax: 0 } as const;

const follow = (page: Page, roomId: string) =>
  followRoom(page.deps, { kind: "follow-room", roomId }, noAbort);

async function makeRoomKeys() {
  const secret = createRoomSecret(crypto);
  return { secret, roomId: (await deriveRoom(crypto, { access: "write", secret })).roomId };
}

/** Noor closes `from` in favour of `to`, with a box for this device. */
async function close(
  device: Device,
  page: Page,
  from: string,
  to: { readonly secret: Bytes; readonly roomId: string },
): Promise<void> {
  const base = { relayUrl, access: "write", device: device.noor } as const;
  const next = { ...base, secret: to.secret, roomId: to.roomId };
  const rooms = { old: { ...next, roomId: from }, next };
  const keys = new Map([[device.own.id, device.own.agreePublicKey]]);
  const closed = await closedEvent(crypto, rooms, 1, { keys, unreachable: [] });
  await device.order(from, [device.by(device.noor, closed, `closed-${from}`)]);
  while (page.deps.feeds.get(from)?.state().closed === undefined) await tick();
}

/** A shared room that this device is in as `as`. */
async function joinRoom(
  device: Device,
  page: Page,
  as: SharedRoomKeys["device"],
): Promise<SharedRoomKeys & { readonly secret: Bytes }> {
  const keys = { ...await makeRoomKeys(), relayUrl, access: "write", device: as } as const;
  const { roomId } = keys;
  valueOf(await page.deps.rooms.save(keys, noAbort), "save");
  valueOf(
    await device.index.create({ roomId, name: "Attic", shared: true }, [], noAbort),
    "create",
  );
  await device.order(roomId, [
    device.by(as, { kind: "genesis", rules: 2, roomId, name: "Attic", recipe }, "attic"),
    device.by(device.noor, { kind: "device", name: "Noor" }, "attic-noor"),
    device.by(device.own, { kind: "device", name: "Mika" }, "attic-mika"),
  ]);
  page.deps.feeds.open(roomId);
  return keys;
}

const listedIds = async (device: Device) => (await device.listed()).map(({ id }) => id).toSorted();

test("[SY153] nobody is led into a room that this device is in as another one", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const attic = await joinRoom(device, page, await createDeviceKeys(crypto));
  const said = device.by(device.own, { kind: "say", text: "only here", addressed: [] }, "mine");
  const queued = { roomId: device.roomId, entry: said };
  valueOf(await device.store.addOutbox(queued, noAbort), "queue");
  await close(device, page, device.roomId, attic);
  expect(await follow(page, device.roomId)).toEqual(err({ kind: "move-box-void" }));
  expect(await listedIds(device)).toEqual([attic.roomId, device.roomId].toSorted());
  const kept = valueOf(await page.deps.rooms.load(attic.roomId, noAbort), "load");
  expect(kept?.device.id).toBe(attic.device.id);
  expect(await device.rowsOf(attic.roomId)).toEqual([]);
  expect(await device.rowsOf(device.roomId)).toEqual([said]);
});

test("[SY153] of moves in a circle the last leads nowhere, and its room stays", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const first = valueOf(await page.deps.rooms.load(device.roomId, noAbort), "load");
  if (first?.access !== "write") throw new Error("No keys");
  const attic = await joinRoom(device, page, device.own);
  await close(device, page, device.roomId, attic);
  expect(await follow(page, device.roomId))
    .toEqual(ok({ kind: "room-moved", roomId: attic.roomId }));
  await close(device, page, attic.roomId, first);
  expect(await follow(page, attic.roomId)).toEqual(err({ kind: "move-box-void" }));
  expect(await listedIds(device)).toEqual([attic.roomId]);
});

test("[SY154] what another tab followed and the relay took meanwhile is not carried twice", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const command = { kind: "move-room", roomId: device.roomId, without: [device.eve.id] } as const;
  const moving = moveRoom(page.deps, command, page.signal);
  while ((await device.listed()).length < 2) await tick();
  const late = device.by(device.own, { kind: "say", text: "late", addressed: [] }, "late");
  await device.order(device.roomId, [late]);
  let isOver = false;
  void moving.then(() => isOver = true);
  while (!isOver) {
    await device.relay();
    await tick();
  }
  await device.relay();
  const answer = await moving;
  if (!answer.ok || answer.value.kind !== "room-moved") throw new Error(JSON.stringify(answer));
  const to = answer.value.roomId;
  const log = valueOf(await device.logOf(to).read(0, 1_000, noAbort), "read");
  expect(log.map(({ body }) => body)).toContainEqual(late.body);
  expect(await device.rowsOf(to)).toEqual([]);
  // The other tab read the room's row before this one had followed.
  const other = await device.openPage();
  while (other.deps.feeds.get(device.roomId)?.state().closed === undefined) await tick();
  const { index } = other.deps;
  const before: typeof index = {
    ...index,
    async get(roomId, signal) {
      const row = await index.get(roomId, signal);
      if (!row.ok || row.value === undefined) return row;
      const { movedTo: _later, ...room } = row.value;
      return ok(roomId === device.roomId ? room : row.value);
    },
  };
  const deps = { ...other.deps, index: before };
  expect(await followRoom(deps, { kind: "follow-room", roomId: device.roomId }, noAbort))
    .toEqual(answer);
  expect(await device.rowsOf(to)).toEqual([]);
});

test("[SY201] what is said late to a room that was followed answers the same message", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const to = await makeRoomKeys();
  await close(device, page, device.roomId, to);
  expect(await follow(page, device.roomId)).toEqual(ok({ kind: "room-moved", roomId: to.roomId }));
  const body = { kind: "say", text: "late", addressed: [], replyTo: 1 } as const;
  const late = device.by(device.own, body, "late");
  valueOf(await device.store.addOutbox({ roomId: device.roomId, entry: late }, noAbort), "add");
  const next = await device.openPage();
  expect(await follow(next, device.roomId)).toEqual(ok({ kind: "room-moved", roomId: to.roomId }));
  expect((await device.rowsOf(to.roomId)).at(-1)?.body).toEqual({ ...body, replyTo: -1 });
});

test("[SY286] the old room stays in the list until something of the new one has come", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const to = await makeRoomKeys();
  await close(device, page, device.roomId, to);
  await follow(page, device.roomId);
  expect(await device.leaving()).toEqual([device.roomId]);
  // Screens of the old room stay there, and its history with them.
  const moves = async () => valueOf(await device.index.moves(noAbort), "moves");
  expect((await moves()).size).toBe(0);
  await device.relay(to.roomId);
  expect(await device.leaving()).toEqual([]);
  expect(await moves()).toEqual(new Map([[device.roomId, to.roomId]]));
});

test("[SY286] who deletes a room that moves does not get it back under another name", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const to = await makeRoomKeys();
  await close(device, page, device.roomId, to);
  await follow(page, device.roomId);
  valueOf(await device.index.delete(device.roomId, noAbort), "delete");
  expect([await device.listed(), await device.leaving()]).toEqual([[], []]);
  expect(await device.rowsOf(to.roomId)).toEqual([]);
});

test("[SY167] a new room of which nothing came does not take the history with it", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const to = await makeRoomKeys();
  await close(device, page, device.roomId, to);
  await follow(page, device.roomId);
  expect(await listedIds(device)).toEqual([to.roomId]);
  valueOf(await device.index.delete(to.roomId, noAbort), "delete");
  expect(await listedIds(device)).toEqual([device.roomId]);
  expect(valueOf(await device.logOf(device.roomId).head(noAbort), "head")).toBe(6);
  // Once it has a log, the old one is a part of it, and goes with it.
  await follow(page, device.roomId);
  await device.relay(to.roomId);
  valueOf(await device.index.delete(to.roomId, noAbort), "delete");
  expect(await listedIds(device)).toEqual([]);
  expect(valueOf(await device.logOf(device.roomId).head(noAbort), "head")).toBe(0);
});
