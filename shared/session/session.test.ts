import { expect, test } from "vitest";
import { Defect } from "../base/assert.ts";
import { err, ok } from "../base/result.ts";
import type { Engine, GenerateEvent, GenerateRequest } from "../inference/engine.ts";
import type { PerformOutcome } from "../ledger/outcome.ts";
import { inputOf } from "../testing/fakes/input-records.ts";
import { ManualClock, settleMicrotasks } from "../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { MemorySessionLog } from "../testing/fakes/memory-session-log.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ScriptedEngine, type ScriptedEngineOptions } from "../testing/fakes/scripted-engine.ts";
import { starterProfile } from "../testing/fakes/session-kit.ts";
import { sessionLimits as limits } from "./limits.ts";
import { createSession, type SessionDeps, type StreamFrame } from "./session.ts";

const never = (): AbortSignal => new AbortController().signal;

async function setup(
  options: Partial<ScriptedEngineOptions> & { readonly engine?: Engine } = {},
  change: Partial<SessionDeps> = {},
) {
  const clock = new ManualClock();
  const scripted = new ScriptedEngine({ clock, ...options });
  const loading = scripted.load(starterProfile, () => undefined, never());
  await clock.advance(100);
  await loading;
  const store = new MemoryPeerStore();
  const { order: _order, ...row } = inputOf({ createdAt: clock.epochNow() });
  await store.addInput({ input: row, replaces: [], segments: [] }, never());
  const move = { to: "staged", at: clock.epochNow() } as const;
  await store.updateInput(row.id, "queued", { move, stagedCount: 1 }, never());
  const frames: (StreamFrame & { readonly atMs: number })[] = [];
  const phases: string[] = [];
  const prompts: number[] = [];
  const log = new RecordingLog();
  const sessionLog = new MemorySessionLog();
  const engine = options.engine ?? scripted;
  const session = createSession({
    clock,
    trace: log,
    log: sessionLog,
    store,
    engine: () => ({
      engine,
      modelId: "starter",
      lane: "cpu",
      continuesText: options.continuesText ?? true,
    }),
    buildRequest: (_input, { shrinks }) => {
      prompts.push(shrinks);
      const request: GenerateRequest = {
        requestId: `rq-${prompts.length}`,
        persona: "ada",
        segments: [{ key: "k", role: "script", text: `${"word ".repeat(40 >> shrinks)}` }],
        continueText: "",
        stop: ["\nYou:"],
        seed: 1,
        temperature: 0,
        topP: 1,
        tokensMax: 900,
      };
      return Promise.resolve(ok({ request, seenSeq: 17 }));
    },
    onFrame: (frame) => frames.push({ ...frame, atMs: clock.now() }),
    ...change,
  });
  session.subscribe((status) =>
    phases.push(
      "run" in status && status.run ? `${status.phase} ${status.run.stage}` : status.phase,
    )
  );
  const begin = (partialText = "") => {
    const controller = new AbortController();
    const input = { ...(store.inputs[0] as never as ReturnType<typeof inputOf>), partialText };
    const outcome = session.run(input, controller.signal);
    outcome.catch(() => undefined);
    return { controller, outcome };
  };
  const play = async (partialText = "", ms = 60_000): Promise<PerformOutcome> => {
    const { outcome } = begin(partialText);
    await clock.advance(ms);
    return await outcome;
  };
  return { clock, scripted, store, frames, phases, prompts, session, begin, play, log };
}

test("[SC19] a reply settles with text, usage and whole times from admission on", async () => {
  const { clock, play, phases } = await setup({ prefillMsPerToken: 1.26, tokenMs: 10.2 });
  await clock.advance(300);
  expect(await play()).toEqual({
    kind: "done",
    settled: {
      outcome: { kind: "replied", text: "I am here.", finish: "stop" },
      seenSeq: 17,
      modelId: "starter",
      lane: "cpu",
      usage: {
        promptTokens: 40,
        cachedTokens: 0,
        generatedTokens: 4,
        prefillMs: 50,
        decodeMs: 41,
      },
      times: { queuedMs: 300, firstTextMs: 361, finishedMs: 391 },
      segments: expect.any(Array),
    },
  });
  expect(phases).toEqual(["running thinking", "running replying", "idle"]);
});

