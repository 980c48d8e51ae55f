/**
 * Decides, in the worker, whether a packed script can be rebuilt from what is held: whole, or
 * missing.
 *
 * Pure. What was rebuilt must have the length and the key that the page named, so that neither a
 * wrong base nor a wrong run is ever used silently.
 *
 * Rules (shared/SPEC.md, section IN): IN19.
 */

import type { ScriptLimits } from "./limits.ts";
import type { PackedScript } from "./packed-script.ts";
import { createScript } from "./script.ts";
import {
  dropScripts,
  findScript,
  keepScript,
  type ScriptStore,
  touchScripts,
} from "./script-store.ts";

export type UnpackStep =
  | { readonly kind: "whole"; readonly text: string; readonly store: ScriptStore }
  /** `keys` are not held, or did not give the script: the page must send it in full. */
  | {
    readonly kind: "missing";
    readonly keys: readonly string[];
    readonly store: ScriptStore;
  };

export function unpackScript(
  store: ScriptStore,
  packed: PackedScript,
  limits: ScriptLimits,
): UnpackStep {
  const bases = packed.bases.map((key) => findScript(store, key)?.text);
  const keys = packed.bases.filter((_, index) => bases[index] === undefined);
  if (keys.length > 0) return { kind: "missing", keys, store };
  const text = packed.parts.map((part) => {
    if (typeof part === "string") return part;
    const [base, from, chars] = part;
    return bases[base]?.slice(from, from + chars) ?? "";
  }).join("");
  const script = createScript(text);
  if (text.length !== packed.chars || script.key !== packed.key) {
    return { kind: "missing", keys: packed.bases, store: dropScripts(store, packed.bases) };
  }
  const touched = touchScripts(store, packed.bases);
  return { kind: "whole", text, store: keepScript(touched, script, limits) };
}
