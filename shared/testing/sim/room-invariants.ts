/**
 * What must hold of any room's log, read off its fold entry by entry: each check a list of
 * complaints. Pure, for the simulators of local and of relay rooms.
 *
 * Rules (shared/SPEC.md, section RM): RM3, RM6, RM8, RM30, RM36, RM37, and TE4 of honest hosts.
 */

import type { LogEntry } from "../../ports/room-log.ts";
import { leftOutReasons, type RoomEvent } from "../../protocol/events.ts";
import { emptyState } from "../../room/draft.ts";
import { foldEntries } from "../../room/fold.ts";
import { possibleHosts } from "../../room/hosting-rules.ts";
import { offerTurnsMax } from "../../room/recipes/recipe-rules.ts";
import type { RoomState, TurnState } from "../../room/room-state.ts";
import { planOfTurn } from "../../turns/project-plan.ts";

/** One entry with the states before and behind it. */
export interface RoomStep {
  readonly entry: LogEntry;
  readonly before: RoomState;
  readonly after: RoomState;
}

/** A check over a log: takes each step once, in order, and complains about what breaks it. */
export interface RoomInvariant {
  readonly name: string;
  readonly title: string;
  start(): (step: RoomStep) => string | undefined;
}

export function roomSteps(entries: readonly LogEntry[]): readonly RoomStep[] {
  let before = emptyState();
  return entries.map((entry) => {
    const after = foldEntries(before, [entry]);
    const step = { entry, before, after };
    before = after;
    return step;
  });
}

export function roomComplaints(
  steps: readonly RoomStep[],
  checks: readonly RoomInvariant[] = roomInvariants,
): readonly string[] {
  return checks.flatMap(({ name, start }) => {
    const check = start();
    return steps.flatMap((step) => {
      const complaint = check(step);
      return complaint === undefined ? [] : [`${name} at ${step.entry.seq}: ${complaint}`];
    });
  });
}

/** Turns that the step opened or changed, each with what it was. */
function changedTurns({ before, after }: RoomStep) {
  return [...after.turns.values()]
    .map((turn) => ({ turn, old: before.turns.get(turn.turn) }))
    .filter(({ turn, old }) => turn !== old);
}

const settledOnce: RoomInvariant = {
  name: "RM3",
  title: "an attempt that is settled stays as it is, but for the half text of a stopped one",
  start: () => (step) => {
    for (const { turn, old } of changedTurns(step)) {
      for (const entry of turn.entries) {
        const numbers = entry.attempts.map((one) => one.attempt);
        if (new Set(numbers).size !== numbers.length) return `${turn.turn}/${entry.persona} twice`;
        const known = old?.entries.find((one) => one.persona === entry.persona)?.attempts ?? [];
        const odd = known.find((one, index) =>
          one.settledSeq !== entry.attempts[index]?.settledSeq ||
          one.outcome.kind !== entry.attempts[index]?.outcome.kind
        );
        if (odd !== undefined) return `${turn.turn}/${entry.persona} was settled anew`;
      }
    }
    return undefined;
  },
};

const openedOnce: RoomInvariant = {
  name: "RM8",
  title: "a turn opens once, at its own seq, and its plan's facts never change",
  start: () => (step) => {
    const odd = changedTurns(step).find(({ turn, old }) =>
      old === undefined ? turn.turn !== step.entry.seq : old.planInput !== turn.planInput
    );
    if (odd !== undefined) return `turn ${odd.turn.turn} opened twice`;
    const { openTurns } = step.after;
    const isSorted = openTurns.every((turn, index) => turn > (openTurns[index - 1] ?? -Infinity));
    return isSorted ? undefined : `open turns are ${openTurns.join()}`;
  },
};

const hostedOrSettled: RoomInvariant = {
  name: "RM6",
  title: "no turn waits for somebody whom nobody can host",
  start: () => ({ after }) => {
    for (const number of after.openTurns) {
      for (const entry of after.turns.get(number)?.entries ?? []) {
        if (entry.settled !== undefined || isHosted(after, entry.persona)) continue;
        return `turn ${number} waits for ${entry.persona}`;
      }
    }
    return undefined;
  },
};

function isHosted(state: RoomState, id: string): boolean {
  const persona = state.personas.get(id);
  if (persona === undefined || persona.removed) return false;
  return persona.assignment !== undefined || possibleHosts(state, persona).length > 0;
}

const everybodyHasReason: RoomInvariant = {
  name: "RM36",
  title: "whoever is in the cast when a turn opens takes part or is left out with a reason",
  start: () => (step) => {
    for (const { turn, old } of changedTurns(step)) {
      if (old !== undefined) continue;
      const leftOut = turn.planInput.leftOut ?? [];
      const told = [...turn.planInput.cast, ...leftOut].map(({ id }) => id).toSorted();
      const cast = [...step.after.personas.values()].filter((one) => !one.removed).map((one) =>
        one.id
      );
      if (told.join() !== cast.toSorted().join()) {
        return `turn ${turn.turn} tells of ${told.join()}`;
      }
      const isTold = leftOut.every((one) => leftOutReasons.includes(one.because)) &&
        turn.planInput.cast.every((one) => one.because !== undefined);
      if (!isTold) return `turn ${turn.turn} has no reason for somebody`;
    }
    return undefined;
  },
};

