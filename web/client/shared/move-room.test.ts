import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import { createRoomSecret, deriveRoom } from "#shared/crypto/mod.ts";
import { closedEvent } from "#shared/hosting/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { clientLimits } from "../limits.ts";
import { followRoom } from "./follow-room.ts";
import { forgetMove, moveRoom } from "./move-room.ts";
import { crypto, makeMovingDevice, tick } from "./moving-device.contract.ts";
import type { SharedAnswer } from "./shared-command.ts";

type Device = Awaited<ReturnType<typeof makeMovingDevice>>;
type Page = Awaited<ReturnType<Device["openPage"]>>;

const move = (device: Device, page: Page): Promise<SharedAnswer> =>
  moveRoom(
    page.deps,
    { kind: "move-room", roomId: device.roomId, without: [device.eve.id] },
    page.signal,
  );

/** Lets the relay take what waits until `done` settles. */
async function relayed<T>(device: Device, done: Promise<T>, only?: string): Promise<T> {
  let isOver = false;
  const over = done.finally(() => isOver = true);
  over.catch(() => undefined);
  while (!isOver) {
    await device.relay(only);
    await tick();
  }
  return await over;
}

/** The events of a room's log by one device. */
async function bodiesBy(device: Device, roomId: string, author: string) {
  const entries = valueOf(await device.logOf(roomId).read(0, 1_000, noAbort), "read");
  return entries.filter((entry) => entry.device === author).map(({ body }) => body);
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!await check()) await tick();
}

test("[SY151] the old room ends when the new one is whole at the relay, and goes out of the list", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const moving = move(device, page);
  await until(async () => (await device.listed()).length === 2);
  const made = (await device.listed()).find(({ movingFrom }) => movingFrom === device.roomId);
  expect(made).toBeDefined();
  // Nothing of it is told while the relay lacks a part of the new room.
  await tick();
  expect(await device.rowsOf(device.roomId)).toEqual([]);
  const answer = await relayed(device, moving);
  expect(answer).toEqual(ok({ kind: "room-moved", roomId: made?.id }));
  expect(await device.listed()).toEqual([{ id: made?.id, movingFrom: undefined }]);
  expect(valueOf(await device.index.moves(noAbort), "moves"))
    .toEqual(new Map([[device.roomId, made?.id]]));
  expect(await device.index.get(device.roomId, noAbort))
    .toMatchObject(ok({ movedTo: made?.id, movedCovers: 5 }));
  const closed = (await bodiesBy(device, device.roomId, device.own.id)).at(-1);
  const boxes = [device.own.id, device.noor.id].map((id) => ({ device: id }));
  expect(closed).toMatchObject({ kind: "closed", to: made?.id, covers: 5, boxes });
  expect(await move(device, page)).toEqual(err({ kind: "room-moved" }));
});

test("[HO184] who cannot come by itself is named to the mover", async () => {
  const device = await makeMovingDevice();
  const stranger = { ...device.noor, id: "stranger-of-22-chars--" };
  await device.order(device.roomId, [
    device.by(stranger, { kind: "device", name: "Old friend" }, "d4"),
  ]);
  const page = await device.openPage();
  const answer = await relayed(device, move(device, page));
  expect(answer).toMatchObject({ value: { kind: "room-moved", unreachable: ["Old friend"] } });
});

test("[SY151] a relay that does not take the new room leaves everything as it was", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const moving = move(device, page);
  let isOver = false;
  void moving.then(() => isOver = true);
  while (!isOver) {
    await page.clock.advance(clientLimits.shareMsMax);
    await tick();
  }
  expect(await moving).toEqual(err({ kind: "relay-unreachable" }));
  expect(await device.listed()).toEqual([{ id: device.roomId, movingFrom: undefined }]);
  expect(await device.rowsOf(device.roomId)).toEqual([]);
});

