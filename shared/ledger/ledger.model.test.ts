import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import type { InputRecord } from "../ports/peer-store.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { enginePlaces } from "../testing/fakes/engine-places.ts";
import { candidateOf } from "../testing/fakes/input-records.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { isBegun, standingOf } from "./input-policy.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { ledgerLimits as limits } from "./limits.ts";
import type { PerformOutcome } from "./outcome.ts";

/** Sequences of each run; raise by LEDGER_RUNS for a long search. */
const RUNS = Number(process.env["LEDGER_RUNS"] ?? 300);
const SLOTS = 2;

type Step =
  | {
    readonly kind: "admit";
    readonly persona: number;
    readonly what: "prompt" | "peer" | "external";
  }
  | { readonly kind: "again"; readonly nth: number }
  | {
    readonly kind: "finish";
    readonly nth: number;
    readonly how: "reply" | "silent" | "retry" | "lost";
  }
  | { readonly kind: "withdraw"; readonly nth: number; readonly isStop: boolean }
  | { readonly kind: "crash" }
  | { readonly kind: "write-fails"; readonly nth: number }
  | { readonly kind: "engine"; readonly isReady: boolean }
  | { readonly kind: "pass"; readonly ms: number };

const nth = fc.nat({ max: 7 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("admit" as const),
      persona: fc.nat({ max: 2 }),
      what: fc.constantFrom("prompt", "prompt", "peer", "peer", "external"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("again" as const), nth }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("finish" as const),
      nth,
      how: fc.constantFrom("reply", "silent", "retry", "lost"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("withdraw" as const), nth, isStop: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("write-fails" as const), nth }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("engine" as const), isReady: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(2_000) }) },
);

interface Job {
  readonly input: InputRecord;
  readonly signal: AbortSignal;
  finish(outcome: PerformOutcome): void;
}

