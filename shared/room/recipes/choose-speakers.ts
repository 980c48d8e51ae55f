/**
 * Who takes part in a turn: the recipe's meaning.
 *
 * Pure; lives in the fold, because settlements are checked against it (decision 0001); planning
 * decides order, lane and time. Chance has no part in it: a drawn order is a hash of room, round
 * and persona.
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM10  Panel: the whole cast takes part. Whom the message names is a fact in each prompt.
 *   RM11  Addressed: who is named; with nobody named, the first of the cast.
 *   RM12  A follow-up is for those to whom somebody else spoke: nobody answers only himself.
 *   RM31  Round-robin: those who have waited the longest for a turn, in cast order where equal.
 *   RM32  Pooled: everybody once a round, in an order drawn for the round; who joins in a round
 *         waits for the next one.
 *   RM33  Debate: one speaker a step, the one of the debaters who has waited the longest. Whom the
 *         message names debate; with nobody named, everybody.
 *   RM34  Director: rules first: who is named, who is overdue, who alone could answer. Else the
 *         director chooses; whose vote counts nothing is replaced by who has waited the longest.
 *   RM35  Recipes that choose pass over whom nobody hosts, unless nobody of the cast is hosted.
 *   RM36  Every persona of the cast is chosen or left out, each with its reason.
 */

import { stableKey } from "../../base/stable-key.ts";
import { unreachable } from "../../base/assert.ts";
import type { ChosenReason, LeftOutReason, Recipe } from "../../protocol/events.ts";
import type { PersonaState } from "../room-state.ts";
import { passedOverMax, recipeRules, seatsOf } from "./recipe-rules.ts";

/** A persona of the cast as recipes see her. */
export interface CastMember {
  readonly id: string;
  readonly waitingSince: number;
  readonly passedOver: number;
  readonly isHosted: boolean;
}

export interface SpeakerQuery {
  readonly roomId: string;
  readonly recipe: Recipe;
  /** In cast order. */
  readonly cast: readonly CastMember[];
  /** The seq of the entry that opens the turn. */
  readonly turn: number;
  /** Persona ids the message names. */
  readonly addressed: readonly string[];
  /** Personas whose replies a follow-up answers; empty for a person's turn. */
  readonly speakers: readonly string[];
  readonly pool: { readonly round: number; readonly since: number } | undefined;
  /** The end of a vote that this turn carries out; `speaker` undefined when it chose nobody. */
  readonly vote:
    | { readonly candidates: readonly string[]; readonly speaker: string | undefined }
    | undefined;
}

export interface SpeakerChoice {
  /** In cast order. */
  readonly chosen: readonly { readonly id: string; readonly because: ChosenReason }[];
  readonly leftOut: readonly { readonly id: string; readonly because: LeftOutReason }[];
  /** Whom the one chosen may choose; undefined when the chosen speak themselves. */
  readonly candidates: readonly string[] | undefined;
  readonly pool: SpeakerQuery["pool"];
  /** Those whom a director, or the rule in place of a vote, passed over. */
  readonly passedOver: readonly string[];
}

/** Chooses for one turn. Empty when the cast is, or when nobody else spoke than she who is left. */
export function chooseSpeakers(query: SpeakerQuery): SpeakerChoice {
  const { recipe, cast, addressed, speakers } = query;
  const rules = recipeRules[recipe.kind];
  const named = cast.filter((one) => addressed.includes(one.id));
  if (query.vote !== undefined) return afterVote(query, query.vote);
  const isStep = rules.next === "steps";
  if (named.length > 0 && rules.named === "alone" && speakers.length === 0) {
    return of(query, named, "named", () => "not-named");
  }
  const debaters = isStep && named.length > 0 ? named : cast;
  const isAsked = (one: CastMember): boolean =>
    isStep ? debaters.includes(one) : isSpokenTo(one, speakers);
  const asked = cast.filter(isAsked);
  const hosted = asked.filter((one) => one.isHosted);
  const able = hosted.length > 0 ? hosted : asked; // RM35
  const whyNot = (one: CastMember, otherwise: LeftOutReason): LeftOutReason => {
    if (!isAsked(one)) return isStep ? "no-debater" : "spoke-alone";
    return able.includes(one) ? otherwise : "no-host";
  };
  const isReaction = speakers.length > 0 && !isStep;
  switch (rules.unnamed) {
    case "everybody":
      return of(query, asked, isReaction ? "follow-up" : "everybody", () => "spoke-alone");
    case "first-of-cast":
      return isReaction
        ? of(query, asked, "follow-up", () => "spoke-alone")
        : of(query, cast.slice(0, 1), "first-of-cast", () => "not-named");
    case "longest-waiting": {
      const next = byWaiting(able).slice(0, seatsOf(recipe)); // RM31, RM33
      const reason = isStep ? "debate-step" : "longest-waiting";
      return of(query, next, reason, (one) => whyNot(one, "not-her-turn"));
    }
    case "drawn":
      return draw(query, able, (one, otherwise) => whyNot(one, otherwise));
    case "vote":
      return direct(query, able, (one, otherwise) => whyNot(one, otherwise));
    default:
      return unreachable(rules.unnamed);
  }
}

