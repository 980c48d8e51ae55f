import { describe, expect, test } from "vitest";
import type { GenerateEvent, GenerateRequest } from "../../inference/engine.ts";
import { inferenceLimits } from "../../inference/limits.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import { CONTRACT_RUNS } from "../contracts/contract-case.ts";
import { engineContract, type EngineSubject } from "../contracts/engine.contract.ts";
import { ManualClock } from "./manual-clock.ts";
import {
  ScriptedEngine,
  type ScriptedEngineOptions,
  type ScriptedFault,
} from "./scripted-engine.ts";

const profile: ModelProfile = {
  id: "scripted",
  engine: "transformers",
  name: "Scripted",
  goodFor: "Tests.",
  licence: "Apache-2.0",
  parameters: 0,
  downloadBytes: 1_000,
  memoryBytes: 0,
  contextTokens: 1_024,
  requiredFeatures: [],
  needsWebGpu: false,
  promptFormat: "starter-script",
  embedded: true,
  replyTokensMax: 64,
  temperature: 0,
  topP: 1,
};

type Can = Pick<EngineSubject, "continuesText" | "constrainsChoice" | "constrainsJson">;

const REPLY = ["One", " two", " three", " four", " five", " six", " seven", " eight", "."];

function request(ask: string, overrides: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    requestId: "rq_1",
    persona: "ps_1",
    segments: [
      { key: "room", role: "script", text: "A room with people in it." },
      { key: `cue:${ask}`, role: "script", text: ask },
    ],
    continueText: "",
    stop: [],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 32,
    ...overrides,
  };
}

/** Drives the clock until `work` is done. */
async function elapse<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const settled = work.finally(() => (isDone = true));
  settled.catch(() => undefined); // Awaited below.
  while (!isDone && (await clock.advanceToNext()));
  return await settled;
}

async function setup(options: Partial<ScriptedEngineOptions> = {}) {
  const clock = new ManualClock();
  const engine = new ScriptedEngine({ clock, reply: () => REPLY, ...options });
  const loaded = await elapse(clock, engine.load(profile, () => undefined, noAbort()));
  expect(loaded.ok).toBe(true);
  return { clock, engine };
}

const noAbort = (): AbortSignal => new AbortController().signal;

async function collect(
  engine: ScriptedEngine,
  signal: AbortSignal = noAbort(),
  asked: GenerateRequest = request("tell"),
) {
  const events: GenerateEvent[] = [];
  for await (const event of engine.generate(asked, signal)) events.push(event);
  return events;
}

async function makeSubject(can: Can): Promise<EngineSubject> {
  const { clock, engine } = await setup(can);
  return {
    engine,
    profile,
    request,
    forksPrefix: true,
    ...can,
    elapse: (work) => elapse(clock, work),
    kill: () => engine.kill(),
    close: () => Promise.resolve(),
  };
}

describe.each<Can>([
  { continuesText: true, constrainsChoice: true, constrainsJson: true },
  { continuesText: false, constrainsChoice: false, constrainsJson: false },
])("scripted engine, $continuesText, $constrainsChoice", (can) => {
  test.each(engineContract.map((item) => [item.title, item] as const))("%s", async (_, item) => {
    await item.run(() => makeSubject(can), CONTRACT_RUNS);
  });
});

test.each<[title: string, fault: ScriptedFault, reason: string]>([
  ["[IN2] a death at a token", { kind: "die-at-token", token: 3 }, "worker-error"],
  ["[IN2] a lost device", { kind: "lose-device", token: 3 }, "device-lost"],
])("%s ends the reply engine-lost after the tokens before it", async (_title, fault, reason) => {
  const { clock, engine } = await setup();
  engine.inject(fault);
  const events = await elapse(clock, collect(engine));
  expect(events.slice(1)).toEqual([
    { kind: "text", text: "One", tokens: 1 },
    { kind: "text", text: " two", tokens: 1 },
    { kind: "outcome", outcome: { kind: "engine-lost", generation: 1 } },
  ]);
  await expect(engine.exited).resolves.toMatchObject({ kind: "failed", reason: { kind: reason } });
});

