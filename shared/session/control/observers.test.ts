import { expect, test } from "vitest";
import { ledgerLimits } from "../../ledger/limits.ts";
import { encodeSegment } from "../log/decode-segment.ts";
import type { RunResult } from "../log/segments.ts";
import { RUN_MS, session, setupControl, TOKEN_MS } from "../../testing/fakes/control-kit.ts";
import { controlLimits as limits } from "./limits.ts";
import type { NumberedEvent } from "./events.ts";
import type { SessionCall } from "./requests.ts";

const never = (): AbortSignal => new AbortController().signal;
const refused = (kind: string) => ({ ok: false, error: { kind } });
const notify: SessionCall = { method: "notify", text: "Boats", autoRun: false };

test.each<RunResult>([
  { kind: "limit-reached", limit: "steps" },
  { kind: "failed", reason: "model", detail: "" },
  { kind: "finished" },
])("[SC70] study 3.7: a parent hears of a run that ended as %j", async (result) => {
  const kit = await setupControl({
    change: {
      runner: {
        async run(input) {
          const runId = input.id;
          await kit.log.append([{ kind: "run-start", runId, cause: { kind: "task" } }], never());
          const end = encodeSegment({ kind: "run-end", runId, result }, kit.clock.epochNow());
          return { kind: "ended", outcome: result.kind, segments: [end] };
        },
        pause: () => undefined,
        resume: () => undefined,
        subscribe: () => ({ [Symbol.dispose]: () => undefined }),
      },
    },
  });
  await kit.ask(kit.run("Hello"));
  await kit.wait(0);
  expect(kit.world.told).toMatchObject([{ kind: "ended", child: session, result }]);
});

test.each(
  (["plain", "with-tools"] as const).flatMap((runs) =>
    (["cancel", "pause", "shutdown", "reset"] as const).flatMap((how) =>
      [false, true].map((isLate) => [runs, how, isLate] as const)
    )
  ),
)("[SC70] [SC106] the end of a run (%s, %s, late: %s) is told and stored once", async (...how) => {
  const [runs, ending, isLate] = how;
  const kit = await setupControl({ runs });
  await kit.ask(kit.run("Hello"));
  await kit.clock.advance(isLate ? kit.firstTextMs + TOKEN_MS : 0);
  if (ending === "reset") kit.ledger.withdraw("in_1", "reset");
  else await kit.ask({ method: ending });
  await kit.wait(RUN_MS);
  const kind = ending === "pause" ? "paused" : isLate ? "cancelled" : "rolled-back";
  const starts = kit.world.events.filter((event) => event.kind === "run-start");
  expect([starts.length, kit.ends(), kit.results()]).toEqual([1, [kind], [kind]]);
  expect(kit.world.told.flatMap((event) => event.kind === "ended" ? [event.result.kind] : []))
    .toEqual([kind]);
});

test("[SC70] a parent that does not hear is told again, then people are alerted", async () => {
  const kit = await setupControl();
  kit.world.isParentDeaf = true;
  await kit.ask(kit.run("Hello"));
  await kit.wait(RUN_MS);
  expect(kit.world.told).toEqual([]);
  await kit.wait(limits.toldTriesMax * limits.toldRetryMs);
  const alerts = kit.world.events.filter((event) => event.kind === "alert");
  expect(alerts).toMatchObject([{ alert: { code: "parent-not-told", detail: "deaf" } }]);
  kit.world.isParentDeaf = false;
  await kit.rebuild();
  expect(kit.world.told).toMatchObject([{ kind: "ended", result: { kind: "finished" } }]);
});

test("[SC69] a run that wrote nothing has an end in the log when the ledger gives its input up", async () => {
  const kit = await setupControl();
  await kit.ask(kit.run("Hello"));
  await kit.clock.advance(300);
  kit.ledger.withdraw("in_1", "reset");
  await kit.wait(RUN_MS);
  expect(kit.world.told).toMatchObject([
    { runId: "in_1", result: { kind: "cancelled" } },
  ]);
});

test("[SC69] a cancelled run's end is in the log before its input's end is known", async () => {
  const kit = await setupControl();
  // The process dies before it hears of the input's end.
  Object.assign(kit.ledger, { completion: () => new Promise(() => undefined) });
  await kit.ask(kit.run("Hello"));
  const reply = kit.start({ method: "cancel" });
  await kit.clock.advance(0);
  await kit.rebuild();
  expect(await reply).toMatchObject(refused("stopped"));
  expect(kit.inputs()).toEqual([["task", "abandoned", "stopped"]]);
  expect(kit.world.told).toMatchObject([{ result: { kind: "rolled-back", text: "Hello" } }]);
});

