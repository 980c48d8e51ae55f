/**
 * Room worker: does for one room what it asks of this device as a whole.
 *
 * Owns the loop "state changed: serve who is hosted here, tell the room what it lacks, take out of
 * the ledger what nobody here serves". Does not own the state (feed), the personas' intake
 * (services/), the work (ledger) or the decisions (peer-steps, due-work).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO13  A step that a room ignored is not appended again until something else would be appended.
 *   HO14  An attempt older than the stale limit is settled as such instead of being generated.
 *   HO28  While a shared room catches up with its relay, or was never live since the peer began,
 *         its state is of the past and calls for nothing.
 *   HO136 What is asked of a device's own persona whose service was given up, or who does not fit,
 *         settles as failed with that reason; another's is released (HO29).
 *   HO30  What waits in the room's outbox, whoever put it there, is not said again.
 */

import { canonicalJson } from "../base/canonical-json.ts";
import type { Latch } from "../base/latch.ts";
import { createLatch } from "../base/latch.ts";
import { raceFirst } from "../base/race.ts";
import { ok, type Result } from "../base/result.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { AppendError, StorageError } from "../ports/room-log.ts";
import type { RoomEvent, SettleOutcome } from "../protocol/events.ts";
import type { RoomState } from "../room/room-state.ts";
import { due, type DueAttempt } from "../turns/due.ts";
import { isStale, whyOver } from "./due-work.ts";
import { hostingLimits as limits } from "./limits.ts";
import { type DeviceOffer, nextClaimMs, peerSteps } from "./peer-steps.ts";
import type { RoomFeed } from "./room-feed.ts";
import { type FreeSince, freeSince, type PausedUntil, pausedUntil } from "./takeover.ts";
import { keyOfEvent, waitingKeys } from "./waiting-steps.ts";

export interface RoomWorkerDeps {
  readonly feed: RoomFeed;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly trace: Log;
  readonly store: Pick<PeerStore, "outbox">;
  readonly device: string;
  /** False while a shared room's log is known to be behind its relay's. */
  readonly isCurrent: () => boolean;
  /** Undefined while this device may only read the room. */
  readonly offer: () => DeviceOffer | undefined;
  readonly services: RoomServices;
  readonly onProblem: (error: AppendError) => void;
}

/** What a room's worker uses of the persona services. */
export interface RoomServices {
  /** Brings up whoever is hosted here by the room's state. */
  follow(): void;
  /** Her service takes her inputs in, or will without help. */
  isServed(persona: string): boolean;
  /** Why she has no service here and gets none without help; a word for her settlements. */
  troubleOf(persona: string): string | undefined;
}

export interface RoomWorker {
  /** Runs until `signal` aborts, then rejects with its reason. */
  run(signal: AbortSignal): Promise<never>;
  /** Something besides the room's state changed, such as what this device offers. */
  wake(): void;
}

export function createRoomWorker(deps: RoomWorkerDeps): RoomWorker {
  const bell = createLatch();
  return {
    wake: () => bell.ring(),
    async run(signal) {
      using _changes = deps.feed.subscribe(() => bell.ring());
      let round = firstRound;
      let delayMs: number = limits.retryMsMin;
      for (;;) {
        signal.throwIfAborted();
        const isReady = deps.feed.isCaughtUp() && deps.isCurrent(); // HO28
        if (isReady) round = await work(deps, bell, round, signal);
        if (round.isWell) {
          delayMs = limits.retryMsMin;
          await waitFor(deps, bell, round.againMs, signal);
        } else {
          await deps.clock.sleep(delayMs, signal);
          delayMs = Math.min(delayMs * 2, limits.retryMsMax);
        }
      }
    },
  };
}

/** What one look leaves for the next. */
interface Round {
  /** What was appended, as text, to recognise a repetition (HO13). */
  readonly steps: string;
  readonly isWell: boolean;
  readonly free: FreeSince;
  readonly paused: PausedUntil;
  /** What waited in the outbox; gone from there, it may still have to be folded. */
  readonly waiting: ReadonlySet<string>;
  /** When to look again though nothing changed: a persona may be claimed then (HO20). */
  readonly againMs: number | undefined;
  /**
   * The last of what was appended: half of it folded would call for the rest again. Waited for only
   * a while, as a log that is replaced may never come so far.
   */
  readonly fold: { readonly seq: number; readonly untilMs: number } | undefined;
}

const firstRound: Round = {
  steps: "",
  isWell: true,
  free: new Map(),
  paused: new Map(),
  waiting: new Set(),
  againMs: undefined,
  fold: undefined,
};

async function waitFor(
  { clock }: RoomWorkerDeps,
  bell: Latch,
  againMs: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (againMs === undefined) return await bell.wait(signal);
  await raceFirst([(inner) => bell.wait(inner), (inner) => clock.sleep(againMs, inner)], signal);
}

