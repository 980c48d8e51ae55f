/**
 * Plan against actual: what a turn was meant to be and what it was.
 *
 *   TE3  A turn is settled when every attempt that opened with it is; its verdicts are known only
 *        then.
 *   TE4  A settlement whose fingerprint differs from this peer's plan is a shown divergence,
 *        nothing more.
 *   TE5  A verdict compares room time of settlements with the budgets, and is false, never vacuous,
 *        when nobody replied or chose silence.
 */

import { planningLimits } from "../planning/limits.ts";
import type { TurnPlan } from "../planning/plan.ts";
import type { AttemptState, TurnEntry, TurnState } from "../room/room-state.ts";
import { planOfTurn } from "./project-plan.ts";
import type { Divergence, EntryResult, TurnResult } from "./turn-result-types.ts";

/** Slower than planned by more than this is noted: below it, a plan's estimate was good. */
const LATE_MS_MIN = 2_000;

export function turnResult(turn: TurnState): TurnResult {
  const plan = planOfTurn(turn);
  const settled = turn.entries
    .flatMap((entry) => entry.attempts[0] ?? [])
    .sort((a, b) => a.settledSeq - b.settledSeq);
  const answered = settled.filter((one) =>
    one.outcome.kind === "replied" || one.outcome.kind === "silent"
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
    divergences: turn.entries.flatMap((entry) => divergencesOf(entry, plan, settled)),
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
  const planned = plan.personas.find((one) => one.persona === entry.persona);
  const last = entry.settled ?? (entry.attempt === 0 ? undefined : entry.attempts.at(-1));
  const order = settled.indexOf(entry.attempts[0] as AttemptState);
  const outcome = last?.outcome;
  return {
    persona: entry.persona,
    outcome: entry.settled === undefined ? "open" : outcome?.kind ?? "open",
    reason: outcome?.kind === "failed" || outcome?.kind === "deferred" ? outcome.reason : "",
    planned: planned && {
      startMs: planned.startMs,
      firstTextMs: planned.firstTextMs,
      finishMs: planned.finishMs,
    },
    actual: last?.times,
    settledOrder: order === -1 ? undefined : order,
  };
}

function divergencesOf(
  entry: TurnEntry,
  plan: TurnPlan,
  settled: readonly AttemptState[],
): readonly Divergence[] {
  const first = entry.attempts[0];
  if (first === undefined) return [];
  const { persona } = entry;
  const found: Divergence[] = [];
  if (first.fingerprint !== undefined && first.fingerprint !== plan.fingerprint) { // TE4
    found.push({ kind: "fingerprint", persona, device: first.device ?? "" });
  }
  if (first.outcome.kind === "failed" || first.outcome.kind === "deferred") {
    found.push({ kind: "not-answered", persona, reason: first.outcome.reason });
  }
  const planned = plan.personas.find((one) => one.persona === persona);
  if (planned === undefined) return found;
  const byMs = (first.times?.finishedMs ?? 0) - planned.finishMs;
  if (byMs > LATE_MS_MIN) found.push({ kind: "late", persona, byMs });
  const isOvertaken = settled
    .slice(settled.indexOf(first) + 1)
    .some((later) =>
      later.device === first.device && orderIn(plan, later, settled) < planned.order
    );
  if (isOvertaken) found.push({ kind: "order", persona });
  return found;
}

function orderIn(plan: TurnPlan, attempt: AttemptState, all: readonly AttemptState[]): number {
  const found = plan.personas.find((one) => one.persona === attempt.persona);
  return found?.order ?? all.length;
}
