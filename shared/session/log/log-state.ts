/** What a session's log comes to. Shapes; fold-log.ts makes it, purely. */

import type { MemoryNote, RunCause, SegmentBody, SegmentEntry } from "./segments.ts";

/** A call whose result never came: it must be closed before anything new is asked. */
export interface OpenCall {
  readonly callId: string;
  readonly runId: string;
  readonly tool: string;
}

export type NoteEntry = Extract<SegmentBody, { readonly kind: "note" }>;

export interface LogState {
  /** Index that the next entry gets. */
  readonly head: number;
  /** Everything below is in the summary. */
  readonly below: number;
  readonly summary: string | undefined;
  /**
   * From `below` on, without what was set aside, in order; and of what is older, what is open or
   * unseen. Summaries and rewinds are not among them: they are in their effect.
   */
  readonly entries: readonly SegmentEntry[];
  /** A run that began and did not end. */
  readonly openRun: { readonly runId: string; readonly cause: RunCause } | undefined;
  /** In the order of the calls. */
  readonly openCalls: readonly OpenCall[];
  /** Notes that no prompt has had: none but a memory job's run began behind them. */
  readonly unseenNotes: readonly NoteEntry[];
  readonly memory: ReadonlyMap<string, MemoryNote>;
  /** The room was read for memories up to this seq. */
  readonly extractedSeq: number;
  /** Of what would enter a prompt: summary and entries. */
  readonly tokensEstimated: number;
}
