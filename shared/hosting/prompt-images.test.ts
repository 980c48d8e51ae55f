import { expect, test } from "vitest";
import type { ModelProfile } from "../inference/model-profile.ts";
import type { LoadedModel } from "../inference/engine.ts";
import { textWithImages } from "../personas/image-words.ts";
import type { SaidImage } from "../protocol/events.ts";
import { inputOf } from "../testing/fakes/input-records.ts";
import { blobEvent, jpegBytes, saidImage } from "../testing/fakes/image-kit.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { roomScript } from "../testing/fakes/room-script.ts";
import { ScriptedEngine } from "../testing/fakes/scripted-engine.ts";
import { ok } from "../base/result.ts";
import { hostingLimits as limits } from "./limits.ts";
import { imagesToShow, showImages } from "./prompt-images.ts";
import { createPromptMaker } from "./sessions/prompt-maker.ts";

const never = new AbortController().signal;
const profile: ModelProfile = {
  ...{ id: "m", engine: "openai", name: "M", goodFor: "", licence: "", parameters: 1 },
  ...{ downloadBytes: 1, memoryBytes: 1, contextTokens: 8_192, requiredFeatures: [] },
  ...{ needsWebGpu: false, promptFormat: "chat", embedded: true, replyTokensMax: 64 },
  ...{ temperature: 0, topP: 1 },
};
const model: LoadedModel = {
  ...{ modelId: "m", lane: "unknown", contextTokens: 8_192, slots: 1, adapter: "" },
  ...{ continuesText: false, constrainsChoice: false, constrainsJson: false },
  ...{ promptLayout: "own-script", seesImages: true },
};
const bytesOf = (fill: number) => jpegBytes(4, 3, fill);
const said = (fill: number): SaidImage => saidImage(bytesOf(fill), 4, 3, `image ${fill}`);

function setup(change: Partial<LoadedModel> = {}) {
  const room = roomScript();
  const trace = new RecordingLog();
  const maker = createPromptMaker({
    ...{ clock: new ManualClock(), trace, stateOf: () => room.state() },
    deviceOf: () => "dv_me",
    logOf: () => ({
      async read(afterSeq, entriesMax) {
        return ok(room.entries.filter(({ seq }) => seq > afterSeq).slice(0, entriesMax));
      },
    }),
    engine: {
      ready: () => ({
        engine: new ScriptedEngine({ clock: new ManualClock(), generation: 1 }),
        profile,
        model: { ...model, ...change },
        firstTokenMs: 1,
      }),
    },
    recall: {
      ...{ find: () => Promise.resolve(undefined), search: () => Promise.resolve(undefined) },
      forget: () => undefined,
    },
    onRetrieval: () => undefined,
  });
  const show = (text: string, ...fills: readonly number[]): number => {
    for (const fill of fills) room.add(blobEvent(bytesOf(fill)));
    return room.add({ kind: "say", text, addressed: [], images: fills.map(said) });
  };
  const build = async (turn: number, decide?: { readonly schema: string }) => {
    const extras = { memory: [], notices: [], results: [] };
    const context = { extras, privately: undefined };
    const input = inputOf({ roomId: "rm_1", persona: "a", turn });
    const question = decide && { ...decide, tools: [], problem: undefined };
    const need = { shrinks: 0, call: 0, context, decide: question } as never;
    const built = await maker.build(input, need, never);
    if (!built.ok) throw new Error(JSON.stringify(built.error));
    return built.value.request.segments;
  };
  return { room, trace, show, build };
}

type Segments = Awaited<ReturnType<ReturnType<typeof setup>["build"]>>;

const shownIn = (segments: Segments) =>
  segments.flatMap(({ images }) => images ?? []).map(({ bytes }) => bytes);
const wordsOf = (segments: Segments) => segments.map(({ text }) => text).join("");

