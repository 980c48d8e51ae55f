/**
 * The page's side of the prompts of one worker: their texts as scripts, their images by hash.
 *
 * Owns the belief about which images that worker holds; script-sender.ts that about scripts. What
 * is believed wrongly costs one more message, never a wrong prompt (IN19, IN23).
 */

import type { PromptSegment } from "#shared/inference/mod.ts";
import type { PackedPrompt } from "../worker/protocol.ts";
import { type ImageStore, noImages, packImages } from "../worker/scripts/image-store.ts";
import type { ScriptLimits } from "../worker/scripts/limits.ts";
import { createScriptSender } from "./script-sender.ts";

export interface PromptSender {
  /** Packs a prompt that is sent now. */
  pack(segments: readonly PromptSegment[]): PackedPrompt;
  /** Packs a prompt that is sent now in full. */
  packWhole(segments: readonly PromptSegment[]): PackedPrompt;
  /** The worker holds none of `keys`, of scripts or images. */
  forget(keys: readonly string[]): void;
}

export function createPromptSender(limits: ScriptLimits): PromptSender {
  const scripts = createScriptSender(limits);
  let held: ImageStore<true> = noImages;
  const packShown = (known: ImageStore<true>, segments: readonly PromptSegment[]) => {
    const { images, store } = packImages(known, segments);
    held = store;
    return images.length === 0 ? {} : { images };
  };
  return {
    pack: (segments) => ({ script: scripts.pack(segments), ...packShown(held, segments) }),
    packWhole: (segments) => ({
      script: scripts.packWhole(segments),
      ...packShown(noImages, segments),
    }),
    forget(keys) {
      scripts.forget(keys);
      held = new Map([...held].filter(([sha256]) => !keys.includes(sha256)));
    },
  };
}
