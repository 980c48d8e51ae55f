import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import type { AdmissionRequest, CallUrgency, GateLane } from "./admission-gate.ts";
import { createAdmission } from "./admission.ts";
import type { HoldNotice, Permit } from "./admission.ts";
import { holdLimits as limits } from "./limits.ts";

const lane = (patch: Partial<GateLane> = {}): GateLane => ({
  laneKey: "gen",
  resourceClass: "local-generation",
  silicon: "gpu",
  placesMax: 2,
  costUnitsMax: 10,
  holdMs: 1_000,
  revocation: "graceful",
  ...patch,
});
const call = (holdId: string, patch: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  holdId,
  laneKey: "gen",
  artifactKey: `answer-${holdId}`,
  holderId: "ps_1",
  urgency: "directed",
  costUnits: 1,
  directedWaiting: 0,
  workWaiting: 0,
  idleMs: 0,
  ...patch,
});

function setup(patch: Partial<GateLane> = {}) {
  const notices: HoldNotice[] = [];
  const admission = createAdmission((notice) => notices.push(notice));
  expect(admission.setLane(lane(patch)).ok).toBe(true);
  const admit = (one: AdmissionRequest, nowMs = 0): Permit => {
    const result = admission.admit(one, nowMs);
    if (!result.ok) throw new Error(result.error.kind);
    return result.value;
  };
  const refusalOf = (one: AdmissionRequest, nowMs = 0): unknown => {
    const result = admission.admit(one, nowMs);
    return result.ok ? undefined : result.error;
  };
  return { admission, admit, refusalOf, notices };
}

test("[TP46] work leaves one of two places to a directed call; a lane of one place is for all", () => {
  const two = setup();
  two.admit(call("a", { urgency: "work" }));
  expect(two.refusalOf(call("b", { urgency: "work" })))
    .toEqual({ kind: "lane-reserved", placesUsed: 1, placesMax: 2 });
  two.admit(call("c"));
  expect(two.refusalOf(call("d"))).toEqual({ kind: "lane-full", placesUsed: 2, placesMax: 2 });
  setup({ placesMax: 1 }).admit(call("a", { urgency: "ambient" }));
});

test.each<[CallUrgency, waiting: readonly [directed: number, work: number], yields: boolean]>([
  ["directed", [1, 1], false],
  ["work", [1, 0], true],
  ["work", [0, 1], false],
  ["ambient", [1, 0], true],
  ["ambient", [0, 1], true],
  ["ambient", [0, 0], false],
])("[TP47] of %s with %j waiting it is %s that it yields", (urgency, waiting, yields) => {
  const [directedWaiting, workWaiting] = waiting;
  const one = call("a", { urgency, directedWaiting, workWaiting });
  expect(setup().refusalOf(one))
    .toEqual(yields ? { kind: "yields", directedWaiting, workWaiting } : undefined);
  const { starvedAfterMs } = limits;
  if (!yields) return;
  expect(setup().refusalOf({ ...one, idleMs: starvedAfterMs - 1 })).toBeDefined();
  expect(setup().refusalOf({ ...one, idleMs: starvedAfterMs })).toBeUndefined();
});

test("[TP47] a starved holder still leaves the reserved place", () => {
  const { admit, refusalOf } = setup();
  admit(call("a"));
  expect(refusalOf(call("b", { urgency: "ambient", idleMs: limits.starvedAfterMs })))
    .toMatchObject({ kind: "lane-reserved" });
});

test("[TP48] a lane that shrinks below what is held admits nobody until enough is given back", () => {
  const { admission, admit, refusalOf } = setup({ placesMax: 3 });
  const permits = ["a", "b", "c"].map((id) => admit(call(id)));
  admission.setLane(lane({ placesMax: 2 }));
  expect(refusalOf(call("d"))).toEqual({ kind: "lane-full", placesUsed: 3, placesMax: 2 });
  permits[0]?.[Symbol.dispose]();
  expect(refusalOf(call("d"))).toEqual({ kind: "lane-full", placesUsed: 2, placesMax: 2 });
  permits[1]?.[Symbol.dispose]();
  admit(call("d"));
});

test("[TP49] an expired place counts until it is reaped, which aborts its work and is told", () => {
  const { admission, admit, notices } = setup({ placesMax: 1 });
  const lost = admit(call("a"));
  expect(admission.snapshot().holds.size).toBe(1);
  expect(lost.signal.aborted).toBe(false);
  admit(call("b"), 1_000);
  expect(lost.signal.reason).toMatchObject({ kind: "expired", hold: { holdId: "a" } });
  expect(notices.map(({ kind, hold }) => [kind, hold.holdId])).toEqual([["expired", "a"]]);
});

test("[TP49] a renewed permit keeps its place", () => {
  const { admit, refusalOf } = setup({ placesMax: 1 });
  const permit = admit(call("a"));
  expect(permit.renew(999).ok).toBe(true);
  expect(refusalOf(call("b"), 1_998)).toMatchObject({ kind: "lane-full" });
  expect(refusalOf(call("b"), 1_999)).toBeUndefined();
  expect(permit.renew(2_000)).toEqual({ ok: false, error: { kind: "hold-missing", holdId: "a" } });
});

