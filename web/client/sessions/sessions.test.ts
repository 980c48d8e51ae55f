import { signal as createSignal } from "@preact/signals";
import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import type { SessionSnapshot } from "#shared/session/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { ManualClock, settleMicrotasks } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { clientLimits } from "../limits.ts";
import { MemoryBus } from "../memory-bus.contract.ts";
import { createTabChannel } from "../tab-channel.ts";
import { answerSession } from "./answer-session.ts";
import { decodeAsks } from "./decode-asks.ts";
import { noteEvent, ScriptedDirectory, snapshotOf } from "./scripted-directory.contract.ts";
import { createSessionServer } from "./serve-sessions.ts";
import { decodeNews } from "./session-news.ts";
import type { SessionView } from "./session-view.ts";
import { watchSession } from "./session-watches.ts";

const limits = { ...clientLimits, watchesMax: 3 };
const ROOM = "rm_1";

function setup() {
  const bus = new MemoryBus();
  const clock = new ManualClock();
  const trace = new RecordingLog();
  const defects: unknown[] = [];
  let opened = 0;
  const open = () => {
    const tab = opened += 1;
    const counting = new CountingIds();
    const ids = { next: (prefix: string) => `tab${tab}_${counting.next(prefix)}` };
    const text = (value: unknown) =>
      typeof value === "string" ? ok(value) : err({ kind: "not-text" } as const);
    const channel = createTabChannel<string, string, string>({
      port: bus.open(tab),
      clock,
      ids,
      log: trace,
      limits,
      decode: { command: text, answer: text, status: text },
    });
    const lead = (term: number, directory: ScriptedDirectory) => {
      const ending = new AbortController();
      const server = createSessionServer({
        directory,
        clock,
        limits,
        publish: (watchId, news) => seat.publishWatched(watchId, news),
        onDefect: (error) => defects.push(error),
      }, ending.signal);
      const leave = (): void => {
        ending.abort("leads no more");
        seat.leave();
      };
      const seat = channel.lead(term, {
        onCommand: async (command) => command,
        snapshot: () => ({ status: "here", streams: [] }),
        onWatch: server.watch,
        onUnwatch: server.unwatch,
        onHandOverRequest: () => undefined,
        onDeposed: leave,
      });
      return { leave };
    };
    const watch = (session: string) => {
      const view = createSignal<SessionView>({ phase: "opening" });
      const deps = { watches: channel.watches, clock, ids, trace, limits };
      const watching = watchSession(deps, { roomId: ROOM, session }, view, noAbort);
      return { view, end: () => watching[Symbol.dispose]() };
    };
    return { tab, channel, lead, watch };
  };
  return { bus, clock, trace, open, defects };
}

/** What a view shows: its phase and the notes in its log. */
function shown({ view }: { readonly view: { peek(): SessionView } }): readonly string[] {
  const now = view.peek();
  return "snapshot" in now ? [now.phase, ...notesOf(now.snapshot)] : [now.phase, now.phase];
}

function notesOf(snapshot: SessionSnapshot): readonly string[] {
  return snapshot.entries.flatMap(({ body }) => body.kind === "note" ? [body.text] : []);
}

test.each(["a follower", "the leading tab"])(
  "[SY110] %s sees what was and then everything that comes, once and in order",
  async (where) => {
    const { open, defects } = setup();
    const [leader, follower] = [open(), open()];
    const directory = new ScriptedDirectory(["ada"]);
    leader.lead(1, directory);
    directory.emit("ada", noteEvent(0, "before"));
    const watched = (where === "a follower" ? follower : leader).watch("ada");
    await settleMicrotasks();
    expect(shown(watched)).toEqual(["live", "before"]);
    for (let index = 1; index < 40; index++) directory.emit("ada", noteEvent(index, `${index}`));
    await settleMicrotasks();
    const expected = Array.from({ length: 39 }, (_, index) => `${index + 1}`);
    expect(shown(watched)).toEqual(["live", "before", ...expected]);
    expect(defects).toEqual([]);
  },
);

