/**
 * Run journal: what a run leaves in the session's log, and when it is written.
 *
 * Owns what is stored of the run already. Does not own the writing at its end, which is one
 * transaction with the input's (D28).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC102 A run that calls no tool writes nothing to the session's log before its end; its entries
 *         are in the transaction that ends its input. The first call stores the start with it.
 */

import type { Result } from "../../base/result.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { RunCause, RunResult, SegmentBody } from "../log/segments.ts";
import type { SessionLog } from "../log/session-log.ts";
import type { Usage } from "../../inference/engine.ts";

export interface RunJournal {
  /** True when the log knows of this run. */
  readonly isBegun: () => boolean;
  /** Stores entries at once, behind the run's start. Aborting cancels the wait. */
  keep(bodies: readonly SegmentBody[], signal: AbortSignal): Promise<Result<void, StorageError>>;
  /** Everything that is stored with the input's end. */
  endWith(bodies: readonly SegmentBody[], usage: Usage, result: RunResult): readonly SegmentBody[];
}

/** `asked` are the words that the run begins with, in private. */
export function createRunJournal(
  log: Pick<SessionLog, "append" | "state">,
  runId: string,
  cause: RunCause,
  asked: { readonly from: string; readonly text: string } | undefined,
): RunJournal {
  const readTo = log.state().head;

  const start = (): readonly SegmentBody[] => {
    const { openRun, entries } = log.state();
    if (openRun?.runId === runId) return [];
    const isAsked = entries.some(({ body }) => body.kind === "asked" && body.runId === runId);
    return [
      { kind: "run-start", runId, cause, readTo },
      ...asked === undefined || isAsked ? [] : [{ kind: "asked" as const, runId, ...asked }],
    ];
  };

  return {
    isBegun: () => log.state().openRun?.runId === runId,
    async keep(bodies, signal) {
      const stored = await log.append([...start(), ...bodies], signal);
      return stored.ok ? { ok: true, value: undefined } : stored;
    },
    endWith(bodies, usage, result) {
      const { promptTokens, cachedTokens, generatedTokens } = usage;
      const counts = { promptTokens, cachedTokens, generatedTokens };
      const used: readonly SegmentBody[] = promptTokens + generatedTokens === 0
        ? []
        : [{ kind: "usage", runId, ...counts }];
      return [...start(), ...bodies, ...used, { kind: "run-end", runId, result }];
    },
  };
}
