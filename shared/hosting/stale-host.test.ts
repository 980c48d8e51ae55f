import { expect, test } from "vitest";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { createWorld, DEVICE, openPage, ROOM, stateOf } from "../testing/sim/local-room-world.ts";

const never = new AbortController().signal;

test("[HO12] a host that hears within an answer that it was taken over withdraws it and says nothing", async () => {
  const world = await createWorld("stale", { kind: "addressed", followUpsMax: 0 });
  world.isHostile = false;
  world.model = { reply: () => Array.from({ length: 400 }, (_, index) => ` word${index}`) };
  const page = openPage(world, new MemoryCheckpoints(), 1);
  const add = (id: string, device: string, body: unknown) =>
    world.log.append({ id, device, body }, never);
  await world.clock.advance(5_000);
  await add("far 1", "dv_far", { kind: "device", name: "Far" });
  const { announced } = stateOf(world).devices.get(DEVICE) ?? {};
  await add("far 2", "dv_far", { kind: "announce", ...announced });
  await page.append({ kind: "say", text: "hi", addressed: ["ps_a"] });
  const turn = world.log.entries.length;
  for (let step = 0; step < 500 && page.frames.length === 0; step += 1) {
    await world.clock.advance(1);
  }
  expect(page.peer.attempts()).toMatchObject([{ turn, persona: "ps_a", phase: "speaking" }]);

  // As a relay that lost this device for 15 s, and another that took her over.
  await Promise.all([
    add("left", "sequencer", { kind: "left", device: DEVICE }),
    add("far 3", "dv_far", { kind: "assign", persona: "ps_a" }),
  ]);
  await world.clock.advance(5_000);
  expect(page.peer.attempts()).toEqual([]);
  expect(world.store.inputs.at(-1)).toMatchObject({ phase: "abandoned", reason: "unassigned" });
  const own = world.log.entries.filter(({ device, body }) =>
    device === DEVICE && (body as { readonly kind: string }).kind === "settle"
  );
  expect(own).toEqual([]);
  expect(stateOf(world).personas.get("ps_a")?.assignment?.device).toBe("dv_far");
  expect(await world.store.outbox(ROOM, 9, never)).toEqual({ ok: true, value: [] });
  await page.crash();
});
