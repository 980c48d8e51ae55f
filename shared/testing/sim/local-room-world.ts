/**
 * A whole device in one process: pages that crash, an engine that dies, a store that fails, people
 * who press everything; time, chance and ids from one seed.
 *
 * What survives a crash is what a browser keeps: the room's log, the peer store, the checkpoints. A
 * page is the product's own composition (feeds, peer, engine service) over them.
 */

import { createEngineService } from "../../hosting/engine-service.ts";
import { foundingEntries } from "../../hosting/founding.ts";
import { createPeer, type Peer, type PeerLink } from "../../hosting/peer.ts";
import type { SupervisionLimits } from "../../supervision/limits.ts";
import type { StreamFrame } from "../../hosting/sessions/stream-frame.ts";
import { createRoomFeeds, type RoomFeeds } from "../../hosting/room-feeds.ts";
import type { LoadTurnRecall } from "../../hosting/room-recall.ts";
import { createTurnRecall, type TurnRecall } from "../../hosting/turn-recall.ts";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import { type Recipe, recipeKinds, type RoomEvent } from "../../protocol/events.ts";
import { foldEntries } from "../../room/fold.ts";
import { emptyState } from "../../room/draft.ts";
import type { RoomState } from "../../room/room-state.ts";
import { CountingIds } from "../fakes/counting-ids.ts";
import { ManualClock } from "../fakes/manual-clock.ts";
import type { MemoryCheckpoints } from "../fakes/memory-checkpoints.ts";
import { MemoryPeerStore } from "../fakes/memory-peer-store.ts";
import { MemoryRoomLog } from "../fakes/memory-room-log.ts";
import { RecordingLog } from "../fakes/recording-log.ts";
import { ScriptedEngine } from "../fakes/scripted-engine.ts";
import { SeededRandom } from "../fakes/seeded-random.ts";

export const ROOM = "rm_sim";
export const DEVICE = "dv_sim";
const never = new AbortController().signal;

const profile: ModelProfile = {
  id: "scripted",
  engine: "transformers",
  name: "Scripted",
  goodFor: "",
  licence: "",
  parameters: 1,
  downloadBytes: 1,
  memoryBytes: 1,
  contextTokens: 1_024,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "starter-script",
  embedded: true,
  replyTokensMax: 64,
  temperature: 0,
  topP: 1,
};

const REPLIES: readonly (readonly string[])[] = [
  ["A", " short", " answer", "."],
  ["P", "ASS"],
  ["I", " would", " ask", " C", " now."],
  ["One", " two", " three", " four", " five", " six", " seven", " eight", "."],
  [""],
];

export interface SimWorld {
  readonly clock: ManualClock;
  readonly random: SeededRandom;
  readonly log: MemoryRoomLog;
  readonly store: MemoryPeerStore;
  /**
   * What people saw of texts that only grow, for the checker: `persona/turn/attempt` to shown
   * texts.
   */
  readonly problems: string[];
  page: SimPage | undefined;
  /** Faults strike while true. */
  isHostile: boolean;
  saidCount: number;
  /** Set before a page opens: the room is shared through it. */
  link: PeerLink | undefined;
  /** Set before a page opens: a model of another kind than the starter, and its words. */
  model: {
    /** How its engine is supervised; that of a page when undefined. */
    supervision?: SupervisionLimits;
    /** Its engines cannot be reached. */
    isAway?: boolean;
    readonly profile?: Partial<ModelProfile>;
    readonly reply?: (request: GenerateRequest) => readonly string[];
    readonly sayJson?: (request: GenerateRequest) => string;
    /** What this device lets models take. */
    readonly memoryBytesMax?: number;
  };
}

export interface SimPage {
  readonly feeds: RoomFeeds;
  readonly engines: ScriptedEngine[];
  readonly defects: unknown[];
  /** At most one: the peer's search over older lines. */
  readonly recalls: readonly TurnRecall[];
  readonly peer: Peer;
  /** What people of this device were shown of running attempts. */
  readonly frames: StreamFrame[];
  append(event: RoomEvent): Promise<void>;
  state(): RoomState;
  retryEngine(): void;
  /** As a crash does: nothing that this page started goes on. */
  crash(): Promise<void>;
}

/** A local room of three; its recipe is drawn unless `chosen` says which. */
export async function createWorld(seed: string, chosen?: Recipe): Promise<SimWorld> {
  const clock = new ManualClock();
  const log = new MemoryRoomLog(clock);
  const world: SimWorld = {
    clock,
    random: new SeededRandom(seed),
    log,
    store: new MemoryPeerStore(),
    problems: [],
    page: undefined,
    isHostile: true,
    saidCount: 0,
    link: undefined,
    model: {},
  };
  const personas = ["ps_a", "ps_b", "ps_c"].map((id) => ({
    id,
    card: { name: id.slice(3).toUpperCase(), gist: "", description: "", greeting: "", hue: 0 },
    requirement: { contextTokensMin: 0 },
  }));
  const recipe = chosen ?? drawRecipe(world.random);
  const lanes = [{
    engine: profile.engine,
    modelId: profile.id,
    lane: "unknown",
    contextTokens: profile.contextTokens,
    slots: 1,
  }] as const;
  const offer = { device: DEVICE, name: "Sim", hostsForOthers: true, lanes };
  for (const entry of foundingEntries(ROOM, "Sim", recipe, personas, offer)) {
    await log.append(entry, never);
  }
  return world;
}

/** Any of the six; a director may be nobody of the cast. */
export function drawRecipe(random: SeededRandom): Recipe {
  return {
    kind: random.pick([...recipeKinds, "director"]),
    followUpsMax: random.integer(3),
    speakersPerTurn: 1 + random.integer(2),
    rounds: 1 + random.integer(3),
    director: random.pick(["ps_a", "ps_b", "ps_c", "ps_none"]),
  };
}

