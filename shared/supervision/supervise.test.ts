import { afterEach, expect, test } from "vitest";
import { Defect } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import { ManualClock, settleMicrotasks } from "../testing/fakes/manual-clock.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { SeededRandom } from "../testing/fakes/seeded-random.ts";
import type { ChildExit, ChildSpec, NotReady, RunningChild } from "./child.ts";
import { supervisionLimits } from "./limits.ts";
import { createSupervisor } from "./supervise.ts";

const limits = { ...supervisionLimits, jitterMax: 0 };
const crash: ChildExit = { kind: "failed", reason: { kind: "crashed", detail: "" } };

/** A child whose every news a test brings by hand. */
class ScriptedChild implements RunningChild<string> {
  readonly exited: Promise<ChildExit>;
  exit: (exit: ChildExit) => void = () => undefined;
  answer: (ready: Result<string, NotReady>) => void = () => undefined;
  bytes = 0;
  stops = 0;
  kills = 0;
  stopWorks = true;
  killWorks = true;
  readonly #ready: Promise<Result<string, NotReady>>;

  constructor() {
    this.exited = new Promise((resolve) => this.exit = resolve);
    this.#ready = new Promise((resolve) => this.answer = resolve);
  }

  ready(): Promise<Result<string, NotReady>> {
    return this.#ready;
  }

  progress(): number {
    return this.bytes;
  }

  stop(): Promise<void> {
    this.stops += 1;
    if (!this.stopWorks) return new Promise(() => undefined);
    this.exit({ kind: "finished" });
    return Promise.resolve();
  }

  kill(): void {
    this.kills += 1;
    if (this.killWorks) this.exit({ kind: "cancelled" });
  }
}

const open: AbortController[] = [];
afterEach(() => open.splice(0).forEach((controller) => controller.abort("test over")));

function setup(start?: ChildSpec<string>["start"]) {
  const clock = new ManualClock();
  const children: ScriptedChild[] = [];
  const spec: ChildSpec<string> = {
    name: "worker",
    start: start ?? (() => {
      children.push(new ScriptedChild());
      return Promise.resolve(children.at(-1) as ScriptedChild);
    }),
  };
  const log = new RecordingLog();
  const supervisor = createSupervisor(spec, { clock, random: new SeededRandom("sv"), log, limits });
  const controller = new AbortController();
  open.push(controller);
  const phases: string[] = [];
  supervisor.subscribe((status) => phases.push(status.phase));
  const running = supervisor.run(controller.signal).catch((error: unknown) => error);
  const last = (): ScriptedChild => children.at(-1) as ScriptedChild;
  const begin = async (): Promise<void> => {
    supervisor.start();
    await settleMicrotasks();
  };
  const beReady = async (): Promise<void> => {
    await begin();
    last().answer(ok("model"));
    await settleMicrotasks();
  };
  return { clock, children, supervisor, controller, phases, running, last, begin, beReady, log };
}

test("[SV15] start, readiness, crash, backoff and recovery are published in order", async () => {
  const { clock, supervisor, phases, last, beReady, children } = setup();
  const revisions: number[] = [];
  supervisor.subscribe((status) => revisions.push(status.revision));
  await beReady();
  expect(supervisor.status()).toMatchObject({ phase: "ready", info: "model", generation: 1 });
  expect(supervisor.child()).toBe(last());
  last().exit(crash);
  await settleMicrotasks();
  expect(supervisor.child()).toBeUndefined();
  await clock.advance(limits.delayMsMin);
  last().answer(ok("model"));
  await settleMicrotasks();
  expect(phases).toEqual(["starting", "ready", "backing-off", "starting", "ready"]);
  expect(revisions).toEqual([1, 2, 3, 4, 5]);
  expect(children.map((child) => child.kills)).toEqual([1, 0]);
});

