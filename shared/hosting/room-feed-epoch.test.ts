import { expect, test } from "vitest";
import type { LogEntry, RoomLog } from "../ports/room-log.ts";
import { toRoomMs } from "../base/brands.ts";
import { encodeCheckpoint } from "../room/checkpoint.ts";
import { emptyState } from "../room/draft.ts";
import { foldEntries } from "../room/fold.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ME, roomScript } from "../testing/fakes/room-script.ts";
import { hostingLimits } from "./limits.ts";
import { createRoomFeed, type RoomFeed } from "./room-feed.ts";

/** A mirror as a relay's new epoch replaces it: all at once. */
class ReplacedLog implements RoomLog {
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
    return { ok: true, value: this.entries.slice(afterSeq, afterSeq + entriesMax) } as const;
  }
  async head() {
    return { ok: true, value: this.entries.length } as const;
  }
  subscribe(onHint: () => void): Disposable {
    this.#observers.add(onHint);
    return { [Symbol.dispose]: () => void this.#observers.delete(onHint) };
  }
}

/** The same talk ordered again: other times, and `drop` of it is not there. */
function reordered(entries: readonly LogEntry[], drop = 0, laterMs = 5_000): readonly LogEntry[] {
  return [...entries.slice(0, 7), ...entries.slice(7 + drop)].map((entry, index) => ({
    ...entry,
    seq: index + 1,
    ts: toRoomMs(entry.ts + laterMs),
  }));
}

function setup(messages: number) {
  const clock = new ManualClock();
  const log = new ReplacedLog();
  const checkpoints = new MemoryCheckpoints();
  const script = roomScript();
  for (let index = 0; index < messages; index += 1) script.say(`message ${index}`);
  log.entries = script.entries;
  const problems: (string | undefined)[] = [];
  const open = (roomId = "rm_1"): RoomFeed & { readonly shown: number[] } => {
    const feed = createRoomFeed({
      roomId,
      device: ME,
      log,
      checkpoints,
      clock,
      ids: new CountingIds(),
      trace: new RecordingLog(),
      onReadProblem: (error) => problems.push(error?.kind),
    });
    const shown: number[] = [];
    feed.subscribe(() => shown.push(feed.state().messages.length));
    void feed.run(new AbortController().signal); // owned by the test: ends with it
    return { ...feed, shown };
  };
  return { clock, log, checkpoints, script, problems, open };
}

const textOf = (entries: readonly LogEntry[]) =>
  encodeCheckpoint(foldEntries(emptyState(), entries));

test.each([
  ["shorter", 2],
  ["as long, in other times", 0],
])("[HO22] a log that was replaced by one that is %s is folded anew", async (_title, drop) => {
  const { clock, log, script, open } = setup(5);
  const feed = open();
  await clock.advance(1);
  const next = reordered(script.entries, drop);
  log.replace(next);
  await clock.advance(1);
  expect(encodeCheckpoint(feed.state())).toBe(textOf(next));
  expect(feed.shown).toEqual([5, 5 - drop]);
});

test("[HO22] while a long log is folded anew the old state is shown, then the new one at once", async () => {
  const { clock, log, script, open } = setup(hostingLimits.readEntriesMax * 2);
  const feed = open();
  await clock.advance(1);
  const next = reordered(script.entries, 3);
  log.replace(next);
  await clock.advance(1);
  const all = hostingLimits.readEntriesMax * 2;
  expect(feed.shown).toEqual([all, all - 3]);
});

test("[HO2] [HO22] a checkpoint of the log before is folded around", async () => {
  const { clock, log, script, open, checkpoints } = setup(hostingLimits.checkpointEveryEntries);
  open();
  await clock.advance(1);
  expect(checkpoints.byRoom.size).toBe(1);
  log.entries = reordered(script.entries);
  const feed = open();
  await clock.advance(1);
  expect(encodeCheckpoint(feed.state())).toBe(textOf(log.entries));
});

test("[HO21] a log that names another room is reported once and shown never", async () => {
  const { clock, problems, open } = setup(3);
  const feed = open("rm_other");
  await clock.advance(60_000);
  expect(problems).toEqual(["wrong-room"]);
  expect(feed.state()).toMatchObject({ roomId: "", messages: [] });
  expect([feed.isCaughtUp(), feed.shown]).toEqual([false, []]);
});

test("[HO21] a room whose log turns into its own is shown", async () => {
  const { clock, log, problems, open } = setup(3);
  const feed = open("rm_2");
  await clock.advance(1);
  const [genesis, ...rest] = log.entries;
  if (genesis === undefined) throw new Error("no genesis");
  const own = { ...genesis, body: { ...genesis.body as object, roomId: "rm_2" } };
  log.replace([own, ...rest]);
  await clock.advance(hostingLimits.retryMsMax);
  expect(problems).toEqual(["wrong-room", undefined]);
  expect(feed.state().messages).toHaveLength(3);
});
