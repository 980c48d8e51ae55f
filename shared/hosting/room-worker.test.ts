import { expect, test } from "vitest";
import { toEpochMs } from "../base/brands.ts";
import { ok } from "../base/result.ts";
import { createScope } from "../base/scope.ts";
import { Defect } from "../base/assert.ts";
import { createLedger } from "../ledger/ledger.ts";
import { SEQUENCER } from "../protocol/events.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { enginePlaces } from "../testing/fakes/engine-places.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { MemoryRoomLog } from "../testing/fakes/memory-room-log.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { SeededRandom } from "../testing/fakes/seeded-random.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { dueCandidates } from "./due-work.ts";
import { hostingLimits } from "./limits.ts";
import type { DeviceOffer } from "./peer-steps.ts";
import { createRoomFeed } from "./room-feed.ts";
import { createRoomWorker } from "./room-worker.ts";
import { createServiceRegistry } from "./services/service-registry.ts";

const never = new AbortController().signal;
const lane = {
  engine: "scripted",
  modelId: "m",
  lane: "cpu",
  contextTokens: 512,
  slots: 1,
} as const;

async function setup(given: Partial<DeviceOffer> = {}) {
  const clock = new ManualClock();
  const log = new MemoryRoomLog(clock);
  for (const { id, device, body } of roomScript().entries) {
    await log.append({ id: `script ${id}`, device, body }, never);
  }
  const store = new MemoryPeerStore();
  const trace = new RecordingLog();
  const ids = new CountingIds();
  const feed = createRoomFeed({
    roomId: "rm_1",
    device: ME,
    log,
    checkpoints: new MemoryCheckpoints(),
    clock,
    ids,
    trace,
    onReadProblem: () => undefined,
  });
  const ledger = createLedger({
    clock,
    log: trace,
    store,
    ids,
    deviceOf: () => ME,
    perform: () => Promise.reject(new Error("nothing runs here")),
    places: enginePlaces(clock, () => 0),
    newestHumanTurn: () => 0,
    settleFacts: () => ({ fingerprint: "", head: 0 }),
    onTrouble: () => undefined,
  });
  const problems: string[] = [];
  let isCurrent = true;
  let isReader = false;
  let isStuck = false;
  let isOpenable = true;
  const offer: DeviceOffer = {
    device: ME,
    name: "Mika",
    lanes: [lane],
    hostsForOthers: true,
    ...given,
  };
  const stop = new AbortController();
  const registry = createServiceRegistry({
    ...{ clock, trace, ledger, random: new SeededRandom("services") },
    session: {
      open: () => isOpenable ? Promise.resolve(ok(undefined)) : Promise.reject(new Defect("shut")),
      run: () => Promise.reject(new Error("nothing runs here")),
    },
    onChange: () => undefined,
    onUp: () => worker.wake(),
  });
  const scope = createScope(stop.signal, (error) => problems.push(String(error)));
  const room = { roomId: "rm_1", feed, scope, isCurrent: () => isCurrent };
  const worker = createRoomWorker({
    feed,
    store,
    ledger,
    clock,
    trace,
    device: ME,
    isCurrent: () => isCurrent,
    offer: () => {
      const hasFailed = (persona: string) => registry.failureOf("rm_1", persona) !== undefined;
      return isReader ? undefined : { ...offer, isStuck, hasFailed };
    },
    services: {
      follow: () => registry.follow(room, () => true),
      isServed: (persona) => registry.isServed("rm_1", persona),
      troubleOf(persona) {
        const failure = registry.failureOf("rm_1", persona);
        return failure && `service-${failure.kind}`;
      },
    },
    onProblem: (error) => problems.push(error.kind),
  });
  const ended = [feed.run(stop.signal), worker.run(stop.signal)]
    .map((loop) => loop.catch((reason: unknown) => reason));
  await clock.advance(10);
  const kinds = () => log.entries.slice(7).map(({ body }) => (body as { kind: string }).kind);
  const set = (
    change: Partial<Record<"isCurrent" | "isReader" | "isStuck" | "isOpenable", boolean>>,
  ) => {
    isCurrent = change.isCurrent ?? isCurrent;
    isReader = change.isReader ?? isReader;
    isStuck = change.isStuck ?? isStuck;
    isOpenable = change.isOpenable ?? isOpenable;
    worker.wake();
    registry.wakeRoom("rm_1");
  };
  return { clock, log, store, feed, worker, registry, problems, kinds, trace, stop, ended, set };
}

test("[HO12] what the state calls for is in the ledger, once, however often it is looked at", async () => {
  const { clock, feed, store, worker } = await setup();
  await feed.append({ kind: "say", text: "hi", addressed: [] }, never);
  for (let look = 0; look < 3; look += 1) {
    worker.wake();
    await clock.advance(10);
  }
  expect(store.inputs.map((input) => `${input.turn}/${input.persona}`).sort()).toEqual([
    "8/a",
    "8/b",
  ]);
});

