/**
 * Decides when text leaves the worker: the first piece at once, then one batch each `batchMs`.
 *
 * Pure. A token a message would cost the page a task per token; 20 messages a second look the same.
 */

export interface TextBatch {
  readonly text: string;
  readonly tokens: number;
}

export interface BatchState {
  readonly pending: TextBatch;
  /** Undefined until the first batch left. */
  readonly sentAtMs: number | undefined;
}

export interface BatchStep {
  readonly state: BatchState;
  readonly send: TextBatch | undefined;
}

const NOTHING: TextBatch = Object.freeze({ text: "", tokens: 0 });

export const emptyBatch: BatchState = Object.freeze({ pending: NOTHING, sentAtMs: undefined });

/** Adds a piece; tokens without text (held back, or half a character) wait for text. */
export function pushBatch(
  state: BatchState,
  piece: TextBatch,
  nowMs: number,
  batchMs: number,
): BatchStep {
  const pending = {
    text: state.pending.text + piece.text,
    tokens: state.pending.tokens + piece.tokens,
  };
  const isDue = state.sentAtMs === undefined || nowMs - state.sentAtMs >= batchMs;
  if (pending.text === "" || !isDue) return { state: { ...state, pending }, send: undefined };
  return { state: { pending: NOTHING, sentAtMs: nowMs }, send: pending };
}

/** The end of a generation: whatever waits leaves now. */
export function flushBatch(state: BatchState): TextBatch | undefined {
  return state.pending.text === "" && state.pending.tokens === 0 ? undefined : state.pending;
}
