import { expect, test } from "vitest";
import { noAbort } from "../contracts/contract-case.ts";
import {
  describePeerStoreContract,
  describeRoomLogContract,
  describeSharedRoomStoreContract,
} from "../contracts/describe-contract.ts";
import { admissionOf } from "../contracts/peer-store-records.ts";
import { createCryptoKit } from "./crypto-kit.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryPeerStore } from "./memory-peer-store.ts";
import { MemoryRoomLog } from "./memory-room-log.ts";
import { MemorySharedRoomStore } from "./memory-shared-room-store.ts";

const limits = { entryBytesMax: 200, genesisBytesMax: 1_000, blobBytesMax: 500 };

describeRoomLogContract("memory room log", async () => {
  const log = new MemoryRoomLog(new ManualClock(), limits);
  return {
    open: () => log,
    limits,
    abortAtWrite: (nth) => log.abortAtWrite(nth),
    deleteRoom: async () => log.deleteRoom(),
    close: async () => {},
  };
});

describePeerStoreContract("memory peer store", async () => {
  const store = new MemoryPeerStore();
  return {
    open: () => store,
    abortAtWrite: (nth) => store.abortAtWrite(nth),
    close: async () => {},
  };
});

describeSharedRoomStoreContract("memory shared room store", async () => {
  const store = new MemorySharedRoomStore();
  const roomId = "room-of-22-characters-";
  return {
    roomId,
    open: () => store,
    openLog: () => store.logOf(roomId),
    async createKeys() {
      const { secret, device } = await createCryptoKit();
      return { roomId, relayUrl: "wss://relay.example/relay", access: "write", secret, device };
    },
    abortAtWrite: (nth) => store.abortAtWrite(nth),
    deleteRoom: async () => store.deleteRoom(roomId),
    close: async () => {},
  };
});

const entry = { id: "a", device: "dev_1", body: { text: "hello" } };

test("[SY4] entries carry the orderer's time", async () => {
  const clock = new ManualClock({ epochMs: 5_000 });
  const log = new MemoryRoomLog(clock, limits);
  await clock.advance(70);
  expect(await log.append(entry, noAbort)).toMatchObject({
    ok: true,
    value: { seq: 1, ts: 5_070 },
  });
});

test.each([
  [{ kind: "storage-full" } as const],
  [{ kind: "storage-denied", detail: "private window" } as const],
])("[SY11] a store that fails with %o says so and keeps what it has", async (error) => {
  const log = new MemoryRoomLog(new ManualClock(), limits);
  const store = new MemoryPeerStore();
  log.failWith(error);
  store.failWith(error);
  expect(await log.append(entry, noAbort)).toEqual({ ok: false, error });
  expect(await log.read(0, 1, noAbort)).toEqual({ ok: false, error });
  expect(await store.addInput(admissionOf("a"), noAbort)).toEqual({ ok: false, error });
  log.failWith(undefined);
  store.failWith(undefined);
  expect(log.entries).toEqual([]);
  expect(await store.liveInputs(noAbort)).toEqual({ ok: true, value: [] });
});
