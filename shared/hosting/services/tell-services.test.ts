import { expect, test } from "vitest";
import { toEpochMs, toMonotonicMs } from "../../base/brands.ts";
import { initialStatus, type SupervisionStatus } from "../../supervision/supervision-state.ts";
import type { ServiceFacts } from "./service-registry.ts";
import type { ServicePhase } from "./service-status.ts";
import { emptyTally } from "./service-tally.ts";
import { bootReportOf, createServiceTeller, type EngineFacts, statusOf } from "./tell-services.ts";

const reason = { kind: "session", detail: "storage-failed" };
const ready: EngineFacts = { isReady: true, failure: undefined };
const loading: EngineFacts = { isReady: false, failure: undefined };
const broken: EngineFacts = { isReady: false, failure: { kind: "warm-up", detail: "deadline" } };
const sinceMs = toMonotonicMs(1);

function facts(
  change: Partial<SupervisionStatus<undefined>>,
  more: Partial<ServiceFacts> = {},
): ServiceFacts {
  const base = { ...initialStatus<undefined>("service"), generation: 1 };
  const supervision = { ...base, ...change } as SupervisionStatus<undefined>;
  return {
    ...{ supervision, isPrimed: true, tally: emptyTally, end: undefined, retryAt: undefined },
    ...more,
  };
}

const up = facts({ phase: "ready", sinceMs, info: undefined });
const restarting = facts(
  { phase: "backing-off", delayMs: 5, untilMs: sinceMs, reason },
  { retryAt: toEpochMs(9), isPrimed: false },
);
const ended = { tally: emptyTally, ignored: [] };

const cases: readonly (readonly [ServicePhase, ServiceFacts | undefined, EngineFacts])[] = [
  ["planned", undefined, ready],
  ["planned", facts({ generation: 0 }), ready],
  ["bootstrapped", facts({ phase: "starting", sinceMs }, { isPrimed: false }), ready],
  ["primed", facts({ phase: "starting", sinceMs }), ready],
  ["primed", up, loading],
  ["serving", up, ready],
  ["failed", up, broken],
  ["restarting", restarting, ready],
  ["failed", facts({ phase: "given-up", reason }), ready],
  ["finished", facts({}, { end: { kind: "success", ...ended } }), ready],
  ["aborted", facts({}, { end: { kind: "aborted", reason: "over", ...ended } }), ready],
];

test.each(cases)("[HO132] a persona is %s (%#)", (phase, known, engine) => {
  expect(statusOf(known, [], engine).phase).toBe(phase);
});

test("[HO132] a failure is told by what failed, and when she comes back", () => {
  expect(statusOf(up, [], broken).failure).toEqual({ kind: "warm-up", detail: "deadline" });
  expect(statusOf(restarting, [], ready)).toMatchObject({ failure: reason, retryAt: 9 });
  const stalled = facts({ phase: "given-up", reason: { kind: "ready-stalled", detail: "" } });
  expect(statusOf(stalled, [], ready).failure).toEqual({
    kind: "runtime",
    detail: "ready-stalled",
  });
  const exit = { kind: "failed", reason } as const;
  const exits = [
    { at: toEpochMs(3), generation: 1, exit, readyMs: 0 },
    { at: toEpochMs(4), generation: 2, exit: { kind: "cancelled" }, readyMs: 0 },
  ] as const;
  expect(statusOf(facts({ exits }), [], ready).restarts)
    .toEqual([{ at: 3, generation: 1, failure: reason }]);
});

test("[HO133] a status keeps its revision while nothing changes, and counts every change", () => {
  const tell = createServiceTeller();
  const first = tell("rm", "a", statusOf(up, [], loading));
  expect(tell("rm", "a", statusOf(up, [], loading))).toBe(first);
  const second = tell("rm", "a", statusOf(up, [], ready));
  const other = tell("rm", "b", statusOf(up, [], ready));
  expect([first, second, other].map(({ revision, phase }) => [revision, phase]))
    .toEqual([[1, "primed"], [2, "serving"], [1, "serving"]]);
});

test("[HO134] a boot report counts who serves and names the others; ended ones are no attempt", () => {
  const tell = createServiceTeller();
  const skips = [{ kind: "no-model" }] as const;
  const report = bootReportOf([
    tell("rm", "a", statusOf(up, [], ready)),
    tell("rm", "b", statusOf(up, [], loading)),
    tell("rm", "c", statusOf(restarting, [], ready)),
    tell("rm", "d", statusOf(up, [], broken)),
    tell("rm", "e", statusOf(undefined, skips, ready)),
    tell("rm", "f", statusOf(facts({}, { end: { kind: "success", ...ended } }), [], ready)),
  ]);
  expect(report).toEqual({
    ...{ attempted: 4, hosted: 1, pending: 2 },
    skipped: [{ roomId: "rm", persona: "e", reasons: skips }],
    failed: [{ roomId: "rm", persona: "d", failure: broken.failure }],
  });
});
