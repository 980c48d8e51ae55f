import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { ManualClock, settleMicrotasks } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { clientLimits } from "./limits.ts";
import { MemoryBus } from "./memory-bus.contract.ts";
import { createTabChannel, type LeaderHandlers } from "./tab-channel.ts";
import { applyStreamFrame, decodeTabFrame, type StreamFrame } from "./tab-frames.ts";

const text = (value: unknown) =>
  typeof value === "string" ? ok(value) : err({ kind: "not-text" } as const);
const limits = { ...clientLimits, commandsPendingMax: 4, requestIdsMax: 3 };

function setup() {
  const bus = new MemoryBus();
  const clock = new ManualClock();
  const log = new RecordingLog();
  let opened = 0;
  const open = () => {
    const ids = new CountingIds();
    const tab = opened += 1;
    const channel = createTabChannel<string, string, string>({
      port: bus.open(tab),
      clock,
      ids: { next: (prefix) => `tab${tab}_${ids.next(prefix)}` },
      log,
      limits,
      decode: { command: text, answer: text, status: text },
    });
    const seen: string[] = [];
    channel.subscribe({
      onStatus: (status) => seen.push(status),
      onStream: (frame) => seen.push(`${frame.offset}:${frame.text}`),
    });
    return { channel, seen, tab };
  };
  return { bus, clock, log, open };
}

const stream = (offset: number, value: string): StreamFrame => ({
  roomId: "rm_1",
  turn: 1,
  persona: "ada",
  attempt: 0,
  offset,
  text: value,
});

function handlers(
  patch: Partial<LeaderHandlers<string, string, string>> = {},
): LeaderHandlers<string, string, string> {
  return {
    onCommand: async (command) => `did ${command}`,
    snapshot: () => ({ status: "fresh", streams: [stream(0, "so far")] }),
    onHandOverRequest: () => {},
    onWatch: () => {},
    onUnwatch: () => {},
    onDeposed: () => {},
    ...patch,
  };
}

test("[SY36] a follower's command is run by the leader and answered", async () => {
  const { open } = setup();
  const [leader, follower] = [open(), open()];
  leader.channel.lead(1, handlers());
  expect(await follower.channel.send("say", noAbort)).toEqual(ok("did say"));
  expect(await leader.channel.send("stop", noAbort)).toEqual(ok("did stop"));
});

test("[SY28] a new tab gets the newest status and the texts that run", async () => {
  const { open } = setup();
  const leader = open();
  const seat = leader.channel.lead(1, handlers());
  seat.publishStatus("one");
  const late = open();
  await settleMicrotasks();
  expect(late.seen).toEqual(["fresh", "0:so far"]);
  seat.publishStatus("two");
  seat.publishStream(stream(6, " good"));
  await settleMicrotasks();
  expect(late.seen.slice(2)).toEqual(["two", "6: good"]);
});

test("[SY28] an observer that comes late in a tab gets the newest status", async () => {
  const { open } = setup();
  const { channel } = open();
  channel.lead(1, handlers()).publishStatus("one");
  const seen: string[] = [];
  const observer = { onStatus: (status: string) => seen.push(status), onStream: () => {} };
  const subscription = channel.subscribe(observer);
  expect(seen).toEqual(["one"]);
  subscription[Symbol.dispose]();
});

test("[SY29] a status older than one already seen is ignored", async () => {
  const { open, bus } = setup();
  const leader = open();
  const follower = open();
  leader.channel.lead(1, handlers()).publishStatus("newest");
  await settleMicrotasks();
  bus.deliver(follower.tab, { kind: "peer-status", term: 1, revision: 1, payload: "old" });
  expect(follower.seen).toContain("newest");
  expect(follower.seen).not.toContain("old");
});

