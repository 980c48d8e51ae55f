/**
 * The response-timing smoke: sends one marked probe and watches the room until all have settled.
 *
 * Owns one attempt: no retry, no polling, one deadline. The probe stays in the room like any
 * message. Does not own the room, its cast, or what the figures mean (`classify-smoke.ts`).
 *
 * Rules (shared/SPEC.md, section SK):
 *   SK9   Time starts when the probe is handed over for sending, on the asker's monotonic clock.
 *   SK10  One probe is sent, once, and none where the room cannot be read or hosts too few.
 *   SK11  The watch ends when all expected have settled, the probe is refused, the room is gone or
 *         the budget of all has passed.
 *   SK12  Expected are the personas of the probe's own turn that had a host when it opened.
 */

import { createLatch, type Latch } from "../../base/latch.ts";
import { raceFirst, raceSignal } from "../../base/race.ts";
import type { Result } from "../../base/result.ts";
import type { Clock } from "../../ports/clock.ts";
import type { AttemptState, RoomState } from "../../room/room-state.ts";
import {
  checkBudgets,
  classifySmoke,
  type HarnessError,
  type ObservedPersona,
  type SmokeBudgets,
  smokeLimits,
  type SmokeObservation,
  type SmokeVerdict,
} from "./classify-smoke.ts";

/** The asker's own surface on one room. */
export interface SmokePort {
  readonly clock: Clock;
  /** The room as it is known here now; undefined while it cannot be read, or when it is gone. */
  state(): RoomState | undefined;
  /** Calls the observer after each change of what `state` returns. */
  subscribe(observer: () => void): Disposable;
  newMessageId(): string;
  /** Resolves when the message is durable, or with why not. Aborting cancels the wait. */
  say(id: string, text: string, signal: AbortSignal): Promise<Result<void, string>>;
}

export interface SmokeOptions {
  /** What the personas are asked; the probe's mark is put behind it. */
  readonly question: string;
  readonly budgets: SmokeBudgets;
}

export interface SmokeRun {
  readonly verdict: SmokeVerdict;
  /** Undefined when no probe was sent. */
  readonly probeId: string | undefined;
  /** The turn that the probe opened, by its seq; undefined when it opened none. */
  readonly turn: number | undefined;
  readonly personas: readonly ObservedPersona[];
}

/**
 * Runs the smoke once. Every end is a verdict; only aborting rejects, with `signal.reason`, and it
 * cancels the watching, not a probe that was sent.
 */
export async function runSmoke(
  port: SmokePort,
  options: SmokeOptions,
  signal: AbortSignal,
): Promise<SmokeRun> {
  const watch = createWatch(port, options);
  const changed = createLatch();
  const subscription = port.subscribe(() => changed.ring());
  try {
    const error = checkBudgets(options.budgets) ?? await watch.run(changed, signal);
    return watch.finish(error);
  } catch (error) {
    signal.throwIfAborted();
    // Shell of the check: whatever broke under it is a finding with a bucket of its own (SK1).
    return watch.finish({ kind: "exception", detail: String(error) });
  } finally {
    subscription[Symbol.dispose]();
  }
}

/** What one run has seen so far. */
interface Watch {
  run(changed: Latch, signal: AbortSignal): Promise<HarnessError | undefined>;
  finish(harnessError: HarnessError | undefined): SmokeRun;
}

const missing: HarnessError = { kind: "room-missing", detail: "" };

function createWatch(port: SmokePort, { question, budgets }: SmokeOptions): Watch {
  const { clock } = port;
  let probeId: string | undefined;
  let turn: number | undefined;
  let refusal: string | undefined;
  /** By persona id; those of the turn once it is known. */
  let seenById = new Map<string, ObservedPersona>();

  /** Returns whether there is nothing left to wait for. */
  const look = (state: RoomState, text: string, startedMs: number): boolean => {
    const message = state.messages.findLast((one) => one.kind === "person" && one.text === text);
    if (message === undefined) return refusal !== undefined;
    const opened = state.turns.get(message.turn);
    if (turn === undefined) { // SK12
      turn = message.turn;
      const cast = opened?.planInput.cast ?? [];
      seenById = openById(cast.filter(({ device }) => device !== undefined).map(({ id }) => id));
    }
    const settledMs = clock.now() - startedMs;
    for (const { persona, attempts } of opened?.entries ?? []) {
      const first = attempts[0];
      if (first === undefined || seenById.get(persona)?.outcome !== "open") continue;
      seenById.set(persona, observe(first, settledMs));
    }
    return [...seenById.values()].every(({ outcome }) => outcome !== "open"); // SK11
  };

  const send = async (id: string, text: string, changed: Latch, signal: AbortSignal) => {
    const said = await raceSignal(port.say(id, text, signal), signal);
    if (!said.ok) refusal = said.error;
    changed.ring();
  };

  return {
    async run(changed, signal) {
      const first = await untilRoom(port, changed, signal);
      if (first === undefined) return missing;
      seenById = openById(hostedIn(first));
      if (seenById.size < smokeLimits.personasMin) return undefined; // SK10
      const id = port.newMessageId();
      const text = `${question} [${id}]`;
      probeId = id;
      const startedMs = clock.now(); // SK9
      let sendError: unknown;
      const watching = new AbortController();
      // Owned by this run: its end is a ring, and a failure is thrown below.
      const sent = send(id, text, changed, AbortSignal.any([signal, watching.signal]))
        .catch((error: unknown) => {
          sendError = error;
          changed.ring();
        });
      const leftMs = (): number => startedMs + budgets.allMsMax - clock.now();
      try {
        while (true) {
          const state = port.state();
          if (sendError !== undefined) throw sendError;
          if (state === undefined) return missing; // SK11
          if (look(state, text, startedMs) || leftMs() <= 0) return undefined;
          await waitFor(clock, changed, leftMs(), signal);
        }
      } finally {
        watching.abort("the check is over");
        await sent;
      }
    },
    finish(harnessError) {
      const personas = [...seenById.values()];
      const isPersisted = turn !== undefined;
      const seen: SmokeObservation = { harnessError, isPersisted, refusal, personas };
      return { verdict: classifySmoke(seen, budgets), probeId, turn, personas };
    },
  };
}

/** Waits until the room can be read; undefined when it could not be in time. */
async function untilRoom(
  port: SmokePort,
  changed: Latch,
  signal: AbortSignal,
): Promise<RoomState | undefined> {
  const { clock } = port;
  const startedMs = clock.now();
  while (true) {
    const found = port.state();
    const leftMs = startedMs + smokeLimits.readyMsMax - clock.now();
    if (found !== undefined || leftMs <= 0) return found;
    await waitFor(clock, changed, leftMs, signal);
  }
}

/** Resolves at the next change or after `ms`, whichever comes first. */
async function waitFor(
  clock: Clock,
  changed: Latch,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  await raceFirst([(inner) => changed.wait(inner), (inner) => clock.sleep(ms, inner)], signal);
}

function hostedIn(state: RoomState): readonly string[] {
  return [...state.personas.values()]
    .filter(({ removed, assignment }) => !removed && assignment !== undefined)
    .map(({ id }) => id);
}

function openById(ids: readonly string[]): Map<string, ObservedPersona> {
  return new Map(
    ids.map((persona) => [persona, { persona, outcome: "open", reason: "", settledMs: undefined }]),
  );
}

function observe({ persona, outcome }: AttemptState, settledMs: number): ObservedPersona {
  const reason = outcome.kind === "failed" || outcome.kind === "deferred" ? outcome.reason : "";
  return { persona, outcome: outcome.kind, reason, settledMs };
}
