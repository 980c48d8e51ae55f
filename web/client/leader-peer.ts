/**
 * The peer in the leading tab: engine, hosting and the commands about them (D29).
 *
 * Owns the composition of one leader term. Does not own leadership (leadership.ts), rooms' feeds or
 * screens.
 */

import { err, ok } from "#shared/base/mod.ts";
import {
  announcedLanes,
  createEngineService,
  createPeer,
  type EngineService,
  type Peer,
  type RoomFeeds,
  type Sessions,
  type StreamFrame,
} from "#shared/hosting/mod.ts";
import { type DeviceFacts, memoryBytesMaxOf, type ModelProfile } from "#shared/inference/mod.ts";
import type { IdSource, Log, PeerStore, Random, RoomLog, Transport } from "#shared/ports/mod.ts";
import { endpointLimits, supervisionLimits } from "#shared/supervision/mod.ts";
import type { AppSnapshot, CommandError } from "./app-client.ts";
import { createBroughtList } from "./brought-list.ts";
import type { ModelSettings } from "./client-storage.ts";
import { changeEndpoints } from "./endpoints/change-endpoints.ts";
import type { EndpointDesk } from "./endpoints/endpoint-desk.ts";
import { deviceIn, offerOf, tokensPerS } from "./device-offer.ts";
import { engineView } from "./engine-view.ts";
import { gateModel } from "./gate-model.ts";
import { createGpuRooms, gpuBytesOf } from "./gpu-room.ts";
import { inspectDevice } from "./inspect-device.ts";
import type { PeerAnswer, PeerCommand, PeerStatus } from "./peer-status.ts";
import { isOnBattery, type PowerPort } from "./power.ts";
import { unlistedModels } from "./downloads/kept-models.ts";
import { createModelShelf, type ModelShelfDeps } from "./downloads/model-shelf.ts";
import { removeModel } from "./remove-model.ts";
import { answerSession } from "./sessions/answer-session.ts";
import { createSharedLinks, type SharedLinks } from "./shared/shared-links.ts";
import type { SharedRooms } from "./shared/shared-rooms.ts";
import type { StartedEngine } from "./start-engine.ts";
import { suggestModel } from "./suggest-model.ts";

export { openEndpointDesk } from "./endpoints/endpoint-desk.ts";
export { createSessionServer } from "./sessions/serve-sessions.ts";

export interface LeaderPeerDeps extends ModelShelfDeps {
  readonly ids: IdSource;
  readonly random: Random;
  readonly trace: Log;
  /** This device's id in its local rooms. */
  readonly device: string;
  readonly deviceName: () => string;
  /** False while this tab's page is hidden. */
  readonly isVisible: () => boolean;
  readonly power: PowerPort;
  readonly store: PeerStore;
  readonly feeds: RoomFeeds;
  readonly logOf: (roomId: string) => RoomLog;
  readonly shared: SharedRooms;
  readonly transport: Transport;
  /** Starts one engine worker. Rejects when it cannot be started. */
  readonly startEngine: (
    generation: number,
    modelHost: string,
    signal: AbortSignal,
  ) => Promise<StartedEngine>;
  readonly endpoints: EndpointDesk;
  readonly catalogue: () => Promise<readonly ModelProfile[]>;
  readonly starter: ModelProfile;
  /** What a person chose earlier. */
  readonly chosen: ModelSettings;
  readonly onStatus: (status: PeerStatus) => void;
  readonly onFrame: (frame: StreamFrame) => void;
  readonly onProblem: (error: CommandError) => void;
}

export interface LeaderPeer {
  /** Hosts until `signal` aborts or an invariant breaks; resolves when all has ended. */
  run(signal: AbortSignal): Promise<void>;
  command(command: PeerCommand, signal: AbortSignal): Promise<PeerAnswer>;
  status(): PeerStatus;
  addRoom(roomId: string): void;
  dropRoom(roomId: string): void;
  /** The device's name changed. */
  wake(): void;
  /** A lost connection may work again. */
  retryLinks(): void;
  /** A room's keys changed. */
  restartLink(roomId: string): void;
  readonly sessions: Sessions;
}

const done: PeerAnswer = ok({ kind: "done" });
const never = new AbortController().signal; // Short work on storage that is not cut in the middle.

