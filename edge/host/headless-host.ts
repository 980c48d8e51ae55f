/**
 * The headless host: a peer without a screen, in a process of its own (D29).
 *
 * Owns the composition: a link, a feed and the configured personas of each room, one engine, one
 * peer. Does not own the process around it (host-process.ts), nor its loopback doors.
 *
 * Rules (shared/SPEC.md, section HO): HO94 and HO163 (keep-personas.ts), HO186 (follow-moves.ts),
 * and
 *   HO95  A host says that it is ready while its engine can answer and every room's link is live,
 *         and of each room and persona how she is.
 *   HO142 A host tells of every persona how she is served, and in its log how the boot went: once,
 *         when nobody is on the way any more.
 */

import { createLatch, createScope, type Latch, ok, type Result } from "#shared/base/mod.ts";
import {
  announcedLanes,
  createEngineService,
  createPeer,
  createRoomFeeds,
  type DeviceOffer,
  type EngineService,
  type HostSessions,
  type Peer,
  type RoomFeeds,
} from "#shared/hosting/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type {
  Clock,
  IdSource,
  Log,
  Random,
  SharedRoomKeys,
  StorageError,
  Transport,
} from "#shared/ports/mod.ts";
import type { EngineChild, SupervisionLimits } from "#shared/supervision/mod.ts";
import { createRoomLink, createSharedRoomLog, type RoomLink } from "#shared/sync/mod.ts";
import type { HostPlan, PlannedPersona } from "./config/read-config.ts";
import type { HostFolder } from "./host-folder.ts";
import { bootOf, type HostStatus, hostStatusOf, reasonOf } from "./host-status.ts";
import { whenMoved } from "./follow-moves.ts";
import { keepPersonas } from "./keep-personas.ts";
import { personaIdOf } from "./put-personas.ts";

/** The one engine of this host: what it runs, and how one back end is started. */
export interface HostEngine {
  readonly profile: ModelProfile;
  /** Of its supervision; default those of a process. */
  readonly limits?: SupervisionLimits;
  startEngine(generation: number, signal: AbortSignal): Promise<EngineChild>;
}

export interface HeadlessHostDeps {
  readonly plan: HostPlan;
  /** Of every room of the plan, in its order. */
  readonly keys: readonly SharedRoomKeys[];
  readonly folder: HostFolder;
  readonly engine: HostEngine;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly random: Random;
  readonly trace: Log;
}

export interface HeadlessHost {
  /** Hosts until `signal` aborts, then rejects with its reason; with a defect when one ended it. */
  run(signal: AbortSignal): Promise<never>;
  status(): HostStatus;
  readonly sessions: HostSessions;
  /** Id of a room, and of a configured persona in it. */
  find(
    room: string,
    persona: string,
  ): { readonly roomId: string; readonly session: string } | string;
  /** Inputs that are not ended, and rows that the relay does not have: what the next start does. */
  left(signal: AbortSignal): Promise<Result<HostLeft, StorageError>>;
}

export interface HostLeft {
  readonly inputs: number;
  readonly outboxRows: number;
}

/** One room of the plan as it is hosted. */
export interface HostedRoom {
  readonly name: string;
  readonly keys: SharedRoomKeys;
  readonly link: RoomLink;
  readonly personas: readonly PlannedPersona[];
  /** Rung when the room's state or link changed. */
  readonly bell: Latch;
}

const OUTBOX_ROWS_COUNTED_MAX = 10_000;

