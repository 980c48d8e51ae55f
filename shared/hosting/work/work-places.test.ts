import { afterEach, expect, test } from "vitest";
import type { InputCandidate } from "../../ledger/admission.ts";
import { createLedger } from "../../ledger/ledger.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { Place } from "../../ledger/places.ts";
import { holdLimits } from "../../planning/holds/limits.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import { CountingIds } from "../../testing/fakes/counting-ids.ts";
import { candidateOf, inputOf } from "../../testing/fakes/input-records.ts";
import { ManualClock, settleMicrotasks } from "../../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../../testing/fakes/memory-peer-store.ts";
import { RecordingLog } from "../../testing/fakes/recording-log.ts";
import { hostingLimits as limits } from "../limits.ts";
import type { BackgroundJob } from "./work-facts.ts";
import { createWorkPlaces } from "./work-places.ts";

const never = new AbortController().signal;
const open: AbortController[] = [];
afterEach(() => open.splice(0).forEach((controller) => controller.abort("test over")));

interface Run {
  readonly persona: string;
  readonly startMs: number;
  endMs?: number;
  /** Set when it was broken off. */
  lost?: unknown;
}

/** A ledger over the places; a visible answer takes 10 s, an ambient one 4 s. */
function setup(slots = 1) {
  const clock = new ManualClock();
  const store = new MemoryPeerStore();
  const runs: Run[] = [];
  let free = slots;
  let news = 0;
  const places = createWorkPlaces({
    clock,
    engine: () => free > 0 ? { engine: "transformers", lane: "webgpu", slots: free } : undefined,
    device: () => ({ isHidden: false, isOnBattery: false }),
    onFree: () => ledger.wake(),
    onWaits: () => news += 1,
  });
  const perform = async (input: InputRecord, signal: AbortSignal): Promise<PerformOutcome> => {
    const run: Run = { persona: input.persona, startMs: clock.now() };
    runs.push(run);
    try {
      await clock.sleep(input.kind === "external" ? 4_000 : 10_000, signal);
    } catch {
      run.lost = signal.reason;
      return { kind: "cancelled", partialText: `${input.partialText}half ` };
    } finally {
      run.endMs = clock.now();
    }
    const outcome = { kind: "replied", text: "Yes", finish: "stop" } as const;
    return { kind: "done", settled: { outcome, seenSeq: 1 } };
  };
  const ledger = createLedger({
    clock,
    store,
    log: new RecordingLog(),
    ids: new CountingIds(),
    deviceOf: () => "dev",
    perform,
    places,
    newestHumanTurn: () => 0,
    settleFacts: () => ({ fingerprint: "fp", head: 1 }),
    onTrouble: () => undefined,
  });
  const page = new AbortController();
  open.push(page);
  const ended = ledger.run(page.signal).catch((reason: unknown) => reason);
  const admit = async (change: Partial<InputCandidate>): Promise<void> => {
    await ledger.admit(candidateOf(change), never);
    await settleMicrotasks();
  };
  return {
    ...{ clock, store, runs, places, ledger, page, ended, admit },
    newsCount: () => news,
    bridge: (persona: string, turn: number) =>
      admit({ persona, turn, kind: "external", human: false }),
    setSlots(next: number) {
      free = next;
      ledger.wake();
    },
  };
}

const memory = (clock: ManualClock): BackgroundJob => ({
  jobId: "memory",
  artifactKey: "summary",
  holderId: "room/ada",
  resourceClass: "memory-consolidation",
  createdAtMs: clock.now(),
});

/** Consolidates memory whenever the engine has a place for it, 3 s at a time; counts the times. */
function consolidate(world: ReturnType<typeof setup>): { readonly done: () => number } {
  let done = 0;
  const { clock, places, page } = world;
  const loop = async (): Promise<never> => {
    for (;;) {
      const taken = places.takeBackground(memory(clock));
      if (taken.ok) {
        using place = taken.value;
        try {
          await clock.sleep(3_000, AbortSignal.any([place.signal, page.signal]));
          done += 1;
        } catch {
          page.signal.throwIfAborted();
        }
      }
      await clock.sleep(100, page.signal);
    }
  };
  loop().catch(() => undefined);
  return { done: () => done };
}

