/**
 * Pick: what the drain loop does next, one step at a time, from the live inputs alone.
 *
 * Owns which input a persona answers next, merging, withdrawal, rollback and the time of the next
 * try. Does not own who comes next among personas nor the places of the engine (places.ts, injected
 * by hosting), nor the store or the running work: they arrive as facts. Recovery after a crash is
 * not a special case: a staged input that nobody runs is rolled back.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG6   Of one persona begun inputs go first, then turns opened by people, follow-ups and ambient
 *         work, each by turn, then by arrival; ambient work goes last though it has begun. In this
 *         order the heads of all personas are offered to the planner.
 *   LG7   Of a persona's waiting inputs of people's turns the newest of its kind is taken; the
 *         older ones settle `deferred{merged, into}` first. A vote and words do not merge.
 *   LG8   A follow-up that has not begun settles `deferred{outranked}` once a person has written
 *         later.
 *   LG9   A persona has at most one input running.
 *   LG10  An input staged `attemptsMax` times settles `failed{attempts}`; it is never dropped
 *         silently.
 *   LG35  Private work of a persona comes behind its turns of the same urgency, people's first.
 *   LG36  An ephemeral input of an earlier page ends as such, and is not performed.
 *   LG37  Of a stopped session turns wait and private work ends; of a paused one everything waits,
 *         unstaged, for the resume; a retired one does what it has.
 *   LG11  A staged input that nobody runs (crash, lost rollback) is queued again, in front.
 */

import type { MonotonicMs } from "../base/brands.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import { isBegun, policyOf, standingOf } from "./input-policy.ts";
import type { LedgerLimits } from "./limits.ts";
import type { InputEnd, WithdrawReason } from "./outcome.ts";
import type { LaterReason, PickQuestion } from "./places.ts";
import type { SessionRef } from "./private-work.ts";
import type { SessionState } from "./session-life.ts";

export interface PickFacts {
  readonly now: MonotonicMs;
  /** Ids of inputs whose work is in progress. */
  readonly running: ReadonlySet<string>;
  readonly withdrawn: ReadonlyMap<string, WithdrawReason>;
  /** Earliest time of the next try, for inputs that were told to wait. */
  readonly notBefore: ReadonlyMap<string, MonotonicMs>;
  /** Seq of the newest turn that a person opened in a room; 0 for none. */
  readonly newestHumanTurn: (roomId: string) => number;
  readonly stateOf: (session: SessionRef) => SessionState;
  /** True for an ephemeral input of a page or process that is gone. */
  readonly isOrphan: (input: InputRecord) => boolean;
}

export type NextStep =
  | { readonly kind: "end"; readonly input: InputRecord; readonly end: InputEnd }
  | { readonly kind: "roll-back"; readonly input: InputRecord }
  | { readonly kind: "start"; readonly input: InputRecord }
  /** Nothing to do before the bell rings, or before `untilMs`. */
  | { readonly kind: "wait"; readonly untilMs: MonotonicMs | undefined };

/** Ask the planner who starts, then {@link decideStart}. */
export interface ChooseStep {
  readonly kind: "choose";
  readonly question: PickQuestion;
  /** When the next waiting input may be tried again; undefined for none. */
  readonly untilMs: MonotonicMs | undefined;
}

/** Decides one step; the loop takes it and asks again. */
export function decideNext(
  live: readonly InputRecord[],
  facts: PickFacts,
  limits: LedgerLimits,
): Exclude<NextStep, { readonly kind: "start" | "wait" }> | ChooseStep {
  const running = live.filter((input) => facts.running.has(input.id));
  const idle = live.filter((input) => !facts.running.has(input.id));
  const cleaned = decideCleanup(idle, live, facts, limits);
  if (cleaned !== undefined) return cleaned;

  const open = idle.filter((input) => !isHeldIn(facts.stateOf(input))); // LG37
  const seen = new Set(running.map(personaKey)); // LG9
  const busy = new Set(seen);
  const heads: InputRecord[] = [];
  const later: { readonly input: InputRecord; readonly why: LaterReason }[] = [];
  for (const input of open.toSorted(compareInputs)) {
    const key = personaKey(input);
    const untilMs = facts.notBefore.get(input.id) ?? facts.now;
    const isHead = !seen.has(key);
    seen.add(key); // A head that waits for its next try is not overtaken.
    if (busy.has(key)) later.push({ input, why: { kind: "persona-busy" } });
    else if (!isHead) later.push({ input, why: { kind: "behind" } });
    else if (untilMs > facts.now) later.push({ input, why: { kind: "retry", untilMs } });
    else heads.push(input);
  }
  const free = open.filter((input) => !busy.has(personaKey(input)));
  return { kind: "choose", question: { heads, later, running }, untilMs: nextDueMs(free, facts) };
}

