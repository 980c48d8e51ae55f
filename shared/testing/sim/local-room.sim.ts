/**
 * One device against everything: people press at random while the engine dies, pages crash and
 * storage fails. Safety always, liveness after healing, and the same seed twice gives the same log.
 *
 * SIM_SEEDS=500 npm run test:sim runs more; SIM_SEED="…" one seed again.
 */

import { expect, test } from "vitest";
import { type RoomEvent, SEQUENCER } from "../../protocol/events.ts";
import { MemoryCheckpoints } from "../fakes/memory-checkpoints.ts";
import { livenessComplaints, safetyComplaints } from "./local-room-checks.ts";
import {
  createWorld,
  DEVICE,
  drawRecipe,
  openPage,
  personaEvent,
  type SimWorld,
  stateOf,
} from "./local-room-world.ts";

const STEPS = 40;
const seeds = process.env["SIM_SEED"] !== undefined
  ? [process.env["SIM_SEED"]]
  : Array.from({ length: Number(process.env["SIM_SEEDS"] ?? 25) }, (_, index) => `local ${index}`);

/** Runs one seed and returns the log as text. */
async function runSeed(
  seed: string,
): Promise<{ readonly trace: string; readonly world: SimWorld }> {
  const world = await createWorld(seed);
  const checkpoints = new MemoryCheckpoints();
  let pages = 0;
  const reopen = () => (world.page = openPage(world, checkpoints, pages += 1));
  reopen();
  for (let step = 0; step < STEPS; step += 1) {
    await takeStep(world, reopen);
    expect(safetyComplaints(world), `seed "${seed}", step ${step}`).toEqual([]);
  }
  await heal(world, reopen);
  expect(world.page?.defects, `seed "${seed}"`).toEqual([]);
  expect(safetyComplaints(world), `seed "${seed}"`).toEqual([]);
  expect(livenessComplaints(world), `seed "${seed}"`).toEqual([]);
  await world.page?.crash();
  return { trace: JSON.stringify(world.log.entries), world };
}

async function takeStep(world: SimWorld, reopen: () => void): Promise<void> {
  const { random, clock, page } = world;
  const draw = random.next();
  if (page !== undefined && draw < 0.6) {
    const event = randomEvent(world);
    // Not awaited to its end: a crash may come between the append and its answer.
    const appended = page.append(event).catch(() => undefined);
    await clock.advance(Math.floor(random.next() * 200));
    await appended;
  } else if (draw < 0.7) {
    page?.engines.at(-1)?.kill();
  } else if (draw < 0.8) {
    await page?.crash();
    expect(page?.defects).toEqual([]);
    reopen();
  } else if (draw < 0.86) {
    world.store.abortAtWrite(1 + Math.floor(random.next() * 4));
  } else if (draw < 0.9) {
    world.log.abortAtWrite(1);
  } else if (draw < 0.93) {
    page?.retryEngine();
  } else if (draw < 0.96) {
    await leave(world);
  }
  const waits = [10, 100, 1_000, 5_000, 60_000];
  await clock.advance(waits[Math.floor(random.next() * waits.length)] ?? 10);
}

/** The orderer says that the device has gone, in the middle of whatever it did. */
async function leave({ log, random }: SimWorld): Promise<void> {
  const id = `left ${random.next()}`;
  const body = { kind: "left", device: DEVICE } as const;
  await log.append({ id, device: SEQUENCER, body }, new AbortController().signal);
}

function randomEvent(world: SimWorld): RoomEvent {
  const { random } = world;
  const state = stateOf(world);
  const turns = [...state.turns.keys()];
  const turn = turns[Math.floor(random.next() * turns.length)] ?? 1;
  const persona = ["ps_a", "ps_b", "ps_c"][Math.floor(random.next() * 3)] ?? "ps_a";
  const tail = state.messages.findLast((message) => !message.aside)?.seq ?? 1;
  const draw = random.next();
  if (draw < 0.45) return { kind: "say", text: "hi", addressed: draw < 0.1 ? [persona] : [] };
  if (draw < 0.52) return { kind: "recipe", recipe: drawRecipe(random) };
  if (draw < 0.55) return personaEvent(persona, random.next() < 0.4);
  if (draw < 0.65) return { kind: "stop", scope: { kind: "all" } };
  if (draw < 0.7) return { kind: "stop", scope: { kind: "persona", turn, persona } };
  if (draw < 0.85) return { kind: "again", turn, persona };
  if (draw < 0.9) return { kind: "pick", turn, persona, attempt: 0 };
  if (draw < 0.95) {
    const mine = state.messages.findLast((message) => message.kind === "person")?.seq ?? 1;
    return { kind: "edit", of: mine, text: "edited" };
  }
  return { kind: "rewind", to: Math.max(0, tail - 5), expect: tail };
}

/** Faults end, a person presses retry now and then, and time passes. */
async function heal(world: SimWorld, reopen: () => void): Promise<void> {
  world.isHostile = false;
  world.store.abortAtWrite(Infinity);
  world.log.abortAtWrite(Infinity);
  await world.page?.crash();
  reopen();
  for (let minute = 0; minute < 5; minute += 1) {
    world.page?.retryEngine();
    await world.clock.advance(60_000);
  }
}

const kindsSeen = new Set<string>();

console.log(`simulation local-room: ${seeds.length} seeds, each twice`);

test.each(seeds)(
  "[HO12] [HO15] nothing is lost or doubled, whatever dies: seed %s",
  async (seed) => {
    const first = await runSeed(seed);
    const second = await runSeed(seed);
    expect(second.trace).toBe(first.trace);
    for (const turn of stateOf(first.world).turns.values()) {
      for (const attempt of turn.entries.flatMap((entry) => entry.attempts)) {
        kindsSeen.add(attempt.outcome.kind);
      }
    }
  },
);

test.runIf(seeds.length >= 25)("[HO12] the seeds reach every kind of settlement", () => {
  expect([...kindsSeen].sort())
    .toEqual(["deferred", "failed", "replied", "silent", "stopped", "voted"]);
});
