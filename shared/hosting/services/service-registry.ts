/**
 * Service registry: the persona services of this device, each kept alive by the one supervise loop.
 *
 * Owns which services there are, their restarts and their sums over them. Does not own what a
 * service does (persona-service.ts), nor who is hosted (room-worker.ts).
 *
 * Rules (shared/SPEC.md):
 *   HO129 Registering over a live service is refused; one that ended makes room, and its sums stay.
 *   HO130 A service that fails is restarted within the budget of supervision and never touches
 *         another; given up it is shown as failed until a person starts it again.
 *   HO131 A turn's input starts only while its persona's service is up; until then it waits, and
 *         spends no attempt. Private work waits for a service that is coming up.
 *   HO138 Services are found by room and persona, and her card and requirement are read from the
 *         room each time: nothing is paired by its place in a list, whatever restarts.
 *   SV25  A persona service is supervised as an engine is: the same budget, delays and retry now.
 */

import type { EpochMs } from "../../base/brands.ts";
import { raceSignal } from "../../base/race.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Scope } from "../../base/scope.ts";
import type { PerformOutcome } from "../../ledger/outcome.ts";
import type { SessionRef } from "../../ledger/private-work.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { Random } from "../../ports/random.ts";
import { personaOf } from "../../session/children/child-registry.ts";
import type { ChildExit, RunningChild } from "../../supervision/child.ts";
import type { SupervisionLimits } from "../../supervision/limits.ts";
import { createSupervisor, type Supervisor } from "../../supervision/supervise.ts";
import type { ExitRecord, SupervisionStatus } from "../../supervision/supervision-state.ts";
import { isHostedHere } from "../due-work.ts";
import { serviceKey } from "./admit-personas.ts";
import { createIntakeGate } from "./intake-gate.ts";
import {
  type PersonaService,
  type PersonaServiceDeps,
  type ServiceOutcome,
  spawnPersonaService,
} from "./persona-service.ts";
import { type ServiceFailure, serviceFailureKinds, type ServiceRestart } from "./service-status.ts";
import { addTallies, emptyTally, type ServiceTally } from "./service-tally.ts";

export interface ServiceRegistryDeps
  extends Pick<PersonaServiceDeps, "clock" | "trace" | "ledger" | "session"> {
  readonly random: Random;
  readonly limits?: SupervisionLimits;
  /** Any service changed. */
  readonly onChange: () => void;
  /** A service came up or ended: inputs may start that waited for it. */
  readonly onUp: () => void;
}

/** A room as its services need it. */
export interface ServiceRoom extends Pick<PersonaServiceDeps, "isCurrent"> {
  readonly roomId: string;
  readonly feed: PersonaServiceDeps["feed"];
  /** Ends with the room. */
  readonly scope: Scope;
}

export interface ServiceLive {
  readonly kind: "service-live";
  readonly roomId: string;
  readonly persona: string;
}

/** What is known of one service; `undefined` members before its first start. */
export interface ServiceFacts {
  readonly supervision: SupervisionStatus<undefined>;
  readonly isPrimed: boolean;
  readonly tally: ServiceTally;
  readonly end: ServiceOutcome | undefined;
  readonly retryAt: EpochMs | undefined;
}

export interface ServiceRegistry {
  register(room: ServiceRoom, persona: string): Result<void, ServiceLive>;
  /** Registers whoever is hosted here and fits; ends the service of whom fits no more. */
  follow(room: ServiceRoom, admits: (persona: string) => boolean): void;
  get(roomId: string, persona: string): ServiceFacts | undefined;
  /** A service is there that takes her inputs, or will without help. */
  isServed(roomId: string, persona: string): boolean;
  /** Why she was given up; undefined while she was not. */
  failureOf(roomId: string, persona: string): ServiceFailure | undefined;
  /** True while an input must wait for its service (HO131). */
  holds(input: InputRecord): boolean;
  perform(input: InputRecord, signal: AbortSignal): Promise<PerformOutcome>;
  onInput(input: InputRecord): void;
  onRetrieval(input: InputRecord, ms: number): void;
  wakeRoom(roomId: string): void;
  /** False when there is nothing to start. */
  retryNow(roomId: string, persona: string): boolean;
  /** Starts again what was given up for one of these. */
  retryFailed(kinds: readonly ServiceFailure["kind"][]): void;
  dropRoom(roomId: string): void;
  /** Keys of the services that have not ended. */
  names(): readonly string[];
  /** Ends every service in order; resolves to the inputs whose runs ignored it. */
  close(reason: string): Promise<readonly string[]>;
}

