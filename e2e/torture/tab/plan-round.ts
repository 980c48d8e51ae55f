/** What happens in a round of the tab's torture, drawn from its seed and its number alone. Pure. */

import { createChance } from "../../support/dying.ts";

/** When the browser is killed, counted from what is seen on the page. */
export type Instant =
  /** The page has seen the Enter key. */
  | { readonly kind: "enter"; readonly afterMs: number }
  /** A persona of the turn waits for a lane. */
  | { readonly kind: "queued"; readonly afterMs: number }
  /** A persona's prompt is being read. */
  | { readonly kind: "prefill"; readonly afterMs: number }
  /** So many characters of a reply are on the screen. */
  | { readonly kind: "streaming"; readonly chars: number }
  /** So many personas of the turn have settled. */
  | { readonly kind: "settled"; readonly count: number; readonly afterMs: number };

export interface RoundPlan {
  readonly round: number;
  readonly personas: 2 | 3;
  readonly instant: Instant;
  /** A second text is typed after Enter and stays in the composer. */
  readonly hasDraft: boolean;
  /** The browser that repairs the turn is killed as well, this long after it was opened. */
  readonly againAfterMs: number | undefined;
  /** What is said; no other round of the seed says it. */
  readonly text: string;
  readonly draft: string;
}

export const KINDS = ["enter", "queued", "prefill", "streaming", "settled"] as const;

/** Every so many rounds the repair is killed too; prime to the number of kinds. */
const AGAIN_EVERY = 4;
const TOPICS = ["the rain", "a lantern", "the harbour", "the moon", "an old clock", "the garden"];

/** Round 1 is the first. Kinds and casts take turns; the moments within them are drawn. */
export function planRound(seed: number, round: number): RoundPlan {
  const chance = createChance(seed * 1_009 + round);
  const personas = round % 2 === 0 ? 2 : 3;
  const kind = KINDS[(round - 1) % KINDS.length] ?? "enter";
  const instant = drawInstant(kind, personas, chance);
  const isAgain = round % AGAIN_EVERY === 0;
  const againAfterMs = isAgain ? Math.floor(chance() * 2_500) : undefined;
  const topic = TOPICS[Math.floor(chance() * TOPICS.length)] ?? "";
  return {
    ...{ round, personas, instant, againAfterMs },
    // Right after Enter there is no time to type.
    hasDraft: kind !== "enter" && chance() < 0.75,
    text: `Message of round ${round}: tell me about ${topic}`,
    draft: `and before round ${round} ends, one more about ${topic}`,
  };
}

function drawInstant(
  kind: Instant["kind"],
  personas: number,
  chance: () => number,
): Instant {
  const upTo = (ms: number): number => Math.floor(chance() * ms);
  switch (kind) {
    case "enter":
      return { kind, afterMs: upTo(30) };
    case "queued":
      return { kind, afterMs: upTo(120) };
    case "prefill":
      return { kind, afterMs: upTo(40) };
    case "streaming":
      return { kind, chars: 1 + upTo(60) };
    case "settled":
      return { kind, count: 1 + upTo(personas), afterMs: upTo(chance() < 0.5 ? 40 : 1_200) };
  }
}

export function describeInstant(instant: Instant): string {
  switch (instant.kind) {
    case "streaming":
      return `at ${instant.chars} characters`;
    case "settled":
      return `${instant.afterMs} ms after ${instant.count} settled`;
    default:
      return `${instant.afterMs} ms after ${instant.kind}`;
  }
}
