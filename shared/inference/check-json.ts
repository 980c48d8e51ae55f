/**
 * Decides whether a reply can be held to the schema of a request.
 *
 *   IN21  A schema that is no JSON object, or longer than `schemaCharsMax`, is refused by field, so
 *         are `choices`, `stop` and `continueText` beside it: each would cut the JSON text.
 */

import type { EngineError, GenerateRequest } from "./engine.ts";
import { inferenceLimits } from "./limits.ts";

/** Names the field that is wrong. Everything but `json` was checked before. */
export function checkJson(fields: Readonly<Record<string, unknown>>): EngineError | undefined {
  const json = fields["json"];
  if (json === undefined) return undefined;
  if (typeof json !== "object" || json === null) return problem("json", "not an object");
  const { schema } = json as Readonly<Record<string, unknown>>;
  if (typeof schema !== "string") return problem("json", "schema is not a text");
  if (schema.length > inferenceLimits.schemaCharsMax) return problem("json", "schema too long");
  if (!isObjectText(schema)) return problem("json", "schema is not a JSON object");
  const { choices, stop, continueText } = fields as unknown as GenerateRequest;
  if (choices !== undefined) return problem("choices", "a reply is a choice or JSON, not both");
  if (stop.length > 0) return problem("stop", "would cut JSON");
  return continueText === ""
    ? undefined
    : problem("continueText", "JSON has no beginning to continue");
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch { // It throws for nothing but text that is not JSON.
    return false;
  }
}

function problem(field: string, detail: string): EngineError {
  return { kind: "request-invalid", field, detail };
}
