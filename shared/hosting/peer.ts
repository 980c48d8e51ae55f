/**
 * Peer: everything this device does for its rooms, composed. One per origin, in the leader tab or
 * the headless host (D29).
 *
 * Owns the composition and the life of its loops: engine, ledger and its places, persona services,
 * and the rooms. Does not own the insides of a room (peer-room.ts), the rooms' feeds
 * (room-feeds.ts) nor any decision. This is the only place that calls `session.run` (D35).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO15  Aborting a peer ends every loop and the engine, and leaves all unfinished work in the
 *         store.
 *   HO16  When the engine cannot work without a person's help, or its endpoint stays away (HO162),
 *         what waits for it settles as failed.
 */

import type { Result } from "../base/result.ts";
import type { Scope } from "../base/scope.ts";
import { createLedger } from "../ledger/ledger.ts";
import type { PerformOutcome } from "../ledger/outcome.ts";
import type { Place } from "../ledger/places.ts";
import type { Clock } from "../ports/clock.ts";
import type { IdSource } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { AppendError, RoomLog, StorageError } from "../ports/room-log.ts";
import type { RoomEvent } from "../protocol/events.ts";
import type { RoomState } from "../room/room-state.ts";
import type { RoomLink } from "../sync/room-link-types.ts";
import { planOf } from "../turns/project-plan.ts";
import { attemptsOf, type PeerAttempt } from "./attempts.ts";
import type { EngineService } from "./engine-service.ts";
import type { DeviceOffer } from "./peer-steps.ts";
import type { EndedPart } from "./end-parts.ts";
import { createPeerLife, type PeerLife } from "./peer-life.ts";
import { type PeerRoom, startPeerRoom } from "./peer-room.ts";
import {
  createHostedServices,
  engineFailure,
  type HostedServices,
  type PeerServices,
} from "./peer-services.ts";
import { createPeerSessions } from "./peer-sessions.ts";
import type { RoomFeeds } from "./room-feeds.ts";
import { createRingingStore } from "./ringing-store.ts";
import { createRoomRecall, type LoadTurnRecall } from "./room-recall.ts";
import type { HostSessions } from "./sessions/session-host.ts";
import type { StreamFrame } from "./sessions/stream-frame.ts";
import type { BackgroundJob, DeviceLoad, EngineWork, WaitReason } from "./work/work-facts.ts";
import { createWorkPlaces } from "./work/work-places.ts";

/** What a peer uses of a shared room's link. */
export type PeerLink = Pick<RoomLink, "run" | "wake" | "sendEphemeral" | "status" | "mark">;

export interface PeerDeps {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly random: Random;
  readonly trace: Log;
  /** This device's id in a room: another one in every shared room. */
  readonly deviceOf: (roomId: string) => string;
  readonly store: PeerStore;
  readonly feeds: RoomFeeds;
  readonly engine: EngineService;
  readonly logOf: (roomId: string) => RoomLog;
  /** The link of a shared room; undefined for a local one. Asked once, when the room is started. */
  readonly linkOf: (roomId: string) => PeerLink | undefined;
  /**
   * What this device offers a room now, under its id there; undefined where it may only read. Call
   * `wake` after it changed.
   */
  readonly offer: (roomId: string) => DeviceOffer | undefined;
  /** What speaks against background work on this device now. Call `wake` after it changed. */
  readonly deviceLoad: () => DeviceLoad;
  /** Memory that models may take here, in bytes; undefined, or absent, for no known limit. */
  readonly memoryBytesMax?: () => number | undefined;
  /** Loads the search over older lines; left out, the product's own as a chunk of its own. */
  readonly loadTurnRecall?: LoadTurnRecall;
  /** Text of a running attempt: of this peer, or from another peer of a shared room. */
  readonly onFrame: (frame: StreamFrame) => void;
  /** Something failed that people should know of; undefined when storage works again. */
  readonly onProblem: (error: AppendError | undefined) => void;
  /** A loop broke an invariant: the peer has ended and must be started anew. */
  readonly onDefect: (error: unknown) => void;
}

