/** What a round of the host's torture does, from its seed and its number alone. Pure. */

import { createChance } from "../../support/dying.ts";

/** When the kill comes, counted from what is seen outside of the host. */
export type Moment =
  /** The question is sent. */
  | { readonly kind: "asked"; readonly afterMs: number }
  /** The engine has taken the first request of the turn. */
  | { readonly kind: "prefill"; readonly afterMs: number }
  /** So many parts of replies were heard by the person. */
  | { readonly kind: "streaming"; readonly parts: number }
  /** The engine has ended a reply of the turn. */
  | { readonly kind: "posting"; readonly afterMs: number }
  /** The engine was killed: its next one starts and loads (engine), or waits to (host). */
  | { readonly kind: "restarting"; readonly afterMs: number }
  /** The host was killed at once, and the next one runs for so long. */
  | { readonly kind: "starting"; readonly afterMs: number };

export const MOMENTS = {
  engine: ["asked", "prefill", "streaming", "posting", "restarting"],
  host: ["prefill", "streaming", "posting", "restarting", "starting"],
} as const;

export type Victim = keyof typeof MOMENTS;

export interface RoundPlan {
  /** 1 is the first. */
  readonly round: number;
  readonly victim: Victim;
  readonly moment: Moment;
  /** What is asked; no other round asks it. */
  readonly text: string;
}

const TOPICS = ["the rain", "a lantern", "the harbour", "the moon", "an old clock", "the garden"];

/** Odd rounds strike the engine, even ones the host; the kinds of moments take turns. */
export function planRound(seed: number, round: number): RoundPlan {
  const chance = createChance(seed * 1_009 + round);
  // In turn, so that no life of a host spends its budget of restarts.
  const victim = round % 2 === 1 ? "engine" : "host";
  const kinds = MOMENTS[victim];
  const kind = kinds[(Math.ceil(round / 2) - 1) % kinds.length] ?? "streaming";
  const moment = drawMoment(kind, chance);
  const topic = TOPICS[Math.floor(chance() * TOPICS.length)] ?? "";
  return { round, victim, moment, text: `Question ${round}: what do you know of ${topic}?` };
}

function drawMoment(kind: Moment["kind"], chance: () => number): Moment {
  const upTo = (ms: number): number => Math.floor(chance() * ms);
  switch (kind) {
    case "asked":
      return { kind, afterMs: upTo(60) };
    case "prefill":
      return { kind, afterMs: upTo(40) };
    case "streaming":
      return { kind, parts: 1 + upTo(4) };
    case "posting":
      return { kind, afterMs: upTo(chance() < 0.5 ? 15 : 60) };
    case "restarting":
    case "starting":
      return { kind, afterMs: upTo(2_000) };
  }
}

export function describeMoment(moment: Moment): string {
  return moment.kind === "streaming"
    ? `after ${moment.parts} parts of replies`
    : `${moment.afterMs} ms after ${moment.kind}`;
}
