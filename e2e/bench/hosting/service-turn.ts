/**
 * What hosting a persona adds to a turn: the same scripted replies by way of a whole peer (log,
 * intake, ledger, session, prompt, settlement; stores in memory) and by the engine alone.
 */

import { setImmediate } from "node:timers/promises";
import {
  createEngineService,
  createPeer,
  createRoomFeeds,
  type DeviceOffer,
  foundingEntries,
} from "#shared/hosting/mod.ts";
import type { GenerateRequest, ModelProfile } from "#shared/inference/mod.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { MemoryCheckpoints } from "#shared/testing/fakes/memory-checkpoints.ts";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { MemoryRoomLog } from "#shared/testing/fakes/memory-room-log.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { ScriptedEngine } from "#shared/testing/fakes/scripted-engine.ts";
import { starterProfile } from "#shared/testing/fakes/session-kit.ts";
import { createSystemClock, createSystemRandom } from "../../../edge/platform/system-ports.ts";

export interface TurnTimes {
  /** From the question's append to the settlement in the room's state. */
  readonly serviceMs: number;
  /** The same reply from the engine alone. */
  readonly bareMs: number;
}

export interface TurnShape {
  readonly tokens: number;
  readonly tokenMs: number;
}

const ROOM = "rm_bench";
const DEVICE = "dv_bench";
const TURNS_WARM = 10;
const profile: ModelProfile = {
  ...starterProfile,
  ...{ promptFormat: "chat", contextTokens: 1_024, replyTokensMax: 256 },
};

/** `turns` pairs, peer and bare engine in turn. */
export async function measureServiceTurns(
  turns: number,
  { tokens, tokenMs }: TurnShape,
): Promise<readonly TurnTimes[]> {
  const clock = createSystemClock();
  const words = Array.from({ length: tokens }, (_, index) => ` word${index}`);
  const createEngine = (generation = 1): ScriptedEngine =>
    new ScriptedEngine({
      ...{ clock, generation, tokenMs, reply: () => words, loadMs: 0, prefillMsPerToken: 0 },
      contextTokens: profile.contextTokens,
    });
  const { signal, stop, ask } = await openPeer(clock, createEngine);
  const bare = createEngine();
  await bare.load(profile, () => undefined, signal);
  const pairs: TurnTimes[] = [];
  try {
    for (let turn = 0; turn < TURNS_WARM + turns; turn += 1) {
      const pair = {
        serviceMs: await timeOf(() => ask(`Question ${turn}`)),
        bareMs: await timeOf(() => generate(bare, turn, tokens, signal)),
      };
      if (turn >= TURNS_WARM) pairs.push(pair);
    }
    return pairs;
  } finally {
    await stop();
  }
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const atMs = performance.now();
  await work();
  return performance.now() - atMs;
}

async function openPeer(
  clock: ReturnType<typeof createSystemClock>,
  createEngine: (generation: number) => ScriptedEngine,
) {
  const life = new AbortController();
  const { signal } = life;
  const [log, trace, ids] = [new MemoryRoomLog(clock), new RecordingLog(), new CountingIds()];
  const lanes = [{
    ...{ engine: profile.engine, modelId: profile.id, lane: "unknown" as const, slots: 1 },
    contextTokens: profile.contextTokens,
  }];
  const offer: DeviceOffer = { device: DEVICE, name: "Bench", hostsForOthers: true, lanes };
  const card = { name: "Ada", gist: "", description: "", greeting: "", hue: 0 };
  const ada = { id: "ps_ada", card, requirement: { contextTokensMin: 0 } };
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  for (const entry of foundingEntries(ROOM, "Bench", recipe, [ada], offer)) {
    await log.append(entry, signal);
  }
  const fail = (error: unknown): void => life.abort(error);
  const feeds = createRoomFeeds({
    ...{ clock, ids, trace, deviceOf: () => DEVICE, logOf: () => log },
    checkpoints: new MemoryCheckpoints(),
    onReadProblem: () => undefined,
    onDefect: (_room, error) => fail(error),
  }, signal);
  const engine = createEngineService({
    ...{ clock, log: trace, random: createSystemRandom() },
    startEngine: async (generation) => {
      const scripted = createEngine(generation);
      const kill = (): void => scripted.kill();
      return { engine: scripted, exited: scripted.exited, stop: async () => kill(), kill };
    },
  });
  const peer = createPeer({
    ...{ clock, ids, trace, feeds, engine, deviceOf: () => DEVICE, logOf: () => log },
    ...{ linkOf: () => undefined, store: new MemoryPeerStore(), offer: () => offer },
    ...{ random: createSystemRandom() },
    deviceLoad: () => ({ isHidden: false, isOnBattery: undefined }),
    onFrame: () => undefined,
    onProblem: (error) => error && fail(error),
    onDefect: fail,
  });
  engine.choose(profile);
  peer.addRoom(ROOM);
  const ended = peer.run(signal).catch((reason: unknown) => reason);
  const feed = feeds.open(ROOM);
  const changes = { look: () => {} };
  feed.subscribe(() => changes.look()); // Ends with the feed.
  signal.addEventListener("abort", () => changes.look());
  while (engine.ready() === undefined || !feed.isCaughtUp()) await setImmediate();
  return {
    signal,
    async ask(text: string): Promise<void> {
      const said = await feed.append({ kind: "say", text, addressed: [] }, signal);
      if (!said.ok) throw new Error(JSON.stringify(said.error));
      const turn = said.value.seq;
      await new Promise<void>((resolve, reject) => {
        changes.look = () => {
          if (signal.aborted) return reject(signal.reason);
          if (feed.state().turns.get(turn)?.entries.every(({ settled }) => settled)) resolve();
        };
        changes.look();
      });
    },
    async stop(): Promise<void> {
      life.abort("measured");
      await Promise.all([ended, feeds.close("measured")]);
    },
  };
}

async function generate(
  engine: ScriptedEngine,
  turn: number,
  tokensMax: number,
  signal: AbortSignal,
): Promise<void> {
  const request: GenerateRequest = {
    ...{ requestId: `bare-${turn}`, persona: "ps_ada", continueText: "", stop: [] },
    segments: [{ key: "ask", role: "user", text: `Question ${turn}` }],
    ...{ seed: turn, temperature: 0, topP: 1, tokensMax: tokensMax + 1 },
  };
  for await (const event of engine.generate(request, signal)) {
    if (event.kind === "outcome" && event.outcome.kind !== "done") {
      throw new Error(JSON.stringify(event.outcome));
    }
  }
}
