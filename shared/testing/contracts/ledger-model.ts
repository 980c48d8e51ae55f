/**
 * Random histories of the ledger and its loop over any PeerStore, with pages that die between any
 * two writes, before or after the write, and writes that fail.
 *
 * What must hold afterwards, whatever happened: each accepted input is in one end and got there by
 * legal moves; no effect (entry of a log, row for the room) is there twice or missing; of one
 * persona, equal work began in order; who waited on the last page was told what is stored.
 */

import { fc } from "../properties.ts";
import { decideTransition, isLivePhase } from "../../ledger/input-life.ts";
import { isBegun, standingOf } from "../../ledger/input-policy.ts";
import { createLedger, type Ledger } from "../../ledger/ledger.ts";
import type { Completion, PerformOutcome } from "../../ledger/outcome.ts";
import type { InputRecord, PeerStore } from "../../ports/peer-store.ts";
import { CountingIds } from "../fakes/counting-ids.ts";
import { enginePlaces } from "../fakes/engine-places.ts";
import { forwardingStore } from "../fakes/forwarding-store.ts";
import { ManualClock, settleMicrotasks } from "../fakes/manual-clock.ts";
import { RecordingLog } from "../fakes/recording-log.ts";
import { noAbort, same, valueOf } from "./contract-case.ts";
import { type LedgerStep, ledgerStep, turnOf, workOf } from "./ledger-model-steps.ts";
import type { PeerStoreSubject } from "./peer-store-records.ts";

/** How much of everything a check met. */
export interface ModelCounts {
  histories: number;
  accepted: number;
  runs: number;
  deaths: number;
  replaced: number;
  told: number;
}

interface Job {
  readonly input: InputRecord;
  finish(outcome: PerformOutcome): void;
}

interface Page {
  readonly ledger: Ledger;
  readonly controller: AbortController;
  readonly waits: Map<string, Completion | undefined>;
  readonly jobs: Set<Job>;
  phase: "alive" | "dead";
  callsLeft: number;
  isCommitted: boolean;
}

const ROOM = "room";
const PERSONAS = ["ada", "bo"];
const SLOTS = 2;
const silence = <T>(): Promise<T> => new Promise(() => undefined);

/** Checks `histories` random histories, each over a new store; resolves to what they met. */
export async function checkLedgerModel(
  make: () => Promise<PeerStoreSubject>,
  histories: number,
): Promise<ModelCounts> {
  const counts = { histories: 0, accepted: 0, runs: 0, deaths: 0, replaced: 0, told: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(ledgerStep, { maxLength: 40, size: "max" }), async (steps) => {
      const subject = await make();
      try {
        const world = await createWorld(subject, counts);
        for (const step of steps) await world.take(step);
        await world.heal();
        counts.histories += 1;
      } finally {
        await subject.close();
      }
    }),
    { numRuns: histories },
  );
  return counts;
}