export interface Peer {
  /** Runs until `signal` aborts, then rejects with its reason, all loops ended. */
  run(signal: AbortSignal): Promise<never>;
  /** Looks after a room from now on; a room it looks after already changes nothing. */
  addRoom(roomId: string): void;
  /** Stops looking after a deleted room. */
  dropRoom(roomId: string): void;
  /** What this device offers, or the phase of a link, changed. */
  wake(): void;
  /** Takes what another device of a shared room said in passing; drops what is not in order. */
  receiveEphemeral(roomId: string, device: string, body: unknown): void;
  /** The sessions of this device, for whoever looks into one. */
  readonly sessions: HostSessions;
  readonly services: PeerServices;
  /**
   * Ends all in the reverse order of its start, each part in its time (HO135), so that runs go back
   * to the store whole; `run` then rejects with `reason`. Resolves to how it went.
   */
  shutDown(reason: string): Promise<readonly EndedPart[]>;
  /** Every attempt this device owes, with its phase now. */
  attempts(): readonly PeerAttempt[];
  /**
   * A place of the engine for work that nobody sees, or why there is none now (D12). Its signal
   * aborts when the place is needed. Ask again after `subscribe` calls back.
   */
  takeBackground(job: BackgroundJob): Result<Place, WaitReason>;
  /** Calls back after any attempt changed its phase, or a place became free. */
  subscribe(onChange: () => void): Disposable;
}

export function createPeer(deps: PeerDeps): Peer {
  const { clock, store, engine, trace } = deps;
  const rooms = new Map<string, PeerRoom>();
  const wanted = new Set<string>();
  const { publish, subscribe } = createNews();
  let life: PeerLife | undefined;
  let endReport: readonly EndedPart[] = [];

  const stateOf = (roomId: string): RoomState | undefined => deps.feeds.get(roomId)?.state();

  const places = createWorkPlaces({
    clock,
    engine: () => engineWork(engine),
    device: deps.deviceLoad,
    onFree() {
      ledger.wake();
      publish();
    },
    onWaits: publish,
  });

  const recall = createRoomRecall(trace, deps.loadTurnRecall);
  const sessions = createPeerSessions({
    ...deps,
    ledger: () => ledger, // Both use each other; neither before the other is made.
    recall,
    stateOf,
    stopTurn: (input, signal) => stopTurn(deps, input, signal),
    onRetrieval: (input, durationMs) => services.registry.onRetrieval(input, durationMs),
    onPhase: publish,
    onFrame(frame) {
      deps.onFrame(frame);
      rooms.get(frame.roomId)?.ephemerals?.take(frame);
    },
  });

  const performNow = async (input: InputRecord, signal: AbortSignal): Promise<PerformOutcome> => {
    // What is said may be about any line of the room, and sessions read them all (SY139).
    await deps.feeds.get(input.roomId)?.whole(signal);
    const trouble = engineTrouble(engine);
    if (trouble !== undefined) { // HO16
      if (input.work !== undefined) {
        return { kind: "ended", outcome: `failed:${trouble.reason}`, segments: [] };
      }
      const seenSeq = stateOf(input.roomId)?.head ?? 0;
      return { kind: "done", settled: { seenSeq, outcome: trouble } };
    }
    return await sessions.run(input, signal);
  };

  const services: HostedServices = createHostedServices({
    ...{ ...deps, engine, publish, subscribe },
    ledger: () => ledger,
    session: { open: sessions.open, run: performNow },
    rooms: () => [...rooms.values()].filter(({ feed }) => feed.isCaughtUp()),
    onUp() {
      ledger.wake();
      // Who is given up is released, and what she took is free for others.
      for (const room of rooms.values()) room.worker.wake();
    },
  });

  const ledger = createLedger({
    clock,
    log: trace,
    store: createRingingStore(store, (roomId) => rooms.get(roomId)?.wakeSender()),
    ids: deps.ids,
    deviceOf: deps.deviceOf,
    perform: services.registry.perform,
    places: services.holding(places),
    newestHumanTurn: (roomId) =>
      stateOf(roomId)?.messages.findLast((one) => one.kind === "person")?.turn ?? 0,
    settleFacts(input) {
      const state = stateOf(input.roomId);
      const plan = state && planOf(state, input.turn);
      return { fingerprint: plan?.fingerprint ?? "", head: state?.head ?? 0 };
    },
    onTrouble(error: StorageError | undefined) {
      deps.onProblem(error);
      services.onStore(error);
    },
  });

  const startRoom = (roomId: string, parent: Scope): void => {
    const room = startPeerRoom(deps, { ledger, services, publish }, roomId, parent);
    rooms.set(roomId, room);
    parent.start(async (signal) => {
      // The room's loops end with the peer; closing awaits them.
      await untilAborted(signal);
      await room.scope.close(signal.reason);
    });
  };

  return {
    async run(signal) {
      const roomIds = (): readonly string[] => [...rooms.keys()];
      const parts = { clock, trace, sessions, ledger, registry: services.registry, roomIds };
      const running = createPeerLife(parts, deps.onDefect, signal);
      life = running;
      using _inputs = ledger.subscribe((input) => {
        sessions.onInput(input);
        services.registry.onInput(input);
      });
      using _engine = engine.subscribe(() => {
        ledger.wake();
        sessions.onEngine();
        for (const room of rooms.values()) room.worker.wake();
        publish();
      });
      running.engineScope.start((inner) => engine.run(inner));
      running.ledgerScope.start((inner) => ledger.run(inner));
      for (const roomId of wanted) startRoom(roomId, running.roomScope);
      try {
        await untilAborted(running.signal);
      } finally {
        endReport = await running.end(); // HO15
        life = undefined;
        rooms.clear();
      }
      throw running.signal.reason;
    },
    async shutDown(reason) {
      const running = life;
      if (running === undefined) return endReport;
      const report = await running.end();
      running.abort(reason);
      return report;
    },
    addRoom(roomId) {
      if (wanted.has(roomId)) return;
      wanted.add(roomId);
      if (life === undefined || life.isEnding || life.signal.aborted) return;
      startRoom(roomId, life.roomScope);
    },
    dropRoom(roomId) {
      wanted.delete(roomId);
      const room = rooms.get(roomId);
      rooms.delete(roomId);
      recall.forget(roomId);
      sessions.forgetRoom(roomId);
      services.registry.dropRoom(roomId);
      // Owned by the parent scope, which awaits the same closing when the peer ends.
      void room?.scope.close("room dropped");
      publish();
    },
    wake() {
      ledger.wake();
      for (const { roomId, worker, duty } of rooms.values()) {
        worker.wake();
        duty?.wake();
        services.registry.wakeRoom(roomId);
      }
    },
    receiveEphemeral: (roomId, device, body) =>
      rooms.get(roomId)?.ephemerals?.receive(device, body),
    attempts: () =>
      [...rooms.values()].flatMap(({ feed }) =>
        attemptsOf(feed.state(), feed.device, clock, engine, sessions, places, ledger)
      ),
    sessions: faceOf(sessions),
    services,
    takeBackground: places.takeBackground,
    subscribe,
  };
}