test("[SV2] a child that crashes for ever is given up after restartsMax restarts", async () => {
  const { clock, supervisor, children, last, begin } = setup();
  await begin();
  for (let round = 0; round < limits.restartsMax; round += 1) {
    last().answer(ok("model")); // Q1: becoming healthy each time does not buy another budget.
    await settleMicrotasks();
    last().exit(crash);
    await clock.advance(limits.delayMsMax);
  }
  last().exit(crash);
  await clock.advance(limits.delayMsMax);
  expect(children.length).toBe(1 + limits.restartsMax);
  expect(supervisor.status()).toMatchObject({ phase: "given-up", reason: { kind: "crashed" } });
  expect(supervisor.status().exits.length).toBe(1 + limits.restartsMax);
  supervisor.retryNow();
  await settleMicrotasks();
  expect(supervisor.status().phase).toBe("starting");
});

test("[SV11] a child that dies while getting ready does not use up the deadline", async () => {
  const { clock, supervisor, last, begin } = setup();
  await begin();
  last().exit(crash);
  await settleMicrotasks();
  expect(supervisor.status().phase).toBe("backing-off");
  expect(clock.now()).toBe(0);
});

test("[SV11] readiness stalls only without progress", async () => {
  const { clock, supervisor, last, begin } = setup();
  await begin();
  await clock.advance(limits.readyStallMsMax - 1);
  last().bytes = 1;
  await clock.advance(limits.readyStallMsMax);
  expect(supervisor.status().phase).toBe("starting");
  await clock.advance(1);
  expect(supervisor.status()).toMatchObject({
    phase: "backing-off",
    reason: { kind: "ready-stalled" },
  });
  expect(last().kills).toBe(1);
});

test("[SV11] a stop is served while the child gets ready", async () => {
  const { supervisor, phases, last, begin } = setup();
  await begin();
  supervisor.stop();
  await settleMicrotasks();
  expect(phases).toEqual(["starting", "stopping", "stopped"]);
  expect(last().stops).toBe(1);
});

test("[SV6] a fatal answer fails without a restart, and retry now tries again", async () => {
  const { clock, supervisor, children, last, begin } = setup();
  await begin();
  last().answer(err({ isFatal: true, reason: { kind: "webgpu-missing", detail: "" } }));
  await clock.advance(limits.delayMsMax);
  expect(supervisor.status()).toMatchObject({
    phase: "failed",
    reason: { kind: "webgpu-missing" },
    history: { streak: 0 },
  });
  expect(children.length).toBe(1);
  expect(last().kills).toBe(1);
  supervisor.retryNow();
  await settleMicrotasks();
  expect(children.length).toBe(2);
});

test("[SV9] a stop between two restarts is served at once", async () => {
  const { clock, supervisor, children, last, begin } = setup();
  await begin();
  last().exit(crash);
  await settleMicrotasks();
  supervisor.stop();
  await settleMicrotasks();
  expect(supervisor.status().phase).toBe("stopped");
  await clock.advance(limits.delayMsMax);
  expect(children.length).toBe(1);
  expect(clock.sleepers).toBe(0);
});

test("[SV8] retry now does not wait for the backoff, whose late end changes nothing", async () => {
  const { clock, supervisor, children, last, begin } = setup();
  await begin();
  last().exit(crash);
  await settleMicrotasks();
  supervisor.retryNow();
  await clock.advance(limits.delayMsMax);
  expect(children.length).toBe(2);
  expect(supervisor.status()).toMatchObject({ phase: "starting", generation: 2 });
});

test("[SV12] a child that does not listen is killed after the grace", async () => {
  const { clock, supervisor, last, beReady } = setup();
  await beReady();
  last().stopWorks = false;
  supervisor.stop();
  await clock.advance(limits.stopGraceMs - 1);
  expect(supervisor.status().phase).toBe("stopping");
  expect(last().kills).toBe(0);
  await clock.advance(1);
  expect(supervisor.status().phase).toBe("stopped");
  expect(last().kills).toBeGreaterThan(0);
  expect(clock.sleepers).toBe(0);
});