async function work(
  deps: RoomWorkerDeps,
  bell: Latch,
  last: Round,
  signal: AbortSignal,
): Promise<Round> {
  const { feed, device, clock } = deps;
  deps.services.follow();
  const offer = deps.offer();
  const state = feed.state();
  const now = clock.now();
  if (last.fold !== undefined && state.head < last.fold.seq && now < last.fold.untilMs) {
    return { ...last, againMs: last.fold.untilMs - now };
  }
  const free = freeSince(last.free, state, now, last.paused);
  const freeMs = (persona: string): number => now - (free.get(persona) ?? now);
  const called = [
    ...peerSteps(state, offer, freeMs),
    ...offer === undefined ? [] : staleSettlement(state, device, clock),
    ...offer === undefined ? [] : failedSettlements(deps, state),
  ];
  const waiting = await whatWaits(deps, called, signal);
  const againMs = nextClaimMs(state, offer, freeMs);
  const round = {
    ...last,
    fold: undefined,
    free,
    paused: pausedUntil(last.paused, [], now),
    waiting: waiting.ok ? waiting.value : last.waiting,
    againMs,
  };
  if (!waiting.ok) {
    deps.onProblem(waiting.error);
    return { ...round, isWell: false };
  }
  const isWaiting = (event: RoomEvent): boolean =>
    waiting.value.has(keyOfEvent(event)) || last.waiting.has(keyOfEvent(event));
  const events = called.filter((event) => !isWaiting(event)); // HO30
  // A row that its relay refuses goes without a change of the state: look again by and by.
  if (events.length < called.length) {
    round.againMs = Math.min(againMs ?? limits.retryMsMax, limits.retryMsMax);
  }
  // What `left` undid is no repetition.
  const steps = canonicalJson([state.devices.get(device)?.leftSeq ?? 0, events]);
  if (events.length > 0 && steps !== last.steps) {
    let seq = 0;
    for (const event of events) {
      const appended = await feed.append(event, signal);
      if (appended.ok) seq = appended.value.seq;
      if (appended.ok) continue;
      deps.onProblem(appended.error);
      return { ...round, isWell: false };
    }
    // The next round starts when the feed has folded them and rings.
    const paused = pausedUntil(last.paused, events, now);
    return {
      ...round,
      steps,
      isWell: true,
      paused,
      fold: { seq, untilMs: now + limits.retryMsMax },
    };
  }
  if (events.length > 0) deps.trace.write("warn", "steps-ignored", { kinds: kindsOf(events) });
  return { ...round, steps, isWell: await withdrawUnserved(deps, bell, signal) };
}

/** The keys of what waits in the outbox; asks the store only when something would be said. */
async function whatWaits(
  { store, feed }: RoomWorkerDeps,
  called: readonly RoomEvent[],
  signal: AbortSignal,
): Promise<Result<ReadonlySet<string>, StorageError>> {
  if (called.length === 0) return ok(new Set());
  const rows = await store.outbox(feed.roomId, limits.outboxLookRowsMax, signal);
  return rows.ok ? ok(new Set(waitingKeys(rows.value))) : rows;
}

/** Takes out what nobody here serves; false when that must be tried again. */
async function withdrawUnserved(
  { feed, ledger, services, onProblem }: RoomWorkerDeps,
  bell: Latch,
  signal: AbortSignal,
): Promise<boolean> {
  const state = feed.state();
  const covers = (persona: string): boolean => !services.isServed(persona);
  const why = (input: InputRecord) => whyOver(state, input);
  const done = await ledger.reconcile({ roomId: feed.roomId, covers }, [], why, signal);
  if (!done.ok) onProblem(done.error);
  if (feed.state() !== state) bell.ring();
  return done.ok;
}

/** One settlement is enough: as an entry it makes the fold settle all that is stale (HO14, RM5). */
function staleSettlement(
  state: RoomState,
  device: string,
  clock: Pick<Clock, "epochNow">,
): readonly RoomEvent[] {
  if (state.readerOnly !== undefined) return [];
  const stale = due(state, device).find((one) => isStale(one, clock));
  return stale === undefined ? [] : [settle(state, stale, { kind: "deferred", reason: "stale" })];
}

/** Nobody's intake asks for these any more (HO136). */
function failedSettlements(
  { services, device, clock }: RoomWorkerDeps,
  state: RoomState,
): readonly RoomEvent[] {
  if (state.readerOnly !== undefined) return [];
  return due(state, device).flatMap((one) => {
    const detail = services.troubleOf(one.persona);
    const isOwn = state.personas.get(one.persona)?.owner === device;
    if (detail === undefined || !isOwn || isStale(one, clock)) return [];
    return [settle(state, one, { kind: "failed", reason: "engine", detail })];
  });
}

function settle(state: RoomState, one: DueAttempt, outcome: SettleOutcome): RoomEvent {
  const { turn, persona, attempt, assign, fingerprint } = one;
  const seenSeq = state.head;
  return { kind: "settle", turn, persona, attempt, assign, outcome, seenSeq, fingerprint };
}

function kindsOf(events: readonly RoomEvent[]): string {
  return events.map((event) => event.kind).join(",");
}
