/**
 * Prompts through the adapter and the worker's core over real message ports: what crosses, and what
 * happens when the worker lacks what the page believes it holds.
 */

import { afterEach, beforeEach, expect, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import type { GenerateEvent, GenerateRequest, PromptSegment } from "#shared/inference/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { starterProfile } from "../models/catalogue.ts";
import type { BackEnd } from "../worker/back-end.ts";
import { createGenerationPort } from "../worker/generation-port.ts";
import type { OpenMessage, PackedRequest } from "../worker/protocol.ts";
import { scriptLimits } from "../worker/scripts/limits.ts";
import { createScriptReceiver, takeRequest } from "../worker/take-request.ts";
import { serveWorker } from "../worker/worker-core.ts";
import { createGenerationStream } from "./generation-stream.ts";
import { createScriptSender } from "./script-sender.ts";
import { createWorkerEngine, type WorkerEngine } from "./worker-engine.ts";

const SLOTS = 4;

/** Says one word to each prompt and remembers the prompt. */
function recordingBackEnd(seen: GenerateRequest[]): BackEnd {
  return {
    load: ({ id: modelId, contextTokens }) => {
      const lane = "cpu";
      const model = { modelId, lane, contextTokens, slots: SLOTS, adapter: "" } as const;
      const can = { continuesText: true, constrainsChoice: false, constrainsJson: false };
      const prompt = { promptLayout: "own-script", seesImages: true } as const;
      return Promise.resolve(ok({ ...model, ...can, ...prompt }));
    },
    async generate(request, sink, signal) {
      seen.push(request);
      await sink.text("word", 1, signal);
      const counts = { promptTokens: 1, cachedTokens: 0, generatedTokens: 1 };
      return { kind: "done", finish: "stop", usage: { ...counts, prefillMs: 1, decodeMs: 1 } };
    },
    unload: () => Promise.resolve(),
  };
}

interface Posted {
  readonly kind?: string;
  readonly path?: readonly string[];
  readonly argumentList?: readonly { readonly value: PackedRequest }[];
  readonly script?: PackedRequest["script"];
  readonly outcome?: { readonly kind: string };
}

/** Everything that any port sent, in order; `onPost` may act before it leaves. */
let posted: Posted[] = [];
let onPost: (message: Posted) => void = () => undefined;
const { postMessage } = MessagePort.prototype;
const opened: WorkerEngine[] = [];

beforeEach(() => {
  posted = [];
  onPost = () => undefined;
  MessagePort.prototype.postMessage = function (this: MessagePort, ...sent: unknown[]) {
    const message = sent[0] as Posted;
    posted.push(message);
    onPost(message);
    Reflect.apply(postMessage, this, sent);
  };
});
afterEach(() => {
  MessagePort.prototype.postMessage = postMessage;
  for (const engine of opened.splice(0)) engine.kill();
});

const kindsPosted = (kind: string) => posted.filter((message) => message.kind === kind);

/** The scripts that went to the worker with requests. */
function scriptsSent(): readonly PackedRequest["script"][] {
  return posted.filter(({ path }) => path?.[0] === "generate")
    .flatMap(({ argumentList }) => argumentList?.[0]?.value.script ?? []);
}

const noAbort = (): AbortSignal => new AbortController().signal;

async function openEngine(generation = 1) {
  const seen: GenerateRequest[] = [];
  const startWorker = () => {
    const scope = new EventTarget();
    const createBackEnd = () => Promise.resolve(() => recordingBackEnd(seen));
    serveWorker(
      { addEventListener: (type, listen) => scope.addEventListener(type, listen as EventListener) },
      { "transformers": createBackEnd, "web-llm": createBackEnd },
    );
    const postMessage = (data: OpenMessage) =>
      scope.dispatchEvent(new MessageEvent("message", { data }));
    return Object.assign(new EventTarget(), { postMessage, terminate: () => undefined });
  };
  const child = createWorkerEngine({
    clock: new ManualClock(),
    log: new RecordingLog(),
    generation,
    startWorker: () => startWorker() as unknown as Worker,
    settings: { modelHost: { weights: "", libraries: "" }, force: undefined },
  });
  opened.push(child);
  await load(child);
  return { child, seen };
}

async function load({ engine }: WorkerEngine): Promise<void> {
  const loaded = await engine.load(starterProfile, () => undefined, noAbort());
  expect(loaded.ok).toBe(true);
}

/** What a worker does with its scripts when it makes room for another model. */
async function dropScripts(child: WorkerEngine): Promise<void> {
  await child.engine.unload(noAbort());
  await load(child);
}

const LINES = Array.from({ length: 40 }, (_, line) => `Line ${line} of a talk in the garden.\n`);

function promptOf(lineCount: number, cue = "Ada:"): readonly PromptSegment[] {
  const texts = [...LINES.slice(0, lineCount), cue];
  return texts.map((text) => ({ key: text.slice(0, 8), role: "script", text }));
}

async function generate(
  { engine }: WorkerEngine,
  segments: readonly PromptSegment[],
  signal = noAbort(),
) {
  const request: GenerateRequest = {
    requestId: "rq_1",
    persona: "ps_1",
    segments,
    continueText: "",
    stop: [],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 8,
  };
  const events: GenerateEvent[] = [];
  for await (const event of engine.generate(request, signal)) events.push(event);
  const last = events.at(-1);
  if (last?.kind !== "outcome") throw new Error("Cannot end: there was no outcome");
  return { texts: events.filter(({ kind }) => kind === "text").length, outcome: last.outcome };
}

const done = { texts: 1, outcome: { kind: "done" } };

test("[IN18] the second prompt of a room crosses as its new line and a few bytes", async () => {
  const { child, seen } = await openEngine();
  expect(await generate(child, promptOf(39))).toMatchObject(done);
  expect(await generate(child, promptOf(40))).toMatchObject(done);
  expect(seen.map(({ segments }) => segments)).toStrictEqual([promptOf(39), promptOf(40)]);
  const [first, second] = scriptsSent().map((script) => JSON.stringify(script).length);
  expect(first).toBeGreaterThan(LINES.join("").length);
  expect(second).toBeLessThan((LINES[39] ?? "").length + 250);
  expect(kindsPosted("missing-script")).toEqual([]);
});

test("[IN19] a worker that dropped its scripts is sent the prompt in full, and then warm again", async () => {
  const { child, seen } = await openEngine();
  await generate(child, promptOf(10));
  await dropScripts(child);
  expect(await generate(child, promptOf(11))).toMatchObject(done);
  expect([kindsPosted("missing-script").length, kindsPosted("script").length]).toEqual([1, 1]);
  expect(await generate(child, promptOf(12))).toMatchObject(done);
  expect(kindsPosted("missing-script")).toHaveLength(1);
  expect(scriptsSent().at(-1)?.bases).toHaveLength(1);
  expect(seen.map(({ segments }) => segments)).toStrictEqual([10, 11, 12].map((n) => promptOf(n)));
});

test("[IN19] two generations in flight that both lack their script both see their own prompt", async () => {
  const { child, seen } = await openEngine();
  await generate(child, promptOf(10));
  await dropScripts(child);
  const both = [promptOf(11, "Bo:"), promptOf(12, "Cy:")];
  const ended = await Promise.all(both.map((prompt) => generate(child, prompt)));
  expect(ended).toMatchObject([done, done]);
  expect(seen.slice(1).map(({ segments }) => segments)).toEqual(expect.arrayContaining(both));
  expect(kindsPosted("script")).toHaveLength(2);
});

test("[IN3, IN19] a cancel while a prompt is asked for again ends cancelled and sends nothing", async () => {
  const { child, seen } = await openEngine();
  await generate(child, promptOf(10));
  await dropScripts(child);
  const controller = new AbortController();
  onPost = ({ kind }) => {
    if (kind === "missing-script") controller.abort();
  };
  const cancelled = await generate(child, promptOf(11), controller.signal);
  expect(cancelled).toEqual({ texts: 0, outcome: { kind: "cancelled" } });
  expect([kindsPosted("cancel").length, kindsPosted("script").length]).toEqual([1, 0]);
  expect(kindsPosted("outcome").at(-1)?.outcome).toEqual({ kind: "cancelled" });
  onPost = () => undefined;
  // The page knows that the cancelled prompt never arrived: the next one is sent without a detour.
  expect(await generate(child, promptOf(11))).toMatchObject(done);
  expect(kindsPosted("missing-script")).toHaveLength(1);
  expect(seen.at(-1)?.segments).toStrictEqual(promptOf(11));
});

test("[IN19] a new worker starts with nothing and is sent everything", async () => {
  const { child } = await openEngine(1);
  await generate(child, promptOf(10));
  child.kill();
  const next = await openEngine(2);
  expect(await generate(next.child, promptOf(11))).toMatchObject(done);
  expect(next.seen[0]?.segments).toStrictEqual(promptOf(11));
  expect(scriptsSent().map(({ bases }) => bases)).toEqual([[], []]);
  expect(kindsPosted("missing-script")).toEqual([]);
});

test("[IN19] what the page forgets is not a base again", () => {
  const sender = createScriptSender(scriptLimits);
  const keys = [10, 11].map((count) => sender.pack(promptOf(count)).key);
  sender.forget(keys);
  expect(sender.pack(promptOf(12)).bases).toEqual([]);
});

test("[IN19] a prompt that is missing twice fails by name and gives the worker up", async () => {
  const { port1, port2 } = new MessageChannel();
  const sender = createScriptSender(scriptLimits);
  const whole = sender.pack(promptOf(3));
  const wrong = { ...whole, parts: ["x".repeat(whole.chars)] };
  port1.onmessage = () => port1.postMessage({ kind: "script", script: wrong });
  const request = { script: wrong } as unknown as PackedRequest;
  const port = createGenerationPort(port2, () => 0);
  const taken = await takeRequest(createScriptReceiver(scriptLimits), request, port);
  const error = { kind: "internal", detail: "missing-script-twice" };
  expect(taken).toEqual({ kind: "ended", outcome: { kind: "failed", error }, broken: error });
  port1.close();
});

test("[IN4, IN19] a malformed script is refused by field", async () => {
  const { port1, port2 } = new MessageChannel();
  const port = createGenerationPort(port2, () => 0);
  const request = { script: { key: "none" } } as unknown as PackedRequest;
  const taken = await takeRequest(createScriptReceiver(scriptLimits), request, port);
  const error = { kind: "request-invalid", field: "segments", detail: "key" };
  expect(taken).toEqual({ kind: "ended", outcome: { kind: "failed", error }, broken: undefined });
  port1.close();
});

test("[IN19] a worker that asks twice is given up by name", async () => {
  const { port1, port2 } = new MessageChannel();
  const whole = createScriptSender(scriptLimits).pack(promptOf(3));
  const broken = new Promise<string>((resolve) => {
    createGenerationStream(port1, {
      onBroken: resolve,
      onMissing: () => undefined,
      packWhole: () => ({ script: whole }),
    });
  });
  port2.postMessage({ seq: 0, kind: "missing-script", keys: [whole.key] });
  port2.postMessage({ seq: 1, kind: "missing-script", keys: [whole.key] });
  expect(await broken).toBe("missing-script-twice");
  expect(kindsPosted("script")).toEqual([{ kind: "script", script: whole }]);
  port1.close();
});