test("[IN3, IN6] a hung prefill kills the engine; the reply ends cancelled", async () => {
  const { clock, engine } = await setup();
  engine.inject({ kind: "hang-in-prefill" });
  const controller = new AbortController();
  const pending = collect(engine, controller.signal);
  await clock.advance(60_000);
  controller.abort();
  await clock.advance(inferenceLimits.cancelAckMsMax);
  expect(await pending).toEqual([{ kind: "outcome", outcome: { kind: "cancelled" } }]);
  await expect(engine.exited).resolves.toMatchObject({ reason: { kind: "cancel-ignored" } });
});

test("[IN1] what a back end sends after a cancel is never seen", async () => {
  const { clock, engine } = await setup();
  engine.inject({ kind: "late-event-after-cancel", lateMs: 500 });
  const controller = new AbortController();
  const pending = collect(engine, controller.signal);
  await clock.advance(30);
  controller.abort();
  const events = await elapse(clock, pending);
  expect(events.at(-1)).toEqual({ kind: "outcome", outcome: { kind: "cancelled" } });
  expect(events.filter((event) => event.kind === "text").length).toBeLessThanOrEqual(2);
});

test("[IN5] an injected refusal strikes once", async () => {
  const { clock, engine } = await setup();
  engine.inject({ kind: "refuse-busy" });
  const refused = { kind: "failed", error: { kind: "busy", slots: 1 } };
  expect(await elapse(clock, collect(engine))).toEqual([{ kind: "outcome", outcome: refused }]);
  expect((await elapse(clock, collect(engine))).length).toBeGreaterThan(2);
});

test.each<[title: string, fault: ScriptedFault, error: object]>([
  ["[IN11] wrong bytes", { kind: "wrong-bytes", file: "model.onnx" }, {
    kind: "wrong-bytes",
    file: "model.onnx",
    detail: "scripted",
  }],
  ["[IN11] a host that does not answer", { kind: "host-unreachable", host: "hub.invalid" }, {
    kind: "host-unreachable",
    host: "hub.invalid",
    detail: "scripted",
  }],
])("%s fails the load by name", async (_title, fault, error) => {
  const { clock, engine } = await setup();
  engine.inject(fault);
  const load = engine.load(profile, () => undefined, noAbort());
  expect(await elapse(clock, load)).toEqual({ ok: false, error });
});

test.each<[title: string, options: Partial<ScriptedEngineOptions>, seed: number, said: string[]]>([
  ["the seed picks", {}, 1, ["Ada"]],
  ["another seed picks another", {}, 2, ["Bo", " Lee"]],
  ["the script picks", { choose: (asked, choices) => choices[asked.persona.length - 4] ?? "" }, 1, [
    "Anna",
  ]],
])("[IN13] of choices %s, and its words come one a token", async (_title, options, seed, said) => {
  const { clock, engine } = await setup(options);
  const asked = request("tell", { choices: ["Anna", "Ada", "Bo Lee"], seed });
  const events = await elapse(clock, collect(engine, noAbort(), asked));
  expect(events.flatMap((event) => (event.kind === "text" ? event.text : []))).toEqual(said);
});

test("[IN13] a script that picks what is no choice is a mistake of the test", async () => {
  const { clock, engine } = await setup({ choose: () => "Zoe" });
  const asked = request("tell", { choices: ["Anna", "Ada"] });
  await expect(elapse(clock, collect(engine, noAbort(), asked))).rejects.toThrow("Zoe");
});

test("[IN1] the same script on the same clock gives the same times", async () => {
  const run = async (): Promise<number> => {
    const { clock, engine } = await setup();
    await elapse(clock, collect(engine));
    return clock.now();
  };
  expect(await run()).toBe(await run());
});