test("[SY27] frames of a stale leader are ignored and it is deposed", async () => {
  const { open, bus } = setup();
  const [stale, follower, fresh] = [open(), open(), open()];
  let deposed = 0;
  const old = stale.channel.lead(1, handlers({ onDeposed: () => deposed += 1 }));
  await settleMicrotasks();
  bus.silent.add(stale.tab); // Frozen: it hears nothing of its follower.
  fresh.channel.lead(2, handlers()).publishStatus("new");
  await settleMicrotasks();
  bus.silent.delete(stale.tab);
  old.publishStatus("stale");
  old.publishStream(stream(0, "stale"));
  await settleMicrotasks();
  expect(follower.seen.at(-1)).toBe("new");
  expect(await follower.channel.send("say", noAbort)).toEqual(ok("did say"));
  expect(deposed).toBe(1);
  const posted = bus.posted.length;
  old.publishStatus("still here");
  expect(bus.posted).toHaveLength(posted);
});

test("[SY27] a term that is not greater than those known is a defect", async () => {
  const { open } = setup();
  const [first, second] = [open(), open()];
  first.channel.lead(3, handlers());
  await settleMicrotasks();
  expect(() => second.channel.lead(3, handlers())).toThrow("current term is 3");
});

test("[SY37] without a leader a command ends leader-silent after acceptMsMax", async () => {
  const { open, clock } = setup();
  const sent = open().channel.send("say", noAbort);
  await clock.advance(limits.acceptMsMax);
  expect(await sent).toEqual(err({ kind: "leader-silent" }));
  expect(clock.sleepers).toBe(0);
});

test("[SY37] a command that no leader took goes to the next one", async () => {
  const { open, clock } = setup();
  const [follower, next] = [open(), open()];
  const sent = follower.channel.send("say", noAbort);
  await clock.advance(limits.acceptMsMax - 1);
  next.channel.lead(1, handlers());
  expect(await sent).toEqual(ok("did say"));
});

test("[SY37] a tab that becomes leader runs its own waiting commands", async () => {
  const { open } = setup();
  const { channel } = open();
  const sent = channel.send("say", noAbort);
  await settleMicrotasks();
  channel.lead(1, handlers());
  expect(await sent).toEqual(ok("did say"));
});

test.each(["leaves", "is followed by this tab", "is followed by another"])(
  "[SY37] a command that was taken ends leader-silent when its leader %s",
  async (how) => {
    const { open } = setup();
    const [leader, follower, other] = [open(), open(), open()];
    const seat = leader.channel.lead(1, handlers({ onCommand: () => new Promise(() => {}) }));
    const sent = follower.channel.send("load", noAbort);
    await settleMicrotasks();
    if (how === "leaves") seat.leave();
    else (how.endsWith("another") ? other : follower).channel.lead(2, handlers());
    expect(await sent).toEqual(err({ kind: "leader-silent" }));
  },
);

test("[SY37] a command that was taken may take long, but not for ever", async () => {
  const { open, clock } = setup();
  const [leader, follower] = [open(), open()];
  leader.channel.lead(1, handlers({ onCommand: () => new Promise(() => {}) }));
  let isSettled = false;
  const sent = follower.channel.send("load", noAbort).finally(() => isSettled = true);
  await clock.advance(limits.acceptMsMax + limits.answerMsMax - 1);
  expect(isSettled).toBe(false);
  await clock.advance(1);
  expect(await sent).toEqual(err({ kind: "leader-silent" }));
});

test("[SY37] more commands than commandsPendingMax are refused", async () => {
  const { open } = setup();
  const { channel } = open();
  const abort = new AbortController();
  const sent = Array.from({ length: 4 }, () => channel.send("say", abort.signal));
  expect(await channel.send("say", noAbort)).toEqual(err({ kind: "leader-silent" }));
  abort.abort("left");
  for (const one of sent) await expect(one).rejects.toBe("left");
});

