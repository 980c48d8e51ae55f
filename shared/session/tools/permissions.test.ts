import { expect, test } from "vitest";
import { fc } from "../../testing/properties.ts";
import { toolOf } from "../../testing/fakes/run-kit.ts";
import { decidePermission, matchesPattern, offeredTools } from "./permissions.ts";
import type { PermissionRule } from "./tool.ts";

const rules: readonly PermissionRule[] = [
  { tool: "Spawn", decision: "ask" },
  { tool: "remember", matches: "*secret*", decision: "deny" },
  { tool: "remember", decision: "allow" },
  { tool: "send", matches: "child=a*", decision: "allow" },
  { tool: "forget", decision: "deny" },
];

test.each<[tool: string, args: Record<string, string | number>, decision: string, by: string]>([
  ["spawn", {}, "ask", "rule"],
  ["remember", { text: "tea" }, "allow", "rule"],
  ["remember", { text: "My SECRET is tea" }, "deny", "rule"],
  ["send", { child: "ada~1", text: "hi" }, "allow", "rule"],
  ["send", { child: "bo~1", text: "child=ada" }, "deny", "default"],
  ["forget", { id: "x" }, "deny", "rule"],
  ["search_room", { about: "x" }, "deny", "default"],
])("[SC90] %s %o is %s by %s", (tool, args, decision, by) => {
  expect(decidePermission(rules, tool, args)).toEqual({ decision, by });
});

test("[SC90] the first match wins, in whatever order the rules stand", () => {
  const all: PermissionRule = { tool: "*", decision: "allow" };
  const none: PermissionRule = { tool: "spawn", decision: "deny" };
  expect(decidePermission([all, none], "spawn", {}).decision).toBe("allow");
  expect(decidePermission([none, all], "spawn", {}).decision).toBe("deny");
  expect(decidePermission([], "spawn", {})).toEqual({ decision: "deny", by: "default" });
});

test("[SC91] a tool is offered when some call of it could run", () => {
  const tools = ["spawn", "remember", "send", "forget", "search_room"].map((name) => toolOf(name));
  expect(offeredTools(rules, tools).map((tool) => tool.name)).toEqual([
    "spawn",
    "remember",
    "send",
  ]);
  const closed: readonly PermissionRule[] = [
    { tool: "spawn", matches: "**", decision: "deny" },
    { tool: "*", decision: "allow" },
  ];
  expect(offeredTools(closed, tools).map((tool) => tool.name)).not.toContain("spawn");
});

test("[SC90] a star stands for any text, and nothing else is special", () => {
  const text = fc.string({ maxLength: 12 });
  fc.assert(fc.property(fc.array(text, { maxLength: 5 }), fc.array(text), (parts, fill) => {
    const plain = parts.map((part) => part.replaceAll("*", "."));
    const said = plain.map((part, at) => at === 0 ? part : `${fill[at] ?? ""}${part}`).join("");
    expect(matchesPattern(plain.join("*"), said)).toBe(true);
  }));
  expect(matchesPattern("a*a", "a")).toBe(false);
  expect(matchesPattern("a.c", "abc")).toBe(false);
  expect(matchesPattern("a*b*c", "a c b")).toBe(false);
  expect(matchesPattern("*".repeat(5_000) + "x", "a".repeat(5_000))).toBe(false);
});
