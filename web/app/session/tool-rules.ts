/**
 * What a persona may use, one choice a tool, over the list of rules that a session keeps. Pure.
 *
 * A rule on certain words comes before the plain one of its tool and is kept as it is; without any
 * rule a tool is never used.
 */

import type { PermissionDecision, PermissionRule } from "#shared/session/mod.ts";

export interface ToolChoice {
  readonly tool: string;
  readonly decision: PermissionDecision;
  /** Rules on certain words decide some of its calls. */
  readonly hasExact: boolean;
}

const isPlain = (rule: PermissionRule): boolean =>
  rule.matches === undefined || /^\*+$/.test(rule.matches);
const isOf = (rule: PermissionRule, tool: string): boolean =>
  rule.tool.toLowerCase() === tool.toLowerCase();

/** Whether a rule is about every call of `tool`. */
const decidesAll = (rule: PermissionRule, tool: string): boolean =>
  isPlain(rule) && (rule.tool === "*" || isOf(rule, tool));

/** The choices for `tools` and for every tool that a rule names, by name. */
export function listChoices(
  rules: readonly PermissionRule[],
  tools: readonly string[],
): readonly ToolChoice[] {
  const named = rules.map(({ tool }) => tool).filter((tool) => tool !== "*");
  const byLower = new Map([...named, ...tools].map((tool) => [tool.toLowerCase(), tool]));
  return [...byLower.values()].sort().map((tool) => {
    const found = rules.findIndex((rule) => decidesAll(rule, tool));
    const before = found < 0 ? rules : rules.slice(0, found);
    return {
      tool,
      decision: rules[found]?.decision ?? "deny",
      hasExact: before.some((rule) => rule.tool === "*" || isOf(rule, tool)),
    };
  });
}

/** The decision of every tool that no rule names; undefined where there is no such rule. */
export function decisionForOthers(
  rules: readonly PermissionRule[],
): PermissionDecision | undefined {
  return rules.find((rule) => isPlain(rule) && rule.tool === "*")?.decision;
}

/** The rules with `tool` decided anew; every other call is decided as before. */
export function withChoice(
  rules: readonly PermissionRule[],
  tool: string,
  decision: PermissionDecision,
): readonly PermissionRule[] {
  const found = rules.findIndex((rule) => decidesAll(rule, tool));
  const rule = { tool, decision };
  if (found < 0) return [...rules, rule];
  // In front of a rule for all tools, in place of one of its own.
  return rules.toSpliced(found, rules[found]?.tool === "*" ? 0 : 1, rule);
}
