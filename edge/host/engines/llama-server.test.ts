import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { type HttpEngineLimits, httpEngineLimits } from "#shared/endpoints/mod.ts";
import { createEngineService, type EngineStatus } from "#shared/hosting/mod.ts";
import type { GenerateEvent } from "#shared/inference/mod.ts";
import { type SupervisionLimits, supervisionLimits } from "#shared/supervision/mod.ts";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { denoPath } from "../../launch/processes.mjs";
import { processLimits } from "./limits.ts";
import { createLlamaServer, type LlamaServerConfig } from "./llama-server.ts";
import { environmentOf } from "./own-process.ts";
import { isThere, makeServerBinary, serverDeps } from "./testing/server-binary.contract.ts";
import type { Fault, ServerFaults } from "./testing/server-options.ts";
import { makeRequest, profile } from "./testing/server-process.contract.ts";

const clean: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const undo of clean.splice(0).toReversed()) await undo();
});

/** Quick restarts; a real process still takes its time to start. */
const quick: SupervisionLimits = {
  ...supervisionLimits,
  restartsMax: 2,
  delayMsMin: 10,
  delayMsMax: 40,
  stopGraceMs: 2_000,
};

interface SetupOptions {
  readonly faults?: ServerFaults;
  readonly config?: Partial<LlamaServerConfig>;
  readonly limits?: Partial<SupervisionLimits>;
  readonly http?: Partial<HttpEngineLimits>;
  readonly extra?: string;
}

function setup(options: SetupOptions = {}) {
  const binary = makeServerBinary(options.faults, options.extra);
  const log = new RecordingLog();
  const limits = { ...httpEngineLimits, ...options.http };
  const config = { ...binary.config, ...options.config };
  const server = createLlamaServer(config, { ...serverDeps, log, limits });
  const service = createEngineService({
    clock: serverDeps.clock,
    random: new SeededRandom("process"),
    log,
    async startEngine(generation, signal) {
      const child = await server.startEngine(generation, signal);
      started();
      return child;
    },
    limits: { ...quick, ...options.limits },
  });
  const stop = new AbortController();
  let started: () => void = () => undefined;
  const firstStart = new Promise<void>((resolve) => started = resolve);
  const ended = service.run(stop.signal).catch((reason: unknown) => reason);
  const end = async (): Promise<void> => {
    stop.abort("test over");
    await ended;
  };
  clean.push(() => binary.remove(), end);
  /** Resolves when the status is so. */
  const until = (isSo: (status: EngineStatus) => boolean): Promise<EngineStatus> =>
    new Promise((resolve) => {
      const look = (): boolean => {
        const status = service.status();
        if (isSo(status)) resolve(status);
        return isSo(status);
      };
      if (look()) return;
      const watch = service.subscribe(() => {
        if (look()) watch[Symbol.dispose]();
      });
    });
  const pids = (): readonly number[] =>
    log.lines.filter(({ event }) => event === "process-started").map(({ fields }) =>
      Number(fields["pid"])
    );
  return {
    binary,
    server,
    service,
    until,
    pids,
    firstStart,
    phase: (phase: string) => until(({ supervision }) => supervision.phase === phase),
    /** The process's own port, told to misbehave. */
    async fault(fault: Fault): Promise<void> {
      const port = /--port (\d+)/.exec(binary.starts().at(-1)?.args ?? "")?.[1];
      const body = JSON.stringify(fault);
      await fetch(`http://127.0.0.1:${port}/fault`, { method: "POST", body })
        .catch(() => undefined); // One that is told to crash breaks the line.
    },
  };
}