test("[SV12] a killed child that is still not gone is reported", async () => {
  const { clock, supervisor, last, beReady, log } = setup();
  await beReady();
  last().stopWorks = false;
  last().killWorks = false;
  supervisor.stop();
  await clock.advance(limits.stopGraceMs + limits.reapMsMax);
  expect(supervisor.status().phase).toBe("stopped");
  expect(log.eventsAt("error")).toEqual(["child-not-reaped"]);
});

test("[SV13] aborting run ends the child and rejects with the reason", async () => {
  const { controller, running, supervisor, last, beReady } = setup();
  await beReady();
  controller.abort("tab closes");
  expect(await running).toBe("tab closes");
  expect(last().stops).toBe(1);
  expect(supervisor.status().phase).toBe("stopped");
});

test("[SV13] an observer that leaves does not stop the child", async () => {
  const { supervisor, beReady, begin } = setup();
  const subscription = supervisor.subscribe(() => undefined);
  await begin();
  subscription[Symbol.dispose]();
  await beReady();
  expect(supervisor.status().phase).toBe("ready");
});

test("[SV14] a child that arrives after a stop is killed, never used", async () => {
  const late = new ScriptedChild();
  let arrive = (_child: ScriptedChild): void => undefined;
  const { supervisor, begin } = setup(() => new Promise((resolve) => arrive = resolve));
  await begin();
  supervisor.stop();
  await settleMicrotasks();
  expect(supervisor.status().phase).toBe("stopped");
  arrive(late);
  await settleMicrotasks();
  expect(late.kills).toBe(1);
});

test("[SV14] a start that never comes is given up after the stall deadline", async () => {
  const { clock, supervisor, begin } = setup(() => new Promise(() => undefined));
  await begin();
  await clock.advance(limits.readyStallMsMax);
  expect(supervisor.status()).toMatchObject({
    phase: "backing-off",
    reason: { kind: "start-stalled" },
  });
});

test("[SV4] a defect thrown by a start gives up; another error is a failed start", async () => {
  const errors = [new Error("no memory"), new Defect("bug")];
  const { clock, supervisor, begin } = setup(() => Promise.reject(errors.shift()));
  await begin();
  expect(supervisor.status()).toMatchObject({
    phase: "backing-off",
    reason: { kind: "start-failed", detail: "no memory" },
  });
  await clock.advance(limits.delayMsMin);
  expect(supervisor.status()).toMatchObject({ phase: "given-up", reason: { kind: "defect" } });
});

test("[SV1] a child that finishes by itself is not started again", async () => {
  const { clock, supervisor, children, last, beReady } = setup();
  await beReady();
  last().exit({ kind: "finished" });
  await clock.advance(limits.delayMsMax);
  expect(supervisor.status().phase).toBe("stopped");
  expect(children.length).toBe(1);
});

test("[SV9] stop and start before either is served mean a fresh child", async () => {
  const { supervisor, phases, children, beReady } = setup();
  await beReady();
  supervisor.stop();
  supervisor.start();
  await settleMicrotasks();
  expect(phases).toEqual(["starting", "ready", "stopping", "starting"]);
  expect(children.map((child) => child.stops)).toEqual([1, 0]);
});

test("[SV12] a start asked while stopping does not ask the child to end twice", async () => {
  const { clock, supervisor, children, last, beReady, phases } = setup();
  await beReady();
  last().stopWorks = false;
  supervisor.stop();
  await clock.advance(limits.stopGraceMs - 1);
  supervisor.start();
  await clock.advance(1);
  expect(children[0]?.stops).toBe(1);
  expect(phases).toEqual(["starting", "ready", "stopping", "stopping", "starting"]);
});

test("[SV13] an abort during a stop does not begin its grace again", async () => {
  const { clock, supervisor, controller, running, last, beReady } = setup();
  await beReady();
  last().stopWorks = false;
  supervisor.stop();
  await clock.advance(1_000);
  controller.abort("tab closes");
  expect(await running).toBe("tab closes");
  expect(last().stops).toBe(1);
  expect(last().kills).toBeGreaterThan(0);
});

