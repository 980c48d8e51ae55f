import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createLatch, toRoomMs } from "#shared/base/mod.ts";
import { createDeviceKeys, createWebCrypto } from "#shared/crypto/mod.ts";
import { type RoomEvent, RULES_NUMBER } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import type { LinkPhase } from "#shared/sync/mod.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import type { PlannedPersona } from "./config/read-config.ts";
import { keepPersonas } from "./keep-personas.ts";

const noAbort = new AbortController().signal;
const card = { name: "Ada", gist: "", description: "", greeting: "", hue: 1 };
const ada: PlannedPersona = {
  ...{ key: "ada", card, requirement: { contextTokensMin: 1 }, rooms: ["attic"] },
  ...{ wish: "put", hosts: "any" },
};
const recipe = { kind: "panel", followUpsMax: 0 } as const;

/** A room that takes nothing by itself: `fold` is what its relay ordered. */
async function setup(store = new MemoryPeerStore()) {
  const device = await createDeviceKeys(createWebCrypto());
  const begun: readonly RoomEvent[] = [
    { kind: "genesis", rules: RULES_NUMBER, roomId: "rm", name: "Attic", recipe },
    { kind: "device", name: "Cellar" },
  ];
  let events = begun;
  let phase: LinkPhase = { phase: "catching-up" } as LinkPhase;
  const bell = createLatch();
  const trace = new RecordingLog();
  const ids = new CountingIds();
  const state = (): RoomState =>
    foldEntries(
      emptyState(),
      events.map((body, index) => ({
        ...{ seq: index + 1, ts: toRoomMs(index), id: `e${index}`, device: device.id, body },
      })),
    );
  const rows = async () => {
    const read = await store.outbox("rm", 100, noAbort);
    if (!read.ok) throw new Error(read.error.kind);
    return read.value.map(({ order, entry }) => ({
      order,
      body: entry.body as RoomEvent & { readonly kind: "persona" },
    }));
  };
  /** One look at the room, to its end; each process is another `run`. */
  const look = async (personas: readonly PlannedPersona[]) => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const room = {
      ...{ name: "attic", bell, personas },
      link: { status: () => ({ link: phase, present: [], refused: [] }) },
      keys: {
        ...{ roomId: "rm", relayUrl: "wss://relay.example/relay", access: "write" as const },
        ...{ secret: new Uint8Array(32), device },
      },
    };
    const feed = { state, isCaughtUp: () => true, subscribe: () => ({ [Symbol.dispose]() {} }) };
    const ended = keepPersonas({ store, ids, trace }, room, feed, stop.signal)
      .catch((error: unknown) => error);
    await setImmediate();
    return {
      again: async () => {
        bell.ring();
        await setImmediate(); // The store in memory answers in microtasks.
      },
      end: async () => {
        stop.abort("over");
        expect(await ended).toBe("over");
      },
    };
  };
  return {
    ...{ rows, look, trace, store },
    goLive: () => void (phase = { phase: "live" } as LinkPhase),
    order: (...more: readonly RoomEvent[]) => void (events = [...events, ...more]),
  };
}

test("[HO94] nothing is said before the room is live, then each thing once", async () => {
  const { rows, look, goLive, store } = await setup();
  const keeping = await look([ada]);
  expect(await rows()).toEqual([]);
  goLive();
  await keeping.again();
  await keeping.again();
  expect(await rows()).toMatchObject([{ body: { kind: "persona", card, removed: false } }]);
  // The relay took it and the room refused it, as one that is full does.
  for (const { order } of await rows()) await store.removeOutbox(order, noAbort);
  await keeping.again();
  expect(await rows()).toEqual([]);
  await keeping.end();
});

test("[HO94] what waits in the outbox from before is not said again, newer words behind it are", async () => {
  const { rows, look, goLive, order, store } = await setup();
  goLive();
  await (await look([ada])).end();
  const changed = { ...ada, card: { ...card, gist: "a poet" } };
  const second = await look([changed]);
  const waiting = await rows();
  expect(waiting.map(({ body }) => body.card.gist), "still the first").toEqual([""]);
  // The relay orders it: the row goes, the room knows her.
  for (const row of waiting) await store.removeOutbox(row.order, noAbort);
  order(...waiting.map(({ body }) => body));
  await second.again();
  await second.again();
  expect((await rows()).map(({ body }) => body.card.gist)).toEqual(["a poet"]);
  await second.end();
});
