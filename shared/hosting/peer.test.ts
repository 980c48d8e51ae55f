import { expect, test } from "vitest";
import { roomLimits } from "../room/limits.ts";
import { endpointLimits } from "../supervision/limits.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { createWorld, openPage, stateOf } from "../testing/sim/local-room-world.ts";

async function setup(seed = "peer") {
  const world = await createWorld(seed, { kind: "panel", followUpsMax: 0 });
  world.isHostile = false;
  const checkpoints = new MemoryCheckpoints();
  let pages = 0;
  const open = () => openPage(world, checkpoints, pages += 1);
  const say = async (page: ReturnType<typeof open>) => {
    await page.append({ kind: "say", text: "hi", addressed: [] });
    return world.log.entries.length;
  };
  const settlements = () =>
    world.log.entries.filter(({ body }) => (body as { kind: string }).kind === "settle");
  return { world, open, say, settlements };
}

test("[HO12] a message typed before the engine is ready is answered when it is", async () => {
  const { world, open, say } = await setup();
  const page = open();
  const turn = await say(page);
  await world.clock.advance(60_000);
  const entries = stateOf(world).turns.get(turn)?.entries ?? [];
  expect(entries).toHaveLength(3);
  expect(entries.every((entry) => entry.settled !== undefined)).toBe(true);
});

test("[HO14] what a closed laptop left open is settled stale, and no reply is generated", async () => {
  const { world, open, say, settlements } = await setup();
  const first = open();
  await world.clock.advance(5_000);
  const turn = await say(first);
  await first.crash();
  world.clock.stepEpoch(roomLimits.staleMs + 60_000);
  const second = open();
  await world.clock.advance(60_000);
  const outcomes = stateOf(world).turns.get(turn)?.entries.map((entry) => entry.settled?.outcome);
  expect(outcomes).toEqual(Array(3).fill({ kind: "deferred", reason: "stale" }));
  expect(settlements()).toHaveLength(1);
  expect(second.engines[0]?.taken).toHaveLength(0);
});

test("[HO15] a crashed page leaves its work in the store, and the next page finishes it once", async () => {
  const { world, open, say, settlements } = await setup();
  const first = open();
  await world.clock.advance(5_000);
  await say(first);
  await world.clock.advance(20);
  await first.crash();
  const done = settlements().length;
  expect(done).toBeLessThan(3);
  open();
  await world.clock.advance(60_000);
  expect(settlements()).toHaveLength(3);
  expect(stateOf(world).openTurns).toEqual([]);
});

test("[HO16] when the engine needs a person, what waits settles failed with the engine's reason", async () => {
  const { world, open, say } = await setup();
  const page = open();
  await world.clock.advance(5_000);
  page.engines.at(-1)?.inject({ kind: "wrong-bytes", file: "model.onnx" });
  for (let death = 0; death < 8; death += 1) {
    page.engines.at(-1)?.kill();
    await world.clock.advance(60_000);
  }
  const turn = await say(page);
  await world.clock.advance(60_000);
  const outcome = stateOf(world).turns.get(turn)?.entries[0]?.settled?.outcome;
  expect(outcome).toMatchObject({ kind: "failed", reason: "engine" });
});

test("[HO16] [HO162] while an endpoint stays away what waits fails at once; back, it answers", async () => {
  const { world, open, say } = await setup("away");
  world.model = { supervision: endpointLimits, reply: () => [" I", " am", " here."] };
  const page = open();
  await world.clock.advance(5_000);
  const outcomeOf = (turn: number) => stateOf(world).turns.get(turn)?.entries[0]?.settled?.outcome;
  world.model.isAway = true;
  page.engines.at(-1)?.kill();
  await world.clock.advance(120_000);
  const lost = await say(page);
  await world.clock.advance(1_000);
  expect(outcomeOf(lost)).toMatchObject({ kind: "failed", detail: "host-unreachable" });
  world.model.isAway = false;
  await world.clock.advance(35_000);
  const turn = await say(page);
  await world.clock.advance(60_000);
  expect(outcomeOf(turn)).toMatchObject({ kind: "replied" });
});

test("[HO17] a settlement names the head its prompt was made from", async () => {
  const { world, open, say, settlements } = await setup();
  const page = open();
  await world.clock.advance(5_000);
  const turn = await say(page);
  await world.clock.advance(60_000);
  const seen = settlements().map(({ seq, body }) => [seq, (body as { seenSeq: number }).seenSeq]);
  for (const [seq = 0, seenSeq = 0] of seen) {
    expect(seenSeq).toBeGreaterThanOrEqual(turn);
    expect(seenSeq).toBeLessThan(seq);
  }
});