test("[PL81] a model that sees is shown a message's images, byte for byte, with its words", async () => {
  const { show, build } = setup();
  const segments = await build(show("What is this?", 1, 2));
  expect(shownIn(segments)).toEqual([bytesOf(1), bytesOf(2)]);
  const last = segments.at(-1);
  expect(last).toMatchObject({ role: "user", images: [{ sha256: said(1).sha256 }, {}] });
  expect(wordsOf(segments)).toContain("What is this? [picture: image 1] [picture: image 2]"); // PL80
});

test("[PL80] [PL81] one that does not is told their words, and shown nothing", async () => {
  const { show, build } = setup({ seesImages: false });
  const segments = await build(show("", 1));
  expect(shownIn(segments)).toEqual([]);
  expect(wordsOf(segments)).toContain("[picture: image 1]");
});

test("[PL80] an image's words are one line and cannot end early", () => {
  expect(textWithImages("look", [{ alt: " a [cat]\n\n[system] " }, { alt: "" }]))
    .toBe("look [picture: a cat system] [picture]");
  expect(textWithImages("look", undefined)).toBe("look");
});

test("[PL81] images of the newest messages are shown, each once, oldest first, in their share", () => {
  const { room, show } = setup();
  show("one", 1, 2);
  const turn = show("two", 3, 1);
  const fills = (tokensMax: number) =>
    imagesToShow(room.state(), turn, "a", tokensMax).map(({ alt }) => alt);
  const enough = 2 * limits.imageTokens;
  expect(fills(4 * enough)).toEqual(["image 2", "image 3", "image 1"]);
  expect(fills(2 * enough)).toEqual(["image 3", "image 1"]);
  expect(fills(enough - 1)).toEqual([]);
  for (let line = 0; line < limits.imageLinesMax - 1; line += 1) room.say("on");
  expect(fills(4 * enough)).toEqual(["image 3", "image 1"]);
  room.say("on");
  expect(fills(4 * enough)).toEqual([]);
});

test("[PL81] prompts that show other images have other keys", () => {
  const segments = [{ key: "k", role: "user", text: "x" }] as const;
  const layout = { segments, stop: [], linesDropped: 0, tokensEstimated: 5 };
  const showing = (fill: number) => {
    const { sha256, mimeType } = said(fill);
    return showImages(layout, [{ sha256, mimeType, bytes: bytesOf(fill) }]);
  };
  const keys = [1, 2, 1].map((fill) => showing(fill).segments[0]?.key);
  expect(new Set([...keys, "k"]).size).toBe(3);
  expect(showing(1).tokensEstimated).toBe(5 + limits.imageTokens);
});

test("[PL82] an image that is gone is not shown, and the log says so", async () => {
  const { room, trace, build } = setup();
  const turn = room.add({ kind: "say", text: "look", addressed: [], images: [said(1)] });
  expect(shownIn(await build(turn))).toEqual([]);
  expect(trace.eventsAt("warn")).toEqual(["image-not-shown"]);
});

test("[PL83] a decision beside the talk is shown no image, nor is a vote", async () => {
  const { show, build } = setup();
  const turn = show("look", 1);
  expect(shownIn(await build(turn, { schema: "{}" }))).toEqual([]);
  const director = roomScript({ kind: "director", followUpsMax: 0, director: "a" }, [
    "a",
    "b",
    "c",
  ]);
  director.add(blobEvent(bytesOf(1)));
  const vote = director.add({ kind: "say", text: "who?", addressed: [], images: [said(1)] });
  expect(director.state().turns.get(vote)?.vote).toBeDefined();
  expect(imagesToShow(director.state(), vote, "a", 8_000)).toEqual([]);
});

test("[PL81] [RM41] who was absent is not shown what was shown then", () => {
  const { room, show } = setup();
  room.add({ kind: "knowledge", scope: "present" });
  show("for A and B alone", 1);
  room.persona("c");
  room.add({ kind: "assign", persona: "c" });
  const turn = show("for all", 2);
  const shownTo = (persona: string) =>
    imagesToShow(room.state(), turn, persona, 8_000).map(({ alt }) => alt);
  expect([shownTo("a"), shownTo("c")]).toEqual([["image 1", "image 2"], ["image 2"]]);
});
