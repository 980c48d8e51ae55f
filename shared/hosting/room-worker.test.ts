import { expect, test } from "vitest";
import { createLedger } from "../ledger/ledger.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { MemoryRoomLog } from "../testing/fakes/memory-room-log.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import type { DeviceOffer } from "./peer-steps.ts";
import { createRoomFeed } from "./room-feed.ts";
import { createRoomWorker } from "./room-worker.ts";

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
    device: ME,
    perform: () => Promise.reject(new Error("nothing runs here")),
    laneOf: () => undefined,
    newestHumanTurn: () => 0,
    settleFacts: () => ({ fingerprint: "", head: 0 }),
    onTrouble: () => undefined,
  });
  const problems: string[] = [];
  const offer: DeviceOffer = {
    device: ME,
    name: "Mika",
    lanes: [lane],
    hostsForOthers: true,
    ...given,
  };
  const worker = createRoomWorker({
    feed,
    ledger,
    clock,
    trace,
    offer: () => offer,
    onProblem: (error) => problems.push(error.kind),
  });
  const stop = new AbortController();
  const ended = [feed.run(stop.signal), worker.run(stop.signal)]
    .map((loop) => loop.catch((reason: unknown) => reason));
  await clock.advance(10);
  const kinds = () => log.entries.slice(7).map(({ body }) => (body as { kind: string }).kind);
  return { clock, log, store, feed, worker, problems, kinds, trace, stop, ended };
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
