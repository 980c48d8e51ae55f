/**
 * Supervise: keeps one child alive, in one loop.
 *
 * Owns the child, its phase's tasks and the mailbox. Does not own any decision: news and commands
 * go through the mailbox to `stepSupervision`, one at a time, and the loop makes the new phase
 * true.
 *
 * Rules (shared/SPEC.md, section SV):
 *   SV11  Readiness is raced against the child's exit, a stall deadline and a stop.
 *   SV12  A stop asks first, kills after `stopGraceMs`, and reports stopped only when the child is
 *         gone.
 *   SV13  Only `stop` and the abort of `run` end a child on purpose; nothing else counts as a stop.
 *   SV14  A child that arrives after its start was given up is killed, never used.
 *   SV15  Observers get every revision once, in order.
 */

import { assert } from "../base/assert.ts";
import { createBoundedQueue } from "../base/bounded-queue.ts";
import { raceFirst, raceSignal } from "../base/race.ts";
import { createScope, type Scope } from "../base/scope.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";
import type { ChildExit, ChildSpec, RunningChild } from "./child.ts";
import { endChild, exitFromError, stallOf, startChild } from "./child-life.ts";
import { type SupervisionLimits, supervisionLimits } from "./limits.ts";
import {
  initialStatus,
  mergeCommand,
  stepSupervision,
  type SupervisionCommand,
  type SupervisionEvent,
  type SupervisionStatus,
} from "./supervision-state.ts";

export interface SupervisorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits?: SupervisionLimits;
}

export interface Supervisor<Info> {
  /** Runs until `signal` aborts, ends the child as SV12 says, then rejects with `signal.reason`. */
  run(signal: AbortSignal): Promise<never>;
  start(): void;
  stop(): void;
  /** Starts now what waits, gave up or failed; a no-op in other phases. */
  retryNow(): void;
  status(): SupervisionStatus<Info>;
  /** The present child, for whoever does its work; undefined unless ready. */
  child(): RunningChild<Info> | undefined;
  /** Calls back with each new status, in order, after it took effect. */
  subscribe(observer: (status: SupervisionStatus<Info>) => void): Disposable;
}

