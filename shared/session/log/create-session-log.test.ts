import { describe, expect, test } from "vitest";
import { toEpochMs } from "../../base/brands.ts";
import type { Result } from "../../base/result.ts";
import type { NumberedEvent, SessionEvent } from "../control/events.ts";
import { end, noteOf, remembered, said, start } from "../../testing/fakes/segment-kit.ts";
import { logWorld, valueIn } from "../../testing/fakes/session-log-kit.ts";
import { encodeSegment } from "./decode-segment.ts";
import { foldDefaults } from "./fold-log.ts";
import { segmentLimits } from "./limits.ts";
import type { SegmentBody, SegmentEntry } from "./segments.ts";
import type { Attachment } from "./session-log.ts";

const { signal } = new AbortController();
const indexes = (appended: Result<readonly SegmentEntry[], unknown>) =>
  valueIn(appended).map(({ index }) => index);
const texts = (entries: readonly SegmentEntry[]) =>
  entries.map(({ body }) => body.kind === "said" ? body.text : body.kind);
const later = (text: string) => encodeSegment(said("other", text), toEpochMs(1));

/** What has come for an observer so far; its iteration goes on. */
async function readSome(attachment: Attachment, count: number): Promise<readonly NumberedEvent[]> {
  const events: NumberedEvent[] = [];
  const iterator = attachment.events[Symbol.asyncIterator]();
  while (events.length < count) {
    const step = await iterator.next();
    if (step.done === true) break;
    events.push(step.value);
  }
  return events;
}
const kindsOf = (events: readonly NumberedEvent[]) =>
  events.map(({ event }) => event.kind === "entry" ? `entry ${event.entry.index}` : event.kind);
const delta = (text: string, offset = 0): SessionEvent => ({
  kind: "delta",
  runId: "r",
  block: 0,
  of: "text",
  offset,
  text,
});