interface Slot {
  readonly ref: SessionRef;
  readonly supervisor: Supervisor<undefined>;
  /** Ends the loop of a service that is over. */
  readonly life: AbortController;
  /** Resolves when the loop has ended. */
  gone: Promise<void>;
  service: PersonaService | undefined;
  /** Of services that ended. */
  before: ServiceTally;
  end: ServiceOutcome | undefined;
  retryAt: EpochMs | undefined;
}

/** Makes a registry without services. */
export function createServiceRegistry(deps: ServiceRegistryDeps): ServiceRegistry {
  const slots = new Map<string, Slot>();
  const gate = createIntakeGate();
  const slotOf = (roomId: string, persona: string): Slot | undefined =>
    slots.get(serviceKey(roomId, personaOf(persona)));
  const live = (roomId: string, persona: string): Slot | undefined => {
    const slot = slotOf(roomId, persona);
    return slot?.life.signal.aborted === false ? slot : undefined;
  };

  const makeSlot = (room: ServiceRoom, ref: SessionRef, before: ServiceTally): Slot => {
    const key = serviceKey(ref.roomId, ref.persona);
    const start = async (signal: AbortSignal): Promise<RunningChild<undefined>> => {
      signal.throwIfAborted();
      const service = spawnPersonaService({ ...deps, ...room, gate }, ref);
      slot.service = service;
      slot.end = undefined;
      return childOf(service, (outcome) => {
        slot.before = addTallies(slot.before, outcome.tally);
        slot.service = undefined;
        slot.end = outcome;
        // HO125: who comes back is registered anew.
        if (outcome.kind !== "failed") slot.life.abort(outcome.kind);
      });
    };
    const supervisor = createSupervisor<undefined>({ name: `service ${key}`, start }, {
      ...deps,
      random: deps.random.fork(key),
      log: deps.trace,
    });
    const slot: Slot = {
      ...{ ref, supervisor, before, life: new AbortController(), gone: Promise.resolve() },
      ...{ service: undefined, end: undefined, retryAt: undefined },
    };
    supervisor.subscribe((status) => {
      const waitMs = status.phase === "backing-off" ? status.delayMs : undefined;
      slot.retryAt = waitMs === undefined ? undefined : (deps.clock.epochNow() + waitMs) as EpochMs;
      deps.onUp();
      deps.onChange();
    });
    return slot;
  };

  const register: ServiceRegistry["register"] = (room, persona) => {
    const { roomId } = room;
    if (live(roomId, persona) !== undefined) { // HO129
      return err({ kind: "service-live", roomId, persona });
    }
    const before = slotOf(roomId, persona)?.before ?? emptyTally;
    const slot = makeSlot(room, { roomId, persona }, before);
    slots.set(serviceKey(roomId, persona), slot);
    room.scope.start((inner) => {
      const ended = AbortSignal.any([inner, slot.life.signal]);
      const gone = slot.supervisor.run(ended).catch((error: unknown) => {
        if (!ended.aborted) throw error;
      });
      slot.gone = gone.finally(() => slot.life.abort("ended"));
      return slot.gone;
    });
    slot.supervisor.start(); // SV25
    return ok(undefined);
  };

  return {
    register,
    follow(room, admits) {
      const state = room.feed.state();
      for (const { id } of state.personas.values()) {
        if (!isHostedHere(state, id, room.feed.device)) continue;
        const slot = live(room.roomId, id);
        if (!admits(id)) slot?.service?.abort("memory-budget");
        else if (slot === undefined) register(room, id);
      }
    },
    get(roomId, persona) {
      const slot = slotOf(roomId, persona);
      if (slot === undefined) return undefined;
      const { supervisor, service, before, end, retryAt } = slot;
      const tally = service === undefined ? before : addTallies(before, service.tally);
      const isPrimed = service?.isPrimed === true;
      return { supervision: supervisor.status(), isPrimed, tally, end, retryAt };
    },
    isServed(roomId, persona) {
      const slot = live(roomId, persona);
      return slot !== undefined && givenUp(slot) === undefined;
    },
    failureOf(roomId, persona) {
      const slot = live(roomId, persona);
      return slot && givenUp(slot);
    },
    holds({ roomId, persona, work }) {
      const slot = live(roomId, persona);
      if (slot?.service?.isPrimed === true) return false;
      return work === undefined || slot !== undefined;
    },
    async perform(input, signal) {
      const slot = live(input.roomId, input.persona);
      if (slot?.service?.isPrimed === true) return await slot.service.perform(input, signal);
      const isHeld = input.work === undefined || slot !== undefined;
      return isHeld
        ? { kind: "paused", partialText: undefined }
        : await deps.session.run(input, signal);
    },
    onInput: (input) => slotOf(input.roomId, input.persona)?.service?.onInput(input),
    onRetrieval: (input, ms) =>
      slotOf(input.roomId, input.persona)?.service?.onRetrieval(input.id, ms),
    wakeRoom(roomId) {
      for (const { ref, service } of slots.values()) if (ref.roomId === roomId) service?.wake();
    },
    retryNow(roomId, persona) {
      const slot = live(roomId, persona);
      const { phase } = slot?.supervisor.status() ?? {};
      slot?.supervisor.retryNow();
      return phase === "backing-off" || phase === "given-up" || phase === "failed";
    },
    retryFailed(kinds) {
      for (const slot of slots.values()) {
        const failure = givenUp(slot);
        if (failure !== undefined && kinds.includes(failure.kind)) slot.supervisor.retryNow();
      }
    },
    dropRoom(roomId) {
      for (const [key, { ref }] of [...slots]) if (ref.roomId === roomId) slots.delete(key);
    },
    names: () => [...slots].flatMap(([key, { life }]) => life.signal.aborted ? [] : [key]),
    async close(reason) {
      const all = [...slots.values()];
      for (const { service } of all) service?.abort(reason);
      const outcomes = await Promise.all(
        all.map(async ({ service, end }) => await service?.result ?? end),
      );
      for (const { life } of all) life.abort(reason);
      // One that broke has told the room's scope.
      await Promise.allSettled(all.map(({ gone }) => gone));
      return outcomes.flatMap((outcome) => outcome?.ignored ?? []);
    },
  };
}