test("[SC2] a silent persona shows nothing, stores nothing and stays thinking", async () => {
  const { play, frames, phases, store } = await setup({ reply: () => [" P", "ASS", "."] });
  expect(await play()).toMatchObject({ settled: { outcome: { kind: "silent" } } });
  expect(frames).toEqual([]);
  expect(store.inputs[0]?.partialText).toBe("");
  expect(phases).toEqual(["running thinking", "idle"]);
});

test("[SC2] text that turns out to be more is shown whole from the turn on", async () => {
  const { play, frames } = await setup({ reply: () => ["Pass", " me", " the salt"], tokenMs: 200 });
  await play();
  expect(frames.map((frame) => frame.text)).toEqual(["Pass me", " the salt"]);
  expect(frames[0]?.offset).toBe(0);
});

test("[SC3] [SC4] frames join to the text: ten a second, whole each two seconds", async () => {
  const pieces = Array.from({ length: 100 }, (_, index) => ` w${index}`);
  const { play, frames } = await setup({ reply: () => pieces, tokenMs: 45 });
  await play();
  let seen = "";
  for (const [index, frame] of frames.entries()) {
    const before = frames[index - 1];
    if (before !== undefined) {
      expect(frame.atMs - before.atMs).toBeGreaterThanOrEqual(limits.frameMs);
    }
    expect(frame.offset === 0 || frame.offset === seen.length).toBe(true);
    seen = seen.slice(0, frame.offset) + frame.text;
    expect(pieces.join("").startsWith(seen)).toBe(true);
  }
  const wholes = frames.filter((frame) => frame.offset === 0).map((frame) => frame.atMs);
  expect(wholes.length).toBe(3);
  expect(frames[0]).toMatchObject({ turn: 1, persona: "ada", attempt: 0, assign: 1 });
});

test("[SC5] shown text is stored while it streams, at most twice a second", async () => {
  const pieces = Array.from({ length: 40 }, (_, index) => `${index} `);
  const writes: string[] = [];
  const { play } = await setup({ reply: () => pieces, tokenMs: 50 }, {
    store: {
      updateInput: (id, phase, patch) => {
        writes.push(`${id} ${phase} ${patch.partialText?.length}`);
        return Promise.resolve(ok(inputOf()));
      },
    },
  });
  await play();
  expect(writes.length).toBe(4);
  expect(writes[0]).toBe("in-1-ada-0 staged 2");
});

test("[SC5] text that does not grow is not stored again", async () => {
  let writes = 0;
  const { play } = await setup({ reply: () => ["Well", " then"], tokenMs: 9_000 }, {
    store: {
      updateInput: () => {
        writes += 1;
        return Promise.resolve(ok(inputOf()));
      },
    },
  });
  await play();
  expect(writes).toBe(2);
});

test("[SC9] no text is stored after the outcome is told", async () => {
  let store = (): void => undefined;
  const { clock, begin } = await setup({}, {
    store: {
      updateInput: () => new Promise((resolve) => store = () => resolve(ok(inputOf()))),
    },
  });
  const { outcome } = begin();
  let isOver = false;
  void outcome.then(() => isOver = true);
  await clock.advance(5_000);
  expect(isOver).toBe(false);
  store();
  expect(await outcome).toMatchObject({ kind: "done" });
});

test("[SC11] a store that fails while text streams costs nothing but the copy", async () => {
  const { play, log } = await setup({}, {
    store: { updateInput: () => Promise.resolve(err({ kind: "storage-full" })) },
  });
  expect(await play()).toMatchObject({ settled: { outcome: { kind: "replied" } } });
  expect(log.eventsAt("warn")).toEqual(["text-not-stored"]);
});

test("[SC7] [SC9] a lost engine settles nothing; the text so far is told and stored", async () => {
  const { play, scripted, store } = await setup({ tokenMs: 400 });
  scripted.inject({ kind: "die-at-token", token: 4 });
  expect(await play()).toEqual({
    kind: "interrupted",
    reason: "engine-lost",
    partialText: "I am here",
  });
  expect(store.inputs[0]?.partialText).toBe("I am here");
});

