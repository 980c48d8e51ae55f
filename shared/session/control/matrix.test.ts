import { expect, test } from "vitest";
import { RUN_MS, setupControl } from "../../testing/fakes/control-kit.ts";
import { ada } from "../../testing/fakes/ledger-kit.ts";
import { defer } from "./run-ends.ts";
import { decideMethod, matrix, type MatrixColumn, type MethodName } from "./matrix.ts";
import type { SessionCall, SessionReply } from "./requests.ts";

const columns: readonly MatrixColumn[] = [
  "idle",
  "running",
  "paused",
  "ending",
  "retired",
  "stopped",
];

const finished = { kind: "finished" } as const;
const calls: { readonly [M in MethodName]: Extract<SessionCall, { readonly method: M }> } = {
  "run": { method: "run", text: "Hello", whenBusy: "queue" },
  "notify": { method: "notify", text: "News", autoRun: true },
  "child-event": {
    method: "child-event",
    event: { kind: "ended", child: "ada~1", result: finished },
  },
  "resume": { method: "resume" },
  "cancel": { method: "cancel" },
  "pause": { method: "pause" },
  "compact": { method: "compact" },
  "list-rewind-targets": { method: "list-rewind-targets" },
  "rewind": { method: "rewind", to: 0, expectHead: 0 },
  "shutdown": { method: "shutdown" },
  "list-completions": { method: "list-completions", of: "tool", prefix: "" },
  "list-visible": { method: "list-visible" },
  "inspect": { method: "inspect", session: "ada" },
  "attach-or-restore": { method: "attach-or-restore", session: "ada" },
};

/** The kind of the answer or of the refusal, in the order of the columns. */
const expected: Readonly<Record<MethodName, readonly string[]>> = {
  "run": ["accepted", "accepted", "accepted", "accepted", "stopped", "stopped"],
  "notify": ["accepted", "accepted", "accepted", "accepted", "stopped", "stopped"],
  "child-event": ["accepted", "accepted", "accepted", "accepted", "done", "done"],
  "resume": ["not-paused", "already-running", "done", "done", "stopped", "stopped"],
  "cancel": ["not-running", "done", "done", "paused", "not-running", "stopped"],
  "pause": ["done", "done", "done", "done", "stopped", "stopped"],
  "compact": ["compacted", "already-running", "paused", "already-running", "stopped", "stopped"],
  "list-rewind-targets": Array<string>(6).fill("rewind-targets"),
  // The log of an idle session here is empty: nothing to go back to.
  "rewind": [
    "target-unknown",
    "already-running",
    "paused",
    "already-running",
    "target-unknown",
    "stopped",
  ],
  "shutdown": ["done", "done", "done", "done", "done", "done"],
  "list-completions": Array<string>(6).fill("completions"),
  "list-visible": Array<string>(6).fill("visible"),
  "inspect": Array<string>(6).fill("inspection"),
  "attach-or-restore": Array<string>(6).fill("attached"),
};

const kindOf = (reply: SessionReply): string => reply.ok ? reply.answer.kind : reply.error.kind;

/** A session in the state of a column; `release` lets a run that is ending end. */
async function sessionIn(column: MatrixColumn) {
  const kit = await setupControl();
  const saving = defer<void>();
  if (column === "retired" || column === "stopped") {
    const operation = column === "retired" ? "retire" : "stop";
    const called = kit.ledger.callSession(operation, ada, new AbortController().signal);
    await kit.clock.advance(0);
    expect((await called).ok).toBe(true);
    await kit.rebuild();
  }
  if (column === "running" || column === "paused" || column === "ending") {
    await kit.ask({ method: "run", text: "First", whenBusy: "queue" }, "first");
  }
  if (column === "paused") await kit.ask(calls["pause"], "first-pause");
  if (column === "ending") {
    kit.world.saving = saving.promise;
    void kit.start(calls["pause"], "first-pause");
    await kit.clock.advance(0);
  }
  return { kit, release: () => saving.resolve() };
}

const methods = Object.keys(matrix) as MethodName[];

test("[SC60] the table has fourteen methods, and a cell for each of them in each column", () => {
  expect(methods.toSorted()).toEqual(Object.keys(expected).toSorted());
  expect(methods).toHaveLength(14);
  for (const method of methods) {
    expect(Object.keys(matrix[method]).toSorted()).toEqual(columns.toSorted());
    for (const life of ["active", "retired", "stopped"] as const) {
      for (const status of ["idle", "running", "paused", "ending"] as const) {
        expect(decideMethod(method, { life, status })).toHaveProperty("do");
      }
    }
  }
});

test.each(columns.flatMap((column, at) => methods.map((method) => [method, column, at] as const)))(
  "[SC60] %s of a session that is %s is answered as the table says",
  async (method, column, at) => {
    const { kit, release } = await sessionIn(column);
    const reply = kit.start(calls[method], "asked");
    await kit.clock.advance(0);
    release();
    await kit.clock.advance(RUN_MS);
    expect(kindOf(await reply)).toBe(expected[method][at]);
  },
);

test.each(
  [
    ["idle", "accepted"],
    ["running", "already-running"],
    ["paused", "paused"],
    ["ending", "already-running"],
  ] as const,
)("[SC60] who will not wait is told, of a session that is %s: %s", async (column, kind) => {
  const { kit, release } = await sessionIn(column);
  const reply = await kit.start({ ...calls["run"], whenBusy: "refuse" }, "asked");
  expect(kindOf(reply)).toBe(kind);
  release();
});

test("[SC60] a run asked of a paused session waits for the resume", async () => {
  const { kit } = await sessionIn("paused");
  await kit.ask(calls["run"]);
  await kit.wait(3 * RUN_MS);
  expect(kit.inputs().map(([, phase]) => phase)).toEqual(["queued", "queued"]);
  await kit.ask(calls["resume"]);
  await kit.wait(3 * RUN_MS);
  expect(kit.inputs().map(([, phase]) => phase)).toEqual(["consumed", "consumed"]);
});