async function collect(events: AsyncIterable<GenerateEvent>): Promise<readonly GenerateEvent[]> {
  const all: GenerateEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test("[SV21] [HO80] a process is offered after health and a token, on its own port and key", async () => {
  const { service, phase, binary } = setup({ faults: { listenAfterMs: 300, loadingMs: 300 } });
  service.choose(profile);
  await phase("ready");
  const ready = service.ready();
  if (ready === undefined) throw new Error("not ready");
  expect(ready.model).toMatchObject({ lane: "unknown", slots: 1, constrainsJson: true });
  const events = await collect(ready.engine.generate(makeRequest("tell"), noAbort));
  expect(events.at(-1)).toMatchObject({ outcome: { kind: "done" } });
  expect(service.status().supervision.generation).toBe(1);
  const [start] = binary.starts();
  expect(start?.args).toContain("--host 127.0.0.1 --port ");
  expect(start?.args).not.toContain("key");
  const port = /--port (\d+)/.exec(start?.args ?? "")?.[1];
  const models = await fetch(`http://127.0.0.1:${port}/v1/models`);
  expect(models.status).toBe(401);
  await models.body?.cancel();
});

test.each<[where: "start" | "loading"]>([["start"], ["loading"]])(
  "[SV21] a crash at the %s is told at once, with what it last wrote",
  async (where) => {
    const { service, phase } = setup({ faults: { crashAt: where } });
    service.choose(profile);
    const { supervision } = await phase("backing-off");
    if (supervision.phase !== "backing-off") throw new Error("not backing off");
    expect(supervision.reason).toEqual({
      kind: "process-ended",
      detail: expect.stringMatching(
        new RegExp(`^llama-server ended with code 9: [^]*fault: crash at ${where}$`),
      ),
    });
  },
);

test("[SV21] a process that never answers, or never gives a token, fails its readiness", async () => {
  const { service, phase, until, binary, pids } = setup({
    faults: { hangAt: "health" },
    limits: { readyStallMsMax: 1_500, restartsMax: 1, stopGraceMs: 0 },
    http: { lookMsMax: 100 },
  });
  service.choose(profile);
  await phase("backing-off");
  binary.setFaults({ hangAt: "token" });
  await until(({ supervision }) => supervision.generation === 2);
  const { supervision } = await phase("given-up");
  expect(supervision).toMatchObject({ reason: { kind: "ready-stalled" } });
  expect(supervision.exits.map(({ exit }) => exit.kind)).toEqual(["failed", "failed"]);
  expect(pids()).toHaveLength(2);
});

test("[SV21] a crash after ready loses what is in flight and starts the next generation", async () => {
  const { service, phase, until, fault } = setup({ faults: { tokenMs: 5 } });
  service.choose(profile);
  await phase("ready");
  const request = makeRequest("tell", { tokensMax: 4_096 });
  const reply = service.ready()?.engine.generate(request, noAbort);
  if (reply === undefined) throw new Error("not ready");
  const events: GenerateEvent[] = [];
  for await (const event of reply) {
    events.push(event);
    if (event.kind === "text" && events.length === 2) await fault({ kind: "crash" });
  }
  expect(events.at(-1)).toMatchObject({ outcome: { kind: "engine-lost", generation: 1 } });
  const { supervision } = await until(({ supervision: { phase: now, generation } }) =>
    now === "ready" && generation === 2
  );
  expect(supervision.exits.at(-1)?.exit).toMatchObject({
    reason: { kind: "process-ended", detail: expect.stringContaining("told to crash") },
  });
});

test("[HO82] a process that hangs after ready is ended before the next one starts", async () => {
  const { service, phase, until, fault, pids } = setup({
    http: { silenceMsMax: 1_500, lookMsMax: 500 },
  });
  service.choose(profile);
  await phase("ready");
  await fault({ kind: "hang" });
  const [first = 0] = pids();
  const reply = service.ready()?.engine.generate(makeRequest("tell"), noAbort);
  if (reply === undefined) throw new Error("not ready");
  expect((await collect(reply)).at(-1)).toMatchObject({
    outcome: { kind: "failed", error: { kind: "deadline" } },
  });
  const { supervision } = await until(({ supervision: { generation } }) => generation === 2);
  expect(isThere(first)).toBe(false);
  expect(supervision.exits[0]?.exit).toMatchObject({ reason: { kind: "not-answering" } });
  await phase("ready");
});

test("[SV22] ten megabytes of output block nothing, and the newest of it is kept", async () => {
  const { service, phase, fault } = setup({ faults: { outputBytes: 5_000_000 } });
  service.choose(profile);
  await phase("ready");
  await fault({ kind: "crash" });
  const { supervision } = await phase("backing-off");
  if (supervision.phase !== "backing-off") throw new Error("not backing off");
  const { detail } = supervision.reason;
  expect(detail).toMatch(/chatter[^]*told to crash$/);
  expect(detail.length).toBeLessThan(processLimits.outputShownCharsMax + 100);
});

test("[SV12] a stop kills a process that ignores being asked, and reports it when it is gone", async () => {
  const { service, phase, pids } = setup({
    faults: { ignoreTerm: true },
    limits: { stopGraceMs: 200 },
  });
  service.choose(profile);
  await phase("ready");
  service.stop();
  await phase("stopped");
  expect(pids().map(isThere)).toEqual([false]);
});

test("[SV12] a stop of one that listens needs no kill", async () => {
  const { service, phase, pids } = setup({ limits: { stopGraceMs: 60_000 } });
  service.choose(profile);
  await phase("ready");
  service.stop();
  await phase("stopped");
  expect(pids().map(isThere)).toEqual([false]);
});

// The quirks of the studied supervisor (reference/session-runtime.md, part 1.7), on real processes.

test("[SV2] [SV5] Q1: ready and then dead, again and again, ends in giving up", async () => {
  const { service, phase, until, fault, pids } = setup({ limits: { restartsMax: 1 } });
  service.choose(profile);
  for (const generation of [1, 2]) {
    await until(({ supervision: now }) => now.phase === "ready" && now.generation === generation);
    await fault({ kind: "crash" });
  }
  const { supervision } = await phase("given-up");
  expect(supervision.exits.every(({ readyMs }) => readyMs > 0)).toBe(true);
  expect(pids()).toHaveLength(2);
});

test("[SV2] [SV8] Q2, Q5: one start and N restarts, then a visible give-up that retry now ends", async () => {
  const { service, phase, binary, pids } = setup({ faults: { crashAt: "start" } });
  service.choose(profile);
  const { supervision } = await phase("given-up");
  expect(supervision).toMatchObject({
    reason: { detail: expect.stringContaining("crash at start") },
  });
  expect(pids()).toHaveLength(1 + quick.restartsMax);
  binary.setFaults({});
  service.retryNow();
  await phase("ready");
  expect(pids()).toHaveLength(2 + quick.restartsMax);
});

test("[SV11] Q3: a stop does not wait for readiness", async () => {
  const { service, phase, firstStart, pids } = setup({
    faults: { loadingMs: 3_600_000 },
    limits: { readyStallMsMax: 3_600_000 },
  });
  service.choose(profile);
  await firstStart;
  service.stop();
  await phase("stopped");
  expect(pids().map(isThere)).toEqual([false]);
});

test("[SV13] Q4: watching, retrying and choosing the same model stop nothing", async () => {
  const { service, phase, pids } = setup();
  service.choose(profile);
  await phase("ready");
  const watch = service.subscribe(() => undefined);
  service.retryNow();
  service.choose({ ...profile });
  watch[Symbol.dispose]();
  const reply = service.ready()?.engine.generate(makeRequest("tell"), noAbort);
  if (reply === undefined) throw new Error("not ready");
  expect((await collect(reply)).at(-1)).toMatchObject({ outcome: { kind: "done" } });
  expect(service.status().supervision.generation).toBe(1);
  expect(pids()).toHaveLength(1);
});

test.each<[signal: NodeJS.Signals]>([["SIGKILL"], ["SIGTERM"], ["SIGINT"]])(
  "[SV23] a process whose host ends by %s is gone",
  async (signal) => {
    const binary = makeServerBinary({ ignoreTerm: true });
    clean.push(() => binary.remove());
    const script = join(import.meta.dirname, "testing/engine-host.contract.ts");
    const args = ["run", "-A", "--quiet", script, JSON.stringify(binary.config)];
    const host = spawn(denoPath(), args, { stdio: ["ignore", "pipe", "inherit"] });
    clean.push(() => void host.kill("SIGKILL"));
    let pid = 0;
    for await (const line of createInterface({ input: host.stdout })) {
      pid = Number(/^ready (\d+)$/.exec(line)?.[1] ?? 0);
      if (pid > 0) break;
    }
    expect(isThere(pid)).toBe(true);
    const ended = once(host, "exit");
    host.kill(signal);
    await ended;
    while (isThere(pid)) await serverDeps.clock.sleep(5, noAbort); // Its pipe closes first.
  },
);

test("[SV24] a process gets what a model server needs, and no key of its host", async () => {
  const passed = environmentOf({
    PATH: "/bin",
    HOME: "/root",
    CUDA_VISIBLE_DEVICES: "0",
    GGML_CUDA_NO_PINNED: "1",
    GGML_TOKEN: "secret",
    OPENAI_API_KEY: "secret",
    LLAMA_ARG_PORT: "1",
    CONCLAVE_DATA: "/data",
    TMPDIR: undefined,
  });
  expect(Object.keys(passed)).toEqual([
    "PATH",
    "HOME",
    "CUDA_VISIBLE_DEVICES",
    "GGML_CUDA_NO_PINNED",
  ]);
});

test("[HO81] everything against a start is told at once, and a retry measures anew", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  clean.push(() => new Promise<void>((resolve) => taken.close(() => resolve())));
  const address = taken.address();
  const port = typeof address === "object" ? address?.port ?? 0 : 0;
  const { binary, service, server, phase, pids } = setup({ config: { port } });
  if (port === 0) throw new Error("no port");
  writeFileSync(binary.config.modelPath ?? "", "GGML old");
  service.choose(profile);
  const { supervision } = await phase("failed");
  expect(supervision).toMatchObject({
    reason: {
      kind: "gate-refused",
      detail: JSON.stringify([
        { kind: "model-not-gguf", path: binary.config.modelPath },
        { kind: "port-taken", port },
      ]),
    },
  });
  expect(pids()).toEqual([]);
  writeFileSync(binary.config.modelPath ?? "", "GGUF");
  await new Promise<void>((resolve) => taken.close(() => resolve()));
  expect(await server.gate()).toMatchObject({ kind: "spawn" });
  service.retryNow();
  await phase("ready");
});