describe("appending", () => {
  test("[SC38] calls are stored one at a time, in order of the calls", async () => {
    const { log, stored } = logWorld();
    const all = await Promise.all(
      ["a", "b", "c"].map((text) => log.append([said("r", text), end("r")], signal)),
    );
    expect(all.map(indexes)).toEqual([[0, 1], [2, 3], [4, 5]]);
    expect(await stored()).toEqual(["a", "run-end", "b", "run-end", "c", "run-end"]);
    expect(texts(log.state().entries)).toEqual(await stored());
  });

  test("[SC38] what somebody else stored comes before it, and is shown", async () => {
    const { log, store, write, stored } = logWorld();
    await log.open(signal);
    using attachment = log.attach();
    await write(store, [later("theirs")]);
    expect(indexes(await log.append([said("r", "mine")], signal))).toEqual([1]);
    expect(await stored()).toEqual(["theirs", "mine"]);
    expect(kindsOf(await readSome(attachment, 2))).toEqual(["entry 0", "entry 1"]);
    expect(texts(log.state().entries)).toEqual(["theirs", "mine"]);
  });

  test("[SC38] a log that moves at every try is given up, and says so", async () => {
    const world = logWorld({
      beforeAppend: ({ store, write }) => write(store, [later("again")]),
    });
    const appended = await world.log.append([said("r", "never")], signal);
    expect(appended).toMatchObject({ ok: false, error: { kind: "storage-failed" } });
    expect((await world.stored()).filter((text) => text !== "again")).toEqual([]);
    expect(world.log.state().head).toBe(segmentLimits.appendTriesMax);
  });

  test("[SC39] at a head that moved it is refused, and what moved it is read", async () => {
    const { log, store, write, stored } = logWorld();
    await log.append([said("r", "a")], signal);
    expect(indexes(await log.appendAt(1, [said("r", "b")], signal))).toEqual([1]);
    const stale = await log.appendAt(1, [said("r", "c")], signal);
    expect(stale).toEqual({ ok: false, error: { kind: "head-moved", head: 2 } });
    const summary: SegmentBody = { kind: "summary", below: 1, text: "s" };
    expect(await log.appendAt(1, [summary], signal)).toEqual(stale);
    await write(store, [later("theirs")]);
    const overtaken = await log.appendAt(2, [said("r", "d")], signal);
    expect(overtaken).toEqual({ ok: false, error: { kind: "head-moved", head: 3 } });
    expect(texts(log.state().entries)).toEqual(["a", "b", "theirs"]);
    expect(await stored()).toEqual(["a", "b", "theirs"]);
  });

  test("[SC41] a write that fails shows and changes nothing; the next one goes on", async () => {
    const { log, store } = logWorld();
    using attachment = log.attach();
    store.failWith({ kind: "storage-full" });
    const refused = await log.append([said("r", "a")], signal);
    expect(refused).toEqual({ ok: false, error: { kind: "storage-full" } });
    expect(log.state().head).toBe(0);
    store.failWith(undefined);
    await log.append([said("r", "b")], signal);
    expect(kindsOf(await readSome(attachment, 1))).toEqual(["entry 0"]);
  });

  test("[SC38] one that is aborted while it waits gives up its place alone", async () => {
    let begun = 0;
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { log, stored } = logWorld({
      beforeAppend: () => {
        begun += 1;
        return gate;
      },
    });
    const own = new AbortController();
    const first = log.append([said("r", "a")], signal);
    const second = log.append([said("r", "b")], own.signal);
    const third = log.append([said("r", "c")], signal);
    own.abort("gone");
    await expect(second).rejects.toBe("gone");
    expect(begun).toBe(1);
    goOn();
    expect([await first, await third].map(indexes)).toEqual([[0], [1]]);
    expect(await stored()).toEqual(["a", "c"]);
  });

  test("[SC36] a summary lets the store forget what it stands for, and nothing else", async () => {
    const { log, stored, reopen } = logWorld();
    await log.append([remembered("m", "x"), said("r", "a"), said("r", "b")], signal);
    await log.append([{ kind: "summary", below: 2, text: "s" }], signal);
    expect(await stored()).toEqual(["memory", "a", "b", "summary"]); // Memory is still in there.
    await log.append([remembered("m", "x"), { kind: "summary", below: 2, text: "s" }], signal);
    expect(await stored()).toEqual(["b", "summary", "memory", "summary"]);
    const again = await reopen();
    expect({ ...again.state() }).toEqual({ ...log.state() });
  });

  test("[SC38] a store that forgot the log is read anew and written from its beginning", async () => {
    const { log, store } = logWorld();
    await log.append([said("r", "a"), said("r", "b")], signal);
    await store.forgetSession("room", "ada", signal);
    expect(indexes(await log.append([said("r", "new")], signal))).toEqual([0]);
    expect(texts(log.state().entries)).toEqual(["new"]);
  });
});

