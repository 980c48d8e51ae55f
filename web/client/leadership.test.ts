import { fc } from "#shared/testing/properties.ts";
import { expect, test } from "vitest";
import { ok, type Result } from "#shared/base/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import { ManualClock, settleMicrotasks } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createLeadership, type HeldLock, type LockPort } from "./leadership.ts";
import {
  decideLeadership,
  type LeadershipEvent,
  type LeadershipState,
} from "./leadership-state.ts";

test.each<[string, LeadershipState, LeadershipEvent, string, readonly string[]]>([
  [
    "[SY26] a tab begins in line",
    { phase: "resting" },
    { kind: "start-asked" },
    "waiting",
    ["request-lock"],
  ],
  [
    "[SY23] a run begins only with the lock",
    { phase: "waiting" },
    { kind: "lock-granted" },
    "leading",
    ["start-run"],
  ],
  [
    "[SY25] a leader asked to hand over first ends its run",
    { phase: "leading" },
    { kind: "hand-over-asked" },
    "ending",
    ["abort-run"],
  ],
  [
    "[SY25] and releases the lock when the run has ended",
    { phase: "ending", next: "waiting" },
    { kind: "run-ended", end: { kind: "finished" } },
    "waiting",
    ["release-lock", "request-lock"],
  ],
  [
    "[SY25] or when it takes too long",
    { phase: "ending", next: "waiting" },
    { kind: "run-overdue" },
    "waiting",
    ["release-lock", "request-lock"],
  ],
  [
    "[SY24] a frozen leader releases at once: it cannot wait",
    { phase: "leading" },
    { kind: "page-left" },
    "away",
    ["abort-run", "release-lock"],
  ],
  [
    "[SY24] a page that is back gets in line again",
    { phase: "away" },
    { kind: "page-back" },
    "waiting",
    ["request-lock"],
  ],
  [
    "[SY24] closing while the run ends gives up the place in line",
    { phase: "ending", next: "waiting" },
    { kind: "close-asked" },
    "ending",
    [],
  ],
  [
    "[SY26] a run that ends by itself is not begun again",
    { phase: "leading" },
    { kind: "run-ended", end: { kind: "failed", reason: "bug" } },
    "resting",
    ["release-lock"],
  ],
  ["[SY24] a closed tab stays closed", { phase: "closed" }, { kind: "page-back" }, "closed", []],
])("%s", (_title, state, event, phase, effects) => {
  const step = decideLeadership(state, event);
  expect([step.state.phase, step.effects]).toEqual([phase, effects]);
});

/** Exclusive locks as browsers give them: first come, first served. */
class MemoryLocks implements LockPort {
  readonly #lines = new Map<string, (() => void)[]>();

  acquire(name: string, signal: AbortSignal): Promise<HeldLock> {
    return new Promise((resolve, reject) => {
      const line = this.#lines.get(name) ?? [];
      this.#lines.set(name, line);
      const leave = (): void => {
        const place = line.indexOf(grant);
        if (place < 0) return;
        line.splice(place, 1);
        if (place === 0) line[0]?.();
      };
      const grant = (): void => resolve({ release: leave });
      signal.addEventListener("abort", () => {
        // A granted lock is not taken back by aborting its request.
        if (line[0] !== grant) leave();
        reject(signal.reason);
      });
      line.push(grant);
      if (line.length === 1) grant();
    });
  }
}

interface Run {
  readonly term: number;
  readonly tab: number;
  readonly signal: AbortSignal;
  hasEnded: boolean;
  readonly end: (error?: unknown) => void;
}

function setup(options: { readonly endsOnAbort?: boolean; readonly tabs?: number } = {}) {
  const { endsOnAbort = true, tabs: count = 2 } = options;
  const clock = new ManualClock();
  const log = new RecordingLog();
  const locks = new MemoryLocks();
  const runs: Run[] = [];
  let term = 0;
  let termResult: (term: number) => Result<number, StorageError> = ok;

  const tabs = Array.from({ length: count }, (_, tab) => {
    let onChange: (change: "left" | "back") => void = () => {};
    const leadership = createLeadership({
      locks,
      clock,
      log,
      handOverMsMax: 2_000,
      page: {
        subscribe(observer) {
          onChange = observer;
          return { [Symbol.dispose]: () => onChange = () => {} };
        },
      },
      takeTerm: async () => termResult(term += 1),
      runAsLeader: (own, signal) =>
        new Promise((resolve, reject) => {
          const run: Run = {
            term: own,
            tab,
            signal,
            hasEnded: false,
            end(error) {
              run.hasEnded = true;
              if (error === undefined) resolve();
              else reject(error);
            },
          };
          runs.push(run);
          if (endsOnAbort) signal.addEventListener("abort", () => run.end(signal.reason));
        }),
    });
    return {
      leadership,
      page: (change: "left" | "back") => onChange(change),
      phase: () => leadership.snapshot().phase,
    };
  });
  const [first, second] = tabs as [typeof tabs[0], typeof tabs[0]];
  return {
    tabs,
    first,
    second,
    runs,
    clock,
    log,
    /** Runs that nobody told to end. */
    active: () => runs.filter((run) => !run.signal.aborted && !run.hasEnded),
    failTerms: (error: StorageError) => termResult = () => ({ ok: false, error }),
  };
}

async function startBoth(context: ReturnType<typeof setup>): Promise<void> {
  context.first.leadership.start();
  context.second.leadership.start();
  await settleMicrotasks();
}