test.each<[title: string, change: (folder: string) => Partial<LlamaServerConfig>, kind: string]>([
  ["no binary", () => ({ binaryPath: undefined }), "binary-not-set"],
  ["a missing binary", (folder) => ({ binaryPath: join(folder, "no") }), "binary-missing"],
  ["a folder for a binary", (folder) => ({ binaryPath: folder }), "binary-not-a-file"],
  ["a file for a binary", (folder) => {
    const binaryPath = join(folder, "text");
    writeFileSync(binaryPath, "", { mode: 0o644 });
    return { binaryPath };
  }, "binary-not-executable"],
  ["no model", () => ({ modelPath: undefined }), "model-not-set"],
  ["a missing model", (folder) => ({ modelPath: join(folder, "no") }), "model-missing"],
  ["a folder for a model", (folder) => {
    const modelPath = join(folder, "folder");
    mkdirSync(modelPath);
    return { modelPath };
  }, "model-not-a-file"],
  ["an empty model", (folder) => {
    const modelPath = join(folder, "empty");
    writeFileSync(modelPath, "");
    return { modelPath };
  }, "model-not-gguf"],
  ["another back end", () => ({ backend: "ollama" }), "backend-not-ours"],
])("[SV20] measured on this machine: %s", async (_title, change, kind) => {
  const binary = makeServerBinary();
  clean.push(() => binary.remove());
  const config = { ...binary.config, ...change(binary.folder) };
  const server = createLlamaServer(config, { ...serverDeps, log: new RecordingLog() });
  expect(await server.gate()).toMatchObject({ kind: "refuse", reasons: [{ kind }] });
});
