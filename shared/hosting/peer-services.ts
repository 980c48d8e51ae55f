/**
 * The persona services of a peer: who is taken, who is up, and what is told of all of them.
 *
 * Owns the composition of admission, registry and what is told. Does not own the rooms (peer.ts)
 * nor the ledger.
 */

import type { PickQuestion, Places } from "../ledger/places.ts";
import type { StorageError } from "../ports/room-log.ts";
import { troubleOf } from "../supervision/supervision-state.ts";
import type { EngineService } from "./engine-service.ts";
import type { DeviceOffer } from "./peer-steps.ts";
import {
  type Admission,
  admitPersonas,
  hasRoomForOthers,
  type MemoryBudget,
  serviceKey,
} from "./services/admit-personas.ts";
import {
  createServiceRegistry,
  type ServiceRegistry,
  type ServiceRegistryDeps,
  type ServiceRoom,
} from "./services/service-registry.ts";
import type { BootReport, ServiceFailure, ServiceStatus } from "./services/service-status.ts";
import { bootReportOf, createServiceTeller, statusOf } from "./services/tell-services.ts";

/** The personas of this device's rooms, and how each is served here. */
export interface PeerServices {
  /** Every persona of every room that was looked at, hosted here or not. */
  status(): readonly ServiceStatus[];
  /** How far the boot is, or how it went. */
  boot(): BootReport;
  /** Starts a service that waits or was given up; false when there is nothing to start. */
  retryNow(roomId: string, persona: string): boolean;
  /** Calls back after any status changed. */
  subscribe(onChange: () => void): Disposable;
}

export interface HostedServices extends PeerServices {
  readonly registry: ServiceRegistry;
  /** Whether a persona of a room fits into the memory. */
  admits(roomId: string): (persona: string) => boolean;
  /** The offer of a device in a room, with what admission says of it. */
  admitting(roomId: string, offer: DeviceOffer): DeviceOffer;
  /** `places` without the inputs that wait for their services. */
  holding(places: Places): Places;
  /** The store failed, or (undefined) works again. */
  onStore(error: StorageError | undefined): void;
}

export interface HostedServicesDeps extends Omit<ServiceRegistryDeps, "onChange" | "ledger"> {
  /** Asked when the first service looks. */
  readonly ledger: () => ServiceRegistryDeps["ledger"];
  readonly engine: EngineService;
  /** Rooms whose state is up to date. */
  readonly rooms: () => readonly ServiceRoom[];
  readonly offer: (roomId: string) => DeviceOffer | undefined;
  /** Absent for no known limit. */
  readonly memoryBytesMax?: () => number | undefined;
  /** Of all parts of the peer. */
  readonly publish: () => void;
  readonly subscribe: (onChange: () => void) => Disposable;
}

export function createHostedServices(deps: HostedServicesDeps): HostedServices {
  const { engine } = deps;
  const registry = createServiceRegistry({
    ...deps,
    onChange: deps.publish,
    ledger: {
      reconcile: (...args) => deps.ledger().reconcile(...args),
      interrupt: (...args) => deps.ledger().interrupt(...args),
    },
  });
  const tell = createServiceTeller();

  const offerIn = (roomId: string): DeviceOffer | undefined => {
    const offer = deps.offer(roomId);
    return offer && judged(roomId, offer);
  };
  const judged = (roomId: string, offer: DeviceOffer): DeviceOffer => ({
    ...offer,
    isStuck: engineFailure(engine) !== undefined,
    hasFailed: (persona) => registry.failureOf(roomId, persona) !== undefined,
  });
  const admission = (): Admission =>
    admitPersonas(
      deps.rooms().map(({ roomId, feed }) => ({
        roomId,
        state: feed.state(),
        offer: offerIn(roomId),
      })),
      memoryOf(engine, deps.memoryBytesMax?.()),
    );
  const admits: HostedServices["admits"] = (roomId) => {
    // Without a budget everybody fits.
    if (deps.memoryBytesMax?.() === undefined) return () => true;
    const decided = admission();
    return (persona) => decided.get(serviceKey(roomId, persona))?.[0]?.kind !== "memory-budget";
  };
  const status = (): readonly ServiceStatus[] => {
    const engineFacts = { isReady: engine.ready() !== undefined, failure: engineFailure(engine) };
    return [...admission()].map(([key, skips]) => {
      const at = key.indexOf("/");
      const [roomId, persona] = [key.slice(0, at), key.slice(at + 1)];
      const told = statusOf(registry.get(roomId, persona), skips, engineFacts);
      return tell(roomId, persona, told);
    });
  };

  return {
    registry,
    status,
    boot: () => bootReportOf(status()),
    retryNow: registry.retryNow,
    subscribe: deps.subscribe,
    admits,
    admitting(roomId, offer) {
      const given = judged(roomId, offer);
      const room = deps.rooms().find((one) => one.roomId === roomId);
      if (room === undefined || deps.memoryBytesMax?.() === undefined) return given;
      const facts = { roomId, state: room.feed.state(), offer };
      const hostsForOthers = offer.hostsForOthers && hasRoomForOthers(facts, admission());
      return { ...given, hostsForOthers, admits: admits(roomId) };
    },
    holding: (places) => ({
      choose: (question) => places.choose(heldBack(question, registry)),
      take: places.take,
    }),
    onStore(error) {
      // What was given up because of it works again without a person.
      if (error === undefined) registry.retryFailed(["session", "runtime", "post"]);
    },
  };
}

function heldBack({ heads, later, running }: PickQuestion, registry: ServiceRegistry) {
  const held = heads.filter(registry.holds);
  const why = { kind: "service-not-ready" } as const;
  return {
    heads: heads.filter((input) => !held.includes(input)),
    later: [...later, ...held.map((input) => ({ input, why }))],
    running,
  };
}

function memoryOf(engine: EngineService, bytesMax: number | undefined): MemoryBudget {
  const { profile } = engine.status();
  const { memoryBytes: modelBytes = 0, contextBytes = 0 } = profile ?? {};
  return { bytesMax, modelBytes, contextBytes };
}

/** Why the engine cannot work for longer than restarts take; undefined while it works or will. */
export function engineFailure(engine: Pick<EngineService, "status">): ServiceFailure | undefined {
  const { supervision, lastError, failedAt } = engine.status();
  const trouble = troubleOf(supervision);
  if (trouble === undefined) return undefined;
  return {
    kind: failedAt === "first-token" ? "warm-up" : "adapter",
    detail: lastError?.kind ?? trouble.kind,
  };
}
