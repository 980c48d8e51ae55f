/**
 * Run teller: what observers hear of a run while it goes on.
 *
 * Owns the counting of model calls and blocks. Does not own the text (bubble.ts) nor the log.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC106 A run tells its start once and its end once, whatever happens, and so do its model calls
 *         and blocks between them.
 *   SC107 The deltas of a block join to its text: each begins where the last one ended.
 */

import type { Usage } from "../../inference/engine.ts";
import type { SessionEvent } from "../control/events.ts";
import type { RunCause, RunResult } from "../log/segments.ts";

type CallPurpose = Extract<SessionEvent, { readonly kind: "call-start" }>["purpose"];

export interface BlockTeller {
  /** `text` is what is shown from `offset` on; what was told of it before is left out. */
  show(offset: number, text: string): void;
  end(): void;
}

export interface RunTeller {
  begin(): void;
  /** A block is told from its first text on. */
  block(of: "text" | "thinking"): BlockTeller;
  callStart(purpose: CallPurpose): CallTeller;
  tell(event: SessionEvent): void;
  end(result: RunResult): void;
}

export interface CallTeller {
  end(usage: Usage | undefined): void;
}

export function createRunTeller(
  publish: (event: SessionEvent) => void,
  runId: string,
  cause: RunCause,
): RunTeller {
  let calls = 0;
  let blocks = 0;
  return {
    begin: () => publish({ kind: "run-start", runId, cause }),
    block(of) {
      let block: number | undefined;
      let chars = 0;
      return {
        show(offset, text) {
          const fresh = text.slice(Math.max(0, chars - offset)); // SC107
          if (fresh === "") return;
          if (block === undefined) {
            block = blocks;
            blocks += 1;
          }
          publish({ kind: "delta", runId, block, of, offset: chars, text: fresh });
          chars += fresh.length;
        },
        end() {
          if (block !== undefined) publish({ kind: "block-done", runId, block });
          block = undefined;
        },
      };
    },
    callStart(purpose) {
      const call = calls;
      calls += 1;
      publish({ kind: "call-start", runId, call, purpose });
      return {
        end(usage) {
          if (usage !== undefined) publish({ kind: "usage", runId, usage });
          publish({ kind: "call-end", runId, call });
        },
      };
    },
    tell: publish,
    end: (result) => publish({ kind: "run-end", runId, result }),
  };
}
