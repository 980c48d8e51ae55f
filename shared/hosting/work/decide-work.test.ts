import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { toMonotonicMs } from "../../base/brands.ts";
import { compareInputs } from "../../ledger/pick.ts";
import type { PickQuestion } from "../../ledger/places.ts";
import { admitCall, emptyAdmissionGate, setGateLane } from "../../planning/holds/admission-gate.ts";
import { holdLimits } from "../../planning/holds/limits.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import { decideWork, ENGINE_LANE, type WorkDecision } from "./decide-work.ts";
import type { BackgroundJob, RunningWork, WorkFacts } from "./work-facts.ts";
import { waitingKeyOf } from "./work-request.ts";

const NOW = 2_000_000;
const STARVED = NOW - holdLimits.starvedAfterMs;

const turn = (persona: string, change: Partial<InputRecord> = {}): InputRecord =>
  inputOf({ persona, id: persona, ...change });
const followUp = (persona: string, change: Partial<InputRecord> = {}): InputRecord =>
  turn(persona, { kind: "peer", human: false, ...change });
const bridge = (persona: string, change: Partial<InputRecord> = {}): InputRecord =>
  turn(persona, { kind: "external", human: false, ...change });
const memory = (change: Partial<BackgroundJob> = {}): BackgroundJob => ({
  jobId: "memory",
  artifactKey: "summary",
  holderId: "room/ada",
  resourceClass: "memory-consolidation",
  createdAtMs: NOW,
  ...change,
});
const runs = (jobId: string, change: Partial<RunningWork> = {}): RunningWork => ({
  jobId,
  artifactKey: "answer",
  holderId: `room/${jobId}`,
  resourceClass: "local-generation",
  silicon: "gpu",
  provider: "transformers",
  costUnits: 0,
  urgency: "directed",
  isKept: false,
  isAskedBack: false,
  ...change,
});
const runsAmbient = (jobId: string, change: Partial<RunningWork> = {}): RunningWork =>
  runs(jobId, { urgency: "ambient", resourceClass: "background", ...change });
const busy = (input: InputRecord): PickQuestion["later"][number] => ({
  input,
  why: { kind: "persona-busy" },
});

interface Given extends Partial<Omit<WorkFacts, "question" | "gate">> {
  readonly slots?: number;
  readonly heads?: readonly InputRecord[];
  readonly later?: PickQuestion["later"];
}

function decide({ slots = 1, heads = [], later = [], ...given }: Given): WorkDecision {
  const running = given.running ?? [];
  let gate = emptyAdmissionGate;
  const engine = "engine" in given
    ? given.engine
    : { engine: "transformers", lane: "webgpu" as const, slots };
  const opened = setGateLane(gate, {
    laneKey: ENGINE_LANE,
    resourceClass: "local-generation",
    silicon: "gpu",
    placesMax: slots,
    costUnitsMax: 0,
    holdMs: NOW,
    revocation: "graceful",
  });
  if (!opened.ok) throw new Error(opened.error.kind);
  gate = opened.value;
  for (const { jobId, artifactKey, holderId = "", costUnits } of running) {
    const admitted = admitCall(gate, {
      ...{ holdId: jobId, laneKey: ENGINE_LANE, artifactKey, holderId, costUnits },
      urgency: "directed",
      directedWaiting: 0,
      workWaiting: 0,
      idleMs: 0,
    }, NOW);
    if (!admitted.ok) throw new Error(admitted.error.kind);
    gate = admitted.value.gate;
  }
  return decideWork({
    nowMs: NOW,
    device: { isHidden: false, isOnBattery: undefined },
    background: [],
    waitingSinceMs: new Map(),
    ...given,
    engine,
    running,
    question: { heads: heads.toSorted(compareInputs), later, running: [] },
    gate,
  });
}

/** `ada > back > waits: ben places-used`, in a few words. */
function words({ first, waits, askBack }: WorkDecision): string {
  const why = [...waits].map(([id, { kind }]) => `${id} ${kind}`).toSorted().join(", ");
  const asked = askBack.length === 0 ? "" : ` asks back ${askBack.join("+")}`;
  return `${first?.work.jobId ?? "nobody"}${asked}; ${why}`;
}