/** An hour of people who write now and then, to two personas at once. */
async function anHour(world: ReturnType<typeof setup>, hasBackground: boolean): Promise<void> {
  for (let minute = 0; minute < 60; minute += 1) {
    if (hasBackground) await world.bridge(`bot${minute % 3}`, 1_000 + minute);
    await world.clock.advance(35_000);
    if (hasBackground) await world.bridge(`late${minute % 3}`, 1_000 + minute);
    await world.clock.advance(2_500);
    await world.admit({ persona: "ada", turn: minute });
    await world.admit({ persona: "ben", turn: minute });
    await world.admit({ persona: "cy", turn: minute, kind: "peer", human: false });
    await world.clock.advance(22_500);
  }
}

test("[HO40] [HO38] bridge events and memory work delay no turn that people see", async () => {
  const plain = setup();
  await anHour(plain, false);
  const busy = setup();
  const memories = consolidate(busy);
  await anHour(busy, true);
  const seen = (world: typeof busy) =>
    world.runs.filter(({ persona }) => /^(ada|ben|cy)$/.test(persona))
      .map(({ persona, startMs, endMs }) => [persona, startMs, endMs]);
  expect(plain.runs.length).toBeGreaterThan(100);
  expect(seen(busy)).toEqual(seen(plain));
  // And it is done nevertheless: every event but those that wait for the next gap.
  const events = busy.store.inputs.filter(({ kind }) => kind === "external");
  expect(events.filter(({ phase }) => phase === "consumed").length).toBeGreaterThan(115);
  expect(memories.done()).toBeGreaterThan(60);
  // Some of it was broken off for a turn.
  expect(busy.runs.some(({ lost }) => lost !== undefined)).toBe(true);
});

test("[HO39] under turns without a gap a bridge event is taken after its time, to its end", async () => {
  const world = setup();
  const { clock, runs } = world;
  await world.admit({ persona: "ada", turn: 0 });
  await world.bridge("bot", 1_000);
  for (let turn = 1; clock.now() < 2 * holdLimits.starvedAfterMs + 60_000; turn += 1) {
    await world.admit({ persona: turn % 2 ? "ben" : "ada", turn });
    await clock.advance(5_000);
    await world.bridge("bot", 1_000 + turn);
    await clock.advance(5_000);
  }
  const events = runs.filter(({ persona }) => persona === "bot");
  expect(events.map(({ lost }) => lost)).toEqual([undefined, undefined]);
  const [first, second] = events.map(({ startMs }) => startMs);
  expect(first).toBeGreaterThanOrEqual(holdLimits.starvedAfterMs);
  expect(first).toBeLessThan(holdLimits.starvedAfterMs + 20_000);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(holdLimits.starvedAfterMs);
});

test("[LG24] [HO42] what is asked back goes back with its text and its attempts", async () => {
  const { bridge, admit, clock, runs, store, places } = setup();
  await bridge("bot", 9);
  for (let turn = 1; turn <= 4; turn += 1) {
    await clock.advance(1_000);
    await admit({ turn });
    expect(runs.at(-1)?.persona).toBe("ada");
    expect(places.waitOf(candidateOf({ persona: "bot", turn: 9 }))).toMatchObject({
      kind: "retry",
    });
    expect(store.inputs[0]).toMatchObject({
      phase: "queued",
      stagedCount: 0,
      reason: "place-asked-back",
      partialText: "half ".repeat(turn),
    });
    await clock.advance(10_000);
    expect(runs.at(-1)?.persona).toBe("bot");
  }
  expect(runs[0]?.lost).toEqual({ kind: "place-lost", how: "asked-back" });
  await clock.advance(4_000);
  expect(store.inputs[0]?.phase).toBe("consumed");
});

test("[HO40] a persona's own bridge event gives way to her turn", async () => {
  const { bridge, admit, clock, runs } = setup(3);
  await bridge("ada", 9);
  await clock.advance(1_000);
  await admit({ turn: 1 });
  expect(runs.map(({ persona, lost }) => [persona, lost !== undefined])).toEqual([
    ["ada", true],
    ["ada", false],
  ]);
});

