import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { planTurn } from "../planning/turn/plan-turn.ts";
import { candidate, request } from "../testing/planning/turn-kit.ts";
import type { PersonaTurnPlan, TurnPlan } from "../planning/turn/turn-plan.ts";
import { roomScript } from "../testing/fakes/room-script.ts";
import {
  divergenceLimits,
  type EntryObservation,
  findDivergences,
  observeTurn,
} from "./divergence.ts";
import { planOfTurn } from "./project-plan.ts";

const ids = ["a", "b", "c", "d"] as const;

/** `a` then `b` and `c` on one device; `d` on another. */
const plan: TurnPlan = (() => {
  const made = planTurn(request(
    ids.map((id) => candidate(id, { device: id === "d" ? "dv_2" : "dv_1" })),
    { addressed: ["a"] },
  ));
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
})();

const planned = (persona: string): PersonaTurnPlan => {
  const found = plan.personaPlans.find((one) => one.personaId === persona);
  if (found === undefined) throw new Error(`no ${persona}`);
  return found;
};

/** What a turn exactly as planned would show of a persona. */
function asPlanned(persona: string, patch: Partial<EntryObservation> = {}): EntryObservation {
  const one = planned(persona);
  const { device } = one;
  return {
    persona,
    outcome: { kind: "replied" },
    device,
    modelId: one.model,
    fingerprint: plan.fingerprint,
    times: later(persona, 0),
    ...patch,
  };
}

/** The records where one entry differs and the others ran as planned. */
function recordsOf(persona: string, patch: Partial<EntryObservation>) {
  const answer = findDivergences(
    plan,
    ids.map((id) => asPlanned(id, id === persona ? patch : {})),
  );
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}

function later(persona: string, byMs: number) {
  const one = planned(persona);
  return {
    queuedMs: one.estimatedStartMs + byMs,
    firstTextMs: one.estimatedFirstTextMs + byMs,
    finishedMs: one.estimatedFinishMs + byMs,
  };
}

const nobody = { device: undefined, modelId: undefined, fingerprint: undefined, times: undefined };

test("[TP73] a turn as planned, early or late within the tolerance has no record", () => {
  const { lateMsMin } = divergenceLimits;
  expect(recordsOf("a", {})).toEqual([]);
  expect(recordsOf("d", { outcome: { kind: "silent" } })).toEqual([]);
  expect(recordsOf("c", { times: later("c", lateMsMin) })).toEqual([]);
  expect(recordsOf("d", { times: { queuedMs: 0, firstTextMs: 0, finishedMs: 1 } })).toEqual([]);
  expect(recordsOf("a", { ...nobody, outcome: { kind: "open" } })).toEqual([]);
  expect(recordsOf("a", { fingerprint: undefined, modelId: undefined })).toEqual([]);
  expect(findDivergences(plan, [])).toEqual({ ok: true, value: [] });
});

test("[TP72] late phases are told apart, in their order", () => {
  const byMs = divergenceLimits.lateMsMin + 1;
  const one = planned("c");
  const [startMs, firstTextMs, finishMs] = [
    one.estimatedStartMs,
    one.estimatedFirstTextMs,
    one.estimatedFinishMs,
  ];
  expect(recordsOf("c", { times: later("c", byMs) })).toEqual([
    { kind: "late-start", persona: "c", plannedMs: startMs, actualMs: startMs + byMs },
    { kind: "late-first-text", persona: "c", plannedMs: firstTextMs, actualMs: firstTextMs + byMs },
    { kind: "late-finish", persona: "c", plannedMs: finishMs, actualMs: finishMs + byMs },
  ]);
  const slow = { ...later("c", 0), finishedMs: finishMs + byMs };
  expect(recordsOf("c", { times: slow }).map(({ kind }) => kind)).toEqual(["late-finish"]);
});