test("[SC16] a continued reply goes on behind its text, in the same bubble", async () => {
  const { play, scripted, frames, phases } = await setup({ reply: () => [" you", "."] });
  expect(await play("I hear")).toMatchObject({
    settled: { outcome: { kind: "replied", text: "I hear you." } },
  });
  expect(scripted.taken[0]?.continueText).toBe("I hear");
  expect(frames[0]).toMatchObject({ offset: 0, text: "I hear" });
  expect(phases[0]).toBe("running replying");
});

test("[SC16] a reply that had all its text when the engine died is not empty", async () => {
  const { play } = await setup({ reply: () => [] });
  expect(await play("All said.")).toMatchObject({
    settled: { outcome: { kind: "replied", text: "All said." } },
  });
});

test("[SC16] an engine that cannot continue begins again at offset 0", async () => {
  const { play, scripted, frames, begin, clock } = await setup({ continuesText: false });
  const { controller, outcome } = begin("Old text");
  controller.abort("stop");
  await clock.advance(2_000);
  // Nothing new was shown yet: what people have seen is what they saw before.
  expect(await outcome).toEqual({ kind: "cancelled", partialText: undefined });
  expect(await play("Old text")).toMatchObject({ settled: { outcome: { text: "I am here." } } });
  expect(scripted.taken.at(-1)?.continueText).toBe("");
  expect(frames[0]).toMatchObject({ offset: 0, text: "I" });
});

test("[SC17] a cancelled run tells its half text and frees the engine", async () => {
  const { clock, begin, play } = await setup({ tokenMs: 100 });
  const { controller, outcome } = begin();
  await clock.advance(40 + 250);
  controller.abort({ kind: "withdrawn", reason: "stopped" });
  await clock.advance(0);
  expect(await outcome).toEqual({ kind: "cancelled", partialText: "I am" });
  expect(await play()).toMatchObject({ settled: { outcome: { kind: "replied" } } });
});

test("[SC17] text that could still be silence is not told as half text", async () => {
  const { clock, begin } = await setup({ reply: () => ["PA", "SS"], tokenMs: 100 });
  const { controller, outcome } = begin();
  await clock.advance(40 + 150);
  controller.abort("stop");
  await clock.advance(0);
  expect(await outcome).toEqual({ kind: "cancelled", partialText: undefined });
});

test("[SC13] an engine that does not acknowledge is left after cancelAckMsMax", async () => {
  const { clock, begin, scripted } = await setup({ tokenMs: 100 });
  scripted.inject({ kind: "late-event-after-cancel", lateMs: 60_000 });
  const { controller, outcome } = begin();
  await clock.advance(40 + 150);
  controller.abort("stop");
  let isOver = false;
  void outcome.then(() => isOver = true);
  await clock.advance(limits.cancelAckMsMax - 1);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(await outcome).toEqual({ kind: "cancelled", partialText: "I" });
});

test("[SC12] thirty seconds without a token end as deadline, prefill included", async () => {
  const { clock, begin, scripted } = await setup();
  scripted.inject({ kind: "hang-in-prefill" });
  const { outcome } = begin();
  await clock.advance(limits.tokenGapMsMax + limits.cancelAckMsMax);
  expect(await outcome).toMatchObject({
    settled: { outcome: { kind: "failed", reason: "deadline", detail: "No token for 30000 ms" } },
  });
});

test("[SC12] a token every 29 s is in time, but not for more than five minutes", async () => {
  const { clock, begin } = await setup({
    reply: () => Array.from({ length: 99 }, () => "x"),
    tokenMs: 29_000,
  });
  const { outcome } = begin();
  await clock.advance(limits.runMsMax - 1);
  let isOver = false;
  void outcome.then(() => isOver = true);
  await settleMicrotasks();
  expect(isOver).toBe(false);
  await clock.advance(1 + limits.cancelAckMsMax);
  expect(await outcome).toMatchObject({
    settled: { outcome: { reason: "deadline", detail: "Not done after 300000 ms" } },
  });
});

test("[SC12] a slow prefill may be given more time to its first token", async () => {
  const { clock, begin } = await setup({ prefillMsPerToken: 1_000 }, {
    buildRequest: () =>
      Promise.resolve(ok({
        request: {
          requestId: "rq",
          persona: "ada",
          segments: [{ key: "k", role: "script", text: "word ".repeat(40) }],
          continueText: "",
          stop: [],
          seed: 1,
          temperature: 0,
          topP: 1,
          tokensMax: 9,
        },
        seenSeq: 1,
        firstTokenMsMax: 50_000,
      })),
  });
  const { outcome } = begin();
  await clock.advance(60_000);
  expect(await outcome).toMatchObject({ settled: { outcome: { kind: "replied" } } });
});

