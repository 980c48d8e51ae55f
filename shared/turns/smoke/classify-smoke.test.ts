import { expect, test } from "vitest";
import {
  classifySmoke,
  type ObservedPersona,
  type SmokeBucket,
  smokeBudgets,
  smokeLimits,
  type SmokeObservation,
  type SmokeReason,
} from "./classify-smoke.ts";

const { firstMsMax, allMsMax } = smokeBudgets;

type Ends = readonly (readonly [ObservedPersona["outcome"], number?])[];

/** Six replies, one a second. */
const FINE: Ends = [1, 2, 3, 4, 5, 6].map((second) => ["replied", second * 1_000]);

function seen(ends: Ends, patch: Partial<SmokeObservation> = {}): SmokeObservation {
  const personas = ends.map(([outcome, settledMs], index) => ({
    persona: `ps_${index}`,
    outcome,
    reason: "",
    settledMs,
  }));
  return { harnessError: undefined, isPersisted: true, refusal: undefined, personas, ...patch };
}

/** FINE with some ends replaced. */
const but = (...ends: Ends): Ends => [...ends, ...FINE.slice(ends.length)];

/** What was seen, and the bucket and reason that alone may follow. */
const FAILURES: readonly (readonly [string, SmokeObservation, SmokeBucket, SmokeReason])[] = [
  [
    "[SK1] an exception, though all else is fine",
    seen(FINE, { harnessError: { kind: "exception", detail: "boom" } }),
    "harness_error",
    "exception",
  ],
  [
    "[SK1] no room, and so nobody",
    seen([], { isPersisted: false, harnessError: { kind: "room-missing", detail: "" } }),
    "harness_error",
    "room-missing",
  ],
  [
    "[SK1] a time before the sending",
    seen(but(["replied", -1])),
    "harness_error",
    "observation-invalid",
  ],
  [
    "[SK1] a time that is none",
    seen(but(["replied", NaN])),
    "harness_error",
    "observation-invalid",
  ],
  ["[SK1] settled without a time", seen(but(["replied"])), "harness_error", "observation-invalid"],
  ["[SK1] open with a time", seen(but(["open", 5])), "harness_error", "observation-invalid"],
  ["[SK2] nobody", seen([]), "too_few_personas", "hosted-below-minimum"],
  ["[SK2] one, who replied", seen([["replied", 10]]), "too_few_personas", "hosted-below-minimum"],
  [
    "[SK2] one, and a probe that was not kept",
    seen([["open"]], { isPersisted: false }),
    "too_few_personas",
    "hosted-below-minimum",
  ],
  [
    "[SK3] a refused probe",
    seen([["open"], ["open"]], { isPersisted: false, refusal: "storage-full" }),
    "probe_not_persisted",
    "send-refused",
  ],
  [
    "[SK3] a probe that was taken and never came back",
    seen([["open"], ["open"]], { isPersisted: false }),
    "probe_not_persisted",
    "not-in-log",
  ],
  ["[SK4] all open", seen([["open"], ["open"]]), "no_personas_replied", "none-settled"],
  ["[SK4] all silent", seen([["silent", 1], ["silent", 2]]), "no_personas_replied", "all-silent"],
  [
    "[SK4] all failed",
    seen([["failed", 1], ["failed", 2]]),
    "no_personas_replied",
    "none-answered",
  ],
  [
    "[SK4] one silent, one open",
    seen([["silent", 1], ["open"]]),
    "no_personas_replied",
    "no-reply",
  ],
  [
    "[SK5] all replied, the first too late by 1 ms",
    seen(FINE.map(() => ["replied", firstMsMax + 1])),
    "first_response_budget_exceeded",
    "first-late",
  ],
  [
    "[SK5] a failure in time is no first answer",
    seen([["failed", 5], ["replied", firstMsMax + 1], ["replied", firstMsMax + 2]]),
    "first_response_budget_exceeded",
    "first-late",
  ],
  [
    "[SK6] one claimed the turn, the others never settled",
    seen([["replied", 5], ["open"], ["open"]]),
    "fairness_violated",
    "one-answered",
  ],
  ...(["failed", "deferred", "stopped"] as const).map((outcome) =>
    [
      `[SK6] one of six ${outcome}`,
      seen(but([outcome, 100])),
      "fairness_violated",
      "settled-unanswered",
    ] as const
  ),
  ["[SK7] one of six open", seen(but(["open"])), "all_response_budget_exceeded", "still-open"],
  [
    "[SK7] one of six late by 1 ms",
    seen(but(["replied", allMsMax + 1])),
    "all_response_budget_exceeded",
    "last-late",
  ],
];

for (const [title, observation, bucket, reason] of FAILURES) {
  test(`${title}: ${bucket}`, () => {
    expect(classifySmoke(observation, smokeBudgets)).toMatchObject({
      kind: "failed",
      bucket,
      reason,
    });
  });
}

test("[SK8] six replies in time are ok, and so is one silence among them", () => {
  expect(classifySmoke(seen(FINE), smokeBudgets)).toEqual({
    kind: "ok",
    figures: {
      expected: 6,
      replied: 6,
      silent: 0,
      unanswered: 0,
      open: 0,
      firstMs: 1_000,
      allMs: 6_000,
    },
  });
  expect(classifySmoke(seen(but(["silent", 100])), smokeBudgets)).toMatchObject({
    kind: "ok",
    figures: { replied: 5, silent: 1, firstMs: 100 },
  });
});

test("[SK8] one reply and a declared silence are fair: silence is an answer", () => {
  const verdict = classifySmoke(seen([["replied", 5], ["silent", 6]]), smokeBudgets);
  expect(verdict.kind).toBe("ok");
});

test("[SK5, SK7] a budget that is just met is met", () => {
  const ends: Ends = [["replied", firstMsMax], ["replied", allMsMax]];
  expect(classifySmoke(seen(ends), smokeBudgets).kind).toBe("ok");
});

test("[SK8] a failed verdict carries the same figures", () => {
  expect(classifySmoke(seen(but(["open"])), smokeBudgets)).toMatchObject({
    figures: { expected: 6, replied: 5, open: 1, firstMs: 2_000, allMs: undefined },
  });
});

test("[SK1] budgets that are no times, or upside down, are a harness error", () => {
  const wrong = [
    [0, 1],
    [1, 0],
    [2, 1],
    [NaN, 1],
    [1, Infinity],
    [-1, 1],
    [1.5, 2],
    [1, smokeLimits.budgetMsMax + 1],
  ] as const;
  for (const [first, all] of wrong) {
    expect(classifySmoke(seen(FINE), { firstMsMax: first, allMsMax: all })).toMatchObject({
      bucket: "harness_error",
      reason: "budget-invalid",
    });
  }
});

test("[SK1] the same persona twice is a harness error: personas are counted by id", () => {
  const twice = seen(FINE);
  const first = twice.personas[0];
  if (first === undefined) throw new Error("no persona");
  const verdict = classifySmoke({ ...twice, personas: [...twice.personas, first] }, smokeBudgets);
  expect(verdict).toMatchObject({ reason: "observation-invalid", detail: "ps_0" });
});
