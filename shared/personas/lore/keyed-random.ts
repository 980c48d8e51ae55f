import { stableKey } from "../../base/stable-key.ts";
import type { Random } from "../../ports/random.ts";

/**
 * Chance that is a function of its key: equal keys draw equal numbers on every device, so that a
 * prompt can be made again. A few draws a prompt; each is a digest.
 */
export function createKeyedRandom(key: string): Random {
  let draws = 0;
  return {
    next() {
      const digest = stableKey(["draw", key, String(draws++)]);
      return Number.parseInt(digest.slice(0, 12), 16) / 2 ** 48;
    },
    fork: (name) => createKeyedRandom(stableKey(["fork", key, name])),
  };
}
