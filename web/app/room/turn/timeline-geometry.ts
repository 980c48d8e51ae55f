/**
 * The turn as a picture: one row per persona, plan thin under actual. Pure: from plan, result, what
 * runs now and the time of day to spans in ms after the opening of the turn.
 */

import type { TurnPlan } from "#shared/planning/mod.ts";
import type { TurnState } from "#shared/room/mod.ts";
import type { EntryResult, TurnResult } from "#shared/turns/mod.ts";
import type { RunningAttempt } from "../../../client/app-client.ts";

export type SpanKind = "queue" | "prefill" | "generate";

export interface Span {
  readonly kind: SpanKind;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimelineRow {
  readonly persona: string;
  readonly outcome: EntryResult["outcome"];
  readonly reason: string;
  readonly spans: readonly Span[];
  readonly plan: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** For the table: undefined where it is not known yet. */
  readonly queuedMs: number | undefined;
  readonly firstTextMs: number | undefined;
  readonly finishedMs: number | undefined;
  readonly live: boolean;
  /** Something of hers came differently than planned. */
  readonly diverges: boolean;
}

export interface Timeline {
  readonly rows: readonly TimelineRow[];
  readonly lastMs: number;
}

/** When each live attempt entered each phase, in epoch ms; the snapshot tells only the last one. */
export type PhaseLog = ReadonlyMap<string, Partial<Record<RunningAttempt["phase"], number>>>;

export interface TimelineInput {
  readonly turn: TurnState;
  readonly plan: TurnPlan | undefined;
  readonly result: TurnResult | undefined;
  readonly running: readonly RunningAttempt[];
  readonly phases: PhaseLog;
  readonly nowMs: number;
}

export function layTimeline(input: TimelineInput): Timeline {
  const order = new Map(
    input.plan?.personaPlans.map((one) => [one.personaId, one.generationOrder]),
  );
  const rows = input.turn.entries.map(({ persona }) => layRow(input, persona))
    .sort((a, b) => (order.get(a.persona) ?? 99) - (order.get(b.persona) ?? 99));
  const ends = rows.flatMap((row) => [row.plan?.toMs ?? 0, ...row.spans.map((span) => span.toMs)]);
  return { rows, lastMs: Math.max(0, ...ends) };
}

export function attemptKey({ turn, persona, attempt }: RunningAttempt): string {
  return `${turn}/${persona}/${attempt}`;
}

/** The log with what `running` says now; the same log when nothing is new. */
export function notePhases(log: PhaseLog, running: readonly RunningAttempt[]): PhaseLog {
  let next: Map<string, Partial<Record<RunningAttempt["phase"], number>>> | undefined;
  for (const attempt of running) {
    const key = attemptKey(attempt);
    const known = (next ?? log).get(key);
    if (known?.[attempt.phase] !== undefined) continue;
    next ??= new Map(log);
    next.set(key, { ...known, [attempt.phase]: attempt.sinceMs });
  }
  return next ?? log;
}

function layRow(input: TimelineInput, persona: string): TimelineRow {
  const result = input.result?.entries.find((entry) => entry.persona === persona);
  const planned = result?.planned;
  const live = input.running.find((each) =>
    each.turn === input.turn.turn && each.persona === persona
  );
  const spans = live === undefined ? settledSpans(result) : liveSpans(input, live);
  return {
    persona,
    outcome: live === undefined ? result?.outcome ?? "open" : "open",
    reason: result?.reason ?? "",
    spans,
    plan: planned && { fromMs: planned.startMs, toMs: planned.finishMs },
    queuedMs: live === undefined ? result?.actual?.queuedMs : undefined,
    firstTextMs: live === undefined
      ? result?.actual?.firstTextMs
      : spans.find(({ kind }) => kind === "generate")?.fromMs,
    finishedMs: live === undefined ? result?.actual?.finishedMs : undefined,
    live: live !== undefined,
    diverges: input.result?.divergences.some((one) => one.persona === persona) ?? false,
  };
}

function settledSpans(result: EntryResult | undefined): readonly Span[] {
  const actual = result?.actual;
  if (actual === undefined) return [];
  return spansOf(
    0,
    actual.queuedMs,
    Math.max(actual.queuedMs, actual.firstTextMs),
    actual.finishedMs,
  );
}

function liveSpans(input: TimelineInput, live: RunningAttempt): readonly Span[] {
  const seen = input.phases.get(attemptKey(live)) ?? {};
  const opened = input.turn.openedAt;
  const now = Math.max(0, input.nowMs - opened);
  const since = (ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : Math.max(0, Math.min(now, ms - opened));
  const from = live.attempt > 0 ? since(seen.queued ?? seen.thinking ?? live.sinceMs) ?? 0 : 0;
  const speaking = since(seen.speaking);
  const thinking = since(seen.thinking) ?? speaking;
  if (thinking === undefined) return spansOf(from, now, now, now);
  if (speaking === undefined) return spansOf(from, thinking, now, now);
  return spansOf(from, thinking, speaking, now);
}

function spansOf(from: number, queued: number, first: number, end: number): readonly Span[] {
  const spans: readonly Span[] = [
    { kind: "queue", fromMs: from, toMs: queued },
    { kind: "prefill", fromMs: queued, toMs: first },
    { kind: "generate", fromMs: first, toMs: Math.max(first, end) },
  ];
  return spans.filter(({ fromMs, toMs }) => toMs > fromMs);
}