const device = (change: Partial<WorkFacts["device"]>) => ({
  device: { isHidden: false, isOnBattery: undefined, ...change },
});
const since = (input: InputRecord, ms: number) => new Map([[waitingKeyOf(input), ms]]);
const software = { engine: "transformers", lane: "webgpu-software", slots: 1 } as const;

test.each<[title: string, given: Given, decision: string]>([
  ["[HO41] nothing asked for", {}, "nobody; "],
  ["[HO37] a person's turn on a free lane", { heads: [turn("ada")] }, "ada; "],
  [
    "[HO37] people's turns before follow-ups before ambient work before other background work",
    {
      slots: 4,
      heads: [bridge("eva"), followUp("ben"), turn("ada", { turn: 9 })],
      background: [memory()],
    },
    "ada; ben next, eva next, memory next",
  ],
  [
    "[HO37] what people have seen begin goes before a person's turn",
    { heads: [turn("ada"), followUp("ben", { partialText: "Well" })] },
    "ben; ada places-used",
  ],
  [
    "[HO37] ambient work that has begun stays behind",
    { heads: [bridge("eva", { partialText: "Well" }), followUp("ben")] },
    "ben; eva places-used",
  ],
  [
    "[HO37] in one kind the ledger's order counts",
    { heads: [turn("late", { turn: 5 }), turn("ada", { turn: 4 })] },
    "ada; late places-used",
  ],
  [
    "[HO37] who waited longer goes first, whatever the turn",
    {
      heads: [turn("late", { turn: 5 }), turn("ada", { turn: 4 })],
      waitingSinceMs: since(turn("late"), NOW - 10_000),
    },
    "late; ada places-used",
  ],
  [
    "[HO37] no follow-up waits itself past a person's turn",
    { heads: [turn("ada"), followUp("ben")], waitingSinceMs: since(followUp("ben"), 0) },
    "ada; ben places-used",
  ],
  ["[HO41] no engine", { heads: [turn("ada")], engine: undefined }, "nobody; ada engine-not-ready"],
  [
    "[HO41] the place is used",
    { heads: [turn("ada")], running: [runs("ben")] },
    "nobody; ada places-used",
  ],
  [
    "[HO41] the last of two places is kept for people",
    { slots: 2, heads: [followUp("ada")], running: [runs("ben", { urgency: "work" })] },
    "nobody; ada reserved",
  ],
  [
    "[HO41] a person's turn takes the last place",
    { slots: 2, heads: [turn("ada")], running: [runs("ben")] },
    "ada; ",
  ],
  [
    "[HO41] the ledger's reasons stay",
    { later: [{ input: turn("ada"), why: { kind: "retry", untilMs: toMonotonicMs(NOW + 5) } }] },
    "nobody; ada retry",
  ],
  [
    "[HO40] a person's turn asks ambient work for its place",
    { heads: [turn("ada")], running: [runsAmbient("eva")] },
    "nobody asks back eva; ada places-used",
  ],
  [
    "[HO40] a follow-up does, too",
    { heads: [followUp("ada")], running: [runsAmbient("eva")] },
    "nobody asks back eva; ada places-used",
  ],
  [
    "[HO40] a follow-up asks for what is not kept for people",
    { slots: 2, heads: [followUp("ada")], running: [runsAmbient("eva")] },
    "nobody asks back eva; ada reserved",
  ],
  [
    "[HO40] a place is asked back once",
    { heads: [turn("ada")], running: [runsAmbient("eva", { isAskedBack: true })] },
    "nobody; ada places-used",
  ],
  [
    "[HO40] and no other while it is on its way",
    {
      slots: 2,
      heads: [turn("ada")],
      running: [runsAmbient("eva"), runsAmbient("fay", { isAskedBack: true })],
    },
    "nobody; ada places-used",
  ],
  [
    "[HO40] as many places are asked back as are lacking",
    { slots: 2, heads: [turn("ada")], running: [runsAmbient("eva"), runsAmbient("fay")] },
    "nobody asks back eva; ada places-used",
  ],
  [
    "[HO40] ambient work asks nobody for a place",
    { heads: [bridge("ada")], running: [runsAmbient("eva")] },
    "nobody; ada places-used",
  ],
  [
    "[HO40] no person's turn is asked for its place",
    { heads: [turn("ada")], running: [runs("ben")] },
    "nobody; ada places-used",
  ],
  [
    "[HO40] a persona's own ambient work makes room for her turn",
    { slots: 3, later: [busy(turn("eva"))], running: [runsAmbient("eva")] },
    "nobody asks back eva; eva persona-busy",
  ],
  [
    "[HO39] starved ambient work goes first",
    { heads: [turn("ada"), bridge("eva")], waitingSinceMs: since(bridge("eva"), STARVED) },
    "eva; ada places-used",
  ],
  [
    "[HO39] a ms earlier it does not",
    { heads: [turn("ada"), bridge("eva")], waitingSinceMs: since(bridge("eva"), STARVED + 1) },
    "ada; eva places-used",
  ],
  [
    "[HO39] starved memory work goes first",
    { heads: [turn("ada")], background: [memory({ createdAtMs: STARVED })] },
    "memory; ada places-used",
  ],
  [
    "[HO39] what starved and runs is not asked back",
    { heads: [turn("ada")], running: [runsAmbient("eva", { isKept: true })] },
    "nobody; ada places-used",
  ],
  [
    "[HO38] one place for each class of background work",
    {
      slots: 4,
      background: [memory()],
      running: [runsAmbient("old", { resourceClass: "memory-consolidation" })],
    },
    "nobody; memory places-used",
  ],
  [
    "[HO38] no background work on a hidden page",
    { heads: [bridge("eva")], background: [memory()], ...device({ isHidden: true }) },
    "nobody; eva background-closed, memory background-closed",
  ],
  [
    "[HO38] none on battery",
    { background: [memory()], ...device({ isOnBattery: true }) },
    "nobody; memory background-closed",
  ],
  [
    "[HO38] none on a software lane",
    { background: [memory()], engine: software },
    "nobody; memory background-closed",
  ],
  [
    "[HO38] what is not known closes nothing",
    { background: [memory()], ...device({ isHidden: undefined }) },
    "memory; ",
  ],
  [
    "[HO38] people's turns run on a hidden page",
    { heads: [turn("ada")], ...device({ isHidden: true, isOnBattery: true }) },
    "ada; ",
  ],
  [
    "[HO41] the same background work runs once",
    {
      slots: 4,
      background: [memory()],
      running: [runsAmbient("other", {
        resourceClass: "memory-consolidation",
        holderId: "room/ada",
        artifactKey: "summary",
      })],
    },
    "nobody; memory same-work",
  ],
  [
    "[HO41] a malformed background job is refused by name",
    { background: [memory({ createdAtMs: NOW + 1 })] },
    "nobody; memory refused",
  ],
])("%s", (_title, given, decision) => {
  expect(words(decide(given))).toBe(decision);
});