test("[SY110] two tabs watch the same session, each its own", async () => {
  const { open } = setup();
  const [leader, one, two] = [open(), open(), open()];
  const directory = new ScriptedDirectory(["ada", "bo"]);
  leader.lead(1, directory);
  const watched = [one.watch("ada"), two.watch("ada"), two.watch("bo")];
  await settleMicrotasks();
  directory.emit("ada", noteEvent(0, "hers"));
  directory.emit("bo", noteEvent(0, "his"));
  await settleMicrotasks();
  expect(watched.map(shown)).toEqual([["live", "hers"], ["live", "hers"], ["live", "his"]]);
});

test("[SY118] an event that never came is healed by a new snapshot", async () => {
  const { open, bus } = setup();
  const [leader, follower] = [open(), open()];
  const directory = new ScriptedDirectory(["ada"]);
  leader.lead(1, directory);
  const watched = follower.watch("ada");
  await settleMicrotasks();
  bus.silent.add(follower.tab);
  directory.emit("ada", noteEvent(0, "missed"));
  await settleMicrotasks();
  bus.silent.delete(follower.tab);
  expect(shown(watched)).toEqual(["live"]);
  directory.emit("ada", noteEvent(1, "heard"));
  await settleMicrotasks();
  expect(shown(watched)).toEqual(["live", "missed", "heard"]);
  expect(directory.attachedTo("ada")).toBe(1);
});

test("[SY112] a watch that ends is told no more and lets the session go", async () => {
  const { open, bus } = setup();
  const [leader, follower] = [open(), open()];
  const directory = new ScriptedDirectory(["ada"]);
  leader.lead(1, directory);
  const watched = follower.watch("ada");
  const own = leader.watch("ada");
  await settleMicrotasks();
  expect(directory.attachedTo("ada")).toBe(2);
  watched.end();
  own.end();
  await settleMicrotasks();
  expect(directory.attachedTo("ada")).toBe(0);
  const posted = bus.posted.length;
  directory.emit("ada", noteEvent(0, "unheard"));
  await settleMicrotasks();
  expect(bus.posted).toHaveLength(posted);
});

test("[SY112] an event on its way when a watch ends is told to nobody", async () => {
  for (let turns = 0; turns < 8; turns++) {
    const { open, bus } = setup();
    const leader = open();
    const directory = new ScriptedDirectory(["ada"]);
    leader.lead(1, directory);
    const watched = leader.watch("ada");
    await settleMicrotasks();
    const posted = bus.posted.length;
    directory.emit("ada", noteEvent(0, "late"));
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    watched.end();
    await settleMicrotasks();
    expect(bus.posted).toHaveLength(posted);
  }
});

test("[SY112] a tab that died is let go after two leases; one that lives is kept", async () => {
  const { open, bus, clock } = setup();
  const [leader, dying, living] = [open(), open(), open()];
  const directory = new ScriptedDirectory(["ada"]);
  leader.lead(1, directory);
  dying.watch("ada");
  const kept = living.watch("ada");
  await settleMicrotasks();
  const { attachedCount } = directory;
  bus.silent.add(dying.tab);
  await clock.advance(2 * limits.watchLeaseMs);
  expect(directory.attachedTo("ada")).toBe(1);
  expect(directory.attachedCount).toBe(attachedCount);
  directory.emit("ada", noteEvent(0, "still here"));
  await settleMicrotasks();
  expect(shown(kept)).toEqual(["live", "still here"]);
});

test("[SY112] a tab that slept over its lease is told again when it renews", async () => {
  const { open, bus, clock } = setup();
  const [leader, follower] = [open(), open()];
  const directory = new ScriptedDirectory(["ada"]);
  leader.lead(1, directory);
  const watched = follower.watch("ada");
  await settleMicrotasks();
  bus.silent.add(follower.tab);
  await clock.advance(2 * limits.watchLeaseMs);
  directory.emit("ada", noteEvent(0, "while asleep"));
  bus.silent.delete(follower.tab);
  await clock.advance(limits.watchRenewMs);
  expect(shown(watched)).toEqual(["live", "while asleep"]);
});

