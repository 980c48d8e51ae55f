/**
 * The client of one tab: boots storage, follows the rooms, leads when it is this tab's turn, and shows it all
 * as one snapshot (app-client.ts).
 *
 * Owns the composition and the snapshot. Does not own rooms (feeds), hosting (leader-peer) or words.
 */

import { signal as createSignal } from "@preact/signals";
import { err, ok } from "#shared/base/mod.ts";
import { createRoomFeeds, type DeviceOffer } from "#shared/hosting/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { planOf, turnResult } from "#shared/turns/mod.ts";
import type { RoomListing } from "../adapters/idb-room-index.ts";
import type {
  AppClient,
  AppCommand,
  AppSnapshot,
  CommandError,
  Problem,
  RoomView,
} from "./app-client.ts";
import type { ClientStorage } from "./client-storage.ts";
import type { ClientDeps } from "./client-deps.ts";
import { createLeaderPeer, type LeaderPeer } from "./leader-peer.ts";
import { createLeadership } from "./leadership.ts";
import { clientLimits } from "./limits.ts";
import { isPeerCommand, type PeerAnswer, type PeerStatus } from "./peer-status.ts";
import { runRoomCommand } from "./room-commands.ts";
import { summarizeRoom } from "./room-summary.ts";
import { createStreamHub } from "./stream-hub.ts";

/** Problems shown at once; the oldest is dropped. */
const PROBLEMS_MAX = 5;

