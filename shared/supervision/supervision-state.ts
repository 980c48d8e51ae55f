/**
 * Supervision as data: the state of one supervised child, and every step it can take.
 *
 * Owns all decisions of supervision. Does not own the child, the clock or chance: `supervise.ts`
 * starts and ends children and brings their news here, one at a time.
 *
 * Rules (shared/SPEC.md, section SV):
 *   SV7   News of an earlier generation changes nothing.
 *   SV8   Retry now skips a wait; after giving up or failing it starts with a fresh budget.
 *   SV9   A stop is served in every phase, between two restarts too.
 *   SV10  Every change of the status raises its revision by one.
 */

import { unreachable } from "../base/assert.ts";
import type { EpochMs, MonotonicMs } from "../base/brands.ts";
import type { ChildExit, ChildReason } from "./child.ts";
import type { SupervisionLimits } from "./limits.ts";
import {
  decideRestart,
  emptyHistory,
  type RestartDecision,
  type RestartHistory,
} from "./restart-policy.ts";

/** Where the child is in its life; each phase carries what only it needs. */
export type SupervisionPhase<Info> =
  | { readonly phase: "stopped" }
  | { readonly phase: "starting"; readonly sinceMs: MonotonicMs }
  | { readonly phase: "ready"; readonly sinceMs: MonotonicMs; readonly info: Info }
  | {
    readonly phase: "backing-off";
    readonly delayMs: number;
    readonly untilMs: MonotonicMs;
    readonly reason: ChildReason;
  }
  /** The budget is spent, or a defect. Only a person starts it again. */
  | { readonly phase: "given-up"; readonly reason: ChildReason }
  /** No restart can cure it. Only a person starts it again, after changing something. */
  | { readonly phase: "failed"; readonly reason: ChildReason }
  | { readonly phase: "stopping"; readonly next: "stopped" | "starting" };

export interface ExitRecord {
  readonly at: EpochMs;
  readonly generation: number;
  readonly exit: ChildExit;
  readonly readyMs: number;
}

export type SupervisionStatus<Info> = SupervisionPhase<Info> & {
  readonly name: string;
  /** Grows by one with every change; equal revisions are equal statuses. */
  readonly revision: number;
  /** Counts starts, from 1; 0 before the first. */
  readonly generation: number;
  readonly history: RestartHistory;
  /** The newest ends, oldest first, bounded by `exitsKeptMax`. */
  readonly exits: readonly ExitRecord[];
};

/**
 * `restart` is what a stop followed by a start means before the stop was served, `start-now` what a
 * start and a retry-now mean together.
 */
export type SupervisionCommand = "start" | "stop" | "retry-now" | "start-now" | "restart";

export type SupervisionEvent<Info> =
  | { readonly kind: "command"; readonly command: SupervisionCommand }
  | { readonly kind: "ready"; readonly generation: number; readonly info: Info }
  | { readonly kind: "down"; readonly generation: number; readonly exit: ChildExit }
  | { readonly kind: "backoff-over"; readonly generation: number }
  /** The child that was being stopped is gone. */
  | { readonly kind: "ended"; readonly generation: number };

export interface StepContext {
  readonly now: MonotonicMs;
  readonly epochNow: EpochMs;
  /** One draw in [0, 1) for the jitter. */
  readonly chance: number;
  readonly limits: SupervisionLimits;
}

/** The status before the first start. */
export function initialStatus<Info>(name: string): SupervisionStatus<Info> {
  return {
    phase: "stopped",
    name,
    revision: 0,
    generation: 0,
    history: emptyHistory,
    exits: [],
  };
}

/**
 * Why a child cannot do its work for longer than restarts take: it was given up, it failed, or its
 * budget is spent and it is tried on (HO162). Undefined while it works or is about to.
 */
export function troubleOf(status: SupervisionStatus<unknown>): ChildReason | undefined {
  switch (status.phase) {
    case "given-up":
    case "failed":
      return status.reason;
    case "backing-off":
      return status.history.isSpent ? status.reason : undefined;
    case "starting": {
      const last = status.exits.at(-1)?.exit;
      return status.history.isSpent && last !== undefined && "reason" in last
        ? last.reason
        : undefined;
    }
    case "stopped":
    case "ready":
    case "stopping":
      return undefined;
    default:
      return unreachable(status);
  }
}