test("[SY36] a command that arrives twice is run once and its acceptance repeated", async () => {
  const { open, bus } = setup();
  const leader = open();
  const commands: string[] = [];
  leader.channel.lead(
    1,
    handlers({
      onCommand: async (command) => {
        commands.push(command);
        return "done";
      },
    }),
  );
  const frame = { kind: "command", requestId: "r1", command: "say" };
  bus.deliver(leader.tab, frame);
  bus.deliver(leader.tab, frame);
  await settleMicrotasks();
  expect(commands).toEqual(["say"]);
  const accepted = { kind: "command-accepted", term: 1, requestId: "r1" };
  expect(bus.posted.filter((message) => JSON.stringify(message) === JSON.stringify(accepted)))
    .toHaveLength(2);
});

test("[SY24] asking for a hand-over reaches the leader", async () => {
  const { open } = setup();
  const [leader, follower] = [open(), open()];
  let asked = 0;
  leader.channel.lead(1, handlers({ onHandOverRequest: () => asked += 1 }));
  follower.channel.requestHandOver();
  await settleMicrotasks();
  expect(asked).toBe(1);
});

test("closing a tab ends its commands and leaves the channel", async () => {
  const { open } = setup();
  const { channel } = open();
  const sent = channel.send("say", noAbort);
  channel.close();
  expect(await sent).toEqual(err({ kind: "leader-silent" }));
});

test.each<[value: unknown]>([
  [undefined],
  ["hello"],
  [{ kind: "launch" }],
  [{ kind: "leader-here", term: -1 }],
  [{ kind: "leader-here", term: "1" }],
  [{ kind: "peer-status", term: 1, payload: "x" }],
  [{ kind: "peer-status", term: 1, revision: 1 }],
  [{ kind: "stream", term: 1, frame: { ...stream(0, "x"), offset: -1 } }],
  [{ kind: "stream", term: 1, frame: null }],
  [{ kind: "command", requestId: "", command: 1 }],
  [{ kind: "command-answered", term: 1, requestId: "r1" }],
  [{ kind: "watch", watchId: "", target: {}, needsSnapshot: true }],
  [{ kind: "watch", watchId: "w1", needsSnapshot: true }],
  [{ kind: "watch", watchId: "w1", target: {}, needsSnapshot: 1 }],
  [{ kind: "unwatch" }],
  [{ kind: "watched", term: 1, watchId: "w1" }],
])("[SY38] the malformed frame %o changes nothing", async (value) => {
  const { open, bus, log } = setup();
  const leader = open();
  leader.channel.lead(1, handlers());
  bus.deliver(leader.tab, value);
  expect(decodeTabFrame(value).ok).toBe(false);
  expect(log.eventsAt("warn")).toEqual(["frame-malformed"]);
  expect(leader.seen).toEqual(["fresh"]);
});

test.each<[string, unknown]>([
  ["command-malformed", { kind: "command", requestId: "r1", command: 5 }],
  ["status-malformed", { kind: "peer-status", term: 1, revision: 50, payload: 5 }],
  ["answer-malformed", { kind: "command-answered", term: 1, requestId: "r1", answer: 5 }],
])("[SY38] a payload of another version is dropped: %s", (event, frame) => {
  const { open, bus, log } = setup();
  const leader = open();
  leader.channel.lead(1, handlers());
  bus.deliver(leader.tab, frame);
  expect(log.eventsAt("warn")).toEqual([event]);
  expect(leader.seen).toEqual(["fresh"]);
});

test.each<[string, string, StreamFrame, string | undefined]>([
  ["the next piece", "Hel", stream(3, "lo"), "Hello"],
  ["a piece known in part", "Hello", stream(3, "lo all"), "Hello all"],
  ["a new start", "Hello", stream(0, "He"), "He"],
  ["a gap", "Hel", stream(4, "o"), undefined],
])("[SY28] stream text after %s", (_title, before, frame, after) => {
  expect(applyStreamFrame(before, frame)).toBe(after);
});