export function createHeadlessHost(deps: HeadlessHostDeps): HeadlessHost {
  const { plan, folder, clock, ids, trace } = deps;
  const life = new AbortController();
  let defect: unknown;
  const onDefect = (error: unknown): void => {
    trace.write("error", "host-defect", { error: String(error) });
    defect ??= error;
    life.abort(error);
  };
  const rooms = new Map(
    plan.rooms.map(({ name, roomId }, index) => {
      const keys = deps.keys[index] as SharedRoomKeys; // One for each room of the plan.
      return [roomId, openRoom(deps, name, keys, () => peer)];
    }),
  );
  const deviceOf = (roomId: string): string => rooms.get(roomId)?.keys.device.id ?? "";
  const logOf = (roomId: string) =>
    createSharedRoomLog({ roomId, outbox: folder.store, mirror: folder.rooms.logOf(roomId) });
  const feeds: RoomFeeds = createRoomFeeds({
    ...{ clock, trace, deviceOf, logOf },
    ids: deps.ids,
    checkpoints: folder.rooms.checkpoints,
    foundationOf: (roomId, signal) => folder.rooms.foundation(roomId, signal),
    onReadProblem: (roomId, error) => {
      trace.write("warn", "room-read", { roomId, problem: error?.kind ?? "over" });
    },
    onDefect: (_roomId, error) => onDefect(error),
  }, life.signal);
  const engine: EngineService = createEngineService({
    ...{ clock, log: trace, random: deps.random },
    startEngine: (generation, signal) => deps.engine.startEngine(generation, signal),
    ...deps.engine.limits && { limits: deps.engine.limits },
  });
  const peer: Peer = createPeer({
    ...{ clock, trace, deviceOf, logOf, feeds, engine, onDefect },
    ids: deps.ids,
    random: deps.random,
    store: folder.store,
    linkOf: (roomId) => rooms.get(roomId)?.link,
    offer: (roomId) => offerOf(plan, engine, deviceOf(roomId)),
    deviceLoad: () => ({ isHidden: false, isOnBattery: undefined }),
    onFrame: () => undefined, // Nobody looks: others get it by the link.
    onProblem: (error) => trace.write("warn", "storage", { problem: error?.kind ?? "over" }),
  });

  /** Hosts in a room, and in what it goes on as. */
  const hosted = new Set(rooms.keys());
  const hostRoom = async (first: HostedRoom, signal: AbortSignal): Promise<never> => {
    for (let room = first;;) {
      const { name, keys } = room;
      const { roomId } = keys;
      const feed = feeds.open(roomId);
      peer.addRoom(roomId);
      const keeping = createScope(signal, onDefect);
      const kept = room;
      keeping.start((inner) =>
        keepPersonas({ store: folder.store, ids, trace }, kept, feed, inner)
      );
      try {
        const following = { rooms: folder.rooms, crypto: folder.vault.crypto, clock };
        const log = trace.with({ room: name });
        const next = await whenMoved(
          ...[{ ...following, trace: log }, keys, feed, signal] as const,
          (id) => hosted.has(id),
        );
        hosted.add(next.roomId);
        room = openRoom(deps, name, next, () => peer);
        rooms.set(next.roomId, room);
      } finally {
        await keeping.close("the room moved");
      }
      peer.dropRoom(roomId);
      rooms.delete(roomId);
      await feeds.drop(roomId);
    }
  };

  const status = (): HostStatus => hostStatusOf([...rooms.values()], feeds, engine, peer.services);

  return {
    sessions: peer.sessions,
    status,
    find: (roomName, key) => findPersona([...rooms.values()], roomName, key),
    left: (signal) => countLeft(folder, [...rooms.keys()], signal),
    async run(signal) {
      const either = AbortSignal.any([signal, life.signal]);
      const scope = createScope(either, onDefect);
      using _engine = engine.subscribe(createProblemLog(trace, engine));
      using _boot = peer.services.subscribe(createBootLog(trace, status));
      engine.choose(deps.engine.profile);
      for (const room of [...rooms.values()]) scope.start((inner) => hostRoom(room, inner));
      const stopping = untilAborted(either).then(() => peer.shutDown("the host stops"));
      try {
        // Ended by the shut-down alone, so that runs go back to the store whole.
        await peer.run(new AbortController().signal);
      } catch (error) {
        if (!either.aborted) throw error;
        trace.write("info", "shut-down", { parts: await stopping });
      } finally {
        await scope.close(either.reason ?? "the peer ended");
        await feeds.close("the host stops");
      }
      throw defect ?? signal.reason;
    },
  };
}

function openRoom(
  deps: HeadlessHostDeps,
  name: string,
  keys: SharedRoomKeys,
  peer: () => Peer,
): HostedRoom {
  const { plan, folder, clock, random } = deps;
  const { roomId } = keys;
  const bell = createLatch();
  const trace = deps.trace.with({ room: name });
  let phase = "connecting";
  const link = createRoomLink({
    ...{ keys, clock, random, trace },
    store: folder.rooms,
    outbox: folder.store,
    crypto: folder.vault.crypto,
    transport: deps.transport,
    onEphemeral: (device, body) => peer().receiveEphemeral(roomId, device, body),
    onStatus(status) {
      const { link: now } = status;
      if (now.phase === phase) return;
      phase = now.phase;
      const reason = "reason" in now ? { reason: now.reason } : {};
      trace.write(now.phase === "refused" ? "error" : "info", "link", { phase, ...reason });
      bell.ring();
      peer().wake(); // A room's worker waits until its link is live (HO28).
    },
    onProblem: (error) => trace.write("warn", "link-problem", { problem: error?.kind ?? "over" }),
  });
  const personas = plan.personas.filter((one) => one.rooms.includes(name));
  return { name, keys, link, personas, bell };
}

function offerOf({ deviceName }: HostPlan, engine: EngineService, device: string): DeviceOffer {
  return {
    device,
    name: deviceName,
    hostsForOthers: true,
    lanes: announcedLanes(engine),
  };
}

/** Its life is in supervision's own lines; this says what kept it from being ready, once each. */
function createProblemLog(trace: Log, engine: EngineService): () => void {
  let told: string | undefined;
  return () => {
    const { supervision, lastError, downSince } = engine.status();
    const problem = lastError?.kind ?? reasonOf(supervision)?.kind;
    if (problem !== undefined && problem !== told) {
      trace.write("warn", "engine", { problem, downSince });
    }
    if (supervision.phase === "ready") told = undefined;
    else told = problem ?? told;
  };
}

/** HO142: how the boot went, once, when nobody is on the way any more. */
function createBootLog(trace: Log, status: () => HostStatus): () => void {
  let isTold = false;
  return () => {
    const report = isTold ? undefined : bootOf(status());
    if (report === undefined) return;
    isTold = true;
    trace.write(report.failed.length > 0 ? "warn" : "info", "boot", { ...report });
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function findPersona(rooms: readonly HostedRoom[], roomName: string, key: string) {
  const room = rooms.find(({ name }) => name === roomName);
  if (room === undefined) return "room-unknown";
  if (!room.personas.some((one) => one.key === key && one.wish === "put")) {
    return "persona-unknown";
  }
  return { roomId: room.keys.roomId, session: personaIdOf(room.keys.device.id, key) };
}

async function countLeft(
  { store }: HostFolder,
  roomIds: readonly string[],
  signal: AbortSignal,
): Promise<Result<HostLeft, StorageError>> {
  const inputs = await store.liveInputs(signal);
  if (!inputs.ok) return inputs;
  let outboxRows = 0;
  for (const roomId of roomIds) {
    const rows = await store.outbox(roomId, OUTBOX_ROWS_COUNTED_MAX, signal);
    if (!rows.ok) return rows;
    outboxRows += rows.value.length;
  }
  return ok({ inputs: inputs.value.length, outboxRows });
}
