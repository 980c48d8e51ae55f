import { expect, test } from "vitest";
import { inputOf } from "../../testing/fakes/input-records.ts";
import {
  type ControlKit,
  PREFILL_MS,
  RUN_MS,
  setupControl,
  TOKEN_MS,
} from "../../testing/fakes/control-kit.ts";
import type { SessionOperation } from "../../ledger/session-life.ts";
import { ada } from "../../testing/fakes/ledger-kit.ts";
import { decideRunEnd, joinInterruption } from "./close-run.ts";
import type { SessionCall } from "./requests.ts";
import { defer } from "./run-ends.ts";

const pause: SessionCall = { method: "pause" };
const resume: SessionCall = { method: "resume" };
const cancel: SessionCall = { method: "cancel" };
const done = { ok: true, answer: { kind: "done" } };
const refused = (kind: string) => ({ ok: false, error: { kind } });
const never = (): AbortSignal => new AbortController().signal;

const running = async (kit: ControlKit): Promise<void> => {
  await kit.ask(kit.run("Hello"));
  await kit.clock.advance(PREFILL_MS + 2 * TOKEN_MS);
};

/** An input of a turn, which the room admitted. */
const openTurn = async (kit: ControlKit): Promise<void> => {
  const { order: _order, ...input } = inputOf({ createdAt: kit.clock.epochNow() });
  await kit.world.store.addInput({ input, replaces: [], segments: [] }, never());
  kit.ledger.wake();
  await kit.clock.advance(PREFILL_MS + 2 * TOKEN_MS);
};

test("[SC68] study 3.7: pause and cancel in either order leave a paused run", async () => {
  for (const [first, second] of [[pause, cancel], [cancel, pause]] as const) {
    const kit = await setupControl();
    await running(kit);
    const replies = [kit.start(first), kit.start(second)];
    await kit.clock.advance(0);
    const [one, two] = await Promise.all(replies);
    expect(first === pause ? one : two).toMatchObject(done);
    expect(first === pause ? two : one).toMatchObject(refused("paused"));
    expect(kit.phase()).toBe("paused");
    expect(kit.inputs()).toEqual([["task", "queued", "paused"]]);
  }
});

test("[SC68] study 3.7: a pause that comes as the run finishes finds it finished", () => {
  const ended = { kind: "ended", outcome: "replied", segments: [] } as const;
  expect(decideRunEnd(ended, "pause", undefined)).toEqual({ kind: "finished" });
  const cancelled = { kind: "cancelled", partialText: "So" } as const;
  expect(decideRunEnd(cancelled, "pause", undefined)).toEqual({ ...cancelled, kind: "paused" });
  const withdrawn = { kind: "withdrawn", reason: "settled" };
  expect(decideRunEnd(cancelled, "pause", withdrawn)).toEqual({ kind: "withdrawn" });
  const lost = { kind: "place-lost" };
  expect(decideRunEnd(cancelled, "pause", lost)).toMatchObject({ kind: "paused" });
  expect(decideRunEnd(cancelled, undefined, lost)).toEqual({ kind: "interrupted", reason: "host" });
  expect(joinInterruption("cancel", "pause")).toBe("pause");
  expect(joinInterruption("cancel", "shutdown")).toBe("cancel");
});

test("[SC68] [SC73] a pause whose run ends by itself holds what comes behind it", async () => {
  const outcome = defer<void>();
  const kit = await setupControl({
    change: {
      // A runner that is done before it hears anything.
      runner: {
        async run() {
          await outcome.promise;
          return { kind: "ended", outcome: "replied", segments: [] };
        },
        pause: () => outcome.resolve(),
        resume: () => undefined,
        subscribe: () => ({ [Symbol.dispose]: () => undefined }),
      },
    },
  });
  await kit.ask(kit.run("Hello"));
  expect(await kit.ask(pause)).toMatchObject({ ok: true, answer: { kind: "done" } });
  expect(kit.phase()).toBe("paused");
  expect(kit.inputs()).toEqual([["task", "consumed", "replied"]]);
});

test("[SC72] study 3.7: a cancel of an idle session does not hit the next run", async () => {
  const kit = await setupControl();
  expect(await kit.ask(cancel)).toMatchObject(refused("not-running"));
  await kit.ask(kit.run("Hello"));
  await kit.wait(RUN_MS);
  expect(kit.results()).toEqual(["finished"]);
});

test("[SC73] an idle session that is paused holds what comes until it is resumed", async () => {
  const kit = await setupControl();
  expect(await kit.ask(pause)).toMatchObject({ ok: true, answer: { kind: "done" } });
  await kit.ask(kit.run("Hello"));
  await kit.wait(RUN_MS);
  expect([kit.phase(), kit.results()]).toEqual(["paused", []]);
  expect(await kit.ask(resume)).toMatchObject({ ok: true });
  await kit.wait(RUN_MS);
  expect([kit.phase(), kit.results()]).toEqual(["idle", ["finished"]]);
});

test("[SC72] a second cancel of the same run does not hit the one behind it", async () => {
  const kit = await setupControl();
  await kit.ask(kit.run("One"));
  await kit.ask(kit.run("Two"));
  const replies = [kit.start(cancel), kit.start(cancel)];
  await kit.clock.advance(RUN_MS);
  expect(await Promise.all(replies)).toMatchObject([done, done]);
  expect(kit.inputs().map(([, phase]) => phase)).toEqual(["abandoned", "consumed"]);
});

test("[SC74] of a cancelled turn the room is told before the ledger lets go", async () => {
  const kit = await setupControl();
  await openTurn(kit);
  expect(await kit.ask(cancel)).toMatchObject(done);
  expect(kit.world.stopped).toEqual(["in-1-ada-0"]);
  expect(kit.inputs()).toEqual([[undefined, "abandoned", "stopped"]]);
  expect(kit.results()).toEqual(["cancelled"]);
});