test("[HO13] a step that the room ignores is appended once, until another would be", async () => {
  // The protocol refuses a lane without context, so this announcement is ignored for ever.
  const { clock, kinds, worker, trace } = await setup({ lanes: [{ ...lane, contextTokens: 0 }] });
  for (let look = 0; look < 5; look += 1) {
    worker.wake();
    await clock.advance(1_000);
  }
  expect(kinds()).toEqual(["announce"]);
  expect(trace.eventsAt("warn")).toContain("steps-ignored");
});

test("[HO13] a log that refuses is reported and tried again", async () => {
  const { clock, log, kinds, problems, feed, worker } = await setup();
  await feed.append({
    kind: "persona",
    persona: "c",
    card: { name: "C", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  }, never);
  log.abortAtWrite(1);
  worker.wake();
  await clock.advance(100);
  expect(problems).toEqual(["storage-failed"]);
  await clock.advance(10_000);
  expect(kinds()).toEqual(["persona", "assign"]);
});

test("[HO15] aborting ends both loops with the reason", async () => {
  const { stop, ended } = await setup();
  stop.abort("over");
  expect(await Promise.all(ended)).toEqual(["over", "over"]);
});

test("[HO28] a room that is behind its relay calls for nothing until it has caught up", async () => {
  const { clock, feed, log, store, set, kinds } = await setup();
  set({ isCurrent: false });
  await feed.append({ kind: "say", text: "hi", addressed: [] }, never);
  await log.append({ id: "left", device: SEQUENCER, body: { kind: "left", device: ME } }, never);
  await clock.advance(60_000);
  expect([kinds(), store.inputs]).toEqual([["say", "left"], []]);
  set({ isCurrent: true });
  await clock.advance(100);
  expect(kinds()).toEqual(["say", "left", "announce", "assign", "assign"]);
});

test("[HO4] [HO13] who is said to have left announces and claims again, each time", async () => {
  const { clock, log, kinds } = await setup();
  for (let time = 0; time < 3; time += 1) {
    const id = `left ${time}`;
    await log.append({ id, device: SEQUENCER, body: { kind: "left", device: ME } }, never);
    await clock.advance(100);
  }
  const again = ["left", "announce", "assign", "assign"];
  expect(kinds()).toEqual([...again, ...again, ...again]);
});

test("[HO7] a member who may only read appends nothing and owes nothing", async () => {
  const { clock, log, store, set, kinds } = await setup({ device: ME });
  set({ isReader: true });
  await log.append({ id: "left", device: SEQUENCER, body: { kind: "left", device: ME } }, never);
  await clock.advance(60_000);
  expect([kinds(), store.inputs]).toEqual([["left"], []]);
});

const Z_OF_ANOTHER = {
  kind: "persona",
  persona: "z",
  card: { name: "Z", gist: "", description: "", greeting: "", hue: 0 },
  requirement: { contextTokensMin: 0 },
  hosts: "any",
  removed: false,
} as const;

/** A persona of a device that does not host; ME takes her over. */
async function setupTakeover() {
  const room = await setup();
  const device = "dv_z";
  await room.log.append({ id: "o", device, body: { kind: "device", name: "Z" } }, never);
  await room.log.append({ id: "p", device, body: Z_OF_ANOTHER }, never);
  return room;
}

test("[HO20] another's persona is taken over after the wait, without anything else happening", async () => {
  const { clock, kinds } = await setupTakeover();
  await clock.advance(hostingLimits.takeoverStepMs - 10);
  expect(kinds()).toEqual(["device", "persona"]);
  await clock.advance(20);
  expect(kinds()).toEqual(["device", "persona", "assign"]);
});

test("[HO29] [HO112] who took a persona over and failed releases her and leaves her alone for 5 minutes", async () => {
  const { clock, log, kinds, set } = await setupTakeover();
  const { takeoverStepMs, takeoverPauseMs } = hostingLimits;
  await clock.advance(takeoverStepMs + 10);
  set({ isStuck: true });
  await clock.advance(100);
  // His own personas stay: what waits for them fails with the engine's words.
  expect(kinds().slice(2)).toEqual(["assign", "announce", "release"]);
  const [announced, released] = log.entries.slice(-2).map(({ body }) => body);
  expect(announced).toMatchObject({ lanes: [lane], hostsForOthers: false });
  expect(released).toMatchObject({ persona: "z", reason: "engine" });
  set({ isStuck: false });
  await clock.advance(takeoverPauseMs + takeoverStepMs - 1_000);
  expect(kinds().slice(5)).toEqual(["announce"]);
  expect(log.entries.at(-1)?.body).toMatchObject({ lanes: [lane], hostsForOthers: true });
  await clock.advance(1_000);
  expect(kinds().slice(5)).toEqual(["announce", "assign"]);
});

test("[HO29] a pause holds though another hosts her in between, and whose engine is stuck never claims", async () => {
  const { clock, log, kinds, set } = await setupTakeover();
  await clock.advance(hostingLimits.takeoverStepMs + 10);
  set({ isStuck: true });
  await clock.advance(100);
  await log.append({
    id: "q",
    device: "dv_z",
    body: {
      kind: "announce",
      lanes: [lane],
      hostsForOthers: true,
    },
  }, never);
  await log.append({ id: "r", device: "dv_z", body: { kind: "assign", persona: "z" } }, never);
  await clock.advance(1_000);
  await log.append(
    { id: "s", device: SEQUENCER, body: { kind: "left", device: "dv_z" } },
    never,
  );
  await clock.advance(hostingLimits.takeoverPauseMs * 2);
  expect(kinds().slice(5)).toEqual(["announce", "assign", "left"]);
  set({ isStuck: false });
  await clock.advance(100);
  expect(kinds().slice(5)).toEqual(["announce", "assign", "left", "announce", "assign"]);
});

test("[HO112] a turn of whom only a stuck device could host ends at once, as without a host", async () => {
  const { clock, log, feed, set } = await setupTakeover();
  await clock.advance(hostingLimits.takeoverStepMs + 10);
  const body = { kind: "say", text: "Z?", addressed: ["z"] };
  await log.append({ id: "q", device: ME, body }, never);
  await clock.advance(100);
  const turn = log.entries.length;
  const outcomeOf = () =>
    feed.state().turns.get(turn)?.entries.find(({ persona }) => persona === "z")?.settled?.outcome;
  expect(outcomeOf()).toBeUndefined();
  set({ isStuck: true });
  await clock.advance(100);
  expect(outcomeOf()).toMatchObject({ kind: "deferred", reason: "no-host" });
});

test("[HO136] what is asked of a persona whose service was given up settles failed, another's is released", async () => {
  const { clock, log, feed, kinds, set, registry, store } = await setupTakeover();
  set({ isOpenable: false });
  await clock.advance(hostingLimits.takeoverStepMs + 100);
  expect(registry.failureOf("rm_1", "z")).toEqual({ kind: "defect", detail: "shut" });
  expect(log.entries.at(-1)?.body).toMatchObject({ kind: "release", persona: "z" });
  const before = kinds().length;
  await log.append({ id: "c", device: ME, body: { ...Z_OF_ANOTHER, persona: "c" } }, never);
  await clock.advance(100);
  await feed.append({ kind: "say", text: "hi", addressed: ["c"] }, never);
  await clock.advance(1_000);
  expect(kinds().slice(before)).toEqual(["persona", "assign", "say", "settle"]);
  const settled = log.entries.at(-1)?.body;
  const outcome = { kind: "failed", reason: "engine", detail: "service-defect" };
  expect(settled).toMatchObject({ persona: "c", outcome });
  expect(store.inputs.filter(({ phase }) => phase === "queued").map(({ persona }) => persona))
    .toEqual(["a", "b"]);
});

test("[HO30] what waits in the outbox is not said again, and what was refused there is", async () => {
  const { clock, log, store, kinds } = await setup();
  await store.addOutbox({
    roomId: "rm_1",
    entry: {
      id: "waiting",
      device: ME,
      body: { kind: "announce", lanes: [lane], hostsForOthers: true },
    },
  }, never);
  await log.append({ id: "left", device: SEQUENCER, body: { kind: "left", device: ME } }, never);
  await clock.advance(60_000);
  expect(kinds().filter((kind) => kind === "announce")).toEqual([]);
  const [row] = store.unsent;
  await store.removeOutbox(row?.order ?? 0, never);
  await clock.advance(30_000);
  expect(kinds().filter((kind) => kind === "announce")).toEqual(["announce"]);
});

test("[LG7] a vote is owed as a step of the flow, what is said as before", () => {
  const room = roomScript({ kind: "director", followUpsMax: 1, director: "a" });
  const now = { epochNow: () => toEpochMs(room.atMs) };
  const kinds = () => dueCandidates(room.state(), ME, now).map((one) => one.kind);
  const vote = room.say("hi");
  expect(kinds()).toEqual(["flow-step"]);
  const turn = room.settle(vote, "a", { kind: "voted", speaker: "b" });
  expect(kinds()).toEqual(["prompt"]);
  room.settle(turn, "b", "x");
  expect(kinds()).toEqual(["peer"]);
});