test("[SC69] an input that is worn out has failed, also when its runs wrote nothing", async () => {
  const kit = await setupControl({
    change: {
      runner: {
        run: async () => ({
          kind: "retry",
          afterMs: RUN_MS,
          reason: "engine",
          partialText: undefined,
        }),
        pause: () => undefined,
        resume: () => undefined,
        subscribe: () => ({ [Symbol.dispose]: () => undefined }),
      },
    },
  });
  await kit.ask(kit.run("Hello"));
  await kit.clock.advance(ledgerLimits.attemptsMax * RUN_MS);
  const result = { kind: "failed", reason: "attempts", detail: "" };
  expect(kit.world.told).toMatchObject([{ runId: "in_1", result }]);
  expect(kit.world.events).toContainEqual({ kind: "run-end", runId: "in_1", result });
});

test("[SC69] an input that ended outside its run closes the run in the log", async () => {
  const kit = await setupControl();
  await kit.ask(kit.run("Hello"));
  await kit.clock.advance(300);
  kit.ledger.withdraw("in_1", "reset");
  await kit.wait(RUN_MS);
  expect(kit.inputs()).toEqual([["task", "abandoned", "reset"]]);
  expect(kit.results()).toEqual(["cancelled"]);
  expect(kit.log.state().openRun).toBeUndefined();
});

test("[SC69] a crash between the input's end and the log's is mended when it is opened", async () => {
  const kit = await setupControl({ runs: "with-tools" });
  await kit.ask(kit.run("Hello"));
  await kit.clock.advance(kit.firstTextMs);
  const inputId = "in_1";
  const { idempotencyKey } = kit.world.store.inputs[0] ?? { idempotencyKey: "" };
  const receipt = { inputId, idempotencyKey, outcome: "stopped", at: kit.clock.epochNow() };
  await kit.world.store.commitReply(
    { inputId, phase: "abandoned", reason: "stopped", receipt, segments: [] },
    never(),
  );
  expect(kit.log.state().openRun).toMatchObject({ runId: "in_1" });
  await kit.rebuild();
  expect(kit.log.state().openRun).toBeUndefined();
  expect(kit.world.told.map((event) => event.kind)).toEqual(["ended"]);
});

test("[SC77] study 3.23-7: a note is shown once, when it is stored", async () => {
  const kit = await setupControl();
  using attachment = kit.controller.attach();
  const seen: NumberedEvent[] = [];
  const reading = (async () => {
    for await (const one of attachment.events) seen.push(one);
  })();
  await kit.ask(notify);
  await kit.clock.advance(0);
  attachment[Symbol.dispose]();
  await reading;
  const shown = seen.filter(({ event }) => JSON.stringify(event).includes("Boats"));
  expect(shown.filter(({ event }) => event.kind === "entry")).toHaveLength(1);
  expect(shown.every(({ event }) => event.kind === "entry" || event.kind === "input")).toBe(true);
  expect(seen.map(({ revision }) => revision)).toEqual(
    seen.map((_, at) => attachment.snapshot.revision + 1 + at),
  );
});

test("[SC77] study 3.23-1: whoever leaves before the answer has still been heard", async () => {
  const kit = await setupControl();
  const leave = new AbortController();
  const event = { kind: "ended", child: "ada~1", result: { kind: "finished" } } as const;
  const call: SessionCall = { method: "child-event", event };
  const request = { requestId: "rq", roomId: "room", session, call };
  const reply = kit.controller.handle(request, { kind: "session", session: "ada~1" }, leave.signal);
  leave.abort("gone");
  await expect(reply).rejects.toBe("gone");
  await kit.wait(2 * RUN_MS);
  expect(kit.world.prompts.at(-1)).toContain("note:ada~1 is done.");
});

test("[SC77] so many notes that no prompt has had, and no more", async () => {
  const kit = await setupControl({ change: { limits: { ...limits, notesUnseenMax: 1 } } });
  expect(await kit.ask(notify)).toMatchObject({ ok: true });
  expect(await kit.ask(notify)).toMatchObject(refused("notes-full"));
});

