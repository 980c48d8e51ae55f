import { describe, expect, test } from "vitest";
import {
  type ControlKit,
  type ControlOptions,
  RUN_MS,
  setupControl,
  TOKEN_MS,
} from "../../testing/fakes/control-kit.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import type { SegmentBody } from "../log/segments.ts";
import { INTERRUPTED } from "../runs/run-steps.ts";
import type { SessionCall } from "./requests.ts";

const pause: SessionCall = { method: "pause" };
const resume: SessionCall = { method: "resume" };
const cancel: SessionCall = { method: "cancel" };
const shutdown: SessionCall = { method: "shutdown" };
const done = { ok: true, answer: { kind: "done" } };
const refused = (kind: string) => ({ ok: false, error: { kind } });
const notify = (text: string, autoRun: boolean): SessionCall => ({
  method: "notify",
  text,
  autoRun,
});

/**
 * The same suite again where nothing but the stores outlives a step, and where a run writes nothing
 * before its end.
 */
describe.each(
  [
    ["never", "plain"],
    ["every-step", "plain"],
    ["never", "with-tools"],
    ["every-step", "with-tools"],
  ] as const,
)("recover %s, runs %s", (recover, runs) => {
  const setup = (options: ControlOptions = {}) => setupControl({ recover, runs, ...options });

  test("[SC77] work is stored before it is acknowledged, and ends once", async () => {
    const kit = await setup();
    const reply = await kit.ask(kit.run("Hello"), "rq");
    expect(reply).toMatchObject({ ok: true, answer: { kind: "accepted", inputId: "in_1" } });
    expect(kit.world.store.inputs).toHaveLength(1);
    await kit.wait(RUN_MS);
    expect(kit.inputs()).toEqual([["task", "consumed", "replied"]]);
    expect(kit.results()).toEqual(["finished"]);
    expect(kit.phase()).toBe("idle");
  });

  test("[SC64] a request asked again, by whatever process, is the same input", async () => {
    const kit = await setup();
    const first = await kit.ask(kit.run("Hello"), "rq");
    const again = await kit.ask(kit.run("Hello"), "rq");
    expect(again).toMatchObject({ ok: true, answer: { kind: "accepted", inputId: "in_1" } });
    if (recover === "never") expect(again).toEqual(first);
    expect(await kit.ask(kit.run("Other"), "rq")).toMatchObject(refused("request-repeated"));
    await kit.wait(RUN_MS);
    expect(kit.inputs()).toHaveLength(1);
  });

  test("[SC73] a pause outlives a reload, and the work goes on after a resume", async () => {
    const kit = await setup();
    await kit.ask(kit.run("Hello"));
    await kit.wait(0);
    expect(kit.phase()).toBe("running");
    expect(await kit.ask(pause)).toMatchObject(done);
    expect(kit.phase()).toBe("paused");
    await kit.wait(RUN_MS);
    expect(kit.inputs()).toEqual([["task", "queued", "paused"]]);
    expect(await kit.ask(pause)).toMatchObject(done);
    expect(await kit.ask(resume)).toMatchObject(done);
    await kit.wait(RUN_MS);
    expect(kit.inputs()).toEqual([["task", "consumed", "replied"]]);
    expect(kit.phase()).toBe("idle");
    expect(kit.world.told.map((event) => "result" in event && event.result.kind)).toEqual([
      "paused",
      "finished",
    ]);
  });

  test("[SC74] a cancel ends the run's input before it is answered", async () => {
    const kit = await setup();
    await kit.ask(kit.run("Hello"));
    await kit.wait(0);
    const asked = kit.start(cancel);
    await kit.clock.advance(0);
    expect(await asked).toMatchObject(done);
    expect(kit.inputs()).toEqual([["task", "abandoned", "stopped"]]);
    await kit.wait(RUN_MS);
    expect(kit.phase()).toBe("idle");
    expect(kit.inputs()).toHaveLength(1);
  });

  test("[SC67] a run cancelled before anything came gives its words back", async () => {
    const kit = await setup();
    await kit.ask(kit.run("First"));
    await kit.wait(RUN_MS);
    await kit.ask(kit.run("Second"));
    expect(await kit.ask(cancel)).toMatchObject(done);
    const end = kit.log.state().entries.findLast(({ body }) => body.kind === "run-end");
    expect(end?.body).toMatchObject({ result: { kind: "rolled-back", text: "Second" } });
    expect(kit.kinds()).not.toContain("asked:Second");
    expect(kit.kinds()).toContain("asked:First");
    expect(kit.world.told.at(-1)).toMatchObject({ result: { kind: "rolled-back" } });
  });

  test("[SC67] a run of which people saw words is cancelled, not rolled back", async () => {
    const kit = await setup();
    await kit.ask(kit.run("Hello"));
    await kit.clock.advance(kit.firstTextMs + TOKEN_MS);
    expect(await kit.ask(cancel)).toMatchObject(done);
    expect(kit.results()).toEqual(["cancelled"]);
    expect(kit.kinds()).toContain("asked:Hello");
    expect(kit.kinds()).toContain("said:I am");
  });

  test("[SC84] what the ledger takes away keeps what was asked and what was shown", async () => {
    const kit = await setup();
    await kit.ask(kit.run("Hello"));
    await kit.clock.advance(kit.firstTextMs + TOKEN_MS);
    kit.ledger.withdraw("in_1", "reset");
    await kit.wait(RUN_MS);
    expect(kit.inputs()).toEqual([["task", "abandoned", "reset"]]);
    expect(kit.kinds().filter((words) => /^(asked|said)/u.test(words))).toEqual([
      "asked:Hello",
      "said:I am",
    ]);
    expect(kit.results()).toEqual(["cancelled"]);
  });

  test("[SC73] a cancel while paused abandons what was paused", async () => {
    const kit = await setup();
    await kit.ask(kit.run("Hello"));
    await kit.clock.advance(kit.firstTextMs + TOKEN_MS);
    await kit.ask(pause);
    await kit.ask(kit.run("Next"));
    expect(kit.phase()).toBe("paused");
    expect(await kit.ask(cancel)).toMatchObject(done);
    expect(kit.inputs()[0]).toEqual(["task", "abandoned", "stopped"]);
    expect(kit.results().slice(0, 2)).toEqual(["paused", "cancelled"]);
    expect(kit.kinds().filter((words) => words === "asked:Hello")).toHaveLength(1);
    expect(kit.kinds().filter((words) => words === "said:I am")).toHaveLength(1);
    await kit.wait(RUN_MS);
    expect(kit.inputs()[1]).toEqual(["task", "consumed", "replied"]);
    expect(kit.phase()).toBe("idle");
  });

  test("[SC69] calls of a cancelled run are closed before anything new is asked", async () => {
    const kit = await setup({ runs: "with-tools", lookMs: 10_000 });
    await kit.ask(kit.run("First"));
    await kit.clock.advance(5_000);
    await kit.ask(pause);
    expect(kit.kinds().at(-1)).toBe("run-end");
    expect(kit.log.state().openCalls).toHaveLength(1);
    await kit.ask(kit.run("Second"));
    await kit.ask(cancel);
    await kit.wait(20_000);
    const prompt = kit.world.prompts.at(-1) ?? [];
    expect(prompt.filter((words) => words.startsWith("result:"))).toEqual([
      `result:${INTERRUPTED}`,
      "result:Nothing to see.",
    ]);
    expect(prompt.indexOf("asked:Second")).toBeGreaterThan(
      prompt.indexOf(`result:${INTERRUPTED}`),
    );
  });

  test("[SC104] calls of a run that waits are closed before another's prompt", async () => {
    const kit = await setup();
    kit.world.isHeld = true;
    await kit.start(kit.run("First in order"), "rq");
    const { order: _order, ...row } = inputOf({
      id: "in-waits",
      work: { kind: "task", text: "x" },
    });
    const signal = new AbortController().signal;
    await kit.world.store.addInput({ input: row, replaces: [], segments: [] }, signal);
    await kit.log.append([
      { kind: "run-start", runId: "in-waits", cause: { kind: "task" } },
      { kind: "call", runId: "in-waits", callId: "c0", tool: "remember", args: {} },
    ], signal);
    kit.release();
    await kit.wait(RUN_MS);
    const prompt = kit.world.prompts.find((words) => words.includes("task:First in order")) ?? [];
    const closed = prompt.filter((words) => words === `result:${INTERRUPTED}`);
    expect(closed).toHaveLength(1);
    expect(prompt.indexOf("call")).toBeLessThan(prompt.indexOf(`result:${INTERRUPTED}`));
  });

  test("[SC69] calls of a run whose input is gone are closed before anything else", async () => {
    const kit = await setup();
    await kit.log.append([
      { kind: "run-start", runId: "gone", cause: { kind: "task" } },
      { kind: "call", runId: "gone", callId: "c0", tool: "remember", args: {} },
    ], new AbortController().signal);
    await kit.rebuild();
    expect(kit.kinds()).toEqual(["run-start", "call", `result:${INTERRUPTED}`, "run-end"]);
    await kit.ask(kit.run("New"));
    await kit.wait(RUN_MS);
    expect(kit.world.prompts.at(-1)).toContain(`result:${INTERRUPTED}`);
    expect(kit.world.prompts.at(-1)).toContain("task:New");
  });

  test("[SC77] notes are stored in every status and wake only an idle session", async () => {
    const kit = await setup();
    await kit.ask(notify("weak", false));
    await kit.wait(RUN_MS);
    expect(kit.world.prompts).toHaveLength(0);
    await kit.ask(notify("strong", true));
    await kit.wait(RUN_MS);
    const prompt = kit.world.prompts.at(-1) ?? [];
    expect(prompt).toContain("note:weak");
    expect(prompt).toContain("note:strong");
    const count = kit.world.prompts.length;
    await kit.ask(kit.run("Hello"));
    await kit.clock.advance(kit.firstTextMs);
    await kit.ask(pause);
    const paused = kit.world.prompts.length;
    await kit.ask(notify("late", true));
    await kit.wait(RUN_MS);
    expect(kit.world.prompts).toHaveLength(paused);
    expect(paused).toBeGreaterThan(count);
    expect(kit.kinds()).toContain("note:late");
  });

  test("[SC71] study 3.7: a note that comes late in a run is not stranded", async () => {
    const kit = await setup();
    await kit.ask(kit.run("Hello"));
    await kit.clock.advance(kit.firstTextMs);
    await kit.ask(notify("late", true));
    await kit.wait(4 * RUN_MS);
    expect(kit.log.state().unseenNotes).toEqual([]);
    expect(kit.world.prompts.at(-1)).toContain("note:late");
    expect(kit.phase()).toBe("idle");
  });

  test("[SC71] a wake whose notes another run has had runs nothing", async () => {
    const kit = await setup();
    kit.world.isHeld = true;
    await kit.start(kit.run("Hello"), "task");
    await kit.start(notify("early", true), "note");
    kit.release();
    await kit.wait(2 * RUN_MS);
    await kit.wait(2 * RUN_MS);
    expect(kit.inputs().map(([kind, , reason]) => [kind, reason])).toEqual([
      ["task", "replied"],
      ["wake", "nothing-to-do"],
    ]);
  });

  test("[SC69] study 3.23-5: a run whose input is gone has failed, and its parent hears", async () => {
    const kit = await setup();
    const start: SegmentBody = { kind: "run-start", runId: "lost", cause: { kind: "task" } };
    await kit.log.append([start], new AbortController().signal);
    await kit.rebuild();
    await kit.wait(0);
    const failed = { kind: "failed", reason: "lost", detail: "" };
    expect(kit.log.state().openRun).toBeUndefined();
    expect(kit.world.told).toEqual([
      { kind: "ended", child: "ada", runId: "lost", result: failed, text: "" },
    ]);
  });

  test("[SC70] a parent hears once of each end, with what was said", async () => {
    const kit = await setup();
    await kit.ask(kit.run("Hello"));
    await kit.wait(RUN_MS);
    await kit.ask(notify("hush", true));
    await kit.wait(RUN_MS);
    await kit.wait(RUN_MS);
    expect(kit.world.told).toEqual([{
      kind: "ended",
      child: "ada",
      runId: "in_1",
      result: { kind: "finished" },
      text: expect.stringContaining("I am here."),
    }]);
    expect(kit.results()).toEqual(["finished", "finished"]);
  });

  test("[SC65] a child's events are taken in any order, and each end once", async () => {
    const kit = await setup();
    const result = { kind: "finished" } as const;
    const ended: SessionCall = {
      method: "child-event",
      event: { kind: "ended", child: "ada~1", result, runId: "r1", text: "42" },
    };
    const stopped: SessionCall = {
      method: "child-event",
      event: { kind: "stopped", child: "ada~1", reason: "" },
    };
    for (const call of [stopped, ended, ended]) {
      expect(await kit.ask(call)).toMatchObject({ ok: true });
    }
    await kit.wait(2 * RUN_MS);
    expect(kit.kinds().filter((words) => words.startsWith("note:"))).toEqual([
      "note:ada~1 was stopped.",
      "note:ada~1 is done: 42",
    ]);
  });

  test("[SC78] study 3.23-6: an idle parent is woken though the ledger was full", async () => {
    const kit = await setup();
    kit.world.isFull = true;
    const result = { kind: "finished" } as const;
    const event = { kind: "ended", child: "ada~1", result, runId: "r1" } as const;
    const reply = kit.start({ method: "child-event", event });
    await kit.clock.advance(0);
    expect(await reply).toMatchObject(done);
    expect(kit.world.prompts).toHaveLength(0);
    kit.world.isFull = false;
    await kit.wait(1_000);
    await kit.wait(2 * RUN_MS);
    expect(kit.world.prompts.at(-1)).toContain("note:ada~1 is done.");
    expect(kit.log.state().unseenNotes).toEqual([]);
  });

  test("[SC76] a shutdown while running ends run and queue, and the parent hears last", async () => {
    const kit = await setup();
    await kit.ask(kit.run("One"));
    await kit.ask(kit.run("Two"));
    expect(await kit.ask(shutdown)).toMatchObject(done);
    expect(kit.inputs().map(([, phase]) => phase)).toEqual(["abandoned", "abandoned"]);
    expect(kit.world.told.at(-1)).toMatchObject({ kind: "stopped" });
    expect(await kit.ask(shutdown)).toMatchObject(done);
    expect(await kit.ask(kit.run("Three"))).toMatchObject(refused("stopped"));
    expect(kit.world.saved.at(-1)).toBe("stopped");
    const back = await kit.ask({ method: "attach-or-restore", session: "ada" });
    expect(back).toMatchObject({ ok: true, answer: { kind: "attached", restored: true } });
    await kit.ask(kit.run("Four"));
    await kit.wait(RUN_MS);
    expect(kit.inputs().at(-1)).toEqual(["task", "consumed", "replied"]);
  });

  test("[SC76] study 3.7: of a pause and a shutdown both are stored", async () => {
    const kit = await setup();
    await kit.ask(kit.run("One"));
    await kit.wait(0);
    const [paused, stopped] = [kit.start(pause), kit.start(shutdown)];
    await kit.clock.advance(0);
    expect(await paused).toMatchObject(done);
    expect(await stopped).toMatchObject(done);
    expect(kit.world.saved).toEqual(["paused", "stopped"]);
    await kit.rebuild();
    expect(await kit.ask(pause)).toMatchObject(refused("stopped"));
  });

  test("[SC81] what only reads is answered in every status", async () => {
    const kit = await setup();
    const reads: readonly SessionCall[] = [
      { method: "list-rewind-targets" },
      { method: "list-completions", of: "tool", prefix: "re" },
      { method: "list-visible" },
      { method: "inspect", session: "ada" },
    ];
    const readAll = async (where: ControlKit): Promise<void> => {
      for (const call of reads) expect(await where.start(call)).toMatchObject({ ok: true });
    };
    await readAll(kit);
    await kit.ask(kit.run("Hello"));
    await readAll(kit);
    await kit.ask(pause);
    await readAll(kit);
    await kit.ask(shutdown);
    await readAll(kit);
  });

  test("[SC48] a rewind by an old head changes nothing; by the right one it gives back", async () => {
    const kit = await setup();
    await kit.ask(kit.run("Hello"));
    await kit.wait(RUN_MS);
    const head = kit.log.state().head;
    const rewind = (to: number, expectHead: number): SessionCall => ({
      method: "rewind",
      to,
      expectHead,
    });
    expect(await kit.ask(rewind(0, head - 1))).toMatchObject(refused("head-moved"));
    expect(await kit.ask(rewind(2, head))).toMatchObject(refused("target-unknown"));
    expect(kit.log.state().head).toBe(head);
    expect(await kit.ask(rewind(0, head))).toMatchObject({
      ok: true,
      answer: { kind: "rewound", text: "Hello" },
    });
    expect(kit.kinds()).toEqual([]);
  });

  test("[SC75] a compaction is a run with a job, and other methods are answered meanwhile", async () => {
    const kit = await setup();
    const reply = kit.start({ method: "compact" });
    await kit.clock.advance(0);
    expect(kit.controller.status()).toMatchObject({ phase: "running", run: { job: "compact" } });
    expect(await kit.start({ method: "compact" })).toMatchObject(refused("already-running"));
    expect(await kit.start({ method: "list-visible" })).toMatchObject({ ok: true });
    await kit.clock.advance(RUN_MS);
    expect(await reply).toMatchObject({ ok: true, answer: { kind: "compacted", tokensAfter: 10 } });
    expect(kit.phase()).toBe("idle");
    kit.world.compaction = { ok: false, error: { kind: "compaction-empty" } };
    const failed = await kit.ask({ method: "compact" }, undefined, undefined, RUN_MS);
    expect(failed).toMatchObject(refused("compaction-empty"));
  });
});
