/**
 * Checks a call's arguments against what its tool declares, before anything runs.
 *
 *   SC92  Arguments that are missing, unknown, of another type, empty, too long or too large are
 *         refused by name; none is changed to fit.
 */

import { ok, type Result } from "../../base/result.ts";
import type { Tool, ToolArgs, ToolArgument, ToolRefused } from "./tool.ts";

/** The arguments in the order they are declared, and nothing else. */
export function checkArgs(
  tool: Pick<Tool, "name" | "args">,
  given: Readonly<Record<string, unknown>>,
): Result<ToolArgs, ToolRefused> {
  const unknown = Object.keys(given).find((name) => !tool.args.some((arg) => arg.name === name));
  if (unknown !== undefined) {
    return invalid(`${tool.name} has no argument ${JSON.stringify(unknown.slice(0, 40))}`);
  }
  const args: [string, string | number][] = [];
  for (const arg of tool.args) {
    const value = Object.hasOwn(given, arg.name) ? given[arg.name] : undefined;
    if (value === undefined || value === null) {
      if (arg.isRequired) return invalid(`${arg.name} is missing`);
      continue;
    }
    const fault = faultOf(arg, value);
    if (fault !== undefined) return invalid(`${arg.name} ${fault}`);
    args.push([arg.name, value as string | number]); // its type was checked above
  }
  return ok(Object.fromEntries(args));
}

function faultOf(arg: ToolArgument, value: unknown): string | undefined {
  if (arg.type === "integer") {
    if (!Number.isSafeInteger(value) || Number(value) < 0) return "is not a whole number from 0";
    return Number(value) > arg.max ? `is above ${arg.max}` : undefined;
  }
  if (typeof value !== "string") return "is not a text";
  if (value.trim() === "") return "is empty";
  // No store could give it back as it was.
  if (/\p{Cs}/u.test(value)) return "has half a character";
  return value.length > arg.max ? `is longer than ${arg.max} characters` : undefined;
}

function invalid(detail: string): Result<never, ToolRefused> {
  return { ok: false, error: { kind: "arguments-invalid", detail } };
}