type WhyNot = (one: CastMember, otherwise: LeftOutReason) => LeftOutReason;

/** RM32: the next of this round's order; a round that is through makes room for another. */
function draw(query: SpeakerQuery, able: readonly CastMember[], whyNot: WhyNot): SpeakerChoice {
  const { roomId, recipe, turn } = query;
  const waits = (since: number): readonly CastMember[] =>
    able.filter((one) => one.waitingSince < since);
  const running = query.pool ?? { round: 1, since: turn };
  const isThrough = waits(running.since).length === 0;
  const pool = isThrough ? { round: running.round + 1, since: turn } : running;
  const left = waits(pool.since);
  const drawnKey = ({ id }: CastMember): string =>
    stableKey(["pool", roomId, String(pool.round), id]);
  const order = [...left]
    .map((one) => ({ one, key: drawnKey(one) }))
    .sort((a, b) => a.key < b.key ? -1 : 1)
    .map(({ one }) => one);
  const next = order.slice(0, seatsOf(recipe));
  const choice = of(
    query,
    next,
    "drawn",
    (one) => whyNot(one, left.includes(one) ? "not-her-turn" : "drawn-before"),
  );
  return { ...choice, pool };
}

/** RM34: what needs no vote is decided by rule; else the director is asked first. */
function direct(query: SpeakerQuery, able: readonly CastMember[], whyNot: WhyNot): SpeakerChoice {
  const { cast, recipe } = query;
  if (able.length === 1) return of(query, able, "only-one", (one) => whyNot(one, "not-voted"));
  const overdue = overdueOf(query, able);
  const director = cast.find((one) => one.id === recipe.director && one.isHosted);
  if (overdue.length > 0 || director === undefined) {
    const isOverdue = overdue.length > 0;
    const next = byWaiting(isOverdue ? overdue : able).slice(0, 1);
    const reason = isOverdue ? "overdue" : "no-vote";
    const choice = of(query, next, reason, (one) => whyNot(one, "not-voted"));
    return { ...choice, passedOver: idsWithout(able, next) };
  }
  return {
    ...of(query, [director], "directs", (one) => whyNot(one, "vote-first")),
    candidates: able.map((one) => one.id),
  };
}

/** The turn that a vote opens; whoever left meanwhile cannot have been chosen. */
function afterVote(
  query: SpeakerQuery,
  vote: { readonly candidates: readonly string[]; readonly speaker: string | undefined },
): SpeakerChoice {
  const candidates = query.cast.filter((one) => vote.candidates.includes(one.id));
  const hosted = candidates.filter((one) => one.isHosted);
  const overdue = overdueOf(query, hosted); // Since the vote began, when another one ended.
  const voted = hosted.filter((one) => one.id === vote.speaker);
  const [next, because] = overdue.length > 0
    ? [byWaiting(overdue).slice(0, 1), "overdue"] as const
    : voted.length > 0
    ? [voted, "voted"] as const
    : [byWaiting(hosted.length > 0 ? hosted : candidates).slice(0, 1), "no-vote"] as const;
  const choice = of(query, next, because, (one) => {
    if (candidates.includes(one)) return "not-voted";
    if (!isSpokenTo(one, query.speakers)) return "spoke-alone";
    return one.isHosted ? "not-voted" : "no-host"; // Hosted or joined while the director chose.
  });
  return { ...choice, passedOver: idsWithout(candidates, next) };
}

function overdueOf(
  { cast }: SpeakerQuery,
  members: readonly CastMember[],
): readonly CastMember[] {
  return members.filter((one) => one.passedOver >= passedOverMax(cast.length));
}

function of(
  { cast, pool }: SpeakerQuery,
  chosen: readonly CastMember[],
  because: ChosenReason,
  whyNot: (one: CastMember) => LeftOutReason,
): SpeakerChoice {
  return {
    chosen: cast.filter((one) => chosen.includes(one)).map(({ id }) => ({ id, because })),
    leftOut: cast.filter((one) => !chosen.includes(one)) // RM36
      .map((one) => ({ id: one.id, because: whyNot(one) })),
    candidates: undefined,
    pool,
    passedOver: [],
  };
}

function isSpokenTo(one: CastMember, speakers: readonly string[]): boolean {
  return speakers.length === 0 || speakers.some((speaker) => speaker !== one.id); // RM12
}

function byWaiting(members: readonly CastMember[]): readonly CastMember[] {
  return [...members].sort((a, b) => a.waitingSince - b.waitingSince);
}

function idsWithout(
  members: readonly CastMember[],
  chosen: readonly CastMember[],
): readonly string[] {
  return members.filter((one) => !chosen.includes(one)).map((one) => one.id);
}

/** A persona as recipes see her; of old logs nobody knows since when she waits. */
export function castMember(
  { id, waitingSince, passedOver }: PersonaState,
  isHosted: boolean,
): CastMember {
  return { id, waitingSince: waitingSince ?? 0, passedOver: passedOver ?? 0, isHosted };
}
