/**
 * The page's side of the scripts of one worker: what it was sent, and what to send next.
 *
 * Owns the belief about what that worker holds. A new worker gets a new sender, so it starts with
 * nothing. What is believed wrongly costs one more message, never a wrong prompt (IN19).
 *
 * Rules (shared/SPEC.md, section IN): IN18, IN19.
 */

import type { PromptSegment } from "#shared/inference/mod.ts";
import type { ScriptLimits } from "../worker/scripts/limits.ts";
import type { PackedScript } from "../worker/scripts/packed-script.ts";
import { keepSent, packScript, type SentScript } from "../worker/scripts/pack-script.ts";
import { dropScripts, emptyStore, type ScriptStore } from "../worker/scripts/script-store.ts";

export interface ScriptSender {
  /** Packs a prompt that is sent now. */
  pack(segments: readonly PromptSegment[]): PackedScript;
  /** Packs a prompt that is sent now in full. */
  packWhole(segments: readonly PromptSegment[]): PackedScript;
  /** The worker holds none of `keys`. */
  forget(keys: readonly string[]): void;
}

export function createScriptSender(limits: ScriptLimits): ScriptSender {
  let store: ScriptStore<SentScript> = emptyStore;
  function packAgainst(known: ScriptStore<SentScript>, segments: readonly PromptSegment[]) {
    const step = packScript(known, segments, limits);
    store = keepSent(store, step, limits);
    return step.packed;
  }
  return {
    pack: (segments) => packAgainst(store, segments),
    packWhole: (segments) => packAgainst(emptyStore, segments),
    forget(keys) {
      store = dropScripts(store, keys);
    },
  };
}