export function createLeaderPeer(deps: LeaderPeerDeps): LeaderPeer {
  let facts: DeviceFacts | undefined;
  let models: AppSnapshot["models"] = { phase: "unloaded" };
  let modelHost = deps.chosen.modelHost;
  let trouble: CommandError | undefined;
  let current: StartedEngine | undefined;
  let publishTimer = false;

  const engine: EngineService = createEngineService({
    ...deps,
    log: deps.trace,
    limits: {
      ...supervisionLimits,
      get whenSpent() { // HO162
        const isElsewhere = engine.status().profile?.endpoint !== undefined;
        return (isElsewhere ? endpointLimits : supervisionLimits).whenSpent;
      },
    },
    async startEngine(generation, signal) {
      const { profile } = engine.status();
      current = undefined;
      if (profile?.endpoint !== undefined) return deps.endpoints.start(generation, profile);
      current = await deps.startEngine(generation, modelHost, signal);
      return current;
    },
  });
  const shelf = createModelShelf(deps, {
    modelHost: () => modelHost,
    modelHistory: deps.chosen.history,
    onChange: () => publish(),
    // Both are owned by the leader's run and refuse only when storage does, which is told.
    onHere: (profile, isWanted) => {
      const work = isWanted ? useModel(profile, never) : Promise.resolve(done);
      void work.then(async (used) => {
        if (!used.ok) deps.onProblem(used.error);
        if (models.phase === "loaded") await listModels(never);
      });
    },
  });
  const links = followLinks(deps, () => peer, () => publish());
  const peer: Peer = createPeer({
    ...deps,
    engine,
    deviceOf: (roomId) => deviceIn(deps, roomId),
    linkOf: (roomId) => links.of(roomId),
    offer: (roomId) => offerOf(deps, engine, roomId),
    memoryBytesMax: () => facts && memoryBytesMaxOf(facts),
    deviceLoad: () => ({
      isHidden: !deps.isVisible(),
      isOnBattery: isOnBattery(deps.power.battery()),
    }),
    onFrame: deps.onFrame,
    onProblem(error) {
      if (error !== undefined && error.kind !== trouble?.kind) deps.onProblem(error);
      trouble = error;
      publish();
    },
    onDefect: (error) => deps.trace.write("error", "peer-defect", { error: String(error) }),
  });
  const { sessions } = peer;

  const status = (): PeerStatus => ({
    engine: engineView(engine.status(), tokensPerS(deps, engine), deps.clock),
    running: peer.attempts().map(({ since, ...attempt }) => ({ ...attempt, sinceMs: since })),
    facts,
    models,
    modelHost,
    endpoints: deps.endpoints.views(),
    lanes: announcedLanes(engine),
    downloads: shelf.statuses(),
    trouble,
    links: links.statuses(),
    asks: sessions.asks(),
    services: peer.services.status(),
  });
  /** Once a microtask, however many parts changed. */
  const publish = (): void => {
    if (publishTimer) return;
    publishTimer = true;
    queueMicrotask(() => {
      publishTimer = false;
      const now = status();
      shelf.observe(now.engine);
      deps.onStatus(now);
    });
  };

  const rooms = createGpuRooms(deps, () => modelHost, () => gpuBytesOf(engine.ready()?.profile));
  const brought = createBroughtList(deps.chosen.brought, deps.saveChoice);
  const ofPage = async () => [deps.starter, ...await deps.catalogue(), ...brought.all()];
  const profileOf = async (modelId: string): Promise<ModelProfile | undefined> =>
    modelId === deps.starter.id
      ? deps.starter
      : [...deps.endpoints.profiles(), ...await ofPage()].find((one) => one.id === modelId);

  const admit = async (profile: ModelProfile, signal: AbortSignal): Promise<PeerAnswer> => {
    if (await rooms.admits(profile, facts, signal)) return done;
    await listModels(signal); // Its card says now what the GPU gave.
    return err({ kind: "out-of-memory" });
  };

  const chooseModel = async (modelId: string, signal: AbortSignal): Promise<PeerAnswer> => {
    const profile = await profileOf(modelId);
    if (profile === undefined) return err({ kind: "model-unknown", modelId });
    const isHere = await shelf.isHere(profile);
    const refused = facts && gateModel(profile, facts, isHere);
    if (refused !== undefined) return err(refused);
    if (isHere) return await useModel(profile, signal);
    const admitted = await admit(profile, signal);
    if (admitted.ok) shelf.downloadAndUse(profile);
    return admitted;
  };

  const useModel = async (profile: ModelProfile, signal: AbortSignal): Promise<PeerAnswer> => {
    shelf.forgetWish();
    const saved = await deps.saveChoice("model-id", profile.id, signal);
    if (!saved.ok) return saved;
    if (engine.status().profile?.id === profile.id) engine.retryNow();
    else engine.choose(profile);
    return done;
  };

  const listModels = async (signal: AbortSignal): Promise<PeerAnswer> => {
    if (models.phase === "unloaded") models = { phase: "loading" };
    publish();
    const inspected = await inspectDevice(deps, engine, { current, facts, modelHost }, signal);
    if (inspected.ok) {
      facts = inspected.value;
      peer.wake(); // Who fits may be known only now (HO128).
    }
    const own = await ofPage();
    const listed = [...own, ...deps.endpoints.profiles()];
    const rows = await shelf.rows(listed, facts, rooms.last());
    const unlisted = await unlistedModels(new Set(listed.map(({ id }) => id)), deps.modelFiles);
    const suggested = facts === undefined ? undefined : suggestModel(own, facts);
    models = { phase: "loaded", rows, unlisted, ...suggested === undefined ? {} : { suggested } };
    publish();
    // Before an engine has run, what is known is the answer: the list without a verdict on fit.
    const isAnswer = inspected.ok || inspected.error.kind === "not-loaded";
    return isAnswer ? done : inspected;
  };

  const changeDownload = async (
    { kind, modelId }: Extract<PeerCommand, { kind: "download-model" | "pause-download" }>,
    signal: AbortSignal,
  ): Promise<PeerAnswer> => {
    const profile = await profileOf(modelId);
    if (profile === undefined) return err({ kind: "model-unknown", modelId });
    if (kind === "download-model") {
      const admitted = await admit(profile, signal);
      if (admitted.ok) shelf.download(profile);
      return admitted;
    }
    await shelf.pause(modelId);
    return await listModels(signal);
  };

  return {
    status,
    sessions,
    addRoom: (roomId) => peer.addRoom(roomId),
    dropRoom(roomId) {
      peer.dropRoom(roomId);
      links.drop(roomId);
      publish();
    },
    wake: () => peer.wake(),
    retryLinks() {
      links.retryNow();
      peer.wake(); // The page may have come back into view.
    },
    restartLink: (roomId) => links.restart(roomId),
    async run(signal) {
      using _engine = engine.subscribe(publish);
      using _peer = peer.subscribe(publish);
      using _asks = sessions.subscribe(publish);
      using _power = deps.power.subscribe(() => peer.wake());
      const chosen = deps.chosen.modelId;
      const profile = chosen === undefined ? deps.starter : await profileOf(chosen);
      if (brought.trouble !== undefined) deps.onProblem(brought.trouble);
      if (profile === undefined) deps.onProblem({ kind: "model-unknown", modelId: chosen ?? "" });
      else engine.choose(profile);
      try {
        await peer.run(signal);
      } catch (error) {
        if (!signal.aborted) throw error; // A defect: leadership ends this run and says so.
      } finally {
        await shelf.close();
      }
    },
    async command(command, signal) {
      switch (command.kind) {
        case "choose-model":
          return await chooseModel(command.modelId, signal);
        case "engine-stop":
          engine.stop();
          return done;
        case "engine-retry":
          engine.retryNow();
          return done;
        case "service-retry":
          peer.services.retryNow(command.roomId, command.persona);
          return done;
        case "list-models":
          return await listModels(signal);
        case "session":
          return await answerSession(sessions, command.request, signal);
        case "reconnect":
          return await reconnect(deps, links, command.roomId, signal);
        case "set-model-host": {
          if (command.url !== "" && !isHttpUrl(command.url)) return err({ kind: "url-invalid" });
          const saved = await deps.saveChoice("model-host", command.url, signal);
          if (!saved.ok) return saved;
          modelHost = command.url;
          publish();
          return done;
        }
        case "add-endpoint":
        case "remove-endpoint": {
          const changed = await changeEndpoints({ ...deps, engine }, command, signal);
          if (!changed.ok) return changed;
          await listModels(signal);
          return done;
        }
        case "delete-model": {
          const { modelId } = command; // Of a list or not (IN103).
          const removed = await removeModel({ ...deps, engine, shelf, brought }, modelId, signal);
          return removed.ok ? await listModels(signal) : removed;
        }
        case "add-model": {
          const added = await brought.add(command.profile, signal);
          return added.ok ? await listModels(signal) : added;
        }
        case "download-model":
        case "pause-download":
          return await changeDownload(command, signal);
      }
    },
  };
}

/** The rooms' links, whose news reach the peer that runs them. */
function followLinks(
  deps: LeaderPeerDeps,
  peer: () => Peer,
  publish: () => void,
): SharedLinks {
  return createSharedLinks({
    ...deps,
    rooms: deps.shared,
    onEphemeral: (roomId, device, body) => peer().receiveEphemeral(roomId, device, body),
    onStatus(isNewPhase) {
      if (isNewPhase) peer().wake(); // A room's worker waits until its link is live (HO28).
      publish();
    },
  });
}

/** Connects at once, with the keys as they are stored: another tab may have changed them. */
async function reconnect(
  deps: LeaderPeerDeps,
  links: SharedLinks,
  roomId: string,
  signal: AbortSignal,
): Promise<PeerAnswer> {
  const before = deps.shared.get(roomId);
  if (before === undefined) return err({ kind: "room-not-shared" });
  const now = await deps.shared.load(roomId, signal, "anew");
  if (!now.ok) return now;
  if (now.value?.access === before.access) links.retryNow(roomId);
  else links.restart(roomId);
  return done;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}