test("[SY111] another leader is asked anew, and what was known stays in sight", async () => {
  const { open } = setup();
  const [first, second, follower] = [open(), open(), open()];
  const before = new ScriptedDirectory(["ada"]);
  const led = first.lead(1, before);
  const watched = follower.watch("ada");
  await settleMicrotasks();
  before.emit("ada", noteEvent(0, "old"));
  await settleMicrotasks();
  led.leave();
  await settleMicrotasks();
  expect(before.attachedTo("ada")).toBe(0);
  const phases: string[] = [];
  const end = watched.view.subscribe(({ phase }) => phases.push(phase));
  const after = new ScriptedDirectory(["ada"]);
  after.emit("ada", noteEvent(0, "old"));
  after.emit("ada", noteEvent(1, "new"));
  second.lead(2, after);
  await settleMicrotasks();
  end();
  expect(phases).toEqual(["live", "lost", "live"]);
  expect(shown(watched)).toEqual(["live", "old", "new"]);
});

test("[SY111] a follower that leads now watches its own session", async () => {
  const { open, bus } = setup();
  const [first, second] = [open(), open()];
  const led = first.lead(1, new ScriptedDirectory(["ada"]));
  const watched = second.watch("ada");
  await settleMicrotasks();
  led.leave();
  const own = new ScriptedDirectory(["ada"]);
  second.lead(2, own);
  await settleMicrotasks();
  const posted = bus.posted.length;
  own.emit("ada", noteEvent(0, "mine"));
  await settleMicrotasks();
  expect(shown(watched)).toEqual(["live", "mine"]);
  expect(bus.posted).toHaveLength(posted);
});

test("[SY114] the leading tab watches past the channel, and others hear nothing of theirs", async () => {
  const { open, bus } = setup();
  const [leader, other] = [open(), open()];
  const directory = new ScriptedDirectory(["ada"]);
  leader.lead(1, directory);
  await settleMicrotasks();
  const posted = bus.posted.length;
  const watched = leader.watch("ada");
  directory.emit("ada", noteEvent(0, "here"));
  await settleMicrotasks();
  expect(shown(watched)).toEqual(["live", "here"]);
  expect(bus.posted).toHaveLength(posted);
  const theirs = other.watch("ada");
  await settleMicrotasks();
  directory.emit("ada", noteEvent(1, "both"));
  await settleMicrotasks();
  expect([shown(watched), shown(theirs)]).toEqual(
    [["live", "here", "both"], ["live", "here", "both"]],
  );
});

test("[SY119] a session that is not here is shown as missing, and found when it is", async () => {
  const { open, clock } = setup();
  const [leader, follower] = [open(), open()];
  const directory = new ScriptedDirectory([]);
  leader.lead(1, directory);
  const watched = follower.watch("ada~1");
  await settleMicrotasks();
  expect(watched.view.peek()).toEqual({ phase: "missing", reason: "session-unknown" });
  directory.add("ada~1");
  await clock.advance(limits.watchRenewMs);
  expect(shown(watched)).toEqual(["live"]);
  directory.drop("ada~1");
  await settleMicrotasks();
  expect(shown(watched)).toEqual(["ended"]);
  await clock.advance(limits.watchRenewMs);
  expect(watched.view.peek()).toEqual({ phase: "missing", reason: "session-unknown" });
  const phases: string[] = [];
  using _end = { [Symbol.dispose]: watched.view.subscribe(({ phase }) => phases.push(phase)) };
  open().lead(2, new ScriptedDirectory(["ada~1"]));
  await settleMicrotasks();
  expect(phases).toEqual(["missing", "live"]);
});

test("[SY119] a watch that began before anybody led is served by the first leader", async () => {
  const { open } = setup();
  const [later, follower] = [open(), open()];
  const watched = follower.watch("ada");
  await settleMicrotasks();
  expect(shown(watched)).toEqual(["opening", "opening"]);
  later.lead(1, new ScriptedDirectory(["ada"]));
  await settleMicrotasks();
  expect(shown(watched)).toEqual(["live"]);
});

test("[SY117] more watches than watchesMax are refused by name until one ends", async () => {
  const { open, clock } = setup();
  const [leader, follower] = [open(), open()];
  const directory = new ScriptedDirectory(["ada"]);
  leader.lead(1, directory);
  const watched = Array.from({ length: limits.watchesMax + 1 }, () => follower.watch("ada"));
  await settleMicrotasks();
  expect(watched.at(-1)?.view.peek()).toEqual({ phase: "missing", reason: "too-many-watches" });
  watched[0]?.end();
  await clock.advance(limits.watchRenewMs);
  expect(watched.slice(1).map(shown)).toEqual([["live"], ["live"], ["live"]]);
});

