/**
 * One room of a peer: its worker, what sends its outbox, and what a shared one needs besides.
 *
 * Owns the composition and the life of these loops, in a scope of the room's own. Does not own the
 * room's feed (room-feeds.ts) nor its services (peer-services.ts).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO23  A shared room's link runs while the peer looks after the room, and is woken after
 *         anything that may have added to the room's outbox, in whichever tab.
 */

import { createLatch, type Latch } from "../base/latch.ts";
import { createScope, type Scope } from "../base/scope.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { RoomLog } from "../ports/room-log.ts";
import { sendOutbox } from "../sync/outbox.ts";
import { type CheckpointDuty, createCheckpointDuty } from "./checkpoint-duty.ts";
import { createEphemerals, type Ephemerals } from "./ephemeral-frames.ts";
import type { PeerDeps, PeerLink } from "./peer.ts";
import type { HostedServices } from "./peer-services.ts";
import type { RoomFeed } from "./room-feed.ts";
import { createRoomWorker, type RoomWorker } from "./room-worker.ts";
import type { ServiceRoom } from "./services/service-registry.ts";

export interface PeerRoom extends ServiceRoom {
  readonly feed: RoomFeed;
  readonly worker: RoomWorker;
  /** Of a shared room. */
  readonly duty: CheckpointDuty | undefined;
  readonly ephemerals: Ephemerals | undefined;
  /** Something may be in the room's outbox. */
  readonly wakeSender: () => void;
}

export interface PeerRoomParts {
  readonly ledger: Ledger;
  readonly services: HostedServices;
  readonly publish: () => void;
}

/** Starts what a room needs; all of it ends with `parent`, or when the room's scope is closed. */
export function startPeerRoom(
  deps: PeerDeps,
  { ledger, services, publish }: PeerRoomParts,
  roomId: string,
  parent: Scope,
): PeerRoom {
  const scope = createScope(parent.signal, deps.onDefect);
  const feed = deps.feeds.open(roomId);
  const link = deps.linkOf(roomId);
  const isCurrent = currentBy(link);
  const room: ServiceRoom = { roomId, feed, scope, isCurrent };
  const worker = createRoomWorker({
    ...{ feed, ledger, isCurrent, device: feed.device },
    clock: deps.clock,
    trace: deps.trace,
    store: deps.store,
    offer() {
      const offer = deps.offer(roomId);
      return offer && services.admitting(roomId, offer);
    },
    services: {
      follow: () => services.registry.follow(room, services.admits(roomId)),
      isServed: (persona) => services.registry.isServed(roomId, persona),
      troubleOf(persona) {
        const failure = services.registry.failureOf(roomId, persona);
        if (failure !== undefined) return `service-${failure.kind}`;
        return services.admits(roomId)(persona) ? undefined : "memory-budget";
      },
    },
    onProblem: deps.onProblem,
  });
  const bell = createLatch();
  const ephemerals = link &&
    createEphemerals({ ...deps, feed, send: (body) => link.sendEphemeral(body) });
  const duty = link && createCheckpointDuty({
    ...{ ...deps, feed, device: feed.device },
    mark: () => link.mark(),
    canWrite: () => deps.offer(roomId) !== undefined,
  });
  scope.start(async (signal) => {
    using _changes = feed.subscribe(publish);
    await worker.run(signal);
  });
  scope.start((signal) =>
    link === undefined
      ? sendLocal(deps, roomId, bell, signal)
      : runLink(link, deps.logOf(roomId), signal)
  );
  if (duty !== undefined) scope.start((signal) => duty.run(signal));
  if (ephemerals !== undefined) scope.start((signal) => ephemerals.run(signal));
  const wakeSender = (): void => link === undefined ? bell.ring() : link.wake();
  return { ...room, feed, worker, duty, ephemerals, wakeSender };
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