/** Makes a supervisor in phase `stopped`; nothing happens before `run` and `start`. */
export function createSupervisor<Info>(
  spec: ChildSpec<Info>,
  deps: SupervisorDeps,
): Supervisor<Info> {
  const { clock, random } = deps;
  const limits = deps.limits ?? supervisionLimits;
  const log = deps.log.with({ child: spec.name });
  const mailbox = createBoundedQueue<SupervisionEvent<Info> | "command">({
    itemsMax: limits.eventsMax,
    whenFull: "refuse",
  });
  const observers = new Set<(status: SupervisionStatus<Info>) => void>();
  let status = initialStatus<Info>(spec.name);
  let command: SupervisionCommand | undefined;
  let child: RunningChild<Info> | undefined;
  let tasks: Scope | undefined;

  const post = (event: SupervisionEvent<Info> | "command"): void => {
    const pushed = mailbox.push(event);
    assert(pushed.kind === "added", `Cannot post to ${spec.name}: its mailbox is ${pushed.kind}`);
  };

  const send = (next: SupervisionCommand): void => {
    if (command === undefined) post("command");
    command = mergeCommand(command, next);
  };

  const publish = (next: SupervisionStatus<Info>): void => {
    status = next;
    const { phase, revision, generation } = status;
    log.write("info", "supervision", { phase, revision, generation });
    for (const observer of [...observers]) observer(next); // SV15
  };

  const nextEvent = async (signal: AbortSignal): Promise<SupervisionEvent<Info>> => {
    const mail = await mailbox.take(signal);
    if (mail !== "command") return mail;
    const served = command;
    command = undefined;
    assert(served !== undefined, `Cannot serve a command of ${spec.name}: there is none`);
    return { kind: "command", command: served };
  };

  /** Starts the child and waits until it is ready; whatever else happens is an exit. */
  const bringUp = async (signal: AbortSignal): Promise<SupervisionEvent<Info>> => {
    const { generation } = status;
    const down = (exit: ChildExit): SupervisionEvent<Info> => ({ kind: "down", generation, exit });
    const started = await startChild(spec, limits, clock, signal);
    if (!started.ok) return down(started.error);
    const running = started.value;
    child = running;
    const isReady = async (inner: AbortSignal): Promise<SupervisionEvent<Info>> => {
      const ready = await running.ready(inner);
      if (ready.ok) return { kind: "ready", generation, info: ready.value };
      const { reason, isFatal } = ready.error;
      return down({ kind: isFatal ? "fatal" : "failed", reason });
    };
    try {
      return await raceFirst<SupervisionEvent<Info>>([ // SV11
        isReady,
        async () => down(await running.exited),
        async (inner) => down(await stallOf(running, limits, clock, inner)),
      ], signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return down(exitFromError("ready-threw", error));
    }
  };

  /** The waiting that belongs to the present phase; its end is posted unless the phase is over. */
  const workOfPhase = ():
    | ((signal: AbortSignal) => Promise<SupervisionEvent<Info>>)
    | undefined => {
    const { generation } = status;
    const running = child;
    switch (status.phase) {
      case "starting":
        return bringUp;
      case "ready":
        assert(running !== undefined, `Cannot watch ${spec.name}: it is ready but not there`);
        return async (signal) => {
          const exit = await raceSignal(running.exited, signal);
          return { kind: "down", generation, exit };
        };
      case "backing-off": {
        const { delayMs } = status;
        return async (signal) => {
          await clock.sleep(delayMs, signal);
          return { kind: "backoff-over", generation };
        };
      }
      case "stopping":
        return async (signal) => {
          if (running !== undefined) await endChild(running, limits, clock, log, signal);
          return { kind: "ended", generation };
        };
      case "stopped":
      case "given-up":
      case "failed":
        return undefined;
    }
  };

  const enterPhase = async (
    before: SupervisionStatus<Info>,
    signal: AbortSignal,
    onFailure: (error: unknown) => void,
  ): Promise<void> => {
    // A changed destination of a stop does not interrupt the stopping.
    if (before.phase === "stopping" && status.phase === "stopping") return;
    await tasks?.close("phase over");
    tasks = undefined;
    const isAlive = ["starting", "ready", "stopping"].includes(status.phase);
    if (!isAlive || status.generation !== before.generation) {
      child?.kill(); // Reaps what ended; a child that is gone does nothing.
      child = undefined;
    }
    const work = workOfPhase();
    if (work === undefined) return;
    tasks = createScope(signal, onFailure);
    tasks.start(async (inner) => {
      const event = await work(inner);
      if (!inner.aborted) post(event);
    });
  };

  const shutDown = async (): Promise<void> => {
    await tasks?.close("supervisor ends");
    tasks = undefined;
    const never = new AbortController().signal;
    // A stop that was under way has asked already.
    const graceMs = status.phase === "stopping" ? 0 : limits.stopGraceMs;
    if (child !== undefined) {
      await endChild(child, { ...limits, stopGraceMs: graceMs }, clock, log, never);
    }
    child = undefined;
    if (status.phase === "stopped") return;
    const { name, revision, generation, history, exits } = status;
    publish({ phase: "stopped", name, revision: revision + 1, generation, history, exits });
  };

  return {
    async run(signal) {
      const failure = new AbortController();
      const either = AbortSignal.any([signal, failure.signal]);
      try {
        for (;;) {
          const event = await nextEvent(either);
          const before = status;
          const context = {
            now: clock.now(),
            epochNow: clock.epochNow(),
            chance: random.next(),
            limits,
          };
          const next = stepSupervision(status, event, context);
          if (next === before) continue;
          status = next;
          await enterPhase(before, either, (error) => failure.abort(error));
          publish(next);
        }
      } finally {
        await shutDown();
      }
    },
    start: () => send("start"),
    stop: () => send("stop"),
    retryNow: () => send("retry-now"),
    status: () => status,
    child: () => status.phase === "ready" ? child : undefined,
    subscribe(observer) {
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
  };
}
