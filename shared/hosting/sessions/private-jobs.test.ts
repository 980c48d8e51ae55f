import { expect, test } from "vitest";
import type { GenerateRequest } from "../../inference/engine.ts";
import type { Layout } from "../../personas/layout.ts";
import type { JobModel } from "../../session/runs/run.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import { MemorySessionLog } from "../../testing/fakes/memory-session-log.ts";
import { roomScript } from "../../testing/fakes/room-script.ts";
import { createSessionWorld } from "../../testing/sim/session-world.ts";
import { createRoomSummaries } from "../room-summaries.ts";
import { createPrivateJobs } from "./private-jobs.ts";

const never = new AbortController().signal;
const recipe = { kind: "addressed", followUpsMax: 0 } as const;

/** Jobs over a room of `lines` lines; the model says what it is told to. */
function setup(lines: number, answer: Awaited<ReturnType<JobModel["ask"]>>) {
  const script = roomScript();
  for (let line = 0; line < lines; line += 1) {
    script.add({ kind: "say", text: `remark ${line}`, addressed: [] });
  }
  const log = new MemorySessionLog();
  const failures = { extract: 0, consolidate: 0, fold: 0 };
  const jobs = createPrivateJobs({
    log,
    stateOf: () => script.state(),
    nameOf: () => "Ada",
    model: () => ({ format: "chat", contextTokens: 4_096, promptTokensMax: 3_000 }),
    summaries: createRoomSummaries(),
    failures,
    toPrompt: (_input, _shrinks, layout: (tokensMax: number) => Layout) => ({
      seenSeq: 0,
      request: { segments: layout(2_000).segments } as GenerateRequest,
    }),
    onCompacted: () => undefined,
  });
  const asked: string[] = [];
  const model: JobModel = {
    async ask(purpose, build) {
      asked.push(purpose);
      await build(0, never);
      return answer;
    },
  };
  return { jobs, log, model, asked, failures };
}
const memoryInput = inputOf({ id: "in_m", work: { kind: "memory", job: "extract" }, turn: 0 });

test("[HO62] a job that is not due any more is skipped without a question", async () => {
  const { jobs, model, asked, log } = setup(3, { kind: "text", text: "- a note" });
  expect(await jobs.memory(memoryInput, "extract", model, never)).toMatchObject({
    kind: "ended",
    outcome: "skipped:too-little",
    segments: [],
  });
  const enough = setup(20, { kind: "text", text: "- a note" });
  expect(await enough.jobs.memory(memoryInput, "consolidate", enough.model, never)).toMatchObject({
    outcome: "skipped:extract",
  });
  expect([asked, enough.asked, log.state().head]).toEqual([[], [], 0]);
});

test("[HO63] what was found goes with the input's end, and nothing before it", async () => {
  const text = "- The dog is Biscuit.\n- Tea at four.";
  const { jobs, model, log } = setup(20, { kind: "text", text });
  const end = await jobs.memory(memoryInput, "extract", model, never);
  expect(end).toMatchObject({
    kind: "ended",
    outcome: "finished",
    segments: [
      { kind: "memory", note: { id: "in_m/0", text: "The dog is Biscuit.", stage: "staged" } },
      { kind: "memory", note: { id: "in_m/1", text: "Tea at four." } },
      { kind: "extracted" },
    ],
  });
  expect(log.state().head).toBe(0);
});

test("[HO63] a job that failed counts, and one that is to be tried again does not", async () => {
  const failed = setup(20, { kind: "failed", reason: "deadline", detail: "" });
  const end = await failed.jobs.memory(memoryInput, "extract", failed.model, never);
  expect(end).toMatchObject({ outcome: "failed:deadline", segments: [] });
  expect(failed.failures.extract).toBe(1);
  const again = { kind: "interrupted", reason: "engine-lost", partialText: undefined } as const;
  const lost = setup(20, again);
  expect(await lost.jobs.memory(memoryInput, "extract", lost.model, never)).toEqual(again);
  expect(lost.failures.extract).toBe(0);
});

test("[HO64] however much is remembered, a prompt has its newest lines", async () => {
  const world = await createSessionWorld(recipe, {
    profile: { promptFormat: "chat", contextTokens: 1_024 },
  });
  for (let note = 0; note < 40; note += 1) {
    const text = `fact ${note} ${"of the harbour and its boats ".repeat(8)}`;
    await world.answer("ps_a", { method: "edit-memory", id: `n${note}`, text });
  }
  await world.say("Where is the key?", "ps_a");
  const request = world.page().engines.at(-1)?.taken.at(-1);
  const prompt = request?.segments.map((one) => one.text).join("\n") ?? "";
  expect(prompt).toContain("Where is the key?");
  const facts = prompt.match(/fact \d+/gu) ?? [];
  expect(facts.length).toBeGreaterThan(0);
  expect(facts.length).toBeLessThan(10);
});
