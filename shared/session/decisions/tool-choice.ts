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

import { checkArgs } from "../tools/check-args.ts";
import type { ToolLimits } from "../tools/limits.ts";
import type { Tool, ToolArgs, ToolArgument } from "../tools/tool.ts";
import type { Decided, Decision } from "./decision.ts";

/** The name that no tool may have. */
const NO_TOOL = "none";

export interface ToolChoice {
  readonly tool: Tool;
  readonly args: ToolArgs;
}

/**
 * Which tool a persona calls, if any. An engine that can is held to the offered ones; a call of
 * another known one is read too, and denied later (SC91).
 */
export function toolDecision(
  offered: readonly Tool[],
  known: readonly Tool[],
  limits: ToolLimits,
): Decision<ToolChoice> {
  return {
    answers: { kind: "json", schema: schemaOf(offered) },
    read(text) {
      const read = readChoice(text, known, limits);
      return typeof read === "string" ? { kind: "unreadable", raw: text, problem: read } : read;
    },
  };
}

/** A text says in one line what is wrong. */
function readChoice(
  text: string,
  tools: readonly Tool[],
  limits: ToolLimits,
): Decided<ToolChoice> | string {
  const found = firstObject(text.slice(0, limits.replyCharsMax), limits.candidatesMax);
  if (found === undefined) return "There is no JSON object";
  const extra = Object.keys(found).find((key) => key !== "tool" && key !== "args");
  if (extra !== undefined) return `Unknown field ${quote(extra)}`;
  const name = Object.hasOwn(found, "tool") ? found["tool"] : undefined;
  if (typeof name !== "string") return '"tool" is not the name of a tool';
  const given = Object.hasOwn(found, "args") ? found["args"] : undefined;
  if (name === NO_TOOL) return { kind: "declined" };
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) return `There is no tool ${quote(name)}`;
  if (given !== undefined && !isObject(given)) return '"args" is not an object';
  const args = checkArgs(tool, given ?? {});
  return args.ok ? { kind: "chosen", choice: { tool, args: args.value } } : args.error.detail;
}

/** One object: a call of one of these tools, or none. */
function schemaOf(tools: readonly Tool[]): string {
  const calls = tools.map(({ name, args }) =>
    objectOf({ tool: { const: name }, args: argsOf(args) })
  );
  return JSON.stringify({ anyOf: [...calls, objectOf({ tool: { const: NO_TOOL } })] });
}

function argsOf(args: readonly ToolArgument[]): unknown {
  const properties = Object.fromEntries(args.map((arg) => [
    arg.name,
    arg.type === "string"
      ? { type: "string", minLength: 1, maxLength: arg.max }
      : { type: "integer", minimum: 0, maximum: arg.max },
  ]));
  const required = args.filter((arg) => arg.isRequired).map((arg) => arg.name);
  return { ...objectOf(properties), required };
}

function objectOf(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const required = Object.keys(properties);
  return { type: "object", properties, required, additionalProperties: false };
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
