import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import type { LinkPeer } from "#shared/testing/fakes/room-link-kit.ts";
import { expect, test } from "vitest";
import { createLinkWorld } from "./link-world.contract.ts";

const HISTORIES = 60;
const STEPS = 14;
const WAITS_MS = [5, 40, 300, 1_500, 6_000];
const NAMES = ["ada", "bob", "cy"] as const;

/** One history of an honest relay that forgets, restarts and begins anew; what happened in it. */
async function runHistory(seed: number) {
  const random = new SeededRandom(`honest ${seed}`);
  const world = await createLinkWorld({ seed: `honest ${seed}` });
  const peers = await world.livePeers(...NAMES);
  const open = new Set<LinkPeer>(peers);
  const met: string[] = [];
  const doings: readonly (readonly [name: string, weight: number, act: () => unknown])[] = [
    ["say", 8, () => random.pick(peers).say(`${random.integer(1_000)}`)],
    ["ephemeral", 4, () => {
      const [one] = [...open].filter(({ phase }) => phase === "live");
      one?.link.sendEphemeral({ n: 1 });
    }],
    ["page", 2, async () => {
      const peer = random.pick(peers);
      if (!open.delete(peer)) {
        peer.start();
        open.add(peer);
      } else await peer.stop();
    }],
    ["drop", 1, () => world.net.drop(random.pick(NAMES))],
    ["restart", 1, () => world.restart()],
    ["lost writes", 2, () => world.restart(1 + random.integer(4))],
    ["new relay", 1, () => world.replaceRelay()],
  ];
  const bag = doings.flatMap((doing) => Array.from({ length: doing[1] }, () => doing));
  for (let step = 0; step < STEPS; step += 1) {
    const [name, , act] = random.pick(bag);
    met.push(name);
    await act();
    await world.advance(random.pick(WAITS_MS));
  }
  for (const peer of peers) if (!open.has(peer)) peer.start();
  await world.advance(60_000);
  for (const peer of peers) await peer.say("last");
  await world.advance(30_000);
  return { world, peers, met };
}

test("[CR34] [CR37] no history of an honest relay ends with a fork", async () => {
  const met = new Set<string>();
  let withdrawn = 0;
  for (let seed = 0; seed < HISTORIES; seed += 1) {
    const { world, peers, met: here } = await runHistory(seed);
    for (const name of here) met.add(name);
    for (const peer of peers) {
      const { link, forks } = peer.link.status();
      expect([link.phase, forks ?? []], `${seed}: ${here.join(", ")}`).toEqual(["live", []]);
    }
    const told = world.trace.lines.some(({ event }) => event === "history-forked");
    // A relay that lost what it had acknowledged twice may have lost its epoch too (CR37).
    const losses = here.filter((name) => name === "lost writes").length;
    expect(told && losses < 2, `${seed}: ${here.join(", ")}`).toBe(false);
    if (told) withdrawn += 1;
    for (const peer of peers) await peer.stop();
  }
  expect(met.size).toBe(7);
  expect(withdrawn).toBeGreaterThan(0);
}, 60_000);

test("[SY47] a batch that comes in while healing ends is in the place that is stored", async () => {
  // Found by these histories: the place was that of the batch before, which is a defect.
  const { peers } = await runHistory(1_167);
  expect(peers.map(({ phase }) => phase)).toEqual(["live", "live", "live"]);
  for (const peer of peers) await peer.stop();
});