function createNews() {
  const observers = new Set<() => void>();
  return {
    publish(): void {
      for (const observer of [...observers]) observer();
    },
    subscribe(onChange: () => void): Disposable {
      const observer = (): void => onChange();
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
  };
}

/** Only the drain may run a session. */
function faceOf({ handle, handleExternal, attach, asks, subscribe }: HostSessions): HostSessions {
  return { handle, handleExternal, attach, asks, subscribe };
}

/** A turn's attempt is stopped in the room, by an entry that the outbox sends (D22). */
async function stopTurn(
  { store, deviceOf }: PeerDeps,
  { id, roomId, turn, persona }: InputRecord,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  const body: RoomEvent = { kind: "stop", scope: { kind: "persona", turn, persona } };
  const entry = { id: `stop-${id}`, device: deviceOf(roomId), body };
  return await store.addOutbox({ roomId, entry }, signal);
}

/** One that is stuck takes inputs, one by one, and has them fail with its reason (HO16). */
function engineWork(engine: EngineService): EngineWork | undefined {
  const ready = engine.ready();
  if (ready !== undefined) {
    const { lane, slots } = ready.model;
    return { engine: ready.profile.engine, lane, slots };
  }
  const isStuck = engineTrouble(engine) !== undefined;
  return isStuck ? { engine: "stuck", lane: "cpu", slots: 1 } : undefined;
}

/** Why the engine cannot work, or not for long; undefined while it can or soon will. */
function engineTrouble(engine: EngineService): {
  readonly kind: "failed";
  readonly reason: "engine";
  readonly detail: string;
} | undefined {
  const failure = engineFailure(engine);
  return failure && { kind: "failed", reason: "engine", detail: failure.detail };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
