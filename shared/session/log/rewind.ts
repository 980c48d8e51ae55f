/**
 * Rewind of a session: where to, and what it takes. Pure decisions.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC47  Every run that somebody asked for, and that is still in the log, can be rewound to; the
 *         newest is offered first, with the tools that ran behind it.
 *   SC48  A rewind that was chosen by another head, or to what is no target, is refused and changes
 *         nothing.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { RewindTarget } from "../control/requests.ts";
import type { LogState } from "./log-state.ts";
import { segmentLimits as limits } from "./limits.ts";
import type { SegmentBody } from "./segments.ts";
import type { HeadMoved } from "./session-log.ts";

export interface RewindPlan {
  /** What is to be appended at `head`. */
  readonly bodies: readonly SegmentBody[];
  readonly head: number;
  /** What was asked there: back into the composer. */
  readonly text: string;
  /** As of the target. */
  readonly effects: readonly string[];
}

export type RewindRefused = HeadMoved | { readonly kind: "target-unknown"; readonly to: number };

/** Where a rewind may go, the newest first, at most `rewindTargetsMax` (SC47). */
export function rewindTargets(state: LogState): readonly RewindTarget[] {
  return askedRuns(state).slice(-limits.rewindTargetsMax).reverse().map(({ to, run, texts }) => ({
    to,
    run,
    preview: previewOf(texts.join(" ")),
    effects: effectsFrom(state, to),
  }));
}

/** What a rewind to the target at `to` is, when the log is still what the asker saw (SC48). */
export function decideRewind(
  state: LogState,
  to: number,
  expectHead: number,
): Result<RewindPlan, RewindRefused> {
  if (expectHead !== state.head) return err({ kind: "head-moved", head: state.head });
  const target = askedRuns(state).find((run) => run.to === to);
  if (target === undefined) return err({ kind: "target-unknown", to });
  return ok({
    bodies: [{ kind: "rewound", to }],
    head: state.head,
    text: target.texts.join("\n\n"),
    effects: effectsFrom(state, to),
  });
}

interface AskedRun {
  /** Index of its start. */
  readonly to: number;
  readonly run: number;
  readonly texts: readonly string[];
}

/** Runs with words of somebody, the oldest first, by the number of the run in the log. */
function askedRuns({ entries }: LogState): readonly AskedRun[] {
  const runs: { to: number; run: number; runId: string; texts: string[] }[] = [];
  let run = 0;
  for (const { index, body } of entries) {
    if (body.kind === "run-start") {
      run += 1;
      runs.push({ to: index, run, runId: body.runId, texts: [] });
    }
    if (body.kind !== "asked") continue;
    runs.findLast(({ runId }) => runId === body.runId)?.texts.push(body.text);
  }
  return runs.filter(({ texts }) => texts.length > 0);
}

/** Names of the tools that ran, or may have, from `to` on: each once, in order. */
function effectsFrom({ entries }: LogState, to: number): readonly string[] {
  const behind = entries.filter(({ index }) => index >= to).map(({ body }) => body);
  const denied = new Set(
    behind.flatMap((body) =>
      body.kind === "permission" && body.decision === "deny" ? [body.callId] : []
    ),
  );
  const tools = behind.flatMap((body) =>
    body.kind === "call" && !denied.has(body.callId) ? [body.tool] : []
  );
  return [...new Set(tools)];
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** An emoji of a family has 11; what has more is no text, and is cut. */
const UNITS_PER_CHARACTER_MAX = 16;

/** One line of at most `previewCharsMax` whole characters; an ellipsis stands for the rest. */
function previewOf(text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  const beginning = line.slice(0, limits.previewCharsMax * UNITS_PER_CHARACTER_MAX);
  const characters = [...segmenter.segment(beginning)].map(({ segment }) => segment);
  const kept = characters.slice(0, limits.previewCharsMax).join("");
  return kept.length === line.length ? line : `${kept}\u2026`;
}
