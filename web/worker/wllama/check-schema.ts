/**
 * Decides whether llama.cpp can hold a reply to a schema (IN52). Pure.
 *
 * It makes a grammar of it and throws at what it does not know, and an exception ends every request
 * (run, with a reference to nowhere). So the words that it knows are listed, and others refused;
 * patterns are among them, because their syntax is checked as late.
 */

/** Nesting of any schema that people write by hand. */
const DEPTH_MAX = 32;
const COUNT_MAX = 2_000;

const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"];
const NOTES = ["title", "description", "default", "examples", "$schema"];
const COUNTS = ["minLength", "maxLength", "minItems", "maxItems"];
const BOUNDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

type Fields = Readonly<Record<string, unknown>>;

/** Names the first thing that it cannot hold to. */
export function checkSchema(schema: unknown, depth = 0): string | undefined {
  if (depth > DEPTH_MAX) return "nested too deeply";
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    return "a schema that is no object";
  }
  for (const [word, value] of Object.entries(schema as Fields)) {
    const fault = checkWord(word, value, depth);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function checkWord(word: string, value: unknown, depth: number): string | undefined {
  const wrong = `"${word.slice(0, 40)}" of this form`;
  if (NOTES.includes(word)) return undefined;
  if (COUNTS.includes(word)) return isCount(value) ? undefined : wrong;
  if (BOUNDS.includes(word)) return Number.isSafeInteger(value) ? undefined : wrong;
  switch (word) {
    case "const":
      return undefined;
    case "type":
      return listOf(value).every((one) => TYPES.includes(one as string)) ? undefined : wrong;
    case "enum":
      return Array.isArray(value) && value.length > 0 ? undefined : wrong;
    case "required":
      return isTexts(value) ? undefined : wrong;
    case "properties":
      return isRecord(value) ? firstFault(Object.values(value), depth) : wrong;
    case "additionalProperties":
      return typeof value === "boolean" ? undefined : checkSchema(value, depth + 1);
    case "items":
      return checkSchema(value, depth + 1);
    case "anyOf":
    case "oneOf":
      return Array.isArray(value) && value.length > 0 ? firstFault(value, depth) : wrong;
    default:
      return `"${word.slice(0, 40)}"`;
  }
}

function firstFault(schemas: readonly unknown[], depth: number): string | undefined {
  for (const one of schemas) {
    const fault = checkSchema(one, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const listOf = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : [value];
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= COUNT_MAX;
