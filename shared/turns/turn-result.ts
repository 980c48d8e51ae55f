/**
 * Plan against actual: what a turn was meant to be and what it was.
 *
 *   TE3  A turn is settled when every attempt that opened with it is; its verdicts are known only
 *        then.
 *   TE4  A settlement whose fingerprint differs from this peer's plan is a shown divergence,
 *        nothing more.
 *   TE6  The trace of a turn replays: the same prefix gives the same plan, result and verdict,
 *        whatever its settlements tell.
 *   TE5  A verdict compares room time of settlements with the budgets, and is false, never vacuous,
 *        when nobody replied or chose silence.
 */

import { assert } from "../base/assert.ts";
import { planningLimits } from "../planning/limits.ts";
import type { TurnPlan } from "../planning/turn/turn-plan.ts";
import type { AttemptState, TurnEntry, TurnState } from "../room/room-state.ts";
import { type DivergenceRecord, findDivergences, observeTurn } from "./divergence.ts";
import { planOfTurn } from "./project-plan.ts";
import type { EntryResult, TurnResult } from "./turn-result-types.ts";

export function turnResult(turn: TurnState): TurnResult {
  const plan = planOfTurn(turn);
  const settled = turn.entries
    .flatMap((entry) => entry.attempts[0] ?? [])
    .sort((a, b) => a.settledSeq - b.settledSeq);
  const answered = settled.filter((one) =>
    ["replied", "silent", "voted"].includes(one.outcome.kind)
  );
  const isSettled = turn.settledSeq !== undefined; // TE3
  const firstSettledMs = answered[0] && answered[0].settledAt - turn.openedAt;
  const allSettledMs = isSettled ? (turn.settledAt ?? turn.openedAt) - turn.openedAt : undefined;
  return {
    turn: turn.turn,
    settled: isSettled,
    entries: turn.entries.map((entry) => entryResult(entry, plan, settled)),
    firstSettledMs,
    allSettledMs,
    metFirstBudget: verdict(isSettled, firstSettledMs, planningLimits.firstSettledMsMax),
    metAllBudget: verdict(
      isSettled,
      answered.length > 0 ? allSettledMs : undefined,
      planningLimits.allSettledMsMax,
    ),
    divergences: divergencesOf(turn, plan),
  };
}

function verdict(isSettled: boolean, ms: number | undefined, msMax: number): boolean | undefined {
  if (ms !== undefined && ms > msMax) return false;
  return isSettled ? ms !== undefined : undefined; // TE5
}

function entryResult(
  entry: TurnEntry,
  plan: TurnPlan,
  settled: readonly AttemptState[],
): EntryResult {
  const planned = plan.personaPlans.find((one) => one.personaId === entry.persona);
  const last = entry.settled ?? (entry.attempt === 0 ? undefined : entry.attempts.at(-1));
  const order = settled.indexOf(entry.attempts[0] as AttemptState);
  const times = last?.times;
  return {
    persona: entry.persona,
    outcome: entry.settled === undefined ? "open" : last?.outcome.kind ?? "open",
    reason: reasonOf(last),
    planned: planned && {
      startMs: planned.estimatedStartMs,
      firstTextMs: planned.estimatedFirstTextMs,
      finishMs: planned.estimatedFinishMs,
    },
    actual: times && { ...times, executionMs: Math.max(0, times.finishedMs - times.queuedMs) },
    settledOrder: order === -1 ? undefined : order,
  };
}

function reasonOf(attempt: AttemptState | undefined): string {
  const outcome = attempt?.outcome;
  if (outcome?.kind === "voted") return outcome.speaker;
  return outcome?.kind === "failed" || outcome?.kind === "deferred" ? outcome.reason : "";
}

function divergencesOf(turn: TurnState, plan: TurnPlan): readonly DivergenceRecord[] {
  const found = findDivergences(plan, observeTurn(turn)); // TE4
  assert(found.ok, `Cannot compare turn ${turn.turn}: ${found.ok ? "" : found.error.kind}`);
  return found.value;
}
