/**
 * The adapter and the worker's core in one process, over real message ports, with a scripted back
 * end: the protocol is proved here, the libraries in e2e/browser.
 */

import { afterEach, describe, expect, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import {
  type EngineError,
  type GenerateEvent,
  type GenerateRequest,
  inferenceLimits,
} from "#shared/inference/mod.ts";
import { CONTRACT_RUNS } from "#shared/testing/contracts/contract-case.ts";
import { engineContract, type EngineSubject } from "#shared/testing/contracts/engine.contract.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { starterProfile } from "../models/catalogue.ts";
import type { BackEnd } from "../worker/back-end.ts";
import type { OpenMessage } from "../worker/protocol.ts";
import { serveWorker } from "../worker/worker-core.ts";
import { createWorkerEngine, type WorkerEngine } from "./worker-engine.ts";

type BackEndFault = "hang" | "throw" | "fatal" | "hang-load" | undefined;

const WORDS = ["One", " two", " three", " four", " five", " six", " seven", " eight", "."];

/** Room for a message to come in between two words. */
const TURNS_PER_WORD = 8;

/** Says {@link WORDS}; `fault` decides what its next work does instead. */
function scriptedBackEnd(state: { fault: BackEndFault }): BackEnd {
  const hang = () => new Promise<never>(() => undefined);
  return {
    async load(profile, onProgress) {
      onProgress({ phase: "downloading", file: "model", bytesDone: 1, bytesTotal: 2 });
      if (state.fault === "hang-load") await hang();
      const { id: modelId, contextTokens } = profile;
      const lane = "cpu";
      const can = { continuesText: true, constrainsChoice: false, constrainsJson: false };
      const prompt = { promptLayout: "own-script", seesImages: false } as const;
      return ok({ modelId, lane, contextTokens, slots: 1, adapter: "", ...can, ...prompt });
    },
    async generate(request, sink, signal) {
      const text = request.segments.map((segment) => segment.text).join(" ");
      const promptTokens = text.split(" ").length;
      const tokensMax = starterProfile.contextTokens - request.tokensMax;
      if (promptTokens > tokensMax) {
        const error = { kind: "prompt-too-long", tokens: promptTokens, tokensMax } as const;
        return { kind: "failed", error, isFatal: false };
      }
      if (state.fault === "hang") await hang();
      if (state.fault === "throw") throw new Error("kaputt");
      sink.prefilled(promptTokens, 0);
      let count = 0;
      let finish: "stop" | "length" = "stop";
      for (const word of WORDS) {
        if (signal.aborted) return { kind: "cancelled" };
        if (count === request.tokensMax) {
          finish = "length";
          break;
        }
        count += 1;
        if (state.fault === "fatal" && count === 3) {
          const error: EngineError = { kind: "out-of-memory" };
          return { kind: "failed", error, isFatal: true };
        }
        if ((await sink.text(word, 1, signal)) === "stop") break;
        for (let turn = 0; turn < TURNS_PER_WORD; turn += 1) await macrotask();
      }
      if (signal.aborted) return { kind: "cancelled" };
      const usage = {
        promptTokens,
        cachedTokens: 0,
        generatedTokens: count,
        prefillMs: 1,
        decodeMs: 1,
      };
      return { kind: "done", finish, usage };
    },
    unload: () => Promise.resolve(),
  };
}

/** A worker object whose script runs in this process. */
class LocalWorker extends EventTarget {
  isTerminated = false;
  readonly #scope = new EventTarget();
  #pulse: MessagePort | undefined;
  constructor(state: { fault: BackEndFault }, isDeaf: boolean) {
    super();
    const createBackEnd = () => scriptedBackEnd(state);
    const load = () => Promise.resolve(createBackEnd);
    const scope = {
      addEventListener: (type: "message", listener: (event: MessageEvent<unknown>) => void) =>
        this.#scope.addEventListener(type, (event) => listener(event as MessageEvent<unknown>)),
    };
    if (!isDeaf) serveWorker(scope, { "transformers": load, "web-llm": load });
  }
  postMessage(data: OpenMessage): void {
    this.#pulse = data.pulse;
    this.#scope.dispatchEvent(new MessageEvent("message", { data }));
  }
  terminate(): void {
    this.isTerminated = true;
  }
  /** A heartbeat; the worker's own come from real timers, too late for a manual clock. */
  beat(): void {
    this.#pulse?.postMessage({ kind: "beat" });
  }
  crash(): void {
    this.dispatchEvent(Object.assign(new Event("error"), { message: "crashed" }));
  }
}

const macrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Ports deliver in tasks: a stop of the clock grants some. */
async function settleTasks(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await macrotask();
}

const opened: WorkerEngine[] = [];
afterEach(() => {
  for (const engine of opened.splice(0)) engine.kill();
});

const settings = { modelHost: { weights: "", libraries: "" }, force: undefined };

async function setup(options: { readonly isDeaf?: boolean; readonly isLoaded?: boolean } = {}) {
  const clock = new ManualClock({ settle: settleTasks });
  const log = new RecordingLog();
  const state: { fault: BackEndFault } = { fault: undefined };
  const worker = new LocalWorker(state, options.isDeaf === true);
  const startWorker = () => worker as unknown as Worker;
  const child = createWorkerEngine({ clock, log, generation: 7, startWorker, settings });
  opened.push(child);
  if (options.isLoaded !== false) {
    const loaded = await child.engine.load(starterProfile, () => undefined, noAbort());
    expect(loaded.ok).toBe(true);
  }
  return { clock, log, state, worker, child, engine: child.engine };
}

const noAbort = (): AbortSignal => new AbortController().signal;

function request(ask: string, overrides: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    requestId: "rq_1",
    persona: "ps_1",
    segments: [{ key: "room", role: "script", text: "Room" }, {
      key: ask,
      role: "script",
      text: ask,
    }],
    continueText: "",
    stop: [],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 32,
    ...overrides,
  };
}

