/**
 * How a script crosses from page to worker: its key and length, the scripts it shares runs with,
 * and what to copy from them or take as it stands. The decoding of it on arrival.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { ScriptLimits } from "./limits.ts";
import type { ScriptMalformed } from "./script.ts";
import { scriptBytes } from "./script-store.ts";

/** `chars` UTF-16 units of base number `base`, beginning at unit `from`. */
export type CopyPart = readonly [base: number, from: number, chars: number];

export interface PackedScript {
  /** Key of the whole script. */
  readonly key: string;
  /** Length of the whole script in UTF-16 units. */
  readonly chars: number;
  /** Keys of the scripts that parts are copied from. Empty: the script is here in full. */
  readonly bases: readonly string[];
  /** In order: text as it stands, or a run of a base. */
  readonly parts: readonly (string | CopyPart)[];
}

/** Refuses what could not be rebuilt, and a rebuilt script beyond what a store may hold. */
export function decodePackedScript(
  value: unknown,
  limits: ScriptLimits,
): Result<PackedScript, ScriptMalformed> {
  if (typeof value !== "object" || value === null) return malformed("not an object");
  const { key, chars, bases, parts } = value as Readonly<Record<string, unknown>>;
  if (!isKey(key)) return malformed("key");
  if (!isCount(chars)) return malformed("chars");
  if (!Array.isArray(bases) || bases.length > limits.scriptsMax || !bases.every(isKey)) {
    return malformed("bases");
  }
  if (bases.length > 0 && scriptBytes(chars) > limits.scriptBytesMax) return malformed("chars");
  const isPart = (part: unknown): boolean =>
    typeof part === "string" ||
    Array.isArray(part) && part.length === 3 && part.every(isCount) &&
      Number(part[0]) < bases.length;
  if (!Array.isArray(parts) || !parts.every(isPart)) return malformed("parts");
  const partChars = (part: string | CopyPart) => typeof part === "string" ? part.length : part[2];
  const sum = (parts as PackedScript["parts"]).reduce((all, part) => all + partChars(part), 0);
  if (sum !== chars) return malformed(`parts of ${sum} instead of ${chars} characters`);
  return ok({ key, chars, bases, parts }); // every field was checked above
}

const isKey = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function malformed(detail: string): Result<never, ScriptMalformed> {
  return err({ kind: "script-malformed", detail });
}