const good = snapshotOf("ada");
test.each<[string, unknown]>([
  ["no news", undefined],
  ["another kind", { kind: "poem" }],
  ["an event without a number", { kind: "event", event: { event: { kind: "status" } } }],
  ["an event without a kind", { kind: "event", event: { revision: 1, event: {} } }],
  ["a resync without a snapshot", {
    kind: "event",
    event: { revision: 1, event: { kind: "resync", snapshot: { ...good, entries: 5 } } },
  }],
  ["a snapshot of another version", { kind: "snapshot", snapshot: { ...good, asks: undefined } }],
  ["a head that is none", { kind: "snapshot", snapshot: { ...good, head: -1 } }],
  ["a greeting of nobody", { kind: "snapshot", snapshot: { ...good, greeting: {} } }],
  ["an entry that is none", { kind: "snapshot", snapshot: { ...good, entries: ["note"] } }],
  ["a list over its limit", {
    kind: "snapshot",
    snapshot: { ...good, alerts: Array.from({ length: clientLimits.watchedPartsMax + 1 }, Object) },
  }],
  ["a refusal without a reason", { kind: "refused", reason: "because" }],
])("[SY113] %s changes nothing", async (_title, payload) => {
  const { open, bus, trace } = setup();
  const [leader, follower] = [open(), open()];
  leader.lead(1, new ScriptedDirectory(["ada"]));
  const watched = follower.watch("ada");
  await settleMicrotasks();
  const before = watched.view.peek();
  expect(decodeNews(payload).ok).toBe(false);
  const frame = { kind: "watched", term: 1, watchId: "tab2_wt_1" };
  bus.deliver(follower.tab, { ...frame, payload: payload ?? null });
  expect(watched.view.peek()).toBe(before);
  expect(trace.eventsAt("warn")).toEqual(["session-news-malformed"]);
});

test.each<[unknown]>([[{}], [{ roomId: "", session: "ada" }], [{ roomId: "r", session: 5 }], [
  { roomId: "r", session: "x".repeat(clientLimits.watchedIdCharsMax + 1) },
]])("[SY113] the target %o is refused by name", async (target) => {
  const { open, bus } = setup();
  const leader = open();
  leader.lead(1, new ScriptedDirectory(["ada"]));
  bus.deliver(leader.tab, { kind: "watch", watchId: "w9", target, needsSnapshot: true });
  await settleMicrotasks();
  const payload = { kind: "refused", reason: "target-malformed" };
  expect(bus.posted.at(-1)).toEqual({ kind: "watched", term: 1, watchId: "w9", payload });
});

test("[SY115] a request reaches a session decoded, and a malformed one gets its refusal", async () => {
  const directory = new ScriptedDirectory(["ada"]);
  const request = {
    requestId: "rq_1",
    roomId: ROOM,
    session: "ada",
    call: { method: "pause" },
  } as const;
  expect(await answerSession(directory, request, noAbort)).toEqual(
    ok({
      kind: "session-replied",
      reply: { requestId: "rq_1", ok: true, answer: { kind: "done" } },
    }),
  );
  expect(directory.handled).toEqual([request]);
  const malformed = await answerSession(directory, { ...request, call: undefined }, noAbort);
  expect(malformed).toMatchObject({ ok: true, value: { reply: { requestId: "rq_1", ok: false } } });
  expect(await answerSession(directory, "pause!", noAbort)).toMatchObject({
    value: { reply: { requestId: "", ok: false } },
  });
  expect(directory.handled).toHaveLength(1);
});

const ask = {
  roomId: ROOM,
  session: "ada",
  ask: { callId: "c1", tool: "search", args: { words: "frost", count: 3 }, askedAt: 5 },
};
test("[SY116] of what waits for a person each tab takes what it understands", () => {
  const odd = [
    null,
    {},
    { ...ask, session: "" },
    { ...ask, ask: { ...ask.ask, args: { a: [] } } },
    {
      ...ask,
      ask: { ...ask.ask, askedAt: "now" },
    },
  ];
  expect(decodeAsks([...odd, ask])).toEqual([ask]);
  expect(decodeAsks(undefined)).toEqual([]);
  expect(decodeAsks(Array.from({ length: 99 }, () => ask))).toHaveLength(clientLimits.asksMax);
});
