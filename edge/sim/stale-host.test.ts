/**
 * A host that was away too long and comes back, over the real relay, links, peers and ledgers: what
 * it says of a persona that another device took over meanwhile changes nothing, on any device.
 */

import { expect, test } from "vitest";
import type { RoomState } from "#shared/room/mod.ts";
import type { SimDevice } from "./sim-device.contract.ts";
import { SimWorld } from "./sim-world.contract.ts";

async function setup() {
  const world = new SimWorld("stale host");
  await world.people(["ann", "ben", "cat"], 0);
  for (const device of world.devices) device.open();
  const [ann, ben, cat] = world.devices;
  if (ann === undefined || ben === undefined || cat === undefined) throw new Error("Nobody came");
  await world.advance(5_000);
  await ann.append({ kind: "recipe", recipe: { kind: "panel", followUpsMax: 0 } });
  await world.advance(2_000);
  const hostOf = (state: RoomState) => state.personas.get("ps_a")?.assignment?.device;
  expect(hostOf(ben.feed.state())).toBe(ann.id);
  return { world, ann, ben, cat, hostOf };
}

const settled = (state: RoomState) => [...state.turns.values()].at(-1)?.entries[0]?.settled;
const live = (device: SimDevice) =>
  device.store.inputs.filter(({ phase }) => phase === "queued" || phase === "staged");

test("[RM4] [HO20] a host that is cut off mid-answer is taken over; what it says later is ignored everywhere", async () => {
  const { world, ann, ben, cat, hostOf } = await setup();
  await ben.say();
  // Ann has heard the question and begun; her answer ends where nobody hears it.
  while (!live(ann).some(({ phase }) => phase === "staged")) await world.advance(10);
  world.net.freeze("ann");
  world.net.setDoor("silence", "ann");
  await world.advance(120_000);
  const taken = hostOf(ben.feed.state());
  expect(taken).toBe([ben.id, cat.id].sort()[0]); // The lesser id has the rank.
  expect(settled(ben.feed.state())).toMatchObject({ device: taken, outcome: { kind: "replied" } });
  expect(ann.store.unsent.map(({ entry }) => kindOf(entry.body))).toContain("settle");

  world.net.setDoor("open", "ann");
  ann.retryNow();
  await world.advance(60_000);
  const late = ann.entries.filter(({ device, body }) =>
    device === ann.id && kindOf(body) === "settle"
  );
  expect(late).toHaveLength(1); // It is in the log, and counts for nobody.
  for (const one of [ann, ben, cat]) {
    const state = one.feed.state();
    expect(state.ignored).toContainEqual({ seq: late[0]?.seq, reason: "attempt-settled" });
    expect(settled(state)).toMatchObject({ device: taken, attempt: 0 });
    expect(state.messages.filter(({ kind }) => kind === "persona")).toHaveLength(1);
    expect(hostOf(state)).toBe(taken);
    expect(one.roomHash).toBe(ann.roomHash);
  }
  expect([live(ann), ann.store.unsent, world.complaints]).toEqual([[], [], []]);
  world.end();
});

function kindOf(body: unknown): string {
  return (body as { readonly kind: string }).kind;
}