test("[SY151] with its end on the way a move is no longer taken back, and ends by itself", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const moving = move(device, page);
  await until(async () => (await device.listed()).length === 2);
  const made = (await device.listed()).find(({ movingFrom }) => movingFrom !== undefined)?.id ?? "";
  await until(async () => {
    await device.relay(made);
    return (await device.rowsOf(device.roomId)).length === 1;
  });
  let isOver = false;
  void moving.then(() => isOver = true);
  while (!isOver) {
    await page.clock.advance(clientLimits.shareMsMax);
    await tick();
  }
  expect(await moving).toEqual(ok({ kind: "room-moving" }));
  const later = await device.openPage();
  expect(await forgetMove(later.deps, device.roomId, noAbort))
    .toEqual(err({ kind: "move-under-way" }));
  // Trying again finds the same end.
  expect(await relayed(device, move(device, later)))
    .toEqual(ok({ kind: "room-moved", roomId: made }));
});

test("[SY152] what a dead page left unfinished is forgotten, and nobody noticed", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  void move(device, page);
  await until(async () => (await device.listed()).length === 2);
  const later = await device.openPage();
  expect(await forgetMove(later.deps, device.roomId, noAbort)).toEqual(ok({ kind: "done" }));
  expect(await device.listed()).toEqual([{ id: device.roomId, movingFrom: undefined }]);
  expect(await bodiesBy(device, device.roomId, device.own.id)).toHaveLength(2);
});

test("[SY151] a move whose new room another tab forgot meanwhile closes nothing", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const moving = move(device, page);
  await until(async () => (await device.listed()).length === 2);
  const other = await device.openPage();
  expect(await forgetMove(other.deps, device.roomId, noAbort)).toEqual(ok({ kind: "done" }));
  expect(await relayed(device, moving)).toEqual(err({ kind: "not-found", what: "room" }));
  expect(await device.listed()).toEqual([{ id: device.roomId, movingFrom: undefined }]);
  expect(await device.rowsOf(device.roomId)).toEqual([]);
  expect(JSON.stringify(await bodiesBy(device, device.roomId, device.own.id)))
    .not.toContain("closed");
});

test(
  "[SY152] [SY153] [SY154] wherever a page dies, the next one finishes the move and says all once",
  async () => {
    for (let callsMax = 1;; callsMax += 1) {
      const device = await makeMovingDevice();
      const page = await device.openPage(callsMax);
      const said = device.by(device.own, { kind: "say", text: "and me?", addressed: [] }, "mine");
      const queued = { roomId: device.roomId, entry: said };
      const first = await relayed(
        device,
        (async () => {
          const moving = move(device, page);
          valueOf(await device.store.addOutbox(queued, noAbort), "queue");
          return await Promise.race([moving, page.died]);
        })(),
      );
      if (first === "died") {
        const next = await device.openPage();
        await relayed(device, untilFolded(next, device.roomId));
        const isClosed = next.deps.feeds.get(device.roomId)?.state().closed !== undefined;
        const again = isClosed
          ? followRoom(next.deps, { kind: "follow-room", roomId: device.roomId }, noAbort)
          : move(device, next);
        expect(await relayed(device, again), `death ${callsMax}`).toMatchObject({
          ok: true,
          value: { kind: "room-moved" },
        });
      }
      await device.relay();
      const rooms = await device.listed();
      expect(rooms, `death ${callsMax}`).toHaveLength(1);
      const [now] = rooms;
      expect(now?.movingFrom).toBeUndefined();
      const events = await bodiesBy(device, now?.id ?? "", device.own.id) as { kind: string }[];
      // Of the beginning, or carried along: never both, never neither.
      const begun = JSON.stringify(events.filter(({ kind }) => kind === "genesis"));
      const count = Number(begun.includes("and me?")) +
        events.filter(({ kind }) => kind === "say").length;
      expect([callsMax, count]).toEqual([callsMax, 1]);
      const ends = await bodiesBy(device, device.roomId, device.own.id) as { kind: string }[];
      expect(ends.filter(({ kind }) => kind === "closed")).toHaveLength(1);
      if (first !== "died") break;
      expect(callsMax).toBeLessThan(100);
    }
  },
  60_000,
);