async function createWorld(subject: PeerStoreSubject, counts: ModelCounts) {
  const ids = new CountingIds();
  const calls = new Set<Promise<unknown>>();
  const settle = async (): Promise<void> => {
    for (;;) {
      await settleMicrotasks();
      if (calls.size === 0) return;
      await Promise.allSettled(calls);
    }
  };
  const clock = new ManualClock({ settle });
  const accepted = new Map<string, InputRecord>();
  const live = new Map<string, InputRecord>();
  const forgotten = new Set<string>();
  const violations: string[] = [];
  let turn = 0;
  let handle: PeerStore = subject.open();
  let page = await openPage();

  function perform(own: Page, input: InputRecord, signal: AbortSignal): Promise<PerformOutcome> {
    counts.runs += 1;
    const demand = (holds: boolean, rule: string): void => {
      if (!holds) violations.push(`${input.id}: ${rule}`);
    };
    const others = [...own.jobs].map((job) => job.input.persona);
    demand(!others.includes(input.persona), "a session runs once");
    const state = own.ledger.sessionState(input);
    const isOrdered = [...live.values()].every((other) => !isOvertaken(other, input));
    demand(isOrdered, "order is kept");
    demand(state !== "stopped" && state !== "paused", `a session that is ${state} does nothing`);
    return new Promise((resolve) => {
      const job: Job = {
        input,
        finish(outcome) {
          own.jobs.delete(job);
          resolve(outcome);
        },
      };
      own.jobs.add(job);
      const cancel = (): void => job.finish({ kind: "cancelled", partialText: undefined });
      if (signal.aborted) cancel();
      else signal.addEventListener("abort", cancel);
    });
  }

  /** A page over the store as the last one left it. */
  async function openPage(): Promise<Page> {
    handle = subject.open();
    live.clear();
    for (const input of valueOf(await handle.liveInputs(noAbort), "live")) {
      live.set(input.id, input);
    }
    const through = forwardingStore(() => handle, (call) => {
      if (opened.phase === "dead") return silence();
      opened.callsLeft -= 1;
      if (opened.callsLeft === 0) opened.phase = "dead";
      if (opened.callsLeft === 0 && !opened.isCommitted) return silence();
      const calling = call();
      calls.add(calling);
      const isLast = opened.callsLeft === 0;
      return calling.finally(() => calls.delete(calling))
        .then((result) => isLast ? silence() : result);
    });
    const ledger = createLedger({
      ...{ clock, ids, store: through, log: new RecordingLog() },
      deviceOf: () => "dev",
      perform: (input, signal) => perform(opened, input, signal),
      places: enginePlaces(clock, () => SLOTS),
      newestHumanTurn: () => 0,
      settleFacts: () => ({ fingerprint: "fp", head: turn }),
      onTrouble: () => undefined,
      newSessionBody: {},
    });
    const opened: Page = {
      ...{ ledger, controller: new AbortController(), waits: new Map(), jobs: new Set() },
      ...{ phase: "alive", callsLeft: Infinity, isCommitted: false },
    };
    ledger.subscribe((input) => {
      if (isLivePhase(input.phase)) live.set(input.id, input);
      else live.delete(input.id);
    });
    ledger.run(opened.controller.signal).catch((error: unknown) => {
      if (error !== "over") violations.push(`the loop ended: ${String(error)}`);
    });
    return opened;
  }

  const accept = (own: Page, input: InputRecord): void => {
    accepted.set(input.id, input);
    if (own.waits.has(input.id)) return;
    own.waits.set(input.id, undefined);
    own.ledger.completion(input, noAbort).then((told) => {
      if (told.ok) own.waits.set(input.id, told.value);
      else own.waits.delete(input.id); // Forgotten with its session, or the store failed.
    }, () => undefined);
  };

  const outcomeOf = (
    input: InputRecord,
    how: (LedgerStep & { readonly kind: "finish" })["how"],
  ): PerformOutcome => {
    const segments = [{ effect: input.id }];
    if (how === "paused") return { kind: "paused", partialText: undefined };
    if (how === "lost") return { kind: "interrupted", reason: "engine-lost", partialText: "" };
    if (how === "retry") return { kind: "retry", afterMs: 300, reason: "busy", partialText: "" };
    if (input.work !== undefined) return { kind: "ended", outcome: "done", segments };
    const outcome = { kind: "replied", text: "Yes", finish: "stop" } as const;
    return { kind: "done", settled: { outcome, seenSeq: turn, segments } };
  };

  const begin = (step: LedgerStep): void => {
    const own = page;
    const signal = own.controller.signal;
    const note = (admitted: Awaited<ReturnType<Ledger["admitPrivate"]>>): void => {
      if (admitted.ok) accept(own, admitted.value.input);
    };
    switch (step.kind) {
      case "turn":
        turn += 1;
        return void own.ledger.admit(turnOf(turn, step), signal).then(note, () => undefined);
      case "work":
        return void own.ledger.admitPrivate(workOf(step), signal).then(note, () => undefined);
      case "finish": {
        const job = [...own.jobs][step.nth % Math.max(1, own.jobs.size)];
        return job?.finish(outcomeOf(job.input, step.how));
      }
      case "withdraw": {
        const turns = [...live.values()].filter((input) => input.work === undefined);
        const input = turns[step.nth % Math.max(1, turns.length)];
        return input && own.ledger.withdraw(input.id, "stopped");
      }
      case "call": {
        const { persona, operation } = step;
        if (operation === "forget") forgotten.add(persona);
        const session = { roomId: ROOM, persona };
        return void own.ledger.callSession(operation, session, signal).catch(() => undefined);
      }
      case "crash":
        own.isCommitted = step.isCommitted;
        own.callsLeft = step.atCall;
        if (step.atCall === 0) own.phase = "dead";
        return;
      case "write-fails":
        return subject.abortAtWrite(step.nth + 1);
      case "pass":
        return;
    }
  };

  const take = async (step: LedgerStep): Promise<void> => {
    begin(step);
    await clock.advance(step.kind === "pass" ? step.ms : 0);
    if (page.phase === "alive") return;
    counts.deaths += 1;
    page = await openPage();
    await clock.advance(0);
  };

  /** Lets everything that is left come to its end, then looks at what is stored. */
  const heal = async (): Promise<void> => {
    subject.abortAtWrite(Infinity);
    page.callsLeft = Infinity;
    for (let round = 0; round < 100; round += 1) {
      for (const persona of PERSONAS) {
        const state = page.ledger.sessionState({ roomId: ROOM, persona });
        const operation = state === "paused" ? "resume" : "recycle";
        if (state !== "active" && state !== "retired") begin({ kind: "call", persona, operation });
      }
      await clock.advance(10_000);
      for (const job of [...page.jobs]) job.finish(outcomeOf(job.input, "well"));
      await settle();
      if (valueOf(await handle.liveInputs(noAbort), "live").length === 0) break;
    }
    page.controller.abort("over");
    await clock.advance(0);
    counts.accepted += accepted.size;
    same(violations, [], "violations");
    await checkInputs(handle, accepted, forgotten, counts);
    await checkEffects(handle, accepted, forgotten);
    for (const [id, told] of page.waits) {
      const stored = accepted.get(id);
      const now = stored && valueOf(await handle.inputByKey(stored.idempotencyKey, noAbort), id);
      if (told === undefined) throw new Error(`${id}: its waiter was never told`);
      counts.told += 1;
      if (told.kind === "loop-ended" || now?.id !== id) continue;
      same([told.phase, told.outcome], [now.phase, now.reason], `told of ${id}`);
    }
  };

  return { take, heal };
}