describe("opening", () => {
  test("[SC54] 100,000 entries are read in pages, and only what counts is held", async () => {
    const bodies = Array.from({ length: 99_998 }, (_, n) => later(`${n}`));
    const summary: SegmentBody = { kind: "summary", below: 99_998, text: "s" };
    bodies.push(later("tail"), encodeSegment(summary, toEpochMs(1)));
    const rows = bodies.map((body, index) => ({ roomId: "room", persona: "ada", index, body }));
    const { log, held } = logWorld({ rows });
    await log.open(signal);
    expect(log.state()).toMatchObject({ head: 100_000, below: 99_998, summary: "s", dropped: 0 });
    expect(texts(log.state().entries)).toEqual(["tail"]);
    expect(held.rowsMax).toBe(segmentLimits.pageEntriesMax);
    expect(log.snapshot()).toMatchObject({ first: 99_800, head: 100_000 });
  });

  test("[SC37] without a summary the newest are held, and the rest is counted and told", async () => {
    const world = logWorld({ fold: { ...foldDefaults, entriesHeldMax: 3 } });
    using attachment = world.log.attach();
    await world.log.append(["a", "b", "c", "d", "e"].map((text) => said("r", text)), signal);
    await world.log.append([said("r", "f")], signal);
    expect(texts(world.log.state().entries)).toEqual(["d", "e", "f"]);
    const events = kindsOf(await readSome(attachment, 7));
    expect(events.filter((kind) => kind === "alert")).toHaveLength(1);
    expect(world.log.snapshot().alerts.map(({ code }) => code)).toEqual(["entries-dropped"]);
  });

  test("[SC54] study 3.23 incident 3: a torn entry costs itself alone, anywhere", async () => {
    const { log, store, write, reopen } = logWorld();
    await write(store, [later("a"), '{"v":1,"at":1,"kind":"sa', later("b"), { v: 1 }]);
    await log.open(signal);
    const kept = ["a", "unreadable", "b", "unreadable"];
    expect(texts(log.state().entries)).toEqual(kept);
    expect(indexes(await log.append([said("r", "c")], signal))).toEqual([4]);
    expect(texts((await reopen()).state().entries)).toEqual([...kept, "c"]);
    expect(texts(log.snapshot().entries)).toEqual([...kept, "c"]);
  });

  test.each([1, 2, 3, 4])(
    "[SC54] a crash at write %i of an append leaves all or nothing",
    async (nth) => {
      const { log, store, reopen } = logWorld();
      await log.append([said("r", "a"), said("r", "b")], signal);
      store.abortAtWrite(nth);
      const bodies = [
        said("r", "c"),
        said("r", "d"),
        { kind: "summary", below: 2, text: "s" } as const,
      ];
      const crashed = await log.append(bodies, signal).catch(() => "crashed");
      expect(crashed).not.toMatchObject({ ok: true });
      store.abortAtWrite(Infinity);
      const again = await reopen();
      expect(texts(again.state().entries)).toEqual(["a", "b"]);
      expect(indexes(await again.append(bodies, signal))).toEqual([2, 3, 4]);
      expect(texts(again.state().entries)).toEqual(["c", "d"]);
    },
  );

  test("[SC40] opening anew tells those who watch by a resync", async () => {
    const { log, store, write } = logWorld();
    await log.open(signal);
    using attachment = log.attach();
    await write(store, [later("a")]);
    await log.open(signal);
    const [first] = await readSome(attachment, 1);
    expect(first?.event).toEqual({ kind: "resync", snapshot: log.snapshot() });
    expect(first?.revision).toBe(log.snapshot().revision);
    expect(texts(log.snapshot().entries)).toEqual(["a"]);
  });

  test("[SC54] a store that cannot be read leaves the state as it was", async () => {
    const { log, store } = logWorld();
    await log.append([said("r", "a")], signal);
    store.failWith({ kind: "storage-failed", detail: "gone" });
    expect(await log.open(signal)).toMatchObject({ ok: false });
    expect(await log.catchUp(signal)).toMatchObject({ ok: false });
    expect(log.state().head).toBe(1);
  });
});

