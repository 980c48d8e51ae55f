import { expect, test } from "vitest";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import {
  createWorld,
  DEVICE,
  openPage,
  personaEvent,
  ROOM,
  type SimWorld,
} from "../testing/sim/local-room-world.ts";

async function setup(change: (world: SimWorld) => void = () => undefined) {
  const world = await createWorld("services", { kind: "panel", followUpsMax: 0 });
  world.isHostile = false;
  change(world);
  const checkpoints = new MemoryCheckpoints();
  let pages = 0;
  const open = () => openPage(world, checkpoints, pages += 1);
  const outcomes = (page: ReturnType<typeof open>) => {
    const turns = [...page.state().turns.values()];
    return turns.at(-1)?.entries.map(({ persona, settled }) =>
      `${persona} ${settled?.outcome.kind ?? "open"}`
    );
  };
  return { world, open, outcomes };
}

const phases = (page: ReturnType<typeof openPage>) =>
  page.peer.services.status().map(({ persona, phase }) => `${persona} ${phase}`);
const everybody = (phase: string) => ["ps_a", "ps_b", "ps_c"].map((id) => `${id} ${phase}`);

test("[HO132] [HO134] personas serve from the engine's first token on, and the report says so", async () => {
  const { world, open } = await setup();
  const page = open();
  const seen = new Set<string>();
  using _news = page.peer.services.subscribe(() => {
    for (const { persona, phase } of page.peer.services.status()) seen.add(`${persona} ${phase}`);
  });
  expect(page.peer.services.status()).toEqual([]);
  await world.clock.advance(20);
  expect(phases(page)).toEqual(everybody("primed"));
  expect(page.peer.services.boot()).toMatchObject({ attempted: 3, hosted: 0, pending: 3 });
  await world.clock.advance(5_000);
  expect(phases(page)).toEqual(everybody("serving"));
  expect(page.peer.services.boot()).toMatchObject({ attempted: 3, hosted: 3, pending: 0 });
  expect([...seen].filter((line) => line.startsWith("ps_a")))
    .toEqual(["planned", "bootstrapped", "primed", "serving"].map((phase) => `ps_a ${phase}`));
  page.engines[0]?.kill();
  await world.clock.advance(1);
  expect(phases(page)).toEqual(everybody("primed"));
});

test("[HO120] [HO133] what came of each attempt is counted, and how long its phases took", async () => {
  const { world, open } = await setup();
  world.model = { reply: () => ["One", " two", "."] };
  const page = open();
  await world.clock.advance(5_000);
  const before = page.peer.services.status()[0]?.revision ?? 0;
  await page.append({ kind: "say", text: "hi", addressed: [] });
  await world.clock.advance(60_000);
  const [ada] = page.peer.services.status();
  expect(ada?.counters).toEqual({ replied: 1, silent: 0, skipped: 0, errored: 0 });
  expect(ada?.latencies).toMatchObject({ inference: { count: 1 }, post: { count: 1 } });
  expect(ada?.latencies.inference.totalMs).toBeGreaterThan(0);
  expect(ada?.revision).toBeGreaterThan(before);
  expect(page.peer.services.status()[0]).toBe(ada);
});

test("[HO128] [HO136] who does not fit is not served, told why, and what is asked of her fails at once", async () => {
  const { world, open, outcomes } = await setup((made) => {
    const profile = { memoryBytes: 100, contextBytes: 10 };
    made.model = { profile, memoryBytesMax: 125, reply: () => ["Yes", "."] };
  });
  const page = open();
  await world.clock.advance(30_000);
  expect(phases(page)).toEqual(["ps_a serving", "ps_b serving", "ps_c skipped"]);
  expect(page.peer.services.status()[2]?.skips)
    .toEqual([{ kind: "memory-budget", bytesNeeded: 10, bytesFree: 5 }]);
  await page.append({ kind: "say", text: "hi", addressed: [] });
  await world.clock.advance(60_000);
  expect(outcomes(page)).toEqual(["ps_a replied", "ps_b replied", "ps_c failed"]);
  const [last] = [...page.state().turns.values()];
  const outcome = last?.entries.find(({ persona }) => persona === "ps_c")?.settled?.outcome;
  expect(outcome).toEqual({ kind: "failed", reason: "engine", detail: "memory-budget" });
  // One goes, and there is room for the other.
  await page.append(personaEvent("ps_a", true));
  await world.clock.advance(5_000);
  expect(phases(page)).toEqual(["ps_b serving", "ps_c serving"]);
  await page.append({ kind: "say", text: "and now?", addressed: [] });
  await world.clock.advance(60_000);
  expect(outcomes(page)).toEqual(["ps_b replied", "ps_c replied"]);
  // And now there is less than before.
  world.model = { ...world.model, memoryBytesMax: 110 };
  page.peer.wake();
  await world.clock.advance(5_000);
  expect(phases(page)).toEqual(["ps_b serving", "ps_c aborted"]);
});

