import { expect, test } from "vitest";
import { createRoomSecret, createWebCrypto, deriveRoom } from "#shared/crypto/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { MemorySharedRoomStore } from "#shared/testing/fakes/memory-shared-room-store.ts";
import { joinRooms } from "./join-rooms.ts";

const crypto = createWebCrypto();

async function setup() {
  const rooms = new MemorySharedRoomStore();
  const secret = createRoomSecret(crypto);
  const { roomId } = await deriveRoom(crypto, { access: "write", secret });
  const join = async (relayUrl: string) => {
    const planned = [{ name: "attic", roomId, relayUrl, secret }];
    const [keys] = valueOf(await joinRooms({ rooms, crypto }, planned, noAbort), "join");
    return keys;
  };
  return { rooms, roomId, join };
}

test("[HO93] a room is joined once, as one device, also when it moved to another relay", async () => {
  const { rooms, roomId, join } = await setup();
  const first = await join("wss://a.example/relay");
  expect(first).toMatchObject({ roomId, access: "write", relayUrl: "wss://a.example/relay" });
  expect(await join("wss://a.example/relay")).toEqual(first);
  const moved = await join("wss://b.example/relay");
  expect(moved).toEqual({ ...first, relayUrl: "wss://b.example/relay" });
  expect(await rooms.keys(roomId, noAbort)).toEqual({ ok: true, value: moved });
});

test("[HO93] a store that fails is told, and nobody joined", async () => {
  const { rooms, join, roomId } = await setup();
  rooms.failWith({ kind: "storage-full" });
  await expect(join("wss://a.example/relay")).rejects.toThrow("storage-full");
  rooms.failWith(undefined);
  expect(await rooms.keys(roomId, noAbort)).toEqual({ ok: true, value: undefined });
});