test("[TP50] a refusal names its reason and changes nothing", () => {
  const { admission, admit, refusalOf } = setup();
  admission.setLane(lane({ laneKey: "shut", placesMax: 0 }));
  admit(call("a", { costUnits: 7 }));
  const before = admission.snapshot();
  expect(refusalOf(call("b", { costUnits: 4 })))
    .toEqual({ kind: "cost-full", costUnitsUsed: 7, costUnitsMax: 10 });
  expect(refusalOf(call("b", { costUnits: 11 })))
    .toEqual({ kind: "never-fits", costUnits: 11, costUnitsMax: 10 });
  expect(refusalOf(call("b", { laneKey: "no" }))).toEqual({ kind: "lane-unknown", laneKey: "no" });
  expect(refusalOf(call("b", { laneKey: "shut" })))
    .toEqual({ kind: "lane-closed", laneKey: "shut" });
  expect(refusalOf(call("a"))).toEqual({ kind: "hold-duplicate", holdId: "a" });
  for (const value of [NaN, -1, Infinity, 0.5]) {
    expect(refusalOf(call("b"), value)).toEqual({ kind: "time-malformed" });
    for (const field of ["costUnits", "directedWaiting", "workWaiting", "idleMs"]) {
      expect(refusalOf(call("b", { [field]: value }))).toEqual({
        kind: "request-malformed",
        field,
      });
    }
    for (const field of ["placesMax", "costUnitsMax", "holdMs"]) {
      expect(admission.setLane(lane({ [field]: value })))
        .toEqual({ ok: false, error: { kind: "lane-malformed", laneKey: "gen", field } });
    }
  }
  expect(admission.snapshot()).toEqual(before);
});

test("[TP50] lanes above the limit are refused", () => {
  const { admission } = setup();
  for (let n = 1; n < limits.lanesMax; n += 1) {
    expect(admission.setLane(lane({ laneKey: `l${n}` })).ok).toBe(true);
  }
  expect(admission.setLane(lane({ laneKey: "one-more" })))
    .toEqual({ ok: false, error: { kind: "lanes-full", lanesMax: limits.lanesMax } });
  expect(admission.setLane(lane()).ok).toBe(true);
});

test("[TP51] a permit is given back when its work throws, once, and never for a later namesake", () => {
  const { admission, admit } = setup();
  const work = (): void => {
    using permit = admit(call("a"));
    throw new Error(permit.holdId);
  };
  expect(work).toThrow("a");
  expect(admission.snapshot().holds.size).toBe(0);
  const first = admit(call("a"));
  first[Symbol.dispose]();
  admit(call("a"));
  first[Symbol.dispose]();
  expect(admission.snapshot().holds.size).toBe(1);
});

test("[TP52] a hard permit ends when it is revoked; a graceful one is asked back and works on", () => {
  const hard = setup({ revocation: "hard" });
  const ended = hard.admit(call("a"));
  expect(hard.admission.revoke("a", 500, 0).ok).toBe(true);
  expect(ended.signal.reason).toMatchObject({ kind: "revoked" });
  const graceful = setup();
  const asked = graceful.admit(call("a"));
  graceful.admission.revoke("a", 500, 0);
  expect(asked.signal.aborted).toBe(false);
  expect(graceful.notices.map((notice) => notice.kind)).toEqual(["asked-back"]);
  graceful.admission.reap(500);
  expect(asked.signal.reason).toMatchObject({ kind: "expired" });
  expect(graceful.notices.map((notice) => notice.kind)).toEqual(["asked-back", "expired"]);
  expect(hard.admission.revoke("b", 0, 0))
    .toEqual({ ok: false, error: { kind: "hold-missing", holdId: "b" } });
});

test(
  "[TP46, TP48, TP51] no lane is ever overfilled, and what is over leaves nothing behind",
  () => {
    const steps = fc.array(
      fc.record({
        kind: fc.constantFrom("admit", "admit", "dispose", "renew", "revoke", "shrink"),
        id: fc.constantFrom("a", "b", "c", "d"),
        urgency: fc.constantFrom("directed" as const, "work" as const, "ambient" as const),
        costUnits: fc.nat(6),
        placesMax: fc.nat(3),
        afterMs: fc.nat(600),
      }),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const admission = createAdmission(() => {});
        const permits: Permit[] = [];
        let nowMs = 0;
        let placesMax = 2;
        admission.setLane(lane());
        for (const step of list) {
          nowMs += step.afterMs;
          const heldBefore = admission.snapshot().holds.size;
          const permit = permits.findLast((one) => one.holdId === step.id);
          if (step.kind === "dispose") permit?.[Symbol.dispose]();
          if (step.kind === "renew") permit?.renew(nowMs);
          if (step.kind === "revoke") admission.revoke(step.id, step.afterMs, nowMs);
          if (step.kind === "shrink") {
            placesMax = step.placesMax;
            admission.setLane(lane({ placesMax }));
          }
          if (step.kind === "admit") {
            const { urgency, costUnits } = step;
            const result = admission.admit(call(step.id, { urgency, costUnits }), nowMs);
            if (result.ok) {
              permits.push(result.value);
              const held = [...admission.snapshot().holds.values()];
              const mayUse = urgency === "directed" ? placesMax : Math.max(1, placesMax - 1);
              expect(held.length).toBeLessThanOrEqual(mayUse);
              expect(held.reduce((sum, one) => sum + one.costUnits, 0)).toBeLessThanOrEqual(10);
            }
          } else expect(admission.snapshot().holds.size).toBeLessThanOrEqual(heldBefore);
        }
        for (const permit of permits) permit[Symbol.dispose]();
        expect(admission.snapshot().holds.size).toBe(0);
      }),
      { numRuns: 10_000 },
    );
  },
  60_000,
);
