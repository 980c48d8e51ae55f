import { expect, test } from "vitest";
import { checksum } from "../base/checksum.ts";
import { encodeCheckpoint } from "../room/checkpoint.ts";
import { encodeRecent } from "../room/recent-state.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { MemoryRoomLog } from "../testing/fakes/memory-room-log.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { hostingLimits } from "./limits.ts";
import { createRoomFeed } from "./room-feed.ts";

const never = new AbortController().signal;

async function setup(messages = 0, hasRecent = false) {
  const clock = new ManualClock();
  const log = new MemoryRoomLog(clock);
  const checkpoints = new MemoryCheckpoints(hasRecent);
  const trace = new RecordingLog();
  const script = roomScript();
  for (let index = 0; index < messages; index += 1) script.say(`message ${index}`);
  for (const { id, device, body } of script.entries) await log.append({ id, device, body }, never);
  const problems: (string | undefined)[] = [];
  const open = () => {
    const stop = new AbortController();
    const feed = createRoomFeed({
      roomId: "rm_1",
      device: ME,
      log,
      checkpoints,
      clock,
      ids: new CountingIds(),
      trace,
      onReadProblem: (error) => problems.push(error?.kind),
    });
    const ended = feed.run(stop.signal).catch((reason: unknown) => reason);
    return { feed, stop, ended };
  };
  return { clock, log, checkpoints, trace, problems, open };
}

test("[HO1] a feed folds a long log to its head and follows what others append", async () => {
  const { clock, log, open } = await setup(hostingLimits.readEntriesMax * 2);
  const { feed } = open();
  let changes = 0;
  feed.subscribe(() => changes += 1);
  await clock.advance(1);
  expect(feed.isCaughtUp()).toBe(true);
  expect(changes).toBe(1);
  const before = feed.state().head;
  await log.append({ id: "x", device: ME, body: { kind: "name", name: "New" } }, never);
  await clock.advance(1);
  expect(feed.state()).toMatchObject({ head: before + 1, name: "New" });
});

test("[HO1] an own append is folded, and the same id twice is one entry", async () => {
  const { clock, log, open } = await setup();
  const { feed } = open();
  await clock.advance(1);
  const say = { kind: "say", text: "hi", addressed: [] } as const;
  await feed.append(say, never, "msg_1");
  await feed.append(say, never, "msg_1");
  await clock.advance(1);
  expect(feed.state().messages.map((one) => one.text)).toEqual(["hi"]);
  expect(log.entries.filter((one) => one.id === "msg_1")).toHaveLength(1);
});

test("[HO2] a room opens from its checkpoint to the same state", async () => {
  const { clock, checkpoints, log, open } = await setup(hostingLimits.checkpointEveryEntries);
  const first = open();
  await clock.advance(1);
  expect(checkpoints.byRoom.get("rm_1")?.seq).toBe(log.entries.length);
  const second = open();
  await clock.advance(1);
  expect(encodeCheckpoint(second.feed.state())).toBe(encodeCheckpoint(first.feed.state()));
});

test.each<[title: string, damage: (text: string) => { text?: string; seq?: number }]>([
  ["cut", (text) => ({ text: text.slice(0, 100) })],
  ["changed by a byte", (text) => ({ text: text.replace("Garden", "Garten") })],
  ["of another log", () => ({ seq: 99_999 })],
])("[HO2] a checkpoint that is %s is folded around", async (_title, damage) => {
  const { clock, checkpoints, open } = await setup(hostingLimits.checkpointEveryEntries);
  const first = open();
  await clock.advance(1);
  const stored = checkpoints.byRoom.get("rm_1");
  if (stored === undefined) throw new Error("nothing was stored");
  checkpoints.byRoom.set("rm_1", { ...stored, ...damage(stored.text) });
  const second = open();
  await clock.advance(1);
  expect(encodeCheckpoint(second.feed.state())).toBe(encodeCheckpoint(first.feed.state()));
});

test.each([[false], [true]])(
  "[HO2] a state of a program that could not read the room is not used, newest alone: %s",
  async (isRecent) => {
    const { clock, checkpoints, log, open } = await setup(3, isRecent);
    const first = open();
    await clock.advance(1);
    first.stop.abort("updated");
    await first.ended;
    const { head } = first.feed.state();
    const state = { ...first.feed.state(), readerOnly: "event-unknown" } as const;
    const text = isRecent
      ? encodeRecent({ ...state, earlier: { messages: 1, isMissed: false } })
      : encodeCheckpoint(state);
    const last = log.entries.at(-1);
    const stateHash = checksum(`${last?.id} ${last?.ts} ${text}`);
    const shelf = isRecent ? checkpoints.recent : checkpoints;
    shelf?.byRoom.set("rm_1", { seq: head, stateHash, text });
    const { feed } = open();
    await clock.advance(1);
    expect(feed.state()).toEqual(first.feed.state());
  },
);