test("[SC79] study 3.23-2: a child that stopped stays in sight and can be brought back", async () => {
  const kit = await setupControl();
  const stopped: SessionCall = {
    method: "child-event",
    event: { kind: "stopped", child: "ada~1", reason: "lost" },
  };
  await kit.ask(stopped);
  const visible = await kit.ask({ method: "list-visible" });
  expect(visible).toMatchObject({ answer: { sessions: [{ session }, { session: "ada~1" }] } });
  const back = await kit.ask({ method: "attach-or-restore", session: "ada~1" });
  expect(back).toMatchObject({ answer: { kind: "attached", restored: true } });
  for (const method of ["inspect", "attach-or-restore"] as const) {
    expect(await kit.ask({ method, session: "bo" })).toMatchObject(refused("session-unknown"));
  }
});

test("[SC79] completions are the first names in order that begin so", async () => {
  const kit = await setupControl();
  const complete = (of: "tool" | "session", prefix: string): SessionCall => ({
    method: "list-completions",
    of,
    prefix,
  });
  expect(await kit.ask(complete("tool", "s"))).toMatchObject({
    answer: { values: ["search_room", "spawn"] },
  });
  expect(await kit.ask(complete("session", "ada~"))).toMatchObject({
    answer: { values: ["ada~1"] },
  });
});

test("[SC82] another session's request, and one that comes after the end, are refused", async () => {
  const kit = await setupControl();
  const request = {
    requestId: "rq",
    roomId: "room",
    session: "bo",
    call: { method: "pause" },
  } as const;
  const person = { kind: "person" } as const;
  expect(await kit.controller.handle(request, person, never())).toMatchObject(
    refused("session-unknown"),
  );
  await kit.controller.close(never());
  const own = { ...request, session };
  expect(await kit.controller.handle(own, person, never())).toMatchObject(refused("stopped"));
});

test("[SC83] a session that was paused is paused before anybody asks it anything", async () => {
  const kit = await setupControl();
  await kit.ask(kit.run("Hello"));
  await kit.ask({ method: "pause" });
  await kit.rebuild();
  expect(kit.phase()).toBe("paused");
  await kit.wait(RUN_MS);
  expect(kit.phase()).toBe("paused");
  expect(kit.world.events.at(-1)).not.toMatchObject({ kind: "run-start" });
});

test("[SC15] every change of the status is told to all who watch, each with its revision", async () => {
  const kit = await setupControl();
  const seen: number[] = [];
  using _watching = kit.controller.subscribe(({ revision }) => seen.push(revision));
  await kit.ask(kit.run("Hello"));
  await kit.wait(RUN_MS);
  await kit.ask(kit.run("Again"));
  await kit.ask({ method: "pause" });
  const told = kit.world.events.flatMap((event) => event.kind === "status" ? [event.status] : []);
  expect(seen).toEqual(told.map(({ revision }) => revision));
  expect(seen).toEqual(seen.map((_, at) => at + 1));
  expect(told.map(({ phase }) => phase)).toEqual(
    ["running", "running", "idle", "running", "paused", "paused"],
  );
});

test("[SC81] settings of a person are kept and told; an unknown call or note is refused", async () => {
  const kit = await setupControl();
  const rules = [{ tool: "*", decision: "ask" }] as const;
  expect(await kit.ask({ method: "set-tools", rules })).toMatchObject({ ok: true });
  expect(kit.world.rules).toEqual(rules);
  expect(kit.world.events).toContainEqual({ kind: "rules", rules });
  const answer = (callId: string): SessionCall => ({
    method: "answer-permission",
    callId,
    decision: "allow",
  });
  expect(await kit.ask(answer("asked"))).toMatchObject({ ok: true });
  expect(await kit.ask(answer("other"))).toMatchObject(refused("call-unknown"));
  expect(await kit.ask({ method: "edit-memory", id: "m", text: undefined })).toMatchObject(
    refused("request-invalid"),
  );
  const note = { id: "m", text: "old", stage: "staged", seqs: [3], by: "job" } as const;
  await kit.log.append([{ kind: "memory", note }], never());
  await kit.ask({ method: "edit-memory", id: "m", text: "new" });
  expect(kit.log.state().memory.get("m")).toEqual({
    ...note,
    text: "new",
    stage: "kept",
    by: "person",
  });
});
