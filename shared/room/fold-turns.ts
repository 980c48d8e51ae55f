/** Turns inside the fold: opening, settling, stopping, trying again. Rules: fold.ts. */

import type { RoomEvent, SettleOutcome, StopScope } from "../protocol/events.ts";
import {
  type Draft,
  type EntryContext,
  findTurn,
  ignore,
  replaceEntry,
  replaceMessage,
} from "./draft.ts";
import { possibleHosts } from "./hosting-rules.ts";
import { roomLimits } from "./limits.ts";
import { addPartial, shownMessageIndex, showReply } from "./persona-lines.ts";
import { freezePlanInput } from "./plan-input.ts";
import { saidAt } from "./presence.ts";
import { isInReach, newestInReach } from "./reach.ts";
import {
  type CastMember,
  castMember,
  chooseSpeakers,
  type SpeakerChoice,
  type SpeakerQuery,
} from "./recipes/choose-speakers.ts";
import { debateSteps, recipeRules } from "./recipes/recipe-rules.ts";
import type { AttemptState, PersonaState, TurnEntry, TurnState } from "./room-state.ts";
import { addSpeed } from "./speeds.ts";

type Settle = Extract<RoomEvent, { kind: "settle" }>;
type EventOf<K extends RoomEvent["kind"]> = Extract<RoomEvent, { kind: K }>;

/** What opens a turn: a message, the turn before it, or the end of a vote. */
export interface Opening {
  readonly text: string;
  readonly addressed: readonly string[];
  /** Personas whose replies this turn answers; empty for a person's turn. */
  readonly speakers: readonly string[];
  readonly depth: number;
  readonly root: number;
  readonly quietSteps?: number;
  readonly vote?: SpeakerQuery["vote"];
}

/** Opens a turn at this entry, unless one opened there already or nobody takes part. */
export function openTurn(draft: Draft, context: EntryContext, opening: Opening): void {
  if (draft.turns.has(context.seq)) return; // RM8
  const { text, addressed, speakers, depth, root, quietSteps } = opening;
  const choice = chooseSpeakers({
    roomId: draft.roomId,
    recipe: draft.recipe,
    cast: castOf(draft),
    turn: context.seq,
    addressed,
    speakers,
    pool: draft.pool,
    vote: opening.vote,
  });
  if (choice.chosen.length === 0) return;
  if (choice.pool !== undefined) draft.pool = choice.pool;
  const planInput = freezePlanInput(draft, context.seq, { text, addressed, speakers }, choice);
  const vote = choice.candidates;
  draft.turns.set(context.seq, {
    turn: context.seq,
    openedAt: context.at,
    human: speakers.length === 0,
    depth,
    root,
    ...vote === undefined ? {} : { vote },
    ...quietSteps === undefined ? {} : { quietSteps },
    planInput,
    entries: choice.chosen.map(({ id }) => ({
      persona: id,
      attempt: 0,
      openedAt: context.at,
      attempts: [],
    })),
  });
  draft.openTurns.push(context.seq);
  countWaiting(draft, context.seq, choice);
}

function castOf(draft: Draft): readonly CastMember[] {
  return [...draft.personas.values()]
    .filter((persona) => !persona.removed)
    .map((persona) => castMember(persona, isHosted(draft, persona)));
}

function isHosted(draft: Draft, persona: PersonaState): boolean {
  return persona.assignment !== undefined || possibleHosts(draft, persona).length > 0;
}

/** Who speaks waits from here on; directing is not speaking (RM30). */
function countWaiting(draft: Draft, turn: number, choice: SpeakerChoice): void {
  const offered = choice.candidates === undefined ? choice.chosen.map(({ id }) => id) : [];
  for (const id of [...offered, ...choice.passedOver]) {
    const persona = draft.personas.get(id);
    if (persona === undefined) continue;
    draft.personas.set(
      id,
      offered.includes(id)
        ? { ...persona, waitingSince: turn, passedOver: 0 }
        : { ...persona, passedOver: (persona.passedOver ?? 0) + 1 },
    );
  }
}

/** Takes the first valid settlement of (turn, persona, attempt) and ignores every other (RM3). */
export function foldSettle(draft: Draft, context: EntryContext, event: Settle): void {
  const turn = findTurn(draft, event.turn);
  const entry = turn?.entries.find((one) => one.persona === event.persona);
  const assignment = draft.personas.get(event.persona)?.assignment;
  if (turn === undefined || entry === undefined) return ignore(draft, context.seq, "turn-unknown");
  if (entry.attempt !== event.attempt || entry.settled !== undefined) {
    return ignore(draft, context.seq, "attempt-settled");
  }
  if (assignment === undefined || assignment.seq !== event.assign) {
    return ignore(draft, context.seq, "assignment-stale");
  }
  if (assignment.device !== context.device) return ignore(draft, context.seq, "not-the-host");
  if (!isVoteWhereAsked(turn, event.outcome)) return ignore(draft, context.seq, "not-asked-that");
  const attempt: AttemptState = {
    persona: event.persona,
    attempt: event.attempt,
    outcome: event.outcome,
    settledSeq: context.seq,
    settledAt: context.at,
    device: context.device,
    assign: event.assign,
    modelId: event.modelId,
    lane: event.lane,
    usage: event.usage,
    times: event.times,
    fingerprint: event.fingerprint,
    seenSeq: event.seenSeq,
  };
  if (event.outcome.kind === "replied") {
    showReply(draft, context, turn.turn, event.persona, event.outcome.text);
    addSpeed(draft, context.device, event);
  }
  settleEntry(draft, turn, entry, attempt);
  finishTurn(draft, context, event.turn, "settled");
}

