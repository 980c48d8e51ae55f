/**
 * Compacts a session's log: decide, sum up, check, and only then store.
 *
 * Does not own the decisions (compaction.ts), nor the model (`summarise`).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC50  A compaction whose summary is empty, or that leaves more than its limit or no less than
 *         before, is an error and changes nothing.
 */

import { err, ok, type Result } from "../../base/result.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { SessionRefusal } from "../control/requests.ts";
import {
  checkCompaction,
  compactionBodies,
  type CompactionFailure,
  type CompactionLimits,
  type CompactionPlan,
  decideCompaction,
  isStillSo,
} from "./compaction.ts";
import { isOverLimit } from "./compaction-guard.ts";
import { type FoldOptions, foldWith } from "./fold-log.ts";
import type { LogState } from "./log-state.ts";
import type { HeadMoved, SessionLog } from "./session-log.ts";

export interface CompactLogDeps {
  readonly log: Pick<SessionLog, "state" | "appendAt" | "publish">;
  readonly limits: CompactionLimits;
  /** As the log's. */
  readonly fold: FoldOptions;
  /** One call of the model: a short text that stands for both. Aborting cancels the work. */
  readonly summarise: (
    request: { readonly summary: string | undefined; readonly text: string },
    signal: AbortSignal,
  ) => Promise<Result<string, Extract<SessionRefusal, { readonly kind: "engine" }>>>;
}

export type CompactLogError =
  | CompactionFailure
  | HeadMoved
  | StorageError
  | Extract<SessionRefusal, { readonly kind: "engine" }>;

export type CompactLogOutcome =
  | { readonly kind: "compacted"; readonly tokensBefore: number; readonly tokensAfter: number }
  | { readonly kind: "nothing"; readonly reason: "empty" | "within-tail" | "pending" };

/**
 * Makes the log shorter, or leaves it as it is and says why. Observers hear of the begin and the
 * end; when there is nothing to do they hear nothing. Aborting cancels the work: nothing is stored
 * unless it was being stored already.
 */
export async function compactLog(
  deps: CompactLogDeps,
  signal: AbortSignal,
): Promise<Result<CompactLogOutcome, CompactLogError>> {
  const { log, limits, fold } = deps;
  const before = log.state();
  const plan = decideCompaction(before, limits, fold.measure);
  if (plan.kind === "nothing") {
    if (!isOverLimit(before, limits)) return ok(plan);
    return err({
      kind: "compaction-ineffective",
      tokens: before.tokensEstimated,
      tokensMax: limits.tokensMax,
    });
  }
  log.publish({ kind: "compaction", status: "started", detail: "" });
  let outcome: Result<CompactLogOutcome, CompactLogError> | undefined;
  try {
    outcome = await perform(deps, before, plan, signal);
    return outcome;
  } finally {
    const isDone = outcome?.ok === true;
    const detail = outcome === undefined ? "cancelled" : outcome.ok ? "" : outcome.error.kind;
    log.publish({ kind: "compaction", status: isDone ? "done" : "failed", detail });
  }
}

async function perform(
  { log, limits, fold, summarise }: CompactLogDeps,
  before: LogState,
  plan: CompactionPlan,
  signal: AbortSignal,
): Promise<Result<CompactLogOutcome, CompactLogError>> {
  let summary = before.summary;
  for (const text of plan.parts) {
    signal.throwIfAborted();
    const made = await summarise({ summary, text }, signal);
    if (!made.ok) return made;
    if (made.value.trim() === "") return err({ kind: "compaction-empty" });
    summary = made.value;
  }
  return await store({ log, limits, fold }, before, plan, summary ?? "", signal);
}

/**
 * Stores the summary behind whatever came in while it was made: that is no reason to throw it away,
 * unless what it stands for is not in the log any more.
 */
async function store(
  { log, limits, fold }: Pick<CompactLogDeps, "log" | "limits" | "fold">,
  before: LogState,
  plan: CompactionPlan,
  summary: string,
  signal: AbortSignal,
): Promise<Result<CompactLogOutcome, CompactLogError>> {
  for (let tries = 1;; tries += 1) {
    const now = log.state();
    if (!isStillSo(plan, before, now)) return err({ kind: "head-moved", head: now.head });
    const bodies = compactionBodies(now, plan, summary);
    const checked = checkCompaction(now, foldWith(now, bodies, fold), limits);
    if (!checked.ok) return checked;
    const appended = await log.appendAt(now.head, bodies, signal);
    if (appended.ok) return ok({ kind: "compacted", ...checked.value });
    if (appended.error.kind !== "head-moved" || tries >= STORE_TRIES_MAX) return appended;
  }
}

/** Others write once a run or so: two in the moment between are one too many. */
const STORE_TRIES_MAX = 3;