const messageOpens: RoomInvariant = {
  name: "RM10",
  title: "a message of a person opens a turn where there is a cast",
  start: () => ({ entry, before, after }) => {
    const said = after.messages.findLast((one) => one.kind === "person");
    if (said?.turn !== entry.seq) return undefined;
    const cast = [...before.personas.values()].filter((one) => !one.removed);
    const isOpened = after.turns.get(entry.seq)?.root === entry.seq;
    return isOpened || cast.length === 0 ? undefined : "nobody was asked";
  },
};

const votesAreMute: RoomInvariant = {
  name: "RM37",
  title: "a vote says nothing, and the turn of its choice follows, of one speaker",
  start: () => (step) => {
    const { after, entry: { seq } } = step;
    const said = after.messages.findLast((one) => one.kind === "persona");
    if (said !== undefined && after.turns.get(said.turn)?.vote !== undefined) {
      return `${said.seq} was said in a vote`;
    }
    for (const { turn, old } of changedTurns(step)) {
      if (turn.vote === undefined || turn.settledSeq !== seq || old?.settledSeq === seq) continue;
      const complaint = choiceComplaint(step, turn);
      if (complaint !== undefined) return `vote ${turn.turn}: ${complaint}`;
    }
    return undefined;
  },
};

function choiceComplaint({ before, after, entry }: RoomStep, vote: TurnState): string | undefined {
  const outcome = vote.entries[0]?.settled?.outcome;
  const choice = after.turns.get(entry.seq);
  const isOfIt = choice !== undefined && choice.root === vote.root && choice.vote === undefined;
  if (outcome?.kind === "stopped") {
    return isOfIt && choice.root !== entry.seq ? "stopped" : undefined;
  }
  const newest = after.messages.findLast((one) => one.kind === "person")?.turn ?? 0;
  const isOvertaken = newest > vote.root && (!vote.human || outcome?.kind === "deferred");
  const isStale = outcome?.kind === "deferred" && outcome.reason === "stale";
  if (isOvertaken || isStale) return isOfIt ? "overtaken, and still carried out" : undefined;
  const candidates = (vote.vote ?? []).filter((id) => before.personas.get(id)?.removed === false);
  if (!isOfIt) return candidates.length === 0 ? undefined : "nobody was chosen";
  const [chosen, ...more] = choice.planInput.cast;
  if (chosen === undefined || more.length > 0) return "not one was chosen";
  if (!vote.vote?.includes(chosen.id)) return `${chosen.id} could not be chosen`;
  if (outcome?.kind !== "voted" || chosen.because === "overdue") return undefined;
  const isValid = candidates.includes(outcome.speaker) && isHosted(after, outcome.speaker);
  return isValid && chosen.id !== outcome.speaker ? `${outcome.speaker} was chosen` : undefined;
}

/** Not of a log that a relay lost and peers brought back: its entries have other times then. */
export const honestPlans: RoomInvariant = {
  name: "TE4",
  title: "what honest hosts planned is what every reader plans",
  start: () => ({ entry, before, after }) => {
    const event = entry.body as RoomEvent;
    if (event.kind !== "settle" || after.ignored.at(-1)?.seq === entry.seq) return undefined;
    const turn = before.turns.get(event.turn);
    const planned = turn === undefined ? "none" : planOfTurn(turn).fingerprint;
    return planned === event.fingerprint ? undefined : `turn ${event.turn} was planned otherwise`;
  },
};

function isOfVote(because: string | undefined): boolean {
  return because === "voted" || because === "no-vote" || because === "overdue";
}

const offered: RoomInvariant = {
  name: "RM30",
  title: "while hosts, cast and recipe stand still, everybody is offered within the bound",
  start() {
    let standing = "";
    const waited = new Map<string, number>();
    return (step) => {
      const hosted = [...step.after.personas.keys()].filter((id) => isHosted(step.after, id));
      const now = JSON.stringify([step.after.recipe, hosted]);
      if (now !== standing) waited.clear();
      standing = now;
      const turn = step.after.turns.get(step.entry.seq);
      if (turn === undefined || turn.vote !== undefined) return undefined;
      const { addressed, cast, leftOut = [], recipe } = turn.planInput;
      // The end of a vote that another recipe asked for.
      if (isOfVote(cast[0]?.because) && recipe.kind !== "director") return undefined;
      const alone = leftOut.filter((one) => one.because === "spoke-alone").map(({ id }) => id);
      for (const id of hosted) {
        if (cast.some((one) => one.id === id)) waited.set(id, 0);
        else if (addressed.length === 0 && !alone.includes(id)) {
          waited.set(id, (waited.get(id) ?? 0) + 1);
        }
      }
      const castSize = [...step.after.personas.values()].filter((one) => !one.removed).length;
      const bound = offerTurnsMax(recipe, castSize) ?? Infinity;
      const late = [...waited].find(([, turns]) => turns >= bound);
      return late && `${late[0]} waited ${late[1]} turns of ${bound}`;
    };
  },
};

export const roomInvariants: readonly RoomInvariant[] = [
  settledOnce,
  openedOnce,
  hostedOrSettled,
  everybodyHasReason,
  messageOpens,
  votesAreMute,
  honestPlans,
  offered,
];
