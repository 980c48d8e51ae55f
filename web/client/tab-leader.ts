/**
 * The leading side of one tab: in line for the lock, and while it holds it, the peer (D29).
 *
 * Owns leadership and the peer of a term. A term that ends by a failure is told to the person and
 * begun again after a while: other tabs may take it first.
 */

import type { ClientDeps } from "./client-deps.ts";
import type { LeaderPeer } from "./leader-peer.ts";
import { createLeadership } from "./leadership.ts";
import { clientLimits } from "./limits.ts";
import { createLogOf } from "./shared/shared-log.ts";
import type { StreamHub } from "./stream-hub.ts";
import type { TabContext } from "./tab-context.ts";
import type { TabRooms } from "./tab-rooms.ts";

export interface TabLeader {
  /** Gets in line to lead. */
  start(): void;
  /** The peer while this tab leads. */
  peer(): LeaderPeer | undefined;
  close(): Promise<void>;
}

export interface TabLeaderDeps {
  readonly client: ClientDeps;
  readonly context: TabContext;
  readonly rooms: () => TabRooms;
  readonly hub: StreamHub;
}

export function createTabLeader(given: TabLeaderDeps): TabLeader {
  const { client: deps, context, hub } = given;
  let peer: LeaderPeer | undefined;

  const runAsLeader = async (term: number, signal: AbortSignal): Promise<void> => {
    // Fetched by the tab that leads, and not before the first paint.
    const [code, parts, store] = await Promise.all([
      import("./leader-peer.ts"),
      deps.loadPeerParts(),
      context.storage().openPeerStore(),
    ]);
    const { createLeaderPeer, createSessionServer, openEndpointDesk } = code;
    signal.throwIfAborted();
    const settings = await context.storage().readModelSettings(signal);
    if (!settings.ok) throw new Error(`Cannot lead: ${settings.error.kind}`);
    const opened = await openEndpointDesk({
      clock: parts.hostClock,
      store: context.storage().endpoints,
      openFetch: parts.openFetch,
    }, signal);
    if (!opened.ok) context.report(opened.error.error, "background");
    const own = createLeaderPeer({
      ...deps,
      ...parts,
      ...context.storage(),
      store,
      clock: parts.hostClock,
      logOf: createLogOf(context),
      shared: context.shared,
      feeds: given.rooms().feeds,
      device: context.snapshot.peek().device.id,
      deviceName: () => context.snapshot.peek().device.name,
      endpoints: opened.ok ? opened.value : opened.error.desk,
      chosen: settings.value,
      onStatus: (next) => seat.publishStatus(next),
      onFrame: (frame) => seat.publishStream(frame),
      onProblem: (error) => context.report(error, "background"),
    });
    const server = createSessionServer({
      directory: own.sessions,
      clock: deps.clock,
      limits: clientLimits,
      publish: (watchId, news) => seat.publishWatched(watchId, news),
      onDefect: (error) => {
        deps.trace.write("error", "session-server-defect", { error: String(error) });
      },
    }, signal);
    const seat = deps.tabs.lead(term, {
      onCommand: (command, inner) => own.command(command, inner),
      snapshot: () => ({ status: own.status(), streams: hub.whole() }),
      onWatch: (ask) => server.watch(ask),
      onUnwatch: (watchId) => server.unwatch(watchId),
      onHandOverRequest: () => leadership.handOver(),
      onDeposed: () => leadership.handOver(),
    });
    peer = own;
    context.patch({ leader: true });
    for (const roomId of given.rooms().roomIds()) own.addRoom(roomId);
    try {
      await own.run(signal);
    } finally {
      peer = undefined;
      context.patch({ leader: false });
      seat.leave();
    }
  };

  const leadership = createLeadership({
    ...deps,
    log: deps.trace,
    handOverMsMax: clientLimits.handOverMsMax,
    takeTerm: (inner) => context.storage().takeTerm(inner),
    runAsLeader,
  });
  const leadAgainLater = async (): Promise<void> => {
    await deps.clock.sleep(clientLimits.leadAgainMs, context.signal);
    leadership.start();
  };
  leadership.subscribe((state) => {
    if (state.phase !== "resting" || state.end === undefined) return;
    if (state.end.kind === "no-term") context.report(state.end.error, "background");
    if (state.end.kind === "failed") {
      context.report({ kind: "internal", detail: state.end.reason }, "background");
    }
    // Owned by the client's signal, whose abort is the only way it rejects.
    void leadAgainLater().catch(() => undefined);
  });

  return {
    start: () => leadership.start(),
    peer: () => peer,
    close: () => leadership.close(),
  };
}
