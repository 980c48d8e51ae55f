/**
 * Decides which scripts stay: on the page those that the worker is believed to hold, in the worker
 * those it holds. Both run this same code, so they mostly agree; nothing depends on it (IN19).
 *
 * Pure. Limits: `scriptsMax` and `scriptBytesMax`; at either the least recently used go
 * (`drop-oldest`). A script that alone exceeds the bytes is not kept.
 *
 * Rules (shared/SPEC.md, section IN): IN19 (kept scripts are a cache).
 */

import type { ScriptLimits } from "./limits.ts";
import type { Script } from "./script.ts";

export interface ScriptStore<S extends Script = Script> {
  /** Least recently used first; no key twice. */
  readonly scripts: readonly S[];
}

export const emptyStore: ScriptStore<never> = Object.freeze({ scripts: [] });

/** What a text of `chars` UTF-16 units may take in memory. */
export function scriptBytes(chars: number): number {
  return 2 * chars;
}

export function findScript<S extends Script>(store: ScriptStore<S>, key: string): S | undefined {
  return store.scripts.find((script) => script.key === key);
}

/** Keeps `script` as the newest, then drops the oldest until the limits hold. */
export function keepScript<S extends Script>(
  store: ScriptStore<S>,
  script: S,
  limits: ScriptLimits,
): ScriptStore<S> {
  if (scriptBytes(script.text.length) > limits.scriptBytesMax) return store;
  const scripts = [...dropScripts(store, [script.key]).scripts, script];
  let bytes = scripts.reduce((sum, { text }) => sum + scriptBytes(text.length), 0);
  let first = 0;
  while (scripts.length - first > limits.scriptsMax || bytes > limits.scriptBytesMax) {
    bytes -= scriptBytes(scripts[first]?.text.length ?? 0);
    first += 1;
  }
  return { scripts: scripts.slice(first) };
}

/** Makes the scripts of `keys` the newest, in that order; unknown keys change nothing. */
export function touchScripts<S extends Script>(
  store: ScriptStore<S>,
  keys: readonly string[],
): ScriptStore<S> {
  const touched = keys.flatMap((key) => findScript(store, key) ?? []);
  return { scripts: [...dropScripts(store, keys).scripts, ...touched] };
}

export function dropScripts<S extends Script>(
  store: ScriptStore<S>,
  keys: readonly string[],
): ScriptStore<S> {
  return { scripts: store.scripts.filter(({ key }) => !keys.includes(key)) };
}