test("[HO18] trying again draws with another seed", async () => {
  const { world, open, say } = await setup();
  const page = open();
  await world.clock.advance(5_000);
  const turn = await say(page);
  await world.clock.advance(60_000);
  await page.append({ kind: "again", turn, persona: "ps_a" });
  await world.clock.advance(60_000);
  const seeds = page.engines.flatMap((engine) => engine.taken)
    .filter((request) => request.persona === "ps_a")
    .map((request) => request.seed);
  expect(seeds.length).toBeGreaterThanOrEqual(2);
  expect(new Set(seeds).size).toBe(seeds.length);
});

test("[RM34, SC21] a director's host votes, and who was chosen answers", async () => {
  const { world, open, settlements } = await setup();
  const page = open();
  await world.clock.advance(5_000);
  const [director, other] = [...stateOf(world).personas.keys()];
  await page.append({
    kind: "recipe",
    recipe: { kind: "director", followUpsMax: 0, ...director === undefined ? {} : { director } },
  });
  await page.append({ kind: "say", text: "hi", addressed: [] });
  const turn = world.log.entries.length;
  await world.clock.advance(60_000);
  const outcomes = settlements().map(({ body }) => body as { persona: string; outcome: object });
  expect(outcomes).toHaveLength(2);
  expect(outcomes[0]).toMatchObject({ persona: director, outcome: { kind: "voted" } });
  const speaker = (outcomes[0]?.outcome as { speaker: string } | undefined)?.speaker;
  expect(outcomes[1]).toMatchObject({ persona: speaker, outcome: { kind: "replied" } });
  const state = stateOf(world);
  expect(state.turns.get(turn)?.vote).toContain(other);
  expect(state.openTurns).toEqual([]);
  expect(state.messages.filter((one) => one.kind === "persona").map((one) => one.author))
    .toEqual([speaker]);
});

test("[HO41] a queued attempt tells why it waits, and followers of the peer hear of it", async () => {
  const { world, open, say } = await setup();
  const page = open();
  const told = new Set<string>();
  using _news = page.peer.subscribe(() => {
    for (const { persona, phase, waits } of page.peer.attempts()) {
      told.add([persona, phase, ...waits === undefined ? [] : [waits.kind]].join(" "));
    }
  });
  await say(page);
  await world.clock.advance(60_000);
  const why = [...told].filter((line) => line.includes("queued ")).toSorted();
  expect(why).toEqual([
    "ps_a queued engine-not-ready",
    "ps_a queued places-used",
    "ps_a queued service-not-ready",
    "ps_b queued engine-not-ready",
    "ps_b queued service-not-ready",
    "ps_c queued engine-not-ready",
    "ps_c queued places-used",
    "ps_c queued service-not-ready",
  ]);
});

test("[HO46] who spoke is not told as waiting before her answer is in the log", async () => {
  const { world, open, say } = await setup();
  const page = open();
  await world.clock.advance(5_000);
  const told = new Map<string, string[]>();
  using _news = page.peer.subscribe(() => {
    for (const { persona, phase } of page.peer.attempts()) {
      const phases = told.get(persona) ?? [];
      if (phases.at(-1) !== phase) told.set(persona, [...phases, phase]);
    }
  });
  await say(page);
  await world.clock.advance(60_000);
  expect(told.size).toBe(3);
  // Who chose silence was never told as speaking.
  for (const phases of told.values()) {
    expect(["queued thinking", "queued thinking speaking"]).toContain(phases.join(" "));
  }
});

test("[HO40] [LG12] background work gets the engine when no turn needs it, and gives it back", async () => {
  const { world, open, say } = await setup();
  const page = open();
  const job = {
    jobId: "memory",
    artifactKey: "summary",
    holderId: "rm_sim/ps_a",
    resourceClass: "memory-consolidation",
    createdAtMs: 0,
  } as const;
  expect(page.peer.takeBackground(job)).toMatchObject({ error: { kind: "engine-not-ready" } });
  await world.clock.advance(5_000);
  const taken = page.peer.takeBackground(job);
  if (!taken.ok) throw new Error(taken.error.kind);
  const turn = await say(page);
  await world.clock.advance(1_000);
  expect(taken.value.signal.reason).toEqual({ kind: "place-lost", how: "asked-back" });
  expect(page.peer.attempts().map(({ waits }) => waits?.kind)).toEqual(
    Array(3).fill("places-used"),
  );
  expect(page.engines[0]?.taken).toEqual([]);
  taken.value[Symbol.dispose]();
  await world.clock.advance(60_000);
  const entries = stateOf(world).turns.get(turn)?.entries ?? [];
  expect(entries.every((entry) => entry.settled !== undefined)).toBe(true);
});