/** True when `other` waits though it is like `input` in all, fresh and earlier. */
function isOvertaken(other: InputRecord, input: InputRecord): boolean {
  const isFresh = input.stagedCount === 1 && input.partialText === "";
  const isLike = other.persona === input.persona && other.human === input.human &&
    (other.work === undefined) === (input.work === undefined) &&
    standingOf(other) === standingOf({ ...input, stagedCount: 0 });
  const isWaiting = other.phase === "queued" && !isBegun(other);
  return isFresh && isLike && isWaiting && other.order < input.order;
}

async function checkInputs(
  store: PeerStore,
  accepted: ReadonlyMap<string, InputRecord>,
  forgotten: ReadonlySet<string>,
  counts: ModelCounts,
): Promise<void> {
  same(valueOf(await store.liveInputs(noAbort), "live"), [], "live");
  for (const { id, idempotencyKey, persona, work } of accepted.values()) {
    const stored = valueOf(await store.inputByKey(idempotencyKey, noAbort), id);
    if (stored?.id !== id) {
      const isForgotten = forgotten.has(persona) && work !== undefined;
      same(isForgotten, true, `${id} is lost`);
      continue;
    }
    if (stored.phase === "superseded") counts.replaced += 1;
    const { moves } = stored;
    for (const [index, { from, to }] of moves.entries()) {
      same(decideTransition(from, to).ok, true, `${id}: ${from} to ${to}`);
      if (index > 0) same(from, moves[index - 1]?.to, `${id}: move ${index}`);
    }
    const ends = moves.filter((move) => !isLivePhase(move.to));
    same(ends.map((move) => move.to), [stored.phase], `${id}: ends`);
  }
}

async function checkEffects(
  store: PeerStore,
  accepted: ReadonlyMap<string, InputRecord>,
  forgotten: ReadonlySet<string>,
): Promise<void> {
  const once = (list: readonly string[], what: string): void =>
    same(list.length, new Set(list).size, `${what} twice: ${list.join(" ")}`);
  const rows = valueOf(await store.outbox(ROOM, 1_000, noAbort), "outbox");
  once(rows.map((row) => row.entry.id), "a row");
  const settled = new Set(rows.map((row) => row.entry.id));
  for (const persona of PERSONAS) {
    const log = valueOf(await store.segments(ROOM, persona, 0, 10_000, noAbort), persona);
    same(log.map((row) => row.index), log.map((_, index) => index), `log of ${persona}`);
    const bodies = log.map((row) => row.body as { effect?: string; note?: string });
    const effects = bodies.flatMap(({ effect }) => effect ?? []);
    once(effects, "an effect");
    const notes = bodies.flatMap(({ note }) => note ?? []);
    if (forgotten.has(persona)) continue;
    once(notes, "a note");
    for (const { id, idempotencyKey, persona: of, work } of accepted.values()) {
      if (of !== persona) continue;
      const stored = valueOf(await store.inputByKey(idempotencyKey, noAbort), id);
      const isDone = stored?.reason === "done" || stored?.reason === "replied";
      same(effects.includes(id), isDone, `effect of ${id}, ${stored?.reason}`);
      const mustSettle = work === undefined && stored?.reason !== "stopped";
      same(settled.has(`settle-${id}`), mustSettle, `settlement of ${id}, ${stored?.reason}`);
    }
  }
}
