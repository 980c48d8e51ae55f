/**
 * Peer: everything this device does for its rooms, composed. One per origin, in the leader tab or
 * the headless host (D29).
 *
 * Owns the composition and the life of its loops: engine, ledger and its places, and per room a
 * worker and what sends its outbox: a link for a shared room, a sender for a local one. Does not
 * own the rooms' feeds (room-feeds.ts) nor any decision. This is the only place that calls
 * `session.run` (D35).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO15  Aborting a peer ends every loop and the engine, and leaves all unfinished work in the
 *         store.
 *   HO16  When the engine cannot work without a person's help, or its endpoint stays away (HO162),
 *         what waits for it settles as failed.
 *   HO23  A shared room's link runs while the peer looks after the room, and is woken after
 *         anything that may have added to the room's outbox, in whichever tab.
 */

import { createLatch, type Latch } from "../base/latch.ts";
import type { Result } from "../base/result.ts";
import { createScope, type Scope } from "../base/scope.ts";
import { createLedger } from "../ledger/ledger.ts";
import type { PerformOutcome } from "../ledger/outcome.ts";
import type { Place } from "../ledger/places.ts";
import type { Clock } from "../ports/clock.ts";
import type { IdSource } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { AppendError, RoomLog, StorageError } from "../ports/room-log.ts";
import type { RoomEvent } from "../protocol/events.ts";
import type { RoomState } from "../room/room-state.ts";
import { sendOutbox } from "../sync/outbox.ts";
import { troubleOf } from "../supervision/supervision-state.ts";
import type { RoomLink } from "../sync/room-link-types.ts";
import { planOf } from "../turns/project-plan.ts";
import { attemptsOf, type PeerAttempt } from "./attempts.ts";
import type { EngineService } from "./engine-service.ts";
import { createEphemerals, type Ephemerals } from "./ephemeral-frames.ts";
import type { DeviceOffer } from "./peer-steps.ts";
import { createPeerSessions } from "./peer-sessions.ts";
import type { RoomFeed } from "./room-feed.ts";
import type { RoomFeeds } from "./room-feeds.ts";
import { type CheckpointDuty, createCheckpointDuty } from "./checkpoint-duty.ts";
import { createRingingStore } from "./ringing-store.ts";
import { createRoomRecall, type LoadTurnRecall } from "./room-recall.ts";
import { createRoomWorker, type RoomWorker } from "./room-worker.ts";
import { noCounters, noLatencies, type ServiceStatus } from "./services/service-status.ts";
import type { HostSessions } from "./sessions/session-host.ts";
import type { StreamFrame } from "./sessions/stream-frame.ts";
import type { BackgroundJob, DeviceLoad, EngineWork, WaitReason } from "./work/work-facts.ts";
import { createWorkPlaces } from "./work/work-places.ts";

/** What a peer uses of a shared room's link. */
export type PeerLink = Pick<RoomLink, "run" | "wake" | "sendEphemeral" | "status" | "mark">;

export interface PeerDeps {
  readonly clock: Clock;
  readonly ids: IdSource;
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
  /** Loads the search over older lines; left out, the product's own as a chunk of its own. */
  readonly loadTurnRecall?: LoadTurnRecall;
  /** Text of a running attempt: of this peer, or from another peer of a shared room. */
  readonly onFrame: (frame: StreamFrame) => void;
  /** Something failed that people should know of; undefined when storage works again. */
  readonly onProblem: (error: AppendError | undefined) => void;
  /** A loop broke an invariant: the peer has ended and must be started anew. */
  readonly onDefect: (error: unknown) => void;
}

