import { expect, test } from "vitest";
import { toEpochMs } from "../../base/brands.ts";
import { err, ok } from "../../base/result.ts";
import type { PrivateCandidate, SessionRef } from "../../ledger/private-work.ts";
import { noAbort, valueOf } from "../../testing/contracts/contract-case.ts";
import { inputOf } from "../../testing/fakes/input-records.ts";
import { MemoryPeerStore } from "../../testing/fakes/memory-peer-store.ts";
import type { SegmentBody, SegmentEntry } from "../log/segments.ts";
import { createChildSessions } from "./child-sessions.ts";
import { childLimits as limits } from "./limits.ts";

const ada: SessionRef = { roomId: "rm", persona: "ada" };
const ask = { callId: "c1", task: " count the boats ", tools: ["search_room"] };

/** A parent whose ledger admits everything, unless it is told to refuse. */
function setup() {
  const store = new MemoryPeerStore();
  const admitted = new Map<string, PrivateCandidate>();
  const stopped: SessionRef[] = [];
  const logs = new Map<string, readonly SegmentEntry[]>();
  let refusal: { readonly kind: string } | undefined;
  const children = createChildSessions({
    store,
    save: (session, signal) => store.saveSession({ ...session, state: "active" }, signal),
    async admit(candidate) {
      if (refusal !== undefined) return err(refusal);
      const added = !admitted.has(candidate.idempotencyKey);
      if (added) admitted.set(candidate.idempotencyKey, candidate);
      return ok({ input: inputOf({ id: candidate.idempotencyKey }), added });
    },
    async stop(ref) {
      stopped.push(ref);
      return ok(undefined);
    },
    statusOf: ({ persona }) => persona === "ada~1" ? "idle" : undefined,
    readLog: async ({ persona }, fromIndex) =>
      ok((logs.get(persona) ?? []).filter((entry) => entry.index >= fromIndex)),
  });
  const says = (child: string, ...texts: readonly string[]) =>
    logs.set(
      child,
      texts.map((text, index) => {
        const body: SegmentBody = { kind: "said", runId: `r${index}`, text };
        return { index, at: toEpochMs(index), body };
      }),
    );
  return {
    children,
    store,
    admitted,
    stopped,
    says,
    refuse: (error?: { readonly kind: string }) => void (refusal = error),
  };
}

test("[SC126] a child is stored, then its task is admitted in its name, once a call", async () => {
  const { children, store, admitted } = setup();
  expect(await children.spawn(ada, ask, noAbort)).toEqual(ok("ada~1"));
  expect(await children.spawn(ada, ask, noAbort)).toEqual(ok("ada~1"));
  expect([...admitted.values()]).toMatchObject([{
    roomId: "rm",
    persona: "ada~1",
    work: { kind: "task", text: "count the boats" },
    header: { origin: { kind: "session", session: "ada" }, durability: "durable" },
    human: false,
  }]);
  const records = valueOf(await store.sessions("rm", noAbort), "records");
  expect(records.map((one) => [one.persona, one.parent, one.state])).toEqual([
    ["ada~1", "ada", "active"],
  ]);
});

test("[SC126] a crash between the record and the task is mended by the same call", async () => {
  const { children, store, admitted, refuse } = setup();
  refuse({ kind: "ledger-full" });
  expect(await children.spawn(ada, ask, noAbort)).toEqual(
    err({ kind: "tool-failed", detail: "ledger-full" }),
  );
  expect(valueOf(await store.sessions("rm", noAbort), "records")).toHaveLength(1);
  refuse();
  expect(await children.spawn(ada, ask, noAbort)).toEqual(ok("ada~1"));
  expect(admitted.size).toBe(1);
});

test("[SC121] a child has what its parent's record allows, and no more", async () => {
  const { children, store } = setup();
  const rules = [{ tool: "search_room", decision: "ask" }, { tool: "remember", decision: "allow" }];
  const body = { v: 1, rules };
  const own = { ...ada, state: "active", body } as const;
  valueOf(await store.saveSession(own, noAbort), "save");
  await children.spawn(ada, { ...ask, tools: ["search_room", "forget"] }, noAbort);
  const records = valueOf(await store.sessions("rm", noAbort), "records");
  expect(records.find((one) => one.persona === "ada~1")?.body).toMatchObject({
    rules: [{ tool: "search_room", decision: "ask" }],
    origin: { callId: "c1", depth: 1, task: "count the boats" },
  });
  const corrupt = { ...own, body: { v: 7 } };
  valueOf(await store.saveSession(corrupt, noAbort), "save");
  const refused = await children.spawn(ada, { ...ask, callId: "c2" }, noAbort);
  expect(refused).toEqual(err({ kind: "tool-failed", detail: "this session: version 7" }));
});