/** What a person says of a persona of the cast: that she is there, or that she goes. */
export function personaEvent(id: string, removed: boolean): RoomEvent {
  return {
    kind: "persona",
    persona: id,
    card: { name: id.slice(3).toUpperCase(), gist: "", description: "", greeting: "", hue: 0 },
    requirement: { contextTokensMin: 0 },
    hosts: "any",
    removed,
  };
}

/** Loading a module takes real time, which a simulation must not see. */
export const loadTurnRecallAtOnce: LoadTurnRecall = () => Promise.resolve({ createTurnRecall });

/** Opens a page over what survived; one at a time. `pageNumber` makes its ids its own. */
export function openPage(
  world: SimWorld,
  checkpoints: MemoryCheckpoints,
  pageNumber: number,
): SimPage {
  const { clock, log, store } = world;
  const stop = new AbortController();
  const counting = new CountingIds();
  const ids = { next: (prefix: string) => counting.next(`${prefix}_p${pageNumber}`) };
  const trace = new RecordingLog();
  const engines: ScriptedEngine[] = [];
  const defects: unknown[] = [];
  const recalls: TurnRecall[] = [];
  const frames: StreamFrame[] = [];
  const random = world.random.fork(`page ${pageNumber}`);
  const feeds = createRoomFeeds({
    deviceOf: () => DEVICE,
    clock,
    ids,
    trace,
    checkpoints,
    logOf: () => log,
    onReadProblem: () => undefined,
    onDefect: (_room, error) => defects.push(error),
  }, stop.signal);
  const engine = createEngineService({
    clock,
    random: random.fork("supervision"),
    log: trace,
    ...world.model.supervision && { limits: world.model.supervision },
    startEngine: async (generation, signal) => {
      signal.throwIfAborted();
      const scripted = new ScriptedEngine({
        clock,
        generation,
        constrainsChoice: random.next() < 0.5 || !world.isHostile,
        contextTokens: world.model.profile?.contextTokens ?? profile.contextTokens,
        reply: world.model.reply ?? ((request) => REPLIES[request.seed % REPLIES.length] ?? []),
        ...world.model.sayJson === undefined
          ? {}
          : { constrainsJson: true, sayJson: world.model.sayJson },
      });
      engines.push(scripted);
      if (world.isHostile) plantFault(scripted, random);
      if (world.model.isAway === true) {
        scripted.inject({ kind: "host-unreachable", host: "models.example" });
      }
      return {
        engine: scripted,
        exited: scripted.exited,
        stop: async () => scripted.kill("stopped"),
        kill: () => scripted.kill("reaped"),
      };
    },
  });
  const peer = createPeer({
    clock,
    random: random.fork("services"),
    ids,
    trace,
    deviceOf: () => DEVICE,
    linkOf: () => world.link,
    store,
    feeds,
    engine,
    logOf: () => log,
    // Loading a module takes real time, which a simulation must not see.
    loadTurnRecall: () =>
      Promise.resolve({
        createTurnRecall(log) {
          const recall = createTurnRecall(log);
          recalls.push(recall);
          return recall;
        },
      }),
    offer: () => ({
      device: DEVICE,
      name: "Sim",
      hostsForOthers: true,
      lanes: [{
        engine: profile.engine,
        modelId: profile.id,
        lane: engine.ready()?.model.lane ?? "unknown",
        contextTokens: profile.contextTokens,
        slots: 1,
      }],
    }),
    memoryBytesMax: () => world.model.memoryBytesMax,
    deviceLoad: () => ({ isHidden: false, isOnBattery: undefined }),
    onFrame: (frame) => frames.push(frame),
    onProblem: (error) => error && world.problems.push(error.kind),
    onDefect: (error) => defects.push(error),
  });
  engine.choose({ ...profile, ...world.model.profile });
  peer.addRoom(ROOM);
  const ended = peer.run(stop.signal).catch((reason: unknown) => reason);
  const feed = feeds.open(ROOM);
  return {
    feeds,
    engines,
    defects,
    recalls,
    peer,
    frames,
    state: () => feed.state(),
    retryEngine: () => engine.retryNow(),
    async append(event) {
      const appended = await feed.append(event, stop.signal);
      if (event.kind === "say" && appended.ok) world.saidCount += 1;
    },
    async crash() {
      stop.abort("page crashed");
      for (const one of engines) one.kill("page crashed");
      // A stopping engine waits for its grace: time must pass for it.
      for (let round = 0; round < 20; round += 1) await clock.advance(500);
      await Promise.all([ended, feeds.close("page crashed")]);
    },
  };
}

function plantFault(engine: ScriptedEngine, random: SeededRandom): void {
  const draw = random.next();
  const token = 1 + Math.floor(random.next() * 6);
  if (draw < 0.25) engine.inject({ kind: "die-at-token", token });
  else if (draw < 0.35) engine.inject({ kind: "lose-device", token });
  else if (draw < 0.4) engine.inject({ kind: "hang-in-prefill" });
  else if (draw < 0.5) engine.inject({ kind: "refuse-busy" });
  else if (draw < 0.55) engine.inject({ kind: "host-unreachable", host: "sim" });
  else if (draw < 0.6) engine.inject({ kind: "late-event-after-cancel", lateMs: 300 });
  else if (draw < 0.65) {
    engine.inject({ kind: "fail-at-token", token, error: { kind: "internal", detail: "sim" } });
  }
}

/** The truth, folded anew from the log. */
export function stateOf(world: SimWorld): RoomState {
  return foldEntries(emptyState(), world.log.entries);
}
