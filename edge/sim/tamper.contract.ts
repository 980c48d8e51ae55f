/**
 * A hostile relay as the clients meet it: frames lost, doubled inside, turned round or altered on
 * their way. What the honest relay behind it does stays to be checked.
 */

import type { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";

export type TamperKind = "lose" | "double" | "turn" | "alter";

export interface Tamper {
  /** Undefined: everything passes. */
  kind: TamperKind | undefined;
  pass(text: string, to: "relay" | "client"): string | undefined;
  readonly count: number;
}

const SHARE = 0.1;

export function createTamper(random: SeededRandom): Tamper {
  let count = 0;
  return {
    kind: undefined,
    get count() {
      return count;
    },
    pass(text, to) {
      if (this.kind === undefined || to !== "client" || !text.startsWith("{")) return text;
      if (random.next() > SHARE) return text;
      const frame = JSON.parse(text) as { t: string; entries?: { body: string }[] };
      if (this.kind === "lose") {
        count += 1;
        return undefined;
      }
      if (frame.t !== "entries" || frame.entries === undefined) return text;
      count += 1;
      const { entries } = frame;
      if (this.kind === "turn") entries.reverse();
      const [first] = entries;
      if (first === undefined) return text;
      if (this.kind === "double") entries.push(first);
      if (this.kind === "alter") first.body = `A${first.body.slice(1, -4)}AAAA`;
      return JSON.stringify(frame);
    },
  };
}
