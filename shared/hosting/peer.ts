/**
 * Peer: everything this device does for its rooms, composed. One per origin, in the leader tab or
 * the headless host (D29).
 *
 * Owns the composition and the life of its loops: engine, ledger, outbox, and a worker per room.
 * Does not own the rooms' feeds (room-feeds.ts) nor any decision. This is the only place that calls
 * `session.run` (D35).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO15  Aborting a peer ends every loop and the engine, and leaves all unfinished work in the
 *         store.
 *   HO16  When the engine cannot work without a person's help, what waits for it settles as failed.
 */

import { createLatch } from "../base/latch.ts";
import { createScope, type Scope } from "../base/scope.ts";
import { createLane, type Lane } from "../ledger/lane.ts";
import { createLedger } from "../ledger/ledger.ts";
import type { PerformOutcome } from "../ledger/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import type { IdSource } from "../ports/ids.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { AppendError, RoomLog, StorageError } from "../ports/room-log.ts";
import type { RoomState } from "../room/room-state.ts";
import { sendOutbox } from "../sync/outbox.ts";
import { planOf } from "../turns/project-plan.ts";
import { attemptsOf, type PeerAttempt } from "./attempts.ts";
import type { EngineService } from "./engine-service.ts";
import type { DeviceOffer } from "./peer-steps.ts";
import { createPersonaSessions, type StreamFrame } from "./persona-sessions.ts";
import type { RoomFeed } from "./room-feed.ts";
import type { RoomFeeds } from "./room-feeds.ts";
import { createRoomWorker, type RoomWorker } from "./room-worker.ts";

export interface PeerDeps {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly trace: Log;
  readonly device: string;
  readonly store: PeerStore;
  readonly feeds: RoomFeeds;
  readonly engine: EngineService;
  readonly logOf: (roomId: string) => RoomLog;
  /** What this device offers now; call `wake` after it changed. */
  readonly offer: () => DeviceOffer;
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
  /** What this device offers changed. */
  wake(): void;
  /** Every attempt this device owes, with its phase now. */
  attempts(): readonly PeerAttempt[];
  /** Calls back after any attempt changed its phase. */
  subscribe(onChange: () => void): Disposable;
}

interface Room {
  readonly feed: RoomFeed;
  readonly worker: RoomWorker;
  readonly scope: Scope;
}

export function createPeer(deps: PeerDeps): Peer {
  const { clock, store, engine, trace } = deps;
  const rooms = new Map<string, Room>();
  const wanted = new Set<string>();
  const observers = new Set<() => void>();
  const sent = createLatch();
  let lanes: { readonly of: unknown; readonly lane: Lane } | undefined;
  let scope: Scope | undefined;

  const publish = (): void => {
    for (const observer of [...observers]) observer();
  };
  const stateOf = (roomId: string): RoomState | undefined => deps.feeds.get(roomId)?.state();

  const laneOf = (): Lane | undefined => {
    const ready = engine.ready();
    const isStuck = engineTrouble(engine) !== undefined;
    if (ready === undefined && !isStuck) return undefined;
    const owner = ready ?? "stuck";
    if (lanes?.of !== owner) lanes = { of: owner, lane: createLane(ready?.model.slots ?? 1) };
    return lanes.lane;
  };

  const sessions = createPersonaSessions({ ...deps, stateOf, onPhase: publish });

  const perform = async (input: InputRecord, signal: AbortSignal): Promise<PerformOutcome> => {
    const trouble = engineTrouble(engine);
    if (trouble !== undefined) { // HO16
      const seenSeq = stateOf(input.roomId)?.head ?? 0;
      return { kind: "done", settled: { seenSeq, outcome: trouble } };
    }
    const session = sessions.of(input);
    return await session.run(input, signal);
  };

  const ledger = createLedger({
    clock,
    log: trace,
    store: ringing(store, sent.ring),
    ids: deps.ids,
    device: deps.device,
    perform,
    laneOf,
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
    const { offer, onProblem } = deps;
    const worker = createRoomWorker({ feed, ledger, clock, trace, offer, onProblem });
    rooms.set(roomId, { feed, worker, scope: roomScope });
    roomScope.start(async (signal) => {
      using _changes = feed.subscribe(publish);
      await worker.run(signal);
    });
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
      using _engine = engine.subscribe(() => {
        ledger.wake();
        for (const room of rooms.values()) room.worker.wake();
        publish();
      });
      running.start((inner) => engine.run(inner));
      running.start((inner) => ledger.run(inner));
      running.start((inner) =>
        sendOutbox({
          clock,
          store,
          bell: sent,
          logOf: deps.logOf,
          onProblem: (_row, error) => deps.onProblem(error),
        }, inner)
      );
      for (const roomId of wanted) startRoom(roomId, running);
      try {
        await untilAborted(either);
      } finally {
        await running.close(either.reason); // HO15
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
      // Owned by the parent scope, which awaits the same closing when the peer ends.
      void room?.scope.close("room dropped");
      publish();
    },
    wake() {
      for (const room of rooms.values()) room.worker.wake();
    },
    attempts: () =>
      [...rooms.values()].flatMap(({ feed }) =>
        attemptsOf(feed.state(), deps.device, clock, engine, sessions)
      ),
    subscribe(onChange) {
      observers.add(onChange);
      return { [Symbol.dispose]: () => void observers.delete(onChange) };
    },
  };
}

/** Why the engine cannot work until a person does something; undefined while it can or will. */
function engineTrouble(engine: EngineService): {
  readonly kind: "failed";
  readonly reason: "engine";
  readonly detail: string;
} | undefined {
  const { supervision, lastError } = engine.status();
  if (supervision.phase !== "failed" && supervision.phase !== "given-up") return undefined;
  const detail = lastError?.kind ?? supervision.reason.kind;
  return { kind: "failed", reason: "engine", detail };
}

/** Rings after each commit that may have added a row to the outbox. */
function ringing(store: PeerStore, ring: () => void): PeerStore {
  return {
    addInput: (input, signal) => store.addInput(input, signal),
    updateInput: (id, expect, patch, signal) => store.updateInput(id, expect, patch, signal),
    liveInputs: (signal) => store.liveInputs(signal),
    inputByKey: (key, signal) => store.inputByKey(key, signal),
    async commitReply(commit, signal) {
      const result = await store.commitReply(commit, signal);
      ring();
      return result;
    },
    outbox: (rowsMax, signal) => store.outbox(rowsMax, signal),
    addOutbox: (row, signal) => store.addOutbox(row, signal),
    removeOutbox: (order, signal) => store.removeOutbox(order, signal),
    segments: (roomId, persona, signal) => store.segments(roomId, persona, signal),
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
