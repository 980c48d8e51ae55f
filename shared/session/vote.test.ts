import { expect, test } from "vitest";
import { ok } from "../base/result.ts";
import type { GenerateRequest } from "../inference/engine.ts";
import { inputOf } from "../testing/fakes/input-records.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { MemorySessionLog } from "../testing/fakes/memory-session-log.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { ScriptedEngine } from "../testing/fakes/scripted-engine.ts";
import { starterProfile } from "../testing/fakes/session-kit.ts";
import { type BallotChoice, voteDecision } from "./decisions/vote.ts";
import { createSession } from "./session.ts";

const ballot: readonly BallotChoice[] = ["Ann", "Anna", "Bo Li", "Zoë"]
  .map((name) => ({ name, speaker: `ps_${name}` }));

test.each([
  ["Ann", "ps_Ann"],
  [" Anna \n", "ps_Anna"],
  ["I choose Bo Li, then Ann.", "ps_Bo Li"],
  ["Anna should speak", "ps_Anna"],
  ["Annabel", undefined],
  ["Joann: DeAnn", undefined],
  ["Annabel or Ann", "ps_Ann"],
  ["zoë", undefined],
  ["Zoë!", "ps_Zoë"],
  ["Ann\u0308 it is", undefined],
  ["", undefined],
  ["nobody", undefined],
])("[SC20] %o chooses %s", (text, speaker) => {
  const decided = voteDecision(ballot).read(text);
  expect(decided.kind === "chosen" ? decided.choice : undefined).toBe(speaker);
});

async function vote(
  script: (asked: number) => string,
  choices: readonly string[] | undefined,
) {
  let asked = 0;
  const problems: (string | undefined)[] = [];
  const clock = new ManualClock();
  const signal = new AbortController().signal;
  const engine = new ScriptedEngine({
    clock,
    constrainsChoice: choices !== undefined,
    choose: () => script(asked++),
    reply: () => script(asked++).split(/(?= )/),
  });
  const loading = engine.load(starterProfile, () => undefined, signal);
  await clock.advance(100);
  await loading;
  const store = new MemoryPeerStore();
  const { order: _order, ...row } = inputOf({ createdAt: clock.epochNow() });
  await store.addInput({ input: row, replaces: [], segments: [] }, signal);
  const move = { to: "staged", at: clock.epochNow() } as const;
  await store.updateInput(row.id, "queued", { move, stagedCount: 1 }, signal);
  const frames: unknown[] = [];
  const request: GenerateRequest = {
    requestId: "rq",
    persona: "ada",
    segments: [{ key: "k", role: "script", text: "who?" }],
    continueText: "",
    stop: ["\n"],
    seed: 1,
    temperature: 0,
    topP: 1,
    tokensMax: 100,
    ...choices === undefined ? {} : { choices },
  };
  const session = createSession({
    clock,
    trace: new RecordingLog(),
    log: new MemorySessionLog(),
    store,
    engine: () => ({ engine, modelId: "starter", lane: "cpu", continuesText: true }),
    buildRequest(_input, { problem }) {
      problems.push(problem);
      return Promise.resolve(ok({ request, seenSeq: 9, vote: voteDecision(ballot) }));
    },
    onFrame: (frame) => frames.push(frame),
  });
  const live = await store.liveInputs(signal);
  const input = live.ok ? live.value[0] : undefined;
  if (input === undefined) throw new Error("no input");
  const running = session.run(input, signal);
  await clock.advance(60_000);
  const after = await store.liveInputs(signal);
  return {
    outcome: await running,
    problems,
    frames,
    stored: after.ok ? after.value[0]?.partialText : undefined,
  };
}

test.each([
  ["held to the names", ["Ann", "Anna", "Bo Li", "Zoë"]],
  ["read from free words", undefined],
])(
  "[SC20, SC21] a vote %s settles as such; nothing of it is shown or stored",
  async (_, choices) => {
    const said = choices === undefined ? "Let Anna speak now, for she has not spoken yet." : "Anna";
    const { outcome, frames, stored } = await vote(() => said, choices);
    expect(outcome).toMatchObject({
      kind: "done",
      settled: { outcome: { kind: "voted", speaker: "ps_Anna" }, seenSeq: 9 },
    });
    expect(frames).toEqual([]);
    expect(stored).toBe("");
  },
);

test("[SC20] words that name nobody settle failed, and a PASS is no name either", async () => {
  for (const said of ["Somebody else.", "PASS"]) {
    const { outcome } = await vote(() => said, undefined);
    expect(outcome).toMatchObject({
      kind: "done",
      settled: { outcome: { kind: "failed", reason: "empty" } },
    });
  }
});

test("[IN96] a vote that cannot be read is asked for again, with what was wrong, and not shown", async () => {
  const { outcome, problems, frames, stored } = await vote(
    (asked) => asked === 0 ? "Somebody else." : "Anna, please.",
    undefined,
  );
  expect(outcome).toMatchObject({
    settled: { outcome: { kind: "voted", speaker: "ps_Anna" } },
  });
  expect(problems).toEqual([undefined, "It names none of Ann, Anna, Bo Li, Zoë"]);
  expect([frames, stored]).toEqual([[], ""]);
});
