/**
 * The engine over the real model. On Deno its worker is the product's own; Node 20 reads no
 * TypeScript, so there the two ends meet in one thread, over a real message channel.
 */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import { createEngineService, type EngineInfo } from "#shared/hosting/mod.ts";
import {
  type Engine,
  type GenerateRequest,
  inferenceLimits,
  type PromptSegment,
  starterProfile,
} from "#shared/inference/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import type { EngineChild } from "#shared/supervision/mod.ts";
import { CONTRACT_RUNS, noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { engineContract, type EngineSubject } from "#shared/testing/contracts/engine.contract.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createSystemClock, createSystemRandom } from "../../../platform/system-ports.ts";
import { type OnnxModel, openOnnxModel } from "./onnx-model.ts";
import { serveStarter } from "./serve-starter.ts";
import { startStarterThread } from "./start-thread.ts";
import { createStarterEngine, type StarterThread } from "./starter-engine.ts";
import { readStarterFiles } from "./starter-files.ts";

const folder = join(process.cwd(), "web/models/starter/files");
const isDeno = process.versions["deno"] !== undefined;

let model: Promise<OnnxModel> | undefined;

/** Opened once for the file: a wasm session costs most of a second. */
async function openModel(): Promise<OnnxModel> {
  const open = async () =>
    await openOnnxModel(
      valueOf(await readStarterFiles(folder, noAbort), "files"),
      starterProfile.contextTokens,
    );
  model ??= open();
  return { ...await model, dispose: () => Promise.resolve() };
}

interface LocalThread extends StarterThread {
  end(detail: string): void;
}

/** The worker's end in this thread; `isDeaf` obeys nothing and has no pulse. */
function startLocalThread(isDeaf = false, change: Partial<OnnxModel> = {}): LocalThread {
  const { port1, port2 } = new MessageChannel();
  let tell: (detail: string) => void = () => undefined;
  if (!isDeaf) {
    serveStarter(port2, {
      openModel: async () => ok({ ...await openModel(), ...change }),
      now: () => performance.now(),
      yieldTurn: () => setImmediate(),
    });
  }
  return {
    postMessage: (message) => port1.postMessage(message),
    on: (event, listener) => port1.on(event, listener),
    onEnd(listener) {
      tell = listener;
    },
    terminate() {
      port1.close();
      port2.close();
    },
    end: (detail) => tell(detail),
  };
}

function makeRequest(ask: string, overrides: Partial<GenerateRequest> = {}): GenerateRequest {
  const room = "<|room|>Here: Mirko and Rhoda.\nMirko: Hello Rhoda, what do you like?\n";
  const cue =
    `Mirko: ${ask}\n<|cue|>Rhoda: a household robot that blinks a lot | for all\n<|reply|>`;
  const segments: readonly PromptSegment[] = [
    { key: "room", role: "script", text: room },
    { key: `cue:${ask}`, role: "script", text: cue },
  ];
  return {
    ...{ requestId: "rq_1", persona: "ps_1", segments, continueText: "", stop: [] },
    ...{ seed: 3, temperature: 0, topP: 1, tokensMax: 40 },
    ...overrides,
  };
}

async function openEngine(startThread: () => StarterThread): Promise<EngineChild> {
  const child = await loadEngine(startThread, createSystemClock());
  onTestFinished(() => child.kill());
  return child;
}

async function loadEngine(startThread: () => StarterThread, clock: Clock): Promise<EngineChild> {
  const child = createStarterEngine({ generation: 4, clock, startThread });
  valueOf(await child.engine.load(starterProfile, () => undefined, noAbort), "load");
  return child;
}

test("[HO160] a worker that crashed is replaced by another, which answers", async () => {
  const threads: LocalThread[] = [];
  const service = createEngineService({
    ...{ clock: createSystemClock(), random: createSystemRandom(), log: new RecordingLog() },
    startEngine: (generation) => {
      const startThread = () => {
        const thread = startLocalThread();
        threads.push(thread);
        return thread;
      };
      const clock = createSystemClock();
      return Promise.resolve(createStarterEngine({ generation, clock, startThread }));
    },
  });
  const stop = new AbortController();
  const running = service.run(stop.signal).catch(() => undefined);
  const readyWith = (generation: number) =>
    new Promise<EngineInfo>((resolve) => {
      const look = (): void => {
        const info = service.ready();
        if (info?.engine.generation === generation) resolve(info);
      };
      service.subscribe(look);
    });
  const [first, second] = [readyWith(1), readyWith(2)];
  service.choose(starterProfile);
  await first;
  threads[0]?.end("it crashed");
  const { engine } = await second;
  const events = [];
  for await (const event of engine.generate(makeRequest("tell"), noAbort)) events.push(event);
  expect(events.at(-1)).toMatchObject({ outcome: { kind: "done" } });
  stop.abort();
  await running;
  expect(threads).toHaveLength(2);
});

describe("[HO160] the starter in this process keeps the engine contract", () => {
  const start = isDeno ? () => startStarterThread(folder) : () => startLocalThread();
  /** The worker that the next case may use; undefined once a case has spoilt it. */
  let shared: EngineChild | undefined;
  afterAll(() => shared?.kill());
  const make = async (): Promise<EngineSubject> => {
    shared ??= await loadEngine(start, createSystemClock());
    const child = shared;
    void child.exited.then(() => shared = shared === child ? undefined : shared);
    const engine: Engine = {
      ...child.engine,
      unload(signal) {
        shared = undefined;
        return child.engine.unload(signal);
      },
    };
    return {
      ...{ engine, profile: starterProfile, request: makeRequest },
      ...{ forksPrefix: true, continuesText: true, constrainsChoice: true, constrainsJson: false },
      elapse: (work) => work,
      kill() {
        shared = undefined;
        child.kill();
      },
      close: () => Promise.resolve(shared === child ? undefined : child.kill()),
    };
  };
  test.each(engineContract.map((item) => [item.title, item] as const))("%s", async (_, item) => {
    await item.run(make, CONTRACT_RUNS);
  });
});

/** Begins a reply and waits for its first text. */
async function beginReply(child: EngineChild, signal = noAbort) {
  const events = child.engine.generate(makeRequest("tell me"), signal)[Symbol.asyncIterator]();
  for (;;) {
    const { value } = await events.next();
    if (value?.kind === "text") return events;
    if (value?.kind === "outcome") throw new Error(JSON.stringify(value));
  }
}

test("[HO160] a worker that ends by itself loses its replies at once, and says why", async () => {
  const thread = startLocalThread();
  const child = await openEngine(() => thread);
  const events = await beginReply(child);
  thread.end("it ended with code 3");
  const rest = [];
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    rest.push(next.value);
  }
  expect(rest.at(-1)).toEqual({
    kind: "outcome",
    outcome: { kind: "engine-lost", generation: 4 },
  });
  expect(await child.exited).toEqual({
    kind: "failed",
    reason: { kind: "worker-ended", detail: "it ended with code 3" },
  });
});

