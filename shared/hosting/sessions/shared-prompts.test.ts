import { expect, test } from "vitest";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import { openScriptRoom } from "../../personas/layout/script-room.contract.ts";
import type { PromptContext } from "../../session/runs/prompt-context.ts";
import { noUsage } from "../../session/runs/run.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import { MemoryRoomLog } from "../../testing/fakes/memory-room-log.ts";
import { ManualClock } from "../../testing/fakes/manual-clock.ts";
import { RecordingLog } from "../../testing/fakes/recording-log.ts";
import { type RoomScript, roomScript } from "../../testing/fakes/room-script.ts";
import { ScriptedEngine } from "../../testing/fakes/scripted-engine.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { EngineInfo } from "../engine-service.ts";
import { createHeldPrompts } from "./held-prompts.ts";
import { createPromptMaker } from "./prompt-maker.ts";

const never = new AbortController().signal;
const profile: ModelProfile = {
  ...{ id: "m", engine: "web-llm", name: "M", goodFor: "", licence: "", parameters: 1 },
  ...{ downloadBytes: 1, memoryBytes: 1, contextTokens: 2_048, requiredFeatures: [] },
  ...{ needsWebGpu: false, promptFormat: "chat", embedded: true, replyTokensMax: 64 },
  ...{ temperature: 0, topP: 1 },
};

async function setup(room: RoomScript = roomScript()) {
  const clock = new ManualClock();
  const trace = new RecordingLog();
  let says: readonly string[] = ["I", " am", " here."];
  const startEngine = async (generation: number): Promise<EngineInfo> => {
    const engine = new ScriptedEngine({
      ...{ clock, generation, reply: () => says, contextTokens: 2_048, continuesText: false },
    });
    const loading = engine.load(profile, () => undefined, never);
    await clock.advance(1_000);
    const loaded = await loading;
    if (!loaded.ok) throw new Error(loaded.error.kind);
    const model = { ...loaded.value, promptLayout: "shared-script" } as const;
    return { engine, profile, model, firstTokenMs: 1 };
  };
  let info = await startEngine(1);
  const maker = createPromptMaker({
    ...{ clock, trace, stateOf: () => room.state() },
    deviceOf: () => "dv_me",
    logOf: () => new MemoryRoomLog(clock),
    engine: { ready: () => info },
    recall: {
      find: () => Promise.resolve(undefined),
      search: () => Promise.resolve(undefined),
      forget: () => undefined,
    },
    onRetrieval: () => undefined,
  });
  const build = async (
    change: Partial<InputRecord>,
    own: Partial<PromptContext["extras"]> = {},
  ): Promise<GenerateRequest> => {
    const input = inputOf({ roomId: "rm_1", ...change });
    const extras = { memory: [], notices: [], results: [], ...own };
    const context = { extras, privately: undefined };
    const need = { shrinks: 0, call: 0, context, decide: undefined, problem: undefined };
    const built = await maker.build(input, need, never);
    if (!built.ok) throw new Error(built.error.outcome.kind);
    return built.value.request;
  };
  const generate = async (request: GenerateRequest, signal = never): Promise<string> => {
    let text = "";
    const run = async (): Promise<void> => {
      for await (const event of maker.watch(info.engine).generate(request, signal)) {
        if (event.kind === "text") text += event.text;
      }
    };
    const running = run();
    await clock.advance(60_000);
    await running;
    return text;
  };
  return {
    ...{ room, trace, maker, build, generate },
    begins: () =>
      trace.lines.filter((line) => line.event === "prompt-laid-out")
        .map((line) => line.fields["begins"]),
    say(...pieces: readonly string[]) {
      says = pieces;
    },
    async restart() {
      info = await startEngine(2);
    },
    /** A persona's whole turn. */
    async speak(turn: number, persona: string): Promise<GenerateRequest> {
      const request = await build({ turn, persona });
      room.settle(turn, persona, (await generate(request)).trim());
      return request;
    },
  };
}

test("[HO170] the next prompt goes on with what the engine holds, to the letter", async () => {
  const { room, build, generate, say, begins } = await setup();
  const turn = room.say("hi");
  say(" I", " am here. ");
  const first = await build({ turn, persona: "a" });
  room.settle(turn, "a", (await generate(first)).trim());
  const second = await build({ turn, persona: "b" });
  expect(second.segments.slice(0, -1)).toEqual([
    ...first.segments,
    expect.objectContaining({ role: "assistant", text: " I am here. " }),
  ]);
  expect(second.segments.at(-1)?.text).toMatch(/^\(A \(AI\) said that\.\)\n/);
  expect(begins()).toEqual(["first", "goes-on"]);
});

test.each([
  ["a note", { memory: ["the safe is 4711"] }],
  ["what she was told", { notices: [{ from: "Mika", text: "the safe is 4711" }] }],
  [
    "what she looked up",
    { results: [{ tool: "read", asked: "{}", text: "the safe is 4711", isError: false }] },
  ],
])(
  "[PL70] %s of one persona is in no prompt of another, whoever holds the script",
  async (_, own) => {
    const { room, build, generate, begins } = await setup();
    const turn = room.say("hi");
    const hers = await build({ turn, persona: "a" }, own);
    room.settle(turn, "a", (await generate(hers)).trim());
    const textOf = ({ segments }: GenerateRequest): string =>
      segments.map((one) => one.text).join();
    expect(textOf(hers)).toContain("4711");
    expect(textOf(await build({ turn, persona: "b" }))).not.toContain("4711");
    expect(begins()).toEqual(["own-script", "first"]);
  },
);