test("[SC127] another's child is not found, by any method", async () => {
  const { children, admitted, stopped } = setup();
  await children.spawn(ada, ask, noAbort);
  const bo = { roomId: "rm", persona: "bo" };
  const sent = { callId: "s", child: "ada~1", text: "hi" };
  const nobody = err({ kind: "not-found", detail: "ada~1" });
  expect(await children.send(bo, sent, noAbort)).toEqual(nobody);
  expect(await children.readOutput(bo, { child: "ada~1", fromIndex: 0 }, noAbort)).toEqual(nobody);
  expect(await children.stop(bo, "ada~1", noAbort)).toEqual(nobody);
  expect(await children.list(bo, noAbort)).toEqual(ok([]));
  expect([admitted.size, stopped.length]).toEqual([1, 0]);
});

test("[SC126] what is sent is one input a call, and an empty or huge one is refused", async () => {
  const { children, admitted } = setup();
  await children.spawn(ada, ask, noAbort);
  const send = (callId: string, text: string) =>
    children.send(ada, { callId, child: "ada~1", text }, noAbort);
  expect(await send("s1", "and the gulls")).toEqual(ok(undefined));
  expect(await send("s1", "and the gulls")).toEqual(ok(undefined));
  expect([...admitted.keys()]).toEqual(["rm/ada~1/task", "s1"]);
  for (const text of [" ", "x".repeat(limits.taskCharsMax + 1)]) {
    expect(await send("s2", text)).toMatchObject({
      ok: false,
      error: { kind: "arguments-invalid" },
    });
  }
});

test("[SC124] output is read in whole answers, and reading on begins where it ended", async () => {
  const { children, says } = setup();
  await children.spawn(ada, ask, noAbort);
  const long = "y".repeat(limits.outputCharsMax - 2);
  says("ada~1", "one", "two", long);
  const read = async (fromIndex: number) =>
    valueOf(await children.readOutput(ada, { child: "ada~1", fromIndex }, noAbort), "read");
  expect(await read(0)).toEqual({ text: "one\n\ntwo", nextIndex: 2, state: "idle" });
  expect(await read(2)).toEqual({ text: long, nextIndex: 3, state: "idle" });
  expect(await read(3)).toEqual({ text: "", nextIndex: 3, state: "idle" });
  const newest = await children.readOutput(ada, { child: "ada~1" }, noAbort);
  expect(newest).toEqual(ok({ text: long, nextIndex: 3, state: "idle" }));
  says("ada~1", "one", "two");
  expect(await children.readOutput(ada, { child: "ada~1" }, noAbort)).toEqual(
    ok({ text: "one\n\ntwo", nextIndex: 2, state: "idle" }),
  );
});

test("[SC124] study 3.16: a change of one child drops no other, reached or not", async () => {
  const { children, store, stopped } = setup();
  await children.spawn(ada, ask, noAbort);
  await children.spawn(ada, { ...ask, callId: "c2" }, noAbort);
  const corrupt = { roomId: "rm", persona: "ada~3", parent: "ada", state: "active" } as const;
  valueOf(await store.saveSession({ ...corrupt, body: 7 }, noAbort), "save");
  await children.stop(ada, "ada~2", noAbort);
  expect(stopped).toEqual([{ roomId: "rm", persona: "ada~2" }]);
  await children.spawn(ada, { ...ask, callId: "c4" }, noAbort);
  const listed = valueOf(await children.list(ada, noAbort), "list");
  expect(listed.map((one) => [one.session, one.state])).toEqual([
    ["ada~1", "idle"],
    ["ada~2", "unreachable"],
    ["ada~3", "corrupt"],
    ["ada~4", "unreachable"],
  ]);
});
