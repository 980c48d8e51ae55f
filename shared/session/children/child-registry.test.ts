import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { toEpochMs } from "../../base/brands.ts";
import type { SessionRecord } from "../../ports/peer-store.ts";
import type { RunResult, SegmentBody, SegmentEntry } from "../log/segments.ts";
import type { PermissionRule } from "../tools/tool.ts";
import {
  childrenOf,
  childRules,
  decideSpawn,
  describeSession,
  personaOf,
  reportsOf,
  reportText,
} from "./child-registry.ts";
import { childLimits as limits } from "./limits.ts";
import { decodeSessionBody, encodeSessionBody, type SessionBody } from "./session-body.ts";

const allow = (tool: string): PermissionRule => ({ tool, decision: "allow" });
const rules = [allow("search_room"), allow("spawn")];
const ada: Parameters<typeof decideSpawn>[0] = { roomId: "rm", persona: "ada", body: { rules } };
const ask = { callId: "c1", task: "count the boats", tools: ["search_room"] };

function spawned(records: readonly SessionRecord[], callId: string, parent = ada) {
  const decided = decideSpawn(parent, records, { ...ask, callId });
  if (!decided.ok || decided.value.kind !== "new") throw new Error(JSON.stringify(decided));
  return { ...decided.value.record, state: "active" } as const;
}

test("[SC123] children are numbered, and the same call spawns once", () => {
  const first = spawned([], "c1");
  expect(first).toMatchObject({ persona: "ada~1", parent: "ada", state: "active", roomId: "rm" });
  expect(decideSpawn(ada, [first], ask)).toEqual({
    ok: true,
    value: { kind: "known", child: "ada~1" },
  });
  const stopped = { ...first, state: "stopped" } as const;
  const tenth = { ...first, persona: "ada~10", body: encodeSessionBody({ rules: [] }) };
  expect(spawned([stopped], "c2").persona).toBe("ada~2");
  expect(spawned([stopped, tenth], "c3").persona).toBe("ada~11");
  expect(personaOf("ada~1~2")).toBe("ada");
});

test("[SC122] few live children, and they end two deep", () => {
  const records: SessionRecord[] = [];
  for (let n = 0; n < limits.childrenMax; n += 1) records.push(spawned(records, `c${n}`));
  const full = decideSpawn(ada, records, { ...ask, callId: "more" });
  expect(full).toMatchObject({ ok: false, error: { kind: "too-many" } });
  const [first, ...rest] = records;
  if (first === undefined) throw new Error("no child");
  expect(decideSpawn(ada, [{ ...first, state: "stopped" }, ...rest], { ...ask, callId: "m" }).ok)
    .toBe(true);
  const bodyOf = (record: SessionRecord): SessionBody => {
    const body = decodeSessionBody(record.body);
    if (!body.ok) throw new Error(body.error);
    return body.value;
  };
  const child = { roomId: "rm", persona: first.persona, body: bodyOf(first) };
  const grandchild = spawned(records, "g", child);
  expect(grandchild.persona).toBe("ada~1~1");
  const deepest = { roomId: "rm", persona: grandchild.persona, body: bodyOf(grandchild) };
  expect(decideSpawn(deepest, [], ask)).toMatchObject({ ok: false, error: { kind: "too-many" } });
});

test.each(["", "  ", "x".repeat(limits.taskCharsMax + 1)])(
  "[SC122] a task of %j is refused",
  (task) => {
    const refused = decideSpawn(ada, [], { ...ask, task });
    expect(refused).toMatchObject({ ok: false, error: { kind: "arguments-invalid" } });
  },
);

const tools = ["search_room", "remember", "spawn", "send"];
/** What the rules decide for a call: the first that matches, else deny. */
function decisionOf(given: readonly PermissionRule[], tool: string, args: string) {
  const matches = (pattern: string | undefined): boolean =>
    pattern === undefined || args.startsWith(pattern.replace(/\*$/u, ""));
  const found = given.find((rule) =>
    (rule.tool === "*" || rule.tool === tool) && matches(rule.matches)
  );
  return found?.decision ?? "deny";
}
const ruleArb: fc.Arbitrary<PermissionRule> = fc.record({
  tool: fc.constantFrom("*", ...tools),
  decision: fc.constantFrom("allow", "deny", "ask"),
}).chain((rule) => fc.constantFrom(rule, { ...rule, matches: "secret*" }));

