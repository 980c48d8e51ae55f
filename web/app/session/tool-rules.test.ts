import { expect, test } from "vitest";
import type { PermissionDecision, PermissionRule } from "#shared/session/mod.ts";
import { decisionForOthers, listChoices, withChoice } from "./tool-rules.ts";

const rule = (tool: string, decision: PermissionDecision, matches?: string): PermissionRule =>
  matches === undefined ? { tool, decision } : { tool, decision, matches };

test("without a rule a tool is never used", () => {
  expect(listChoices([], ["search"])).toEqual([
    { tool: "search", decision: "deny", hasExact: false },
  ]);
});

test("the first rule about every call decides, whatever its letters' case", () => {
  const rules = [rule("Search", "ask"), rule("*", "allow"), rule("spawn", "deny")];
  expect(listChoices(rules, ["search", "spawn"]).map(({ tool, decision }) => [tool, decision]))
    .toEqual([["search", "ask"], ["spawn", "allow"]]);
  expect(decisionForOthers(rules)).toBe("allow");
  expect(decisionForOthers([])).toBeUndefined();
});

test("rules on certain words are told of where they are tried", () => {
  const exact = rule("search", "deny", "*secret*");
  const has = (rules: readonly PermissionRule[]) => listChoices(rules, ["search"])[0]?.hasExact;
  expect(has([exact, rule("search", "allow")])).toBe(true);
  expect(has([rule("search", "allow"), exact])).toBe(false);
  expect(has([rule("search", "allow", "**")])).toBe(false);
});

test.each<[string, readonly PermissionRule[], readonly PermissionRule[]]>([
  ["no rule", [], [rule("search", "ask")]],
  ["its own rule", [rule("Search", "deny"), rule("spawn", "allow")], [
    rule("search", "ask"),
    rule("spawn", "allow"),
  ]],
  ["a rule for all", [rule("spawn", "allow"), rule("*", "deny")], [
    rule("spawn", "allow"),
    rule("search", "ask"),
    rule("*", "deny"),
  ]],
  ["an exact rule", [rule("search", "deny", "*x*")], [
    rule("search", "deny", "*x*"),
    rule("search", "ask"),
  ]],
])("a choice changes one tool and nothing else: %s", (_title, before, after) => {
  const changed = withChoice(before, "search", "ask");
  expect(changed).toEqual(after);
  const others = (rules: readonly PermissionRule[]) => listChoices(rules, ["spawn", "other"]);
  const unlessSearch = ({ tool }: { readonly tool: string }) => tool.toLowerCase() !== "search";
  expect(others(changed).filter(unlessSearch)).toEqual(others(before).filter(unlessSearch));
});
