import { expect, test } from "vitest";
import { toEpochMs } from "../base/brands.ts";
import type { InputKind, InputOrigin, InputRecord } from "../ports/peer-store.ts";
import { inputOf } from "../testing/fakes/input-records.ts";
import { eventOf, noteOf, privateOf, wakeOf } from "../testing/fakes/private-records.ts";
import { ledgerLimits as limits } from "./limits.ts";
import { decidePrivate, refuseDurability } from "./private-admission.ts";
import type { PrivateCandidate } from "./private-work.ts";

const facts = { id: "in-9", createdAt: toEpochMs(50), activity: "idle", limits } as const;
const header = privateOf().header;

/** The queued input that a candidate became. */
function queued(id: string, candidate: PrivateCandidate): InputRecord {
  const decided = decidePrivate([], { ...candidate, idempotencyKey: id }, { ...facts, id });
  if (!decided.ok) throw new Error(decided.error.kind);
  return { ...decided.value.input, order: 1 };
}

function replacedBy(candidate: PrivateCandidate, live: readonly InputRecord[]): readonly string[] {
  const decided = decidePrivate(live, candidate, facts);
  return decided.ok
    ? decided.value.replaces.map((row) => `${row.inputId} ${row.reason}`)
    : ["full"];
}

const origins: readonly InputOrigin[] = [
  { kind: "person" },
  { kind: "room" },
  { kind: "session", session: "bo" },
  { kind: "system" },
  { kind: "external", source: "cron" },
];

test.each<[InputKind, derived: string]>([
  ["prompt", "-----"],
  ["peer", "-----"],
  ["flow-step", "-----"],
  ["system", "-y-y-"],
  ["external", "-y-y-"],
  ["projected", "-y-y-"],
])("[LG27] derived %s is allowed by origin: %s; any other durability always", (kind, derived) => {
  const allowed = (durability: "derived" | "durable" | "ephemeral"): string =>
    origins.map((origin) =>
      refuseDurability({ kind, header: { ...header, origin, durability } }) === undefined
        ? "y"
        : "-"
    ).join("");
  expect(allowed("derived")).toBe(derived);
  expect([allowed("durable"), allowed("ephemeral")]).toEqual(["yyyyy", "yyyyy"]);
});

test("[LG27] a refusal says what is wrong", () => {
  const derived = { ...header, durability: "derived" } as const;
  expect(refuseDurability({ kind: "system", header: derived }))
    .toEqual({ kind: "durability-invalid", detail: "derived work of a person" });
});

test("[LG30] one look is enough: a wake takes the place of the queued one", () => {
  const older = queued("in-1", wakeOf());
  expect(replacedBy(wakeOf(), [older])).toEqual(["in-1 coalesced"]);
  const decided = decidePrivate([older], wakeOf(), facts);
  expect(decided.ok && decided.value.replaces[0]).toMatchObject({
    phase: "superseded",
    receipt: { inputId: "in-1", outcome: "coalesced", at: 50 },
  });
});

test("[LG30] an event takes the place of the queued one of its key", () => {
  expect(replacedBy(eventOf("a"), [queued("in-1", eventOf("a"))])).toEqual(["in-1 superseded"]);
});

test.each<[string, PrivateCandidate, InputRecord]>([
  ["another key", eventOf("a"), queued("in-1", eventOf("b"))],
  ["no key", eventOf("a", { header }), queued("in-1", eventOf("a", { header }))],
  ["another session", wakeOf({ persona: "bo" }), queued("in-1", wakeOf())],
  ["another room", wakeOf({ roomId: "other" }), queued("in-1", wakeOf())],
  ["another kind", wakeOf(), queued("in-1", wakeOf({ kind: "projected" }))],
  ["other work", wakeOf(), queued("in-1", wakeOf({ work: { kind: "compact" } }))],
  ["a run in progress", wakeOf(), { ...queued("in-1", wakeOf()), phase: "staged" }],
  ["one that has begun", wakeOf(), { ...queued("in-1", wakeOf()), stagedCount: 1 }],
  ["a task", privateOf(), queued("in-1", privateOf())],
  ["a turn", wakeOf(), inputOf({ kind: "system" })],
])("[LG30] study 2.3: nothing is replaced for %s", (_name, candidate, live) => {
  expect(replacedBy(candidate, [live])).toEqual([]);
});

test("[LG30] what a person asked for stays a person's when it is coalesced", () => {
  const decided = decidePrivate([queued("in-1", wakeOf({ human: true }))], wakeOf(), facts);
  expect(decided).toMatchObject({ ok: true, value: { input: { human: true } } });
});

test("[LG26] a note ends by being accepted, with its entry and its receipt", () => {
  const decided = decidePrivate([], noteOf("Hi"), facts);
  expect(decided).toMatchObject({
    ok: true,
    value: {
      input: { phase: "queued", turn: 0, admission: { consume: "accept", apply: "next-run" } },
      end: { phase: "consumed", receipt: { inputId: "in-9", outcome: "accepted" } },
      segments: [{ roomId: "room", persona: "ada", body: { note: "Hi" } }],
      replaces: [],
    },
  });
});

test("[LG3] private work counts with the turns; what it replaces makes room, a note needs none", () => {
  const live = Array.from(
    { length: limits.inputsLivePerPersonaMax },
    (_, n) => n === 0 ? queued("in-0", wakeOf()) : inputOf({ turn: n, id: `in-${n}` }),
  );
  expect(decidePrivate(live, privateOf(), facts)).toEqual({
    ok: false,
    error: { kind: "ledger-full", scope: "persona", entriesMax: limits.inputsLivePerPersonaMax },
  });
  expect(replacedBy(wakeOf(), live)).toEqual(["in-0 coalesced"]);
  expect(decidePrivate(live, noteOf("Hi"), facts).ok).toBe(true);
  const others = Array.from(
    { length: limits.inputsLiveMax },
    (_, n) => inputOf({ turn: n, persona: `p${n}` }),
  );
  expect(decidePrivate(others, privateOf(), facts))
    .toMatchObject({ ok: false, error: { scope: "host" } });
});

test("[LG28] equal request ids of two sessions are two inputs", () => {
  const keys = [privateOf(), privateOf({ persona: "bo" }), privateOf({ roomId: "other" })]
    .map((candidate) => queued("rq-1", candidate).idempotencyKey);
  expect(new Set(keys).size).toBe(3);
});