function takeOne({ places }: ReturnType<typeof setup>, input = inputOf()): Place {
  const first = places.choose({ heads: [input], later: [], running: [] });
  const place = first && places.take(first);
  if (place === undefined) throw new Error("no place");
  return place;
}

test("[HO42] a place that is held lasts; one that is not is lost and told", async () => {
  const world = setup();
  const { clock, places } = world;
  const place = takeOne(world);
  const stop = new AbortController();
  const holding = place.hold(stop.signal).catch((reason: unknown) => reason);
  await clock.advance(20 * limits.placeHoldMs);
  const other = inputOf({ persona: "ben" });
  const ask = () => places.choose({ heads: [other], later: [], running: [] });
  expect(ask()).toBeUndefined();
  expect(place.signal.aborted).toBe(false);
  stop.abort("thread froze");
  expect(await holding).toBe("thread froze");
  await clock.advance(limits.placeHoldMs);
  ask();
  expect(place.signal.reason).toEqual({ kind: "place-lost", how: "expired" });
  place[Symbol.dispose]();
  expect(ask()?.id).toBe(other.id);
});

test("[HO42] a place asked back is told at once, and free when its work has ended", async () => {
  const world = setup();
  const place = takeOne(world, inputOf({ kind: "external", human: false }));
  const stop = new AbortController();
  place.hold(stop.signal).catch(() => undefined);
  const turn = inputOf({ persona: "ben" });
  expect(world.places.choose({ heads: [turn], later: [], running: [] })).toBeUndefined();
  expect(place.signal.reason).toEqual({ kind: "place-lost", how: "asked-back" });
  await world.clock.advance(limits.placeGraceMs + limits.placeRenewMs);
  expect(world.places.choose({ heads: [turn], later: [], running: [] })).toBeUndefined();
  expect(world.places.waitOf(turn)).toEqual({ kind: "places-used", placesMax: 1 });
  place[Symbol.dispose]();
  stop.abort("work over");
  expect(world.places.choose({ heads: [turn], later: [], running: [] })?.id).toBe(turn.id);
});

test("[LG12] a place is given back when its work ends or its page, not when its engine goes", async () => {
  const world = setup();
  const { clock, places, page, ended, admit } = world;
  const isFree = (): boolean => {
    const taken = places.takeBackground(memory(clock));
    if (taken.ok) taken.value[Symbol.dispose]();
    return taken.ok;
  };
  await admit({ turn: 1 });
  expect(isFree()).toBe(false);
  await clock.advance(10_000);
  expect(isFree()).toBe(true);
  await admit({ turn: 2 });
  world.setSlots(0);
  expect(places.takeBackground(memory(clock))).toMatchObject({
    error: { kind: "engine-not-ready" },
  });
  world.setSlots(1);
  expect(isFree()).toBe(false);
  page.abort("page over");
  await ended;
  expect(isFree()).toBe(true);
});

test("[HO41] background work is told why it has no place", async () => {
  const { clock, places, admit } = setup(2);
  await admit({ persona: "ada" });
  await admit({ persona: "ben" });
  await admit({ persona: "cy" });
  expect(places.takeBackground(memory(clock))).toEqual({
    ok: false,
    error: { kind: "places-used", placesMax: 2 },
  });
  await clock.advance(10_000);
  expect(places.takeBackground(memory(clock))).toEqual({
    ok: false,
    error: { kind: "reserved" },
  });
});

test("[HO41] who follows is told when a reason changes, and only then", () => {
  const { places, newsCount } = setup();
  const [ada, ben] = [inputOf(), inputOf({ persona: "ben" })];
  const ask = (...heads: InputRecord[]) => places.choose({ heads, later: [], running: [] });
  ask(ada);
  expect(newsCount()).toBe(0);
  ask(ada, ben);
  expect(newsCount()).toBe(1);
  ask(ada, ben);
  expect(newsCount()).toBe(1);
  ask(ben);
  expect(newsCount()).toBe(2);
});
