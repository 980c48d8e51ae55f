import { assert } from "#shared/base/mod.ts";
import { createCheckpointDuty, createRoomFeed, type RoomFeed } from "#shared/hosting/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import { logCheckpointOf } from "#shared/room/mod.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { MemoryCheckpoints } from "#shared/testing/fakes/memory-checkpoints.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import type { LinkPeer } from "#shared/testing/fakes/room-link-kit.ts";
import { expect, test } from "vitest";
import { createLinkWorld } from "./link-world.contract.ts";

const limits = { entriesMax: 40, appendBurst: 1_000, appendsPerS: 1_000 };

type World = Awaited<ReturnType<typeof createLinkWorld>>;

/** What a tab and its leader do for a room, but for hosting. */
function follow(world: World, peer: LinkPeer): RoomFeed {
  const { roomId } = peer.keys;
  const { signal } = new AbortController(); // ends with the test
  const common = { clock: world.clock, trace: new RecordingLog(), device: peer.id };
  const feed = createRoomFeed({
    ...{ ...common, roomId, log: peer.createLog(), checkpoints: new MemoryCheckpoints() },
    ids: new CountingIds(),
    foundation: (inner) => peer.disk.foundation(roomId, inner),
    onReadProblem: (error) => assert(error === undefined, `Cannot read: ${error?.kind}`),
  });
  const duty = createCheckpointDuty({
    ...{ ...common, feed, store: peer.outbox, mark: () => peer.link.mark(), canWrite: () => true },
    onProblem: () => undefined,
  });
  for (const loop of [feed.run(signal), duty.run(signal)]) void loop;
  peer.disk.logOf(roomId).subscribe(() => peer.link.wake());
  return feed;
}

test("[HO33] [HO31] [RM21] a room in a small relay goes on by its own checkpoints, and newcomers join it", async () => {
  const world = await createLinkWorld({ seed: "room checkpoints", limits });
  const ada = await world.createPeer("ada");
  const ben = await world.createPeer("ben");
  const { roomId } = ada.keys;
  const write = async (peer: LinkPeer, body: RoomEvent) => {
    await peer.write(body);
    await world.advance(300);
  };
  for (const peer of [ada, ben]) peer.start();
  await world.advance(1_000);
  const feeds = [follow(world, ada), follow(world, ben)];
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  await write(ada, { kind: "genesis", rules: 1, roomId, name: "Garden", recipe });
  for (const peer of [ada, ben]) {
    await write(peer, { kind: "device", name: peer.name });
    await write(peer, { kind: "announce", lanes: [], hostsForOthers: false });
  }
  for (let number = 0; number < 150; number += 1) {
    const say = { kind: "say", text: `message ${number}`, addressed: [] } as const;
    await write(number % 2 === 0 ? ada : ben, say);
  }
  await world.advance(60_000);
  const eve = await world.createPeer("eve");
  eve.start();
  const late = follow(world, eve);
  await world.advance(5_000);
  await write(eve, { kind: "device", name: "eve" });
  await write(eve, { kind: "say", text: "hello", addressed: [] });
  for (let number = 0; number < 60; number += 1) {
    await write(ben, { kind: "say", text: `more ${number}`, addressed: [] });
  }
  await world.advance(60_000);
  const states = [...feeds, late].map((feed) => feed.state());
  const [first] = states;
  expect(first?.messages.filter(({ text }) => text === "hello")).toHaveLength(1);
  expect(first?.messages).toHaveLength(211);
  expect(states.map(({ head }) => head)).toEqual(states.map(() => first?.head));
  expect(new Set(states.map(logCheckpointOf)).size).toBe(1);
  expect(states.flatMap(({ checkpoints }) => checkpoints.flatMap((one) => one.disputedBy)))
    .toEqual([]);
  expect([ada.id, ben.id]).toContain(late.state().importedBy);
  expect(feeds.map((feed) => feed.state().importedBy)).toEqual([undefined, undefined]);
  expect(eve.entries[0]?.entry.seq).toBeGreaterThan(100);
});
