/**
 * A prompt as one text, a *script*: what page and worker name by a key instead of sending it again.
 *
 * Pure. The form is JSON, `[[role, key, text], ...]`: every UTF-16 unit comes back as it was, lone
 * surrogates included, and equal texts have equal keys.
 */

import { err, ok, type Result, sha256Hex } from "#shared/base/mod.ts";
import type { PromptSegment } from "#shared/inference/mod.ts";

export interface Script {
  /** SHA-256 of `text`, its first 16 bytes as 32 hex characters. */
  readonly key: string;
  readonly text: string;
}

export interface ScriptMalformed {
  readonly kind: "script-malformed";
  readonly detail: string;
}

export function createScript(text: string): Script {
  return { key: sha256Hex(text).slice(0, 32), text };
}

/**
 * Cuts a prompt's script where prompts of one room differ: at its segments and at their lines.
 * Joined they are the script.
 */
export function cutScript(segments: readonly PromptSegment[]): readonly string[] {
  const pieces = segments.flatMap(({ role, key, text }, index) => {
    const head = `${index === 0 ? "[" : ","}[${JSON.stringify(role)},${JSON.stringify(key)},"`;
    const lines = (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => quotedInside(line));
    return [head, ...lines, '"]'];
  });
  return segments.length === 0 ? ["[]"] : [...pieces, "]"];
}

/** The segments of a script. Their fields are checked where the whole request is. */
export function parseScript(text: string): Result<readonly unknown[], ScriptMalformed> {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) { // A SyntaxError: the text came from the page and is no JSON.
    return err({ kind: "script-malformed", detail: String(error) });
  }
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row))) {
    return err({ kind: "script-malformed", detail: "not a list of segments" });
  }
  return ok(rows.map(([role, key, line]: readonly unknown[]) => ({ role, key, text: line })));
}

/** A text's characters as they stand inside a JSON string. */
function quotedInside(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