test("[TP72] another host, model or plan of the host is a record each", () => {
  const patch = { device: "dv_9", modelId: "small", fingerprint: "other" };
  expect(recordsOf("d", patch)).toEqual([
    {
      kind: "fingerprint-mismatch",
      persona: "d",
      device: "dv_9",
      planned: plan.fingerprint,
      actual: "other",
    },
    { kind: "host-changed", persona: "d", plannedDevice: "dv_2", device: "dv_9" },
    { kind: "ladder-stepped", persona: "d", plannedModelId: "m", modelId: "small" },
  ]);
});

test("[TP72] who began before an earlier one of her device overtook her", () => {
  const { estimatedStartMs: startMs } = planned("c");
  const times = { queuedMs: startMs + 1, firstTextMs: startMs + 2, finishedMs: startMs + 3 };
  expect(recordsOf("a", { times }).at(-1)).toEqual({
    kind: "overtaken",
    persona: "a",
    by: ["b", "c"],
  });
  expect(recordsOf("d", { times }).filter(({ kind }) => kind === "overtaken")).toEqual([]);
});

test("[TP72] whoever answered without a place in the plan is listed last, by id", () => {
  const extra = ["z", "y"].map((persona) => ({ ...asPlanned("a"), persona }));
  const derived = { ...extra[0]!, ...nobody, persona: "x" };
  const stopped = asPlanned("d", { ...nobody, outcome: { kind: "stopped" } });
  const answer = findDivergences(plan, [...extra, derived, stopped]);
  expect(answer).toEqual({
    ok: true,
    value: [
      { kind: "stopped", persona: "d" },
      { kind: "unplanned", persona: "y", device: "dv_1" },
      { kind: "unplanned", persona: "z", device: "dv_1" },
    ],
  });
});

test.each<[EntryObservation["outcome"], object]>([
  [{ kind: "deferred", reason: "merged" }, { kind: "skipped", reason: "merged" }],
  [{ kind: "deferred", reason: "outranked" }, { kind: "skipped", reason: "outranked" }],
  [{ kind: "deferred", reason: "stale" }, { kind: "skipped", reason: "stale" }],
  [{ kind: "deferred", reason: "no-host" }, { kind: "host-lost", plannedDevice: "dv_1" }],
  [{ kind: "failed", reason: "deadline" }, { kind: "failed", reason: "deadline" }],
  [{ kind: "stopped" }, { kind: "stopped" }],
])("[TP74] %j is told once", (outcome, record) => {
  expect(recordsOf("b", { ...nobody, outcome })).toEqual([{ ...record, persona: "b" }]);
});

test("[TP75] times that run backwards are told and not compared", () => {
  const times = { queuedMs: 90_000, firstTextMs: 10, finishedMs: 99_000 };
  expect(recordsOf("a", { times })).toEqual([{ kind: "times-backwards", persona: "a" }]);
});

test("[TP76] what counts no milliseconds, is listed twice or too often is refused", () => {
  const one = asPlanned("a");
  for (const wrong of [Number.NaN, -1, Infinity, 0.5, 2 ** 60]) {
    const times = { ...later("a", 0), finishedMs: wrong };
    expect(findDivergences(plan, [{ ...one, times }]))
      .toEqual({ ok: false, error: { kind: "time-invalid", persona: "a", field: "finishedMs" } });
    expect(findDivergences(plan, [one], wrong))
      .toEqual({ ok: false, error: { kind: "tolerance-invalid" } });
  }
  expect(findDivergences(plan, [one, one]))
    .toEqual({ ok: false, error: { kind: "observed-twice", persona: "a" } });
  const { observationsMax } = divergenceLimits;
  const many = Array.from(
    { length: observationsMax + 1 },
    (_, at) => ({ ...one, persona: `${at}` }),
  );
  expect(findDivergences(plan, many))
    .toEqual({ ok: false, error: { kind: "too-many-observations", observationsMax } });
});