test("[HO41] whatever is asked for, one starts or waits with a reason, visible before ambient", () => {
  const head = fc.record({
    kind: fc.constantFrom("prompt", "peer", "external"),
    isBegun: fc.boolean(),
    turn: fc.nat(20),
    waitedMs: fc.nat(holdLimits.starvedAfterMs - 1),
  });
  fc.assert(
    fc.property(fc.array(head, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), fc.nat(4), (
      given,
      slots,
      count,
    ) => {
      const heads = given.map(({ kind, isBegun, turn: of }, index) =>
        turn(`p${index}`, {
          ...{ kind: kind as InputRecord["kind"], turn: of, human: kind === "prompt" },
          partialText: isBegun ? "Well" : "",
        })
      );
      const waitingSinceMs = new Map(
        heads.map((input, index) => [waitingKeyOf(input), NOW - (given[index]?.waitedMs ?? 0)]),
      );
      const running = Array.from(
        { length: Math.min(slots, count) },
        (_one, index) => runs(`r${index}`),
      );
      const { first, waits, askBack } = decide({ slots, heads, waitingSinceMs, running });
      const named = [...waits.keys(), ...first === undefined ? [] : [first.work.jobId]];
      expect(named.toSorted()).toEqual(
        heads.map((input) => input.id).toSorted(),
      );
      expect(askBack).toEqual([]);
      const isFree = running.length < slots;
      if (heads.length > 0 && isFree && running.length === 0) expect(first).toBeDefined();
      if (!isFree) expect(first).toBeUndefined();
      if (first?.work.urgency === "ambient") {
        expect(heads.filter((input) => input.kind !== "external" && running.length === 0)).toEqual(
          [],
        );
      }
    }),
    { numRuns: 2_000 },
  );
});
