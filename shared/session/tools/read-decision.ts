/**
 * Reads what a persona wants to do from the reply to the unseen question (decision 0020).
 *
 * Owns the reading of free text, which may be anything: fences, prose, half a JSON text, an attempt
 * to break out. Does not own the permission.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC93  The first JSON object in the reply decides, whatever stands around it; it is a call of a
 *         known tool with valid arguments, or "none", or what is wrong with it is told.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { checkArgs } from "./check-args.ts";
import type { ToolLimits } from "./limits.ts";
import type { Tool, ToolArgs } from "./tool.ts";

/** The name that no tool may have. */
export const NO_TOOL = "none";

export type ToolDecision =
  | { readonly kind: "none" }
  | { readonly kind: "call"; readonly tool: Tool; readonly args: ToolArgs };

export interface DecisionUnreadable {
  readonly kind: "decision-unreadable";
  /** One line, for the model that is asked once more. */
  readonly detail: string;
}

export function readDecision(
  text: string,
  tools: readonly Tool[],
  limits: ToolLimits,
): Result<ToolDecision, DecisionUnreadable> {
  const found = firstObject(text.slice(0, limits.replyCharsMax), limits.candidatesMax);
  if (found === undefined) return unreadable("There is no JSON object");
  const extra = Object.keys(found).find((key) => key !== "tool" && key !== "args");
  if (extra !== undefined) return unreadable(`Unknown field ${quote(extra)}`);
  const name = Object.hasOwn(found, "tool") ? found["tool"] : undefined;
  if (typeof name !== "string") return unreadable('"tool" is not the name of a tool');
  const given = Object.hasOwn(found, "args") ? found["args"] : undefined;
  if (name === NO_TOOL) return ok({ kind: "none" });
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) return unreadable(`There is no tool ${quote(name)}`);
  if (given !== undefined && !isObject(given)) return unreadable('"args" is not an object');
  const args = checkArgs(tool, given ?? {});
  return args.ok ? ok({ kind: "call", tool, args: args.value }) : unreadable(args.error.detail);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first text in braces that is a JSON object. */
function firstObject(
  text: string,
  candidatesMax: number,
): Readonly<Record<string, unknown>> | undefined {
  let from = text.indexOf("{");
  for (let tried = 0; from >= 0 && tried < candidatesMax; tried += 1) {
    const end = endOfBraces(text, from);
    const value = end < 0 ? undefined : parseOrNothing(text.slice(from, end));
    if (isObject(value)) return value;
    from = text.indexOf("{", from + 1);
  }
  return undefined;
}

/** Behind the brace that closes the one at `from`; braces inside strings count for nothing. */
function endOfBraces(text: string, from: number): number {
  let depth = 0;
  let isString = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (isString) {
      if (character === "\\") at += 1;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === "{") depth += 1;
    else if (character === "}" && (depth -= 1) === 0) return at + 1;
  }
  return -1;
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch { // It throws for nothing but text that is not JSON.
    return undefined;
  }
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 40));

function unreadable(detail: string): Result<never, DecisionUnreadable> {
  return err({ kind: "decision-unreadable", detail });
}
