/**
 * Engine service: the one engine of this peer, kept alive with the chosen model in it.
 *
 * Owns which model is chosen and what "ready" means: loaded, and one real token generated. Does not
 * own restarts (supervision) or what runs on the engine (the ledger's drain loop).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO9   The engine is offered for work only after it has generated a real token.
 *   HO10  Choosing another model ends the old engine before the new one starts: never two in
 *         memory.
 *   HO11  What stopped an engine from getting ready is kept as the typed error it was.
 *   HO153 An engine that a person stopped offers no model until one is chosen or tried again.
 */

import type { EpochMs } from "../base/brands.ts";
import { err, ok } from "../base/result.ts";
import type { Engine, EngineError, LoadedModel, LoadProgress } from "../inference/engine.ts";
import type { ModelProfile } from "../inference/model-profile.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";
import type { RunningChild } from "../supervision/child.ts";
import type { EngineChild } from "../supervision/engine-child.ts";
import { notReadyFromEngine } from "../supervision/engine-readiness.ts";
import type { SupervisionLimits } from "../supervision/limits.ts";
import { createSupervisor } from "../supervision/supervise.ts";
import type { SupervisionStatus } from "../supervision/supervision-state.ts";

export interface EngineInfo {
  readonly engine: Engine;
  readonly profile: ModelProfile;
  readonly model: LoadedModel;
  readonly firstTokenMs: number;
}

export interface EngineServiceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Starts a back end. Aborting cancels the work. `generation` counts from 1. */
  readonly startEngine: (generation: number, signal: AbortSignal) => Promise<EngineChild>;
  readonly limits?: SupervisionLimits;
}

export interface EngineStatus {
  readonly profile: ModelProfile | undefined;
  readonly supervision: SupervisionStatus<EngineInfo>;
  /** While it loads. */
  readonly progress: LoadProgress | undefined;
  /** Why it last failed to get ready; undefined once it is ready or another model is chosen. */
  readonly lastError: EngineError | undefined;
  /** When it first ended or failed since it was last ready; undefined while nothing did. */
  readonly downSince: EpochMs | undefined;
  /** Where on its way to being ready it last failed; undefined as `lastError`. */
  readonly failedAt: "load" | "first-token" | undefined;
}

export interface EngineService {
  /** Keeps the engine alive until `signal` aborts, ends it, then rejects with `signal.reason`. */
  run(signal: AbortSignal): Promise<never>;
  /** Makes `profile` the model of this peer; the same one again changes nothing. */
  choose(profile: ModelProfile): void;
  /** Ends the engine; nothing runs until a model is chosen or retried. */
  stop(): void;
  retryNow(): void;
  status(): EngineStatus;
  /** It was ended by {@link stop}, and nothing was chosen or retried since. */
  isStopped(): boolean;
  /** The engine, only while it is ready. */
  ready(): EngineInfo | undefined;
  /** Calls back after each change of status. */
  subscribe(onChange: () => void): Disposable;
}

export function createEngineService(deps: EngineServiceDeps): EngineService {
  const observers = new Set<() => void>();
  let profile: ModelProfile | undefined;
  let progress: LoadProgress | undefined;
  let lastError: EngineError | undefined;
  let downSince: EpochMs | undefined;
  let failedAt: EngineStatus["failedAt"];
  let generation = 0;
  let isStopped = false;
  const publish = (): void => {
    for (const observer of [...observers]) observer();
  };

  const getReady = async (child: EngineChild, signal: AbortSignal) => {
    const chosen = profile;
    const notReady = (error: EngineError, at: EngineStatus["failedAt"]) => {
      lastError = error; // HO11
      failedAt = at;
      return err(notReadyFromEngine(error));
    };
    if (chosen === undefined) return notReady({ kind: "not-loaded" }, "load");
    const loaded = await child.engine.load(chosen, (next) => {
      progress = next;
      publish();
    }, signal);
    if (!loaded.ok) return notReady(loaded.error, "load");
    const probed = await child.engine.probe(signal); // HO9
    if (!probed.ok) return notReady(probed.error, "first-token");
    lastError = undefined;
    failedAt = undefined;
    const { firstTokenMs } = probed.value;
    return ok({ engine: child.engine, profile: chosen, model: loaded.value, firstTokenMs });
  };

  const supervisor = createSupervisor<EngineInfo>({
    name: "engine",
    async start(signal): Promise<RunningChild<EngineInfo>> {
      generation += 1;
      progress = undefined;
      const child = await deps.startEngine(generation, signal);
      let steps = 0;
      return {
        ready: (readySignal) => getReady(child, readySignal),
        progress: () => {
          steps = Math.max(steps, progress?.bytesDone ?? 0);
          return steps;
        },
        exited: child.exited,
        stop: (graceMs, stopSignal) => child.stop(graceMs, stopSignal),
        kill: () => child.kill(),
      };
    },
  }, deps);
  supervisor.subscribe((status) => {
    if (status.phase !== "starting") progress = undefined;
    if (status.phase === "ready" || status.phase === "stopped") downSince = undefined;
    else if (status.phase !== "starting") downSince ??= deps.clock.epochNow();
    publish();
  });

  return {
    run: (signal) => supervisor.run(signal),
    choose(next) {
      if (profile?.id === next.id) return;
      profile = next;
      isStopped = false;
      lastError = undefined;
      downSince = undefined;
      failedAt = undefined;
      supervisor.stop(); // HO10
      supervisor.start();
      publish();
    },
    stop() {
      isStopped = true; // HO153
      supervisor.stop();
      publish();
    },
    retryNow() {
      isStopped = false;
      supervisor.start();
      supervisor.retryNow();
    },
    status: () => ({
      ...{ profile, supervision: supervisor.status(), progress, lastError, failedAt, downSince },
    }),
    isStopped: () => isStopped,
    ready() {
      const status = supervisor.status();
      return status.phase === "ready" && status.info.profile.id === profile?.id
        ? status.info
        : undefined;
    },
    subscribe(onChange) {
      observers.add(onChange);
      return { [Symbol.dispose]: () => void observers.delete(onChange) };
    },
  };
}