/** The step after the planner chose `first` of the heads, or nobody. */
export function decideStart(
  { question, untilMs }: ChooseStep,
  first: InputRecord | undefined,
): NextStep {
  if (first === undefined) return { kind: "wait", untilMs };
  if (isBegun(first) || !canMerge(first)) return { kind: "start", input: first };
  return decideMerge(first, [...question.heads, ...question.later.map(({ input }) => input)]);
}

/** Smaller goes first (LG6). */
export function compareInputs(a: InputRecord, b: InputRecord): number {
  return standings.indexOf(standingOf(a)) - standings.indexOf(standingOf(b)) ||
    Number(isPrivate(a)) - Number(isPrivate(b)) || // LG35
    Number(b.human) - Number(a.human) ||
    Number(isBegun(b)) - Number(isBegun(a)) ||
    a.turn - b.turn ||
    a.order - b.order;
}

const standings: readonly ReturnType<typeof standingOf>[] = [
  "begun",
  "directed",
  "work",
  "ambient",
];

/** Ends and rollbacks come before any start, so that nothing runs that nobody wants. */
function decideCleanup(
  idle: readonly InputRecord[],
  live: readonly InputRecord[],
  facts: PickFacts,
  limits: LedgerLimits,
): Exclude<NextStep, { readonly kind: "start" | "wait" }> | undefined {
  for (const input of idle) {
    const reason = facts.withdrawn.get(input.id);
    if (reason !== undefined) {
      const { partialText } = input;
      return { kind: "end", input, end: { kind: "withdrawn", reason, partialText } };
    }
    if (facts.isOrphan(input)) return { kind: "end", input, end: { kind: "ephemeral" } }; // LG36
    if (isPrivate(input) && facts.stateOf(input) === "stopped") { // LG37
      const end = { kind: "withdrawn", reason: "session-stopped", partialText: "" } as const;
      return { kind: "end", input, end };
    }
    if (input.phase === "staged") return { kind: "roll-back", input }; // LG11
    if (input.stagedCount >= limits.attemptsMax) { // LG10
      return { kind: "end", input, end: { kind: "worn-out" } };
    }
    if (isPrivate(input) || !policyOf(input).yields || isBegun(input)) continue;
    const humanTurns = live
      .filter((other) => other.human && !isPrivate(other) && other.roomId === input.roomId)
      .map((other) => other.turn);
    if (input.turn < Math.max(facts.newestHumanTurn(input.roomId), ...humanTurns)) { // LG8
      return { kind: "end", input, end: { kind: "outranked" } };
    }
  }
  return undefined;
}

/** Takes the newest of the persona's mergeable inputs of a kind, after the older ended (LG7). */
function decideMerge(first: InputRecord, free: readonly InputRecord[]): NextStep {
  const group = free
    .filter((input) => personaKey(input) === personaKey(first) && input.kind === first.kind)
    .filter((input) => !isBegun(input) && canMerge(input))
    .sort(compareInputs);
  const newest = group.at(-1) ?? first;
  const older = group[0];
  if (older === undefined || older.id === newest.id) return { kind: "start", input: newest };
  return { kind: "end", input: older, end: { kind: "merged", into: newest.turn } };
}

function nextDueMs(free: readonly InputRecord[], facts: PickFacts): MonotonicMs | undefined {
  const times = free.map((input) => facts.notBefore.get(input.id))
    .filter((at) => at !== undefined)
    .filter((at) => at > facts.now);
  return times.sort((a, b) => a - b)[0];
}

/** As it was decided when it was admitted (LG26). */
function canMerge({ admission, work }: InputRecord): boolean {
  return admission.queue === "merge" && work === undefined;
}

function isPrivate(input: InputRecord): boolean {
  return input.work !== undefined;
}

/** Whether the inputs of a session are left alone as long as it is as it is (LG37). */
export function isHeldIn(state: SessionState): boolean {
  return state === "stopped" || state === "paused";
}

function personaKey(input: InputRecord): string {
  return `${input.roomId}/${input.persona}`;
}