test("[SC121] whatever the rules, a child may nothing that its parent may not", () => {
  fc.assert(fc.property(
    fc.array(ruleArb, { maxLength: 6 }),
    fc.oneof(fc.constant<readonly string[]>(["*"]), fc.subarray(tools)),
    fc.integer({ min: 1, max: limits.depthMax }),
    (parent, wanted, depth) => {
      const child = childRules(parent, wanted, depth);
      for (const tool of tools) {
        for (const args of ["secret plan", "plan"]) {
          const may = decisionOf(child, tool, args);
          const isWanted = wanted.includes("*") || wanted.includes(tool);
          const isLast = tool === "spawn" && depth === limits.depthMax;
          const expected = isWanted && !isLast ? decisionOf(parent, tool, args) : "deny";
          expect(may).toBe(expected);
        }
      }
    },
  ));
});

test("[SC120] a record's body comes back, and a damaged one is named", () => {
  const body: SessionBody = {
    rules: [{ tool: "search_room", matches: "a*", decision: "ask" }],
    origin: { callId: "c", depth: 1, task: "t" },
  };
  expect(decodeSessionBody(encodeSessionBody(body))).toEqual({ ok: true, value: body });
  expect(decodeSessionBody(null)).toEqual({ ok: true, value: { rules: [] } });
  const damaged: readonly unknown[] = [
    undefined,
    [],
    { v: 2, rules: [] },
    { v: 1, rules: [{ tool: "x", decision: "maybe" }] },
    { v: 1, rules: [], origin: { callId: "", depth: 1, task: "" } },
    { v: 1, rules: [], origin: { callId: "c", depth: 0, task: "" } },
  ];
  for (const one of damaged) expect(decodeSessionBody(one).ok).toBe(false);
  fc.assert(fc.property(fc.anything(), (value) => {
    decodeSessionBody(value);
  }));
});

test("[SC124] study 3.23: a child that is not reached or not readable stays in the list", () => {
  const first = spawned([], "c1");
  const second = spawned([first], "c2");
  const corrupt: SessionRecord = { ...spawned([first, second], "c3"), body: { v: 9 } };
  const records = [corrupt, second, first, { ...first, persona: "bo~1", parent: "bo" }];
  expect(childrenOf(records, "ada").map((one) => one.persona)).toEqual(["ada~1", "ada~2", "ada~3"]);
  const shown = (record: SessionRecord) =>
    describeSession(record, records, (id) => id === "ada~1" ? "running" : undefined);
  expect(shown(first)).toMatchObject({ relation: "child", state: "running", canRestore: false });
  expect(shown(second)).toMatchObject({ state: "unreachable", canRestore: true });
  expect(shown(corrupt)).toMatchObject({ state: "corrupt", canRestore: false });
  expect(shown({ ...second, state: "stopped" })).toMatchObject({ state: "stopped" });
});

const entries = (bodies: readonly SegmentBody[]): readonly SegmentEntry[] =>
  bodies.map((body, index) => ({ index, at: toEpochMs(index), body }));
const end = (runId: string, result: RunResult = { kind: "finished" }): SegmentBody => ({
  kind: "run-end",
  runId,
  result,
});

test("[SC125] every end of a run is told, with what was said", () => {
  const log = entries([
    { kind: "said", runId: "r1", text: "three boats" },
    end("r1"),
    end("r2", { kind: "failed", reason: "deadline", detail: "" }),
    end("r3", { kind: "limit-reached", limit: "steps" }),
  ]);
  const reports = reportsOf(log);
  expect(reports.map((one) => one.runId)).toEqual(["r1", "r2", "r3"]);
  expect(reports.map((one) => reportText("ada~1", one.result, one.text))).toEqual([
    "ada~1 is done: three boats",
    "ada~1 failed (deadline).",
    "ada~1 reached its limit.",
  ]);
  const long = reportText("a~1", { kind: "finished" }, `${"x".repeat(599)}\u{1f600}`);
  expect(long).toBe(`a~1 is done: ${"x".repeat(599)} [read its output for the rest]`);
});