function childOf(
  service: PersonaService,
  onEnd: (outcome: ServiceOutcome) => void,
): RunningChild<undefined> {
  return {
    async ready(signal) {
      await service.untilPrimed(signal);
      return ok(undefined);
    },
    exited: service.result.then((outcome) => {
      onEnd(outcome);
      return exitOf(outcome);
    }),
    async stop(_graceMs, signal) {
      service.abort("stopped");
      await raceSignal(service.result, signal);
    },
    kill: () => service.kill(),
  };
}

function exitOf(outcome: ServiceOutcome): ChildExit {
  switch (outcome.kind) {
    case "success":
      return { kind: "finished" };
    case "aborted":
      return { kind: "cancelled" };
    case "failed": {
      const { failure } = outcome;
      const kind = failure.kind === "defect" ? "defect" : "failed";
      return { kind, reason: failure };
    }
  }
}

/** Why supervision gave the service up, or what it ended with at last. */
function givenUp({ supervisor }: Slot): ServiceFailure | undefined {
  const status = supervisor.status();
  const isOver = status.phase === "given-up" || status.phase === "failed";
  return isOver ? failureFrom(status.reason) : undefined;
}

/** Supervision's own reasons, such as a start that stalled, are of the runtime. */
export function failureFrom(reason: {
  readonly kind: string;
  readonly detail: string;
}): ServiceFailure {
  const known = serviceFailureKinds.find((kind) => kind === reason.kind);
  return known === undefined
    ? { kind: "runtime", detail: reason.kind }
    : { kind: known, detail: reason.detail };
}

/** The failures among the ends, oldest first. */
export function restartsOf(exits: readonly ExitRecord[]): readonly ServiceRestart[] {
  return exits.flatMap(({ at, generation, exit }) =>
    exit.kind === "finished" || exit.kind === "cancelled"
      ? []
      : [{ at, generation, failure: failureFrom(exit.reason) }]
  );
}
