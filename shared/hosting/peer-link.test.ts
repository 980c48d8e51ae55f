import { expect, test } from "vitest";
import { createLatch } from "../base/latch.ts";
import type { Ephemeral } from "../protocol/ephemeral.ts";
import type { LinkPhase, LogMark } from "../sync/room-link-types.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { createWorld, DEVICE, openPage, ROOM, stateOf } from "../testing/sim/local-room-world.ts";

/** A page whose room is shared: only the link brings rows of the outbox to the log. */
async function setup(phase: LinkPhase["phase"] = "live") {
  const world = await createWorld("link", { kind: "panel", followUpsMax: 0 });
  world.isHostile = false;
  const bell = createLatch();
  const ephemerals: Ephemeral[] = [];
  const ends: unknown[] = [];
  let runs = 0;
  let wakes = 0;
  let isOnline = true;
  let now = { phase } as LinkPhase;
  const deliver = async (signal: AbortSignal): Promise<never> => {
    for (;;) {
      signal.throwIfAborted();
      const rows = await world.store.outbox(ROOM, 9, signal);
      for (const row of rows.ok && isOnline ? rows.value : []) {
        await world.log.append(row.entry, signal);
        await world.store.removeOutbox(row.order, signal);
      }
      await bell.wait(signal);
    }
  };
  world.link = {
    async run(signal) {
      runs += 1;
      return await deliver(signal).finally(() => ends.push(signal.reason));
    },
    wake() {
      wakes += 1;
      bell.ring();
    },
    sendEphemeral: (body) => ephemerals.push(body as Ephemeral),
    mark: () => phase === "live" ? markOf(world.log.entries.length) : undefined,
    status: () => ({ link: now, present: [], unsent: 0, refused: [] }),
  };
  const page = openPage(world, new MemoryCheckpoints(), 1);
  await world.clock.advance(5_000);
  const set = (change: { phase?: LinkPhase["phase"]; isOnline?: boolean }) => {
    if (change.phase !== undefined) now = { phase: change.phase } as LinkPhase;
    isOnline = change.isOnline ?? isOnline;
    page.peer.wake();
    bell.ring();
  };
  const say = async () => {
    await page.append({ kind: "say", text: "hi", addressed: [] });
    return world.log.entries.length;
  };
  return { world, page, ephemerals, ends, set, say, counts: () => ({ runs, wakes }) };
}

test("[HO23] replies of a shared room leave by its link, which is woken for them", async () => {
  const { world, say, counts, ends, page } = await setup();
  const turn = await say();
  await world.clock.advance(60_000);
  const entries = stateOf(world).turns.get(turn)?.entries ?? [];
  expect(entries.map((entry) => entry.settled !== undefined)).toEqual([true, true, true]);
  expect(world.store.unsent).toEqual([]);
  expect(counts().runs).toBe(1);
  expect(counts().wakes).toBeGreaterThanOrEqual(3);
  await page.crash();
  expect(ends).toEqual(["page crashed"]);
});

test("[HO23] while the link is offline replies wait in the outbox, and leave once each", async () => {
  const { world, say, set } = await setup();
  const turn = await say();
  set({ isOnline: false, phase: "offline" });
  await world.clock.advance(60_000);
  expect(world.store.unsent).toHaveLength(3);
  set({ isOnline: true, phase: "live" });
  await world.clock.advance(1_000);
  expect(world.store.unsent).toEqual([]);
  expect(stateOf(world).turns.get(turn)?.settledSeq).toBeGreaterThan(turn);
  expect(stateOf(world).ignored).toEqual([]);
});

test("[HO23] a hint of the room's log wakes the link: a row may come from another tab", async () => {
  const { world, counts } = await setup();
  const before = counts().wakes;
  await world.log.append({ id: "x", device: DEVICE, body: { kind: "name", name: "X" } }, never);
  await world.clock.advance(1);
  expect(counts().wakes).toBeGreaterThan(before);
});

test("[HO33] a shared room whose log fills up gets a checkpoint of its own", async () => {
  const { world, page } = await setup();
  for (let number = 0; number < 20; number += 1) {
    await page.append({ kind: "name", name: `${number}` });
  }
  await world.clock.advance(60_000);
  const kinds = world.log.entries.map(({ body }) => (body as { kind: string }).kind);
  expect(kinds.filter((kind) => kind === "checkpoint")).toHaveLength(1);
  expect(stateOf(world).checkpoints).toMatchObject([{ device: DEVICE, disputedBy: [] }]);
});

test("[HO28] nothing is generated before the link was live", async () => {
  const { world, page, say, set } = await setup("connecting");
  await say();
  await world.clock.advance(30_000);
  set({ phase: "catching-up" });
  await world.clock.advance(30_000);
  expect(page.engines.flatMap((engine) => engine.taken)).toEqual([]);
  set({ phase: "live" });
  await world.clock.advance(30_000);
  expect(page.engines.flatMap((engine) => engine.taken).length).toBeGreaterThanOrEqual(3);
});

test("[HO26] what personas say here leaves as ephemerals, and what others say is shown", async () => {
  const { world, page, say, ephemerals } = await setup();
  const turn = await say();
  await world.clock.advance(60_000);
  const parts = ephemerals.flatMap((one) => one.frames);
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.every((part) => part.turn === turn)).toBe(true);
  const assign = (await claimFor(world, page, "dv_far")) ?? 0;
  const next = await say();
  await world.clock.advance(1);
  const part = { turn: next, persona: "ps_a", attempt: 0, assign, offset: 0, text: "from afar" };
  page.frames.length = 0;
  page.peer.receiveEphemeral(ROOM, "dv_far", { frames: [part] });
  page.peer.receiveEphemeral("rm_other", "dv_far", { frames: [part] });
  expect(page.frames.filter((frame) => frame.persona === "ps_a")).toEqual([{
    ...part,
    roomId: ROOM,
  }]);
});

const never = new AbortController().signal;

/** Of a relay that keeps 60 entries. */
function markOf(seq: number): LogMark {
  return { seq, opener: "{}", entries: seq, entriesMax: 60, bytes: 0, bytesMax: 1_000_000 };
}

/** Gives `ps_a` to another device; resolves to the new assignment. */
async function claimFor(
  world: Awaited<ReturnType<typeof createWorld>>,
  page: ReturnType<typeof openPage>,
  device: string,
): Promise<number | undefined> {
  const { announced } = stateOf(world).devices.get(DEVICE) ?? {};
  const held = stateOf(world).personas.get("ps_a")?.assignment?.seq ?? 0;
  const add = (id: string, body: unknown) => world.log.append({ id, device, body }, never);
  await add("far 1", { kind: "device", name: "Far" });
  await add("far 2", { kind: "announce", ...announced });
  // In one go, so that this device does not claim its persona again between the two.
  void page.append({ kind: "release", persona: "ps_a", assign: held, reason: "" });
  await add("far 3", { kind: "assign", persona: "ps_a" });
  await world.clock.advance(1);
  return stateOf(world).personas.get("ps_a")?.assignment?.seq;
}
