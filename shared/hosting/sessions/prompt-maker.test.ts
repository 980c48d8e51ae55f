import { expect, test } from "vitest";
import type { ModelProfile } from "../../inference/model-profile.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import { ManualClock } from "../../testing/fakes/manual-clock.ts";
import { MemoryRoomLog } from "../../testing/fakes/memory-room-log.ts";
import { RecordingLog } from "../../testing/fakes/recording-log.ts";
import { roomScript } from "../../testing/fakes/room-script.ts";
import { ScriptedEngine } from "../../testing/fakes/scripted-engine.ts";
import type { EngineInfo } from "../engine-service.ts";
import { hostingLimits as limits } from "../limits.ts";
import type { RoomRecall } from "../room-recall.ts";
import { createPromptMaker } from "./prompt-maker.ts";

const never = new AbortController().signal;
const profile: ModelProfile = {
  ...{ id: "m", engine: "transformers", name: "M", goodFor: "", licence: "", parameters: 1 },
  ...{ downloadBytes: 1, memoryBytes: 1, contextTokens: 512, requiredFeatures: [] },
  ...{ needsWebGpu: false, promptFormat: "chat", embedded: true, replyTokensMax: 64 },
  ...{ temperature: 0, topP: 1 },
};

async function setup(find: RoomRecall["find"], clock = new ManualClock()) {
  const trace = new RecordingLog();
  const script = roomScript();
  const turn = script.say("hi");
  const engine = new ScriptedEngine({ clock, generation: 1 });
  const loading = engine.load(profile, () => undefined, never);
  await clock.advance(1_000);
  const loaded = await loading;
  if (!loaded.ok) throw new Error(loaded.error.kind);
  const info: EngineInfo = { engine, profile, model: loaded.value, firstTokenMs: 1 };
  const retrievals: number[] = [];
  const maker = createPromptMaker({
    ...{ clock, trace, stateOf: () => script.state() },
    deviceOf: () => "dv_me",
    logOf: () => new MemoryRoomLog(clock),
    engine: { ready: () => info },
    recall: { find, search: () => Promise.resolve(undefined), forget: () => undefined },
    onRetrieval: (_input, durationMs) => retrievals.push(durationMs),
  });
  const input = inputOf({ roomId: "rm_1", persona: "a", turn });
  const extras = { memory: [], notices: [], results: [] };
  const context = { extras, privately: undefined };
  const build = (signal: AbortSignal) =>
    maker.build(
      input,
      { shrinks: 0, call: 0, context, decide: undefined, problem: undefined },
      signal,
    );
  return { clock, trace, retrievals, build };
}

test("[HO126] a search that is not done in time is given up, and the log says so", async () => {
  let wasAborted = false;
  const { clock, trace, retrievals, build } = await setup((_state, _place, signal) => {
    signal.addEventListener("abort", () => {
      wasAborted = true;
    });
    return new Promise(() => undefined);
  });
  const built = build(never);
  await clock.advance(limits.retrievalMsMax - 1);
  expect(retrievals).toEqual([]);
  await clock.advance(1);
  expect(await built).toMatchObject({ ok: true });
  expect([retrievals, wasAborted]).toEqual([[limits.retrievalMsMax], true]);
  expect(trace.eventsAt("warn")).toEqual(["retrieval-late"]);
});

test("[HO126] a search that is done in time is measured", async () => {
  const clock = new ManualClock();
  const { trace, retrievals, build } = await setup(async (_state, _place, signal) => {
    await clock.sleep(40, signal);
    return undefined;
  }, clock);
  const built = build(never);
  await clock.advance(50);
  expect(await built).toMatchObject({ ok: true });
  expect([retrievals, trace.eventsAt("warn")]).toEqual([[40], []]);
});