/** In a vote somebody chooses and does not speak, elsewhere the other way round (RM37). */
function isVoteWhereAsked({ vote }: TurnState, outcome: SettleOutcome): boolean {
  if (outcome.kind === "voted") return vote !== undefined;
  return outcome.kind !== "replied" || vote === undefined;
}

/** Settles every unsettled entry in `scope` as stopped (D22). */
export function foldStop(draft: Draft, context: EntryContext, scope: StopScope): void {
  for (const number of [...draft.openTurns]) {
    if (scope.kind !== "all" && scope.turn !== number) continue;
    const persona = scope.kind === "persona" ? scope.persona : undefined;
    settleOpen(
      draft,
      context,
      number,
      { kind: "stopped", text: "" },
      (entry) => persona === undefined || entry.persona === persona,
    );
    finishTurn(draft, context, number, "stopped");
  }
}

/** Keeps the half text of a stopped attempt, once, from the host that was saying it. */
export function foldPartial(draft: Draft, context: EntryContext, event: EventOf<"partial">): void {
  const turn = findTurn(draft, event.turn);
  const entry = turn?.entries.find((one) => one.persona === event.persona);
  const stopped = entry?.settled;
  const assignment = draft.personas.get(event.persona)?.assignment;
  if (
    turn === undefined || entry === undefined || stopped?.outcome.kind !== "stopped" ||
    !isInReach(draft, turn) || turn.vote !== undefined ||
    stopped.attempt !== event.attempt || stopped.outcome.text !== ""
  ) {
    return ignore(draft, context.seq, "nothing-stopped");
  }
  if (assignment?.seq !== event.assign || assignment.device !== context.device) {
    return ignore(draft, context.seq, "assignment-stale");
  }
  const kept: AttemptState = {
    ...stopped,
    outcome: { kind: "stopped", text: event.text },
    device: context.device,
    assign: event.assign,
  };
  replaceEntry(draft, turn, {
    ...entry,
    settled: kept,
    attempts: entry.attempts.map((one) => one.attempt === kept.attempt ? kept : one),
  });
  if (shownMessageIndex(draft, turn.turn, event.persona) === -1) {
    addPartial(draft, context, turn.turn, event, stopped.settledSeq);
  }
}

/** Opens the next attempt once the previous one settled (D23). */
export function foldAgain(draft: Draft, context: EntryContext, event: EventOf<"again">): void {
  const turn = findTurn(draft, event.turn);
  const entry = turn?.entries.find((one) => one.persona === event.persona);
  if (turn === undefined || entry === undefined) return ignore(draft, context.seq, "turn-unknown");
  if (entry.settled === undefined) return ignore(draft, context.seq, "attempt-open");
  if (turn.vote !== undefined) return ignore(draft, context.seq, "nothing-said"); // RM37
  if (!isInReach(draft, turn)) return ignore(draft, context.seq, "turn-too-old"); // RM22
  if (draft.personas.get(event.persona)?.removed !== false) {
    return ignore(draft, context.seq, "persona-removed");
  }
  replaceEntry(draft, turn, {
    persona: entry.persona,
    attempts: entry.attempts,
    attempt: entry.attempt + 1,
    openedAt: context.at,
  });
  if (!draft.openTurns.includes(event.turn)) {
    draft.openTurns.push(event.turn);
    draft.openTurns.sort((a, b) => a - b);
  }
}

/** Shows another accepted attempt. */
export function foldPick(draft: Draft, context: EntryContext, event: EventOf<"pick">): void {
  const turn = findTurn(draft, event.turn);
  const entry = turn?.entries.find((one) => one.persona === event.persona);
  const attempt = entry?.attempts.find((one) => one.attempt === event.attempt);
  if (turn === undefined || entry === undefined || attempt?.outcome.kind !== "replied") {
    return ignore(draft, context.seq, "attempt-unknown");
  }
  replaceEntry(draft, turn, { ...entry, picked: event.attempt });
  const index = shownMessageIndex(draft, turn.turn, event.persona);
  if (index !== -1) {
    const { text } = attempt.outcome;
    replaceMessage(draft, index, { text, stopped: false, ...saidAt(draft, context) });
  }
}

/**
 * What room time alone has decided by this entry: stale attempts (D25). Called before it is
 * applied.
 */
