/** Turns inside the fold: opening, settling, stopping, trying again. Rules: fold.ts. */

import type { RoomEvent, SettleOutcome, StopScope } from "../protocol/events.ts";
import { type Draft, type EntryContext, ignore, replaceEntry, replaceMessage } from "./draft.ts";
import { possibleHosts } from "./hosting-rules.ts";
import { roomLimits } from "./limits.ts";
import { participantsOf } from "./participants.ts";
import { freezePlanInput } from "./plan-input.ts";
import { isInReach, newestInReach, reachMin } from "./reach.ts";
import type { AttemptState, TurnEntry, TurnState } from "./room-state.ts";
import { addSpeed } from "./speeds.ts";

type Settle = Extract<RoomEvent, { kind: "settle" }>;
type EventOf<K extends RoomEvent["kind"]> = Extract<RoomEvent, { kind: K }>;

/** Opens a turn at this entry. `speakers` is empty for a person's turn. */
export function openTurn(
  draft: Draft,
  context: EntryContext,
  opening: {
    readonly text: string;
    readonly addressed: readonly string[];
    readonly speakers: readonly string[];
    readonly depth: number;
    readonly root: number;
  },
): void {
  const cast = [...draft.personas.values()].filter((persona) => !persona.removed);
  const personas = participantsOf(
    draft.recipe,
    cast.map((persona) => persona.id),
    opening.addressed,
    opening.speakers,
  );
  if (personas.length === 0) return;
  draft.turns.set(context.seq, {
    turn: context.seq,
    openedAt: context.at,
    human: opening.speakers.length === 0,
    depth: opening.depth,
    root: opening.root,
    planInput: freezePlanInput(draft, context.seq, opening, personas),
    entries: personas.map((persona) => ({
      persona,
      attempt: 0,
      openedAt: context.at,
      attempts: [],
    })),
  });
  draft.openTurns.push(context.seq);
}

/** Takes the first valid settlement of (turn, persona, attempt) and ignores every other (RM3). */
export function foldSettle(draft: Draft, context: EntryContext, event: Settle): void {
  const turn = draft.turns.get(event.turn);
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
  finishTurn(draft, context, event.turn, true);
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
    finishTurn(draft, context, number, false);
  }
}

/** Keeps the half text of a stopped attempt, once, from the host that was saying it. */
export function foldPartial(draft: Draft, context: EntryContext, event: EventOf<"partial">): void {
  const turn = draft.turns.get(event.turn);
  const entry = turn?.entries.find((one) => one.persona === event.persona);
  const stopped = entry?.settled;
  const assignment = draft.personas.get(event.persona)?.assignment;
  if (
    turn === undefined || entry === undefined || stopped?.outcome.kind !== "stopped" ||
    !isInReach(draft, turn) ||
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
    addPersonaMessage(draft, context, turn.turn, event.persona, event.text, true);
  }
}

/** Opens the next attempt once the previous one settled (D23). */
export function foldAgain(draft: Draft, context: EntryContext, event: EventOf<"again">): void {
  const turn = draft.turns.get(event.turn);
  const entry = turn?.entries.find((one) => one.persona === event.persona);
  if (turn === undefined || entry === undefined) return ignore(draft, context.seq, "turn-unknown");
  if (entry.settled === undefined) return ignore(draft, context.seq, "attempt-open");
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
  const turn = draft.turns.get(event.turn);
  const entry = turn?.entries.find((one) => one.persona === event.persona);
  const attempt = entry?.attempts.find((one) => one.attempt === event.attempt);
  if (turn === undefined || entry === undefined || attempt?.outcome.kind !== "replied") {
    return ignore(draft, context.seq, "attempt-unknown");
  }
  replaceEntry(draft, turn, { ...entry, picked: event.attempt });
  const index = shownMessageIndex(draft, turn.turn, event.persona);
  if (index !== -1) {
    replaceMessage(draft, index, { text: attempt.outcome.text, stopped: false });
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
    finishTurn(draft, context, number, false);
  }
}

/** Settles what nobody can host any more (D26). Called after each entry. */
export function settleHostless(draft: Draft, context: EntryContext): void {
  for (const number of [...draft.openTurns]) {
    settleOpen(draft, context, number, { kind: "deferred", reason: "no-host" }, (entry) => {
      const persona = draft.personas.get(entry.persona);
      return persona === undefined ||
        (persona.assignment === undefined && possibleHosts(draft, persona).length === 0);
    });
    finishTurn(draft, context, number, false);
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

/** Closes a turn whose entries are all settled; a reply by somebody may open a follow-up (D21). */
function finishTurn(draft: Draft, context: EntryContext, number: number, mayFollow: boolean): void {
  const turn = draft.turns.get(number);
  if (turn === undefined || turn.entries.some((entry) => entry.settled === undefined)) return;
  draft.openTurns = draft.openTurns.filter((open) => open !== number);
  const isFirstTime = turn.settledSeq === undefined;
  if (!isFirstTime) return;
  draft.turns.set(number, { ...turn, settledAt: context.at, settledSeq: context.seq });
  const speakers = turn.entries
    .filter((entry) => entry.settled?.outcome.kind === "replied")
    .map((entry) => entry.persona);
  const wasStopped = turn.entries.some((entry) => entry.settled?.outcome.kind === "stopped");
  const humanSince = newestInReach(draft, (message) => message.kind === "person")?.turn ?? 0;
  if (
    !mayFollow || speakers.length === 0 || wasStopped || humanSince > turn.root ||
    turn.depth >= draft.recipe.followUpsMax
  ) return;
  openTurn(draft, context, {
    text: "",
    addressed: [],
    speakers,
    depth: turn.depth + 1,
    root: turn.root,
  });
}

function showReply(
  draft: Draft,
  context: EntryContext,
  turn: number,
  persona: string,
  text: string,
): void {
  const index = shownMessageIndex(draft, turn, persona);
  if (index === -1) {
    addPersonaMessage(draft, context, turn, persona, text, false);
  } else {
    replaceMessage(draft, index, { text, stopped: false });
  }
}

function addPersonaMessage(
  draft: Draft,
  context: EntryContext,
  turn: number,
  persona: string,
  text: string,
  stopped: boolean,
): void {
  draft.messages.push({
    seq: context.seq,
    at: context.at,
    kind: "persona",
    author: persona,
    text,
    addressed: [],
    edited: false,
    aside: false,
    turn,
    stopped,
  });
}

/** The persona's line of a turn is near the end of the log in all but very late attempts. */
function shownMessageIndex(draft: Draft, turn: number, persona: string): number {
  for (let index = draft.messages.length - 1; index >= reachMin(draft); index -= 1) {
    const message = draft.messages[index];
    if (message === undefined || message.seq < turn) return -1;
    if (message.turn === turn && message.author === persona) return index;
  }
  return -1;
}
