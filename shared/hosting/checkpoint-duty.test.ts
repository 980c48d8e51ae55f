import { expect, test } from "vitest";
import type { RoomEvent } from "../protocol/events.ts";
import { checkpointHash, encodeCheckpoint } from "../room/checkpoint.ts";
import { emptyState } from "../room/draft.ts";
import { foldEntries } from "../room/fold.ts";
import type { LogMark } from "../sync/room-link-types.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { MemoryRoomLog } from "../testing/fakes/memory-room-log.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { createCheckpointDuty } from "./checkpoint-duty.ts";
import { hostingLimits as limits } from "./limits.ts";
import { createRoomFeed } from "./room-feed.ts";

const never = new AbortController().signal;
const FIRST = "dv_a"; // a lesser id than this device's

async function setup({ others = [] as readonly string[], entries = 39 } = {}) {
  const clock = new ManualClock();
  const log = new MemoryRoomLog(clock);
  const trace = new RecordingLog();
  const store = new MemoryPeerStore();
  const script = roomScript();
  for (const device of others) {
    script.add({ kind: "device", name: device }, device);
    script.announce(device);
  }
  while (script.entries.length < entries) script.add({ kind: "name", name: "x" });
  for (const { id, device, body } of script.entries) {
    await log.append({ id: `script ${id}`, device, body }, never);
  }
  const feed = createRoomFeed({
    ...{ roomId: "rm_1", device: ME, log, clock, trace },
    checkpoints: new MemoryCheckpoints(),
    ids: new CountingIds(),
    onReadProblem: () => undefined,
  });
  let isLive = true;
  let canWrite = true;
  const mark = (): LogMark | undefined => {
    const seq = log.entries.length;
    const full = { entriesMax: 100, bytes: 0, bytesMax: 1_000 };
    return isLive ? { seq, opener: "keys", entries: seq, ...full } : undefined;
  };
  const duty = createCheckpointDuty({
    ...{ feed, clock, trace, store, mark, device: ME },
    canWrite: () => canWrite,
    onProblem: () => undefined,
  });
  const { signal } = new AbortController();
  for (const loop of [feed.run(signal), duty.run(signal)]) void loop; // they end with the test
  await clock.advance(10);
  let said = 0;
  const add = async (body: RoomEvent, device = ME) => {
    said += 1;
    const added = await log.append({ id: `more ${said}`, device, body }, never);
    await clock.advance(10);
    return added.ok ? added.value.seq : 0;
  };
  const addNames = async (count: number) => {
    for (let made = 0; made < count; made += 1) await add({ kind: "name", name: `${said}` });
  };
  const bodies = (kind: RoomEvent["kind"]) =>
    log.entries.map(({ body }) => body as RoomEvent).filter((body) => body.kind === kind);
  const hashAt = (seq: number) =>
    checkpointHash(encodeCheckpoint(foldEntries(emptyState(), log.entries.slice(0, seq)), 200));
  const theirs = (covers: number, stateHash: string) =>
    add({ kind: "checkpoint", covers, stateHash, state: "", opener: "" }, FIRST);
  const set = (change: { isLive?: boolean; canWrite?: boolean }) => {
    isLive = change.isLive ?? isLive;
    canWrite = change.canWrite ?? canWrite;
    duty.wake();
  };
  return { clock, store, feed, add, addNames, bodies, hashAt, theirs, set };
}

test("[HO33] a checkpoint is offered at the limit, and the next a limit later", async () => {
  const { addNames, bodies, hashAt, feed } = await setup({ entries: 34 });
  expect(bodies("checkpoint")).toEqual([]);
  await addNames(1);
  expect(bodies("checkpoint")).toMatchObject([
    { covers: 35, stateHash: hashAt(35), opener: "keys" },
  ]);
  await addNames(33);
  expect(bodies("checkpoint")).toHaveLength(1);
  await addNames(1);
  expect(bodies("checkpoint")).toMatchObject([{ covers: 35 }, { covers: 70 }]);
  expect(feed.state().checkpoints).toMatchObject([{ covers: 35, device: ME }, { covers: 70 }]);
});

test("[HO33] nothing is offered while the link is not live, or by who may only read", async () => {
  const { set, addNames, bodies, clock } = await setup({ entries: 30 });
  set({ isLive: false });
  await addNames(10);
  set({ isLive: true, canWrite: false });
  await clock.advance(60_000);
  expect(bodies("checkpoint")).toEqual([]);
  set({ canWrite: true });
  await clock.advance(10);
  expect(bodies("checkpoint")).toHaveLength(1);
});

test("[HO34] a later rank waits, and offers nothing when another was first", async () => {
  const slow = await setup({ others: [FIRST] });
  await slow.clock.advance(limits.checkpointStepMs - 100);
  expect(slow.bodies("checkpoint")).toEqual([]);
  await slow.clock.advance(100);
  expect(slow.bodies("checkpoint")).toHaveLength(1);

  const quick = await setup({ others: [FIRST] });
  await quick.theirs(39, quick.hashAt(39));
  await quick.clock.advance(limits.checkpointStepMs * 3);
  expect(quick.bodies("checkpoint")).toHaveLength(1);
});

test("[HO36] while a checkpoint waits in the outbox no other is offered", async () => {
  const event = { kind: "checkpoint", covers: 30, stateHash: "h", state: "", opener: "" };
  const due = await setup({ entries: 30 });
  await due.store.addOutbox(
    { roomId: "rm_1", entry: { id: "waiting", device: ME, body: event } },
    never,
  );
  await due.addNames(10);
  await due.clock.advance(limits.retryMsMax * 2);
  expect(due.bodies("checkpoint")).toEqual([]);
  await due.store.removeOutbox(due.store.unsent[0]?.order ?? 0, never);
  await due.clock.advance(limits.retryMsMax);
  expect(due.bodies("checkpoint")).toHaveLength(1);
});

test("[HO35] a checkpoint that differs is disputed once, and people can see by whom", async () => {
  const { theirs, bodies, hashAt, addNames, clock, feed } = await setup({ others: [FIRST] });
  const seq = await theirs(38, "not that");
  expect(bodies("dispute")).toEqual([{ kind: "dispute", checkpoint: seq, stateHash: hashAt(38) }]);
  await addNames(3);
  await clock.advance(60_000);
  expect(bodies("dispute")).toHaveLength(1);
  expect(feed.state().checkpoints.at(-1)).toMatchObject({ device: FIRST, disputedBy: [ME] });
});

test("[HO35] a checkpoint with the hash of the state folded here is not disputed", async () => {
  const { theirs, bodies, hashAt, addNames } = await setup({ others: [FIRST] });
  await theirs(20, hashAt(20));
  await addNames(3);
  expect(bodies("dispute")).toEqual([]);
});