test("[HO160] a worker that shows no sign of life is given up", async () => {
  const clock = new ManualClock();
  const startThread = () => startLocalThread(true);
  const child = createStarterEngine({ generation: 1, clock, startThread });
  const loading = child.engine.load(starterProfile, () => undefined, noAbort);
  await clock.advance(inferenceLimits.workerStartMsMax + 2 * inferenceLimits.heartbeatMs);
  expect(await child.exited).toMatchObject({ reason: { kind: "heartbeat-lost" } });
  expect(await loading).toMatchObject({ ok: false, error: { kind: "internal" } });
});

test("[HO160] [IN3] a worker that does not acknowledge a cancel is ended", async () => {
  let tellHung: () => void = () => undefined;
  const hung = new Promise<void>((resolve) => tellHung = resolve);
  const thread = startLocalThread(false, {
    run() {
      tellHung();
      return new Promise<never>(() => undefined);
    },
  });
  const child = await openEngine(() => thread);
  const stop = new AbortController();
  const events = child.engine.generate(makeRequest("tell"), stop.signal)[Symbol.asyncIterator]();
  const next = events.next();
  await hung;
  stop.abort();
  const last = await next;
  expect(last.value).toEqual({ kind: "outcome", outcome: { kind: "cancelled" } });
  expect(await child.exited).toMatchObject({ reason: { kind: "cancel-ignored" } });
});

test("[HO160] a run of the model that fails ends the generation: nothing can run there", async () => {
  const whole = await openModel();
  let runs = 0;
  const thread = startLocalThread(false, {
    run: (ids, past) => {
      runs += 1;
      return runs > 4 ? Promise.reject(new Error("no kernel")) : whole.run(ids, past);
    },
  });
  const child = await openEngine(() => thread);
  const events = [];
  for await (const event of child.engine.generate(makeRequest("tell"), noAbort)) events.push(event);
  expect(events.at(-1)).toMatchObject({ outcome: { kind: "failed", error: { kind: "internal" } } });
  expect(await child.exited).toMatchObject({ kind: "failed", reason: { kind: "internal" } });
});

test("[IN11] a file of the host's model that is not the one of its manifest is refused", async () => {
  const copy = mkdtempSync(join(tmpdir(), "conclave-starter-"));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  cpSync(folder, copy, { recursive: true });
  expect((await readStarterFiles(copy, noAbort)).ok).toBe(true);
  writeFileSync(join(copy, "config.json"), "{}");
  expect(await readStarterFiles(copy, noAbort)).toMatchObject({
    error: { kind: "wrong-bytes", file: "config.json", detail: "2 bytes instead of 478" },
  });
  writeFileSync(join(copy, "config.json"), " ".repeat(478));
  expect(await readStarterFiles(copy, noAbort)).toMatchObject({
    error: { kind: "wrong-bytes", file: "config.json", detail: "another hash" },
  });
  rmSync(join(copy, "onnx/model.onnx"));
  cpSync(join(folder, "config.json"), join(copy, "config.json"));
  expect(await readStarterFiles(copy, noAbort)).toMatchObject({
    error: { kind: "wrong-bytes", file: "onnx/model.onnx", detail: "ENOENT" },
  });
});

test.runIf(isDeno)(
  "[HO160] the worker's own script ends with a reason it can be told",
  async () => {
    const child = createStarterEngine({
      ...{ generation: 1, clock: createSystemClock() },
      startThread: () => startStarterThread(join(folder, "nowhere")),
    });
    onTestFinished(() => child.kill());
    expect(await child.engine.load(starterProfile, () => undefined, noAbort)).toMatchObject({
      error: { kind: "wrong-bytes", file: "manifest.json" },
    });
  },
);