/** The feed has read what the log had when the page came. */
async function untilFolded(page: Page, roomId: string): Promise<void> {
  const head = valueOf(await page.deps.logOf(roomId).head(noAbort), "head");
  await until(async () => (page.deps.feeds.get(roomId)?.state().head ?? 0) >= head);
}

test("[SY155] who was not the first forgets the room it made, and follows the other", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  void move(device, page);
  await until(async () => (await device.listed()).length === 2);
  const secret = createRoomSecret(crypto);
  const { roomId } = await deriveRoom(crypto, { access: "write", secret });
  const base = { relayUrl: "wss://r/relay", access: "write", secret, device: device.noor } as const;
  const keys = new Map([[device.own.id, device.own.agreePublicKey]]);
  const rooms = { old: { ...base, roomId: device.roomId }, next: { ...base, roomId } };
  const closed = await closedEvent(crypto, rooms, 5, { keys, unreachable: [] });
  await device.order(device.roomId, [device.by(device.noor, closed, "theirs")]);
  const next = await device.openPage();
  await untilFolded(next, device.roomId);
  const followed = followRoom(next.deps, { kind: "follow-room", roomId: device.roomId }, noAbort);
  expect(await followed).toEqual(ok({ kind: "room-moved", roomId }));
  expect(await device.listed()).toEqual([{ id: roomId, movingFrom: undefined }]);
  expect((await device.rowsOf(roomId)).map(({ body }) => body))
    .toEqual([{ kind: "device", name: "Mika" }]);
});

test("[SY150] a room whose log grew meanwhile is looked at again, and nothing happened", async () => {
  const device = await makeMovingDevice();
  const { deps } = await device.openPage();
  const made = { roomId: "rm_new", name: "Garden", shared: true };
  valueOf(await device.index.create(made, [], noAbort), "create");
  const said = device.by(device.own, { kind: "say", text: "hi", addressed: [] }, "mine");
  valueOf(await device.store.addOutbox({ roomId: device.roomId, entry: said }, noAbort), "queue");
  const following = { from: device.roomId, to: "rm_new", covers: 5, carry: () => [said] };
  expect(await deps.follow({ ...following, head: 4 }, noAbort)).toEqual(ok("log-moved"));
  expect(await device.rowsOf(device.roomId)).toEqual([said]);
  expect([await device.rowsOf("rm_new"), (await device.listed()).length]).toEqual([[], 2]);
  expect(await deps.follow({ ...following, head: 5 }, noAbort)).toEqual(ok("followed"));
  expect([await device.rowsOf(device.roomId), await device.rowsOf("rm_new")]).toEqual([[], [said]]);
  expect((await device.listed()).map(({ id }) => id)).toEqual(["rm_new"]);
});

test("[SY150] [SY154] what another tab says while the room is followed goes along, too", async () => {
  const device = await makeMovingDevice();
  const page = await device.openPage();
  const answer = await relayed(device, move(device, page));
  if (!answer.ok || answer.value.kind !== "room-moved") throw new Error(JSON.stringify(answer));
  const { roomId } = answer.value;
  const late = device.by(device.own, { kind: "say", text: "late", addressed: [] }, "late");
  valueOf(await device.store.addOutbox({ roomId: device.roomId, entry: late }, noAbort), "queue");
  const command = { kind: "follow-room", roomId: device.roomId } as const;
  expect(await followRoom(page.deps, command, noAbort)).toEqual(answer);
  expect(await device.rowsOf(device.roomId)).toEqual([]);
  expect((await device.rowsOf(roomId)).map(({ body }) => body)).toEqual([late.body]);
});