test("[SC74] a stop that the room's store refuses is told, and the turn goes on", async () => {
  const kit = await setupControl();
  kit.world.stopError = { kind: "storage-full" };
  await openTurn(kit);
  expect(await kit.ask(cancel)).toMatchObject(refused("storage-full"));
  expect(kit.inputs()).toEqual([[undefined, "queued", "paused"]]);
  kit.ledger.wake();
  await kit.wait(RUN_MS);
  expect(kit.inputs()).toEqual([[undefined, "consumed", "replied"]]);
});

test("[SC73] a pause that cannot be stored is refused, and the work goes on", async () => {
  const kit = await setupControl();
  await running(kit);
  kit.world.stateError = { kind: "storage-full" };
  expect(await kit.ask(pause)).toMatchObject(refused("storage-full"));
  expect(kit.phase()).toBe("idle");
  kit.ledger.wake();
  await kit.wait(RUN_MS);
  expect(kit.results()).toEqual(["finished"]);
});

test("[SC73] a resume that cannot be stored leaves the session paused", async () => {
  const kit = await setupControl();
  await running(kit);
  await kit.ask(pause);
  kit.world.stateError = { kind: "storage-full" };
  expect(await kit.ask(resume)).toMatchObject(refused("storage-full"));
  expect(kit.phase()).toBe("paused");
});

test("[SC85] what others do to the session's life its controller knows at once", async () => {
  const kit = await setupControl();
  const call = async (operation: SessionOperation): Promise<void> => {
    const called = kit.ledger.callSession(operation, ada, never());
    await kit.clock.advance(0);
    expect((await called).ok, operation).toBe(true);
  };
  const more = () => kit.ask(kit.run("More"));
  for (const operation of ["retire", "stop"] as const) {
    await call(operation);
    expect(await more(), operation).toMatchObject(refused("stopped"));
    await call("recycle");
    expect(await more()).toMatchObject({ ok: true });
    await kit.wait(RUN_MS);
  }
  await running(kit);
  await call("pause");
  expect(kit.phase()).toBe("paused");
  expect(kit.inputs().at(-1)).toEqual(["task", "queued", "paused"]);
  expect(await kit.ask(pause)).toMatchObject(done);
  await call("resume");
  await kit.wait(RUN_MS);
  expect(kit.phase()).toBe("idle");
  expect(kit.inputs().at(-1)).toEqual(["task", "consumed", "replied"]);
  expect(await kit.ask(resume)).toMatchObject(refused("not-paused"));
  await call("pause");
  await call("retire");
  expect(kit.phase(), "a retired session ends what it has").toBe("idle");
});

test("[SC80] pause, cancel and reads do not wait behind a store that hangs", async () => {
  const hangs = defer<never>();
  const kit = await setupControl();
  await running(kit);
  kit.world.adding = hangs.promise;
  const stuck = kit.start(kit.run("Stuck"));
  stuck.catch(() => undefined);
  expect(await kit.start({ method: "list-visible" })).toMatchObject({ ok: true });
  expect(await kit.ask(pause)).toMatchObject(done);
  expect(await kit.ask(resume)).toMatchObject(done);
  await kit.clock.advance(PREFILL_MS);
  expect(await kit.ask(cancel)).toMatchObject(done);
});

test("[SC80] a run hears a cancel while it waits for the log", async () => {
  const kit = await setupControl();
  const hangs = defer<never>();
  const { catchUp } = kit.log;
  kit.world.isHeld = true;
  await kit.ask(kit.run("Hello"));
  Object.assign(kit.log, { catchUp: () => hangs.promise });
  kit.release();
  await kit.clock.advance(RUN_MS);
  expect(kit.phase()).toBe("running");
  const reply = kit.start(cancel);
  await kit.clock.advance(0);
  expect(kit.phase()).toBe("idle");
  expect(kit.inputs()).toEqual([["task", "abandoned", "stopped"]]);
  // The log can be read again: the answer was waiting for that alone.
  Object.assign(kit.log, { catchUp });
  await kit.rebuild();
  expect(await reply).toMatchObject(refused("stopped"));
});

test("[SC80] what changes a session is done in the order it was asked", async () => {
  const kit = await setupControl();
  kit.world.isHeld = true;
  await Promise.all(["a", "b", "c"].map((text) => kit.start(kit.run(text))));
  const texts = kit.world.store.inputs.map(({ work }) => work?.kind === "task" ? work.text : "");
  expect(texts).toEqual(["a", "b", "c"]);
});

test("[SC76] a memory job that runs at a shutdown may end by itself, but not for ever", async () => {
  const kit = await setupControl();
  const { order: _order, ...row } = inputOf({ id: "in-job", createdAt: kit.clock.epochNow() });
  const input = { ...row, work: { kind: "memory", job: "extract" } } as const;
  await kit.world.store.addInput({ input, replaces: [], segments: [] }, never());
  kit.ledger.wake();
  await kit.clock.advance(PREFILL_MS);
  expect(kit.controller.status()).toMatchObject({ phase: "running", run: { job: "extract" } });
  const reply = kit.start({ method: "shutdown" });
  await kit.clock.advance(0);
  expect(kit.phase()).toBe("running");
  expect(await kit.start(kit.run("More"))).toMatchObject(refused("stopped"));
  await kit.clock.advance(RUN_MS);
  expect(await reply).toMatchObject(done);
  expect(kit.inputs()).toEqual([["memory", "consumed", "finished"]]);
});
