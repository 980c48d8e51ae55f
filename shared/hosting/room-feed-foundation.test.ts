import { expect, test } from "vitest";
import { ok, type Result } from "../base/result.ts";
import type { LogEntry, RoomLog, StorageError } from "../ports/room-log.ts";
import type { Foundation } from "../ports/shared-room-store.ts";
import { encodeCheckpoint, logCheckpointOf } from "../room/checkpoint.ts";
import { emptyState } from "../room/draft.ts";
import { foldEntries } from "../room/fold.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { hostingLimits as limits } from "./limits.ts";
import { createRoomFeed } from "./room-feed.ts";

/** A mirror that may begin anywhere. */
class TrimmedLog implements RoomLog {
  entries: readonly LogEntry[] = [];
  readonly #observers = new Set<() => void>();
  replace(entries: readonly LogEntry[]): void {
    this.entries = entries;
    for (const observer of this.#observers) observer();
  }
  append(): never {
    throw new Error("only read here");
  }
  async read(afterSeq: number, entriesMax: number) {
    return ok(this.entries.filter((entry) => entry.seq > afterSeq).slice(0, entriesMax));
  }
  async head() {
    return ok(this.entries.at(-1)?.seq ?? 0);
  }
  subscribe(onHint: () => void): Disposable {
    this.#observers.add(onHint);
    return { [Symbol.dispose]: () => void this.#observers.delete(onHint) };
  }
}

function setup(messages = 20) {
  const clock = new ManualClock();
  const log = new TrimmedLog();
  const checkpoints = new MemoryCheckpoints();
  const script = roomScript();
  for (let index = 0; index < messages; index += 1) script.say(`message ${index}`);
  const stateAt = (seq: number) => foldEntries(emptyState(), script.entries.slice(0, seq));
  let foundation: Result<Foundation | undefined, StorageError> = ok(undefined);
  const problems: (string | undefined)[] = [];
  const found = (seq: number, change: Partial<Foundation> = {}) => {
    foundation = ok({ seq, text: logCheckpointOf(stateAt(seq)), by: "dv_jon", ...change });
    log.replace(script.entries.slice(seq));
  };
  const open = () => {
    const feed = createRoomFeed({
      ...{ roomId: "rm_1", device: ME, log, checkpoints, clock },
      ids: new CountingIds(),
      trace: new RecordingLog(),
      foundation: async () => foundation,
      onReadProblem: (error) => problems.push(error?.kind),
    });
    void feed.run(new AbortController().signal); // owned by the test: ends with it
    return feed;
  };
  const set = (next: typeof foundation) => {
    foundation = next;
  };
  return { clock, log, checkpoints, script, stateAt, found, open, problems, set };
}

const textOf = (state: Parameters<typeof encodeCheckpoint>[0]) => logCheckpointOf(state);
const never = new AbortController().signal;

test("[HO31] a log behind a foundation is folded from it, and shows who vouches", async () => {
  const { clock, script, stateAt, found, open, problems } = setup();
  found(15);
  const feed = open();
  await clock.advance(1);
  expect(textOf(feed.state())).toBe(textOf(stateAt(script.entries.length)));
  expect(feed.state().importedBy).toBe("dv_jon");
  expect([feed.isCaughtUp(), ...problems]).toEqual([true]);
});

test("[HO31] a feed that was open before the log was founded follows it", async () => {
  const { clock, log, script, stateAt, found, open } = setup();
  const feed = open();
  await clock.advance(1);
  expect(feed.state().head).toBe(0);
  found(15);
  await clock.advance(1);
  expect(textOf(feed.state())).toBe(textOf(stateAt(script.entries.length)));
  const seq = script.say("after");
  log.replace(script.entries.slice(15));
  await clock.advance(1);
  expect(feed.state()).toMatchObject({ head: seq, importedBy: "dv_jon" });
});

test("[HO31] who was away and missed what was trimmed goes on behind the foundation", async () => {
  const { clock, log, script, stateAt, found, open } = setup();
  log.entries = script.entries.slice(0, 10);
  const feed = open();
  await clock.advance(1);
  expect([feed.state().head, feed.state().importedBy]).toEqual([10, undefined]);
  found(15);
  await clock.advance(1);
  expect(textOf(feed.state())).toBe(textOf(stateAt(script.entries.length)));
});

test.each([
  ["missing", ok(undefined)],
  ["damaged", ok({ seq: 15, text: "{", by: "dv_jon" })],
  ["of another place", ok({ seq: 14, text: logCheckpointOf(emptyState()), by: "dv_jon" })],
  ["not readable", { ok: false, error: { kind: "storage-failed", detail: "gone" } } as const],
])("[HO31] a gap without a fit foundation (%s) is reported, and read again", async (
  _title,
  broken,
) => {
  const { clock, script, found, open, problems, set } = setup();
  found(15);
  set(broken);
  const feed = open();
  await clock.advance(60_000);
  expect(problems).toEqual([broken.ok ? "storage-corrupt" : "storage-failed"]);
  expect([feed.isCaughtUp(), feed.state().head]).toEqual([false, 0]);
  found(15);
  await clock.advance(limits.retryMsMax);
  expect(feed.state().head).toBe(script.entries.length);
  expect(problems.at(-1)).toBeUndefined();
});

test("[HO2] [HO31] a checkpoint of this device on top of a foundation is opened from", async () => {
  const { clock, script, checkpoints, found, open, set } = setup(limits.checkpointEveryEntries * 2);
  found(15);
  const first = open();
  await clock.advance(1);
  expect(checkpoints.byRoom.get("rm_1")?.seq).toBe(script.entries.length);
  set(ok(undefined)); // not asked for
  const second = open();
  await clock.advance(1);
  expect(encodeCheckpoint(second.state())).toBe(encodeCheckpoint(first.state()));
  expect(second.state().importedBy).toBe("dv_jon");
});

test("[HO32] the states of the newest entries can be asked for, older ones not", async () => {
  const { clock, log, script, stateAt, open } = setup();
  for (let more = 0; more < limits.readEntriesMax * 3; more += 1) {
    script.add({ kind: "name", name: `${more}` });
  }
  log.entries = script.entries.slice(0, -300);
  const feed = open();
  await clock.advance(1);
  for (let left = 299; left >= 0; left -= 1) {
    log.replace(script.entries.slice(0, script.entries.length - left));
    await clock.advance(1);
  }
  const head = script.entries.length;
  for (const back of [0, 1, 100, 255]) {
    const state = await feed.stateAt(head - back, never);
    expect(state?.head).toBe(head - back);
    expect(state?.name).toBe(stateAt(head - back).name);
  }
  expect(await feed.stateAt(8, never)).toBeUndefined();
  expect(await feed.stateAt(head + 1, never)).toBeUndefined();
});
