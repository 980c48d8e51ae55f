/** The JSON Schema of a decision, for engines that hold a reply to one (IN20). */

import { NO_TOOL } from "./read-decision.ts";
import type { Tool, ToolArgument } from "./tool.ts";

/** One object: a call of one of these tools, or none. */
export function decisionSchema(tools: readonly Tool[]): string {
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