export function settleStale(draft: Draft, context: EntryContext): void {
  for (const number of [...draft.openTurns]) {
    const outcome: SettleOutcome = { kind: "deferred", reason: "stale" };
    settleOpen(
      draft,
      context,
      number,
      outcome,
      (entry) => context.at - entry.openedAt > roomLimits.staleMs,
    );
    finishTurn(draft, context, number, "stopped");
  }
}

/**
 * Settles what nobody can host any more (D26), and what follows from that, at the same entry:
 * another may not come for long. Called after each entry.
 */
export function settleHostless(draft: Draft, context: EntryContext): void {
  // Turns are opened behind the last one, of which one entry opens one at most (RM8).
  for (let index = 0; index < draft.openTurns.length;) {
    const number = draft.openTurns[index] ?? 0;
    settleOpen(draft, context, number, { kind: "deferred", reason: "no-host" }, (entry) => {
      const persona = draft.personas.get(entry.persona);
      return persona === undefined || !isHosted(draft, persona);
    });
    finishTurn(draft, context, number, "no-host");
    if (draft.openTurns[index] === number) index += 1;
  }
}

function settleOpen(
  draft: Draft,
  context: EntryContext,
  number: number,
  outcome: AttemptState["outcome"],
  applies: (entry: TurnEntry) => boolean,
): void {
  let turn = draft.turns.get(number);
  for (const entry of turn?.entries ?? []) {
    if (turn === undefined || entry.settled !== undefined || !applies(entry)) continue;
    turn = settleEntry(draft, turn, entry, {
      persona: entry.persona,
      attempt: entry.attempt,
      outcome,
      settledSeq: context.seq,
      settledAt: context.at,
    });
  }
}

function settleEntry(
  draft: Draft,
  turn: TurnState,
  entry: TurnEntry,
  settled: AttemptState,
): TurnState {
  const attempts = [...entry.attempts, settled];
  return replaceEntry(draft, turn, { ...entry, settled, attempts });
}

/** What closed a turn: its last settlement, a stop or its age, or that nobody can host it. */
type Ending = "settled" | "stopped" | "no-host";

/** Closes a turn whose entries are all settled, and opens the one that follows from it. */
function finishTurn(draft: Draft, context: EntryContext, number: number, ending: Ending): void {
  const turn = draft.turns.get(number);
  if (turn === undefined || turn.entries.some((entry) => entry.settled === undefined)) return;
  draft.openTurns = draft.openTurns.filter((open) => open !== number);
  if (turn.settledSeq !== undefined) return; // Not for the first time.
  draft.turns.set(number, { ...turn, settledAt: context.at, settledSeq: context.seq });
  const wasStopped = turn.entries.some((entry) => entry.settled?.outcome.kind === "stopped");
  if (ending === "stopped" || wasStopped) return; // RM8
  const humanSince = newestInReach(draft, (message) => message.kind === "person")?.turn ?? 0;
  if (humanSince > turn.root && !(ending === "settled" && isAnswerOwed(turn))) return; // RM8
  const next = nextOpening(draft, turn, ending);
  if (next !== undefined) openTurn(draft, context, next);
}

/** A vote on a person's message, not merged into that on a newer one, leaves it unanswered. */
function isAnswerOwed({ vote, human, entries }: TurnState): boolean {
  return vote !== undefined && human && entries[0]?.settled?.outcome.kind !== "deferred";
}

/** What follows from a turn that ran to its end (RM8, RM33, RM34). */
function nextOpening(draft: Draft, turn: TurnState, ending: Ending): Opening | undefined {
  const { depth, root, planInput } = turn;
  const { text, addressed } = planInput;
  if (turn.vote !== undefined) {
    const outcome = turn.entries[0]?.settled?.outcome;
    const speaker = outcome?.kind === "voted" ? outcome.speaker : undefined;
    const vote = { candidates: turn.vote, speaker };
    return { text, addressed, speakers: planInput.speakers, depth, root, vote };
  }
  const replied = turn.entries
    .filter((entry) => entry.settled?.outcome.kind === "replied")
    .map((entry) => entry.persona);
  if (recipeRules[draft.recipe.kind].next === "steps") {
    const cast = castOf(draft);
    const named = cast.filter((one) => addressed.includes(one.id));
    const debaters = (named.length > 0 ? named : cast).filter((one) => one.isHosted).length;
    const quietSteps = replied.length > 0 ? 0 : (turn.quietSteps ?? 0) + 1;
    const isOver = depth + 1 >= debateSteps(draft.recipe, debaters) || quietSteps >= debaters;
    if (isOver) return undefined;
    const speakers = turn.entries.map((entry) => entry.persona);
    return { text, addressed, speakers, depth: depth + 1, root, quietSteps };
  }
  if (ending !== "settled" || replied.length === 0 || depth >= draft.recipe.followUpsMax) {
    return undefined;
  }
  return { text: "", addressed: [], speakers: replied, depth: depth + 1, root };
}