/** The personas of this device's rooms, and how each is served here. */
export interface PeerServices {
  status(): readonly ServiceStatus[];
  /** Starts a service that waits or failed; false when there is nothing to start. */
  retryNow(roomId: string, persona: string): boolean;
  /** Calls back after any status changed. */
  subscribe(onChange: () => void): Disposable;
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

interface Room {
  readonly feed: RoomFeed;
  readonly worker: RoomWorker;
  /** Of a shared room. */
  readonly duty: CheckpointDuty | undefined;
  readonly scope: Scope;
  /** Something may be in the room's outbox. */
  readonly wakeSender: () => void;
  readonly ephemerals: Ephemerals | undefined;
}

export function createPeer(deps: PeerDeps): Peer {
  const { clock, store, engine, trace } = deps;
  const rooms = new Map<string, Room>();
  const wanted = new Set<string>();
  const observers = new Set<() => void>();
  let scope: Scope | undefined;

  const publish = (): void => {
    for (const observer of [...observers]) observer();
  };
  const subscribe: Peer["subscribe"] = (onChange) => {
    const observer = (): void => onChange();
    observers.add(observer);
    return { [Symbol.dispose]: () => void observers.delete(observer) };
  };
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
    onPhase: publish,
    onFrame(frame) {
      deps.onFrame(frame);
      rooms.get(frame.roomId)?.ephemerals?.take(frame);
    },
  });

  const perform = async (input: InputRecord, signal: AbortSignal): Promise<PerformOutcome> => {
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

  const ledger = createLedger({
    clock,
    log: trace,
    store: createRingingStore(store, (roomId) => rooms.get(roomId)?.wakeSender()),
    ids: deps.ids,
    deviceOf: deps.deviceOf,
    perform,
    places,
    newestHumanTurn: (roomId) =>
      stateOf(roomId)?.messages.findLast((one) => one.kind === "person")?.turn ?? 0,
    settleFacts(input) {
      const state = stateOf(input.roomId);
      const plan = state && planOf(state, input.turn);
      return { fingerprint: plan?.fingerprint ?? "", head: state?.head ?? 0 };
    },
    onTrouble: (error: StorageError | undefined) => deps.onProblem(error),
  });

  const startRoom = (roomId: string, parent: Scope): void => {
    const roomScope = createScope(parent.signal, deps.onDefect);
    const feed = deps.feeds.open(roomId);
    const link = deps.linkOf(roomId);
    const worker = createRoomWorker({
      feed,
      ledger,
      clock,
      trace,
      device: feed.device,
      isCurrent: currentBy(link),
      store,
      offer() {
        const offer = deps.offer(roomId);
        return offer && { ...offer, isStuck: engineTrouble(engine) !== undefined };
      },
      onProblem: deps.onProblem,
    });
    const bell = createLatch();
    const ephemerals = link &&
      createEphemerals({ ...deps, feed, send: (body) => link.sendEphemeral(body) });
    const wakeSender = (): void => link === undefined ? bell.ring() : link.wake();
    const duty = link && createCheckpointDuty({
      ...{ ...deps, feed, device: feed.device },
      mark: () => link.mark(),
      canWrite: () => deps.offer(roomId) !== undefined,
    });
    rooms.set(roomId, { feed, worker, duty, scope: roomScope, wakeSender, ephemerals });
    roomScope.start(async (signal) => {
      using _changes = feed.subscribe(publish);
      await worker.run(signal);
    });
    roomScope.start((signal) =>
      link === undefined
        ? sendLocal(deps, roomId, bell, signal)
        : runLink(link, deps.logOf(roomId), signal)
    );
    if (duty !== undefined) roomScope.start((signal) => duty.run(signal));
    if (ephemerals !== undefined) roomScope.start((signal) => ephemerals.run(signal));
    parent.start(async (signal) => {
      // The room's loops end with the peer; closing awaits them.
      await untilAborted(signal);
      await roomScope.close(signal.reason);
    });
  };

  return {
    async run(signal) {
      const ended = new AbortController();
      const either = AbortSignal.any([signal, ended.signal]);
      const running = createScope(either, (error) => {
        deps.onDefect(error);
        ended.abort(error);
      });
      scope = running;
      using _inputs = ledger.subscribe((input) => sessions.onInput(input));
      using _engine = engine.subscribe(() => {
        ledger.wake();
        sessions.onEngine();
        for (const room of rooms.values()) room.worker.wake();
        publish();
      });
      running.start((inner) => engine.run(inner));
      running.start((inner) => ledger.run(inner));
      for (const roomId of wanted) startRoom(roomId, running);
      try {
        await untilAborted(either);
      } finally {
        await running.close(either.reason); // HO15
        await sessions.close();
        scope = undefined;
        rooms.clear();
      }
      throw either.reason;
    },
    addRoom(roomId) {
      if (wanted.has(roomId)) return;
      wanted.add(roomId);
      if (scope !== undefined && !scope.signal.aborted) startRoom(roomId, scope);
    },
    dropRoom(roomId) {
      wanted.delete(roomId);
      const room = rooms.get(roomId);
      rooms.delete(roomId);
      recall.forget(roomId);
      sessions.forgetRoom(roomId);
      // Owned by the parent scope, which awaits the same closing when the peer ends.
      void room?.scope.close("room dropped");
      publish();
    },
    wake() {
      ledger.wake();
      for (const { worker, duty } of rooms.values()) {
        worker.wake();
        duty?.wake();
      }
    },
    receiveEphemeral: (roomId, device, body) =>
      rooms.get(roomId)?.ephemerals?.receive(device, body),
    attempts: () =>
      [...rooms.values()].flatMap(({ feed }) =>
        attemptsOf(feed.state(), feed.device, clock, engine, sessions, places, ledger)
      ),
    sessions: {
      handle: sessions.handle,
      handleExternal: sessions.handleExternal,
      attach: sessions.attach,
      asks: sessions.asks,
      subscribe: sessions.subscribe,
    },
    services: {
      status: () =>
        [...rooms.values()].flatMap(({ feed }) =>
          [...feed.state().personas.values()]
            .filter(({ assignment }) => assignment?.device === feed.device)
            .map(({ id }): ServiceStatus => ({
              ...{ roomId: feed.roomId, persona: id, revision: 1, generation: 1 },
              phase: engine.ready() === undefined ? "primed" : "serving",
              ...{ skips: [], counters: noCounters, latencies: noLatencies, restarts: [] },
            }))
        ),
      retryNow: () => false,
      subscribe: (onChange) => subscribe(onChange),
    },
    takeBackground: places.takeBackground,
    subscribe,
  };
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

/** Whether a room's log is as new as it can be: once live, until it catches up again (HO28). */
function currentBy(link: PeerLink | undefined): () => boolean {
  let wasLive = false;
  return () => {
    const phase = link?.status().link.phase ?? "live";
    wasLive ||= phase === "live";
    return wasLive && phase !== "catching-up";
  };
}

/** A link with its bell: a hint of the room's log may mean a row of another tab (HO23). */
async function runLink(link: PeerLink, log: RoomLog, signal: AbortSignal): Promise<never> {
  using _hints = log.subscribe(() => link.wake());
  return await link.run(signal);
}

function sendLocal(
  { clock, store, logOf, onProblem }: PeerDeps,
  roomId: string,
  bell: Latch,
  signal: AbortSignal,
): Promise<never> {
  return sendOutbox({
    roomId,
    clock,
    store,
    bell,
    log: logOf(roomId),
    onProblem: (_row, error) => onProblem(error),
  }, signal);
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
  const { supervision, lastError } = engine.status();
  const trouble = troubleOf(supervision);
  if (trouble === undefined) return undefined;
  return { kind: "failed", reason: "engine", detail: lastError?.kind ?? trouble.kind };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
