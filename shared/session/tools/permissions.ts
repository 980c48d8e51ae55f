/**
 * Permissions: which calls may run, which are denied and which a person is asked about.
 *
 * First match wins, as in the tool hook of the study (part 3.18); there `ask` was denied, here it
 * asks (permission-asks.ts). Pure.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC90  The first rule that matches a call decides, whatever its letters' case; without one it is
 *         denied.
 *   SC91  A tool that every call of which is denied is not offered; a call of it is denied all the
 *         same.
 */

import type { PermissionDecision, PermissionRule, Tool, ToolArgs } from "./tool.ts";

export interface Permission {
  readonly decision: PermissionDecision;
  readonly by: "rule" | "default";
}

/** What the rules say of one call (SC90). */
export function decidePermission(
  rules: readonly PermissionRule[],
  tool: string,
  args: ToolArgs,
): Permission {
  const text = argsText(args);
  const rule = rules.find((one) =>
    isSameTool(one, tool) && (one.matches === undefined || matchesPattern(one.matches, text))
  );
  return rule === undefined
    ? { decision: "deny", by: "default" }
    : { decision: rule.decision, by: "rule" };
}

/** The tools of which some call could be allowed or asked about (SC91). */
export function offeredTools(
  rules: readonly PermissionRule[],
  tools: readonly Tool[],
): readonly Tool[] {
  return tools.filter(({ name }) => {
    for (const rule of rules) {
      if (!isSameTool(rule, name)) continue;
      if (rule.decision !== "deny") return true;
      if (rule.matches === undefined || /^\*+$/.test(rule.matches)) return false;
    }
    return false;
  });
}

/** A call's arguments as rules read them: `about=cats, count=3`, in the order they are declared. */
export function argsText(args: ToolArgs): string {
  return Object.entries(args).map(([name, value]) => `${name}=${value}`).join(", ");
}

function isSameTool({ tool }: PermissionRule, name: string): boolean {
  return tool === "*" || tool.toLowerCase() === name.toLowerCase();
}

/** `*` stands for any text. Linear in the text for each part: no rule can make it slow. */
export function matchesPattern(pattern: string, text: string): boolean {
  const said = text.toLowerCase();
  const parts = pattern.toLowerCase().split("*");
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return said === first;
  const last = rest.pop() ?? "";
  if (!said.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = said.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return said.length - last.length >= at && said.endsWith(last);
}
