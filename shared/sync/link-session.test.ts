import { expect, test } from "vitest";
import { relayFrameLimits } from "../protocol/relay-frame-limits.ts";
import type { RelayEntry, ServerFrame } from "../protocol/relay-frames.ts";
import { linkLimits } from "./link-limits.ts";
import {
  beginSession,
  type LinkSession,
  markAsked,
  markJoining,
  stepSession,
} from "./link-session.ts";

const cursor = { epoch: "one", seq: 4, mac: "mac" };
const entry = (seq: number): RelayEntry => ({ seq, ts: 1, from: "d", id: `id-${seq}`, body: "b" });
const limits = {} as Extract<ServerFrame, { t: "hello" }>["limits"];
const hello = { t: "hello", v: 1, nonce: "n", now: 7, pingMs: 9, limits } as const;
const joined = {
  t: "joined",
  epoch: "one",
  head: 6,
  floor: 1,
  recovered: true,
  members: ["a", "a"],
};
const frames = {
  hello,
  joined: joined as ServerFrame,
  entries: { t: "entries", epoch: "one", entries: [entry(5), entry(6)], replay: true, mac: "m" },
  live: { t: "live", seq: 6 },
  here: { t: "presence", device: "b", state: "here" },
  gone: { t: "presence", device: "a", state: "gone" },
  eph: { t: "eph", from: "a", body: "x" },
  ok: { t: "ok", id: "asked", seq: 7, ts: 1, dup: false },
  no: { t: "no", id: "asked", code: "busy", retry: true },
  page: { t: "page", before: 3, entries: [], floor: 1 },
  error: { t: "error", code: "frame-unknown" },
} as const satisfies Record<string, ServerFrame>;
type Name = keyof typeof frames;

/** The session after each phase was reached honestly. */
function at(phase: "hello" | "joining" | "replaying" | "whole" | "live"): LinkSession {
  const path: readonly Name[] = ["hello", "joined", "entries", "live"];
  const steps = { hello: 0, joining: 1, replaying: 2, whole: 3, live: 4 }[phase];
  let session = beginSession(cursor);
  for (const name of path.slice(0, steps)) {
    const step = stepSession(session, frames[name]);
    expect(step.effect?.kind).not.toBe("misbehaves");
    session = name === "hello" ? markJoining(step.session) : step.session;
  }
  return session;
}

const phases = ["hello", "joining", "replaying", "whole", "live"] as const;
const allowed: Record<Name, readonly (typeof phases)[number][]> = {
  hello: ["hello"],
  joined: ["joining"],
  entries: ["replaying"],
  live: ["whole"],
  here: ["replaying", "whole", "live"],
  gone: ["replaying", "whole", "live"],
  eph: ["replaying", "whole", "live"],
  ok: [],
  no: [],
  page: [],
  error: [],
};

test.each(
  phases.flatMap((phase) =>
    (Object.keys(frames) as Name[]).map((name) =>
      [phase, name, allowed[name].includes(phase)] as const
    )
  ),
)("[SY42] %s, then %s: allowed %s", (phase, name, isAllowed) => {
  const session = at(phase);
  const step = stepSession(session, frames[name]);
  expect(step.effect?.kind !== "misbehaves").toBe(isAllowed);
  if (!isAllowed) expect(step.session).toBe(session);
});

test.each<[string, Partial<Extract<ServerFrame, { t: "entries" }>>, boolean]>([
  ["the next ones", {}, true],
  ["the next one", { entries: [entry(5)] }, true],
  ["a gap at the start", { entries: [entry(6)] }, false],
  ["a gap inside", { entries: [entry(5), entry(7)] }, false],
  ["what came before", { entries: [entry(4), entry(5)] }, false],
  ["the same twice", { entries: [entry(5), entry(5)] }, false],
  ["none", { entries: [] }, false],
  ["another epoch's", { epoch: "two" }, false],
])("[SY41] of entries, %s: %#", (_title, change, isTaken) => {
  const { effect } = stepSession(at("replaying"), { ...frames.entries, ...change });
  expect(effect?.kind).toBe(isTaken ? "entries" : "misbehaves");
});

test("[SY43] live comes with the head that the join told, and behind its entries", () => {
  const { effect, session } = stepSession(at("whole"), frames.live);
  expect([effect, session.phase]).toEqual([{ kind: "live" }, "live"]);
  for (const [phase, seq] of [["replaying", 6], ["whole", 5], ["whole", 7]] as const) {
    expect(stepSession(at(phase), { t: "live", seq }).effect?.kind).toBe("misbehaves");
  }
});

test.each<[string, Partial<Extract<ServerFrame, { t: "joined" }>>, number | undefined]>([
  ["goes on behind the cursor", {}, 5],
  ["starts over at the floor", { recovered: false, reason: "epoch", epoch: "two", floor: 3 }, 3],
  ["an empty log starts at 1", { recovered: false, head: 0, floor: 1 }, 1],
  ["recovered in another epoch", { epoch: "two" }, undefined],
  ["recovered beyond its head", { head: 3 }, undefined],
  ["a floor above its head", { recovered: false, head: 2, floor: 4 }, undefined],
])("[SY41] a join that %s", (_title, change, next) => {
  const step = stepSession(at("joining"), { ...frames.joined, ...change } as ServerFrame);
  expect(step.effect?.kind).toBe(next === undefined ? "misbehaves" : "joined");
  if (next !== undefined) expect(step.session).toMatchObject({ next, phase: "replaying" });
});

test("[SY42] only what was asked is answered, and once", () => {
  const asked = markAsked(at("live"), "asked");
  for (const frame of [frames.ok, frames.no]) {
    const answered = stepSession(asked, frame);
    expect(answered.effect?.kind).toBe(frame.t);
    expect(stepSession(answered.session, frame).effect?.kind).toBe("misbehaves");
    expect(stepSession(asked, { ...frame, id: "other" }).effect?.kind).toBe("misbehaves");
  }
});

test("[SY57] who is here follows the frames, each device once", () => {
  const begun = at("replaying");
  expect(begun.present).toEqual(["a"]);
  const both = stepSession(stepSession(begun, frames.here).session, frames.here).session;
  expect(both.present).toEqual(["a", "b"]);
  expect(stepSession(both, frames.gone).session.present).toEqual(["b"]);
});

test("[BA14] all of the largest room may come, go and come again while a link takes one frame", () => {
  const { inboxFramesMax } = linkLimits;
  expect(inboxFramesMax).toBeGreaterThan(3 * relayFrameLimits.membersMax);
});