test("[HO170] a settlement that is not in the log yet changes nothing", async () => {
  const { room, build, generate, begins } = await setup();
  const turn = room.say("hi");
  await generate(await build({ turn, persona: "a" }));
  await build({ turn, persona: "b" });
  expect(begins()).toEqual(["first", "goes-on"]);
});

test("[HO170] [HO172] private work, a cut reply and a new engine end what was held", async () => {
  const after = async (change: (kit: Awaited<ReturnType<typeof setup>>) => Promise<unknown>) => {
    const kit = await setup();
    const turn = kit.room.say("hi");
    await kit.speak(turn, "a");
    await change(kit);
    await kit.build({ turn, persona: "b" });
    return kit.begins().at(-1);
  };
  expect(await after(() => Promise.resolve())).toBe("goes-on");
  expect(
    await after(async ({ build, generate }) =>
      await generate(await build({ persona: "a", turn: 0, work: { kind: "wake" } }))
    ),
  ).toBe("first");
  expect(
    await after(async ({ room, build, generate }) => {
      const turn = room.say("more");
      const abort = new AbortController();
      abort.abort();
      await generate(await build({ turn, persona: "b" }), abort.signal);
    }),
  ).toBe("first");
  expect(
    await after(async ({ room, build, generate, say }) => {
      const turn = room.say("more");
      say(...Array.from({ length: 65 }, (_, at) => ` word${at}`));
      await generate(await build({ turn, persona: "b" }));
    }),
    "cut by its length",
  ).toBe("first");
  expect(await after(({ restart }) => restart())).toBe("first");
});

test("[HO170] an engine that was started again holds nothing", async () => {
  const { draft } = openScriptRoom({ cast: [{ name: "Ada", gist: "", description: "" }] }).step(0);
  const done = { kind: "done", finish: "stop", usage: noUsage } as const;
  const engine = {
    generation: 1,
    async *generate() {
      yield { kind: "outcome", outcome: done } as const;
    },
  };
  const held = createHeldPrompts(new RecordingLog());
  const watched = held.watch(engine as never);
  held.expect({ requestId: "r", prefillTokens: 1, draft });
  const request = { requestId: "r", segments: draft.segments, continueText: "" } as never;
  for await (const event of watched.generate(request, never)) expect(event.kind).toBe("outcome");
  expect(held.script(engine as never)).toBeDefined();
  engine.generation = 2;
  expect(held.script(engine as never)).toBeUndefined();
});

test("[PL64] stopped, rewound, edited, or another cast: the script begins anew", async () => {
  const after = async (change: (room: RoomScript, turn: number) => void) => {
    const kit = await setup();
    const turn = kit.room.say("hi");
    await kit.speak(turn, "a");
    await kit.speak(turn, "b");
    change(kit.room, turn);
    const next = kit.room.say("next");
    await kit.build({ turn: next, persona: "a" });
    return kit.begins().at(-1);
  };
  expect(await after(() => undefined)).toBe("goes-on");
  expect(await after((room, to) => room.add({ kind: "rewind", to, expect: to + 2 }))).toBe("lines");
  expect(await after((room, of) => room.add({ kind: "edit", of, text: "ho" }))).toBe("lines");
  expect(await after((room) => room.persona("c"))).toBe("cast");
  const kit = await setup();
  const turn = kit.room.say("hi");
  await kit.generate(await kit.build({ turn, persona: "a" }));
  kit.room.add({ kind: "stop", scope: { kind: "all" } });
  await kit.build({ turn: kit.room.say("next"), persona: "b" });
  expect(kit.begins().at(-1)).toBe("reply");
});

test("[HO172] [RM41] a script that tells what she did not hear is not gone on with", async () => {
  const { room, speak, begins } = await setup();
  await speak(room.say("the word is kq1xz"), "a");
  room.add({ kind: "knowledge", scope: "present" });
  await speak(room.say("the other is kq2xz"), "a");
  room.persona("c");
  room.add({ kind: "assign", persona: "c" });
  const turn = room.say("and now?");
  const request = await speak(turn, "c");
  const text = request.segments.map((one) => one.text).join("");
  expect(text).toContain("and now?");
  expect(text).not.toMatch(/kq\dxz/);
  expect(request.segments.map(({ role }) => role)).not.toContain("assistant");
  room.add({ kind: "knowledge", scope: "everyone" });
  const open = await speak(room.say("tell"), "c");
  expect(open.segments.map((one) => one.text).join("")).toContain("kq1xz");
  expect(begins()).toEqual(["first", "own-script", "own-script", "first"]);
});

test("[HO171] expected and actual prefill of a generation stand in the log", async () => {
  const { room, trace, speak } = await setup();
  const turn = room.say("hi");
  await speak(turn, "a");
  await speak(turn, "b");
  const fields = (event: string) =>
    trace.lines.filter((line) => line.event === event).map((line) => line.fields);
  const expected = fields("prompt-laid-out").map((one) => Number(one["prefillTokens"]));
  expect(expected[1]).toBeLessThan((expected[0] ?? 0) / 2);
  const actual = fields("prompt-prefilled");
  expect(actual.map((one) => one["expectedTokens"])).toEqual(expected);
  expect(Number(actual[1]?.["prefilledTokens"])).toBeLessThan(Number(actual[1]?.["cachedTokens"]));
});