test("[HO128] a device without room for another's persona says so, and nobody waits for her", async () => {
  const { world, open, outcomes } = await setup((made) => {
    const profile = { memoryBytes: 100, contextBytes: 10 };
    made.model = { profile, memoryBytesMax: 135, reply: () => ["Yes", "."] };
  });
  const never = new AbortController().signal;
  const device = { id: "z1", device: "dv_z", body: { kind: "device", name: "Z" } };
  await world.log.append(device, never);
  await world.log.append({ id: "z2", device: "dv_z", body: personaEvent("ps_z", false) }, never);
  const page = open();
  await world.clock.advance(30_000);
  expect(phases(page)).toEqual([...everybody("serving"), "ps_z skipped"]);
  expect(page.state().devices.get(DEVICE)?.announced?.hostsForOthers).toBe(false);
  await page.append({ kind: "say", text: "hi", addressed: [] });
  await world.clock.advance(20_000);
  expect(outcomes(page)?.toSorted())
    .toEqual(["ps_a replied", "ps_b replied", "ps_c replied", "ps_z deferred"]);
});

test("[HO15] [HO135] a shut-down gives runs back whole: the next page answers each once", async () => {
  const { world, open, outcomes } = await setup();
  world.model = { reply: () => ["One", " two", " three", " four", "."] };
  const page = open();
  await world.clock.advance(5_000);
  await page.append({ kind: "say", text: "hi", addressed: [] });
  await world.clock.advance(20);
  expect(world.store.inputs.some(({ phase }) => phase === "staged")).toBe(true);
  const ending = page.peer.shutDown("the tab closes");
  await world.clock.advance(5_000);
  const report = await ending;
  expect(report.map(({ part }) => part))
    .toEqual(["services", "rooms", "ledger", "sessions", "engine"]);
  expect(report.filter(({ isLate, ignored }) => isLate || ignored.length > 0)).toEqual([]);
  const left = world.store.inputs.filter(({ phase }) => phase !== "consumed");
  expect(left.map(({ phase, stagedCount }) => [phase, stagedCount]))
    .toEqual(left.map(() => ["queued", 0]));
  expect(left.length).toBeGreaterThan(0);
  await page.crash();
  const next = open();
  await world.clock.advance(60_000);
  expect(outcomes(next)).toEqual(["ps_a replied", "ps_b replied", "ps_c replied"]);
  const settled = world.log.entries.filter(({ body }) =>
    (body as { kind: string }).kind === "settle"
  );
  expect(settled).toHaveLength(3);
});

test("[HO138] a restart never pairs a persona with another's card: each prompt is of her own", async () => {
  const { world, open } = await setup();
  const first = open();
  await world.clock.advance(5_000);
  // The cast is put in another order than it joined, and two change what they are.
  for (const id of ["ps_c", "ps_a", "ps_b"]) {
    await first.append({
      kind: "persona",
      persona: id,
      card: { name: `N${id}`, gist: `only ${id} is so`, description: "", greeting: "", hue: 0 },
      requirement: { contextTokensMin: 0 },
      hosts: "any",
      removed: false,
    });
  }
  await world.clock.advance(1_000);
  const before = first.state().personas;
  for (let restart = 0; restart < 3; restart += 1) {
    await (world.page ?? first).crash();
    const page = world.page = open();
    await world.clock.advance(5_000);
    await page.append({ kind: "say", text: `hi ${restart}`, addressed: [] });
    await world.clock.advance(60_000);
    const taken = page.engines.flatMap((engine) => engine.taken);
    expect(new Set(taken.map(({ persona }) => persona)).size).toBe(3);
    for (const { persona, segments } of taken) {
      const prompt = JSON.stringify(segments);
      expect(prompt, persona).toContain(`<|cue|>N${persona}: only ${persona} is so`);
    }
    for (const [id, { card, owner, requirement }] of page.state().personas) {
      expect({ card, owner, requirement }).toEqual({
        card: before.get(id)?.card,
        owner: before.get(id)?.owner,
        requirement: before.get(id)?.requirement,
      });
    }
    expect(page.peer.services.status().map(({ roomId }) => roomId)).toEqual([ROOM, ROOM, ROOM]);
  }
});