test("[SC8] a prompt that is too long is made shorter until it fits", async () => {
  const { play, prompts } = await setup({ contextTokens: 915 });
  expect(await play()).toMatchObject({ settled: { outcome: { kind: "replied" } } });
  expect(prompts).toEqual([0, 1, 2]);
});

test("[SC8] a prompt that never fits settles failed", async () => {
  const { play, prompts } = await setup({ contextTokens: 901 });
  expect(await play()).toMatchObject({
    settled: { outcome: { kind: "failed", reason: "prompt-too-long" } },
  });
  expect(prompts.length).toBe(1 + limits.shrinksMax);
});

test("[SC10] a reply is cut at the message limit, at a whole character", async () => {
  const piece = "é😀".repeat(1_000);
  const { play } = await setup({ reply: () => Array.from({ length: 20 }, () => piece) });
  const outcome = await play();
  const said = outcome.kind === "done" ? outcome.settled.outcome : undefined;
  if (said?.kind !== "replied") throw new Error("no reply");
  const bytes = new TextEncoder().encode(said.text).byteLength;
  expect(bytes).toBeLessThanOrEqual(limits.textBytesMax);
  expect(bytes).toBeGreaterThan(limits.textBytesMax - 4);
  expect(piece.repeat(20).startsWith(said.text)).toBe(true);
  expect(said.finish).toBe("length");
});

test("[SC18] a pause ends the run with its text and refuses others until resume", async () => {
  const { clock, begin, session, play } = await setup({ tokenMs: 100 });
  const { outcome } = begin();
  await clock.advance(40 + 250);
  session.pause();
  await clock.advance(0);
  expect(await outcome).toEqual({ kind: "paused", partialText: "I am" });
  expect(session.status().phase).toBe("paused");
  expect(await play()).toEqual({ kind: "paused", partialText: undefined });
  session.resume();
  expect(await play("I am")).toMatchObject({ settled: { outcome: { kind: "replied" } } });
});

test("[SC14] a second run while one is in progress is refused for later", async () => {
  const { begin, clock } = await setup();
  const first = begin();
  const second = begin();
  expect(await second.outcome).toMatchObject({ kind: "retry", reason: "session-busy" });
  await clock.advance(1_000);
  expect(await first.outcome).toMatchObject({ kind: "done" });
});

test("[SC6] an attempt that needs no prompt settles as told", async () => {
  const { play } = await setup({}, {
    buildRequest: () =>
      Promise.resolve(err({ outcome: { kind: "deferred", reason: "stale" }, seenSeq: 5 })),
  });
  expect(await play()).toMatchObject({
    settled: { outcome: { kind: "deferred", reason: "stale" }, seenSeq: 5 },
  });
});

test("[SC6] without a ready engine the input is tried again later", async () => {
  const { play } = await setup({}, { engine: () => undefined });
  expect(await play()).toMatchObject({ kind: "retry", reason: "engine-not-ready" });
});

/** An engine whose stream breaks its contract. */
const brokenEngine = (stream: () => AsyncIterable<GenerateEvent>): Engine => ({
  generation: 1,
  load: () => Promise.reject(new Error("unused")),
  probe: () => Promise.reject(new Error("unused")),
  unload: () => Promise.resolve(),
  generate: stream,
});

test("[SC6] a stream without an outcome is a failed engine, not silence", async () => {
  const { play } = await setup({
    engine: brokenEngine(async function* () {
      yield { kind: "text", text: "Half", tokens: 1 };
    }),
  });
  expect(await play()).toMatchObject({
    settled: { outcome: { kind: "failed", reason: "engine" } },
  });
});

test("[SC14] a stream that throws leaves the session idle; the error is the caller's", async () => {
  const { begin, clock, session } = await setup({
    engine: brokenEngine(() => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Defect("Broken")) }),
    })),
  });
  const { outcome } = begin();
  await clock.advance(limits.cancelAckMsMax);
  await expect(outcome).rejects.toThrow("Broken");
  expect(session.status().phase).toBe("idle");
  expect(clock.sleepers).toBe(0);
});