test("[HO2] a state that could not read the room is not kept", async () => {
  const { clock, checkpoints, log, open } = await setup(hostingLimits.readEntriesMax * 2, true);
  await log.append({ id: "x", device: ME, body: { kind: "from-the-future" } }, never);
  const { feed } = open();
  await clock.advance(1);
  expect(feed.state().readerOnly).toBe("event-unknown");
  expect([checkpoints.byRoom.size, checkpoints.recent?.byRoom.size]).toEqual([0, 0]);
});

test("[HO3] a log that cannot be read is reported and read again until it can", async () => {
  const { clock, log, problems, open } = await setup(3);
  log.failWith({ kind: "storage-failed", detail: "gone" });
  const { feed, stop, ended } = open();
  await clock.advance(1);
  expect(problems).toEqual(["storage-failed"]);
  expect(feed.isCaughtUp()).toBe(false);
  log.failWith(undefined);
  await clock.advance(hostingLimits.retryMsMin);
  expect(problems).toEqual(["storage-failed", undefined]);
  expect(feed.state().messages).toHaveLength(3);
  stop.abort("over");
  expect(await ended).toBe("over");
});

test("[SY139] a long room opens with its newest messages, and reads the older ones when asked", async () => {
  const { clock, checkpoints, open, log } = await setup(hostingLimits.readEntriesMax * 2, true);
  const first = open();
  await clock.advance(1);
  const whole = first.feed.state();
  expect(whole.earlier).toBeUndefined();
  expect(checkpoints.recent?.byRoom.size).toBe(1);
  first.stop.abort("closed");
  await first.ended;

  const { feed } = open();
  await clock.advance(1);
  const { recentMessagesMax } = hostingLimits;
  expect(feed.isCaughtUp()).toBe(true);
  expect(feed.state().messages).toEqual(whole.messages.slice(-recentMessagesMax));
  expect(feed.state().earlier?.messages).toBe(whole.messages.length - recentMessagesMax);
  await log.append({ id: "x", device: ME, body: { kind: "name", name: "New" } }, never);
  await clock.advance(1);
  expect(feed.state()).toMatchObject({ name: "New", earlier: { isMissed: false } });

  const heads: number[] = [];
  feed.subscribe(() => heads.push(feed.state().head));
  const asked = feed.whole(never);
  await clock.advance(1);
  const { head } = whole;
  expect(await asked).toEqual({ ...whole, name: "New", head: head + 1, at: feed.state().at });
  expect(heads).toEqual([head + 1]);
});

test("[SY138] [SY139] an entry about an older message brings all of them", async () => {
  const { clock, open, log } = await setup(hostingLimits.readEntriesMax * 2, true);
  const first = open();
  await clock.advance(1);
  first.stop.abort("closed");
  await first.ended;
  const { feed } = open();
  await clock.advance(1);
  const [oldest] = first.feed.state().messages;
  const edit = { kind: "edit", of: oldest?.seq ?? 0, text: "other words" } as const;
  await log.append({ id: "x", device: ME, body: edit }, never);
  await clock.advance(1);
  expect(feed.state().earlier).toBeUndefined();
  expect(feed.state().messages).toHaveLength(first.feed.state().messages.length);
  expect(feed.state().messages[0]).toMatchObject({ text: "other words", edited: true });
});

test("[HO2] [SY139] newest messages that are damaged are passed over for all of them", async () => {
  const { clock, checkpoints, open, trace } = await setup(hostingLimits.readEntriesMax * 2, true);
  const first = open();
  await clock.advance(1);
  first.stop.abort("closed");
  await first.ended;
  const { recent } = checkpoints;
  const stored = recent?.byRoom.get("rm_1");
  if (stored === undefined) throw new Error("nothing stored");
  recent?.byRoom.set("rm_1", { ...stored, text: stored.text.replace("message", "massage") });
  const { feed } = open();
  await clock.advance(1);
  expect(feed.state()).toEqual(first.feed.state());
  expect(trace.eventsAt("warn")).toContain("checkpoint-unfit");
});
