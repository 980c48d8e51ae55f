import { expect, test } from "vitest";
import type { ModelProfile } from "../inference/model-profile.ts";
import { endpointLimits, type SupervisionLimits } from "../supervision/limits.ts";
import { troubleOf } from "../supervision/supervision-state.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ScriptedEngine, type ScriptedFault } from "../testing/fakes/scripted-engine.ts";
import { SeededRandom } from "../testing/fakes/seeded-random.ts";
import { createEngineService } from "./engine-service.ts";

const profile = (id: string): ModelProfile => ({
  id,
  engine: "transformers",
  name: id,
  goodFor: "",
  licence: "",
  parameters: 1,
  downloadBytes: 1,
  memoryBytes: 1,
  contextTokens: 512,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "starter-script",
  embedded: true,
  replyTokensMax: 32,
  temperature: 0,
  topP: 1,
});

function setup(faults: readonly ScriptedFault[] = [], limits?: SupervisionLimits) {
  const clock = new ManualClock();
  const engines: ScriptedEngine[] = [];
  const alive = new Set<ScriptedEngine>();
  let aliveMax = 0;
  const stop = new AbortController();
  const service = createEngineService({
    clock,
    random: new SeededRandom("engine"),
    log: new RecordingLog(),
    ...limits && { limits },
    startEngine: async (generation) => {
      const engine = new ScriptedEngine({ clock, generation });
      const fault = faults[engines.length];
      if (fault !== undefined) engine.inject(fault);
      engines.push(engine);
      alive.add(engine);
      aliveMax = Math.max(aliveMax, alive.size);
      const end = () => {
        alive.delete(engine);
        engine.kill();
      };
      return { engine, exited: engine.exited, stop: async () => end(), kill: end };
    },
  });
  const ended = service.run(stop.signal).catch((reason: unknown) => reason);
  return { clock, service, engines, stop, ended, aliveMax: () => aliveMax };
}

test("[HO9] an engine is offered only after it loaded and generated a token", async () => {
  const { clock, service } = setup();
  service.choose(profile("m"));
  await clock.advance(100);
  expect(service.ready()).toBeUndefined();
  expect(service.status().supervision.phase).toBe("starting");
  await clock.advance(10);
  expect(service.ready()).toMatchObject({ profile: { id: "m" }, firstTokenMs: 10 });
});

test("[HO9] an engine that dies is not offered until its successor generated a token", async () => {
  const { clock, service, engines } = setup();
  service.choose(profile("m"));
  await clock.advance(1_000);
  engines[0]?.kill();
  await clock.advance(1);
  expect(service.ready()).toBeUndefined();
  await clock.advance(5_000);
  expect(service.ready()?.engine).toBe(engines[1]);
});

test("[HO10] choosing another model ends the old engine before the new one starts", async () => {
  const { clock, service, engines, aliveMax } = setup();
  service.choose(profile("m"));
  await clock.advance(1_000);
  service.choose(profile("n"));
  await clock.advance(10_000);
  expect(service.ready()?.profile.id).toBe("n");
  expect(engines).toHaveLength(2);
  expect(aliveMax()).toBe(1);
});

test("[HO10] choosing the same model again changes nothing", async () => {
  const { clock, service, engines } = setup();
  service.choose(profile("m"));
  await clock.advance(1_000);
  service.choose(profile("m"));
  await clock.advance(1_000);
  expect(engines).toHaveLength(1);
});

test("[HO11] wrong bytes fail at once with the file's name, and retry now starts afresh", async () => {
  const { clock, service } = setup([{ kind: "wrong-bytes", file: "model.onnx" }]);
  service.choose(profile("m"));
  await clock.advance(1_000);
  expect(service.status().supervision.phase).toBe("failed");
  expect(service.status().lastError).toMatchObject({ kind: "wrong-bytes", file: "model.onnx" });
  service.retryNow();
  await clock.advance(1_000);
  expect(service.ready()).toBeDefined();
  expect(service.status().lastError).toBeUndefined();
});

test("[HO11] an unreachable host is tried again and then told by name", async () => {
  const { clock, service, engines } = setup(
    Array.from(
      { length: 6 },
      () => ({ kind: "host-unreachable", host: "models.example" }) as const,
    ),
  );
  service.choose(profile("m"));
  await clock.advance(120_000);
  expect(engines).toHaveLength(6);
  expect(service.status().supervision.phase).toBe("given-up");
  expect(service.status().lastError).toMatchObject({ host: "models.example" });
});

test("[HO11] [HO132] whether the load or the first token failed is told, until it is ready", async () => {
  const host = { kind: "host-unreachable", host: "models.example" } as const;
  const { clock, service, engines } = setup([host]);
  service.choose(profile("m"));
  await clock.advance(101);
  expect(service.status()).toMatchObject({ lastError: host, failedAt: "load" });
  while (engines.length < 2) await clock.advance(20);
  const second = engines[1];
  if (second === undefined) throw new Error("not started again");
  second.probe = () => Promise.resolve({ ok: false, error: { kind: "out-of-memory" } });
  await clock.advance(200);
  expect(service.status()).toMatchObject({
    ...{ lastError: { kind: "out-of-memory" }, failedAt: "first-token" },
  });
  await clock.advance(5_000);
  expect(service.ready()).toBeDefined();
  expect(service.status()).toMatchObject({ lastError: undefined, failedAt: undefined });
});

test("[HO15] aborting ends the engine", async () => {
  const { clock, service, engines, stop, ended } = setup();
  service.choose(profile("m"));
  await clock.advance(1_000);
  stop.abort("over");
  await clock.advance(10_000);
  expect(await ended).toBe("over");
  expect(await engines[0]?.exited).toBeDefined();
});

test("[HO162] an endpoint that is away for an hour is tried with patience and works by itself", async () => {
  const away = { kind: "host-unreachable", host: "models.example" } as const;
  const faults: ScriptedFault[] = Array.from({ length: 4_000 }, () => away);
  const { clock, service, engines } = setup(faults, endpointLimits);
  const began = clock.epochNow();
  service.choose(profile("m"));
  await clock.advance(10_000);
  expect(troubleOf(service.status().supervision), "still within a budget").toBeUndefined();
  await clock.advance(3_590_000);
  // 5 quick ones, then one each 20 to 30 s.
  expect(engines.length).toBeGreaterThan(120);
  expect(engines.length).toBeLessThan(190);
  const { supervision, downSince } = service.status();
  expect(troubleOf(supervision)).toMatchObject({ kind: "host-unreachable" });
  expect((downSince ?? 0) - began).toBeLessThan(1_000);
  faults.length = 0;
  await clock.advance(40_000);
  expect(service.ready()).toBeDefined();
  expect(service.status().downSince).toBeUndefined();
});

test("[HO153] an engine that a person stopped offers nothing until one is chosen or retried", async () => {
  const { clock, service } = setup();
  expect(service.isStopped()).toBe(false);
  service.choose(profile("m"));
  await clock.advance(1_000);
  service.stop();
  expect(service.isStopped()).toBe(true);
  service.choose(profile("m")); // Chosen before: the same one again changes nothing.
  expect(service.isStopped()).toBe(true);
  service.retryNow();
  expect(service.isStopped()).toBe(false);
  service.stop();
  service.choose(profile("other"));
  expect(service.isStopped()).toBe(false);
});