async function collect(engine: WorkerEngine["engine"], signal = noAbort()) {
  const events: GenerateEvent[] = [];
  for await (const event of engine.generate(request("tell"), signal)) events.push(event);
  return events;
}

describe("the worker engine over real ports", () => {
  test.each(engineContract.map((item) => [item.title, item] as const))("%s", async (_, item) => {
    const make = async (): Promise<EngineSubject> => {
      const { engine, worker } = await setup();
      return {
        engine,
        profile: starterProfile,
        request,
        forksPrefix: false,
        continuesText: true,
        constrainsChoice: false,
        constrainsJson: false,
        elapse: (work) => work,
        kill: () => worker.crash(),
        close: () => Promise.resolve(),
      };
    };
    await item.run(make, CONTRACT_RUNS);
  });
});

const lost = { kind: "outcome", outcome: { kind: "engine-lost", generation: 7 } };

test("[IN2] without heartbeats the worker is dead and what is in flight is lost", async () => {
  // The worker's own beats come from real timers, so none arrives while this clock runs.
  const { clock, child, engine, state, worker } = await setup();
  state.fault = "hang";
  const pending = collect(engine);
  await clock.advance(inferenceLimits.heartbeatLostMs + 2 * inferenceLimits.heartbeatMs);
  expect(await pending).toEqual([lost]);
  expect(worker.isTerminated).toBe(true);
  expect(await child.exited).toMatchObject({ kind: "failed", reason: { kind: "heartbeat-lost" } });
});

test("[IN2] a worker whose script never answers is given up", async () => {
  const { clock, child } = await setup({ isDeaf: true, isLoaded: false });
  const started = child.started(noAbort());
  await clock.advance(inferenceLimits.workerStartMsMax + 2 * inferenceLimits.heartbeatMs);
  expect((await started).ok).toBe(false);
  expect(await child.exited).toMatchObject({ reason: { kind: "heartbeat-lost" } });
});

test("[IN2] an error in the worker's script ends calls and replies at once", async () => {
  const { child, engine, state, worker } = await setup();
  state.fault = "hang";
  const pending = collect(engine);
  await macrotask();
  worker.crash();
  expect(await pending).toEqual([lost]);
  expect(await child.exited).toMatchObject({ reason: { kind: "worker-error", detail: "crashed" } });
});

test("[IN3, IN6] a cancel that is not acknowledged kills; the reply ends cancelled", async () => {
  const { clock, child, engine, state } = await setup();
  state.fault = "hang";
  const controller = new AbortController();
  const pending = collect(engine, controller.signal);
  await settleTasks();
  controller.abort();
  await clock.advance(inferenceLimits.cancelAckMsMax);
  expect(await pending).toEqual([{ kind: "outcome", outcome: { kind: "cancelled" } }]);
  expect(await child.exited).toMatchObject({ reason: { kind: "cancel-ignored" } });
});

test("[IN3] a load that hears no cancel is killed and says cancelled", async () => {
  const { clock, child, engine, state } = await setup({ isLoaded: false });
  state.fault = "hang-load";
  const controller = new AbortController();
  const load = engine.load(starterProfile, () => controller.abort(), controller.signal);
  await clock.advance(inferenceLimits.cancelAckMsMax);
  expect(await load).toEqual({ ok: false, error: { kind: "cancelled" } });
  expect((await child.exited).kind).toBe("failed");
});

test("[IN1] what escapes a back end fails that reply, and then the worker", async () => {
  const { child, engine, state } = await setup();
  state.fault = "throw";
  const failed = { kind: "failed", error: { kind: "internal", detail: "kaputt" } };
  expect(await collect(engine)).toEqual([{ kind: "outcome", outcome: failed }]);
  expect(await child.exited).toMatchObject({ kind: "failed", reason: { kind: "internal" } });
  expect((await collect(engine)).at(-1)).toEqual(lost);
});

test("[IN1] a fatal failure keeps the text before it", async () => {
  const { child, engine, state } = await setup();
  state.fault = "fatal";
  const events = await collect(engine);
  expect(events.map((event) => (event.kind === "text" ? event.text : "")).join("")).toBe("One two");
  expect(events.at(-1)).toMatchObject({ outcome: { error: { kind: "out-of-memory" } } });
  expect(await child.exited).toMatchObject({ reason: { kind: "out-of-memory" } });
});

test("a probe that gives no token meets its deadline, and the worker lives on", async () => {
  const { clock, engine, state, worker } = await setup();
  state.fault = "hang";
  const probe = engine.probe(noAbort());
  const { heartbeatMs, probeMsMax } = inferenceLimits;
  for (let ms = 0; ms < probeMsMax; ms += heartbeatMs) {
    worker.beat();
    await clock.advance(heartbeatMs);
  }
  const error = { kind: "deadline", afterMs: probeMsMax };
  expect(await probe).toEqual({ ok: false, error });
  expect(worker.isTerminated).toBe(false);
});

test("stopping cancels what runs and ends the worker as cancelled", async () => {
  const { child, engine, state, worker, clock } = await setup();
  state.fault = "hang";
  const pending = collect(engine);
  await settleTasks();
  const stopped = child.stop(500, noAbort());
  await clock.advance(500);
  await stopped;
  expect(await pending).toEqual([{ kind: "outcome", outcome: { kind: "cancelled" } }]);
  expect([worker.isTerminated, (await child.exited).kind]).toEqual([true, "cancelled"]);
});
