import { assert } from "./assert.ts";

/**
 * Renders plain data so that equal values have equal bytes: object keys in code-unit order,
 * `undefined` members left out, integers only. Throws a Defect on anything that peers could render
 * differently.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    assert(
      Number.isSafeInteger(value),
      `Cannot render ${value}: canonical data holds integers only`,
    );
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  assert(typeof value === "object" && value !== undefined, `Cannot render a ${typeof value}`);
  const members = Object.entries(value as Record<string, unknown>)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