/** The world around the ledger: what was acknowledged, what runs, what was seen. */
function createWorld() {
  const store = new MemoryPeerStore();
  const clock = new ManualClock();
  const ids = new CountingIds();
  const admitted = new Set<string>();
  const withdrawn = new Set<string>();
  const violations: string[] = [];
  let jobs: Job[] = [];
  let isReady = true;
  let hasStoreFailed = false;
  let newestHumanTurn = 0;
  let turn = 0;
  let page: { ledger: Ledger; controller: AbortController };

  const perform = (input: InputRecord, signal: AbortSignal): Promise<PerformOutcome> => {
    // Collected, because the drain would take something thrown here for a failed attempt.
    const demand = (holds: boolean, rule: string): void => {
      if (!holds) violations.push(`${input.id}: ${rule}`);
    };
    demand(jobs.every((job) => job.input.persona !== input.persona), "persona runs once");
    demand(jobs.length < SLOTS, "no more than the slots");
    demand(input.stagedCount <= limits.attemptsMax, "attempts have a cap");
    // A staging that waits for a failing store holds its place meanwhile; order is not promised
    // then.
    demand(hasStoreFailed || isNotOvertaking(input), "people first");
    return new Promise((resolve) => {
      const job: Job = {
        input,
        signal,
        finish(outcome) {
          jobs = jobs.filter((other) => other !== job);
          resolve(outcome);
        },
      };
      jobs.push(job);
      const cancel = (): void => job.finish({ kind: "cancelled", partialText: input.partialText });
      if (signal.aborted) cancel();
      else signal.addEventListener("abort", cancel);
    });
  };

  /** From outside: other work starts fresh only when no person waits for a free persona. */
  const isNotOvertaking = (input: InputRecord): boolean => {
    const isAmbient = standingOf(input) === "ambient";
    if (input.human || (!isAmbient && isBegun(input) && input.stagedCount > 1)) return true;
    const busy = new Set([...jobs.map((job) => job.input.persona), input.persona]);
    const waiting = store.inputs.filter((other) =>
      other.phase === "queued" && other.human && !isBegun(other) && !busy.has(other.persona)
    );
    // One that waits for its next try keeps the later ones of its persona behind it.
    const held = new Set(
      store.inputs.filter((other) => other.phase === "queued" && standingOf(other) === "begun")
        .map((other) => other.persona),
    );
    return waiting.every((other) => held.has(other.persona));
  };

  /** Ambient work that still runs leaves a place to everybody whom people see waiting (HO40). */
  const checkAmbient = (): void => {
    const ambient = jobs.filter((job) => standingOf(job.input) === "ambient");
    const isDelayed = (input: InputRecord): boolean =>
      jobs.length === SLOTS || ambient.some((job) => job.input.persona === input.persona);
    const visible = store.inputs.filter((input) =>
      input.phase === "queued" && input.human && !isBegun(input) && !withdrawn.has(input.id) &&
      // Her own earlier input is what it waits for.
      !store.inputs.some((other) =>
        other.persona === input.persona && standingOf(other) !== "ambient" &&
        (other.phase === "staged" || (other.phase === "queued" && isBegun(other)))
      )
    );
    const isHeld = hasStoreFailed || !isReady || ambient.length === 0;
    if (!isHeld && visible.some(isDelayed)) violations.push("ambient work delays a turn");
  };

  const openPage = (): void => {
    const ledger = createLedger({
      clock,
      store,
      log: new RecordingLog(),
      ids,
      deviceOf: () => "dev",
      perform,
      places: enginePlaces(clock, () => isReady ? SLOTS : 0),
      newestHumanTurn: () => newestHumanTurn,
      settleFacts: () => ({ fingerprint: "fp", head: turn }),
      onTrouble: () => undefined,
    });
    const controller = new AbortController();
    ledger.run(controller.signal).catch((error: unknown) => {
      if (error !== "crash") throw error;
    });
    page = { ledger, controller };
  };
  const closePage = (): void => page.controller.abort("crash");
  openPage();

  const admit = async (change: Parameters<typeof candidateOf>[0]): Promise<void> => {
    const result = await page.ledger.admit(candidateOf(change), page.controller.signal);
    if (result.ok) admitted.add(result.value.input.id);
  };

  const outcomeOf = (input: InputRecord, how: string): PerformOutcome => {
    const partialText = `${input.partialText}x`;
    if (how === "lost") return { kind: "interrupted", reason: "engine-lost", partialText };
    if (how === "retry") return { kind: "retry", afterMs: 500, reason: "busy", partialText: "" };
    const outcome = how === "silent"
      ? { kind: "silent" } as const
      : { kind: "replied", text: partialText, finish: "stop" } as const;
    return { kind: "done", settled: { outcome, seenSeq: turn } };
  };

  const take = async (next: Step): Promise<void> => {
    switch (next.kind) {
      case "admit": {
        turn += 1;
        const human = next.what === "prompt";
        if (human) newestHumanTurn = turn;
        return await admit({ turn, persona: `p${next.persona}`, human, kind: next.what });
      }
      case "again": {
        const known = store.inputs[next.nth];
        const { turn: of, persona, human, kind } = known ?? candidateOf();
        if (known === undefined) return;
        return await admit({ turn: of, persona, human, kind, attempt: known.attempt + 1 });
      }
      case "finish": {
        const job = jobs[next.nth % Math.max(1, jobs.length)];
        return job?.finish(outcomeOf(job.input, next.how));
      }
      case "withdraw": {
        const input = store.inputs[next.nth];
        if (input === undefined) return;
        withdrawn.add(input.id);
        return page.ledger.withdraw(input.id, next.isStop ? "stopped" : "settled");
      }
      case "crash":
        closePage();
        await clock.advance(0);
        return openPage();
      case "write-fails":
        hasStoreFailed = true;
        return store.abortAtWrite(next.nth + 1);
      case "engine":
        isReady = next.isReady;
        return page.ledger.wake();
      case "pass":
        return await clock.advance(next.ms);
    }
  };

  const heal = async (): Promise<void> => {
    store.abortAtWrite(Infinity);
    isReady = true;
    page.ledger.wake();
    for (let round = 0; round < 400; round += 1) {
      await clock.advance(1_000);
      for (const job of [...jobs]) job.finish(outcomeOf(job.input, "reply"));
      const isLive = store.inputs.some((one) => one.phase === "queued" || one.phase === "staged");
      if (!isLive) break;
    }
    closePage();
    await clock.advance(0);
  };

  return { store, clock, admitted, withdrawn, violations, take, checkAmbient, heal };
}

async function checkEnds(world: ReturnType<typeof createWorld>): Promise<void> {
  const { store, admitted, withdrawn, violations } = world;
  expect(violations).toEqual([]);
  expect(store.inputs.filter((one) => one.phase === "queued" || one.phase === "staged")).toEqual(
    [],
  );
  const known = store.inputs.map((input) => input.id).toSorted();
  // Acknowledged is stored; each stored input has one receipt.
  expect([...admitted].filter((id) => !known.includes(id))).toEqual([]);
  expect(store.receipts.map((receipt) => receipt.inputId).toSorted()).toEqual(known);
  const entries = store.unsent.map((row) => row.entry.id);
  expect(new Set(entries).size).toBe(entries.length);
  for (const input of store.inputs) {
    const isSettled = entries.includes(`settle-${input.id}`);
    // Everything settles with a reason, unless somebody took it out (a lost withdrawal settles
    // too).
    if (!withdrawn.has(input.id)) expect(isSettled).toBe(true);
    if (input.reason === "stopped" || input.reason === "settled") expect(isSettled).toBe(false);
  }
}

test("[LG10] [LG13] [LG19] whatever happens, each accepted input ends exactly once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const world = createWorld();
      for (const next of steps) {
        await world.take(next);
        await world.clock.advance(0);
        world.checkAmbient();
      }
      await world.heal();
      await checkEnds(world);
    }),
    { numRuns: RUNS },
  );
}, 60_000);