// The quirks of the studied supervisor (reference/session-runtime.md, part 1.7), on a worker: its
// ends are what worker-life and the engine's readiness report. On real processes they stand in
// edge/host/engines/llama-server.test.ts.

const lost = (kind: string): ChildExit => ({ kind: "failed", reason: { kind, detail: "" } });

test.each(["crashed", "not-answering", "device-lost"])(
  "[SV2] [SV5] Q1: a worker that is ready and then %s, again and again, is given up",
  async (kind) => {
    const { clock, supervisor, children, last, beReady } = setup();
    await beReady();
    const delays: number[] = [];
    for (let round = 0; round <= limits.restartsMax; round += 1) {
      last().answer(ok("model"));
      await settleMicrotasks();
      await clock.advance(limits.healthyUptimeMs - 1); // Ready, and not yet long enough.
      last().exit(lost(kind));
      await settleMicrotasks();
      const status = supervisor.status();
      if (status.phase !== "backing-off") break;
      delays.push(status.delayMs);
      await clock.advance(status.delayMs);
    }
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(supervisor.status()).toMatchObject({ phase: "given-up", reason: { kind } });
    expect(children.length).toBe(1 + limits.restartsMax);
  },
);

test("[SV5] Q1: a worker that stays ready for the healthy time waits the least again", async () => {
  const { clock, supervisor, last, beReady } = setup();
  await beReady();
  for (const readyMs of [1, limits.healthyUptimeMs]) {
    last().answer(ok("model"));
    await settleMicrotasks();
    await clock.advance(readyMs);
    last().exit(crash);
    await settleMicrotasks();
    expect(supervisor.status()).toMatchObject({ delayMs: limits.delayMsMin });
    await clock.advance(limits.delayMsMin);
  }
});

test("[SV2] Q2: N restarts are N + 1 starts, when it cannot even start too", async () => {
  let starts = 0;
  const { clock, supervisor, begin } = setup(() => {
    starts += 1;
    return Promise.reject(new Error("no worker"));
  });
  await begin();
  await clock.advance(limits.delayMsMax);
  expect(starts).toBe(1 + limits.restartsMax);
  expect(supervisor.status()).toMatchObject({
    phase: "given-up",
    reason: { kind: "start-failed", detail: "no worker" },
  });
});

test("[SV11] [SV13] Q3: neither a stop nor the end of the page waits for a model to load", async () => {
  const { clock, supervisor, controller, running, last, begin } = setup();
  await begin();
  last().stopWorks = false;
  controller.abort("page hides");
  await clock.advance(limits.stopGraceMs);
  expect(await running).toBe("page hides");
  expect(last().kills).toBeGreaterThan(0);
  expect(supervisor.status().phase).toBe("stopped");
  expect(clock.sleepers).toBe(0);
});

test("[SV13] Q4: nothing but a stop ends a worker: watching, a second start, a retry", async () => {
  const { clock, supervisor, children, phases, beReady } = setup();
  await beReady();
  for (let round = 0; round < 3; round += 1) {
    supervisor.subscribe(() => undefined)[Symbol.dispose]();
    supervisor.start();
    supervisor.retryNow();
    await clock.advance(limits.windowMs);
  }
  expect(phases).toEqual(["starting", "ready"]);
  expect(children[0]?.stops).toBe(0);
  expect(children[0]?.kills).toBe(0);
});

test("[SV8] Q5: a give-up is seen, and retry now has the whole budget again", async () => {
  const { clock, supervisor, children, last, begin } = setup();
  const spend = async (): Promise<void> => {
    for (let round = 0; round <= limits.restartsMax; round += 1) {
      last().exit(crash);
      await settleMicrotasks();
      await clock.advance(limits.delayMsMax);
    }
  };
  await begin();
  await spend();
  expect(supervisor.status()).toMatchObject({ phase: "given-up", reason: { kind: "crashed" } });
  supervisor.retryNow();
  await settleMicrotasks();
  await spend();
  expect(supervisor.status().phase).toBe("given-up");
  expect(children.length).toBe(2 * (1 + limits.restartsMax));
});
