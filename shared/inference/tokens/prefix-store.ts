/**
 * Caches of shared prompt beginnings, kept between generations (IN10).
 *
 * Owns the kept caches and frees the least recently used beyond its limit. A cache that is kept is
 * never freed by the generation that made or used it.
 */

import { pickPrefix, prefillLimits, type TokenPrompt } from "./prefill-plan.ts";
import type { TokenCache, TokenModel } from "./token-model.ts";

export interface KeptPrefix {
  readonly ids: readonly number[];
  readonly cache: TokenCache;
}

export interface PrefixStore {
  /** The longest kept beginning of `prompt`; using it makes it the newest. */
  find(prompt: TokenPrompt): KeptPrefix | undefined;
  keep(prefix: KeptPrefix): void;
  /** Frees a cache that is not kept here. */
  releaseUnkept(cache: TokenCache | undefined): void;
  clear(): void;
}

export function createPrefixStore(model: TokenModel): PrefixStore {
  let kept: readonly KeptPrefix[] = []; // oldest first
  return {
    find(prompt) {
      const found = pickPrefix(kept, prompt);
      if (found !== undefined) kept = [...kept.filter((prefix) => prefix !== found), found];
      return found;
    },
    keep(prefix) {
      kept = [...kept, prefix];
      while (kept.length > prefillLimits.prefixesMax) {
        const [oldest, ...rest] = kept;
        if (oldest !== undefined) model.release(oldest.cache);
        kept = rest;
      }
    },
    releaseUnkept(cache) {
      if (cache === undefined || kept.some((prefix) => prefix.cache === cache)) return;
      model.release(cache);
    },
    clear() {
      for (const prefix of kept) model.release(prefix.cache);
      kept = [];
    },
  };
}
