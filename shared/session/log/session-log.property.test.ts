import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { toEpochMs } from "../../base/brands.ts";
import { applyEvent } from "../control/apply-event.ts";
import type { SessionEvent, SessionSnapshot } from "../control/events.ts";
import { end, noteOf, remembered, said, start } from "../../testing/fakes/segment-kit.ts";
import { type LogWorld, logWorld, valueIn } from "../../testing/fakes/session-log-kit.ts";
import { encodeSegment } from "./decode-segment.ts";
import { segmentLimits } from "./limits.ts";
import type { SegmentBody } from "./segments.ts";
import type { Attachment } from "./session-log.ts";

const { signal } = new AbortController();

const bodies: fc.Arbitrary<SegmentBody> = fc.constantFrom<SegmentBody>(
  start("r"),
  said("r", "x"),
  end("r"),
  noteOf("n"),
  remembered("a", "x"),
  remembered("a", undefined),
  { kind: "rewound", to: 2 },
  { kind: "summary", below: 1, text: "s" },
);
const events = fc.oneof(
  fc.record({
    kind: fc.constant("delta" as const),
    runId: fc.constant("r"),
    block: fc.nat(2),
    of: fc.constantFrom("text" as const, "thinking" as const),
    offset: fc.nat(3),
    text: fc.string({ maxLength: 3 }),
  }),
  fc.constantFrom<SessionEvent>(
    { kind: "block-done", runId: "r", block: 1 },
    { kind: "run-start", runId: "r", cause: { kind: "task" } },
    { kind: "run-end", runId: "r", result: { kind: "finished" } },
    { kind: "status", status: { phase: "paused", run: undefined, revision: 4 } },
    { kind: "ask", ask: { callId: "1", tool: "t", args: {}, askedAt: toEpochMs(1) } },
    { kind: "ask-over", callId: "1" },
    {
      kind: "alert",
      alert: { at: toEpochMs(1), level: "warn", source: "store", code: "c", detail: "" },
    },
  ),
);
const deeds = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("append" as const), bodies: fc.array(bodies, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("theirs" as const), body: bodies }),
    fc.record({ kind: fc.constantFrom("catch-up" as const, "open" as const, "attach" as const) }),
    fc.record({
      kind: fc.constant("read" as const),
      nth: fc.nat(3),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("publish" as const), event: events }) },
  ),
  { maxLength: 30 },
);
type Deed = typeof deeds extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

interface Watcher {
  readonly attachment: Attachment;
  readonly iterator: ReturnType<Attachment["events"][typeof Symbol.asyncIterator]>;
  seen: SessionSnapshot;
  resyncs: number;
}

/** Reads what waits, at most `count` events; never waits for one. */
async function read(watcher: Watcher, log: LogWorld["log"], count: number): Promise<void> {
  for (let n = 0; n < count && watcher.seen.revision < log.snapshot().revision; n += 1) {
    const step = await watcher.iterator.next();
    if (step.done === true) throw new Error("Cannot read on: the attachment was closed");
    if (step.value.event.kind === "resync") watcher.resyncs += 1;
    watcher.seen = valueIn(applyEvent(watcher.seen, step.value));
  }
}

test("[SC40, SC42] a snapshot of any moment with the events behind it is the one at the end", async () => {
  let resyncs = 0;
  await fc.assert(fc.asyncProperty(deeds, async (all) => {
    const world = logWorld({ limits: { ...segmentLimits, observerEventsMax: 4 } });
    const watchers: Watcher[] = [];
    const pending: Promise<unknown>[] = [];
    for (const deed of all) await perform(deed, world, watchers, pending);
    await Promise.all(pending);
    await world.log.catchUp(signal);
    for (const watcher of watchers) {
      await read(watcher, world.log, Infinity);
      expect(watcher.seen).toEqual(world.log.snapshot());
      resyncs += watcher.resyncs;
    }
    const { entries, head, memory } = world.log.snapshot();
    const state = (await world.reopen()).state();
    expect(world.log.state()).toEqual(state);
    expect({ head, memory }).toEqual({ head: state.head, memory: [...state.memory.values()] });
    expect(entries.at(-1)?.index ?? -1).toBe(head - 1);
  }));
  expect(resyncs).toBeGreaterThan(0);
});

/** Appends and readings of the store are not waited for: they meet what comes next. */
async function perform(
  deed: Deed,
  { log, store, write }: LogWorld,
  watchers: Watcher[],
  pending: Promise<unknown>[],
): Promise<void> {
  switch (deed.kind) {
    case "append":
      pending.push(log.append(deed.bodies, signal));
      return;
    case "theirs":
      pending.push(write(store, [encodeSegment(deed.body, toEpochMs(1))]));
      return;
    case "catch-up":
      pending.push(log.catchUp(signal));
      return;
    case "open":
      pending.push(log.open(signal));
      return;
    case "publish":
      return log.publish(deed.event);
    case "attach": {
      const attachment = log.attach();
      const iterator = attachment.events[Symbol.asyncIterator]();
      watchers.push({ attachment, iterator, seen: attachment.snapshot, resyncs: 0 });
      return;
    }
    case "read": {
      const watcher = watchers[deed.nth];
      if (watcher !== undefined) await read(watcher, log, deed.count);
      return;
    }
  }
}
