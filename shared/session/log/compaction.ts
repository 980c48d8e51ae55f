/**
 * Compaction of a session's log: what is kept, what is summed up, whether that was enough. Pure.
 *
 * Owns the cut and the post-condition. Does not own the model's call (compact-log.ts), nor when it
 * is time (compaction-guard.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC49  A compaction never parts a call from its result, and keeps the open run, notes that no
 *         prompt has had, and all memory.
 *   SC50  A compaction whose summary is empty, or that leaves more than its limit or no less than
 *         before, is an error and changes nothing.
 */

import { assert } from "../../base/assert.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { unseenIndexes } from "./fold-log.ts";
import type { LogState } from "./log-state.ts";
import { segmentText, segmentTokens } from "./segment-text.ts";
import type { SegmentBody, SegmentEntry } from "./segments.ts";

export interface CompactionLimits {
  /** More tokens than these are due to be compacted; as many or fewer are left by one. */
  readonly tokensMax: number;
  /** More entries than these, likewise. */
  readonly entriesMax: number;
  /** The newest entries, up to so many tokens, stay as they are. */
  readonly tailTokensMax: number;
  /** A summary beyond is no summary. */
  readonly summaryCharsMax: number;
  /** Characters of one call's text; a longer log is summed up in parts. */
  readonly partCharsMax: number;
  /** Of one entry in that text. */
  readonly entryCharsMax: number;
  /** Failures in a row that end automatic compaction. */
  readonly failuresMax: number;
  /** Automatic compactions between two runs that came to something. */
  readonly perRunMax: number;
}

/**
 * Limits for a model's window: the log may fill half of it, a compaction leaves a quarter as it is,
 * and the other quarter is room for the summary and what cannot go.
 */
export function compactionLimitsFor(contextTokens: number): CompactionLimits {
  return {
    tokensMax: Math.floor(contextTokens / 2),
    entriesMax: 4_096,
    tailTokensMax: Math.floor(contextTokens / 4),
    summaryCharsMax: 8_000,
    // Half the window at the estimate's three bytes a token, less for other scripts.
    partCharsMax: contextTokens,
    entryCharsMax: Math.max(200, Math.floor(contextTokens / 4)),
    failuresMax: 3,
    perRunMax: 2,
  };
}

export interface CompactionPlan {
  readonly kind: "compact";
  /** Everything below is in the summary. */
  readonly below: number;
  readonly tokensBefore: number;
  /**
   * What is to be summed up, one after the other: each with the summary so far before it. None when
   * nothing of it has words.
   */
  readonly parts: readonly string[];
}

export type CompactionDecision =
  | CompactionPlan
  /** There is nothing that could go: the log is empty, or within what stays. Not a failure. */
  | { readonly kind: "nothing"; readonly reason: "empty" | "within-tail" | "pending" };

export type CompactionFailure =
  | { readonly kind: "compaction-ineffective"; readonly tokens: number; readonly tokensMax: number }
  | { readonly kind: "compaction-empty" };

/** What a compaction of `state` is. */
export function decideCompaction(
  state: LogState,
  limits: CompactionLimits,
  measure: (text: string) => number,
): CompactionDecision {
  const { entries, head } = state;
  if (entries.length === 0) return { kind: "nothing", reason: "empty" };
  let tail = 0;
  let first = entries.length;
  while (first > 0) {
    tail += segmentTokens(entries[first - 1]?.body ?? UNREADABLE, measure);
    if (tail > limits.tailTokensMax) break;
    first -= 1;
  }
  if (first === 0 && entries.length <= limits.entriesMax) {
    return { kind: "nothing", reason: "within-tail" };
  }
  // A log of many entries without words is cut by their number.
  const wanted = Math.max(first, entries.length - Math.floor(limits.entriesMax / 2));
  const cut = wholeCut(state, wanted);
  if (cut === 0) return { kind: "nothing", reason: "pending" };
  return {
    kind: "compact",
    below: entries[cut]?.index ?? head,
    tokensBefore: state.tokensEstimated,
    parts: partsOf(entries.slice(0, cut), limits),
  };
}

const UNREADABLE: SegmentEntry["body"] = { kind: "unreadable", detail: "" };