test("[SY23] of two tabs one leads and the other waits", async () => {
  const context = setup();
  await startBoth(context);
  expect([context.first.phase(), context.second.phase()]).toEqual(["leading", "waiting"]);
  expect(context.active()).toHaveLength(1);
});

test("[SY24] closing the leader lets the next lead, in a higher term", async () => {
  const context = setup();
  await startBoth(context);
  await context.first.leadership.close();
  await settleMicrotasks();
  expect([context.first.phase(), context.second.phase()]).toEqual(["closed", "leading"]);
  expect(context.runs.map((run) => [run.tab, run.term])).toEqual([[0, 1], [1, 2]]);
});

test("[SY24] a frozen leader is followed at once and comes back in line", async () => {
  const context = setup({ endsOnAbort: false });
  await startBoth(context);
  context.first.page("left");
  await settleMicrotasks();
  expect([context.first.phase(), context.second.phase()]).toEqual(["away", "leading"]);
  expect(context.runs[0]?.signal.aborted).toBe(true);
  context.first.page("back");
  await settleMicrotasks();
  expect([context.first.phase(), context.active().length]).toEqual(["waiting", 1]);
});

test("[SY25] a hand-over waits for the run to end", async () => {
  const context = setup({ endsOnAbort: false });
  await startBoth(context);
  context.first.leadership.handOver();
  await context.clock.advance(1_999);
  expect([context.first.phase(), context.second.phase()]).toEqual(["ending", "waiting"]);
  context.runs[0]?.end();
  await settleMicrotasks();
  expect([context.first.phase(), context.second.phase()]).toEqual(["waiting", "leading"]);
  expect(context.clock.sleepers).toBe(0);
});

test("[SY25] a run that does not end holds the lock for handOverMsMax", async () => {
  const context = setup({ endsOnAbort: false });
  await startBoth(context);
  context.first.leadership.handOver();
  await context.clock.advance(2_000);
  expect([context.first.phase(), context.second.phase()]).toEqual(["waiting", "leading"]);
  context.runs[0]?.end();
  await settleMicrotasks();
  expect(context.first.phase()).toBe("waiting");
});

test("[SY24] a lock that is granted to a page that just left goes to the next tab", async () => {
  const context = setup();
  context.first.leadership.start();
  context.first.page("left");
  context.second.leadership.start();
  await settleMicrotasks();
  expect([context.first.phase(), context.second.phase()]).toEqual(["away", "leading"]);
});

test("[SY23] the late end of an earlier run does not end the run of the same tab", async () => {
  const context = setup({ endsOnAbort: false });
  context.first.leadership.start();
  await settleMicrotasks();
  context.first.page("left");
  context.first.page("back");
  await settleMicrotasks();
  context.runs[0]?.end();
  await settleMicrotasks();
  expect([context.first.phase(), context.active().map((run) => run.term)]).toEqual(["leading", [
    2,
  ]]);
});

test("[SY26] a failed run is reported, and the tab rests until it is started", async () => {
  const context = setup();
  await startBoth(context);
  context.runs[0]?.end(new Error("broken"));
  await settleMicrotasks();
  expect(context.first.leadership.snapshot()).toEqual({
    phase: "resting",
    end: { kind: "failed", reason: "Error: broken" },
  });
  expect(context.second.phase()).toBe("leading");
  expect(context.log.eventsAt("error")).toEqual(["leader-run-failed"]);
  context.first.leadership.start();
  expect(context.first.phase()).toBe("waiting");
});

test("[SY26] no run begins without a term", async () => {
  const context = setup();
  context.failTerms({ kind: "storage-full" });
  context.first.leadership.start();
  await settleMicrotasks();
  expect(context.runs).toEqual([]);
  expect(context.first.leadership.snapshot()).toEqual({
    phase: "resting",
    end: { kind: "no-term", error: { kind: "storage-full" } },
  });
});

test("observers see every change of the phase until they leave", async () => {
  const { first } = setup();
  const phases: string[] = [];
  const subscription = first.leadership.subscribe((state) => phases.push(state.phase));
  first.leadership.start();
  await settleMicrotasks();
  subscription[Symbol.dispose]();
  await first.leadership.close();
  expect(phases).toEqual(["waiting", "leading"]);
});

test("[SY23] [SY24] in random lives of three tabs there is one leader", async () => {
  const act = fc.record({
    tab: fc.nat(2),
    act: fc.constantFrom("start", "handOver", "left", "back", "close", "end", "fail", "time"),
    isPrompt: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.boolean(), async (acts, endsOnAbort) => {
      const context = setup({ tabs: 3, endsOnAbort });
      for (const { tab: index, act, isPrompt } of acts) {
        const tab = context.tabs[index]!;
        if (act === "start" || act === "handOver") tab.leadership[act]();
        else if (act === "left" || act === "back") tab.page(act);
        else if (act === "close") void tab.leadership.close();
        else if (act === "time") await context.clock.advance(500);
        else context.runs.at(-1 - index)?.end(act === "fail" ? "broken" : undefined);
        expect(context.active().length).toBeLessThanOrEqual(1);
        if (!isPrompt) await settleMicrotasks(); // Else the next act meets work half done.
        expect(context.active().length).toBeLessThanOrEqual(1);
      }
      await context.clock.advance(2_000);
      const phases = context.tabs.map((tab) => tab.phase());
      expect(phases.filter((phase) => phase === "leading" || phase === "ending").length)
        .toBe(phases.some((phase) => phase === "waiting" || phase === "leading") ? 1 : 0);
    }),
    { numRuns: 150 },
  );
});