describe("watching", () => {
  test("[SC41] study 3.23 incident 7: a note is shown once, by whatever way it is heard of", async () => {
    const { log } = logWorld();
    using attachment = log.attach();
    await log.append([noteOf("n")], signal);
    await log.catchUp(signal);
    await log.append([start("r")], signal);
    expect(kindsOf(await readSome(attachment, 2))).toEqual(["entry 0", "entry 1"]);
    const shown = log.snapshot().entries.filter(({ body }) => body.kind === "note");
    expect(shown).toHaveLength(1);
  });

  test("[SC41] what the ledger stored is shown by catching up, once", async () => {
    const { log, store, write } = logWorld();
    await log.open(signal);
    using attachment = log.attach();
    await write(store, [later("a"), later("b")]);
    await Promise.all([log.catchUp(signal), log.catchUp(signal)]);
    await log.append([said("r", "c")], signal);
    expect(kindsOf(await readSome(attachment, 3))).toEqual(["entry 0", "entry 1", "entry 2"]);
  });

  test("[SC40] a snapshot in the middle of a reply holds what was said of it", async () => {
    const { log } = logWorld();
    log.publish(delta("Hel"));
    log.publish(delta("lo", 3));
    using attachment = log.attach();
    expect(attachment.snapshot.inFlight).toMatchObject([{ text: "Hello" }]);
    await log.append([said("r", "Hello")], signal);
    expect(log.snapshot().inFlight).toEqual([]);
    expect((await readSome(attachment, 1))[0]?.revision).toBe(attachment.snapshot.revision + 1);
  });

  test("[SC42] one who is too slow gets one resync of now, and then what follows", async () => {
    const { log, limits } = logWorld();
    using slow = log.attach();
    using quick = log.attach();
    const iterator = quick.events[Symbol.asyncIterator]();
    for (let n = 0; n < limits.observerEventsMax + 50; n += 1) {
      log.publish(delta("x", n));
      expect((await iterator.next()).value?.revision).toBe(n + 1);
    }
    const [first] = await readSome(slow, 1);
    expect(first).toEqual({
      revision: log.snapshot().revision,
      event: { kind: "resync", snapshot: log.snapshot() },
    });
    log.publish(delta("y"));
    expect(kindsOf(await readSome(slow, 1))).toEqual(["delta"]);
  });

  test("[SC42] as many events as fit are all read", async () => {
    const { log, limits } = logWorld();
    using slow = log.attach();
    for (let n = 0; n < limits.observerEventsMax; n += 1) log.publish(delta("x", n));
    const events = await readSome(slow, limits.observerEventsMax);
    expect(new Set(kindsOf(events))).toEqual(new Set(["delta"]));
    expect(events.at(-1)?.revision).toBe(limits.observerEventsMax);
  });

  test("[SC43] one too many closes the one attached longest", async () => {
    const { log, trace } = logWorld({ limits: { ...segmentLimits, observersMax: 2 } });
    const [oldest, other, newest] = [log.attach(), log.attach(), log.attach()];
    log.publish(delta("x"));
    expect(await readSome(oldest, 1)).toEqual([]);
    expect(kindsOf(await readSome(other, 1))).toEqual(["delta"]);
    expect(kindsOf(await readSome(newest, 1))).toEqual(["delta"]);
    expect(trace.eventsAt("warn")).toEqual(["observer-closed"]);
  });

  test("[SC43] closing an attachment ends its reading at once, and makes room", async () => {
    const { log, trace } = logWorld({ limits: { ...segmentLimits, observersMax: 1 } });
    const attachment = log.attach();
    const reading = readSome(attachment, 1);
    attachment[Symbol.dispose]();
    expect(await reading).toEqual([]);
    for (const text of ["a", "b"]) {
      const next = log.attach();
      log.publish(delta(text));
      for await (const { event } of next.events) {
        expect(event).toMatchObject({ text });
        break; // Ends the attachment too.
      }
    }
    expect(trace.eventsAt("warn")).toEqual([]);
  });

  test("[SC40] a shutdown is the last that is read", async () => {
    const { log, limits } = logWorld();
    const [quick, slow] = [log.attach(), log.attach()];
    log.publish({ kind: "shutdown" });
    log.publish(delta("x"));
    expect(kindsOf(await readSome(quick, 9))).toEqual(["shutdown"]);
    expect(kindsOf(await readSome(slow, 9))).toEqual(["shutdown"]);
    const late = log.attach();
    for (let n = 0; n <= limits.observerEventsMax; n += 1) log.publish(delta("x"));
    log.publish({ kind: "shutdown" });
    expect(kindsOf(await readSome(late, 9))).toEqual(["resync"]);
  });
});