/** Whether what the plan sums up is in the log still, and nothing else stands for it. */
export function isStillSo({ below }: CompactionPlan, before: LogState, now: LogState): boolean {
  const summedUp = (state: LogState): readonly number[] =>
    state.entries.filter(({ index }) => index < below).map(({ index }) => index);
  return now.below === before.below && now.summary === before.summary &&
    String(summedUp(now)) === String(summedUp(before));
}

/** What is to be appended: all memory again, then the summary (SC49). */
export function compactionBodies(
  state: LogState,
  { below }: CompactionPlan,
  summary: string,
): readonly SegmentBody[] {
  return [
    ...[...state.memory.values()].map((note): SegmentBody => ({ kind: "memory", note })),
    ...state.extractedSeq === 0
      ? []
      : [{ kind: "extracted", upToSeq: state.extractedSeq } satisfies SegmentBody],
    { kind: "summary", below, text: summary.trim() },
  ];
}

/** Whether the log is shorter for it, and short enough (SC50). `after` is before it is stored. */
export function checkCompaction(
  before: LogState,
  after: LogState,
  limits: CompactionLimits,
): Result<{ readonly tokensBefore: number; readonly tokensAfter: number }, CompactionFailure> {
  const summary = after.summary ?? "";
  // A log of a persona that only speaks in the room has no words: its summary may be empty.
  const hadWords = before.summary !== undefined ||
    before.entries.some((entry) =>
      entry.index < after.below && segmentText(entry.body) !== undefined
    );
  if (hadWords && summary.trim() === "") return err({ kind: "compaction-empty" });
  const tokensBefore = before.tokensEstimated;
  const tokensAfter = after.tokensEstimated;
  const isShorter = tokensAfter < tokensBefore || after.entries.length < before.entries.length;
  const isShort = tokensAfter <= limits.tokensMax && after.entries.length <= limits.entriesMax;
  if (!isShorter || !isShort || summary.length > limits.summaryCharsMax) {
    return err({
      kind: "compaction-ineffective",
      tokens: tokensAfter,
      tokensMax: Math.min(limits.tokensMax, tokensBefore),
    });
  }
  const isWhole = after.openRun?.runId === before.openRun?.runId &&
    after.openCalls.length === before.openCalls.length &&
    after.unseenNotes.length === before.unseenNotes.length &&
    after.memory.size === before.memory.size;
  assert(isWhole, "Cannot compact the log: something open, unseen or remembered would be lost");
  return ok({ tokensBefore, tokensAfter });
}

/** The latest place up to `wanted` where a cut parts nothing; as an offset into the entries. */
function wholeCut(state: LogState, wanted: number): number {
  const { entries, openRun } = state;
  const unseen = new Set(unseenIndexes(state));
  const open = new Set<string>();
  let cut = 0;
  for (let at = 0; at < wanted; at += 1) {
    const { index = -1, body = UNREADABLE } = entries[at] ?? {};
    if (body.kind === "run-start" && body.runId === openRun?.runId) break;
    if (unseen.has(index)) break;
    if (body.kind === "call") open.add(body.callId);
    if (body.kind === "result") open.delete(body.callId);
    if (open.size === 0) cut = at + 1;
  }
  return cut;
}

/** The entries as text, in parts of whole entries; what has no words is in none. */
function partsOf(entries: readonly SegmentEntry[], limits: CompactionLimits): readonly string[] {
  const parts: string[] = [];
  let part = "";
  for (const { body } of entries) {
    const words = segmentText(body);
    if (words === undefined) continue;
    const line = shortened(words, limits.entryCharsMax);
    if (part !== "" && part.length + line.length + 1 > limits.partCharsMax) {
      parts.push(part);
      part = "";
    }
    part = part === "" ? line : `${part}\n${line}`;
  }
  return part === "" ? parts : [...parts, part];
}

function shortened(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const half = Math.floor((charsMax - 5) / 2);
  const beginning = text.slice(0, half).replace(/[\ud800-\udbff]$/u, "");
  return `${beginning} ... ${text.slice(-half).replace(/^[\udc00-\udfff]/u, "")}`;
}