/** Boots in the background: `snapshot` says how far it is. */
export function createClient(deps: ClientDeps): AppClient {
  const { clock, ids, trace, drafts } = deps;
  const closing = new AbortController();
  const { signal } = closing;
  const hub = createStreamHub();
  const snapshot = createSignal<AppSnapshot>(emptySnapshot(deps.starter));
  let storage: ClientStorage | undefined;
  let listings: readonly RoomListing[] = [];
  let openRoomId: string | undefined;
  let peer: LeaderPeer | undefined;
  let rebuildAsked = false;

  const patch = (change: Partial<AppSnapshot>): void => {
    snapshot.value = { ...snapshot.peek(), ...change };
  };
  const report = (error: CommandError, doing: Problem["doing"]): void => {
    const problem = { id: ids.next("pb"), atMs: clock.epochNow(), error, doing };
    patch({ problems: [...snapshot.peek().problems, problem].slice(-PROBLEMS_MAX) });
  };
  /** One new snapshot a microtask, however many feeds changed. */
  const rebuild = (): void => {
    if (rebuildAsked) return;
    rebuildAsked = true;
    queueMicrotask(() => {
      rebuildAsked = false;
      const device = snapshot.peek().device.id;
      patch({
        rooms: listings.map((listing) =>
          summarizeRoom(listing, feeds.get(listing.roomId)?.state(), device)
        ),
        room: roomView(),
      });
    });
  };

  const feeds = createRoomFeeds({
    get device() {
      return snapshot.peek().device.id;
    },
    clock,
    ids,
    trace,
    checkpoints: {
      load: async (roomId, inner) => await required().checkpoints.load(roomId, inner),
      save: async (roomId, checkpoint, inner) =>
        await required().checkpoints.save(roomId, checkpoint, inner),
    },
    logOf: (roomId) => required().logOf(roomId),
    onReadProblem: (_roomId, error) => error && report(error, "background"),
    onDefect: (roomId, error) => {
      trace.write("error", "feed-defect", { roomId, error: String(error) });
      report({ kind: "storage-corrupt", detail: String(error) }, "open-room");
    },
  }, signal);

  const required = (): ClientStorage => {
    if (storage === undefined) throw new Error("Cannot use storage: the client has not booted");
    return storage;
  };

  const roomView = (): RoomView | undefined => {
    if (openRoomId === undefined) return undefined;
    const feed = feeds.get(openRoomId);
    if (feed?.isCaughtUp() !== true) return undefined;
    const state = feed.state();
    const roomId = openRoomId;
    return {
      state,
      planOf: (turn) => planOf(state, turn),
      resultOf: (turn) => {
        const found = state.turns.get(turn);
        return found && turnResult(found);
      },
      running: status.running.filter((one) => one.roomId === roomId),
    };
  };

  let status: PeerStatus = emptyStatus(deps.starter);
  const showStatus = (next: PeerStatus): void => {
    status = next;
    hub.keepOnly(next.running);
    const { engine, facts, models, modelHost } = next;
    patch({ engine, facts, models, modelHost, room: roomView() });
  };
  const offer = (): DeviceOffer => {
    const { device } = snapshot.peek();
    const modelId = status.engine.modelId || deps.starter.id;
    return {
      device: device.id,
      name: device.name,
      hostsForOthers: true,
      lanes: [{
        engine: deps.starter.engine,
        modelId,
        lane: status.engine.phase === "ready" ? status.engine.lane : "unknown",
        contextTokens: deps.starter.contextTokens,
        slots: 1,
      }],
    };
  };

  deps.tabs.subscribe({ onStatus: showStatus, onStream: (frame) => hub.apply(frame) });

  const runAsLeader = async (term: number, runSignal: AbortSignal): Promise<void> => {
    const { device } = snapshot.peek();
    const settings = await required().readModelSettings(runSignal);
    if (!settings.ok) throw new Error(`Cannot lead: ${settings.error.kind}`);
    const own = createLeaderPeer({
      ...deps,
      ...required(),
      feeds,
      device: device.id,
      deviceName: () => snapshot.peek().device.name,
      chosen: settings.value,
      startEngine: deps.startEngine,
      onStatus: (next) => seat.publishStatus(next),
      onFrame: (frame) => seat.publishStream(frame),
      onProblem: (error) => report(error, "background"),
    });
    const seat = deps.tabs.lead(term, {
      onCommand: (command, inner) => own.command(command, inner),
      snapshot: () => ({ status: own.status(), streams: wholeStreams(own.status()) }),
      onHandOverRequest: () => leadership.handOver(),
      onDeposed: () => leadership.handOver(),
    });
    peer = own;
    patch({ leader: true });
    for (const { roomId } of listings) own.addRoom(roomId);
    try {
      await own.run(runSignal);
    } finally {
      peer = undefined;
      patch({ leader: false });
      seat.leave();
    }
  };
  const wholeStreams = (of: PeerStatus) =>
    of.running.map(({ roomId, turn, persona, attempt }) => ({
      roomId,
      turn,
      persona,
      attempt,
      offset: 0,
      text: hub.textOf(roomId, turn, persona, attempt).peek(),
    }));

  const leadership = createLeadership({
    ...deps,
    log: trace,
    handOverMsMax: clientLimits.handOverMsMax,
    takeTerm: (inner) => required().takeTerm(inner),
    runAsLeader,
  });

  const listRooms = async (): Promise<void> => {
    const listed = await required().index.list(signal);
    if (!listed.ok) return report(listed.error, "background");
    listings = listed.value;
    const known = new Set(listings.map((listing) => listing.roomId));
    for (const feed of feeds.all()) {
      if (known.has(feed.roomId)) continue;
      peer?.dropRoom(feed.roomId);
      await feeds.drop(feed.roomId);
    }
    for (const { roomId } of listings) {
      if (feeds.get(roomId) === undefined) feeds.open(roomId).subscribe(onFeedChange);
      peer?.addRoom(roomId);
    }
    rebuild();
  };
  const onFeedChange = (): void => {
    void markRead(); // Owned by the client's signal; it reports its own failures.
    rebuild();
  };

  const markRead = async (): Promise<void> => {
    const roomId = openRoomId;
    const head = roomId === undefined ? undefined : feeds.get(roomId)?.state().head;
    const read = listings.find((listing) => listing.roomId === roomId)?.lastReadSeq ?? 0;
    if (roomId === undefined || head === undefined || head <= read || !deps.isVisible()) return;
    listings = listings.map((listing) =>
      listing.roomId === roomId ? { ...listing, lastReadSeq: head } : listing
    );
    await required().index.markRead(roomId, head, signal).catch(ignoreAbort);
  };

  const boot = async (): Promise<void> => {
    const booted = await deps.bootStorage(signal);
    if (!booted.ok) return patch({ boot: { phase: "failed", error: booted.error } });
    storage = booted.value.storage;
    patch({ device: booted.value.device });
    await listRooms();
    patch({ boot: { phase: "ready" } });
    storage.index.subscribe(() => void listRooms().catch(ignoreAbort));
    leadership.start();
  };
  const failBoot = (error: unknown): void => {
    if (signal.aborted) return;
    const failed: StorageError = { kind: "storage-failed", detail: String(error) };
    patch({ boot: { phase: "failed", error: failed } });
  };
  // Owned by the client: its end is a phase of `boot`.
  void boot().catch(failBoot);

  const runCommand = async (command: AppCommand): Promise<PeerAnswer> => {
    if (command.kind === "dismiss-problem") {
      const problems = snapshot.peek().problems.filter((problem) => problem.id !== command.id);
      patch({ problems });
      return done;
    }
    if (command.kind === "open-room") {
      openRoomId = command.roomId;
      await markRead();
      rebuild();
      return done;
    }
    if (command.kind === "close-room") {
      openRoomId = undefined;
      rebuild();
      return done;
    }
    if (storage === undefined) return err({ kind: "storage-failed", detail: "not ready" });
    if (isPeerCommand(command)) {
      const sent = await deps.tabs.send(command, signal);
      return sent.ok ? sent.value : sent;
    }
    if (command.kind === "set-name") return await setName(command.name);
    if (command.kind === "delete-room") {
      const deleted = await storage.index.delete(command.roomId, signal);
      await listRooms();
      return deleted.ok ? done : deleted;
    }
    const answered = await runRoomCommand(
      { ids, feeds, index: storage.index, offer },
      command,
      signal,
    );
    if (answered.ok && command.kind === "create-room") await listRooms();
    return answered;
  };

  const setName = async (given: string): Promise<PeerAnswer> => {
    const name = given.trim();
    if (name === "" || name.length > protocolLimits.nameCharsMax) {
      return err({ kind: "card-invalid", field: "name" });
    }
    const saved = await required().saveName(name, signal);
    if (!saved.ok) return saved;
    patch({ device: { ...snapshot.peek().device, name } });
    peer?.wake();
    return done;
  };

  return {
    snapshot,
    streamText: hub.textOf,
    async send(command) {
      try {
        const answer = await runCommand(command);
        if (!answer.ok) report(answer.error, command.kind);
        return answer;
      } catch (error) {
        // Actor shell of commands: a screen gets an answer whatever happened.
        const failed: CommandError = { kind: "storage-failed", detail: String(error) };
        if (!signal.aborted) report(failed, command.kind);
        return err(failed);
      }
    },
    newMessageId: () => ids.next("msg"),
    readDraft: (roomId) => drafts.read(roomId),
    writeDraft(roomId, text) {
      const kept = drafts.write(roomId, text);
      if (!kept.ok) trace.write("warn", "draft-not-kept", { kind: kept.error.kind });
    },
    async close() {
      await leadership.close();
      closing.abort("client closes");
      await feeds.close("client closes");
      deps.tabs.close();
    },
  };
}

const done: PeerAnswer = ok({ kind: "done" });

function ignoreAbort(error: unknown): void {
  if (error !== "client closes") throw error;
}

function emptyStatus(starter: ModelProfile): PeerStatus {
  return {
    engine: { phase: "idle", modelId: starter.id, generation: 0, restarts: [] },
    running: [],
    facts: undefined,
    models: { phase: "unloaded" },
    modelHost: "",
    trouble: undefined,
  };
}

function emptySnapshot(starter: ModelProfile): AppSnapshot {
  const { engine, facts, models, modelHost } = emptyStatus(starter);
  return {
    boot: { phase: "starting" },
    leader: false,
    device: { id: "", name: "" },
    rooms: [],
    room: undefined,
    engine,
    facts,
    models,
    modelHost,
    problems: [],
  };
}