/** Returns the next status, or the very same object when nothing changes. */
export function stepSupervision<Info>(
  status: SupervisionStatus<Info>,
  event: SupervisionEvent<Info>,
  context: StepContext,
): SupervisionStatus<Info> {
  if (event.kind === "command") return stepCommand(status, event.command, context);
  if (event.generation !== status.generation) return status; // SV7
  switch (event.kind) {
    case "ready":
      return status.phase === "starting"
        ? move(status, { phase: "ready", sinceMs: context.now, info: event.info })
        : status;
    case "down":
      return status.phase === "starting" || status.phase === "ready"
        ? stepDown(status, event.exit, context)
        : status;
    case "backoff-over":
      return status.phase === "backing-off" ? begin(status, status.history, context) : status;
    case "ended":
      if (status.phase !== "stopping") return status;
      return status.next === "starting"
        ? begin(status, emptyHistory, context)
        : move(status, { phase: "stopped" });
    default:
      return unreachable(event);
  }
}

/** What two commands mean together when the first was not served yet. */
export function mergeCommand(
  waiting: SupervisionCommand | undefined,
  command: SupervisionCommand,
): SupervisionCommand {
  if (waiting === undefined || command === "stop" || command === "restart") return command;
  if (waiting === "stop") return command === "start" ? "restart" : "stop";
  if (waiting === "restart") return "restart";
  // Start and retry now together: start a stopped child, and skip a wait.
  return waiting === command ? command : "start-now";
}

function stepCommand<Info>(
  status: SupervisionStatus<Info>,
  command: SupervisionCommand,
  context: StepContext,
): SupervisionStatus<Info> {
  switch (status.phase) {
    case "stopped":
      return command === "stop" || command === "retry-now"
        ? status
        : begin(status, emptyHistory, context);
    case "starting":
    case "ready":
      if (command === "stop") return move(status, { phase: "stopping", next: "stopped" });
      return command === "restart" ? move(status, { phase: "stopping", next: "starting" }) : status;
    case "backing-off":
      if (command === "stop") return move(status, { phase: "stopped" }); // SV9
      if (command === "start") return status;
      return begin(status, command === "restart" ? emptyHistory : status.history, context); // SV8
    case "given-up":
    case "failed":
      return command === "stop"
        ? move(status, { phase: "stopped" })
        : begin(status, emptyHistory, context); // SV8
    case "stopping": {
      const next = command === "stop" ? "stopped" : "starting";
      return status.next === next || command === "retry-now"
        ? status
        : move(status, { phase: "stopping", next });
    }
    default:
      return unreachable(status);
  }
}

function stepDown<Info>(
  status: SupervisionStatus<Info> & { readonly phase: "starting" | "ready" },
  exit: ChildExit,
  context: StepContext,
): SupervisionStatus<Info> {
  const readyMs = status.phase === "ready" ? context.now - status.sinceMs : 0;
  const { generation } = status;
  const { decision, history } = decideRestart(
    status.history,
    { exit, readyMs },
    context.now,
    context.limits,
  );
  const record: ExitRecord = { at: context.epochNow, generation, exit, readyMs };
  const exits = [...status.exits, record].slice(-context.limits.exitsKeptMax);
  return move({ ...status, history, exits }, phaseAfter<Info>(decision, context));
}

function phaseAfter<Info>(
  decision: RestartDecision,
  context: StepContext,
): SupervisionPhase<Info> {
  switch (decision.kind) {
    case "stop":
      return { phase: "stopped" };
    case "give-up":
      return { phase: "given-up", reason: decision.reason };
    case "fail":
      return { phase: "failed", reason: decision.reason };
    case "restart": {
      const { delayMs: delayMsFull, reason } = decision;
      const jitter = 1 - context.limits.jitterMax * context.chance;
      const delayMs = Math.round(delayMsFull * jitter);
      const untilMs = (context.now + delayMs) as MonotonicMs;
      return { phase: "backing-off", delayMs, untilMs, reason };
    }
    default:
      return unreachable(decision);
  }
}

function begin<Info>(
  status: SupervisionStatus<Info>,
  history: RestartHistory,
  context: StepContext,
): SupervisionStatus<Info> {
  const next = { ...status, history, generation: status.generation + 1 };
  return move(next, { phase: "starting", sinceMs: context.now });
}

function move<Info>(
  status: SupervisionStatus<Info>,
  phase: SupervisionPhase<Info>,
): SupervisionStatus<Info> {
  const { name, revision, generation, history, exits } = status;
  return { ...phase, name, revision: revision + 1, generation, history, exits }; // SV10
}