test("[TP72, TP74] a room's log replays to the same records", () => {
  const room = roomScript({ kind: "panel", followUpsMax: 0 }, ["a", "b", "c"]);
  const number = room.say("hi");
  const turnOf = () => {
    const turn = room.state().turns.get(number);
    if (turn === undefined) throw new Error("no turn");
    return turn;
  };
  const { fingerprint } = planOfTurn(turnOf());
  room.settle(number, "a", "x", { fingerprint, modelId: "m" });
  room.settle(number, "b", { kind: "failed", reason: "deadline", detail: "" }, { fingerprint });
  const divergences = () => findDivergences(planOfTurn(turnOf()), observeTurn(turnOf()));
  expect(divergences()).toEqual({
    ok: true,
    value: [{ kind: "failed", persona: "b", reason: "deadline" }],
  });
  room.add({ kind: "stop", scope: { kind: "all" } });
  const records = divergences();
  expect(records).toMatchObject({
    value: expect.arrayContaining([{ kind: "stopped", persona: "c" }]),
  });
  expect(divergences()).toEqual(records);
});

const ms = fc.nat(40_000);
const observation: fc.Arbitrary<EntryObservation> = fc.record({
  persona: fc.constantFrom(...ids, "x", "y"),
  outcome: fc.constantFrom<EntryObservation["outcome"]>(
    { kind: "open" },
    { kind: "replied" },
    { kind: "silent" },
    { kind: "stopped" },
    { kind: "failed", reason: "engine" },
    { kind: "deferred", reason: "merged" },
    { kind: "deferred", reason: "no-host" },
  ),
  device: fc.constantFrom("dv_1", "dv_2", undefined),
  modelId: fc.constantFrom("m", "n", undefined),
  fingerprint: fc.constantFrom(plan.fingerprint, "other", undefined),
  times: fc.option(fc.record({ queuedMs: ms, firstTextMs: ms, finishedMs: ms }), {
    nil: undefined,
  }),
});
const observations = fc.uniqueArray(observation, { selector: ({ persona }) => persona });

/** What a record set breaks of the rules, as text; plain comparisons keep 10,000 cases cheap. */
function broken(list: readonly EntryObservation[]): string {
  const answer = findDivergences(plan, list);
  const text = JSON.stringify(answer);
  if (JSON.stringify(findDivergences(plan, list.toReversed())) !== text) return "order of lists";
  if (!answer.ok) return "refused";
  const order = answer.value.map(({ persona }) => planOrder(persona));
  if (order.some((place, at) => place < (order[at - 1] ?? 0))) return "order of records";
  for (const { persona, outcome, times } of list.filter((one) => one.persona <= "d")) {
    const kinds = answer.value.filter((one) => one.persona === persona).map(({ kind }) => kind);
    const reasons = kinds.filter((kind) => /^(skipped|host-lost|failed|stopped)$/.test(kind));
    const isAnswered = /^(open|replied|silent|voted)$/.test(outcome.kind);
    if (reasons.length !== (isAnswered ? 0 : 1)) return `reasons of ${persona}`;
    if (outcome.kind === "open" && kinds.length > 0) return `open ${persona}`;
    const isBackwards = outcome.kind !== "open" && times !== undefined &&
      (times.queuedMs > times.firstTextMs || times.firstTextMs > times.finishedMs);
    if (kinds.includes("times-backwards") !== isBackwards) return `backwards ${persona}`;
    if (isBackwards && kinds.some((kind) => /^late|overtaken/.test(kind))) return "compared";
  }
  return "";
}

test("[TP72, TP73, TP74, TP75] any observations: order-free, one reason each, nothing of open ones", () => {
  const isKept = fc.property(observations, (list) => broken(list) === "");
  fc.assert(isKept, { numRuns: 10_000 });
});

function planOrder(persona: string): number {
  const at = plan.personaPlans.findIndex((one) => one.personaId === persona);
  return at === -1 ? 1_000 + persona.charCodeAt(0) : at;
}
