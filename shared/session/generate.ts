/**
 * Generate: one generation from its request to its end, with its deadlines.
 *
 * Owns the event stream and the timers. Does not own the text (bubble.ts) nor what an end means
 * (decide-end.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC12  A generation ends `deadline` after `tokenGapMsMax` without a token, prefill included, or
 *         after `runMsMax` in all.
 *   SC13  A generation that was ended early is waited for up to `cancelAckMsMax`, so that its slot
 *         is free again; nothing it still says is shown.
 *   SY270 Time in which a device slept ends no generation: its deadlines count on from the waking.
 */

import { unreachable } from "../base/assert.ts";
import type { MonotonicMs } from "../base/brands.ts";
import { raceFirst } from "../base/race.ts";
import type {
  Engine,
  GenerateEvent,
  GenerateOutcome,
  GenerateRequest,
} from "../inference/engine.ts";
import type { Clock } from "../ports/clock.ts";
import type { Bubble } from "./bubble.ts";
import type { SessionLimits } from "./limits.ts";

export type GenerationEnd =
  | { readonly kind: "outcome"; readonly outcome: GenerateOutcome }
  | { readonly kind: "deadline"; readonly detail: string }
  /** The reply is as long as a message may be. */
  | { readonly kind: "text-full" }
  /** The stream ended against its contract (IN1). */
  | { readonly kind: "no-outcome" };

export interface GenerateDeps {
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly engine: Engine;
  readonly bubble: Bubble;
  /** Called when the first text of this generation arrives. */
  readonly onFirstText: (now: MonotonicMs) => void;
  /** Time to the first token, for slow prefills; `tokenGapMsMax` unless told. */
  readonly firstTokenMsMax?: number | undefined;
}

/** Runs one generation. Aborting cancels the work, awaits its end, rejects with the reason. */
export async function generate(
  deps: GenerateDeps,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<GenerationEnd> {
  signal.throwIfAborted();
  const { clock, limits } = deps;
  const work = new AbortController();
  const stream = deps.engine.generate(request, work.signal)[Symbol.asyncIterator]();
  let pending = stream.next();
  const startedAt = clock.now();
  const watch = createWatch(deps, startedAt);
  let isOver = false;
  try {
    for (;;) {
      const asleepAt = clock.now();
      const waitMs = Math.max(0, watch.wakeAt(asleepAt) - asleepAt);
      const next = await raceFirst<IteratorResult<GenerateEvent> | "woken">([
        () => pending,
        async (inner) => {
          await clock.sleep(waitMs, inner);
          return "woken";
        },
      ], signal);
      const now = clock.now();
      const lateMs = now - asleepAt - waitMs;
      if (lateMs >= limits.sleptMsMin) watch.skip(lateMs, now); // SY270
      if (next === "woken") {
        deps.bubble.tick(now);
        const late = watch.overdue(now);
        if (late !== undefined) return late;
        continue;
      }
      if (next.done === true) {
        isOver = true;
        return { kind: "no-outcome" };
      }
      const event = next.value;
      isOver = event.kind === "outcome";
      const end = watch.take(event, now);
      if (end !== undefined) return end;
      pending = stream.next();
    }
  } finally {
    if (!isOver) await endEarly(stream, pending, work, clock, limits); // SC13
    // Owner: nobody; a stream that does not listen any more may never answer this.
    void Promise.resolve(stream.return?.()).catch(() => undefined);
  }
}

/** What events and passing time do to one generation. */
function createWatch(deps: GenerateDeps, startedAt: MonotonicMs) {
  const { limits, bubble } = deps;
  const firstTokenMsMax = deps.firstTokenMsMax ?? limits.tokenGapMsMax;
  let endsAt: number = startedAt + limits.runMsMax;
  let tokenAt = startedAt;
  let gapMsMax = firstTokenMsMax;
  let hasText = false;

  const overdue = (now: MonotonicMs): GenerationEnd | undefined => { // SC12
    if (now >= endsAt) return { kind: "deadline", detail: `Not done after ${limits.runMsMax} ms` };
    if (now < tokenAt + gapMsMax) return undefined;
    return { kind: "deadline", detail: `No token for ${gapMsMax} ms` };
  };

  return {
    wakeAt(now: MonotonicMs): number {
      return Math.min(endsAt, tokenAt + gapMsMax, bubble.dueAt(now) ?? Infinity);
    },
    overdue,
    skip(lateMs: number, now: MonotonicMs): void {
      endsAt += lateMs;
      tokenAt = now;
    },
    take(event: GenerateEvent, now: MonotonicMs): GenerationEnd | undefined {
      switch (event.kind) {
        case "prefilled":
          return undefined;
        case "text":
          if (!hasText) deps.onFirstText(now);
          hasText = true;
          tokenAt = now;
          gapMsMax = limits.tokenGapMsMax;
          bubble.add(event.text, now);
          if (bubble.isFull) return { kind: "text-full" };
          // An engine that never pauses would keep the timers from being looked at.
          return overdue(now);
        case "outcome":
          return { kind: "outcome", outcome: event.outcome };
        default:
          return unreachable(event);
      }
    },
  };
}

async function endEarly(
  stream: AsyncIterator<GenerateEvent>,
  pending: Promise<IteratorResult<GenerateEvent>>,
  work: AbortController,
  clock: Clock,
  limits: SessionLimits,
): Promise<void> {
  work.abort({ kind: "generation-ended" });
  const untilOver = async (): Promise<void> => {
    for (let next = await pending; next.done !== true; next = await stream.next()) {
      if (next.value.kind === "outcome") return;
    }
  };
  const never = new AbortController().signal;
  // A stream that fails while it is thrown away tells nothing: its reply was decided already.
  const over = untilOver().catch(() => undefined);
  await raceFirst<void>([() => over, (inner) => clock.sleep(limits.cancelAckMsMax, inner)], never);
}
