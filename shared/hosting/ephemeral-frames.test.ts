import { expect, test } from "vitest";
import type { Ephemeral, EphemeralPart } from "../protocol/ephemeral.ts";
import { protocolLimits } from "../protocol/limits.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { createEphemerals } from "./ephemeral-frames.ts";
import { hearEphemeral, textKey } from "./ephemeral-pack.ts";
import { hostingLimits as limits } from "./limits.ts";
import type { StreamFrame } from "./sessions/stream-frame.ts";

const OTHER = "dv_other";

/** One end of a room in which this device hosts `a` and `b`. */
function endOf(room: RoomScript, clock: ManualClock, device: string) {
  const sent: Ephemeral[] = [];
  const shown: StreamFrame[] = [];
  const stop = new AbortController();
  const ends = createEphemerals({
    clock,
    feed: { roomId: "rm_1", device, state: () => room.state() },
    send: (body) => sent.push(body as Ephemeral),
    onFrame: (frame) => shown.push(frame),
  });
  const ended = ends.run(stop.signal).catch((reason: unknown) => reason);
  return { ...ends, sent, shown, stop, ended };
}

function setup() {
  const clock = new ManualClock();
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, OTHER);
  const turn = room.say("hi");
  const here = endOf(room, clock, ME);
  const there = endOf(room, clock, OTHER);
  const assignOf = (persona: string) => room.state().personas.get(persona)?.assignment?.seq ?? 0;
  const part = (persona: string, offset: number, text: string): EphemeralPart => ({
    turn,
    persona,
    attempt: 0,
    assign: assignOf(persona),
    offset,
    text,
  });
  const say = (persona: string, offset: number, text: string) =>
    here.take({ roomId: "rm_1", ...part(persona, offset, text) });
  const texts = () => {
    const byKey = new Map<string, string>();
    for (const frame of there.shown) {
      const known = byKey.get(textKey(frame)) ?? "";
      byKey.set(textKey(frame), known.slice(0, frame.offset) + frame.text);
    }
    return [...byKey].map(([key, text]) => `${key} ${text}`);
  };
  return { clock, room, turn, here, there, part, say, texts };
}

test("[HO24] [HO26] the first text leaves at once, and then one ephemeral for all each 100 ms", async () => {
  const { clock, turn, here, there, say, texts } = setup();
  say("a", 0, "One");
  await clock.advance(1);
  expect(here.sent).toHaveLength(1);
  say("a", 3, " two");
  say("b", 0, "Bee");
  say("a", 7, " three");
  await clock.advance(limits.ephemeralMs - 2);
  expect(here.sent).toHaveLength(1);
  await clock.advance(2);
  expect(here.sent[1]?.frames.map((one) => [one.persona, one.offset, one.text]))
    .toEqual([["a", 3, " two three"], ["b", 0, "Bee"]]);
  for (const one of here.sent) there.receive(ME, structuredClone(one));
  expect(texts()).toEqual([`${turn}/a/0 One two three`, `${turn}/b/0 Bee`]);
  await clock.advance(5_000);
  expect(here.sent).toHaveLength(2);
});

test("[HO24] a long text follows in pieces, none over the limit, and arrives whole", async () => {
  const { clock, turn, here, there, say, texts } = setup();
  const long = "\u{1F600}x".repeat(1_500);
  say("a", 0, long);
  say("b", 0, "short");
  await clock.advance(limits.ephemeralMs * 10);
  for (const one of here.sent) {
    const chars = one.frames.reduce((sum, frame) => sum + frame.text.length, 0);
    expect(chars).toBeLessThanOrEqual(protocolLimits.ephemeralCharsMax);
    there.receive(ME, one);
  }
  expect(texts().toSorted()).toEqual([`${turn}/a/0 ${long}`, `${turn}/b/0 short`]);
});

test("[HO26] a lost ephemeral leaves a gap that the next whole text heals", async () => {
  const { clock, here, there, say, texts, turn } = setup();
  say("a", 0, "One");
  await clock.advance(limits.ephemeralMs);
  say("a", 3, " two");
  await clock.advance(limits.ephemeralMs);
  say("a", 7, " three");
  await clock.advance(limits.ephemeralMs);
  there.receive(ME, here.sent[0]);
  there.receive(ME, here.sent[2]);
  expect(texts()).toEqual([`${turn}/a/0 One`]);
  say("a", 0, "One two three");
  await clock.advance(limits.ephemeralMs);
  there.receive(ME, here.sent[3]);
  expect(texts()).toEqual([`${turn}/a/0 One two three`]);
});

test("[HO26] a generation that begins again replaces the text", async () => {
  const { there, part, texts, turn } = setup();
  there.receive(ME, { frames: [part("a", 0, "First try")] });
  there.receive(ME, { frames: [part("a", 0, "First")] });
  expect(texts()).toEqual([`${turn}/a/0 First try`]);
  there.receive(ME, { frames: [part("a", 0, "Second")] });
  expect(texts()).toEqual([`${turn}/a/0 Second`]);
});

test("[HO25] what is settled, of another holder, under another assignment or attempt is dropped", () => {
  const { room, turn, there, here, part } = setup();
  there.receive("dv_stranger", { frames: [part("a", 0, "x")] });
  there.receive(ME, { frames: [{ ...part("a", 0, "x"), assign: 1 }] });
  there.receive(ME, { frames: [{ ...part("a", 0, "x"), attempt: 1 }] });
  there.receive(ME, { frames: [{ ...part("a", 0, "x"), turn: 99 }] });
  there.receive(ME, { frames: [part("a", 5, "gap")] });
  here.receive(ME, { frames: [part("a", 0, "own")] });
  room.settle(turn, "a", "done");
  there.receive(ME, { frames: [part("a", 0, "late")] });
  expect([...there.shown, ...here.shown]).toEqual([]);
  there.receive(ME, { frames: [part("b", 0, "still open")] });
  expect(there.shown).toHaveLength(1);
});

test.each([
  undefined,
  null,
  "text",
  { frames: 1 },
  { frames: [{}] },
  { frames: [{ turn: 1.5, persona: "a", attempt: 0, assign: 1, offset: 0, text: "" }] },
  { frames: [{ turn: 8, persona: "a", attempt: 0, assign: 5, offset: -1, text: "" }] },
  { frames: Array(99).fill({ turn: 8, persona: "a", attempt: 0, assign: 5, offset: 0, text: "" }) },
])("[HO25] an ephemeral that is none is dropped: %j", (body) => {
  const { there } = setup();
  there.receive(ME, body);
  expect(there.shown).toEqual([]);
});

test("[HO24] an attempt that settled is sent no more", async () => {
  const { clock, room, turn, here, say } = setup();
  say("a", 0, "One");
  await clock.advance(1);
  say("a", 3, " two");
  room.settle(turn, "a", "One two.");
  await clock.advance(1_000);
  expect(here.sent).toHaveLength(1);
  here.stop.abort("over");
  expect(await here.ended).toBe("over");
});

test("[HO25] texts that are open are kept, at most so many; those that ended are forgotten", () => {
  const { room, turn, part } = setup();
  const state = room.state();
  const many = new Map(Array.from({ length: 99 }, (_, index) => [`x/${index}/0`, ""]));
  const taken = hearEphemeral(many, state, ME, { frames: [part("a", 0, "x"), part("b", 0, "y")] });
  expect([...taken.texts]).toEqual([[`${turn}/a/0`, "x"], [`${turn}/b/0`, "y"]]);
});
